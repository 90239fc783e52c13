"""What the page must know of those who do the paying: their browsers, their links, their ways."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

SHEETS: Final = "https: http://127.0.0.1:*"
"""Where a tap may lead, as Content-Security-Policy spells it (Chromium holds redirects after a form
to it). Providers' payment sheets are on TLS; a simulated one on this machine is not."""

LINK_CHARS_MAX: Final = 4096
"""The longest link that a browser is sent to; Alipay's signed ones have about 1500 characters."""

_LINK: Final = re.compile(r"(?:https://[a-z0-9]|http://127\.0\.0\.1:\d)[!-~]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Provider:
    """One provider of payments by phone."""

    browser: str
    """What its app's own browser calls itself in User-Agent."""
    heard: bytes
    """What it takes as "heard" for a notification, with 200."""


PROVIDERS: Final = {
    "wechat": Provider("MicroMessenger", b'{"code":"SUCCESS"}'),
    "alipay": Provider("AlipayClient", b"success"),
}
"""By the name of the gateway's port. One that is not here works all the same."""


def for_phone(user_agent: str, gateways: Iterable[str]) -> tuple[str, ...]:
    """The gateways to offer: within a provider's own app its own alone, else all of them alike."""
    offered = tuple(sorted(set(gateways)))
    own = tuple(
        name for name in offered if name in PROVIDERS and PROVIDERS[name].browser in user_agent
    )
    return own or offered


def heard(gateway: str) -> bytes:
    """What this gateway's notification is answered with once it was taken."""
    return PROVIDERS[gateway].heard if gateway in PROVIDERS else b""


def is_sheet(link: str) -> bool:
    """Whether a browser may be sent there."""
    return len(link) <= LINK_CHARS_MAX and _LINK.fullmatch(link) is not None
