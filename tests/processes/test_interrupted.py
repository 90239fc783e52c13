"""A card exit in which the controller dies by `kill -9`, or an adapter is pulled out."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from signal import SIGKILL

import pytest

from kiosk_sim.world.arm import Motion
from processes.command import ran
from processes.real_lane import FEE_MINOR, RealLane, killing

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]

Moment = Callable[[RealLane], Callable[[], bool]]

MOMENTS: dict[str, Moment] = {
    "plate known": lambda lane: lambda: "visit.plate.known" in lane.logged,
    "card awaited": lambda lane: lane.lane.terminal.awaits_card,
    "card working": lambda lane: lambda: _presented(lane) and not lane.lane.terminal.awaits_card(),
    "money held": lambda lane: lambda: "till.charge.held" in lane.logged,
    "arm opening": lambda lane: lambda: lane.lane.world.arm.motion is Motion.RAISING,
    "arm up": lambda lane: lambda: lane.lane.world.cabinet.upper,
    "money booked": lambda lane: lambda: bool(lane.lane.terminal.books.bookings),
    "car under the arm": lambda lane: lambda: lane.lane.world.oracle._under,
}


def _presented(lane: RealLane) -> bool:
    head = lane.lane.world.traffic.head
    return head is not None and head.driver.presented > 0


def _awaited(lane: RealLane) -> Callable[[], bool]:
    return lane.lane.terminal.awaits_card


def _arrived(lane: RealLane) -> Callable[[], bool]:
    return lambda: lane.lane.world.ledger.current is not None


CABLES: dict[str, tuple[str, Moment, float]] = {
    "barrier": ("barrier", _awaited, 1.5),
    "camera": ("camera", _awaited, 1.0),
    "camera before the read": ("camera", _arrived, 1.0),
    "terminal": ("terminal", _awaited, 1.0),
}
"""Which cable goes when, and for how many seconds."""


@dataclass
class Ended:
    """What became of one killed exit."""

    lane: RealLane
    died_of: int
    out: bool


def _killed(lane: RealLane, moment: Moment) -> Ended:
    lane.enters()
    first = lane.start()
    assert lane.until(lambda: not lane.lane.terminal.busy)
    shot = lane.happens(moment(lane), killing(lane))
    lane.comes()
    assert shot.wait(20.0), lane.story()
    died_of = first.ends()
    lane.start()
    out = lane.until(lambda: bool(lane.left()), 45.0)
    at_rest = lane.until(lambda: not (lane.open_orders() or lane.lane.world.cabinet.upper), 45.0)
    second = lane.run
    stopped = second.stop()
    assert (at_rest, stopped) == (True, 0), lane.story()
    return Ended(lane, died_of, out)


def _pulled(lane: RealLane, cable: str, moment: Moment, for_s: float) -> Ended:
    lane.enters()
    lane.start()
    assert lane.until(lambda: not lane.lane.terminal.busy)
    pulled = lane.happens(moment(lane), lambda: lane.pull(cable))
    lane.comes()
    assert pulled.wait(20.0), lane.story()
    back_at_s = lane.lane.host.now() + for_s
    plugged = lane.happens(lambda: lane.lane.host.now() >= back_at_s, lambda: lane.plug(cable))
    lane.run.wait_for(f"link.lost port={cable}")
    assert plugged.wait(20.0)
    lane.run.wait_for(f"link.opened port={cable}", count=2)
    assert lane.until(lambda: bool(lane.left()), 60.0), lane.story()
    assert lane.until(lambda: not lane.open_orders(), 45.0), lane.story()
    return Ended(lane, 0, True)


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Ended]]:
    """All of it at once, each in a lane of its own: most of the time is waiting."""
    stories: dict[str, Callable[[RealLane], Ended]] = {
        name: partial(_killed, moment=moment) for name, moment in MOMENTS.items()
    }
    for name, (cable, moment, for_s) in CABLES.items():
        stories[f"pulled {name}"] = partial(_pulled, cable=cable, moment=moment, for_s=for_s)
    with ExitStack() as stack, ThreadPoolExecutor(len(stories)) as pool:
        lanes = {
            name: stack.enter_context(RealLane(tmp_path_factory.mktemp(name.replace(" ", "-"))))
            for name in stories
        }
        ends = {name: pool.submit(story, lanes[name]) for name, story in stories.items()}
        yield {name: end.result(100.0) for name, end in ends.items()}


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_killed_lane_lets_its_car_out_and_charges_it_once_at_most(
    ended: dict[str, Ended], moment: str
) -> None:
    lane = ended[moment].lane
    assert ended[moment].died_of == -SIGKILL
    assert ended[moment].out, lane.story()
    assert len(lane.lane.terminal.books.bookings) <= 1, lane.story()
    assert list(lane.lane.world.oracle.violations) == [], lane.story()
    assert lane.lane.world.oracle.pulses <= 2, lane.story()


@pytest.mark.parametrize("moment", MOMENTS)
def test_after_a_kill_the_journal_says_what_the_terminal_took(
    ended: dict[str, Ended], moment: str
) -> None:
    lane = ended[moment].lane
    assert lane.open_orders() == set(), lane.story()
    intended = {order["order_id"]: order for order in lane.bodies("payment-intended")}
    booked = [intended[order["order_id"]] for order in lane.bodies("payment-booked")]
    taken_minor = sum(order["amount"]["amount_minor"] for order in booked)
    assert taken_minor == lane.lane.terminal.taken_minor(), lane.story()
    assert taken_minor in (0, FEE_MINOR)


def test_the_money_of_an_exit_that_was_booked_before_the_kill_stays_booked(
    ended: dict[str, Ended],
) -> None:
    for moment in ("money booked", "car under the arm"):
        assert ended[moment].lane.lane.terminal.taken_minor() == FEE_MINOR


def test_after_a_kill_every_file_can_be_read_and_none_holds_the_plate(
    ended: dict[str, Ended],
) -> None:
    for moment in MOMENTS:
        end = ended[moment]
        code, rows = ran("kiosk", "journal", end.lane.config)
        assert (code, "stay-opened" in rows) == (0, True), rows
        assert ran("kiosk", "journal", end.lane.config, "--unresolved")[0] == 0
        assert "Traceback" not in end.lane.logged
        assert end.lane.plates_written() == []


@pytest.mark.parametrize("cable", CABLES)
def test_a_pulled_cable_costs_no_car_its_way_out_and_no_money_twice(
    ended: dict[str, Ended], cable: str
) -> None:
    lane = ended[f"pulled {cable}"].lane
    books = lane.lane.terminal.books
    assert len(books.bookings) <= 1, lane.story()
    assert list(lane.lane.world.oracle.violations) == [], lane.story()
    assert len(lane.bodies("payment-booked")) * FEE_MINOR == books.taken_minor(), lane.story()


@pytest.mark.parametrize("cable", CABLES)
def test_the_lane_heals_by_itself_once_the_cable_is_back(
    ended: dict[str, Ended], cable: str
) -> None:
    lane = ended[f"pulled {cable}"].lane
    raised = lane.logged.count("alarm.raised")
    lane.run.wait_for("alarm.cleared", 30.0, count=raised)
    assert lane.run.process.poll() is None
    assert "Traceback" not in lane.logged
    assert lane.plates_written() == []
