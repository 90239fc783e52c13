"""A recording is played as the device of that day, for a host that drives it anew."""

import json
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest

from kiosk_hw.barriers.waveshare_relay_d import DEVICE as WAVESHARE
from kiosk_hw.cameras.stx_etx import DEVICE as STX_ETX
from kiosk_hw.hosts.barrier_board import BarrierBoard
from kiosk_hw.hosts.line_camera import LineCamera
from kiosk_hw.hosts.zvt_ecr import ZvtTerminal
from kiosk_hw.ports.barrier import ArmingLoopOccupied, BoardReady
from kiosk_hw.ports.camera import CameraReady, PlateRead
from kiosk_hw.ports.money import Money
from kiosk_hw.ports.party import NEVER, Party
from kiosk_hw.ports.plate import PlateText
from kiosk_hw.ports.terminal import (
    Authorise,
    IssueGoods,
    PaymentApproved,
    PaymentTaken,
    PaymentUnclear,
)
from kiosk_hw.terminals.model import Transport
from kiosk_hw.terminals.zvt_serial import DEVICE as ZVT
from kiosk_hw.terminals.zvt_tcp import DEVICE as ZVT_TCP
from kiosk_hw.tracing.camera import CameraTracer
from kiosk_hw.tracing.frame import Frame, Tracer
from kiosk_hw.tracing.modbus import ModbusTracer
from kiosk_hw.tracing.zvt import ZvtTracer
from kiosk_sim.devices.playback import NOTES_MAX, Note, Play, Playback
from kiosk_sim.devices.relay_board import RelayBoard
from kiosk_sim.devices.replayed_dialogue import Dialogue
from kiosk_sim.devices.terminal.settings import TerminalSettings
from kiosk_sim.devices.terminal.terminal import SimulatedTerminal
from kiosk_sim.site.recording import load
from kiosk_sim.wires.sides import DeviceSide
from kiosk_sim.world.cards import Card
from kiosk_sim.world.lane_world import LaneWorld

STEPS_MAX = 20_000


class Cable:
    """A host and a device on one line without a speed, and a tracer between them."""

    def __init__(self, host: Party, device: DeviceSide, tracer: Tracer | None = None) -> None:
        self.host, self.device, self.tracer = host, device, tracer
        self.now = 0.0
        self.events: list[Any] = []
        self.frames: list[Frame] = []
        device.connected(self.now)
        self.events += host.connected(self.now)
        self._pass_on()

    def run(self, until_s: float) -> None:
        for _ in range(STEPS_MAX):
            due = min(self.host.deadline(), self.device.deadline())
            if due > until_s:
                break
            self.now = max(self.now, due)
            self.device.tick(self.now)
            self.events += self.host.tick(self.now)
            self._pass_on()
        self.now = until_s

    def command(self, command: Any) -> None:
        self.host.command(command, self.now)
        self._pass_on()

    def heard(self, kind: type[Any]) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]

    def _pass_on(self) -> None:
        for _ in range(100):
            said, answered = self.host.bytes_to_send(), self.device.bytes_to_send()
            if not said and not answered:
                return
            if said:
                self._trace("tx", said)
                self.device.receive(said, self.now)
            if answered:
                self._trace("rx", answered)
                self.events += self.host.receive(answered, self.now)

    def _trace(self, direction: Any, data: bytes) -> None:
        if self.tracer is not None:
            self.frames += self.tracer.feed(direction, data, self.now)


def notes(frames: list[Frame]) -> list[Note]:
    return [Note(each.at_s, each.direction == "tx", each.kept or b"", each.size) for each in frames]


def board_of_a_day() -> list[Note]:
    world = LaneWorld(Random(0))
    board = RelayBoard(world.inputs, world.relay, model=WAVESHARE)
    cable = Cable(BarrierBoard(WAVESHARE), board, ModbusTracer())
    cable.run(2.0)
    world.arming.over(True, cable.now)
    world.touch(cable.now)
    for tenth in range(21, 60):
        world.tick(tenth / 10)
        cable.run(tenth / 10)
    assert cable.heard(ArmingLoopOccupied)
    return notes(cable.frames)


def test_a_board_of_that_day_feels_the_car_at_the_time_of_that_day() -> None:
    playback = Playback(board_of_a_day(), WAVESHARE.line, Play.ANSWERS)
    cable = Cable(BarrierBoard(WAVESHARE), playback)
    cable.run(1.9)
    assert cable.heard(BoardReady)
    assert not cable.heard(ArmingLoopOccupied)
    cable.run(3.0)
    assert cable.heard(ArmingLoopOccupied)
    assert playback.strayed == 0


