"""What passes a wire is told frame by frame: times, meaning, faults, and nothing secret.

Bytes are typed by hand from the manuals, as everywhere.
"""

from collections.abc import Callable

import pytest

from kiosk_hw import catalog
from kiosk_hw.cameras.model import CameraModel
from kiosk_hw.cameras.stx_etx import DEVICE as STX_ETX
from kiosk_hw.ports.party import NEVER
from kiosk_hw.ports.plate import PlateText
from kiosk_hw.tracing.camera import RAW_BYTES_MAX, CameraTracer
from kiosk_hw.tracing.frame import Direction, Frame, Tracer
from kiosk_hw.tracing.modbus import ModbusTracer
from kiosk_hw.tracing.web import WebTracer
from kiosk_hw.tracing.zvt import ZvtTracer

Said = tuple[Direction, str]


def told(tracer: Tracer, *said: Said, piece: int = 0) -> list[Frame]:
    """The frames of a dialogue whose parts are 20 ms apart, in pieces 1 ms apart, then silence."""
    found: list[Frame] = []
    now = 1.0
    for direction, text in said:
        data = bytes.fromhex(text)
        size = piece or len(data)
        for at in range(0, len(data), size):
            found += tracer.feed(direction, data[at : at + size], now)
            now += 0.001
        now += 0.02
    for _ in range(10):
        if tracer.deadline() == NEVER:
            break
        found += tracer.tick(tracer.deadline())
    assert tracer.deadline() == NEVER
    return found


POLL: Said = ("tx", "01 02 00 00 00 08 79 CC")
INPUTS: Said = ("rx", "01 02 01 05 61 8B")
SWITCH: Said = ("tx", "01 05 00 00 FF 00 8C 3A")
SWITCHED: Said = ("rx", "01 05 00 00 FF 00 8C 3A")


@pytest.mark.parametrize("piece", [0, 1, 3])
def test_a_modbus_dialogue_is_told_whole_or_byte_by_byte(piece: int) -> None:
    tracer = ModbusTracer()
    found = told(tracer, POLL, INPUTS, SWITCH, SWITCHED, piece=0 if piece == 0 else 8)
    assert [(frame.direction, frame.text, frame.fault) for frame in found] == [
        ("tx", "unit 1: inputs 0x0000 to 0x0007?", ""),
        ("rx", "unit 1: inputs 10100000 (1 first)", ""),
        ("tx", "unit 1: output 0x0000 on", ""),
        ("rx", "unit 1: confirms output 0x0000 on", ""),
    ]
    assert found[1].shown == "01 02 01 05 61 8b"


def test_gaps_are_measured_between_frames_and_inside_them() -> None:
    tracer = ModbusTracer()
    tracer.feed("tx", bytes.fromhex(POLL[1]), 1.0)
    tracer.feed("rx", b"\x01\x02", 1.020)
    tracer.feed("rx", b"\x01\x05", 1.024)
    (frame,) = tracer.feed("rx", b"\x61\x8b", 1.025)
    assert frame.at_s == pytest.approx(1.020)
    assert frame.gap_s == pytest.approx(0.020)
    assert frame.inner_gap_s == pytest.approx(0.004)


MODBUS_FAULTS: list[tuple[str, list[Said], list[str]]] = [
    ("a flipped bit", [POLL, ("rx", "01 02 01 04 61 8B")], ["", "crc"]),
    ("a reply that stops", [POLL, ("rx", "01 02 01")], ["", "cut"]),
    ("garbage alone", [POLL, ("rx", "F8 00 F8")], ["", "garbage"]),
    ("garbage before a reply", [POLL, ("rx", "FF FF 01 02 01 05 61 8B")], ["", "garbage", ""]),
    ("our echo", [POLL, ("rx", POLL[1])], ["", "echo"]),
    ("our echo and the reply", [POLL, ("rx", POLL[1] + INPUTS[1])], ["", "echo", ""]),
    ("asked again", [POLL, POLL], ["", "repeat"]),
    ("asked again after an answer", [POLL, INPUTS, POLL], ["", "", ""]),
    ("refused", [POLL, ("rx", "01 82 02 C1 61")], ["", ""]),
]


