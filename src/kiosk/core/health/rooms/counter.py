"""What is known of the counter, where lane and pay page meet: unwritable, fought over, alone."""

from typing import Final

from kiosk.core.health.findings import Findings
from kiosk.core.health.observations import CounterSeen
from kiosk_hw.ports.party import NEVER

FAILING_S: Final = 12.0
"""How long a counter that fails waits for the look at the disk that may explain it."""

AWAY_S: Final = 5.0
"""How long the pay page may be away after its last sign: a restart is over by then."""

REPLACED_S: Final = 150.0
"""How long a file of another release is remembered: its page looks for it once a minute."""

EXPLAINED: Final = ("disk.full", "disk.read-only", "store.failing")
"""What lets no file of that folder be written."""


class CounterRoom:
    """Knows the counter by what the lane's own thread there says of it."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._why = ""
        self._failing_since = self._away_since = NEVER
        self._replaced: int | None = None
        self._replaced_at = -NEVER

    def observe(self, seen: CounterSeen, now: float) -> None:
        """The shell asked the thread."""
        # What was met before the first look was left there by whoever ran last.
        if self._replaced is not None and seen.replaced > self._replaced:
            self._replaced_at = now
        self._replaced = seen.replaced
        self._why = seen.why
        self._failing_since = min(self._failing_since, now) if seen.why else NEVER
        self._away_since = NEVER if seen.page else min(self._away_since, now)
        if not seen.why:
            self._findings.drop(now, "page.counter-failing")
        if seen.page:
            self._findings.drop(now, "page.away", "page.other-release")

    def tick(self, now: float) -> None:
        """Judge what has lasted long enough: a page of another release is never seen here."""
        away = now - self._away_since > AWAY_S
        if now - self._replaced_at <= REPLACED_S:
            if away:
                self._findings.drop(now, "page.counter-failing", "page.away")
                self._findings.find("page.other-release", now, met=self._replaced)
            return
        self._findings.drop(now, "page.other-release")
        if now - self._failing_since > FAILING_S:
            if not any(map(self._findings.holds, EXPLAINED)):
                self._findings.find("page.counter-failing", now, why=self._why)
        elif self._failing_since == NEVER and away:
            self._findings.find("page.away", now)
