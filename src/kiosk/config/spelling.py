"""How single values of `kiosk.toml` are spelt: ports, contacts, patterns, addresses.

Each reader takes the text and raises ValueError with what was expected; nothing is opened.
"""

import ipaddress
import re
import warnings
from collections.abc import Callable
from typing import Final, TypeVar
from urllib.parse import SplitResult, urlsplit

from kiosk.core.plates.grammar import PROVINCES
from kiosk_hw.barriers.model import CHANNELS_MAX, Contact

PORT_SCHEMES: Final = ("socket", "rfc2217", "loop")
"""The pyserial URL handlers that a port may name; `spy` would log every plate."""

LINE_CHARS_MAX: Final = 200
"""The longest line that a configuration lets people read: a firm with its address."""

NETWORK_BITS_MIN: Final = 8
"""Proxies are few: whoever is in a wider network could say of himself to be anybody."""

PAGE_URL_CHARS_MAX: Final = 128
"""Codes have room for 213 characters, a token needs 29 of them, and long ones are hard to scan."""

T = TypeVar("T")

_INPUT: Final = re.compile(r"DI([1-9][0-9]?)( NC)?")
_OUTPUT: Final = re.compile(r"DO([1-9][0-9]?)")


def port(text: str) -> str:
    """A serial device or a pyserial URL, as it was written."""
    scheme, colon, _ = text.partition("://")
    printable = text.isprintable() and " " not in text
    if not printable or not (text.startswith("/") or (colon and scheme in PORT_SCHEMES)):
        raise ValueError("a path like /dev/serial/by-id/... or a URL like socket://host:4001")
    return text


def wired_input(text: str) -> Contact:
    """`DI3`, or `DI5 NC` for a contact that is normally closed."""
    found = _INPUT.fullmatch(text)
    if found is None or int(found[1]) > CHANNELS_MAX:
        raise ValueError(f"DI1 to DI{CHANNELS_MAX}, with NC behind it if normally closed")
    return Contact(int(found[1]), inverted=bool(found[2]))


def wired_output(text: str) -> int:
    """`DO1`: the number of the output."""
    found = _OUTPUT.fullmatch(text)
    if found is None or int(found[1]) > CHANNELS_MAX:
        raise ValueError(f"DO1 to DO{CHANNELS_MAX}")
    return int(found[1])


def optional_input(text: str) -> Contact | None:
    """The same, or `none` for a contact that is not wired."""
    return None if text == "none" else _or_none(wired_input, text)


def optional_output(text: str) -> int | None:
    """The same, or `none` for an output that is not wired."""
    return None if text == "none" else _or_none(wired_output, text)


def currency(text: str) -> str:
    """An ISO 4217 code."""
    if not re.fullmatch("[A-Z]{3}", text):
        raise ValueError("three capital letters like EUR")
    return text


def password(text: str) -> str:
    """The six digits of a ZVT terminal (PA00P015 2.1)."""
    if not re.fullmatch("[0-9]{6}", text):
        raise ValueError("6 digits")
    return text


def pattern(text: str) -> str:
    """A regular expression, as it was written."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # re warns of dubious patterns by name of our file
            re.compile(text)
    except (re.error, RecursionError, OverflowError) as error:
        raise ValueError(f"a regular expression ({error})") from error
    return text


def listen(text: str) -> str:
    """`unix:/path`, or an address of this machine alone: a screen needs no other."""
    host, _, path = text.partition(":")
    if host == "unix" and path.startswith("/") and path.isprintable():
        return text
    return _or_unix(text)


def diag_listen(text: str) -> str:
    """`state`, `none`, or what `listen` takes."""
    if text in ("state", "none"):
        return text
    try:
        return listen(text)
    except ValueError as error:
        raise ValueError(f"state, none, or {error}") from None


def page(text: str) -> str:
    """An address of this machine alone: the driver's browser runs here."""
    host, _, number = text.rpartition(":")
    local = host in ("127.0.0.1", "[::1]")
    if not (local and re.fullmatch("[0-9]{1,5}", number) and int(number) <= 65535):
        raise ValueError("127.0.0.1:port")
    return text


def collected(text: str) -> str:
    """An IP address and a port; which of them collectors reach, the operator decides."""
    try:
        if text.startswith("unix:"):
            raise ValueError
        return served(text)
    except ValueError:
        raise ValueError("an IP address and port like 127.0.0.1:9105") from None


