"""One car's way through the lane: what its machines know of it together. Decides nothing."""

from dataclasses import dataclass

from kiosk.core.receipt import ReceiptLine
from kiosk.core.shows import ScreenCode
from kiosk.core.stopwatch import Stopwatch
from kiosk_hw.ports.money import Money
from kiosk_hw.ports.plate import PlateText


@dataclass(slots=True)
class Passage:
    """One car's way through the lane, from the arming loop to the cleared safety loop."""

    exit_id: str
    stopwatch: Stopwatch
    stay_id: str | None = None
    order_id: str | None = None
    receipt_id: str = ""
    """What the receipt of the money is called that is held for it."""
    plate: PlateText | None = None
    amount: Money | None = None
    paid_before_minor: int = 0
    """What had been paid for its stay when it was priced."""
    kind: str = ""
    lines: tuple[ReceiptLine, ...] = ()
    """The lines of its fee, for a receipt."""
    codes: tuple[ScreenCode, ...] = ()
    """What can be scanned to pay its fee now."""
    codes_coming: int = 0
    """So many more codes are being made."""
    by_code: bool = False
    """Its fee can be paid by code, though there may be no code to show yet."""
    by_card: bool = False
    """Its fee can be paid by card."""
    asks: int = 0
    charges: int = 0
    openings: int = 0
    """OPEN pulses since it was released last; bounded, so that a person looks in time."""
    pulses: int = 0
    """OPEN pulses in all; the number makes each pulse's name new to the board."""
    raised: bool = False
    rear_seen: bool = False
    """The car was seen leaving the arming loop while it was under the arm."""
    settle_later: bool = False
    leaving: bool = False
    """It was let go: nothing more is charged for its stay."""
    returned: bool = False
    """A payment for it goes back, because its stay had been paid for already."""
    called_in_silence: bool = False
    """A person was called for it because the barrier board did not answer."""
    waits_for_till: bool = False
    """Its fee stands, and neither terminal nor gateway was there to take it."""