def test_what_nobody_asked_on_that_day_is_not_answered_and_counted() -> None:
    playback = Playback(board_of_a_day(), WAVESHARE.line, Play.ANSWERS)
    playback.connected(0.0)
    playback.receive(bytes.fromhex("01 05 00 00 FF 00 8C 3A"), 1.0)
    playback.tick(2.0)
    assert playback.bytes_to_send() == b""
    assert playback.strayed == 1
    playback.receive(bytes.fromhex("01 02 00 00 00 08 79 CC"), 2.1)
    playback.tick(2.3)
    assert playback.bytes_to_send().startswith(b"\x01\x02")


def test_a_recording_of_a_running_lane_serves_a_host_that_starts() -> None:
    """The start's writes are in no recording of a lane that runs: a board confirms them anyway."""
    day = [note for note in board_of_a_day() if not note.data.startswith(b"\x01\x05")]
    playback = Playback(day, WAVESHARE.line, Play.ANSWERS)
    cable = Cable(BarrierBoard(WAVESHARE), playback)
    cable.run(1.9)
    assert cable.heard(BoardReady)
    assert playback.strayed > 0, "it is counted that nobody asked for this on that day"


def test_a_damaged_word_that_outputs_are_off_is_confirmed_by_no_board() -> None:
    playback = Playback([], WAVESHARE.line, Play.ANSWERS)
    playback.connected(0.0)
    for hex_bytes, said in (("01 05 00 00 00 00 CD CA", True), ("01 05 00 00 00 00 CD CB", False)):
        playback.receive(bytes.fromhex(hex_bytes), 1.0)
        playback.tick(2.0)
        assert playback.bytes_to_send() == (bytes.fromhex(hex_bytes) if said else b"")


def test_a_cameras_telegrams_come_at_their_times_with_no_plate_of_that_day() -> None:
    tracer = CameraTracer(STX_ETX)
    found: list[Frame] = []
    for at_s, plate in ((0.0, "AB123"), (7.5, "BWY2917")):
        found += tracer.feed("rx", STX_ETX.encode_read(PlateText(plate), "D", 0.93), at_s)
    cable = Cable(LineCamera(STX_ETX), Playback(notes(found), STX_ETX.line, Play.TIMED))
    cable.run(7.0)
    assert len(cable.heard(PlateRead)) == 1
    cable.run(8.0)
    assert [event.plate.text for event in cable.heard(PlateRead)] == ["AA999", "AAA9999"]
    assert cable.heard(CameraReady)


def terminal_of_a_day() -> list[Note]:
    terminal = SimulatedTerminal()
    model = replace(ZVT, password="135790")
    cable = Cable(ZvtTerminal(model, currency="EUR"), terminal, ZvtTracer(serial=True))
    cable.run(2.0)
    pay(cable, lambda: terminal.present(Card(), cable.now))
    return notes(cable.frames)


def pay(cable: Cable, present: Any) -> None:
    cable.command(Authorise("o-1", Money(500, "EUR")))
    cable.run(cable.now + 1.0)
    present()
    cable.run(cable.now + 6.0)
    assert cable.heard(PaymentApproved), cable.frames
    cable.command(IssueGoods("o-1"))
    cable.run(cable.now + 8.0)


def test_a_terminal_of_that_day_takes_the_same_payment_again() -> None:
    playback = Playback(terminal_of_a_day(), ZVT.line, Play.DIALOGUE)
    cable = Cable(ZvtTerminal(ZVT, currency="EUR"), playback)
    cable.run(2.0)
    pay(cable, lambda: None)
    (taken,) = cable.heard(PaymentTaken)
    assert taken.receipt.amount == Money(500, "EUR")


@pytest.mark.parametrize("quiet_s", [2.0, 40.0, 130.0])
def test_its_payment_may_come_whenever_the_lane_has_one(quiet_s: float) -> None:
    """On that day it came at once; the lane asks for the status meanwhile, as often as it likes."""
    playback = Playback(terminal_of_a_day(), ZVT.line, Play.DIALOGUE)
    cable = Cable(ZvtTerminal(ZVT, currency="EUR"), playback)
    cable.run(quiet_s)
    for number in (1, 2):
        cable.command(Authorise(f"o-{number}", Money(500, "EUR")))
        cable.run(cable.now + 7.0)
        cable.command(IssueGoods(f"o-{number}"))
        cable.run(cable.now + quiet_s)
        assert len(cable.heard(PaymentTaken)) == number
    assert playback.strayed == 0


def test_it_knows_the_amount_of_that_day_and_any_other_one_is_unclear() -> None:
    playback = Playback(terminal_of_a_day(), ZVT.line, Play.DIALOGUE)
    cable = Cable(ZvtTerminal(ZVT, currency="EUR"), playback)
    cable.run(2.0)
    cable.command(Authorise("o-1", Money(700, "EUR")))
    cable.run(cable.now + 60.0)
    assert cable.heard(PaymentUnclear)
    assert not cable.heard(PaymentApproved)


