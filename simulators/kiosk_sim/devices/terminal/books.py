"""The terminal's memory that needs no power: bookings, numbers, the last transaction."""

from dataclasses import dataclass, replace
from enum import Enum
from typing import Final

RECEIPT_NO_MAX: Final = 9999
"""Bitmap 87 has four digits; after it comes receipt 1."""

TRACE_NO_MAX: Final = 999_999
"""Bitmap 0B has six digits."""

BOOKINGS_MAX: Final = 200_000
"""Bookings that are kept for tests and campaigns; a terminal that is so full takes no payment."""


@dataclass(frozen=True, slots=True)
class Transaction:
    """A payment or a reversal as the terminal stores it; nothing about the card."""

    receipt_no: int
    trace_no: int
    amount_minor: int
    date_mmdd: str
    time_hhmmss: str
    original_trace_no: int | None = None
    """Only a reversal has it: the trace number of the payment that it takes back."""


@dataclass(slots=True)
class Booking:
    """Money that was taken, and whether it was given back: the truth, whatever was told."""

    receipt_no: int
    amount_minor: int
    trace_no: int
    reversed: bool = False
    settled: bool = True
    """False while the register's answer to its 04 0F is missing (PA00P015 4.2)."""


class ReversalCheck(Enum):
    """Whether a booking can be taken back."""

    POSSIBLE = "possible"
    ALREADY = "already reversed"
    IMPOSSIBLE = "not possible"


class Books:
    """What one terminal has booked, held and stored; a power cut changes nothing here."""

    __slots__ = ("bookings", "closed", "held", "last", "receipt_no", "trace_no")

    def __init__(self) -> None:
        self.bookings: list[Booking] = []
        self.closed = 0
        """So many of the bookings lie before the last end of day and can no longer be reversed."""
        self.held: Transaction | None = None
        """Approved, and the register has not yet decided on the goods."""
        self.last: Transaction | None = None
        self.receipt_no = 0
        self.trace_no = 0

    def __repr__(self) -> str:
        return (
            f"<Books bookings={len(self.bookings)} taken_minor={self.taken_minor()}"
            f" held={self.held is not None} receipt_no={self.receipt_no}>"
        )

    def taken_minor(self) -> int:
        """What was taken in all, reversed bookings left out."""
        return sum(one.amount_minor for one in self.bookings if not one.reversed)

    def open_day(self) -> list[Booking]:
        """The bookings since the last end of day."""
        return self.bookings[self.closed :]

    def full(self) -> bool:
        """No further booking fits."""
        return len(self.bookings) >= BOOKINGS_MAX

    def next_numbers(self) -> tuple[int, int]:
        """A new receipt number and trace number."""
        self.receipt_no = self.receipt_no % RECEIPT_NO_MAX + 1
        self.trace_no = self.trace_no % TRACE_NO_MAX + 1
        return self.receipt_no, self.trace_no

    def hold(self, transaction: Transaction) -> None:
        """The host approved; nothing is booked yet."""
        self.held = transaction

    def take(self, amount_minor: int) -> None:
        """The goods are out: the held money is booked, or a smaller part of it."""
        if self.held is not None:
            self.book(replace(self.held, amount_minor=amount_minor), settled=True)
            self.held = None

    def keep(self) -> None:
        """The register's answer is missing: the held money is booked, but not settled."""
        if self.held is not None:
            self.book(self.held, settled=False)
            self.held = None

    def book(self, taken: Transaction, *, settled: bool) -> None:
        """This payment is booked and stored as the last transaction."""
        self.last = taken
        self.bookings.append(
            Booking(taken.receipt_no, taken.amount_minor, taken.trace_no, settled=settled)
        )

    def give_back(self) -> None:
        """The held money is released; it was never a booking."""
        self.held = None

    def settle(self, echoed_receipt_no: int) -> Booking | None:
        """An unsettled booking that the register does not know is reversed (PA00P015 4.2)."""
        newest = self.newest()
        if newest is None or newest.settled:
            return None
        newest.settled = True
        if newest.receipt_no == echoed_receipt_no:
            return None
        newest.reversed = True
        return newest

    def newest(self) -> Booking | None:
        """The last booking, reversed or not."""
        return self.bookings[-1] if self.bookings else None

    def check(
        self, receipt_no: int, amount_minor: int | None
    ) -> tuple[ReversalCheck, Booking | None]:
        """Whether 06 30 may take this receipt of the open day back, and which booking it is."""
        for one in reversed(self.open_day()):
            if one.receipt_no == receipt_no:
                break
        else:
            return ReversalCheck.IMPOSSIBLE, None
        if amount_minor not in (None, one.amount_minor):
            return ReversalCheck.IMPOSSIBLE, one
        return (ReversalCheck.ALREADY if one.reversed else ReversalCheck.POSSIBLE), one

    def reverse(self, booking: Booking, date_mmdd: str, time_hhmmss: str) -> Transaction:
        """The booking is taken back; the reversal is a transaction with numbers of its own."""
        booking.reversed = True
        receipt_no, trace_no = self.next_numbers()
        self.last = Transaction(
            receipt_no, trace_no, booking.amount_minor, date_mmdd, time_hhmmss, booking.trace_no
        )
        return self.last

    def close_day(self) -> None:
        """The day is reconciled with the host."""
        self.closed = len(self.bookings)
