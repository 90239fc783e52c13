"""Where a lane listens, and which of those places are one and the same. Nothing is opened here."""

import ipaddress
from collections.abc import Iterator, Mapping
from typing import Any, Final

LISTENING: Final = (
    ("screen", "page"),
    ("screen", "listen"),
    ("page", "listen"),
    ("diag", "listen"),
    ("monitor", "metrics"),
)
"""Every key that says where something is served; whoever stands later says that it clashes."""

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


def shared_addresses(tables: Mapping[str, object]) -> Iterator[str]:
    """One line for each address that is given twice; works on unchecked tables too."""
    seen: list[tuple[str, str]] = []
    for key, address in addresses(tables):
        other = next((name for name, taken in seen if clash(taken, address)), None)
        if other is not None:
            yield (
                f"{key}: expected an address of its own, got {address}, which {other} has;"
                " give one of them another port or path"
            )
        seen.append((key, address))


def addresses(tables: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Each key that is set, and where it listens."""
    for name, key in LISTENING:
        table: Any = tables.get(name)
        value = table.get(key) if isinstance(table, dict) else getattr(table, key, None)
        if isinstance(value, str):
            yield f"{name}.{key}", value


def clash(one: str, other: str) -> bool:
    """Whether two that listen at these addresses are in each other's way."""
    if one.startswith("unix:") or other.startswith("unix:"):
        return one == other
    first, second = _parts(one), _parts(other)
    if first is None or second is None or first[1] != second[1] or not first[1]:
        return False  # The kernel finds a free port for whoever asks for port 0.
    hosts = (first[0], second[0])
    # All addresses of a machine are all of one version: IPv6 is served by itself.
    everywhere = any(host.is_unspecified for host in hosts) and hosts[0].version == hosts[1].version
    return everywhere or hosts[0] == hosts[1]


def is_local(address: str) -> bool:
    """Whether nobody outside this machine reaches it."""
    parts = _parts(address)
    return address.startswith("unix:") or (parts is not None and parts[0].is_loopback)


def _parts(address: str) -> tuple[IPAddress, int] | None:
    host, _, port = address.rpartition(":")
    try:
        number = int(port) if port.isascii() and port.isdecimal() and len(port) <= 5 else -1
        return ipaddress.ip_address(host.removeprefix("[").removesuffix("]")), number
    except ValueError:
        return None