def test_a_terminal_on_a_network_is_played_by_its_own_framing() -> None:
    terminal = SimulatedTerminal(TerminalSettings(transport=Transport.TCP))
    cable = Cable(ZvtTerminal(ZVT_TCP, currency="EUR"), terminal, ZvtTracer(serial=False))
    cable.run(2.0)
    pay(cable, lambda: terminal.present(Card(), cable.now))
    playback = Playback(notes(cable.frames), ZVT_TCP.line, Play.DIALOGUE)
    again = Cable(ZvtTerminal(ZVT_TCP, currency="EUR"), playback)
    again.run(90.0)
    pay(again, lambda: None)
    assert playback.strayed == 0


REGISTRATION = Note(0.0, True, bytes.fromhex("06 00 06 00 00 00 BA 09 78"), 9)
COMPLETION = Note(0.5, False, bytes.fromhex("06 0F 00"), 3)


def test_a_command_of_another_day_is_answered_by_nothing_and_counted() -> None:
    dialogue = Dialogue([REGISTRATION, COMPLETION])
    assert dialogue.begin() == []
    assert dialogue.hear(bytes.fromhex("05 01 03 00 00 00")) == (False, [])
    assert dialogue.hear(bytes.fromhex("80 00 00")) == (False, [])
    assert dialogue.strayed == 2
    for _ in range(2):
        assert dialogue.hear(REGISTRATION.data)[1] == [(0.5, COMPLETION.data)]
    assert dialogue.strayed == 2


def test_a_reply_leads_nowhere_else_and_a_new_link_begins_the_day_anew() -> None:
    reply = Note(1.0, True, bytes.fromhex("80 00 00"), 3)
    enquiry = Note(2.0, True, bytes.fromhex("05 01 03 00 00 00"), 6)
    dialogue = Dialogue([REGISTRATION, COMPLETION, reply, enquiry, COMPLETION])
    assert dialogue.hear(reply.data) == (False, [])
    assert dialogue.hear(REGISTRATION.data) == (False, [(0.5, COMPLETION.data)])
    assert dialogue.hear(REGISTRATION.data[:4]) == (False, [])
    assert dialogue.begin() == []
    assert dialogue.hear(REGISTRATION.data) == (False, [(0.5, COMPLETION.data)])
    assert dialogue.strayed == 1


def test_what_was_not_kept_is_whatever_the_host_says_there() -> None:
    dialogue = Dialogue([Note(0.0, True, b"", 9), COMPLETION])
    assert dialogue.hear(bytes.fromhex("06 00 02 12 34")) == (False, [(0.5, COMPLETION.data)])


def test_a_recordings_terminal_knows_neither_card_nor_password() -> None:
    kept = b"".join(note.data for note in terminal_of_a_day())
    assert bytes.fromhex("06 00") in kept
    assert bytes.fromhex("04 0F") in kept
    assert bytes.fromhex("13 57 90") not in kept
    assert bytes.fromhex("EE EE EE") not in kept, "the card's number, masked as it came"


def test_a_recording_beyond_its_bound_is_refused() -> None:
    note = Note(0.0, False, b"", 1)
    with pytest.raises(ValueError, match="at most"):
        Playback([note] * (NOTES_MAX + 1), ZVT.line, Play.TIMED)


# Files.

HEADER = {"kiosk_recording": 1, "port": "camera", "line": "9600 8N1", "bytes": "redacted"}


def written(path: Path, header: dict[str, Any], *lines: str) -> Path:
    path.write_text("\n".join([json.dumps(header), *lines]) + "\n")
    return path


def test_a_file_is_played_from_its_first_note(tmp_path: Path) -> None:
    lines = ('{"t": 100.0, "d": "up"}', '{"t": 105.0, "d": "rx", "x": "0241034142"}')
    playback = load(written(tmp_path / "r", HEADER, *lines))
    assert str(playback.line) == "9600 8N1"
    playback.connected(3.0)
    assert playback.bytes_to_send() == bytes.fromhex("0241034142")
    assert playback.deadline() == NEVER


@pytest.mark.parametrize(
    ("header", "line", "says"),
    [
        ({**HEADER, "kiosk_recording": 2}, "", "format 1"),
        ({**HEADER, "bytes": "lengths"}, "", "lengths only"),
        ({**HEADER, "port": "modem"}, "", "recording of a device"),
        ({**HEADER, "line": "fast"}, "", "format 1"),
        (HEADER, "not json", "not a note"),
        (HEADER, '{"t": 1, "d": "rx", "x": "zz"}', "not a note"),
        ({}, "", "recording of a device"),
    ],
)
def test_what_is_no_recording_is_refused_with_a_word(
    tmp_path: Path, header: dict[str, Any], line: str, says: str
) -> None:
    with pytest.raises(ValueError, match=says):
        load(written(tmp_path / "r", header, line))
