"""The CLOSE contact of a barrier board, where one is wired at all.

A CLOSE is checked twice: when it is asked for, and in the moment in which it leaves. It must be
timed by the board: a controller that dies between ON and OFF would leave the contact closed.
"""

from typing import Final

from kiosk_hw.barriers.model import BoardProfile
from kiosk_hw.hosts.board.inputs import InputWatch
from kiosk_hw.hosts.board.open_contact import OpenContact
from kiosk_hw.hosts.board.polls import Polls
from kiosk_hw.hosts.modbus_host import ANSWER_S, ModbusHost
from kiosk_hw.hosts.modbus_jobs import Job
from kiosk_hw.ports.barrier import BarrierEvent, CloseRefused
from kiosk_hw.ports.party import NEVER

CLOSE_POLLS_MAX: Final = 3
"""How old, in polls, the sample may be by which a CLOSE is given."""

STOP_ATTEMPTS_MAX: Final = 3
"""Attempts at cutting a CLOSE off: by then the board's own timer has ended it."""


class CloseContact:
    """Gives CLOSE pulses when the line is free for them, refuses them, and takes them back.

    Raises ValueError for an output whose pulses the board cannot time.
    """

    def __init__(
        self,
        host: ModbusHost,
        watch: InputWatch,
        contact: OpenContact,
        polls: Polls,
        profile: BoardProfile,
        *,
        unit: int,
        output: int | None,
        pulse_ms: int,
    ) -> None:
        self._host = host
        self._watch = watch
        self._contact = contact
        self._polls = polls
        # The board starts its pulse when it has heard us, at the latest when it must have answered.
        self._running_s = pulse_ms / 1000 + ANSWER_S
        self._jobs: tuple[Job, Job] | None = None
        if output is not None:
            off = profile.switch(output, False)
            self._jobs = (
                Job(unit, profile.flash(output, pulse_ms), attempts_max=1),
                Job(unit, off, attempts_max=STOP_ATTEMPTS_MAX, urgent=True),
            )
        self._is_asked = False
        self._over_at = 0.0

    def ask(self, now: float) -> list[BarrierEvent]:
        """Let one leave as soon as the line is free, or refuse it."""
        why = self._why_not(now)
        self._is_asked = not why
        return [CloseRefused(why)] if why else []

    def is_due(self, now: float) -> bool:
        """Whether one is asked for, and would leave at once."""
        return self._is_asked and self._host.free_at() <= now

    def give(self, now: float) -> list[BarrierEvent]:
        """Let the one that is due leave, or refuse it still."""
        why = self._why_not(now)
        self._is_asked = False
        if self._jobs is None or why:
            return [CloseRefused(why)]
        self._over_at = now + self._running_s
        self._host.submit(self._jobs[0], now)
        return []

    def is_running(self, now: float) -> bool:
        """Whether a pulse may be running."""
        return now < self._over_at

    def stop(self, now: float, why: str) -> list[BarrierEvent]:
        """Refuse a CLOSE that has not left, and cut a running one off."""
        was_asked, self._is_asked = self._is_asked, False
        if self._jobs is not None and now < self._over_at:
            self._over_at = 0.0
            self._host.submit(self._jobs[1], now)
        return [CloseRefused(why)] if was_asked else []

    def deadline(self) -> float:
        """When a CLOSE that was asked for can leave."""
        return self._host.free_at() if self._is_asked else NEVER

    def _why_not(self, now: float) -> str:
        if self._jobs is None:
            return "no CLOSE output is wired"
        age_max_s = CLOSE_POLLS_MAX * self._polls.interval_s
        if self._polls.age_s(now) >= age_max_s or self._watch.inputs is None:
            return "the safety loop was not sampled lately"
        if self._contact.is_in_use():
            return "an OPEN is under way, or the lane is held open"
        if self._watch.inputs.fire:
            return "the fire contact asks for an open lane"
        if not self._watch.sees_safety_clear():
            return "the safety loop is not known clear"
        return ""