def served(text: str) -> str:
    """`unix:/path`, or an address and a port: what strangers reach may listen anywhere."""
    host, _, rest = text.partition(":")
    if host == "unix" and rest.startswith("/") and rest.isprintable():
        return text
    host, _, number = text.rpartition(":")
    try:
        ipaddress.ip_address(host.removeprefix("[").removesuffix("]"))
        if not re.fullmatch("[0-9]{1,5}", number) or int(number) > 65535:
            raise ValueError
        if (":" in host) != (host[:1] == "["):
            raise ValueError
    except ValueError:
        raise ValueError("unix:/path or an address like 127.0.0.1:8081") from None
    return text


def network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    """An address, or a network of them like `10.0.0.0/24`; one that strangers are in is none."""
    try:
        network = ipaddress.ip_network(text)
    except ValueError:
        raise ValueError("an address, or a network like 10.0.0.0/24") from None
    if network.prefixlen < NETWORK_BITS_MIN:
        raise ValueError(f"a network of /{NETWORK_BITS_MIN} or smaller like 10.0.0.0/24")
    return network


def site(text: str) -> str:
    """What a posted code calls a site: part of an address, the same in capitals."""
    if not re.fullmatch("[A-Za-z0-9-]{1,32}", text):
        raise ValueError("1 to 32 letters, digits or dashes")
    return text.upper()


def line(text: str) -> str:
    """One line of text for people."""
    if not (text.strip() == text != "" and text.isprintable() and len(text) <= LINE_CHARS_MAX):
        raise ValueError(f"one line of 1 to {LINE_CHARS_MAX} characters")
    return text


def province(text: str) -> str:
    """A province of mainland China, as it stands first on a plate."""
    if len(text) != 1 or text not in PROVINCES:
        raise ValueError("the character of a province, like 沪")
    return text


def web(text: str) -> str:
    """The address of a web API: https, or http on this machine for a simulator."""
    parts = _url(text)
    if parts is None or not _is_private(parts) or parts.query or "?" in text:
        raise ValueError("an address like https://host/path, or http://127.0.0.1:port")
    return text.rstrip("/")


def web_host(text: str) -> str:
    """The same, without a path: the API's own paths are signed as they stand."""
    parts = _url(text)
    if parts is None or not _is_private(parts) or parts.path.strip("/") or parts.query:
        raise ValueError("an address like https://host, or http://127.0.0.1:port")
    return text.rstrip("/")


def page_url(text: str) -> str:
    """A public address that codes can spell in capitals: host and path mean the same in them."""
    parts = _url(text)
    if parts is None or not _is_private(parts) or not re.fullmatch("[A-Za-z0-9/._-]*", parts.path):
        raise ValueError("an address like https://pay.example.com")
    if parts.query or "?" in text:
        raise ValueError("an address like https://pay.example.com, without a query")
    if len(text) > PAGE_URL_CHARS_MAX:
        raise ValueError(f"an address of at most {PAGE_URL_CHARS_MAX} characters")
    return text.rstrip("/")


def ident(text: str) -> str:
    """A number or name that a provider gave."""
    if not re.fullmatch("[A-Za-z0-9_-]{1,64}", text):
        raise ValueError("1 to 64 letters, digits, dashes or underscores")
    return text


def name(text: str) -> str:
    """A short name for screens and logs."""
    if not re.fullmatch(r"[\w][\w .-]{0,31}", text):
        raise ValueError("1 to 32 letters, digits, blanks, dots or dashes")
    return text


def _url(text: str) -> SplitResult | None:
    """The parts of an address in plain ASCII that names a host and no user, or None."""
    try:
        parts = urlsplit(text)
        named = bool(parts.hostname) and parts.username is None and parts.port != 0
    except ValueError:
        return None
    plain = text.isascii() and text.isprintable() and " " not in text and "#" not in text
    return parts if named and plain else None


def _is_private(parts: SplitResult) -> bool:
    """Whether nobody on the way can read along."""
    local = parts.hostname in ("127.0.0.1", "::1", "localhost")
    return parts.scheme == "https" or (parts.scheme == "http" and local)


def _or_unix(text: str) -> str:
    try:
        return page(text)
    except ValueError as error:
        raise ValueError(f"unix:/path or {error}") from error


def _or_none(read: Callable[[str], T], text: str) -> T:
    try:
        return read(text)
    except ValueError as error:
        raise ValueError(f"{error}, or none") from error
