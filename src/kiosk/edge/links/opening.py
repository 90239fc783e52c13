"""How a port is opened and set, and what its many errors mean. Nothing is read or written here."""

import errno
import os
import socket
import termios
from typing import Any, Final
from urllib.parse import urlsplit

import serial
from serial.urlhandler import protocol_socket

from kiosk.edge.links.shown import shown_url
from kiosk.errors import PortError
from kiosk_hw.ports.party import LineSettings

READ_S: Final = 0.5
"""How long one blocking read of a reader thread lasts; also how late a thread notices its end."""

WRITE_S: Final = 5.0
"""How long one blocking write of a writer thread may take before the link counts as lost."""

QUIET_S: Final = 5
PROBE_S: Final = 2
PROBES: Final = 3
"""A quiet connection is probed after `QUIET_S`, and lost when so many probes stay unanswered."""

FAULTS_OF_PYSERIAL: Final = (
    OSError,
    termios.error,
    TypeError,
    ValueError,
    AttributeError,
    NotImplementedError,
)
"""What pyserial raises for a port that cannot be used (SerialException is an OSError).

AttributeError: a URL handler whose socket another thread just closed.
"""

_PLAIN_FD: Final[frozenset[type]] = frozenset(
    {serial.Serial, serial.PosixPollSerial, serial.VTIMESerial, protocol_socket.Serial}
)

_CURES: Final[dict[int, str]] = {
    errno.ENOENT: "plug the device in; /dev/serial/by-id lists what is there",
    errno.ENODEV: "plug the device in; /dev/serial/by-id lists what is there",
    errno.ENXIO: "plug the device in; /dev/serial/by-id lists what is there",
    errno.EACCES: "add this user to the group that owns the port, as a rule `dialout`",
    errno.EPERM: "add this user to the group that owns the port, as a rule `dialout`",
    errno.EBUSY: "another program has the port open; `fuser -v` on it names that program",
    errno.EAGAIN: "another program has the port open; `fuser -v` on it names that program",
    errno.ENOTTY: "this path is no serial port",
    errno.EIO: "the other end hung up; check its plug and its power",
    errno.EPIPE: "the other end hung up; check its plug and its power",
    errno.ECONNRESET: "the other end hung up; check its plug and its power",
    errno.ECONNREFUSED: "the serial server refuses; check its port number and who else uses it",
    errno.ETIMEDOUT: "nothing answers at this address; check the server's address, cable and power",
    errno.EHOSTUNREACH: "nothing answers at this address; check its address, cable and power",
    errno.ENETUNREACH: "this machine has no way to that network; check its cable and address",
}
_CURE_OTHERWISE: Final = "check the port's URL and line settings in the configuration"


class LinkLost(PortError):
    """A link could not be opened or set, or it broke. `cure` says what the technician can do."""

    def __init__(self, url: str, why: str, cure: str = _CURE_OTHERWISE, number: int = 0) -> None:
        shown = shown_url(url)
        why = why.replace(url, shown)
        super().__init__(f"{shown}: {why} ({cure})")
        self.number = number
        """The kernel's error number, where it had one."""
        self.url = shown
        """The address as it may be told."""
        self.why = why
        self.cure = cure


def lost(url: str, error: BaseException) -> LinkLost:
    """What `error` of pyserial or the kernel means for the link at `url`."""
    if isinstance(error, LinkLost):
        return error
    number = _errno(error)
    cure = _CURES.get(number, _CURE_OTHERWISE)
    # Where the kernel has a word for it, pyserial says the same twice, the path each time.
    why = os.strerror(number) if number in _CURES else f"{type(error).__name__}: {error}"
    return LinkLost(url, why, cure, number)


def open_port(url: str, line: LineSettings) -> serial.Serial:
    """Open `url` with `line`; blocks as long as a name look-up and a connection take.

    Raises `LinkLost` for whatever pyserial, termios or the kernel raise.
    """
    try:
        path = device_path(url)
        options: dict[str, Any] = _settings(path, line)
        if path is not None:
            # VMIN 1 lets an empty read mean "hung up", and nothing else. pyserial overlooks a
            # later change of VMIN alone, so it is given at the opening.
            options |= {"exclusive": True, "inter_byte_timeout": 0, "write_timeout": WRITE_S}
        # A path never contains "://", so what a URL's handler cannot do is never asked of it:
        # rfc2217:// refuses a write timeout.
        port = serial.serial_for_url(url, timeout=READ_S, **options)
    except FAULTS_OF_PYSERIAL as error:
        raise lost(url, error) from error
    if isinstance(port, serial.Serial):
        _try_low_latency(port)
    if has_plain_fd(port):
        os.set_blocking(port.fileno(), False)
    if isinstance(port, protocol_socket.Serial):
        notice_silent_ends(port.fileno())
    return port


def set_line(url: str, port: serial.Serial, line: LineSettings) -> None:
    """Set an open port anew; raises `LinkLost` where the port refuses."""
    try:
        port.apply_settings(_settings(device_path(url), line))
    except FAULTS_OF_PYSERIAL as error:
        raise lost(url, error) from error


def has_plain_fd(port: serial.Serial) -> bool:
    """Whether the kernel's file descriptor is all there is to this port (no layer of Python)."""
    return type(port) in _PLAIN_FD


def device_path(url: str) -> str | None:
    """The path of the device that `url` names, or None where it names no device of this machine."""
    if "://" not in url:
        return url
    parts = urlsplit(url)
    return parts.netloc + parts.path if parts.scheme in ("alt", "spy") else None


def _settings(path: str | None, line: LineSettings) -> dict[str, Any]:
    data_bits, parity = line.data_bits, line.parity
    if path is not None and os.path.realpath(path).startswith("/dev/pts/"):
        # Linux drops PARENB and CS7 on a pty: the first tcsetattr passes, every later one that
        # changes nothing else is refused with EINVAL. A pty carries whole bytes anyway.
        data_bits, parity = 8, "N"
    return {
        "baudrate": line.baud,
        "bytesize": data_bits,
        "parity": parity,
        "stopbits": line.stop_bits,
    }


def _try_low_latency(port: serial.Serial) -> None:
    """Ask an adapter's driver to hand bytes over at once instead of after up to 16 ms."""
    try:
        port.set_low_latency_mode(True)
    except FAULTS_OF_PYSERIAL:
        # Most drivers offer none, a pty has no such thing, and some want root.
        pass


def notice_silent_ends(fileno: int) -> None:
    """Let a network device that lost its power count as gone in seconds.

    It sends no FIN, and the kernel alone would wait for it a quarter of an hour (tcp(7)).
    """
    with socket.socket(fileno=os.dup(fileno)) as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, QUIET_S)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, PROBE_S)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT, PROBES)
        gone_ms = (QUIET_S + PROBE_S * PROBES) * 1000
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, gone_ms)


def _errno(error: BaseException) -> int:
    """The kernel's error number behind `error`; pyserial often leaves it in the context only."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, TimeoutError):
            return errno.ETIMEDOUT
        number = getattr(seen, "errno", None)
        if number is None and isinstance(seen, termios.error) and seen.args:
            number = seen.args[0]
        if isinstance(number, int):
            return number
        seen = seen.__context__
    return 0
