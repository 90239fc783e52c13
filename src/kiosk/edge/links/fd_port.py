"""A port that is a file descriptor: the loop waits for it, the kernel moves its bytes."""

import asyncio
import os
import threading
from collections.abc import Callable
from typing import Final

import serial

from kiosk.edge.links.opening import FAULTS_OF_PYSERIAL, LinkLost, lost, set_line
from kiosk_hw.ports.party import LineSettings

READ_BYTES_MAX: Final = 4096
"""What one turn takes from a port: more than any frame of any device, and little enough that no
port starves the others."""

PENDING_BYTES_MAX: Final = 64 * 1024
"""What may wait for a port that does not take bytes. Beyond it the link counts as lost: a command
that leaves late is worse than none."""

STALL_S: Final = 5.0
"""How long a port may take no byte at all while bytes wait; then the link counts as lost."""


class FdPort:
    """An open device or TCP port, read and written by the loop itself."""

    __slots__ = (
        "_failed",
        "_fd",
        "_loop",
        "_on_bytes",
        "_on_failed",
        "_pending",
        "_port",
        "_stall",
        "_url",
    )

    def __init__(
        self,
        url: str,
        port: serial.Serial,
        loop: asyncio.AbstractEventLoop,
        on_bytes: Callable[[bytes], None],
        on_failed: Callable[["FdPort", LinkLost], None],
    ) -> None:
        self._url = url
        self._port = port
        self._loop = loop
        self._on_bytes = on_bytes
        self._on_failed = on_failed
        self._fd = port.fileno()
        self._pending = bytearray()
        self._stall: asyncio.TimerHandle | None = None
        self._failed = False
        loop.add_reader(self._fd, self._readable)

    def write(self, data: bytes) -> None:
        """Write now what the port takes now; the rest leaves as the port takes it."""
        if self._failed:
            return
        if not self._pending:
            try:
                taken = os.write(self._fd, data)
            except (BlockingIOError, InterruptedError):
                taken = 0
            except OSError as error:
                self._fail(lost(self._url, error))
                return
            if taken == len(data):
                return
            data = data[taken:]
            self._loop.add_writer(self._fd, self._writable)
            self._watch_for_stall()
        self._pending += data
        if len(self._pending) > PENDING_BYTES_MAX:
            self._fail(self._stuck(f"{len(self._pending)} bytes wait"))

    def set_line(self, line: LineSettings) -> None:
        """Set speed, parity and the rest anew."""
        try:
            set_line(self._url, self._port, line)
        except LinkLost as error:
            self._fail(error)

    def unsent(self) -> int:
        """Bytes that have not left this machine yet, as far as the kernel can say."""
        try:
            return len(self._pending) + int(getattr(self._port, "out_waiting", 0))
        except FAULTS_OF_PYSERIAL:
            return len(self._pending)

    def close(self) -> threading.Thread:
        """Take the port off the loop at once and close it in the thread that is returned.

        Closing blocks: a serial driver waits up to 30 s for bytes that cannot leave, and pyserial
        sleeps 0.3 s after a socket.
        """
        discard = self.unsent() > 0
        self._off_the_loop()
        thread = threading.Thread(
            target=self._close, args=(discard,), name="port-close", daemon=True
        )
        thread.start()
        return thread

    def _readable(self) -> None:
        try:
            data = os.read(self._fd, READ_BYTES_MAX)
        except (BlockingIOError, InterruptedError):
            return
        except OSError as error:
            self._fail(lost(self._url, error))
            return
        if data:
            self._on_bytes(data)
        else:
            cure = "check its plug and its power"
            self._fail(LinkLost(self._url, "the other end hung up", cure))

    def _writable(self) -> None:
        try:
            taken = os.write(self._fd, self._pending)
        except (BlockingIOError, InterruptedError):
            return
        except OSError as error:
            self._fail(lost(self._url, error))
            return
        del self._pending[:taken]
        if self._pending:
            self._watch_for_stall()
        else:
            self._loop.remove_writer(self._fd)
            self._forget_stall()

    def _watch_for_stall(self) -> None:
        self._forget_stall()
        self._stall = self._loop.call_later(STALL_S, self._stalled)

    def _forget_stall(self) -> None:
        if self._stall is not None:
            self._stall.cancel()
            self._stall = None

    def _stalled(self) -> None:
        self._fail(self._stuck(f"no byte left for {STALL_S} s"))

    def _stuck(self, why: str) -> LinkLost:
        cure = "the other end does not read; check it and its flow control"
        return LinkLost(self._url, why, cure)

    def _fail(self, error: LinkLost) -> None:
        """Tell of the failure from the loop: a write in the middle of a turn must not start one."""
        if not self._failed:
            self._off_the_loop()
            self._loop.call_soon(self._on_failed, self, error)

    def _off_the_loop(self) -> None:
        if not self._failed:
            self._failed = True
            self._loop.remove_reader(self._fd)
            self._loop.remove_writer(self._fd)
            self._forget_stall()

    def _close(self, discard: bool) -> None:
        try:
            if discard:
                # What did not leave until now must not leave late, nor hold up the closing.
                self._port.reset_output_buffer()
        except FAULTS_OF_PYSERIAL:
            pass
        try:
            self._port.close()
        except FAULTS_OF_PYSERIAL:
            pass
