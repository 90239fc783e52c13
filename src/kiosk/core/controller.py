"""One lane's whole process as one plain object: bytes and `now` in; bytes and store batches out.

Both shells drive exactly this object, so lane code cannot tell a real port from a simulated one.
The rule that money depends on is kept here: commands that a turn produced are handed to the devices
only after the batch of the same turn was carried out by the store, in the order they were decided.
"""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from kiosk.core.observer import Observer
from kiosk.core.records import Answer, Batch, StoreFailed
from kiosk_hw.ports.party import NEVER, Party

TURNS_WAITING_MAX: Final = 256
"""Turns that may wait for the store before the lane is told that the store failed."""

EVENTS_PER_TURN_MAX: Final = 1000
"""Events that one turn may bring forth; more is a loop between parties and a defect of ours."""

SHOWS_MAX: Final = 4096
"""Shows kept for a shell that does not fetch them; the oldest go first."""

_OBSERVER: Final = "the observer"
"""Where the observer's deadline stands, after everybody else's: it must not hold them up."""

_LANE: Final = "the lane"
"""Where the lane's own deadline stands, after those of the ports: they have their say first."""


@dataclass(slots=True)
class Turn:
    """What the lane decided in one turn."""

    batch: Batch = field(default_factory=Batch)
    commands: list[tuple[str, Any]] = field(default_factory=list)
    """(port, command) in the order in which they were decided."""
    urgent: list[tuple[str, Any]] = field(default_factory=list)
    """Commands that wait for no store: only what opens or holds the arm for people's safety."""
    shows: list[Any] = field(default_factory=list)
    """What screens, logs and technicians may see; never waits for the store."""
    at: float = 0.0
    """When it was decided: how long the store takes is counted from here."""

    def __bool__(self) -> bool:
        return bool(
            self.batch.rows or self.batch.queries or self.commands or self.urgent or self.shows
        )


@dataclass(frozen=True, slots=True)
class CommandsLost:
    """The store failed, so these (port, command) pairs never left."""

    commands: tuple[tuple[str, Any], ...]


class LaneObject(Protocol):
    """A lane role (exit or entry) as the controller drives it."""

    def receive(self, event: Any, now: float) -> None:
        """Take one event in."""

    def tick(self, now: float) -> None:
        """It is `now`: let the lane's own deadlines fall due."""

    def deadline(self) -> float:
        """When the lane must be ticked next."""

    def take(self) -> Turn:
        """What was decided since the last call."""


