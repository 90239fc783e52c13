"""A simulated lane under observation: rows, alarms, pulses and cars, each with its time.

It also plays the store's part in a fault: a batch may fail, or the process may die around it.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from random import Random
from typing import Any

from kiosk.core.records import (
    Answer,
    BarrierOpened,
    Batch,
    IncidentNoted,
    OpeningOrdered,
    PaymentBooked,
    PaymentHeld,
    PaymentIntended,
    PaymentReversed,
    PaymentUnresolved,
    Row,
    StayClosed,
    StoreFailed,
)
from kiosk.core.shows import AlarmChanged
from kiosk.edge.store.store import Store
from kiosk_hw.ports.party import NEVER, LineSettings
from kiosk_sim.site.scenario import Guest, Kind, Plates
from kiosk_sim.site.virtual_lane import LanePlan, VirtualLane
from kiosk_sim.world.driver import Habits
from kiosk_sim.world.traffic import Visitor

READY_S = 8.0
"""By now the terminal has registered and said its last receipt."""

CALLS_A_PERSON = ("help:", "arm-", "board-silent", "not-leaving", "car-under-arm", "fire")
"""Alarms that bring somebody to the car that stands in the lane."""


CLOSE_OR_STOP = 0b0110
"""Outputs 2 and 3 are wired in the simulated lane, and nobody may ever use them."""


class Crash(Exception):
    """The controller's process dies here."""


class Fate(Enum):
    """What becomes of one batch."""

    WRITTEN = "written"
    FAILED = "failed"
    CRASH_BEFORE = "crash before it is written"
    CRASH_AFTER = "crash after it was written, before its commands left"


@dataclass(slots=True)
class Stood:
    """A car that stood at the arming loop."""

    visitor: Visitor
    at_s: float

    @property
    def passed(self) -> bool:
        assert self.visitor.record is not None
        return self.visitor.record.t2_s is not None


