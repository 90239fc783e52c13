"""Every time and limit of a lane that an operator may set: default, bounds and purpose."""

from dataclasses import dataclass, field, fields
from enum import Enum
from typing import Any


class Role(Enum):
    """What a lane is for."""

    EXIT = "exit"
    ENTRY = "entry"


class WhenStuck(Enum):
    """What a lane does with a car that it can neither charge nor let go, once its time is up."""

    OPEN = "open"
    """Let the car out and settle the stay later: a trapped car is worse than a fee."""
    CALL = "call"
    """Keep the arm down and call a person."""


def _seconds(default: float, low: float, high: float, purpose: str) -> float:
    return field(default=default, metadata={"low": low, "high": high, "purpose": purpose})


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneSettings:
    """One lane's times in seconds. `faults()` names every value that is out of its bounds."""

    role: Role = field(
        default=Role.EXIT, metadata={"purpose": "what the lane is for: cars leave or come in"}
    )
    plate_wait_s: float = _seconds(
        1.5, 0.2, 10.0, "from the arming loop to asking the driver, when the camera says nothing"
    )
    plate_early_s: float = _seconds(
        15.0, 1.0, 120.0, "how long a plate read before the arming loop stays good"
    )
    same_plate_s: float = _seconds(
        20.0, 0.0, 600.0, "the same plate read again within this time of its car leaving is an echo"
    )
    answer_s: float = _seconds(60.0, 5.0, 600.0, "how long the driver may take to type a plate")
    pay_s: float = _seconds(
        90.0, 10.0, 600.0, "how long the fee may stand unpaid before a person is called"
    )
    resolve_s: float = _seconds(
        20.0,
        5.0,
        120.0,
        "how long an unclear payment may be asked after before `when_stuck` applies",
    )
    help_s: float = _seconds(
        120.0, 10.0, 3600.0, "how long a called person may take before `when_stuck` applies"
    )
    arm_travel_s: float = _seconds(6.0, 0.5, 20.0, "the longest time the arm may need one way")
    leave_s: float = _seconds(
        60.0,
        5.0,
        600.0,
        "how long a released car may stand before the arm's state is looked at again",
    )
    pass_s: float = _seconds(
        30.0, 3.0, 600.0, "how long a car may take under the arm before somebody is told"
    )
    store_s: float = _seconds(2.0, 0.2, 30.0, "how long the store may take to answer")
    status_s: float = _seconds(
        45.0, 5.0, 60.0, "how often an idle terminal is asked for its status (ZVT: at most 60 s)"
    )
    asks_max: int = field(
        default=2,
        metadata={
            "low": 1,
            "high": 5,
            "purpose": "how often the driver is asked for a stay's plate before a person is called",
        },
    )
    when_stuck: WhenStuck = field(
        default=WhenStuck.OPEN,
        metadata={"purpose": "what becomes of a car that can neither pay nor leave in time"},
    )

    def faults(self) -> list[str]:
        """One line for each value out of bounds: the key, what is allowed, what came."""
        found = []
        for item in fields(self):
            low, high = item.metadata.get("low"), item.metadata.get("high")
            value: Any = getattr(self, item.name)
            if low is not None and not low <= value <= high:
                found.append(f"{item.name}: expected {low} to {high}, got {value}")
        return found
