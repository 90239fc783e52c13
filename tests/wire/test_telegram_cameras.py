"""What each camera sends, byte for byte, and what it means: typed by hand from the manuals."""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from kiosk_hw import catalog
from kiosk_hw.cameras.custom import CustomCamera
from kiosk_hw.cameras.model import CameraModel, Framing
from kiosk_hw.lines.reading import Reading, read_telegram, shape_of
from kiosk_hw.ports.camera import PlateNotRead, PlateRead, PlateUncertain
from kiosk_hw.ports.party import LineSettings
from kiosk_hw.ports.plate import PlateText

VECTORS = Path(__file__).parents[3] / "shared" / "vectors"


@dataclass(frozen=True)
class Golden:
    model: str
    wire: str
    means: Reading
    renders: bool = True
    """The model's own template gives exactly these bytes."""
    number: int = 1


def read(plate: str, country: str | None = None, confidence: float | None = None) -> PlateRead:
    return PlateRead(PlateText(plate), confidence, country)


GOLDEN = [
    Golden(
        "stx_etx",
        "02 54 45 35 37 41 42 3B 4E 4C 44 3B 38 37 03",  # STX TE57AB;NLD;87 ETX
        read("TE57AB", "NLD", 0.87),
    ),
    Golden("stx_etx", "02 54 45 35 37 41 42 3B 3B 03", read("TE57AB")),  # STX TE57AB;; ETX
    Golden("stx_etx", "02 3B 3B 03", PlateNotRead("the camera sent ';;'")),  # STX ;; ETX
    Golden(
        "stx_etx",
        "02 4E 4F 52 45 41 44 03",  # STX NOREAD ETX
        PlateNotRead("the camera sent 'NOREAD'"),
        renders=False,
    ),
    Golden(
        "stx_etx",
        "02 E6 B2 AA 41 31 32 33 34 35 3B 43 48 4E 3B 31 30 30 03",  # 沪 in UTF-8, score 100
        read("沪A12345", "CHN", 1.0),
    ),
    Golden(
        "nedap_raw",
        "54 45 35 37 41 42 2D 4E 4C 44 0D 0A",  # TE57AB-NLD CR LF
        read("TE57AB", "NLD"),
    ),
    Golden("nedap_raw", "54 45 35 37 41 42 0D 0A", read("TE57AB"), renders=False),
    Golden("nedap_raw", "4E 4F 52 45 41 44 0D 0A", PlateNotRead("the camera sent 'NOREAD'")),
    Golden(
        "nedap_raw",
        "4E 4F 50 4C 41 54 45 0D 0A",  # NOPLATE CR LF
        PlateNotRead("the camera sent 'NOPLATE'"),
        renders=False,
    ),
    Golden(
        "nedap_protocolled",
        "EF CD AB 89 03 00 00 00 0A 00 00 00 54 45 35 37 41 42 2D 44 45 55 60 78 56 34 12",
        read("TE57AB", "DEU"),
        number=3,
    ),
    Golden(
        "nedap_protocolled",
        "89 AB CD EF 00 00 00 03 00 00 00 0A 54 45 35 37 41 42 2D 44 45 55 60 12 34 56 78",
        read("TE57AB", "DEU"),
        renders=False,
    ),
    Golden(
        "nedap_protocolled",
        "EF CD AB 89 02 00 00 00 06 00 00 00 4E 4F 52 45 41 44 17 78 56 34 12",
        PlateNotRead("the camera sent 'NOREAD'"),
        number=2,
    ),
    Golden(
        "lumo",
        "52 45 41 44 3B 54 45 35 37 41 42 3B 4E 4C 44 3B 38 37 0D 0A",  # READ;TE57AB;NLD;87
        read("TE57AB", "NLD", 0.87),
    ),
    Golden(
        "lumo",
        "4C 43 52 3B 54 45 35 37 41 42 3B 4E 4C 44 3B 34 31 0D 0A",  # LCR;TE57AB;NLD;41
        PlateUncertain(PlateText("TE57AB"), 0.41, "NLD"),
    ),
    Golden("lumo", "4E 4F 52 45 41 44 0D 0A", PlateNotRead("the camera sent 'NOREAD'")),
    Golden(
        "vaxtor",
        "54 45 35 37 41 42 3B 4E 4C 44 3B 38 37 0D 0A",  # TE57AB;NLD;87 CR LF
        read("TE57AB", "NLD", 0.87),
    ),
    Golden("vivotek", "54 45 35 37 41 42 3B 38 37 0D 0A", read("TE57AB", None, 0.87)),
    Golden(
        "axxon_stx",
        "02 32 30 32 34 30 31 30 31 31 32 30 30 30 30 30 31 54 45 35 37 41 42 03",
        read("TE57AB"),
    ),
    Golden(
        "axxon_stx",
        "02 32 30 32 34 30 31 30 31 31 32 30 30 30 30 30 31"
        " 4E 6F 74 20 64 65 66 69 6E 65 64 03",  # ... Not defined
        PlateNotRead("the camera sent 'Not defined' in place of a plate"),
        renders=False,
    ),
    Golden("custom", "54 45 35 37 41 42 0D 0A", read("TE57AB")),
]

