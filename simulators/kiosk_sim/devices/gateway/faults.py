"""What can be made to go wrong with a gateway, each by a name. Nothing fails by chance."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Final

ALWAYS: Final = -1
"""As a count: until it is switched off."""

SLOW_S: Final = 20.0
"""How long a slow gateway takes: beyond every merchant's patience at a barrier."""

CLOCK_OFF_S: Final = 900.0
"""How far the gateway's clock is ahead with `clock-off`: three times what both ends may differ."""

STALE_S: Final = 3600.0
"""How old a stale answer says that it is."""


class Fault(Enum):
    """Everything that can go wrong, by the name that the command line takes."""

    DOWN = "down"
    REFUSES = "refuses"
    SLOW = "slow"
    CUT = "cut-body"
    SERVER_ERROR = "5xx"
    TOO_MANY = "429"
    NONSENSE = "nonsense"
    ANSWER_LOST = "answer-lost"
    NOTIFY_FIRST = "notify-first"
    UNSIGNED = "unsigned"
    WRONG_KEY = "wrong-key"
    KEY_ROTATED = "key-rotated"
    STALE = "stale-timestamp"
    WRONG_AMOUNT = "wrong-amount"
    WRONG_MERCHANT = "wrong-mchid"
    WRONG_ORDER = "wrong-order"
    CLOCK_OFF = "clock-off"
    LATE_SUCCESS = "late-success"
    REFUND_STUCK = "refund-stuck"
    REFUND_ABNORMAL = "refund-abnormal"
    NOTICE_LOST = "notice-lost"
    NOTICE_TWICE = "notice-twice"
    NOTICE_LATE = "notice-late"
    NOTICE_TAMPERED = "notice-tampered"
    NOTICE_REPLAYED = "notice-replayed"


WHAT: Final[dict[Fault, str]] = {
    Fault.DOWN: "requests are heard and never answered; nothing is carried out",
    Fault.REFUSES: "the connection ends at once; nothing is carried out",
    Fault.SLOW: f"answers take {SLOW_S:g} s longer",
    Fault.CUT: "carried out, and the connection ends in the middle of the answer's body",
    Fault.SERVER_ERROR: "502 from the front, unsigned; nothing is carried out",
    Fault.TOO_MANY: "429, unsigned; nothing is carried out",
    Fault.NONSENSE: "200 with a body that is no JSON",
    Fault.ANSWER_LOST: "carried out, and the connection ends before the answer",
    Fault.NOTIFY_FIRST: "a new order is paid at once; its creation is answered after the notice",
    Fault.UNSIGNED: "answers and notices without a signature",
    Fault.WRONG_KEY: "answers and notices signed with a stranger's key",
    Fault.KEY_ROTATED: "answers and notices signed with the platform's next key",
    Fault.STALE: f"answers and notices signed {STALE_S:g} s ago (Alipay's answers bear no time)",
    Fault.WRONG_AMOUNT: "payments are told with one unit more than was ordered",
    Fault.WRONG_MERCHANT: "answers and notices name another merchant (Alipay: notices alone)",
    Fault.WRONG_ORDER: "answers speak of another order than the one asked about",
    Fault.CLOCK_OFF: f"the gateway's clock is {CLOCK_OFF_S:g} s ahead",
    Fault.LATE_SUCCESS: "whoever has the code can still pay after the order's close or expiry",
    Fault.REFUND_STUCK: "refunds stay PROCESSING",
    Fault.REFUND_ABNORMAL: "refunds end ABNORMAL (Alipay: refused, the seller has not enough)",
    Fault.NOTICE_LOST: "notices never arrive",
    Fault.NOTICE_TWICE: "each notice comes twice",
    Fault.NOTICE_LATE: "a notice comes ten seconds late, behind the ones of later events",
    Fault.NOTICE_TAMPERED: "one byte of a notice's body is another one",
    Fault.NOTICE_REPLAYED: "each notice comes once more, byte by byte, ten minutes later",
}
"""What each fault does; the command line prints it."""

NOTICE: Final = "notice"
"""The operation under which notices are sent; requests have the names of their operations."""


@dataclass(frozen=True, slots=True)
class Setting:
    """How one fault is set."""

    times: int = ALWAYS
    only: str = ""
    """The one operation that it befalls: `create`, `query`, `close`...; empty is every one."""


class Faults:
    """Set what shall go wrong. Counts run down to zero; `ALWAYS` stays until it is cleared."""

    def __init__(self) -> None:
        self._set: dict[Fault, Setting] = {}

    def __repr__(self) -> str:
        return f"<Faults {', '.join(fault.value for fault in self._set) or 'none'}>"

    def set(self, fault: Fault, times: int = ALWAYS, only: str = "") -> None:
        """Let this fault befall the next `times` operations, of one name or of any."""
        self._set[fault] = Setting(times, only)

    def clear(self, *faults: Fault) -> None:
        """Let nothing go wrong any more, or no more of these."""
        for fault in faults or tuple(self._set):
            self._set.pop(fault, None)

    def holds(self, fault: Fault, operation: str = "") -> bool:
        """Whether the fault is set for this operation, without counting it."""
        setting = self._set.get(fault)
        return setting is not None and setting.only in ("", operation)

    def due(self, fault: Fault, operation: str = "") -> bool:
        """Whether it goes wrong now; counts down."""
        if not self.holds(fault, operation):
            return False
        setting = self._set[fault]
        if setting.times == 1:
            del self._set[fault]
        elif setting.times != ALWAYS:
            self._set[fault] = Setting(setting.times - 1, setting.only)
        return True

    def first_due(self, faults: Iterable[Fault], operation: str) -> Fault | None:
        """The first of these that goes wrong now."""
        return next((fault for fault in faults if self.due(fault, operation)), None)


def fault_named(text: str) -> tuple[Fault, int, str]:
    """`NAME[@OPERATION][:TIMES]` as a fault, its count and its operation.

    Raises ValueError for anything else, with the names there are.
    """
    head, _, times = text.partition(":")
    name, _, only = head.partition("@")
    try:
        fault = Fault(name)
        count = int(times) if times else ALWAYS
    except ValueError:
        names = ", ".join(fault.value for fault in Fault)
        raise ValueError(
            f"expected NAME[@OPERATION][:TIMES], got {text!r}; names: {names}"
        ) from None
    if times and count < 1:
        raise ValueError(f"expected a count of 1 or more, got {text!r}")
    return fault, count, only
