"""A whole lane in virtual time: real controller and store, simulated devices, one seed."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any, Final

from kiosk.core.controller import Controller
from kiosk.core.health.doctor import doctor_of
from kiosk.core.lane.events import PlateEntered
from kiosk.core.lane.lane import Lane, entry_lane, exit_lane
from kiosk.core.lane.reader import SiteReader
from kiosk.core.plates.reading import PlateRules
from kiosk.core.records import Answer, Batch, Row, Stay, StayOpened
from kiosk.core.settings import Role
from kiosk.core.shows import (
    AlarmChanged,
    ControlShown,
    ExitReported,
    Picture,
    ScreenShown,
    TrialStep,
)
from kiosk.edge.store.store import IN_MEMORY, Store
from kiosk_hw.hosts.barrier_board import BarrierBoard
from kiosk_hw.hosts.line_camera import LineCamera
from kiosk_hw.hosts.zvt_ecr import ZvtTerminal
from kiosk_hw.ports.party import Party
from kiosk_hw.ports.plate import PlateText
from kiosk_sim.devices.camera import Sight, SimulatedCamera
from kiosk_sim.devices.relay_board import RelayBoard
from kiosk_sim.devices.terminal.terminal import SimulatedTerminal
from kiosk_sim.faults.catalogue import fault
from kiosk_sim.faults.stage import Stage
from kiosk_sim.site.glances import Glances, on_disk
from kiosk_sim.site.host import SimulatedHost
from kiosk_sim.site.lane_plan import LanePlan, plan_with_codes
from kiosk_sim.site.scenario import START_UTC, Guest, Kind
from kiosk_sim.wires.sides import DeviceSide, Surroundings
from kiosk_sim.wires.virtual import VirtualShell
from kiosk_sim.world.lane_world import LaneWorld
from kiosk_sim.world.ledger import Share
from kiosk_sim.world.machine import Machine
from kiosk_sim.world.traffic import Visit

if TYPE_CHECKING:
    from kiosk_sim.site.codes import VirtualCodes

__all__ = ("LanePlan", "VirtualLane", "plan_with_codes")

PREPAID_BEFORE_S: Final = 300.0
"""How long before the exit a prepaying driver paid: within the grace."""

YEAR: Final = timedelta(days=365)


class VirtualLane:
    """One lane, from the plan; `run` lets time go on.

    `carry_out` stands between controller and store where crashes are planted.
    """

    def __init__(
        self, plan: LanePlan, carry_out: Callable[[Batch], list[Answer]] | None = None
    ) -> None:
        self.plan = plan
        rng = Random(plan.seed)
        self.world = LaneWorld(
            rng,
            plan.profile,
            geometry=plan.geometry,
            tune_out_s=plan.tune_out_s,
            close_after_s=plan.close_after_s,
        )
        self.board = RelayBoard(self.world.inputs, self.world.relay, model=plan.barrier)
        sight = plan.sight or Sight(read_s=plan.profile.plate_read_s)
        self.camera = SimulatedCamera(plan.camera, rng, self.world.ledger.book, sight)
        devices: dict[str, DeviceSide] = {"barrier": self.board, "camera": self.camera}
        self.terminal = self._add_terminal(devices)
        self.codes: VirtualCodes | None = None
        surroundings = self._add_codes(devices)
        self.reports: list[ExitReported] = []
        self.alarms: list[AlarmChanged] = []
        self.control: list[ControlShown | TrialStep] = []
        """What a technician was told."""
        self.machine = Machine(commit_s=plan.commit_s)
        self.runs = 0
        """How often the controller's process was started."""
        self._clock: VirtualShell | None = None
        self._wall_shift = timedelta()
        self.store = Store(IN_MEMORY, wall=self._wall, durable=False)
        self._carry_out = on_disk(self.machine, carry_out or self.store.carry_out)
        self.shell = VirtualShell(
            self._new_host(),
            devices,
            surroundings,
            watchers={"terminal": self.world.look},
            piece=plan.piece,
            commit_s=plan.commit_s,
        )
        self._clock = self.shell
        self._join()

    def _add_terminal(self, devices: dict[str, DeviceSide]) -> SimulatedTerminal | None:
        if self.plan.terminal is None or self.plan.settings.role is not Role.EXIT:
            return None
        made = SimulatedTerminal(self.plan.terminal_settings, on_busy=self._book_terminal)
        self.world.reader = devices["terminal"] = made
        return made

    def _add_codes(self, devices: dict[str, DeviceSide]) -> Surroundings:
        """The gateways' lines among the devices; says what surrounds the lane, phones and all."""
        if self.plan.codes is None:
            return self.world
        # A lane without codes loads neither cryptography nor h11.
        from kiosk_sim.site import codes

        self.codes = codes.VirtualCodes(self.plan, self.world)
        devices.update(self.codes.lines)
        return codes.Scene(self.world, self.codes, self._tell)

    def _join(self) -> None:
        """Cameras see cars, drivers type on the screen, all plugs are in."""
        self.world.on_plate_in_view(self.camera.car_in_view)
        self.world.on_plate_out_of_view(self.camera.car_gone)
        self.world.on_answer(self._answer)
        self.shell.plug()

    # What a scenario does.

    def expect(self, guest: Guest) -> None:
        """This car will come; its stay is in the store as if it had entered in time."""
        plate = PlateText(guest.plate)
        stay_id = f"s-{guest.plate[1:]}-{guest.at_s:.0f}"
        with self._at(guest.at_s - guest.stayed_s):
            self._do((StayOpened("", stay_id, plate, "car"),))
        if guest.kind is Kind.PREPAID:
            paid_s = guest.at_s - PREPAID_BEFORE_S
            until_utc = START_UTC + timedelta(seconds=paid_s)
            entered_utc = START_UTC + timedelta(seconds=guest.at_s - guest.stayed_s)
            quote = self.plan.tariff.fee(Stay(stay_id, "car", entered_utc), until_utc)
            with self._at(paid_s):
                self.store.note_prepayment(stay_id, quote.due)
        elif guest.kind is Kind.SEASON:
            self.store.add_season(plate, START_UTC - YEAR, START_UTC + YEAR)
        if guest.phone is not None and self.codes is not None:
            self.codes.expect(guest.plate, guest.phone)
        self.world.arrive(Visit(guest.plate, guest.at_s, guest.cards, guest.habits))
        self.shell.touched()

    def restart(self) -> None:
        """The controller's process died: it comes up again on the same store."""
        self.shell.restart_host(self._new_host())

    def plant(self, name: str, rng: Random) -> None:
        """Let this fault begin. Raises LookupError for a name that nobody planted yet."""
        gateway = None if self.codes is None else self.codes.gateway
        places = self.board, self.camera, self.terminal, rng, self.shell, self.machine, gateway
        fault(name)(Stage(self.world, *places), self.shell.now)
        self.shell.commit_s = self.machine.commit_s
        self.shell.touched()

    def tell(self, event: Any) -> None:
        """Staff or a screen says something."""
        self._host.tell(event, self.shell.now)
        self.shell.touched()

    def run(self, until_s: float, exits: int | None = None) -> None:
        """Let time go on to `until_s`, or until this many exits were reported."""
        done = None if exits is None else lambda: len(self.reports) >= exits
        self.shell.run(until_s, done)

    @property
    def controller(self) -> Controller:
        """The controller of the running process."""
        return self._host.controller

    @property
    def lane(self) -> Lane:
        """The lane object of the running controller."""
        lane = self._host.controller.lane
        assert isinstance(lane, Lane)
        return lane

    # Inside.

    def _new_host(self) -> SimulatedHost:
        plan, self.runs = self.plan, self.runs + 1
        reader = SiteReader(PlateRules())
        run_id = f"{plan.seed}-{self.runs}"
        board, camera = BarrierBoard(plan.barrier, plan.wiring), LineCamera(plan.camera)
        parties: dict[str, Party] = {"barrier": board, "camera": camera}
        if plan.settings.role is Role.ENTRY:
            lane = entry_lane(plan.settings, reader, run_id=run_id)
        else:
            has_till, codes = self.terminal is not None, None
            if self.codes is not None:
                codes = self.codes.payment()
            lane = exit_lane(
                *(plan.settings, reader, plan.tariff), run_id=run_id, has_till=has_till, codes=codes
            )
            if self.codes is not None:
                parties |= self.codes.hosts(run_id)
            if plan.terminal is not None:
                parties["terminal"] = ZvtTerminal(plan.terminal, currency=plan.tariff.currency)
        doctor = doctor_of(parties, plan.settings.arm_travel_s)
        watch = Glances(doctor, self.machine, has_counter=self.codes is not None)
        self.doctor = watch.doctor
        host = Controller(lane, parties, watch if plan.doctor else None)
        self._host = SimulatedHost(host, self._carry_out, self._on_show)
        return self._host

    def _on_show(self, show: Any, now: float) -> None:
        if self.codes is not None:
            self.codes.see(show, now)
        match show:
            case ExitReported():
                self.reports.append(show)
            case AlarmChanged():
                self.alarms.append(show)
            case ControlShown() | TrialStep():
                self.control.append(show)
            case ScreenShown(picture=Picture.ASK_PLATE):
                self.world.asked_for_plate(now)

    def _tell(self, event: Any, now: float) -> None:
        self._host.tell(event, now)
        self.shell.host_touched()

    def _answer(self, text: str, now: float) -> None:
        self._tell(PlateEntered(PlateText(text)), now)

    def _book_terminal(self, start_s: float, end_s: float, what: str) -> None:
        self.world.ledger.book(Share.DEVICES, start_s, end_s, what)

    def _wall(self) -> datetime:
        now = self._clock.now if self._clock is not None else 0.0
        return START_UTC + timedelta(seconds=now) + self._wall_shift

    @contextmanager
    def _at(self, at_s: float) -> Iterator[None]:
        """What is done inside happened at `at_s`, by the wall clock."""
        self._wall_shift = timedelta(seconds=at_s - self.shell.now)
        yield
        self._wall_shift = timedelta()

    def _do(self, rows: tuple[Row, ...]) -> None:
        answers = self.store.carry_out(Batch(rows))
        assert not answers, answers
