"""A port whose handler is Python code (rfc2217://, loop://): one thread reads, one writes."""

import asyncio
import queue
import threading
from collections.abc import Callable
from typing import Any, Final

import serial

from kiosk.edge.links.fd_port import PENDING_BYTES_MAX, READ_BYTES_MAX
from kiosk.edge.links.opening import FAULTS_OF_PYSERIAL, LinkLost, lost, set_line
from kiosk_hw.ports.party import LineSettings

CHUNKS_WAITING_MAX: Final = 64
"""Chunks that the reader thread may hand over before the loop took one; then the reader waits."""


class ThreadedPort:
    """An open port that only blocking calls can use: one thread reads, one writes and closes."""

    __slots__ = (
        "_asked",
        "_closing",
        "_credits",
        "_errands",
        "_loop",
        "_on_bytes",
        "_on_failed",
        "_port",
        "_url",
        "_worker",
        "_written",
    )

    def __init__(
        self,
        url: str,
        port: serial.Serial,
        loop: asyncio.AbstractEventLoop,
        on_bytes: Callable[[bytes], None],
        on_failed: Callable[["ThreadedPort", LinkLost], None],
    ) -> None:
        self._url = url
        self._port = port
        self._loop = loop
        self._on_bytes = on_bytes
        self._on_failed = on_failed
        self._closing = False
        self._asked = 0
        self._written = 0
        self._credits = threading.Semaphore(CHUNKS_WAITING_MAX)
        self._errands: queue.SimpleQueue[bytes | LineSettings | None] = queue.SimpleQueue()
        self._worker = threading.Thread(target=self._run_errands, name="port-write", daemon=True)
        self._worker.start()
        threading.Thread(target=self._keep_reading, name="port-read", daemon=True).start()

    def write(self, data: bytes) -> None:
        """Hand the bytes to the writer thread; they leave in the order of the calls."""
        self._asked += len(data)
        if self.unsent() > PENDING_BYTES_MAX:
            cure = "the other end does not read; check it and its flow control"
            self._fail(LinkLost(self._url, f"{self.unsent()} bytes wait", cure))
        else:
            self._errands.put(data)

    def set_line(self, line: LineSettings) -> None:
        """Set the line anew, after the bytes that were written before."""
        self._errands.put(line)

    def unsent(self) -> int:
        """Bytes that the port's handler has not taken yet."""
        return self._asked - self._written

    def close(self) -> threading.Thread:
        """Stop both threads; the one that is returned ends when the port is closed."""
        self._closing = True
        self._errands.put(None)
        return self._worker

    # In the threads.

    def _keep_reading(self) -> None:
        while not self._closing:
            try:
                waiting = self._port.in_waiting
                data = self._port.read(max(1, min(waiting, READ_BYTES_MAX)))
            except FAULTS_OF_PYSERIAL as error:
                self._fail_in_thread(error)
                return
            if data:
                self._credits.acquire()
                self._call_in_loop(self._came_in, bytes(data))

    def _run_errands(self) -> None:
        while (errand := self._errands.get()) is not None:
            if self._closing:
                continue
            try:
                if isinstance(errand, bytes):
                    self._port.write(errand)
                    self._written += len(errand)
                else:
                    set_line(self._url, self._port, errand)
            except (*FAULTS_OF_PYSERIAL, LinkLost) as error:
                self._fail_in_thread(error)
        try:
            self._port.close()
        except FAULTS_OF_PYSERIAL:
            pass

    def _fail_in_thread(self, error: BaseException) -> None:
        self._call_in_loop(self._fail, lost(self._url, error))

    def _call_in_loop(self, call: Callable[[Any], None], argument: object) -> None:
        try:
            self._loop.call_soon_threadsafe(call, argument)
        except RuntimeError:
            # The loop is closed: the process is ending and nobody is left to tell.
            self._closing = True

    # In the loop.

    def _came_in(self, data: bytes) -> None:
        self._credits.release()
        if not self._closing:
            self._on_bytes(data)

    def _fail(self, error: LinkLost) -> None:
        if not self._closing:
            self._closing = True
            self._loop.call_soon(self._on_failed, self, error)
