"""What is known of the time: a clock that was set, one that is wrong, and whose clock it is."""

from typing import Any, Final

from kiosk.core.health.findings import Findings
from kiosk.core.health.observations import ClockSeen
from kiosk_hw.ports import terminal

DAY_S: Final = 86_400

JUMP_S: Final = 2.0
"""A wall clock that moved by more than this was set: time services slew what is less."""

WRONG_S: Final = 2.0
"""How far off a time server may say that the clock is; nobody's fee changes by that."""

APART_S: Final = 100.0
"""How far a receipt's time may be from ours: terminals drift, and round to the minute."""

UNKNOWN_S: Final = 60.0
"""How long a jump that nobody can judge waits for a receipt that may call the clock wrong."""

BOOT_S: Final = 600.0
"""How long a machine may need after its start to reach a time server."""

LOST_S: Final = 20.0
"""How long a clock that had been checked may be unchecked: a restarted time service asks its
servers in a burst, and has set the clock again after some ten seconds."""

JUMPED_S: Final = 120.0
"""How long a jump is told of: what it spoilt is in the lane meanwhile."""


class ClockRoom:
    """Compares the wall clock with the steady one, a time server, and the terminal's receipts."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._seen: ClockSeen | None = None
        self._seen_at = 0.0
        self._was_checked = False
        self._unchecked_since: float | None = None
        self._jumped_at: float | None = None
        self._jump_s = 0.0

    def observe(self, seen: ClockSeen, now: float) -> None:
        """The machine looked at its clock."""
        before, self._seen, self._seen_at = self._seen, seen, now
        if before is not None:
            jump_s = seen.minus_steady_s - before.minus_steady_s
            if abs(jump_s) > JUMP_S:
                self._jumped_at, self._jump_s = now, jump_s
        if seen.offset_s is not None:
            self._compare(seen.offset_s, now)
        self._judge_jump(seen, now)
        self._check(seen, now)

    def hear(self, event: Any, now: float) -> None:
        """A receipt bears the terminal's time."""
        if isinstance(event, terminal.PaymentApproved) and self._seen is not None:
            told = event.receipt.time_hhmmss
            if len(told) == 6 and told.isdecimal() and self._seen.local_s is not None:
                ours = self._seen.local_s + now - self._seen_at
                theirs = int(told[:2]) * 3600 + int(told[2:4]) * 60 + int(told[4:])
                apart = (theirs - ours + DAY_S / 2) % DAY_S - DAY_S / 2
                self._apart_by(apart, now)

    # Inside.

    def _judge_jump(self, seen: ClockSeen, now: float) -> None:
        """A jump onto the right time is told of; one away from it is a wrong clock."""
        if self._jumped_at is None:
            return
        age_s = now - self._jumped_at
        if age_s > JUMPED_S:
            self._jumped_at = None
            self._findings.drop(now, "clock.jumped")
        elif not self._findings.holds("clock.wrong"):
            known = seen.offset_s is not None or abs(self._jump_s) < APART_S
            if known or age_s >= UNKNOWN_S:
                self._findings.find("clock.jumped", now, by_s=f"{self._jump_s:+.0f}")

    def _compare(self, offset_s: float, now: float) -> None:
        if abs(offset_s) > WRONG_S:
            self._wrong(now, "time server", offset_s)
        else:
            self._findings.drop(now, "clock.wrong")

    def _apart_by(self, apart_s: float, now: float) -> None:
        assert self._seen is not None
        checked = self._seen.synchronised or self._seen.offset_s is not None
        if abs(apart_s) <= APART_S:
            self._findings.drop(now, "terminal.clock-wrong")
            if self._seen.offset_s is None:
                self._findings.drop(now, "clock.wrong")
        elif not checked:
            self._wrong(now, "terminal's receipts", apart_s)
        elif not self._findings.holds("clock.wrong"):
            self._findings.find("terminal.clock-wrong", now, apart_s=f"{apart_s:+.0f}")

    def _wrong(self, now: float, by_whom: str, offset_s: float) -> None:
        """The jump that made it so is part of the same story."""
        self._jumped_at = None
        self._findings.drop(now, "clock.jumped", "clock.unsynchronised")
        self._findings.find("clock.wrong", now, says=by_whom, off_s=f"{offset_s:+.0f}")

    def _check(self, seen: ClockSeen, now: float) -> None:
        if seen.synchronised:
            self._was_checked, self._unchecked_since = True, None
            self._findings.drop(now, "clock.unsynchronised")
            return
        if self._unchecked_since is None:
            self._unchecked_since = now
        lasts = now - self._unchecked_since
        # A jump that nobody has judged yet may say more: that the clock is wrong.
        waits_s = LOST_S if self._jumped_at is None else UNKNOWN_S
        too_long = lasts > (waits_s if self._was_checked else BOOT_S)
        if too_long and not self._findings.holds("clock.wrong"):
            self._findings.find("clock.unsynchronised", now, for_s=f"{lasts:.0f}")
