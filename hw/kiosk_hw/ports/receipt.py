"""What a booking of a payment terminal is found again by. Nothing about the card is here."""

from dataclasses import dataclass

from kiosk_hw.ports.money import Money


@dataclass(frozen=True, slots=True)
class Receipt:
    """How a terminal names one of its bookings."""

    receipt_no: int
    """The terminal's receipt number, 1..9999 (ZVT BMP 87)."""
    amount: Money | None = None
    trace_no: int | None = None
    terminal_id: str = ""
    date_mmdd: str = ""
    time_hhmmss: str = ""
    reversed: bool = False
    """The stored booking is a reversal, or was reversed."""
