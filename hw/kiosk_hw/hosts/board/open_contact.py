"""The OPEN contact of a barrier board: one pulse per exit, hold-open, and what a lost reply means.

Never two pulses for one exit. The one doubtful case is an OPEN without a reply: did the board not
hear us, or did we not hear the board? Its outputs are read at once. The relay closed: the pulse
runs. The relay open *while a pulse that had been heard would still be running*: it was never heard,
since a board obeys in the order in which it hears, and any delay on the way only shifts that window
later. Only then, or when the board itself refused by an exception, is the OPEN sent once more.
Whatever else the reading shows, the pulse may have come and gone: the exit gets `OpenUnconfirmed`.

Two exits' pulses never overlap: the second would be swallowed by the first, and a relay closed for
one exit would confirm the other's. A held contact serves every exit that asks meanwhile.

A board without timed pulses is switched on and off. ON may be repeated until it is confirmed: for
as long as no OFF went out, all of them are one pulse. OFF is repeated until it is confirmed.
"""

from enum import Enum
from typing import Final

from kiosk_hw.barriers.model import BoardProfile
from kiosk_hw.hosts.board.exits import Exits, Outcome
from kiosk_hw.hosts.modbus_host import ModbusHost
from kiosk_hw.hosts.modbus_jobs import Finished, Job
from kiosk_hw.modbus.messages import CoilsRead, ExceptionReply
from kiosk_hw.ports.barrier import BarrierEvent, OpenPulsed, OpenUnconfirmed
from kiosk_hw.ports.party import NEVER

SENDS_MAX: Final = 2
"""How often one OPEN may leave: once, and once more when it is proven that it was not obeyed."""

SWITCH_ATTEMPTS_MAX: Final = 3
"""Attempts at a switch that may be repeated, before it is tried anew as a failure that counts."""

PULSE_TOLERANCE: Final = 0.1
"""The part of a pulse by which the board's own timer may be short."""

PULSE_GAP_S: Final = 0.2
"""The pause between two pulses, so that the barrier's control sees two: most debounce 100 ms."""

HOLD_REFRESH_S: Final = 1.0
"""How often a held contact is switched on again: a board forgets it with its power."""


class Phase(Enum):
    """What the contact is being used for."""

    RESTING = "resting"
    COMMANDED = "commanded"
    VERIFYING = "verifying"
    RUNNING = "running"
    """The pulse runs, or must be assumed to."""
    HOLDING = "holding"
    RELEASING = "releasing"
    """Switched off, but not confirmed yet."""
    PAUSING = "pausing"
    """Open again, and not closed before the barrier's control has seen that."""


