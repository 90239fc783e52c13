"""The real-time loop of the simulators: devices on ptys and sockets, and the world, in one thread.

This is the only clock of the simulators. It starts at 0 when the host is made.
"""

import os
from collections.abc import Callable
from pathlib import Path
from select import select
from ssl import SSLContext
from time import monotonic
from types import TracebackType
from typing import Final

from kiosk_hw.ports.party import NEVER
from kiosk_sim.wires.paced import Port
from kiosk_sim.wires.pty_host import PtyPort
from kiosk_sim.wires.service import Line, ServicePort
from kiosk_sim.wires.sides import DeviceSide, Surroundings
from kiosk_sim.wires.tcp_host import TcpPort

WAIT_MAX_S: Final = 1.0
"""The longest wait for anything: a party that was acted upon from outside is looked at by then."""


class RealTimeHost:
    """Serves devices to other programs. Use it in a `with`, or `stop` it: its links vanish then.

    `after_turn(now)` runs after each turn in which somebody acted; a world looks at displays there.
    """

    def __init__(self, after_turn: Callable[[float], None] | None = None) -> None:
        self.ports: list[Port] = []
        self.parties: list[Surroundings] = []
        self.turns = 0
        self._after_turn = after_turn
        self._origin_s = monotonic()
        self._stopped = False
        self._closed = False
        self._wake_read, self._wake_write = os.pipe()
        os.set_blocking(self._wake_read, False)

    def __repr__(self) -> str:
        return f"<RealTimeHost turns={self.turns} ports={self.ports!r}>"

    def __enter__(self) -> "RealTimeHost":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def add_pty(self, device: DeviceSide, path: str | Path) -> PtyPort:
        """Serve a device on a pty; `path` becomes a link to it."""
        port = PtyPort(device, path, self.now())
        self._add(port, device)
        return port

    def add_tcp(
        self, device: DeviceSide, host: str = "127.0.0.1", port: int = 0, paced: bool = True
    ) -> TcpPort:
        """Serve a device on a socket; `.address` says where when `port` is 0."""
        served = TcpPort(device, host, port, paced)
        self._add(served, device)
        return served

    def add_service(
        self, open_line: Callable[[], Line], host: str, port: int, tls: SSLContext | None = None
    ) -> ServicePort:
        """Serve many clients on a socket, each on a line of its own; `tls` encrypts them."""
        served = ServicePort(open_line, host, port, tls)
        self._add(served, served)
        return served

    def add(self, party: Surroundings) -> None:
        """Let a party without a wire live in the same time, as a world does."""
        # What has no wire goes first: a device then answers from the state of its own moment.
        self.parties.insert(0, party)

    def now(self) -> float:
        """Seconds since this host was made."""
        return monotonic() - self._origin_s

    def run(self, until: float | None = None) -> None:
        """Serve until `now()` reaches `until`, or until `stop`, which also closes everything."""
        while not self._stopped:
            now = self.now()
            if until is not None and now >= until:
                return
            self._turn(now)
            due = self._deadline() if until is None else min(self._deadline(), until)
            self._listen(due)
        self.close()

    def stop(self) -> None:
        """End `run`, from any thread or signal handler."""
        self._stopped = True
        if not self._closed:
            os.write(self._wake_write, b".")

    def close(self) -> None:
        """Close every port and remove its link."""
        if self._closed:
            return
        self._closed = self._stopped = True
        for port in self.ports:
            port.close()
        os.close(self._wake_read)
        os.close(self._wake_write)

    # Inside.

    def _add(self, port: Port, party: Surroundings) -> None:
        self.ports.append(port)
        self.parties.append(party)

    def _turn(self, now: float) -> None:
        self.turns += 1
        for port in self.ports:
            port.deliver(now)
        for party in self.parties:
            if party.deadline() <= now:
                party.tick(now)
        for port in self.ports:
            port.pump(now)
        if self._after_turn is not None:
            self._after_turn(now)

    def _deadline(self) -> float:
        due = min((party.deadline() for party in self.parties), default=NEVER)
        return min(due, min((port.deadline() for port in self.ports), default=NEVER))

    def _listen(self, due: float) -> None:
        # select() waits in microseconds; epoll would round every gap between bytes up to 1 ms.
        owners = {fileno: port for port in self.ports for fileno in port.filenos()}
        wait_s = min(max(due - self.now(), 0.0), WAIT_MAX_S)
        ready, _, _ = select([self._wake_read, *owners], [], [], wait_s)
        now = self.now()
        for fileno in ready:
            if fileno in owners:
                owners[fileno].heard(fileno, now)
            else:
                os.read(fileno, 64)