@pytest.mark.parametrize(("said", "faults"), [row[1:] for row in MODBUS_FAULTS])
def test_what_is_wrong_on_a_modbus_line_is_named(said: list[Said], faults: list[str]) -> None:
    tracer = ModbusTracer()
    told(tracer, SWITCH, SWITCHED)
    assert [frame.fault for frame in told(tracer, *said)] == faults


def test_a_trace_that_begins_in_the_middle_finds_no_fault() -> None:
    assert [frame.fault for frame in told(ModbusTracer(), ("rx", "05 61 8B"), POLL, INPUTS)] == [
        "",
        "",
        "",
    ]


CROSSED = {
    "a camera's telegram": "02 BB A6 41 37 54 33 58 39 03",
    "one in UTF-8": "02 E6 B2 AA 41 37 54 33 58 39 03",
    "one that begins like a reply of another unit": "42 02 06 41 37 54 33 58 39 31 32",
    "one that begins like a reply and goes on": "01 02 04 41 37 54 33 58 39 31 32 33",
    "a card's number": "34 39 32 39 31 32 33 34 31 32 33 34",
}


@pytest.mark.parametrize("heard", CROSSED.values(), ids=CROSSED.keys())
@pytest.mark.parametrize("piece", [0, 1])
def test_a_camera_that_is_plugged_in_where_the_board_belongs_is_told_by_its_shape(
    heard: str, piece: int
) -> None:
    tracer = ModbusTracer()
    told(tracer, POLL, INPUTS, POLL, piece=0 if piece == 0 else 8)
    found = told(tracer, ("rx", heard), piece=piece)
    shown = "".join(frame.shown.replace(" ", "") for frame in found)
    kept = b"".join(frame.kept or b"" for frame in found)
    assert len(kept) == len(bytes.fromhex(heard)), "how much was heard is told"
    for data in (bytes.fromhex(shown), kept):
        assert b"A7T3" not in data
        assert b"2912" not in data
        assert b"T3X9" not in data


def test_a_damaged_reply_of_the_board_is_shown_whole() -> None:
    *_, crc = told(ModbusTracer(), POLL, INPUTS, POLL, ("rx", "01 02 01 44 61 8B"))
    *_, cut = told(ModbusTracer(), POLL, INPUTS, POLL, ("rx", "01 02 01 44"))
    assert (crc.fault, crc.shown) == ("crc", "01 02 01 44 61 8b")
    assert (cut.fault, cut.shown) == ("cut", "01 02 01 44")


def test_a_boards_refusal_is_told_with_its_reason() -> None:
    found = told(ModbusTracer(), POLL, ("rx", "01 82 02 C1 61"))
    assert found[-1].text == "unit 1: refuses function 02: illegal address (2)"


@pytest.mark.parametrize(
    "tracer",
    [ModbusTracer(), ZvtTracer(serial=True), CameraTracer(STX_ETX)],
    ids=["modbus", "zvt", "camera"],
)
def test_noise_without_end_is_told_in_bounded_pieces(tracer: Tracer) -> None:
    found = [
        frame
        for number in range(50)
        for frame in tracer.feed("rx", b"\xaa" * 100, 1.0 + number / 1000)
    ]
    assert len(found) >= 4
    assert all(frame.size <= 1200 and len(frame.shown) <= 64 * 3 for frame in found)


# ZVT.

SERIAL: list[Said] = [
    ("tx", "10 02 06 00 06 12 34 56 BE 09 78 10 03 C8 B1"),
    ("rx", "06"),
    ("rx", "10 02 80 00 00 10 03 F5 1F"),
    ("tx", "06"),
    ("rx", "10 02 06 0F 00 10 03 C6 33"),
]


