"""A store with a wall clock that the test sets, and short words for what a lane writes and asks."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from kiosk.core.records import (
    Answer,
    Batch,
    ClosingReason,
    FindOpenOrders,
    FindStay,
    OpenOrdersFound,
    PaymentIntended,
    Row,
    StayClosed,
    StayFound,
    StayMissing,
    StayOpened,
)
from kiosk.edge.store.store import IN_MEMORY, Store
from kiosk_hw.ports.money import Money
from kiosk_hw.ports.plate import PlateText

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Desk:
    """One store and its clock."""

    def __init__(self, folder: Path | str = IN_MEMORY, *, live_days_max: int = 92) -> None:
        self.now = NOON
        self.folder = folder
        self.store = Store(folder, wall=lambda: self.now, live_days_max=live_days_max)

    def later(self, **passed: float) -> None:
        self.now += timedelta(**passed)

    def write(self, *rows: Row) -> None:
        assert self.store.carry_out(Batch(rows=rows)) == []

    def enter(self, stay_id: str, plate: str) -> None:
        self.write(StayOpened("", stay_id, PlateText(plate), "car"))

    def leave(self, stay_id: str) -> None:
        self.write(StayClosed("x", stay_id, ClosingReason.LEFT))

    def intend(self, order_id: str, stay_id: str, minor: int = 1250, exit_id: str = "x") -> None:
        self.write(PaymentIntended(exit_id, order_id, stay_id, eur(minor), 7))

    def ask(self, plate: str, *lookalikes: str) -> StayFound | StayMissing:
        query = FindStay("x", PlateText(plate), tuple(PlateText(text) for text in lookalikes))
        answer = self._one(Batch(queries=(query,)))
        assert isinstance(answer, StayFound | StayMissing)
        return answer

    def found(self, plate: str, *lookalikes: str) -> StayFound:
        answer = self.ask(plate, *lookalikes)
        assert isinstance(answer, StayFound)
        return answer

    def missing(self, plate: str, *lookalikes: str) -> int:
        """How many candidates there were; fails if the stay was found."""
        answer = self.ask(plate, *lookalikes)
        assert isinstance(answer, StayMissing)
        return answer.candidates

    def open_orders(self) -> OpenOrdersFound:
        answer = self._one(Batch(queries=(FindOpenOrders(),)))
        assert isinstance(answer, OpenOrdersFound)
        return answer

    def _one(self, batch: Batch) -> Answer:
        (answer,) = self.store.carry_out(batch)
        return answer


def eur(minor: int) -> Money:
    return Money(minor, "EUR")


def bytes_of_all_files(folder: Path) -> bytes:
    """Everything under the folder, write-ahead and shared-memory files included."""
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())
