"""A device behind a TCP port, as behind a serial server or on a network of its own.

One client at a time: a new one takes the place of the old, as when a cable is pulled and replaced.
"""

import socket
from collections.abc import Callable

from kiosk_sim.wires.paced import NETWORK, READ_BYTES, PacedLine
from kiosk_sim.wires.sides import DeviceSide


class TcpPort:
    """One device on one listening socket; `port` 0 takes a free one, `address` says which.

    `paced` is for a serial server, whose bytes go on at the line's speed; a device with a network
    plug has it off.
    """

    def __init__(self, device: DeviceSide, host: str, port: int, paced: bool = True) -> None:
        self.device = device
        self.paced = paced
        self.unheard = 0
        """Bytes that no client was there for, or that a client did not take."""
        self._line = PacedLine(device)
        self._listener = socket.create_server((host, port), backlog=4)
        self._listener.setblocking(False)
        self.address: tuple[str, int] = self._listener.getsockname()[:2]
        self._client: socket.socket | None = None

    def __repr__(self) -> str:
        host, port = self.address
        return f"<TcpPort {host}:{port} connected={self._client is not None} {self.device!r}>"

    def filenos(self) -> tuple[int, ...]:
        """The listener, and the client if there is one."""
        if self._client is None:
            return (self._listener.fileno(),)
        return (self._listener.fileno(), self._client.fileno())

    def heard(self, fileno: int, now: float) -> None:
        """A client comes, talks or goes."""
        if fileno == self._listener.fileno():
            self._accept(now)
        elif self._client is not None:
            self._read(self._client, now)

    def deliver(self, now: float) -> None:
        """Give the device whatever has arrived by now."""
        self._line.deliver(now)

    def pump(self, now: float) -> None:
        """Send what the client must have by now."""
        own = self.device.line if self.paced else NETWORK
        data = self._line.due_bytes(now, own, own)
        if not data:
            return
        sent = 0
        if self._client is not None:
            try:
                sent = self._client.send(data)
            except BlockingIOError:
                pass
            except OSError:
                self._hang_up(now)
        self.unheard += len(data) - sent

    def deadline(self) -> float:
        """When bytes arrive next, at either end."""
        return self._line.deadline()

    def disturb(self, way: Callable[[bytes], bytes] | None) -> None:
        """What the cable does to bytes from now on."""
        self._line.disturb(way)

    def close(self) -> None:
        """Hang up and stop listening."""
        if self._client is not None:
            self._client.close()
        self._listener.close()

    # Inside.

    def _accept(self, now: float) -> None:
        try:
            client, _ = self._listener.accept()
        except OSError:
            return
        if self._client is not None:
            self._hang_up(now)
        client.setblocking(False)
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._client = client
        self.device.connected(now)

    def _read(self, client: socket.socket, now: float) -> None:
        try:
            data = client.recv(READ_BYTES)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._hang_up(now)
            return
        own = self.device.line if self.paced else NETWORK
        self._line.client_says(data, now, own, own)

    def _hang_up(self, now: float) -> None:
        if self._client is not None:
            self._client.close()
            self._client = None
            self._line.cut()
            self.device.disconnected(now)
