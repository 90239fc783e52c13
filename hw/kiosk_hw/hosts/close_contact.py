"""The CLOSE contact of a barrier board, where one is wired at all.

A CLOSE is checked twice: when it is asked for, and in the moment in which it leaves. It must be
timed by the board: a controller that dies between ON and OFF would leave the contact closed.
"""

from typing import Final

from kiosk_hw.barriers.model import BoardProfile
from kiosk_hw.hosts.barrier_inputs import InputWatch
from kiosk_hw.hosts.modbus_host import ANSWER_S, ModbusHost
from kiosk_hw.hosts.modbus_jobs import Job
from kiosk_hw.hosts.open_contact import OpenContact
from kiosk_hw.ports.party import NEVER

CLOSE_POLLS_MAX: Final = 3
"""How old, in polls, the sample may be by which a CLOSE is given."""


class CloseContact:
    """Gives CLOSE pulses when the line is free for them, refuses them, and takes them back."""

    def __init__(
        self,
        host: ModbusHost,
        profile: BoardProfile,
        unit: int,
        output: int | None,
        pulse_ms: int,
    ) -> None:
        self._host = host
        # The board starts its pulse when it has heard us, at the latest when it must have answered.
        self._running_s = pulse_ms / 1000 + ANSWER_S
        self._pulse: Job | None = None
        self._off: Job | None = None
        if output is not None:
            self._pulse = Job(unit, profile.flash(output, pulse_ms), attempts_max=1)
            off = profile.switch(output, False)
            self._off = Job(unit, off, attempts_max=3, urgent=True)
        self._is_asked = False
        self._over_at = 0.0

    def why_not(self, watch: InputWatch, contact: OpenContact, sample_polls: float) -> str:
        """Why nobody may close now; empty when one may. `sample_polls` is the sample's age."""
        if self._pulse is None:
            return "no CLOSE output is wired"
        if contact.is_in_use():
            return "an OPEN is under way, or the lane is held open"
        if watch.inputs is None or watch.inputs.fire:
            return "the fire contact asks for an open lane"
        if not watch.sees_safety_clear():
            return "the safety loop is not known clear"
        if sample_polls >= CLOSE_POLLS_MAX:
            return "the last sample of the safety loop is too old"
        return ""

    def ask(self) -> None:
        """A CLOSE is wanted as soon as the line is free."""
        self._is_asked = True

    def is_due(self, now: float) -> bool:
        """Whether one is wanted, and would leave at once."""
        return self._is_asked and self._host.free_at() <= now

    def is_running(self, now: float) -> bool:
        """Whether a pulse may be running."""
        return now < self._over_at

    def give(self, now: float) -> None:
        """Let the pulse leave, now."""
        assert self._pulse is not None, "no CLOSE output is wired"
        self._is_asked = False
        self._over_at = now + self._running_s
        self._host.submit(self._pulse, now)

    def stop(self, now: float) -> bool:
        """No CLOSE from here on; a running one is cut off. True if a wanted one is not given."""
        was_asked, self._is_asked = self._is_asked, False
        if now < self._over_at and self._off is not None:
            self._over_at = 0.0
            self._host.submit(self._off, now)
        return was_asked

    def deadline(self) -> float:
        """When a wanted CLOSE can leave."""
        return self._host.free_at() if self._is_asked else NEVER