class Controller:
    """Routes events of the ports' parties to the lane, and its commands back through the store."""

    def __init__(
        self,
        lane: LaneObject,
        parties: Mapping[str, Party],
        observer: Observer | None = None,
    ) -> None:
        self.lane = lane
        self.observer = observer
        self.parties = dict(parties)
        self.shows: deque[Any] = deque(maxlen=SHOWS_MAX)
        self.outbox: dict[str, bytes] = {}
        """What leaves now, by port; the shell takes it after each verb."""
        self.waiting: deque[Turn] = deque()
        """Turns that the store has not carried out, in the order in which they were decided."""
        self._in_hand: Turn | None = None
        self._due = {port: party.deadline() for port, party in self.parties.items()}
        self._due[_LANE] = NEVER
        if observer is not None:
            self._due[_OBSERVER] = observer.deadline()
        self._collect(0.0)

    def __repr__(self) -> str:
        return f"<Controller {self.lane!r} waiting={len(self.waiting)} ports={list(self.parties)}>"

    # What comes in.

    def connected(self, port: str, now: float) -> None:
        """The link of `port` is up."""
        self._hear(port, self.parties[port].connected(now), now)
        self._look_at(port)

    def disconnected(self, port: str, now: float) -> None:
        """The link of `port` is gone."""
        self._hear(port, self.parties[port].disconnected(now), now)
        self._look_at(port)

    def receive(self, port: str, data: bytes, now: float) -> None:
        """Bytes came in at `port`."""
        events = self.parties[port].receive(data, now)
        if events:
            self._hear(port, events, now)
        self._look_at(port)

    def tell(self, event: Any, now: float) -> None:
        """An event that no port brought: a plate was typed, a technician released the lane."""
        self._pass_on((event,), now)

    def tick(self, now: float) -> None:
        """It is `now`: tick whoever is due."""
        for port, due in self._due.items():
            if due > now:
                continue
            if port is _LANE:
                self.lane.tick(now)
                self._collect(now)
                continue
            if port is _OBSERVER:
                self._tick_observer(now)
                continue
            events = self.parties[port].tick(now)
            if events:
                self._hear(port, events, now)
            self._look_at(port)

    def deadline(self) -> float:
        """When `tick` must be called next."""
        return min(self._due.values())

    # What goes out.

    def bytes_to_send(self, port: str) -> bytes:
        """What leaves at `port` now."""
        return self.outbox.pop(port, b"")

    def batch(self) -> Batch | None:
        """The next batch for the store, or None. One at a time: `carried_out` ends it."""
        if self._in_hand is not None or not self.waiting:
            return None
        self._in_hand = self.waiting.popleft()
        return self._in_hand.batch

    def carried_out(self, answers: Sequence[Answer], now: float) -> None:
        """The store carried the batch out: its commands may go, its answers come in.

        Where the store failed, nothing was written, so the commands of that turn are dropped: the
        lane is told, and calls a person.
        """
        turn, self._in_hand = self._in_hand, None
        assert turn is not None, "no batch was in hand"
        failed = any(isinstance(answer, StoreFailed) for answer in answers)
        if self.observer is not None:
            self.observer.committed(now - turn.at, answers, now)
        if not failed:
            self._hand_over(turn.commands, now)
        self._pass_on(answers, now)
        if failed and turn.commands:
            self._pass_on((CommandsLost(tuple(turn.commands)),), now)
        self._release_ready(now)

    # Inside.

    def _hear(self, port: str, events: Sequence[Any], now: float) -> None:
        if self.observer is not None:
            for event in events:
                self.observer.hear(port, event, now)
        self._pass_on(events, now)

    def _tick_observer(self, now: float) -> None:
        assert self.observer is not None
        self.observer.tick(now)
        self._due[_OBSERVER] = self.observer.deadline()

    def _look_at(self, port: str) -> None:
        party = self.parties[port]
        data = party.bytes_to_send()
        if data:
            self.outbox[port] = self.outbox.get(port, b"") + data
        self._due[port] = party.deadline()

    def _pass_on(self, events: Sequence[Any], now: float) -> None:
        if not events:
            return
        assert len(events) <= EVENTS_PER_TURN_MAX, f"{len(events)} events in one turn"
        for event in events:
            self.lane.receive(event, now)
        self._collect(now)

    def _collect(self, now: float) -> None:
        turn = self.lane.take()
        self._due[_LANE] = self.lane.deadline()
        if not turn:
            return
        self.shows.extend(turn.shows)
        self._hand_over(turn.urgent, now)
        turn.at = now
        self.waiting.append(turn)
        if len(self.waiting) > TURNS_WAITING_MAX:
            self._give_waiting_up(now)
        self._release_ready(now)

    def _give_waiting_up(self, now: float) -> None:
        """The store hangs. What it has in hand may still come true, what waits never will."""
        lost = tuple(command for turn in self.waiting for command in turn.commands)
        self.waiting.clear()
        failed = StoreFailed(f"{TURNS_WAITING_MAX} turns wait for the store")
        self._pass_on((failed, CommandsLost(lost)), now)

    def _release_ready(self, now: float) -> None:
        """Turns without rows or queries need no store, but never overtake one that does."""
        while self._in_hand is None and self.waiting:
            batch = self.waiting[0].batch
            if batch.rows or batch.queries:
                return
            self._hand_over(self.waiting.popleft().commands, now)

    def _hand_over(self, commands: Sequence[tuple[str, Any]], now: float) -> None:
        for port, command in commands:
            if self.observer is not None:
                self.observer.ordered(port, command, now)
            self.parties[port].command(command, now)
            self._look_at(port)
