"""What a line of a technician's tool asks of the lane. Who may connect at all is the port's matter.

Nothing that is written down comes from a line as it stands: roles and reasons are of fixed lists.
"""

from typing import Any

from kiosk.core.lane.control_events import (
    ControlReason,
    ControlReleased,
    ControlRenewed,
    ControlRequested,
    ExitTrialRequested,
    MoveHeld,
    MoveLetGo,
    PaymentTrialRequested,
    TrialStopped,
    Way,
    is_role,
)
from kiosk.core.lane.events import LaneReleased


def wish_of(message: dict[str, Any], holder: str) -> Any | None:
    """The event of `{"do": "control", "who": "technician", "reason": "fault"}` and its like.

    None for a line that asks nothing of the lane. Raises ValueError for a reason or a way that is
    none.
    """
    match message:
        case {"do": "control", "who": str(who), "reason": str(reason)} if is_role(who):
            wait, vouched = message.get("wait") is True, message.get("vouched") is True
            return ControlRequested(holder, who, ControlReason(reason), wait, vouched)
        case {"do": "release-lane", "who": str(who)} if is_role(who):
            return LaneReleased(who)
        case {"do": "renew"}:
            return ControlRenewed(holder, message.get("present") is True)
        case {"do": "release"}:
            return ControlReleased(holder)
        case {"do": "move", "way": str(way)}:
            return MoveHeld(holder, Way(way))
        case {"do": "let-go"}:
            return MoveLetGo(holder)
        case {"do": "try-exit"}:
            return ExitTrialRequested(holder, message.get("car") is not False)
        case {"do": "try-payment"}:
            return PaymentTrialRequested(holder)
        case {"do": "stop-trial"}:
            return TrialStopped(holder)
    return None
