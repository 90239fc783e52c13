"""The declared relay boards: what each command of theirs looks like in bytes, typed by hand."""

import re

import pytest

from kiosk_hw.barriers import generic_modbus_relay, waveshare_relay_d
from kiosk_hw.barriers.model import CHANNELS_MAX, BoardProfile, Contact, Wiring
from kiosk_hw.modbus.frames import DecodeError, decode_request, decode_response, encode
from kiosk_hw.modbus.messages import CoilsRead, InputsRead
from kiosk_hw.ports.party import LineSettings

WAVESHARE = waveshare_relay_d.DEVICE
NO_NAME = generic_modbus_relay.DEVICE

GOLDEN = [
    ("relay 1 on", WAVESHARE, lambda board: board.switch(1, True), "01 05 00 00 FF 00 8C 3A"),
    ("relay 1 off", WAVESHARE, lambda board: board.switch(1, False), "01 05 00 00 00 00 CD CA"),
    ("relay 4 on", WAVESHARE, lambda board: board.switch(4, True), "01 05 00 03 FF 00 7C 3A"),
    ("relay 1 500 ms", WAVESHARE, lambda board: board.flash(1, 500), "01 05 02 00 00 05 0C 71"),
    ("relay 1 rounded", WAVESHARE, lambda board: board.flash(1, 401), "01 05 02 00 00 05 0C 71"),
    ("relay 2 500 ms", WAVESHARE, lambda board: board.flash(2, 500), "01 05 02 01 00 05 5D B1"),
    ("all off", WAVESHARE, lambda board: board.all_off()[0], "01 05 00 FF 00 00 FD FA"),
    ("relays?", WAVESHARE, lambda board: board.read_outputs(), "01 01 00 00 00 08 3D CC"),
    ("inputs?", WAVESHARE, lambda board: board.read_inputs(), "01 02 00 00 00 08 79 CC"),
    ("no-name on", NO_NAME, lambda board: board.switch(1, True), "01 05 00 01 01 00 9D 9A"),
    ("no-name off", NO_NAME, lambda board: board.switch(1, False), "01 05 00 01 00 00 9C 0A"),
    ("no-name all off", NO_NAME, lambda board: board.all_off()[0], "01 05 00 01 00 00 9C 0A"),
    ("no-name inputs?", NO_NAME, lambda board: board.read_inputs(), "01 02 00 01 00 08 28 0C"),
]


@pytest.mark.parametrize(
    ("model", "made", "golden"), [pytest.param(*row[1:], id=row[0]) for row in GOLDEN]
)
def test_every_command_is_the_golden_frame(model, made, golden) -> None:
    assert encode(model.unit, made(model.profile)) == bytes.fromhex(golden)


def test_a_reply_has_channel_1_in_its_lowest_bit() -> None:
    assert decode_response(bytes.fromhex("01 02 01 05 61 8B")) == (1, InputsRead(b"\x05"))
    assert decode_response(bytes.fromhex("01 01 01 01 90 48")) == (1, CoilsRead(b"\x01"))


@pytest.mark.parametrize("file", [waveshare_relay_d, generic_modbus_relay])
def test_every_frame_in_the_written_dialogue_is_whole(file) -> None:
    frames = re.findall(r"(?:[0-9A-F]{2} ){4,8}[0-9A-F]{2}\b", file.__doc__ or "")
    assert len(frames) >= 8
    for frame in map(bytes.fromhex, frames):
        try:
            decode_request(frame)
        except DecodeError:
            decode_response(frame)


@pytest.mark.parametrize("model", [WAVESHARE, NO_NAME])
def test_the_boards_leave_the_factory_as_unit_1_at_9600_8n1(model) -> None:
    assert (model.unit, model.line) == (1, LineSettings(9600, 8, "N", 1))


def test_the_no_name_board_has_all_outputs_written_singly() -> None:
    assert [each.address for each in NO_NAME.profile.all_off()] == [1, 2, 3, 4, 5, 6, 7, 8]


@pytest.mark.parametrize("pulse_ms", [0, -100, 0x8000 * 100])
def test_a_pulse_that_the_board_cannot_time_is_refused(pulse_ms) -> None:
    with pytest.raises(ValueError, match="no timed pulse"):
        WAVESHARE.profile.flash(1, pulse_ms)
    with pytest.raises(ValueError, match="no timed pulse"):
        BoardProfile().flash(1, 500)


def test_the_default_wiring_is_the_documented_one() -> None:
    wiring = Wiring()
    assert wiring.outputs() == (1, 3, 4)
    assert wiring.inputs() == (1, 2, 3, 4, 5, 6, 7, 8)
    assert wiring.close_output is None
    assert wiring.fire == Contact(5, inverted=True)


@pytest.mark.parametrize(
    "wired",
    [
        {"close_output": 1},
        {"door": Contact(1)},
        {"close_output": 0},
        {"door": Contact(CHANNELS_MAX + 1)},
    ],
    ids=["output twice", "input twice", "below 1", "beyond all boards"],
)
def test_a_wiring_that_cannot_be_is_refused(wired) -> None:
    with pytest.raises(ValueError, match=r"once|are 1\.\."):
        Wiring(**wired)