class OpenContact:
    """Turns OPEN, hold and release into jobs for the line, and their ends into events."""

    def __init__(
        self, host: ModbusHost, profile: BoardProfile, unit: int, output: int, pulse_ms: int
    ) -> None:
        self.is_timed_by_board = profile.flash_on is not None
        self.phase = Phase.RESTING
        self._host = host
        self._bit = 1 << output - 1
        self._pulse_s = pulse_ms / 1000
        on, off = profile.switch(output, True), profile.switch(output, False)
        many = SWITCH_ATTEMPTS_MAX
        self._hold_on = Job(unit, on, attempts_max=many, urgent=True)
        self._off = Job(unit, off, attempts_max=many, urgent=True)
        self._verify = Job(unit, profile.read_outputs(), attempts_max=2, urgent=True)
        if self.is_timed_by_board:
            self._open = Job(unit, profile.flash(output, pulse_ms), attempts_max=1, urgent=True)
        else:
            self._open = Job(unit, on, attempts_max=many, urgent=True)
        self._exits = Exits()
        self._sends = 0
        self.due = NEVER
        """When `tick` must be called next."""
        self._pulse_over_at = 0.0

    def __repr__(self) -> str:
        return f"<OpenContact {self.phase.name} waiting={len(self._exits)} sends={self._sends}>"

    def is_in_use(self) -> bool:
        """Whether a pulse or a hold is under way, asked for, or not yet proven to be over."""
        return self.phase is not Phase.RESTING or bool(self._exits)

    def ask_pulse(self, exit_id: str, now: float) -> BarrierEvent | None:
        """Give this exit its one pulse. A repeat only hears the outcome again, if there is one."""
        outcome = self._exits.ask(exit_id)
        if self.phase is Phase.HOLDING and self.due != NEVER:
            self.due = now
        self._send_next(now)
        return outcome

    def hold(self, now: float) -> bool:
        """Close the contact and keep it closed; a pulse under way becomes part of it.

        False if it is held already.
        """
        if self.phase is Phase.HOLDING:
            return False
        self._host.withdraw(self._open)
        self._host.withdraw(self._off)
        self._switch(Phase.HOLDING, self._hold_on, now)
        return True

    def is_held(self) -> bool:
        """Whether it is to be kept closed."""
        return self.phase is Phase.HOLDING

    def release(self, now: float) -> list[BarrierEvent]:
        """Open a held contact. An exit whose OPEN nobody confirmed until now stays unconfirmed."""
        self._host.withdraw(self._hold_on)
        self._switch(Phase.RELEASING, self._off, now)
        return self._exits.ended(OpenUnconfirmed)

    def resume(self, now: float) -> Job | None:
        """The board starts anew: a hold is switched on again by this job, and nothing else is."""
        if self.phase is not Phase.HOLDING:
            return None
        self._switch(Phase.HOLDING, self._hold_on, now)
        return self._hold_on

    def abandon(self) -> list[BarrierEvent]:
        """The board is away, its jobs are gone: what it did is not known. A hold stays wanted."""
        self.due = NEVER
        if self.phase is not Phase.HOLDING:
            self.phase = Phase.RESTING
        return self._exits.abandoned()

    def finished(self, finished: Finished, now: float) -> list[BarrierEvent]:
        """One of the jobs came to its end; jobs of others mean nothing here."""
        job = finished.job
        if job is self._open:
            self._pulse_over_at = now + self._pulse_s * (1 + PULSE_TOLERANCE)
        match self.phase:
            case Phase.COMMANDED if job is self._open:
                return self._heard_of_open(finished, now)
            case Phase.VERIFYING if job is self._verify:
                return self._verified(finished, now)
            case Phase.HOLDING if job is self._hold_on:
                return self._held(finished, now)
            case Phase.RELEASING if job is self._off:
                if _is_done(finished):
                    self._pause(now)
                else:
                    self.due = now
            case _:
                pass
        return []

    def tick(self, now: float) -> None:
        """Whatever is due: a pulse is over, a hold wants its refreshing, a switch another try."""
        if self.due > now:
            return
        match self.phase:
            case Phase.HOLDING:
                self._switch(Phase.HOLDING, self._hold_on, now)
            case Phase.RUNNING if self.is_timed_by_board:
                self._pause(now)
            case Phase.RUNNING | Phase.RELEASING:
                self._switch(Phase.RELEASING, self._off, now)
            case _:
                self.phase = Phase.RESTING
                self.due = NEVER
                self._send_next(now)

    def _send_next(self, now: float) -> None:
        if self.phase is Phase.RESTING and self._exits.begin_next():
            self._sends = 0
            self._send_open(now)

    def _send_open(self, now: float) -> None:
        self._sends += 1
        self._switch(Phase.COMMANDED, self._open, now)

    def _switch(self, phase: Phase, job: Job, now: float) -> None:
        self.phase = phase
        self.due = NEVER
        self._host.submit(job, now)

    def _pause(self, now: float) -> None:
        self.phase = Phase.PAUSING
        self.due = now + PULSE_GAP_S

    def _heard_of_open(self, finished: Finished, now: float) -> list[BarrierEvent]:
        if _is_done(finished):
            return self._runs(OpenPulsed, now)
        if not self.is_timed_by_board:
            # ON may have been heard, so that OFF must follow; the arm may have been told to open.
            self._switch(Phase.RELEASING, self._off, now)
            return self._exits.ended(OpenUnconfirmed)
        if finished.reply is not None:
            return self._again_or_unconfirmed(now)
        self._switch(Phase.VERIFYING, self._verify, now)
        return []

    def _verified(self, finished: Finished, now: float) -> list[BarrierEvent]:
        if not isinstance(finished.reply, CoilsRead):
            return self._runs(OpenUnconfirmed, now)
        if int.from_bytes(finished.reply.packed, "little") & self._bit:
            return self._runs(OpenPulsed, now)
        if now < self._open.sent_at + self._pulse_s * (1 - PULSE_TOLERANCE):
            return self._again_or_unconfirmed(now)
        return self._runs(OpenUnconfirmed, now)

    def _again_or_unconfirmed(self, now: float) -> list[BarrierEvent]:
        if self._sends < SENDS_MAX:
            self._send_open(now)
            return []
        return self._runs(OpenUnconfirmed, now)

    def _runs(self, outcome: Outcome, now: float) -> list[BarrierEvent]:
        self.phase = Phase.RUNNING
        self.due = max(now, self._pulse_over_at)
        return self._exits.ended(outcome)

    def _held(self, finished: Finished, now: float) -> list[BarrierEvent]:
        if not _is_done(finished):
            self.due = now
            return []
        self.due = now + HOLD_REFRESH_S
        if now < self._pulse_over_at:
            # The board's timer of an earlier pulse may switch the held relay off.
            self.due = min(self.due, self._pulse_over_at)
        return self._exits.all_served()


def _is_done(finished: Finished) -> bool:
    return finished.reply is not None and not isinstance(finished.reply, ExceptionReply)