@pytest.mark.parametrize("piece", [0, 1, 5])
def test_a_serial_zvt_dialogue_is_told_by_names_without_the_password(piece: int) -> None:
    found = told(ZvtTracer(serial=True), *SERIAL, piece=piece)
    assert [(frame.direction, frame.text) for frame in found] == [
        ("tx", "0600 Registration config=BE currency=978"),
        ("rx", "ACK"),
        ("rx", "8000 Accepted"),
        ("tx", "ACK"),
        ("rx", "060F Completion"),
    ]
    assert not any(frame.fault or frame.shown for frame in found)


ENQUIRY: Said = ("tx", "10 02 05 01 03 12 34 56 10 03 E0 43")

ZVT_FAULTS: list[tuple[str, list[Said], list[str]]] = [
    ("a wrong CRC", [("rx", "10 02 80 00 00 10 03 F5 1E")], ["crc"]),
    ("a cut block", [("rx", "10 02 80 00")], ["cut"]),
    ("noise", [("rx", "FE FE 55")], ["garbage"]),
    ("noise before a block", [("rx", "FE 10 02 80 00 00 10 03 F5 1F")], ["garbage", ""]),
    ("a block that nobody acknowledged, again", [ENQUIRY, ENQUIRY], ["", "repeat"]),
    ("a block that was acknowledged, again", [ENQUIRY, ("rx", "06"), ENQUIRY], ["", "", ""]),
]


@pytest.mark.parametrize(("said", "faults"), [row[1:] for row in ZVT_FAULTS])
def test_what_is_wrong_on_a_zvt_line_is_named(said: list[Said], faults: list[str]) -> None:
    tracer = ZvtTracer(serial=True)
    told(tracer, *SERIAL)
    assert [frame.fault for frame in told(tracer, *said)] == faults


def test_a_card_number_in_a_status_information_is_not_told() -> None:
    tracer = ZvtTracer(serial=False)
    body = "27 00 04 00 00 00 00 05 00 22 F0 F8 55 98 88 12 34 56 78 90 87 00 42"
    data = bytes.fromhex(body)
    found = told(tracer, ("rx", f"04 0F {len(data):02X} {body}"))
    (frame,) = found
    assert "amount_minor=500" in frame.text
    assert "receipt_no=42" in frame.text
    assert "5598" not in frame.text.replace(" ", "")
    assert frame.kept is not None
    assert bytes.fromhex("55 98 88 12") not in frame.kept
    assert frame.shown == ""


TCP_FAULTS = [
    ("15 03 69", "DLE STX or NAK on TCP"),
    ("10 02 80 00 00 10 03 F5 1F", "DLE STX or NAK on TCP"),
]


@pytest.mark.parametrize(("data", "says"), TCP_FAULTS)
def test_serial_framing_on_tcp_is_named(data: str, says: str) -> None:
    tracer = ZvtTracer(serial=False)
    told(tracer, ("rx", "80 00 00"))
    (frame,) = told(tracer, ("rx", data))
    assert frame.fault == "garbage"
    assert says in frame.text


def test_words_of_another_service_on_tcp_are_garbage_and_not_shown() -> None:
    tracer = ZvtTracer(serial=False)
    told(tracer, ("rx", "80 00 00"))
    found = told(tracer, ("rx", b"220 mail.example ESMTP".hex()))
    assert any(frame.fault for frame in found)
    assert not any("mail" in frame.text or frame.shown for frame in found)


# Cameras.


@pytest.mark.parametrize("name", catalog.names("cameras"))
def test_a_camera_is_told_by_shape_and_masked_plate(name: str) -> None:
    model = catalog.model("cameras", name)
    assert isinstance(model, CameraModel)
    plate = "B4711XY"
    tracer = CameraTracer(model)
    found = told(tracer, ("rx", model.encode_read(PlateText(plate), "D", 0.93).hex()), piece=1)
    assert [frame.fault for frame in found] == [""]
    assert "plate B****XY" in found[0].text
    assert plate not in str([frame.as_record() for frame in found])
    assert found[0].shown == ""