class WatchedLane:
    """A `VirtualLane` that remembers what happened; `fates` says what becomes of which batch.

    Batches are counted from `READY_S` on, so that batch 0 is the first of the first car.
    """

    def __init__(
        self,
        plan: LanePlan | None = None,
        fate: Callable[[int, Batch], Fate] | None = None,
        store: Store | None = None,
    ) -> None:
        self.rows: list[tuple[float, Row]] = []
        self.batches = 0
        self.alarms: list[tuple[float, Any]] = []
        self.pulses: list[tuple[float, int]] = []
        """When a pulse was given, and how many openings the journal held by then."""
        self.paying = 0
        """Cars that came to pay by card."""
        self.outputs_used = 0
        """The outputs that were ever switched on, output 1 in bit 0."""
        self.stood: list[Stood] = []
        self._fate = fate or (lambda number, batch: Fate.WRITTEN)
        self._alarms_seen = 0
        self._store = store
        """The store of a site, where several lanes share one."""
        self._cars: set[int] = set()
        self._arrived = 0
        self.plan = plan or LanePlan(seed=7)
        self.lane = VirtualLane(self.plan, self._carry_out)
        self._plates = Plates(Random(self.plan.seed))

    # What happens in the lane.

    def expect(self, kind: Kind = Kind.CARD, at_s: float = READY_S, **more: Any) -> str:
        """A car comes; says its plate. `habits` and `cards` are the driver's."""
        plate = more.pop("plate", None) or self._plates.next()
        habits = more.pop("habits", Habits())
        self.paying += kind is Kind.CARD
        self.lane.expect(Guest(plate, kind, at_s, habits, **more))
        return plate

    def run(self, until_s: float) -> None:
        """Let time go on."""
        self.lane.shell.run(until_s, self._look)

    def run_through_crashes(self, until_s: float, down_s: float) -> int:
        """Let time go on; a process that dies comes up again after `down_s`. Says how many did."""
        crashes = 0
        while self.now < until_s:
            try:
                self.run(until_s)
            except Crash:
                crashes += 1
                self.die(down_s)
        return crashes

    def die(self, down_s: float) -> None:
        """The controller's process is gone for a while; devices, cars and people go on."""
        lane = self.lane
        lines = {port: party.line for port, party in self.controller.parties.items()}
        lane.shell.restart_host(_NoProcess(lines))
        self.alarms += [(self.now, AlarmChanged(kind, False)) for kind in self.ringing()]
        self.run(self.now + down_s)
        lane.restart()
        lane.world.oracle.started(self.now)
        # A new process authorises anew; that none of its pulses is blind, the rows prove.
        lane.world.oracle.next_car()

    def run_until(self, happened: Callable[[], bool], by_s: float) -> bool:
        """Let time go on until this is so; says whether it was by `by_s`."""

        def done() -> bool:
            self._look()
            return happened()

        self.lane.shell.run(by_s, done)
        return happened()

    # What there is to see.

    @property
    def now(self) -> float:
        return self.lane.shell.now

    @property
    def controller(self) -> Any:
        return self.lane._host.controller

    @property
    def oracle(self) -> Any:
        return self.lane.world.oracle

    def state(self, machine: str) -> str:
        """What this machine of the lane is in."""
        return str(self.lane.lane.machines[machine].state.value)

    def written(self, kind: type[Any]) -> list[Any]:
        """The rows of this kind that were committed."""
        return [row for _, row in self.rows if isinstance(row, kind)]

    def incidents(self) -> list[str]:
        return [row.kind for row in self.written(IncidentNoted)]

    def ringing(self) -> set[str]:
        """The alarms that are on now."""
        on: set[str] = set()
        for _, alarm in self.alarms:
            (on.add if alarm.on else on.discard)(alarm.kind)
        return on

    def rang(self, prefix: str) -> list[float]:
        """When alarms of this kind began."""
        return [at for at, alarm in self.alarms if alarm.on and alarm.kind.startswith(prefix)]

    def closed(self) -> list[Any]:
        """Why stays were closed, in order."""
        return [row.reason for row in self.written(StayClosed)]

    def story(self) -> str:
        """Everything that was seen, for the message of a failed test."""
        lines = [(at, repr(row)) for at, row in self.rows]
        lines += [(at, repr(alarm)) for at, alarm in self.alarms]
        lines += [(at, f"OPEN pulse with {rows} openings written") for at, rows in self.pulses]
        told = "\n".join(f"{at:9.3f} {what}" for at, what in sorted(lines, key=lambda it: it[0]))
        terminal = self.lane.terminal
        return (
            f"\n{told}\nnow {self.now:.3f} {self.lane.lane!r}\n"
            f"stood {[(car.at_s, car.passed) for car in self.stood]}\n"
            f"{list(self.oracle.violations)} {list(self.oracle.incidents)}\n"
            f"{terminal.books.bookings if terminal else ''}"
        )

    # Inside.

    def _look(self) -> bool:
        lane = self.lane
        if len(lane.alarms) != self._alarms_seen:
            self.alarms += [(self.now, alarm) for alarm in lane.alarms[self._alarms_seen :]]
            self._alarms_seen = len(lane.alarms)
        self.outputs_used |= lane.board.map.relays
        oracle = lane.world.oracle
        if oracle.pulses != len(self.pulses):
            written = sum(_orders_an_opening(row) for _, row in self.rows)
            self.pulses += [(self.now, written)] * (oracle.pulses - len(self.pulses))
        if lane.world.ledger.arrived != self._arrived:
            self._arrived = lane.world.ledger.arrived
            for visitor in lane.world.traffic.visitors:
                if visitor.record is not None and id(visitor) not in self._cars:
                    self._cars.add(id(visitor))
                    self.stood.append(Stood(visitor, visitor.record.t0_s))
        return False

    def _carry_out(self, batch: Batch) -> list[Answer]:
        fate = Fate.WRITTEN
        if self.now >= READY_S:
            fate = self._fate(self.batches, batch)
            self.batches += 1
        if fate is Fate.FAILED:
            return [StoreFailed("the disk is full")]
        if fate is Fate.CRASH_BEFORE:
            raise Crash
        answers = (self._store or self.lane.store).carry_out(batch)
        self.rows += [(self.now, row) for row in batch.rows]
        if fate is Fate.CRASH_AFTER:
            raise Crash
        return answers


class _NoProcess:
    """Where the controller's process was: nothing listens, nothing speaks."""

    def __init__(self, lines: dict[str, LineSettings]) -> None:
        self._lines = lines
        self.outbox: dict[str, bytes] = {}

    def connected(self, port: str, now: float) -> None: ...
    def disconnected(self, port: str, now: float) -> None: ...
    def receive(self, port: str, data: bytes, now: float) -> None: ...
    def tick(self, now: float) -> None: ...
    def carry_out(self, now: float) -> None: ...

    def deadline(self) -> float:
        return NEVER

    def line(self, port: str) -> LineSettings:
        return self._lines[port]

    def hangs_up(self, port: str) -> bool:
        return False

    def settle(self, now: float) -> bool:
        return False


