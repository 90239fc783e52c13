"""One exchange after the other with a gateway: begun, answered, doubted, repeated or given up.

Which commands there are is the host's, what an answer means the codec's.
"""

from collections.abc import Callable
from typing import Final

from kiosk_hw.gateways.model import GatewayCodec
from kiosk_hw.hosts.gateway.errands import (
    ATTEMPTS_MAX,
    PROBE,
    Errand,
    Errands,
    Rank,
    patience_s,
    rank_of,
    unclear,
)
from kiosk_hw.hosts.gateway.standing import Health, Standing
from kiosk_hw.hosts.gateway.wire import HttpWire, WireState
from kiosk_hw.paycodes.merchant import Asking
from kiosk_hw.paycodes.messages import Doubted, Further, HttpAnswer, Stamp, Told
from kiosk_hw.ports.gateway import CreateOrder, GatewayEvent, RefundOrder
from kiosk_hw.ports.party import NEVER

LANE_WAIT_S: Final = 0.4
"""How long a driver's errand waits for a refund that is under way; then the refund is put back."""

BACKOFF_S_MAX: Final = 4.0
"""The longest wait that repeated 429 and 5xx lead to by themselves; each doubles it."""

Events = list[GatewayEvent]


class Dialogue:
    """The errands, the one that runs, and the connection that it runs on."""

    def __init__(
        self,
        name: str,
        codec: GatewayCodec,
        wire: HttpWire,
        *,
        wall_s: Callable[[float], float],
        nonce: Callable[[], str],
    ) -> None:
        self.answers = 0
        self.retries = 0
        self.doubted = 0
        self.health = Health(name)
        self.errands = Errands()
        self.running: Errand | None = None
        self._codec = codec
        self._wire = wire
        self._wall_s = wall_s
        self._nonce = nonce
        self._not_before = 0.0
        self._backoff_s = 0.0

    def __repr__(self) -> str:
        running = "nothing" if self.running is None else self.running.step
        return (
            f"<Dialogue {running!r} waiting={len(self.errands)} answers={self.answers}"
            f" retries={self.retries} doubted={self.doubted} {self.health!r}>"
        )

    @property
    def idle(self) -> bool:
        """Nothing is to be asked."""
        return self.running is None and not len(self.errands)

    def stamp(self, now: float, ordered_s: float) -> Stamp:
        """What the next request is signed with."""
        return Stamp(self._wall_s(now), self._nonce(), ordered_s)

    def is_asking(self, command: Asking) -> bool:
        """Whether the very same is asked or waits already; one answer then answers both."""
        running = self.running
        return self.errands.has(command) or (running is not None and running.command == command)

    def take(self, command: Asking, ordered_s: float, now: float) -> None:
        """Another errand."""
        rank = rank_of(command)
        if rank is Rank.LANE:
            self.health.asked(now)
        step = self._codec.first_step(command)
        due_s = now + patience_s(command)
        self.errands.add(Errand(command, step, rank, now, due_s, ordered_s))

    def proceed(self, now: float) -> None:
        """Begin the next exchange if the connection is free and the gateway wants to hear it."""
        is_free = self._wire.state is WireState.IDLE and now >= self._not_before
        if not is_free or not len(self.errands):
            return
        errand = self.errands.take()
        errand.attempts += 1
        stamp = self.stamp(now, errand.ordered_s)
        self._wire.send(self._codec.request(errand.step, errand.command, stamp))
        self.running = errand

    def hear(self, answer: HttpAnswer, now: float) -> Events:
        """The answer to what runs."""
        errand, self.running = self.running, None
        assert errand is not None, "an answer is wanted only while an errand runs"
        self.answers += 1
        reading = self._codec.read(errand.step, errand.command, answer, self._wall_s(now))
        match reading:
            case Told(events=events):
                told = () if errand.command is PROBE else events
                return [*self._answered(errand, now), *told]
            case Further(step=step):
                answered = self._answered(errand, now)
                errand.step, errand.attempts = step, 0
                self.errands.put_back(errand)
                return [*answered]
            case Doubted():
                return self._doubt(errand, reading, now)

    def broken(self, why: str, now: float) -> Events:
        """The running exchange brought no answer: ask the same again, a few times."""
        errand, self.running = self.running, None
        if errand is not None:
            return self._repeat(errand, why, now)
        first = self.errands.first()
        if first is not None:
            first.why = why
        return []

    def tick(self, now: float) -> Events:
        """Whatever has taken too long."""
        events: Events = []
        for errand in self.errands.take_overdue(now):
            events += self._give_up(errand, now)
        running = self.running
        if running is not None and min(running.due_s, self._lane_waits_until()) <= now:
            self.running = None
            self._wire.abandon()
            if running.due_s <= now:
                events += self._give_up(running, now)
            else:
                self.errands.put_back(running)
        if self.health.silence_s() <= now:
            first = self.running or self.errands.first()
            events += self.health.silent("it does not answer" if first is None else first.why, now)
        if self.idle and self.health.probe_s <= now:
            self.take(PROBE, self._wall_s(now), now)
            self.health.probed(now)
        return events

    def deadline(self) -> float:
        """The nearest of all waits."""
        due = min(self.health.silence_s(), self.errands.deadline())
        if self.running is not None:
            return min(due, self.running.due_s, self._lane_waits_until())
        if self.idle:
            return min(due, self.health.probe_s)
        return min(due, self._not_before) if self._wire.state is WireState.IDLE else due

    # Inside.

    def _answered(self, errand: Errand, now: float) -> tuple[GatewayEvent, ...]:
        self._not_before = 0.0
        self._backoff_s = 0.0
        return self.health.answered(errand.step, now)

    def _doubt(self, errand: Errand, doubt: Doubted, now: float) -> Events:
        self.doubted += 1
        errand.why = doubt.why
        if doubt.trouble is not None:
            step = "" if doubt.unverified else errand.step
            blocked = self.health.blocked(step, doubt.trouble, now)
            return [*blocked, *unclear(errand.command, doubt.why)]
        if doubt.admitted:
            return [*self._answered(errand, now), *unclear(errand.command, doubt.why)]
        if doubt.wait_s:
            return self._back_off(errand, doubt, now)
        if doubt.unverified:
            blocked = self.health.unverified(now)
            return [*blocked, *self._repeat(errand, doubt.why, now)]
        self.health.heard()
        return [*unclear(errand.command, doubt.why)]

    def _back_off(self, errand: Errand, doubt: Doubted, now: float) -> Events:
        self._backoff_s = min(max(doubt.wait_s, 2 * self._backoff_s), BACKOFF_S_MAX)
        self._not_before = now + max(doubt.wait_s, self._backoff_s)
        if isinstance(errand.command, CreateOrder | RefundOrder):
            return self._repeat(errand, doubt.why, now)
        if errand.command is PROBE:
            return [*self.health.silent(doubt.why, now)]
        # The lane asks again in a moment by itself.
        return [*unclear(errand.command, doubt.why)]

    def _repeat(self, errand: Errand, why: str, now: float) -> Events:
        errand.why = why
        if errand.attempts >= ATTEMPTS_MAX:
            return self._give_up(errand, now)
        self.retries += 1
        self.errands.put_back(errand)
        return []

    def _give_up(self, errand: Errand, now: float) -> Events:
        events: Events = []
        if self.health.standing is not Standing.BLOCKED:
            events += self.health.silent(errand.why, now)
        return [*events, *unclear(errand.command, errand.why)]

    def _lane_waits_until(self) -> float:
        """When a refund or probe under way must make room for the lane."""
        first = self.errands.first()
        if self.running is None or self.running.rank is Rank.LANE or first is None:
            return NEVER
        return first.taken_s + LANE_WAIT_S if first.rank is Rank.LANE else NEVER
