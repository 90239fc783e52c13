"""How long a gateway wants to be left alone. A lane cannot wait an hour: there is a longest."""

from typing import Final

from kiosk_hw.paycodes.messages import HttpAnswer

WAIT_S: Final = 0.5
"""After 429 or 5xx without a word on how long."""

WAIT_S_MAX: Final = 5.0
"""The longest wait that `Retry-After` is granted; the next answer may say it again."""


def wait_of(answer: HttpAnswer) -> float:
    """Seconds until the next request (RFC 9110, 10.2.3); a date counts as no word."""
    text = answer.header("Retry-After")
    if text.isascii() and text.isdigit() and len(text) <= 6:
        return min(max(float(text), WAIT_S), WAIT_S_MAX)
    return WAIT_S
