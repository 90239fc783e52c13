"""Lets technicians' tools follow what passes a port, decoded. It never touches a byte on its way.

Decoding happens after the turn that the bytes are in, and only while somebody follows; what does
not fit is dropped and counted, so that a lane at full rate goes on as if nobody looked.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Mapping
from typing import Final, Protocol

from kiosk.edge.sockets.line_port import LineClient, as_line
from kiosk_hw.ports.party import NEVER
from kiosk_hw.tracing.frame import Direction, Frame, Tracer

CHUNKS_MAX: Final = 1024
"""Reads and writes that may wait to be decoded: seconds of a port at full rate."""


class Tapped(Protocol):
    """A port as the tap needs it."""

    on_bytes: Callable[[Direction, bytes, float], None] | None


class Tap:
    """The decoders of all ports, and who follows which."""

    def __init__(
        self, ports: Mapping[str, Tapped], tracers: Mapping[str, Callable[[], Tracer]]
    ) -> None:
        self.chunks_dropped = 0
        self.frames = 0
        self._ports = ports
        self._make = tracers
        self._tracers: dict[str, Tracer] = {}
        self._followers: dict[str, set[LineClient]] = {name: set() for name in ports}
        self._keepers: set[LineClient] = set()
        self._chunks: deque[tuple[str, Direction, bytes, float]] = deque()
        self._quiet: dict[str, asyncio.TimerHandle] = {}

    def __repr__(self) -> str:
        followed = [name for name, clients in self._followers.items() if clients]
        return f"<Tap {followed} frames={self.frames} chunks_dropped={self.chunks_dropped}>"

    def follow(self, client: LineClient, port: str, keeps: bool = False) -> bool:
        """Send this tool the frames of a port from now on; False for a port that is none.

        One that `keeps` them gets the bytes that a recording may keep as well.
        """
        if port not in self._followers or port not in self._make:
            return False
        if not self._followers[port]:
            self._tracers[port] = self._make[port]()
            self._ports[port].on_bytes = lambda direction, data, now: self._came(
                port, direction, data, now
            )
        self._followers[port].add(client)
        if keeps:
            self._keepers.add(client)
        return True

    def forget(self, client: LineClient) -> None:
        """This tool follows no port any more."""
        self._keepers.discard(client)
        for port, clients in self._followers.items():
            clients.discard(client)
            if not clients and port in self._tracers:
                self._ports[port].on_bytes = None
                del self._tracers[port]

    def _came(self, port: str, direction: Direction, data: bytes, now: float) -> None:
        if not self._chunks:
            asyncio.get_running_loop().call_soon(self._decode)
        if len(self._chunks) < CHUNKS_MAX:
            self._chunks.append((port, direction, data, now))
        else:
            self.chunks_dropped += 1

    def _decode(self) -> None:
        try:
            while self._chunks:
                port, direction, data, now = self._chunks.popleft()
                tracer = self._tracers.get(port)
                if tracer is not None:
                    self._send(port, tracer.feed(direction, data, now))
                    self._watch_silence(port)
        finally:
            # A defect of one tracer is logged by the loop; the other ports go on being told.
            if self._chunks:
                asyncio.get_running_loop().call_soon(self._decode)

    def _watch_silence(self, port: str) -> None:
        timer = self._quiet.pop(port, None)
        if timer is not None:
            timer.cancel()
        tracer = self._tracers.get(port)
        due = NEVER if tracer is None else tracer.deadline()
        if due != NEVER:
            loop = asyncio.get_running_loop()
            self._quiet[port] = loop.call_at(due, self._went_quiet, port)

    def _went_quiet(self, port: str) -> None:
        tracer = self._tracers.get(port)
        if tracer is not None:
            self._send(port, tracer.tick(asyncio.get_running_loop().time()))
            self._watch_silence(port)

    def _send(self, port: str, frames: list[Frame]) -> None:
        for frame in frames:
            self.frames += 1
            record = {"frame": frame.as_record(), "port": port}
            line = as_line(record)
            kept = frame.kept.hex() if frame.kept is not None else None
            for client in tuple(self._followers[port]):
                keeps = client in self._keepers
                client.send(as_line({**record, "kept": kept}) if keeps else line)
