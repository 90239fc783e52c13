"""Who asks, for limits alone: the phone's address, told by a trusted proxy, and its network."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

UNKNOWN: Final = IPv6Address("::")
"""Who comes over a socket of this machine, and brings no word of a proxy."""

HOPS_MAX: Final = 8
"""Entries of X-Forwarded-For that are looked at, from its end."""

_IPV6_SITE_BITS: Final = 64


def asker(peer: str, forwarded_for: str, trusted: Sequence[Network]) -> Address:
    """The last address that no trusted proxy has; what a phone writes there itself is not heard.

    `peer` is "" for a socket of this machine, which only the proxy can reach.
    """
    address = _address(peer)
    if address is not None and not _is_in(address, trusted):
        return address
    for hop in reversed(forwarded_for.split(",")[-HOPS_MAX:]):
        told = _address(hop.strip())
        if told is None:
            break
        address = told
        if not _is_in(told, trusted):
            break
    return address or UNKNOWN


def is_trusted(peer: str, trusted: Sequence[Network]) -> bool:
    """Whether this address is a proxy's of ours."""
    address = _address(peer)
    return address is not None and _is_in(address, trusted)


def source_of(address: Address) -> int:
    """What limits count by: an IPv4 address, or the /64 that an IPv6 phone has to itself."""
    if isinstance(address, IPv6Address):
        return -1 - (int(address) >> (128 - _IPV6_SITE_BITS))
    return int(address)


def _address(text: str) -> Address | None:
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def _is_in(address: Address, networks: Sequence[Network]) -> bool:
    return any(address in network for network in networks)
