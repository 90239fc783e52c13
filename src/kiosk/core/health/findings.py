"""What was found, suspected and disproved: the book that every room writes in. No judging."""

from collections import deque
from collections.abc import Mapping
from dataclasses import replace

from kiosk.core.health.catalogue import CATALOGUE
from kiosk.core.health.model import HISTORY_MAX, Device, Found


class Findings:
    """The faults that hold, by device and code, those suspected, and those that ended lately."""

    def __init__(self) -> None:
        self.holding: dict[tuple[Device, str], Found] = {}
        self.suspected: dict[tuple[Device, str], Found] = {}
        """What one car spoke for; the next ones prove or disprove it. Nothing that holds."""
        self.ended: deque[Found] = deque(maxlen=HISTORY_MAX)
        self.changes = 0
        """How often something was found or ended; whoever shows it compares."""
        self.suspicions = 0
        """How often something came to be suspected."""

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
        self.suspected.pop((whose, code), None)
        before = self.holding.get((whose, code))
        if before is None:
            self.changes += 1
            self.holding[whose, code] = Found(code, whose, now, told)
        elif told != before.evidence:
            self.holding[whose, code] = replace(before, evidence=told)

    def suspect(self, code: str, now: float, **evidence: object) -> None:
        """One car speaks for this fault, which has a device of its own, and too few do.

        Raises LookupError for a code that the catalogue does not have.
        """
        whose = CATALOGUE[code].device
        assert whose is not None, f"{code} needs a device"
        if (whose, code) in self.holding or (whose, code) in self.suspected:
            return
        told = tuple((name, str(value)) for name, value in evidence.items())
        self.suspicions += 1
        self.suspected[whose, code] = Found(code, whose, now, told)

    def drop(self, now: float, *codes: str, device: Device | None = None) -> None:
        """These faults are disproved, if they were found or suspected."""
        for code in codes:
            whose = device or CATALOGUE[code].device
            assert whose is not None, f"{code} needs a device"
            self.suspected.pop((whose, code), None)
            found = self.holding.pop((whose, code), None)
            if found is not None:
                self.changes += 1
                self.ended.append(replace(found, ended=now))

    def holds(self, code: str, device: Device | None = None) -> bool:
        """Whether this fault is found at the moment."""
        return (device or CATALOGUE[code].device, code) in self.holding

    def of(self, device: Device) -> tuple[Found, ...]:
        """What is found on this device, oldest first."""
        return _oldest_first(self.holding, device)

    def suspected_of(self, device: Device) -> tuple[Found, ...]:
        """What this device is suspected of, oldest first."""
        return _oldest_first(self.suspected, device)


def _oldest_first(book: Mapping[tuple[Device, str], Found], device: Device) -> tuple[Found, ...]:
    found = [each for (whose, _), each in book.items() if whose is device]
    return tuple(sorted(found, key=lambda each: (each.since, each.code)))
