"""One exit lane between ports: real machines, controller and store; the ends are `stage_ends`."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from core.lane.stage_ends import BoardEnd, End, GatewayEnd, TerminalEnd
from kiosk.core.controller import Controller
from kiosk.core.lane.codes.desk import CodePayment
from kiosk.core.lane.lane import Lane, exit_lane
from kiosk.core.lane.reader import SiteReader
from kiosk.core.lane.taps import LanePageOpened, LanePayTapped, NoticeBrought, StayPayTapped
from kiosk.core.plates.reading import PlateRules
from kiosk.core.records import (
    Answer,
    BarrierOpened,
    Batch,
    OpeningOrdered,
    PaymentIntended,
    PaymentUnresolved,
    Row,
    StayOpened,
    StoreFailed,
)
from kiosk.core.settings import LaneSettings
from kiosk.core.shows import OfferMade, PayLinkReady, PayLinkRefused, Picture, ScreenShown
from kiosk.core.tariff import SimpleTariff
from kiosk.edge.store.store import IN_MEMORY, Store
from kiosk_hw.ports.camera import PlateRead
from kiosk_hw.ports.money import Money
from kiosk_hw.ports.party import NEVER
from kiosk_hw.ports.plate import PlateText

TARIFF = SimpleTariff(currency="EUR", block_min=60, block_amount_minor=500, grace_min=15)
FEE = Money(500, "EUR")
PLATE = PlateText("沪A12345")
START = datetime(2026, 3, 1, 12, tzinfo=UTC)
STAYED = timedelta(minutes=50)

STEPS_MAX = 20_000


def page_of(order_id: str) -> str:
    return f"https://pay.example/l/{order_id}"


def return_to(request_id: str) -> str:
    return f"https://pay.example/back/{request_id}"


class Camera(End):
    """Says the plate whenever it is told to."""

    def take(self, command: Any) -> None:
        raise AssertionError("a camera is told nothing")


class CodeStage:
    """A lane with codes and, unless it is left out, a terminal. One car with one stay."""

    def __init__(
        self,
        *,
        gateways: tuple[str, ...] = ("wechat",),
        card: bool = True,
        page: bool = False,
        settings: LaneSettings | None = None,
        unseen_is_absent: bool = False,
        store: Store | None = None,
        lane_tag: str = "",
    ) -> None:
        self.now = 0.0
        self.store = store or Store(IN_MEMORY, wall=self._wall, durable=False)
        self.by_hand = False
        """Nothing is written but what `transact` writes."""
        self._lane_tag = lane_tag
        self.gateways = {
            name: GatewayEnd(name, unseen_is_absent=unseen_is_absent) for name in gateways
        }
        self.terminal = TerminalEnd() if card else None
        self.board = BoardEnd()
        self.camera = Camera()
        self.rows: list[Row] = []
        self.shows: list[tuple[float, Any]] = []
        self.fails: Callable[[Batch], bool] = lambda batch: False
        self.crash_at = -1
        """The number of the batch at which the process dies, written or not."""
        self.crash_writes = True
        self.batches = 0
        self.runs = 0
        self._settings = settings or LaneSettings()
        self._page = page
        self.stay_id = "s-1"
        if store is None:
            self.enter(self.stay_id, PLATE)
        self._start()

    # The process.

    def _start(self) -> None:
        self.runs += 1
        self.lane: Lane = exit_lane(
            self._settings,
            SiteReader(PlateRules()),
            TARIFF,
            run_id=f"{self._lane_tag}r{self.runs}",
            lane_tag=self._lane_tag,
            has_till=self.terminal is not None,
            codes=CodePayment(tuple(self.gateways), page_of if self._page else None, return_to),
            receipt_url=lambda order_id: f"https://pay.example/r/{order_id}",
        )
        ends: dict[str, End] = {"barrier": self.board, "camera": self.camera, **self.gateways}
        if self.terminal is not None:
            ends["terminal"] = self.terminal
        self.ends = ends
        self.controller = Controller(self.lane, ends)
        for name in ends:
            self.controller.connected(name, self.now)
        self._work()

    def restart(self, *, down_s: float = 0.0) -> None:
        """The process dies, and comes up again on the same store."""
        for end in self.ends.values():
            end.die()
        self.now += down_s
        for end in self.ends.values():
            end.now = self.now
        self._start()

    def run(self, seconds: float) -> None:
        """Let time go on."""
        until = self.now + seconds
        for _ in range(STEPS_MAX):
            due = self.controller.deadline()
            if due > until:
                self.now = until
                for end in self.ends.values():
                    end.now = until
                return
            self.now = max(self.now, due)
            self.controller.tick(self.now)
            self._work()
        raise AssertionError(f"livelock: {self.lane!r}")

    def run_until(self, done: Callable[[], bool], seconds: float = 600.0) -> bool:
        """Let time go on until `done` says so; False if it never did."""
        until = self.now + seconds
        while not done():
            due = self.controller.deadline()
            if due == NEVER or due > until:
                return False
            self.run(max(0.0, due - self.now))
        return True

    def tell(self, event: Any) -> None:
        """An event that no port brought."""
        self.controller.tell(event, self.now)
        self._work()

    def transact(self, *, dies: str = "", within_s: float = 10.0) -> bool:
        """Go on until there is something to write, and write that alone; False if there is nothing.

        The process may die `before` the store has it, or `after`, before it hears the answer.
        """
        until = self.now + within_s
        while (batch := self.controller.batch()) is None:
            due = self.controller.deadline()
            if due > until:
                return False
            self.now = max(self.now, due)
            self.controller.tick(self.now)
        answers = [] if dies == "before" else self._carry_out(batch)
        if dies:
            self.restart()
        else:
            self.controller.carried_out(answers, self.now)
        return True

    def _work(self) -> None:
        if self.by_hand:
            return
        while (batch := self.controller.batch()) is not None:
            self.batches += 1
            if self.batches == self.crash_at:
                if self.crash_writes:
                    self.store.carry_out(batch)
                    self.rows += batch.rows
                self.restart()
                return
            self.controller.carried_out(self._carry_out(batch), self.now)
        while self.controller.shows:
            self.shows.append((self.now, self.controller.shows.popleft()))

    def _carry_out(self, batch: Batch) -> list[Answer]:
        if self.fails(batch):
            return [StoreFailed("disk full")]
        self.rows += batch.rows
        return self.store.carry_out(batch)

    def _wall(self) -> datetime:
        return START + timedelta(seconds=self.now)

    # The car and its driver.

    def enter(self, stay_id: str, plate: PlateText) -> None:
        """This car came in some time ago."""
        kept, self.now = self.now, self.now - STAYED.total_seconds()
        self.store.carry_out(Batch((StayOpened("", stay_id, plate, "car"),)))
        self.now = kept

    def arrive(self, plate: PlateText = PLATE) -> None:
        """The car stands at the arming loop, and its plate is read."""
        self.board.occupy(True)
        self.camera.later(0.2, PlateRead(plate))
        self.poke()
        self.run(0.5)

    def poke(self) -> None:
        """Let what the ends want to say be heard now."""
        for name in self.ends:
            self.controller._look_at(name)
        self.run(0.0)

    def back_out(self) -> None:
        self.board.occupy(False)
        self.poke()

    def leave(self) -> None:
        """The car drives off under the open arm."""
        self.board.drive_out()
        self.poke()
        self.run(4.0)

    # Its phone.

    def order(self, gateway: str = "wechat") -> str:
        """The newest order at this gateway."""
        return list(self.gateways[gateway].books)[-1]

    def scan(self, gateway: str = "wechat") -> None:
        self.gateways[gateway].scan(self.order(gateway))

    def pay(self, gateway: str = "wechat", order: str = "", *, notice: bool = False) -> bool:
        paid = self.gateways[gateway].confirm(order or self.order(gateway), notice=notice)
        self.poke()
        return paid

    def tap_card(self, *, good: bool = True) -> None:
        assert self.terminal is not None
        self.terminal.tap(good=good)
        self.poke()

    def open_page(self, offer: str = "") -> None:
        """A phone shows the page of the lane's code, and may tap any gateway."""
        self.tell(LanePageOpened(offer or self.offer_id(), "192.0.2.7"))

    def tap_page(self, gateway: str = "wechat", offer: str = "") -> None:
        """The driver taps on the page of the lane's code."""
        self.tell(LanePayTapped(offer or self.offer_id(), gateway, "192.0.2.7"))

    def tap_elsewhere(
        self, request: str = "q1", *, stay: str = "", amount: Money = FEE, gateway: str = "wechat"
    ) -> None:
        self.tell(StayPayTapped(request, stay or self.stay_id, amount, gateway, "192.0.2.7"))

    def bring_notice(self, gateway: str = "wechat") -> None:
        self.tell(NoticeBrought(gateway, (("a", "b"),), b"{}"))

    # What can be seen.

    def state(self, machine: str) -> str:
        return str(self.lane.machines[machine].state.value)

    def code_state(self, order: str = "") -> str:
        assert self.lane.codes is not None
        found = self.lane.codes.book.get(order or self.order())
        return "forgotten" if found is None else str(found.state.value)

    @property
    def screen(self) -> ScreenShown:
        return next(s for _, s in reversed(self.shows) if isinstance(s, ScreenShown))

    def pictures(self) -> list[Picture]:
        found: list[Picture] = []
        for _, show in self.shows:
            if isinstance(show, ScreenShown) and (not found or found[-1] is not show.picture):
                found.append(show.picture)
        return found

    def shown(self, kind: type[Any]) -> list[Any]:
        return [show for _, show in self.shows if isinstance(show, kind)]

    def offer_id(self) -> str:
        return str(self.shown(OfferMade)[-1].order_id)

    def links(self) -> list[Any]:
        return [s for _, s in self.shows if isinstance(s, PayLinkReady | PayLinkRefused)]

    def written(self, kind: type[Any]) -> list[Any]:
        return [row for row in self.rows if isinstance(row, kind)]

    # What must hold, whatever happened.

    def charges(self) -> list[tuple[str, str]]:
        """(order, stay) of all money that the operator has, at gateways and terminal."""
        stay_of = {row.order_id: row.stay_id for row in self.written(PaymentIntended)}
        orders = [order for end in self.gateways.values() for order in end.kept()]
        orders += self.terminal.kept() if self.terminal is not None else []
        return [(order, stay_of[order]) for order in orders]

    def listed(self) -> set[str]:
        return {row.order_id for row in self.written(PaymentUnresolved)}

    def check_books(self, *, ahead: bool = False) -> None:
        """Nobody is charged twice, or for a barrier that did not open, but what is listed."""
        charges = [(order, stay) for order, stay in self.charges() if order not in self.listed()]
        stays = [stay for _, stay in charges]
        assert len(stays) == len(set(stays)), f"charged twice: {charges}\n{self.story()}"
        opened = {row.exit_id for row in self.written(BarrierOpened)}
        let_out = {row.stay_id for row in self.written(OpeningOrdered) if row.exit_id in opened}
        booked = {stay for stay in stays if stay in self._paid_ahead()}
        for order, stay in charges:
            fine = stay in let_out or stay in booked
            assert fine, f"charged {order} for a closed barrier\n{self.story()}"

    def _paid_ahead(self) -> set[str]:
        return {row.stay_id for row in self.written(PaymentIntended) if not row.exit_id}

    def check_ended(self) -> None:
        """Every order has its end in the store."""
        left = self.store._files.orders.open_orders().orders  # type: ignore[union-attr]
        assert not left, f"{left}\n{self.story()}"

    def story(self) -> str:
        told = "\n".join(f"{at:9.3f} {show}" for at, show in self.shows[-60:])
        return f"{told}\n{self.lane!r} {self.lane.codes!r}"
