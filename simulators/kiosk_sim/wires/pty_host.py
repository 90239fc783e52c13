"""A device behind a pseudo-terminal with a stable name: any program opens it as its serial port.

A pty has no speed and no parity of its own. Bytes are paced here by the device's line, and a client
at another speed gets and gives garbage; a wrong parity goes unnoticed.
"""

import os
import termios
import tty
from collections.abc import Callable
from pathlib import Path
from typing import Final

from kiosk_hw.ports.party import LineSettings
from kiosk_sim.wires.paced import READ_BYTES, PacedLine
from kiosk_sim.wires.sides import DeviceSide

PTYS: Final = "/dev/pts/"

_BAUDS = {
    getattr(termios, name): int(name[1:])
    for name in dir(termios)
    if name[0] == "B" and name[1:].isdigit()
}


class PtyPort:
    """One device on one pty; `path` becomes a link to it.

    A link to a pty or to nothing is replaced, whoever left it; for anything else at `path`
    FileExistsError is raised, for it may be somebody's file or device. The pty stays open while
    clients come and go: a device on RS-485 does not notice them either.
    """

    def __init__(self, device: DeviceSide, path: str | Path, now: float) -> None:
        self.device = device
        self.path = Path(path)
        self.unheard = 0
        """Bytes dropped because the pty was full of what no client took, or was pulled out."""
        self._line = PacedLine(device)
        self._fds: tuple[int, ...] = ()
        self.plug(now)

    def __repr__(self) -> str:
        return f"<PtyPort {self.path} {self.device.line} unheard={self.unheard} {self.device!r}>"

    def plug(self, now: float) -> None:
        """Make the pty and the link to it; a client finds the device there, as if plugged in."""
        self._make_way()
        self._master, self._slave = self._fds = os.openpty()
        tty.setraw(self._slave)
        os.set_blocking(self._master, False)
        self._set_speed(self.device.line.baud)
        self._target = os.ttyname(self._slave)
        self._link()
        self.device.connected(now)

    def pull(self, now: float) -> None:
        """Take link and pty away, as when an adapter is pulled out; the device lives on."""
        self.close()
        self._line.cut()
        self.device.disconnected(now)

    def filenos(self) -> tuple[int, ...]:
        """The master's end; nothing while it is pulled out."""
        return self._fds[:1]

    def heard(self, _fileno: int, now: float) -> None:
        """The client wrote."""
        try:
            data = os.read(self._master, READ_BYTES)
        except BlockingIOError:
            return
        self._line.client_says(data, now, self._client(), self.device.line)

    def deliver(self, now: float) -> None:
        """Give the device whatever has arrived by now."""
        self._line.deliver(now)

    def pump(self, now: float) -> None:
        """Write what the client must have by now."""
        client = self._client() if self._fds else self.device.line
        data = self._line.due_bytes(now, client, self.device.line)
        if not data:
            return
        try:
            written = os.write(self._master, data) if self._fds else 0
        except BlockingIOError:
            written = 0
        self.unheard += len(data) - written

    def deadline(self) -> float:
        """When bytes arrive next, at either end."""
        return self._line.deadline()

    def disturb(self, way: Callable[[bytes], bytes] | None) -> None:
        """What the cable does to bytes from now on."""
        self._line.disturb(way)

    def close(self) -> None:
        """Remove the link and close the pty; a client then sees its port vanish."""
        if self._fds and self.path.is_symlink() and os.readlink(self.path) == self._target:
            self.path.unlink()
        self._close_fds()

    # Inside.

    def _client(self) -> LineSettings:
        """The speed that the client has set; the device's own until one has."""
        baud = _BAUDS.get(termios.tcgetattr(self._master)[5], self.device.line.baud)
        own = self.device.line
        return LineSettings(baud, own.data_bits, own.parity, own.stop_bits)

    def _set_speed(self, baud: int) -> None:
        """Start at the device's speed, so that a client that sets none is understood."""
        speeds = [constant for constant, speed in _BAUDS.items() if speed == baud]
        if speeds:
            settings = termios.tcgetattr(self._slave)
            settings[4] = settings[5] = speeds[0]
            termios.tcsetattr(self._slave, termios.TCSANOW, settings)

    def _make_way(self) -> None:
        """Remove the link that a killed simulator left."""
        if self.path.is_symlink() and (
            not self.path.exists() or os.readlink(self.path).startswith(PTYS)
        ):
            self.path.unlink()
        elif os.path.lexists(self.path):
            raise FileExistsError(
                f"{self.path}: expected no file or an old link to a pty, found something else;"
                " choose another path"
            )
        elif not self.path.parent.is_dir():
            raise FileNotFoundError(f"{self.path}: there is no folder {self.path.parent}")

    def _link(self) -> None:
        try:
            self.path.symlink_to(self._target)
        except OSError:
            self._close_fds()
            raise

    def _close_fds(self) -> None:
        for fd in self._fds:
            os.close(fd)
        self._fds = ()
