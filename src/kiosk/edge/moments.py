"""Reads moments as people type them: the wall clock of a car park, or with an offset from UTC."""

from datetime import UTC, datetime, tzinfo

from kiosk.errors import KioskError
from kiosk.tariff.reckoning.quoting import YEARS


def moment(text: str, zone: tzinfo, where: str) -> datetime:
    """The moment in UTC. Raises KioskError, naming `where`, for one that is none or two."""
    shown = repr(text[:60])
    try:
        read = datetime.fromisoformat(text.strip())
    except ValueError:
        raise KioskError(
            f"{where}: expected a time like 2026-01-31T10:00 or 2026-01-31T10:00+01:00, got {shown}"
        ) from None
    if not YEARS[0] < read.year < YEARS[-1]:
        raise KioskError(f"{where}: expected a year from {YEARS[1]} to {YEARS[-2]}, got {shown}")
    if read.tzinfo is not None:
        return read.astimezone(UTC)
    first = read.replace(tzinfo=zone, fold=0)
    second = first.replace(fold=1)
    if first.utcoffset() != second.utcoffset():
        raise KioskError(f"{where}: {_never_or_twice(first, second, zone)}")
    return first.astimezone(UTC)


def _never_or_twice(first: datetime, second: datetime, zone: tzinfo) -> str:
    shown = f"{first:%Y-%m-%d %H:%M}"
    early, late = first.astimezone(UTC).astimezone(zone), second.astimezone(UTC).astimezone(zone)
    if early.replace(tzinfo=None, fold=0) != first.replace(tzinfo=None, fold=0):
        return (
            f"{shown} does not exist on this clock, which is put forward then;"
            f" expected {min(early, late, key=_wall):%H:%M} or {max(early, late, key=_wall):%H:%M}"
        )
    return (
        f"{shown} comes twice on this clock, which is put back then;"
        f" expected {first.isoformat()} or {second.isoformat()}"
    )


def _wall(moment: datetime) -> datetime:
    return moment.replace(tzinfo=None)
