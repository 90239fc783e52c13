"""What people may see of a lane: the driver's screen, one line per step, and each exit's report."""

from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from kiosk.core.receipt import ReceiptLine
from kiosk.core.stopwatch import Waterfall
from kiosk_hw.ports.money import Money
from kiosk_hw.ports.plate import PlateText


class Picture(Enum):
    """The one thing that the driver's screen shows."""

    WELCOME = "welcome"
    READING = "reading"
    ASK_PLATE = "ask-plate"
    DUE = "due"
    PAYING = "paying"
    APPROVED = "approved"
    WAIT = "wait"
    DRIVE = "drive"
    HELP = "help"
    OUT_OF_SERVICE = "out-of-service"
    FIRE = "fire"


@dataclass(frozen=True, slots=True)
class ScreenCode:
    """One code to scan: `content` is what it says, `by` whose app must scan it ("": any)."""

    content: str
    by: str = ""


@dataclass(frozen=True, slots=True)
class ScreenShown:
    """The driver's screen changes to this picture; `note` is a fixed word, never free text."""

    picture: Picture
    exit_id: str = ""
    plate: PlateText | None = None
    amount: Money | None = None
    note: str = ""
    codes: tuple[ScreenCode, ...] = ()
    """With `DUE` and `HELP`: what can be scanned to pay. With `DRIVE`: where the receipt is."""
    card: bool = False
    """With `DUE` and `HELP`: a card can be tapped."""
    codes_coming: int = 0
    """With `DUE` and `HELP`: so many more codes are being made; their places are kept free."""
    help_in_s: float | None = field(default=None, compare=False)
    """With `DUE` and `ASK_PLATE`: a person is called by itself so long from now; None: not."""


@dataclass(frozen=True, slots=True)
class StepTaken:
    """One line of the log: `step` is `machine.thing.done`, `facts` are its key=value pairs."""

    step: str
    exit_id: str = ""
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class AlarmChanged:
    """Something wants a person (`on`), or no longer does."""

    kind: str
    on: bool
    why: str = ""


@dataclass(frozen=True, slots=True)
class ExitReported:
    """One exit is over: how the car was let out, and who had which second."""

    exit_id: str
    kind: str
    waterfall: Waterfall


# For the counter, which stands between the lane and the pay page.


@dataclass(frozen=True, slots=True)
class OfferMade:
    """This lane's order can be paid by its page from now on, until `OfferEnded`."""

    order_id: str
    exit_id: str
    plate: PlateText | None
    amount: Money


@dataclass(frozen=True, slots=True)
class OfferEnded:
    """Nothing can be tapped for this order any more: it was paid, or the car goes another way."""

    order_id: str
    paid: bool


@dataclass(frozen=True, slots=True)
class PayLinkReady:
    """The answer to a tap: the driver's browser may go there to pay."""

    request_id: str
    """The `request_id` of the tap, or the lane's `order_id`."""
    link: str
    gateway: str = ""
    """Whose link it is, at a lane's own code: two phones may choose two gateways at once."""


@dataclass(frozen=True, slots=True)
class PayLinkRefused:
    """The answer to a tap: not now. `why` is a fixed word that the page can put into words."""

    request_id: str
    why: str
    gateway: str = ""
    """Who is not to be paid now, at a lane's own code."""


@dataclass(frozen=True, slots=True)
class StayPayEnded:
    """What became of a tap elsewhere: the stay is paid, or nothing was charged."""

    request_id: str
    paid: bool
    receipt_id: str = ""
    """The `receipt_id` of its `ReceiptIssued`, for the page to show it to its payer."""


@dataclass(frozen=True, slots=True)
class PaymentReturned:
    """What was paid for this tap or offer was not needed, and goes back; this is its last word."""

    request_id: str


@dataclass(frozen=True, slots=True)
class ReceiptIssued:
    """Money was taken for good: what a receipt may say. It names no vehicle."""

    receipt_id: str
    """The order that was paid."""
    amount: Money
    lines: tuple[ReceiptLine, ...]
    by: str
    """`card`, or the gateway's port."""


OfferShow = OfferMade | OfferEnded | PayLinkReady | PayLinkRefused
CounterShow = OfferShow | StayPayEnded | PaymentReturned | ReceiptIssued


@dataclass(frozen=True, slots=True)
class ControlShown:
    """Who has control of the lane, or what became of a wish of `holder`, and why."""

    holder: str
    state: str
    why: str = ""
    who: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class TrialStep:
    """One step of a technician's trial, `at_s` after its beginning; its end says if it passed."""

    trial_id: str
    what: str
    at_s: float
    passed: bool | None


ControlNews = ControlShown | TrialStep
Show = ScreenShown | StepTaken | AlarmChanged | ExitReported | CounterShow | ControlNews


def as_record(show: Show) -> dict[str, Any]:
    """The show as plain JSON values, for screens and logs; plates are masked.

    What is for the counter alone has links and tokens in it: it is told by its name only.
    """
    match show:
        case ScreenShown():
            return {
                "show": "screen",
                "picture": show.picture.value,
                "exit": show.exit_id,
                "plate": str(show.plate) if show.plate else "",
                "amount_minor": show.amount.amount_minor if show.amount else None,
                "currency": show.amount.currency if show.amount else "",
                "amount": str(show.amount) if show.amount else "",
                "note": show.note,
                "codes": [{"content": code.content, "by": code.by} for code in show.codes],
                "card": show.card,
                "codes_coming": show.codes_coming,
                "help_in_s": None if show.help_in_s is None else round(show.help_in_s, 3),
            }
        case StepTaken():
            return {"show": "step", "step": show.step, "exit": show.exit_id, **dict(show.facts)}
        case AlarmChanged():
            return {"show": "alarm", "kind": show.kind, "on": show.on, "why": show.why}
        case ExitReported():
            return {
                "show": "exit",
                "exit": show.exit_id,
                "kind": show.kind,
                **show.waterfall.as_record(),
            }
        case ControlShown() | TrialStep():
            return _control_record(show)
        case _:
            return {"show": type(show).__name__}


def _control_record(show: ControlNews) -> dict[str, Any]:
    if isinstance(show, ControlShown):
        told = {"state": show.state, "why": show.why, "who": show.who, "reason": show.reason}
        return {"show": "control", "holder": show.holder, **told}
    at_s = round(show.at_s, 3)
    told = {"trial": show.trial_id, "what": show.what}
    return {"show": "trial", **told, "at_s": at_s, "passed": show.passed}
