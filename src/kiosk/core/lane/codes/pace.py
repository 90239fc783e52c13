"""How soon an order is asked about again: fast while a payment is likely. No state is here.

Whatever is waited before a question counts as the machine's share, and every question is one of
the merchant's at the gateway; so the fast seconds of one order are few, and end with a doubt.
"""

from typing import Final

from kiosk.core.lane.tables.code_order import CodeState

CONFIRMING_PAUSE_S: Final = 0.05
"""While somebody confirms: at most 12 questions a second of a gateway that answers in 30 ms."""

CONFIRMING_S_MAX: Final = 15.0
"""How long somebody confirms before the questions become slow: a face, a finger or a password take
two seconds, and who has laid the phone aside must not cost a question each 0.2 s until it ends."""

LIKELY_PAUSE_S: Final = 0.1
"""While a payment is likely that the gateway would not announce: WeChat Pay calls an order unpaid
until it is paid, and only some notifications come at once."""

LIKELY_FROM_S: Final = 1.5
"""After a code or a link was made nobody has paid yet: the sheet must load and be agreed to."""

LIKELY_UNTIL_S: Final = 12.0
"""By then 99 of 100 have scanned, tapped and agreed: five seconds, one, and five."""


def pause_s(state: CodeState, ask_s: float, since_s: float, *, doubted: bool) -> float:
    """The pause after an answer, `since_s` after the order came to this state.

    `doubted`: an answer could not be believed, or the gateway wanted to be left alone.
    """
    if doubted:
        return ask_s
    if state is CodeState.PAYING:
        return CONFIRMING_PAUSE_S if since_s < CONFIRMING_S_MAX else ask_s
    if LIKELY_FROM_S <= since_s < LIKELY_UNTIL_S:
        return min(LIKELY_PAUSE_S, ask_s)
    # Not beyond the moment from which a payment is likely.
    return min(ask_s, LIKELY_FROM_S - since_s) if since_s < LIKELY_FROM_S else ask_s
