"""One lane: its machines around one desk; each event goes to the machines that it concerns."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from kiosk.core.controller import CommandsLost, Turn
from kiosk.core.lane.codes.desk import CodeDesk, CodePayment
from kiosk.core.lane.control import Control
from kiosk.core.lane.desk import Desk
from kiosk.core.lane.entry import Entry
from kiosk.core.lane.events import RecoverDue
from kiosk.core.lane.gate import Gate
from kiosk.core.lane.machine import Stateful
from kiosk.core.lane.paying import MeansOfPayment
from kiosk.core.lane.reader import PlateReader
from kiosk.core.lane.tables.gate import GateState
from kiosk.core.lane.tables.till import TillState
from kiosk.core.lane.till import Till
from kiosk.core.lane.visit import Visit
from kiosk.core.records import (
    FindOpening,
    FindOpenOrders,
    OpenOrdersFound,
    StayFound,
    StayMissing,
    StoreFailed,
)
from kiosk.core.settings import LaneSettings
from kiosk.core.tariff import Tariff
from kiosk_hw.ports import barrier, camera
from kiosk_hw.ports.gateway import CreateOrder, OrderNotCreated
from kiosk_hw.ports.terminal import Authorise, PaymentNotTaken

_MONEYLESS: Final = (TillState.OFFLINE, TillState.CHECKING, TillState.IDLE)

POSTS_MAX: Final = 200
"""Events that one event may bring forth among the machines; more is a loop and a defect of ours."""

RECOVER_AGAIN_S: Final = 5.0
"""Pause before a store that failed is asked for open orders again; no fee is taken before."""

_INPUTS: Final[Mapping[type[Any], Mapping[str, Any]]] = {
    barrier.ArmRaised: {"arm": barrier.Arm.RAISED},
    barrier.ArmLowered: {"arm": barrier.Arm.LOWERED},
    barrier.ArmLeftLimit: {"arm": barrier.Arm.BETWEEN},
    barrier.ArmContradictory: {"arm": barrier.Arm.CONTRADICTORY},
    barrier.ArmingLoopOccupied: {"arming_loop": True},
    barrier.ArmingLoopCleared: {"arming_loop": False},
    barrier.SafetyLoopOccupied: {"safety_loop": True},
    barrier.SafetyLoopCleared: {"safety_loop": False},
    barrier.FireRaised: {"fire": True},
    barrier.FireCleared: {"fire": False},
    barrier.ArmSwungOff: {"swung_off": True},
    barrier.ArmRefitted: {"swung_off": False},
    barrier.ManualKeyTurned: {"manual_key": True},
    barrier.ManualKeyReleased: {"manual_key": False},
    barrier.DoorOpened: {"door_open": True},
    barrier.DoorClosed: {"door_open": False},
}
"""What each of the board's events says about its inputs."""

_WATCHED: Final[Mapping[type[Any], str]] = {
    barrier.ManualKeyTurned: "manual-key",
    barrier.DoorOpened: "door-opened",
    barrier.DoorClosed: "door-closed",
    barrier.ArmSwungOff: "arm-swung-off-seen",
    barrier.CloseRefused: "close-refused",
}
"""Events that are written down whatever state the lane is in."""


