"""Addresses of this machine alone, for what nobody else may reach."""

import ipaddress


def loopback(address: str) -> tuple[str, int] | None:
    """The host and port of `127.0.0.1:8080` or `[::1]:8080`; None for any other address."""
    host, _, port = address.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    try:
        local = ipaddress.ip_address(host).is_loopback and 0 <= int(port) <= 65535
    except ValueError:
        return None
    return (host, int(port)) if local else None
