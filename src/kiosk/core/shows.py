"""What people may see of a lane: the driver's screen, one line per step, and each exit's report."""

from dataclasses import dataclass
from enum import Enum
from typing import Any

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
    WAIT = "wait"
    DRIVE = "drive"
    HELP = "help"
    OUT_OF_SERVICE = "out-of-service"
    FIRE = "fire"


@dataclass(frozen=True, slots=True)
class ScreenShown:
    """The driver's screen changes to this picture; `note` is a fixed word, never free text."""

    picture: Picture
    exit_id: str = ""
    plate: PlateText | None = None
    amount: Money | None = None
    note: str = ""


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


Show = ScreenShown | StepTaken | AlarmChanged | ExitReported


def as_record(show: Show) -> dict[str, Any]:
    """The show as plain JSON values, for screens and logs; plates are masked."""
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
