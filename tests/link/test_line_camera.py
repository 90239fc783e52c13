"""The host's half of a camera on a line: events out, nothing sent, nothing raised."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk_hw import catalog
from kiosk_hw.cameras import custom, lumo, nedap_protocolled, stx_etx
from kiosk_hw.cameras.custom import CustomCamera
from kiosk_hw.cameras.model import CameraModel
from kiosk_hw.hosts.line_camera import LineCamera
from kiosk_hw.ports.camera import (
    CameraReady,
    CameraSilent,
    PlateNotRead,
    PlateRead,
    PlateUncertain,
)
from kiosk_hw.ports.party import NEVER, LineSettings, Party
from kiosk_hw.ports.plate import PLATE_CHARS_MAX, PlateText

PLATE = PlateText("TE57AB")
CAMERAS = sorted(catalog.models("cameras"))


def test_the_link_s_coming_and_going_are_events() -> None:
    camera: Party = LineCamera(lumo.DEVICE)
    assert camera.connected(0.0) == (CameraReady(),)
    assert camera.disconnected(1.0) == (CameraSilent("the camera's link is down"),)
    assert camera.connected(2.0) == (CameraReady(),)
    assert camera.bytes_to_send() == b""


@pytest.mark.parametrize(
    ("minimum", "confidence", "kind"),
    [
        (None, 0.01, PlateRead),
        (0.8, 0.80, PlateRead),
        (0.8, 0.79, PlateUncertain),
        (0.8, None, PlateRead),
        (1.0, 0.99, PlateUncertain),
    ],
)
def test_a_read_below_the_minimum_is_uncertain(
    minimum: float | None, confidence: float | None, kind: type
) -> None:
    camera = LineCamera(stx_etx.DEVICE, confidence_min=minimum)
    sent = stx_etx.DEVICE.encode_read(PLATE, "NLD", confidence)
    assert camera.receive(sent, 0.0) == [kind(PLATE, confidence, "NLD")]


def test_a_read_that_the_camera_doubts_is_uncertain_whatever_its_confidence() -> None:
    camera = LineCamera(lumo.DEVICE, confidence_min=0.2)
    sent = lumo.DEVICE.encode_read(PLATE, "NLD", 0.9, uncertain=True)
    assert camera.receive(sent, 0.0) == [PlateUncertain(PLATE, 0.9, "NLD")]


def test_two_telegrams_in_one_read_are_two_events() -> None:
    camera = LineCamera(lumo.DEVICE)
    sent = lumo.DEVICE.encode_not_read() + lumo.DEVICE.encode_read(PLATE, "NLD", 0.9)
    assert camera.receive(sent, 0.0) == [
        PlateNotRead("the camera sent 'NOREAD'"),
        PlateRead(PLATE, 0.9, "NLD"),
    ]


def test_an_idle_line_ends_a_telegram_at_its_deadline() -> None:
    model = CustomCamera(end_hex="", idle_gap_ms=50).model(LineSettings(9600))
    camera = LineCamera(model)
    assert camera.receive(b"TE57AB", 1.0) == ()
    assert camera.deadline() == 1.05
    assert camera.tick(1.04) == ()
    assert camera.tick(camera.deadline()) == [PlateRead(PLATE)]
    assert camera.deadline() == NEVER


@pytest.mark.parametrize("model", [lumo.DEVICE, nedap_protocolled.DEVICE])
def test_half_a_telegram_does_not_outlive_its_link(model: CameraModel) -> None:
    camera = LineCamera(model)
    sent = model.encode_read(PLATE, "NLD", 0.9)
    camera.receive(sent[:9], 0.0)
    camera.connected(0.1)
    assert camera.deadline() == NEVER
    camera.receive(sent[:9], 0.2)
    camera.disconnected(0.3)
    assert camera.deadline() == NEVER
    camera.receive(sent, 0.4)
    assert "telegrams=1 dropped=2" in repr(camera)


def test_a_telegram_that_fits_no_template_is_counted_and_its_shape_kept() -> None:
    camera = LineCamera(lumo.DEVICE)
    assert camera.receive(b"TE57AB|NLD\r\n", 0.0) == []
    assert camera.telegrams_refused == 1
    assert "refused=1 refused_shape='AA99AA|AAA'" in repr(camera)


def test_nothing_that_can_be_seen_of_a_camera_shows_a_plate() -> None:
    camera = LineCamera(custom.DEVICE)
    events = camera.receive(b"TE57AB\r\nTE57AB TE57AB TE57AB\r\nTE5", 0.0)
    assert len(events) == 1
    for seen in (repr(camera), repr(events), str(events)):
        assert "57AB" not in seen
        assert "TE5" not in seen


def test_the_line_is_the_model_s_or_what_is_set() -> None:
    assert LineCamera(lumo.DEVICE).line == LineSettings(115200)
    assert LineCamera(lumo.DEVICE, line=LineSettings(9600)).line == LineSettings(9600)
    assert repr(LineCamera(lumo.DEVICE)).startswith("<LineCamera lumo 115200 8N1 ")


def test_a_command_is_our_own_mistake() -> None:
    with pytest.raises(ValueError, match="takes no command, got PlateRead"):
        LineCamera(lumo.DEVICE).command(PlateRead(PLATE), 0.0)


@given(
    name=st.sampled_from(CAMERAS),
    pieces=st.lists(
        st.binary(max_size=40) | st.sampled_from([b"\x02", b";", b"\x03", b"\r\n", b"A1", b"READ;"])
    ),
)
def test_no_garbage_raises_or_brings_forth_an_unclean_plate(name: str, pieces: list[bytes]) -> None:
    model = catalog.model("cameras", name)
    assert isinstance(model, CameraModel)
    camera = LineCamera(model, confidence_min=0.5)
    events = [event for piece in pieces for event in camera.receive(piece, 0.0)]
    events += camera.tick(10.0)
    assert camera.deadline() == NEVER
    for event in events:
        if isinstance(event, PlateRead | PlateUncertain):
            assert 0 < len(event.plate.text) <= PLATE_CHARS_MAX
            assert event.plate.text.isprintable()
            assert event.confidence is None or 0.0 <= event.confidence <= 1.0