IDS = [f"{golden.model} {number}" for number, golden in enumerate(GOLDEN)]


def camera(name: str) -> CameraModel:
    model = catalog.model("cameras", name)
    assert isinstance(model, CameraModel)
    return model


def heard(model: CameraModel, *pieces: bytes) -> list[Reading | None]:
    splitter = model.splitter()
    bodies = [body for piece in pieces for body in splitter.receive(piece, 0.0)]
    return [read_telegram(model.profile, body) for body in bodies]


@pytest.mark.parametrize("golden", GOLDEN, ids=IDS)
def test_golden_bytes_mean_what_the_manual_says(golden: Golden) -> None:
    model, wire = camera(golden.model), bytes.fromhex(golden.wire)
    assert heard(model, wire) == [golden.means]
    assert heard(model, *(bytes([byte]) for byte in wire)) == [golden.means]
    assert heard(model, wire + wire[:3]) == [golden.means]


@pytest.mark.parametrize("golden", GOLDEN, ids=IDS)
def test_garbage_before_a_telegram_never_changes_its_plate(golden: Golden) -> None:
    model, wire = camera(golden.model), bytes.fromhex(golden.wire)
    read_after = heard(model, b"\xff\x00\x9f" + wire)
    # Without a start mark the garbage joins the telegram, which then fits no template.
    assert read_after == [golden.means if model.profile.start or not model.profile.end else None]
    assert heard(model, b"\xff\x00\r\n", wire)[-1] == golden.means


@pytest.mark.parametrize("golden", [golden for golden in GOLDEN if golden.renders])
def test_the_camera_s_side_renders_the_golden_bytes(golden: Golden) -> None:
    model, number = camera(golden.model), golden.number
    match golden.means:
        case PlateNotRead():
            sent = model.encode_not_read(number)
        case PlateRead(plate, confidence, country):
            sent = model.encode_read(plate, country, confidence, number=number)
        case PlateUncertain(plate, confidence, country):
            sent = model.encode_read(plate, country, confidence, uncertain=True, number=number)
    assert sent.hex(" ").upper() == golden.wire


@pytest.mark.parametrize("name", ["vaxtor", "vivotek", "axxon_stx", "custom"])
def test_a_camera_that_has_no_such_event_sends_nothing_or_its_fixed_text(name: str) -> None:
    sent = camera(name).encode_not_read()
    assert sent == (b"\x02Not defined\x03" if name == "axxon_stx" else b"")


