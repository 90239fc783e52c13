"""What the lines alone cost an exit: the time in which its own bytes were on their way.

That is the physical limit of the machine's share: no controller can be faster on these lines.
"""

from dataclasses import dataclass, replace
from random import Random
from typing import Any, Final

from kiosk_hw.modbus.frames import t35_s
from kiosk_hw.modbus.messages import WriteCoil
from kiosk_hw.ports.party import LineSettings
from kiosk_sim.devices.terminal.settings import TerminalSettings
from kiosk_sim.site.campaign import EXIT_S_MAX, READY_S
from kiosk_sim.site.scenario import Kind, guests
from kiosk_sim.site.virtual_lane import LanePlan, VirtualLane

EXITS: Final = 20


@dataclass(frozen=True, slots=True)
class Speeds:
    """How fast terminal and board are; the camera stays at its own speed."""

    zvt_baud: int
    modbus_baud: int

    def __str__(self) -> str:
        return f"{self.zvt_baud}/{self.modbus_baud}"

    def plan(self, plan: LanePlan) -> LanePlan:
        """The same lane at these speeds."""
        assert plan.terminal is not None, "an exit without a terminal has no speed of it"
        line = replace(plan.terminal.line, baud=self.zvt_baud)
        return replace(
            plan,
            barrier=replace(plan.barrier, line=LineSettings(self.modbus_baud)),
            terminal=replace(plan.terminal, line=line),
            terminal_settings=TerminalSettings(line=line),
        )


SPEEDS: Final = (Speeds(9600, 9600), Speeds(115200, 19200))


class Tap:
    """A party that notes when bytes were on its line, and hands every verb on.

    Of a board only the writes count: an exit could do without the polls.
    """

    def __init__(self, party: Any, is_board: bool) -> None:
        self.busy: list[tuple[float, float]] = []
        self._party = party
        self._board = is_board
        self._now = 0.0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._party, name)

    def tick(self, now: float) -> Any:
        self._now = now
        return self._party.tick(now)

    def command(self, command: Any, now: float) -> None:
        self._now = now
        self._party.command(command, now)

    def receive(self, data: bytes, now: float) -> Any:
        self._now = now
        if not self._board:
            self.busy.append((now - len(data) * self._party.line.char_s, now))
        return self._party.receive(data, now)

    def bytes_to_send(self) -> bytes:
        data: bytes = self._party.bytes_to_send()
        line = self._party.line
        if data and not self._board:
            self.busy.append((self._now, self._now + len(data) * line.char_s))
        elif data and data[1] == WriteCoil.function:
            # The board takes a frame for whole once the line was silent for t3.5 behind it.
            self.busy.append((self._now, self._now + len(data) * line.char_s + t35_s(line)))
        return data


def line_seconds(plan: LanePlan, kind: Kind) -> list[float]:
    """For each of some exits: the part of the machine's share that its own bytes took."""
    lane = VirtualLane(plan)
    parties = lane.controller.parties
    taps = [Tap(party, name == "barrier") for name, party in parties.items()]
    parties.update(zip(parties, taps, strict=True))
    arriving = list(guests(Random(plan.seed), EXITS, (kind,), from_s=READY_S))
    for guest in arriving:
        lane.expect(guest)
    lane.run(arriving[-1].at_s + EXIT_S_MAX, EXITS)
    busy = sorted(stretch for tap in taps for stretch in tap.busy)
    return [_covered(record.gaps(), busy) for record in lane.world.ledger.exits]


def _covered(gaps: list[tuple[float, float]], busy: list[tuple[float, float]]) -> float:
    """The seconds of the gaps in which something was busy."""
    covered = 0.0
    for start_s, end_s in gaps:
        at_s = start_s
        for from_s, to_s in busy:
            if to_s > at_s and from_s < end_s:
                covered += min(to_s, end_s) - max(from_s, at_s)
                at_s = min(to_s, end_s)
    return covered