def _orders_an_opening(row: Row) -> bool:
    """A lift off a car waits for no store; its incident is its row."""
    if isinstance(row, OpeningOrdered):
        return True
    return isinstance(row, IncidentNoted) and row.kind == "arm-on-car"


# The claims that hold in every scenario.


def ends_well(lane: WatchedLane, within_s: float) -> None:
    """Each car that stood at the arming loop left the lane, or a person was called in time."""
    for car in lane.stood:
        over_s = car.at_s + within_s
        assert lane.now >= over_s or car.passed or _backed_out(lane, car), "run on for longer"
        left_s = car.visitor.record.t2_s if car.visitor.record else None
        if car.passed and left_s is not None and left_s <= over_s:
            continue
        if _backed_out(lane, car):
            continue
        called = [at for prefix in CALLS_A_PERSON for at in lane.rang(prefix)]
        assert any(car.at_s - 1.0 <= at <= over_s for at in called) or _rings_for(lane, car), (
            f"a car stood from {car.at_s:.3f} s, nobody was called{lane.story()}"
        )


def nothing_dangerous(lane: WatchedLane) -> None:
    """The oracle saw no breach of the arm's safety, and no pulse left before its row."""
    assert not lane.oracle.violations, lane.story()
    assert not lane.outputs_used & CLOSE_OR_STOP, lane.story()
    for number, (at, written) in enumerate(lane.pulses, 1):
        in_fire = any(began <= at + 1.0 for began in lane.rang("fire"))
        lifted = any(abs(began - at) < 1.0 for began in lane.rang("arm-on-car"))
        assert written >= number or in_fire or lifted, (
            f"a pulse at {at:.3f} s without a row{lane.story()}"
        )


def books_are_honest(lane: WatchedLane) -> None:
    """No stay is charged twice; money that was taken has an opened barrier or is owed a refund."""
    terminal = lane.lane.terminal
    if terminal is None:
        return
    by_card = [row for row in lane.written(PaymentBooked) if row.receipt_no is not None]
    booked = {row.receipt_no: row.order_id for row in by_card}
    held = {row.receipt_no: row.order_id for row in lane.written(PaymentHeld)}
    assert len(booked) == len(by_card), f"one receipt twice{lane.story()}"
    by_hand = {row.order_id for row in lane.written(PaymentUnresolved)}
    reversed_ = {row.order_id for row in lane.written(PaymentReversed)}
    stay_of = {row.order_id: row.stay_id for row in lane.written(PaymentIntended)}
    taken = {one.receipt_no: one for one in terminal.books.bookings if not one.reversed}
    for receipt_no, order in booked.items():
        claimed = order not in reversed_ and order not in by_hand
        assert not claimed or receipt_no in taken, (
            f"no money for receipt {receipt_no}{lane.story()}"
        )
    charged: Counter[str] = Counter()
    for receipt_no, booking in taken.items():
        if booking is terminal.books.newest() and not booking.settled:
            # The next payment tells the terminal whether we know this one (PA00P015 4.2).
            continue
        order = booked.get(receipt_no) or held.get(receipt_no)
        if order is None or order in by_hand:
            assert by_hand, f"receipt {receipt_no} is on nobody's list{lane.story()}"
            continue
        assert order not in reversed_, lane.story()
        charged[stay_of[order]] += 1
        assert _opened_for(lane, stay_of[order]), f"charged for a closed barrier{lane.story()}"
    assert all(times == 1 for times in charged.values()), f"charged twice{lane.story()}"


def all_is_well(lane: WatchedLane, within_s: float) -> None:
    """Everything that must hold after any scenario."""
    nothing_dangerous(lane)
    books_are_honest(lane)
    ends_well(lane, within_s)


def _backed_out(lane: WatchedLane, car: Stood) -> bool:
    return car.visitor not in lane.lane.world.traffic.visitors and not car.passed


def _rings_for(lane: WatchedLane, car: Stood) -> bool:
    """An alarm that began before this car came, and still rang when it stood there."""
    on: set[str] = set()
    for at, alarm in lane.alarms:
        if at > car.at_s:
            break
        (on.add if alarm.on else on.discard)(alarm.kind)
    return any(kind.startswith(CALLS_A_PERSON) for kind in on)


def _opened_for(lane: WatchedLane, stay_id: str) -> bool:
    opened = {row.exit_id for row in lane.written(BarrierOpened)}
    ordered = {row.exit_id for row in lane.written(OpeningOrdered) if row.stay_id == stay_id}
    return bool(opened & ordered)