@pytest.mark.parametrize("name", sorted(catalog.models("cameras")))
def test_every_camera_hears_what_it_sends(name: str) -> None:
    model = camera(name)
    sent = model.encode_read(PlateText("TE57AB"), "NLD", 0.87)
    (reading,) = heard(model, sent)
    assert isinstance(reading, PlateRead)
    assert reading.plate.text == "TE57AB"


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("READ;TE57AB;NLD;87,5", read("TE57AB", "NLD", 0.875)),
        ("READ;TE57AB;NLD;87 %", read("TE57AB", "NLD", 0.87)),
        ("READ;TE57AB;NLD;101", read("TE57AB", "NLD")),
        ("READ;TE57AB;NLD;-1", read("TE57AB", "NLD")),
        ("READ;TE57AB;NLD;1e5", read("TE57AB", "NLD")),
        ("READ;TE57AB;NLD;nan", read("TE57AB", "NLD")),
        ("READ;TE57AB;NLD;８７", read("TE57AB", "NLD")),
        ("READ;TE57AB;NLD;.", read("TE57AB", "NLD")),
        ("READ; TE\t57 \x07 AB ;;", read("TE 57 AB")),
        ("READ;TE57AB; N\x1bL ;", read("TE57AB", "N L")),
        ("READ;;NLD;87", PlateNotRead("the camera sent '' in place of a plate")),
        ("READ;noread;NLD;87", PlateNotRead("the camera sent 'noread' in place of a plate")),
        ("LCR;TE57AB;NLD;99", PlateUncertain(PlateText("TE57AB"), 0.99, "NLD")),
        ("READ;TE57ABTE57ABTE57A;NLD;87", None),
        ("READ;TE57AB;NLD;87;<img>", None),
        ("WRONG DIR.;TE57AB", None),
        ("READ;TE57AB", None),
    ],
)
def test_only_what_fits_the_template_is_understood(text: str, means: Reading | None) -> None:
    assert read_telegram(camera("lumo").profile, text.encode()) == means


def test_bytes_of_another_encoding_mean_nothing() -> None:
    gbk_line = bytes.fromhex("BB A6 41 31 32 33 34 35")  # 沪A12345 in GBK
    assert read_telegram(camera("custom").profile, gbk_line) is None
    chinese = CustomCamera(encoding="gbk").model(LineSettings(9600))
    assert read_telegram(chinese.profile, gbk_line) == read("沪A12345")


def test_the_shape_of_a_telegram_shows_no_plate() -> None:
    profile = camera("lumo").profile
    assert shape_of(profile, "沪A12345;NLD\x07".encode()) == "文A99999;AAA."
    assert len(shape_of(profile, b"A" * 128)) == 80


@pytest.mark.parametrize(
    ("told", "message"),
    [
        ({"start_hex": "0X"}, "start: expected hex bytes like 02 or 0D 0A, got '0X'"),
        ({"end_hex": "0D0"}, "end: expected hex bytes like 02 or 0D 0A, got '0D0'"),
        ({"pattern": "(?P<plate>"}, "pattern: expected a regular expression like"),
        ({"pattern": "[A-Z]+"}, "pattern: expected a group (?P<plate>...)"),
        ({"pattern": "(?P<plate>(a+)+)"}, "pattern: expected bounded repeats"),
        ({"encoding": "morse"}, "encoding: expected one of"),
        ({"idle_gap_ms": 1}, "idle_gap_s: expected 0.005 to 5.0, got 0.001"),
    ],
)
def test_a_camera_of_one_s_own_that_cannot_work_says_why_in_one_line(
    told: dict[str, str], message: str
) -> None:
    with pytest.raises(ValueError) as caught:
        CustomCamera(**told).model(LineSettings(9600))  # type: ignore[arg-type]
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)


def test_a_camera_of_one_s_own_reads_by_an_idle_line() -> None:
    model = CustomCamera(
        end_hex="", idle_gap_ms=50, pattern="LP=(?P<plate>[A-Z0-9]{1,10})", render="LP={plate}"
    ).model(LineSettings(19200))
    splitter = model.splitter()
    assert splitter.receive(model.encode_read(PlateText("TE57AB")), 1.0) == []
    assert splitter.tick(splitter.deadline()) == [b"LP=TE57AB"]
    assert model.framing is Framing.MARKS
    assert str(model.line) == "19200 8N1"


@pytest.mark.skipif(not VECTORS.is_dir(), reason="the sample frames are not here")
@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("nedap_raw", "raw_line_hex"),
        ("nedap_raw", "plate_only_hex"),
        ("stx_etx", "recommended_hex"),
        ("nedap_protocolled", "protocolled_little_endian_hex"),
        ("nedap_protocolled", "protocolled_big_endian_hex"),
    ],
)
def test_sample_frames_of_the_makers_are_read(name: str, key: str) -> None:
    samples = json.loads((VECTORS / "nedap" / "anpr_serial.json").read_text("utf-8"))
    (reading,) = heard(camera(name), bytes.fromhex(samples[key]))
    assert isinstance(reading, PlateRead)
    assert reading.plate.text == "46HVR9"