class Lane:
    """A lane role with the verbs that the controller drives (`LaneObject`)."""

    def __init__(
        self, desk: Desk, machines: Mapping[str, Stateful], codes: CodeDesk | None = None
    ) -> None:
        self.desk = desk
        self.machines = dict(machines)
        self.codes = codes
        self._car = next(m for m in machines.values() if isinstance(m, (Visit, Entry)))
        self._concerned: dict[type[Any], tuple[Stateful | CodeDesk, ...]] = {}
        for machine in machines.values():
            for event in machine.table.events():
                self._concerned[event] = (*self._concerned.get(event, ()), machine)
        if codes is not None:
            for event in codes.events():
                self._concerned[event] = (*self._concerned.get(event, ()), codes)
        self._recovered = "till" not in machines and codes is None
        if not self._recovered:
            desk.ask(FindOpenOrders(desk.lane_tag))
        if "visit" in machines:
            desk.ask(FindOpening(desk.lane_tag))

    def __repr__(self) -> str:
        states = " ".join(f"{name}={m.state.value}" for name, m in self.machines.items())
        return f"<Lane {states} alarms={sorted(self.desk.alarms)}>"

    def receive(self, event: Any, now: float) -> None:
        """Take one event in, and whatever the machines tell each other because of it."""
        self.desk.now = now
        self._deliver(event)
        posts = 0
        while self.desk.posted:
            posts += 1
            assert posts <= POSTS_MAX, f"the machines talk in circles: {self!r}"
            self._deliver(self.desk.posted.popleft())

    def tick(self, now: float) -> None:
        """Let what fell due by now happen."""
        self.desk.now = now
        while (event := self.desk.take_due()) is not None:
            self.receive(event, now)

    def deadline(self) -> float:
        """When `tick` must be called next."""
        return self.desk.deadline()

    def rests(self) -> bool:
        """No money is under way and no pulse: the process may end."""
        till = self.machines.get("till")
        moneyless = till is None or till.state in _MONEYLESS
        moneyless = moneyless and (self.codes is None or self.codes.rests())
        return moneyless and self.machines["gate"].state is not GateState.OPENING

    def take(self) -> Turn:
        """What was decided since the last call."""
        return self.desk.take()

    def _deliver(self, event: Any) -> None:
        match event:
            case CommandsLost():
                self._mend(event)
            case OpenOrdersFound():
                self._recovered, self.desk.store_is_down = True, False
            case RecoverDue():
                self.desk.ask(FindOpenOrders(self.desk.lane_tag))
            case StoreFailed():
                self.desk.store_is_down = True
                if not self._recovered:
                    self.desk.wait(RecoverDue, RECOVER_AGAIN_S)
            case StayFound() | StayMissing():
                self.desk.store_is_down = False
        self._keep_inputs(event)
        for machine in self._concerned.get(type(event), ()):
            machine.receive(event)

    def _mend(self, lost: CommandsLost) -> None:
        """An order to charge that never left charged nothing; lost pulses have a deadline."""
        for _, command in lost.commands:
            match command:
                case Authorise():
                    self.desk.post(PaymentNotTaken(command.order_id, 0, "store-down"))
                case CreateOrder():
                    self.desk.post(OrderNotCreated(command.order_id, "store-down"))

    def _keep_inputs(self, event: Any) -> None:
        kind = type(event)
        if kind in (barrier.BoardReady, barrier.BoardSilent):
            self.desk.board_answers = kind is barrier.BoardReady
        change = _INPUTS.get(kind)
        if change is not None:
            self.desk.inputs = replace(self.desk.inputs, **change)
        elif kind is barrier.BoardReady:
            self.desk.inputs = event.inputs
            self.desk.calm("board-silent")
        elif kind is camera.CameraSilent:
            self._car.camera_is_down = True
            self.desk.alarm("camera-down", event.why)
        elif kind is camera.CameraReady:
            self._car.camera_is_down = False
            self.desk.calm("camera-down")
        watched = _WATCHED.get(kind)
        if watched is not None:
            self.desk.note(watched)


def exit_lane(
    settings: LaneSettings,
    reader: PlateReader,
    tariff: Tariff,
    *,
    run_id: str,
    lane_tag: str = "",
    has_till: bool,
    codes: CodePayment | None = None,
    receipt_url: Callable[[str], str] | None = None,
) -> Lane:
    """An exit: gate and visit, a till where there is a terminal, codes where there is a gateway."""
    desk = Desk(settings, run_id, lane_tag)
    machines: dict[str, Stateful] = {"gate": Gate(desk)}
    if has_till:
        machines["till"] = Till(desk)
    means = MeansOfPayment(has_till, codes is not None, receipt_url)
    machines["visit"] = Visit(desk, reader, tariff, means)
    machines["control"] = Control(desk, tariff.currency if has_till else None)
    if codes is None:
        return Lane(desk, machines)
    return Lane(desk, machines, CodeDesk(desk, tariff, codes))


def entry_lane(settings: LaneSettings, reader: PlateReader, *, run_id: str) -> Lane:
    """An entry: gate and entry."""
    desk = Desk(settings, run_id)
    control = Control(desk, None)
    return Lane(desk, {"gate": Gate(desk), "entry": Entry(desk, reader), "control": control})