WRONG: list[tuple[str, Callable[[], bytes], str]] = [
    ("another template", lambda: b"\x02hello, world 12345\x03", "content"),
    ("no telegram at all", lambda: b"ABC", "garbage"),
]


@pytest.mark.parametrize(("data", "fault"), [row[1:] for row in WRONG])
def test_what_is_no_telegram_is_told_by_shape_alone(data: Callable[[], bytes], fault: str) -> None:
    tracer = CameraTracer(STX_ETX)
    told(tracer, ("rx", STX_ETX.encode_read(PlateText("B4711XY")).hex()))
    found = told(tracer, ("rx", data().hex()))
    assert [frame.fault for frame in found] == [fault]
    assert "hello" not in found[0].text
    assert "ABC" not in found[0].text


def test_of_a_camera_that_babbles_no_more_is_kept_than_the_bound() -> None:
    (found,) = CameraTracer(STX_ETX).feed("rx", b"x" * (3 * RAW_BYTES_MAX), 1.0)
    assert found.size == 3 * RAW_BYTES_MAX
    assert found.kept is not None
    assert len(found.kept) == RAW_BYTES_MAX


def test_counters_tell_frames_faults_and_bytes_in_faults() -> None:
    tracer = ModbusTracer()
    told(tracer, POLL, INPUTS, POLL, ("rx", "F8 00 F8"))
    assert tracer.counters["frames"] == 3
    assert tracer.counters["garbage"] == 1
    assert tracer.counters["bytes in faults"] == 3


# Gateways.


def web(*said: tuple[Direction, bytes]) -> list[Frame]:
    return told(WebTracer(), *((direction, data.hex()) for direction, data in said), piece=7)


def test_a_gateway_is_told_by_its_path_and_status_and_nothing_that_names_anybody() -> None:
    asked = (
        b"GET /v3/pay/transactions/out-trade-no/o-0a13c841d092-000001?mchid=1900000109 HTTP/1.1\r\n"
        b'Authorization: WECHATPAY2-SHA256-RSA2048 signature="c2VjcmV0"\r\n\r\n'
    )
    answered = b'HTTP/1.1 200 OK\r\nContent-Length: 19\r\n\r\n{"openid":"o6_bmj"}'
    found = web(("tx", asked), ("rx", answered))
    assert [(frame.text, frame.size, frame.fault) for frame in found] == [
        ("GET /v3/pay/transactions/out-trade-no/*", len(asked), ""),
        ("HTTP 200", len(answered), ""),
    ]
    shown = str([frame.as_record() for frame in found])
    for secret in ("1900000109", "c2VjcmV0", "o6_bmj", "000001"):
        assert secret not in shown
    assert all(frame.kept is None for frame in found)


def test_what_is_no_http_is_garbage_and_two_answers_are_two_frames() -> None:
    post = b"POST /gateway.do?sign=abc HTTP/1.1\r\n\r\nbody"
    found = web(
        ("tx", post), ("rx", b"HTTP/1.1 502 Bad\r\n\r\n"), ("tx", post), ("rx", b"\x15\x03")
    )
    assert [frame.text for frame in found] == [
        "POST /gateway.do",
        "HTTP 502",
        "POST /gateway.do",
        "no HTTP/1.1",
    ]
    assert found[-1].fault == "garbage"


def test_a_long_body_is_counted_and_not_kept() -> None:
    tracer = WebTracer()
    tracer.feed("rx", b"HTTP/1.1 200 OK\r\n\r\n", 1.0)
    for number in range(100):
        assert tracer.feed("rx", b"x" * 1000, 1.0 + number / 1000) == []
    assert len(tracer._began["rx"]) <= 2048
    (frame,) = tracer.tick(9.0)
    assert frame.size > 100_000
