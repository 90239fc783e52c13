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


def local_address(address: str) -> str | tuple[str, int]:
    """A path, or a loopback host and port; `unix:/run/kiosk/screen.sock`, `127.0.0.1:8641`.

    Raises ValueError for an address that others could reach.
    """
    if address.startswith("unix:"):
        return address.removeprefix("unix:")
    if address.startswith("/"):
        return address
    where = loopback(address)
    if where is None:
        raise ValueError(
            f"address {address!r}: expected unix:/path, or a loopback address and port"
            " such as 127.0.0.1:8641; nobody outside this machine may open the barrier"
        )
    return where
