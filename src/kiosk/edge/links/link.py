"""One link to one device: a pyserial URL as bytes in, bytes out, and a loss that is told once."""

import asyncio
import errno
import threading
from collections.abc import Callable
from enum import Enum
from typing import Final

import serial

from kiosk.edge.links.fd_port import FdPort
from kiosk.edge.links.opening import LinkLost, has_plain_fd, open_port
from kiosk.edge.links.shown import shown_url
from kiosk.edge.links.threaded_port import ThreadedPort
from kiosk_hw.ports.party import LineSettings

OPEN_S: Final = 10.0
"""How long an opening may take (names, TCP, RFC 2217 negotiation); then it counts as failed."""

CLOSE_S: Final = 2.0
"""How long a new opening waits for the closing before it to end."""


class LinkState(Enum):
    """Whether bytes can pass."""

    CLOSED = "closed"
    OPENING = "opening"
    OPEN = "open"


class Link:
    """A device path, `socket://`, `rfc2217://` or any other pyserial URL, driven by the loop.

    It opens in a thread, because names, TCP and drivers block. After a loss it is CLOSED and may be
    opened again. Callbacks come from the loop, never from inside a call of this object.
    """

    def __init__(
        self,
        url: str,
        line: LineSettings,
        loop: asyncio.AbstractEventLoop,
        on_bytes: Callable[[bytes], None],
        on_lost: Callable[[LinkLost], None],
    ) -> None:
        self.url = url
        self.line = line
        self.state = LinkState.CLOSED
        self.bytes_in = 0
        self.bytes_out = 0
        self.bytes_dropped = 0
        self.opens = 0
        self.losses = 0
        self._loop = loop
        self._on_bytes = on_bytes
        self._on_lost = on_lost
        self._on_open: Callable[[], None] | None = None
        self._port: FdPort | ThreadedPort | None = None
        self._round = 0
        self._opener: threading.Thread | None = None
        self._closer: threading.Thread | None = None
        self._too_late: asyncio.TimerHandle | None = None

    def __repr__(self) -> str:
        return (
            f"<Link {shown_url(self.url)} {self.state.value} {self.line} in={self.bytes_in}"
            f" out={self.bytes_out} dropped={self.bytes_dropped} opens={self.opens}"
            f" losses={self.losses}>"
        )

    def open(self, on_open: Callable[[], None]) -> None:
        """Start to open; ends in `on_open()` or in `on_lost(LinkLost)`, within `OPEN_S`."""
        assert self.state is LinkState.CLOSED, f"opened while {self.state.value}"
        self.state = LinkState.OPENING
        self._round += 1
        self._on_open = on_open
        if self._opener is not None and self._opener.is_alive():
            cure = "unplug the adapter, or restart this machine"
            error = LinkLost(self.url, "the opening before this one still hangs", cure)
            self._loop.call_soon(self._opened, self._round, error, self.line)
            return
        self._opener = threading.Thread(
            target=self._open_in_thread,
            args=(self._round, self.line, self._closer),
            name="port-open",
            daemon=True,
        )
        self._too_late = self._loop.call_later(OPEN_S, self._not_in_time, self._round)
        self._opener.start()

    def write(self, data: bytes) -> None:
        """Send `data`; bytes for a link that is not open are dropped and counted."""
        if self._port is None:
            self.bytes_dropped += len(data)
            return
        self.bytes_out += len(data)
        self._port.write(data)

    def reset_line(self, line: LineSettings) -> None:
        """Use `line` from now on, on the open port or at the next opening.

        Bytes that were written before must have left the wire: the party waits for its answer, or
        for the time that its characters take.
        """
        if line != self.line:
            self.line = line
            if self._port is not None:
                self._port.set_line(line)

    def unsent(self) -> int:
        """Bytes that have not left this machine yet."""
        return 0 if self._port is None else self._port.unsent()

    def close(self) -> None:
        """Close, discarding what did not leave. No callback comes after this."""
        self._round += 1
        self._release()

    def closing(self) -> bool:
        """Whether a port is still being closed behind this link."""
        return self._closer is not None and self._closer.is_alive()

    # In the opener's thread.

    def _open_in_thread(
        self, round_no: int, line: LineSettings, closer: threading.Thread | None
    ) -> None:
        if closer is not None:
            closer.join(CLOSE_S)
        outcome: serial.Serial | LinkLost
        try:
            outcome = open_port(self.url, line)
        except LinkLost as error:
            outcome = error
        try:
            self._loop.call_soon_threadsafe(self._opened, round_no, outcome, line)
        except RuntimeError:
            # The loop is closed: the process is ending, and the kernel closes the port.
            pass

    # In the loop.

    def _opened(self, round_no: int, outcome: serial.Serial | LinkLost, line: LineSettings) -> None:
        if round_no != self._round:
            if not isinstance(outcome, LinkLost):
                self._closer = threading.Thread(target=outcome.close, daemon=True)
                self._closer.start()
            return
        self._stop_waiting()
        if isinstance(outcome, LinkLost):
            self._lose(outcome)
            return
        self.state = LinkState.OPEN
        self.opens += 1
        make = FdPort if has_plain_fd(outcome) else ThreadedPort
        self._port = make(self.url, outcome, self._loop, self._came_in, self._failed)
        if line != self.line:
            self._port.set_line(self.line)
        assert self._on_open is not None
        self._on_open()

    def _not_in_time(self, round_no: int) -> None:
        if round_no == self._round:
            self._round += 1
            cure = "check the address, the cable and the power of the other end"
            self._lose(LinkLost(self.url, f"not open after {OPEN_S} s", cure, errno.ETIMEDOUT))

    def _came_in(self, data: bytes) -> None:
        self.bytes_in += len(data)
        self._on_bytes(data)

    def _failed(self, port: FdPort | ThreadedPort, error: LinkLost) -> None:
        if port is self._port:
            self._lose(error)

    def _lose(self, error: LinkLost) -> None:
        self.losses += 1
        self._release()
        self._on_lost(error)

    def _release(self) -> None:
        self._stop_waiting()
        self.state = LinkState.CLOSED
        if self._port is not None:
            self._closer = self._port.close()
            self._port = None

    def _stop_waiting(self) -> None:
        if self._too_late is not None:
            self._too_late.cancel()
            self._too_late = None
