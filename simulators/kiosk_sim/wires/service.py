"""A service behind a TCP port that many clients use at once, each on a line of its own."""

import socket
from collections.abc import Callable
from ssl import SSLContext, SSLError, SSLWantReadError, SSLWantWriteError
from typing import Final, Protocol

from kiosk_hw.ports.party import NEVER
from kiosk_sim.wires.paced import READ_BYTES

CLIENTS_MAX: Final = 64
"""Connections at once: a merchant's pool and some browsers. One more is hung up on at once."""

UNSENT_BYTES_MAX: Final = 1_048_576
"""What a client may leave unread; a slower one is hung up on."""

RETRY_S: Final = 0.005
"""When bytes that a client did not take are offered again."""


class Line(Protocol):
    """A simulated service's half of one connection."""

    @property
    def hung_up(self) -> bool: ...
    def connected(self, now: float) -> None: ...
    def disconnected(self, now: float) -> None: ...
    def receive(self, data: bytes, now: float) -> None: ...
    def tick(self, now: float) -> None: ...
    def deadline(self) -> float: ...
    def bytes_to_send(self) -> bytes: ...


class _Client:
    """One connection and what it has not taken yet."""

    __slots__ = ("line", "sock", "unsent")

    def __init__(self, sock: socket.socket, line: Line) -> None:
        self.sock, self.line, self.unsent = sock, line, b""


class ServicePort:
    """One listening socket; `open_line` makes the service's half of each connection."""

    def __init__(
        self,
        open_line: Callable[[], Line],
        host: str,
        port: int,
        tls: SSLContext | None = None,
    ) -> None:
        self.turned_away = 0
        """Clients beyond `CLIENTS_MAX`, or that could not be spoken to."""
        self._open_line = open_line
        self._tls = tls
        self._listener = socket.create_server((host, port), backlog=CLIENTS_MAX)
        self._listener.setblocking(False)
        self.address: tuple[str, int] = self._listener.getsockname()[:2]
        self._clients: dict[int, _Client] = {}
        self._retry_at = NEVER

    def __repr__(self) -> str:
        host, port = self.address
        clients, away = len(self._clients), self.turned_away
        return f"<ServicePort {host}:{port} clients={clients} turned_away={away}>"

    def filenos(self) -> tuple[int, ...]:
        """The listener and every client."""
        return (self._listener.fileno(), *self._clients)

    def heard(self, fileno: int, now: float) -> None:
        """A client comes, talks or goes."""
        if fileno == self._listener.fileno():
            self._accept(now)
        elif fileno in self._clients:
            self._read(self._clients[fileno], now)

    def deliver(self, now: float) -> None:
        """Bytes go to their line as they are read: nothing waits here."""

    def pump(self, now: float) -> None:
        """Send what each client must have by now."""
        self._retry_at = NEVER
        for client in list(self._clients.values()):
            client.unsent += client.line.bytes_to_send()
            if client.unsent:
                self._send(client, now)
            if client.line.hung_up and not client.unsent:
                self._drop(client, now)

    def tick(self, now: float) -> None:
        """Let every line do what is due."""
        for client in list(self._clients.values()):
            if client.line.deadline() <= now:
                client.line.tick(now)

    def deadline(self) -> float:
        """When a line has something to do; what a client did not take is offered again soon."""
        due = min((client.line.deadline() for client in self._clients.values()), default=NEVER)
        return min(due, self._retry_at)

    def close(self) -> None:
        """Hang up on everybody and stop listening."""
        for client in self._clients.values():
            client.sock.close()
        self._clients.clear()
        self._listener.close()

    # Inside.

    def _accept(self, now: float) -> None:
        try:
            sock, _ = self._listener.accept()
        except OSError:
            return
        if len(self._clients) >= CLIENTS_MAX:
            self.turned_away += 1
            sock.close()
            return
        sock.setblocking(False)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self._tls is not None:
            try:
                sock = self._tls.wrap_socket(sock, server_side=True, do_handshake_on_connect=False)
            except (OSError, ValueError):
                # Gone before it said anything.
                self.turned_away += 1
                sock.close()
                return
        client = _Client(sock, self._open_line())
        self._clients[sock.fileno()] = client
        client.line.connected(now)

    def _read(self, client: _Client, now: float) -> None:
        # TLS may hold more than select sees: read until it says that there is nothing.
        while True:
            try:
                data = client.sock.recv(READ_BYTES)
            except (BlockingIOError, SSLWantReadError, SSLWantWriteError):
                return
            except (SSLError, OSError):
                self.turned_away += 1
                data = b""
            if not data:
                self._drop(client, now)
                return
            client.line.receive(data, now)
            if self._tls is None or client.line.hung_up:
                return

    def _send(self, client: _Client, now: float) -> None:
        try:
            sent = client.sock.send(client.unsent)
        except (BlockingIOError, SSLWantReadError, SSLWantWriteError):
            sent = 0
        except (SSLError, OSError):
            self._drop(client, now)
            return
        client.unsent = client.unsent[sent:]
        if client.unsent:
            self._retry_at = now + RETRY_S
        if len(client.unsent) > UNSENT_BYTES_MAX:
            self.turned_away += 1
            self._drop(client, now)

    def _drop(self, client: _Client, now: float) -> None:
        if self._clients.pop(client.sock.fileno(), None) is None:
            return
        client.line.disconnected(now)
        client.sock.close()
