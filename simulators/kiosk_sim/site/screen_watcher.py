"""The driver's eyes on the controller's screen port: sees the question, types the plate."""

import json
import socket
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, Protocol

LOOK_S: Final = 0.05
"""How often the screen is looked at."""

LINE_BYTES_MAX: Final = 65_536


class Asked(Protocol):
    """Who is asked for the plate."""

    def asked_for_plate(self, now: float) -> None: ...


class ScreenWatcher:
    """A party without a wire: connects to the screen's socket as soon as it is there."""

    def __init__(self, path: Path, driver: Asked, seen: Callable[[dict[str, Any]], None]) -> None:
        self._seen = seen
        self._path = path
        self._driver = driver
        self._socket: socket.socket | None = None
        self._bytes = b""
        self._look_at = 0.0

    def deadline(self) -> float:
        """When the screen is looked at next."""
        return self._look_at

    def tick(self, now: float) -> None:
        """Look at the screen."""
        self._look_at = now + LOOK_S
        if self._socket is None:
            self._connect()
        while self._socket is not None and (data := self._read()):
            self._bytes += data
            *lines, self._bytes = self._bytes[-LINE_BYTES_MAX:].split(b"\n")
            for line in lines:
                self._see(json.loads(line), now)

    def type_plate(self, text: str, now: float) -> None:
        """The driver typed the plate."""
        if self._socket is not None:
            with suppress(OSError):
                self._socket.sendall(json.dumps({"touch": "plate", "plate": text}).encode() + b"\n")

    def close(self) -> None:
        """Look no more."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _see(self, picture: dict[str, Any], now: float) -> None:
        self._seen(picture)
        if picture.get("picture") == "ask-plate":
            self._driver.asked_for_plate(now)

    def _connect(self) -> None:
        screen = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            screen.connect(str(self._path))
        except OSError:
            screen.close()
            return
        screen.setblocking(False)
        self._socket = screen

    def _read(self) -> bytes:
        assert self._socket is not None
        try:
            data = self._socket.recv(4096)
        except BlockingIOError:
            return b""
        except OSError:
            data = b""
        if not data:
            self.close()
        return data
