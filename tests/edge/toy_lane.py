"""The smallest lane, party and store that a runtime can drive; they keep what they were told."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from kiosk.core.controller import Turn
from kiosk.core.records import Answer, BarrierOpened, Batch
from kiosk_hw.ports.party import NEVER, LineSettings

SLOW = LineSettings(9600)


@dataclass
class ToyParty:
    """Sends each command as it is; its events are what came in and what happened to the link."""

    name: str
    line: LineSettings = SLOW
    due: float = NEVER
    outbox: deque[bytes] = field(default_factory=deque)
    calls: list[tuple[str, float]] = field(default_factory=list)
    again_s: float | None = None
    """Due this long after each `wake` and each tick."""

    def connected(self, now: float) -> Sequence[Any]:
        self.calls.append(("connected", now))
        return [(self.name, "up")]

    def disconnected(self, now: float) -> Sequence[Any]:
        self.calls.append(("disconnected", now))
        return [(self.name, "down")]

    def receive(self, data: bytes, now: float) -> Sequence[Any]:
        self.calls.append(("receive", now))
        if data == b"wake" and self.again_s is not None:
            self.due = now + self.again_s
        return [(self.name, data)]

    def command(self, command: bytes, now: float) -> None:
        self.calls.append(("command", now))
        self.outbox.append(command)

    def tick(self, now: float) -> Sequence[Any]:
        self.calls.append(("tick", now))
        self.due = NEVER if self.again_s is None else now + self.again_s
        return [(self.name, "tick")]

    def deadline(self) -> float:
        return self.due

    def bytes_to_send(self) -> bytes:
        data = b"".join(self.outbox)
        self.outbox.clear()
        return data


@dataclass
class ToyLane:
    """Answers every chunk at once; one that begins with `!` is journalled before its answer."""

    told: list[Any] = field(default_factory=list)
    turn: Turn = field(default_factory=Turn)

    def receive(self, event: Any, now: float) -> None:
        self.told.append(event)
        self.turn.shows.append({"told": len(self.told)})
        match event:
            case (_, b"raise"):
                raise ValueError("BWY2917")
            case (_, b"wake"):
                pass
            case (port, bytes(data)):
                if data.startswith(b"!"):
                    self.turn.batch = Batch(rows=(BarrierOpened("x1"),))
                self.turn.commands.append((port, b"<" + data + b">"))
            case "bye":
                self.turn.commands.append(("barrier", b"bye"))

    def tick(self, now: float) -> None:
        """A toy waits for nothing."""

    def deadline(self) -> float:
        return NEVER

    def take(self) -> Turn:
        turn, self.turn = self.turn, Turn()
        return turn


@dataclass
class ToyStore:
    """Answers at once, or when it is told to."""

    at_once: bool = True
    batches: list[Batch] = field(default_factory=list)
    waiting: list[Callable[[list[Answer]], None]] = field(default_factory=list)
    closed: bool = False

    def submit(self, batch: Batch, done: Callable[[list[Answer]], None]) -> None:
        self.batches.append(batch)
        if self.at_once:
            done([])
        else:
            self.waiting.append(done)

    def answer(self) -> None:
        asyncio.get_running_loop().call_soon(self.waiting.pop(0), [])

    def close(self, wait_s: float) -> bool:
        self.closed = True
        return True
