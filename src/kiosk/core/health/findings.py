"""What was found and what was disproved: the book that every room writes in. No judging."""

from collections import deque
from collections.abc import Mapping
from dataclasses import replace

from kiosk.core.health.catalogue import CATALOGUE
from kiosk.core.health.model import HISTORY_MAX, Device, Found


class Findings:
    """The faults that hold, by device and code, and those that ended lately."""

    def __init__(self) -> None:
        self.holding: dict[tuple[Device, str], Found] = {}
        self.ended: deque[Found] = deque(maxlen=HISTORY_MAX)
        self.changes = 0
        """How often something was found or ended; whoever shows it compares."""

    def find(
        self,
        code: str,
        now: float,
        device: Device | None = None,
        known: Mapping[str, object] | None = None,
        **evidence: object,
    ) -> None:
        """This fault is proved; found again, it keeps its age and takes the newer evidence.

        Raises LookupError for a code that the catalogue does not have.
        """
        whose = device or CATALOGUE[code].device
        assert whose is not None, f"{code} needs a device"
        told = tuple((name, str(value)) for name, value in {**(known or {}), **evidence}.items())
        before = self.holding.get((whose, code))
        if before is None:
            self.changes += 1
            self.holding[whose, code] = Found(code, whose, now, told)
        elif told != before.evidence:
            self.holding[whose, code] = replace(before, evidence=told)

    def drop(self, now: float, *codes: str, device: Device | None = None) -> None:
        """These faults are disproved, if they were found."""
        for code in codes:
            whose = device or CATALOGUE[code].device
            assert whose is not None, f"{code} needs a device"
            found = self.holding.pop((whose, code), None)
            if found is not None:
                self.changes += 1
                self.ended.append(replace(found, ended=now))

    def holds(self, code: str, device: Device | None = None) -> bool:
        """Whether this fault is found at the moment."""
        return (device or CATALOGUE[code].device, code) in self.holding

    def of(self, device: Device) -> tuple[Found, ...]:
        """What is found on this device, oldest first."""
        found = [each for (whose, _), each in self.holding.items() if whose is device]
        return tuple(sorted(found, key=lambda each: (each.since, each.code)))
