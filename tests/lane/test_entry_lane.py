"""The entry: a stay for a surely read plate, the car comes in; later it pays and leaves."""

import pytest

from kiosk.core.lane.events import LaneReleased, OpenRequested, PlateEntered
from kiosk.core.records import (
    BarrierOpened,
    ClosingReason,
    OpeningOrdered,
    OpeningReason,
    PaymentBooked,
    StayClosed,
    StayOpened,
)
from kiosk.core.settings import LaneSettings, Role, WhenStuck
from kiosk_hw.ports.plate import PlateText
from kiosk_sim.devices.camera import Outcome
from kiosk_sim.site.virtual_lane import LanePlan
from kiosk_sim.world.driver import Habits
from kiosk_sim.world.traffic import Visit
from lane.watched_lane import READY_S, Fate, WatchedLane, all_is_well

ENTRY = LanePlan(seed=7, settings=LaneSettings(role=Role.ENTRY))

CLOSES_BY_TIME = LanePlan(seed=7, settings=LaneSettings(role=Role.ENTRY), close_after_s=8.0)

PLATE = "沪C12345"


def coming(plan: LanePlan = ENTRY, **habits: object) -> WatchedLane:
    """An entry lane with one car on its way."""
    lane = WatchedLane(plan)
    comes(lane, PLATE, READY_S, **habits)
    return lane


def comes(lane: WatchedLane, plate: str, at_s: float, **habits: object) -> None:
    lane.lane.world.arrive(Visit(plate, at_s, habits=Habits(**habits)))
    lane.lane.shell.touched()


def is_parked(lane: WatchedLane, plate: str) -> bool:
    """The store has an open stay for this plate."""
    traced = lane.lane.store.trace(PlateText(plate))
    return any(stay.closed_utc is None for stay in traced)


def test_a_car_comes_in_on_its_plate_and_its_stay_is_open():
    lane = coming()
    lane.run(40.0)
    assert [type(row) for _, row in lane.rows[:3]] == [StayOpened, OpeningOrdered, BarrierOpened]
    assert lane.written(OpeningOrdered)[0].reason is OpeningReason.ENTRY
    assert is_parked(lane, PLATE)
    assert lane.stood[0].passed
    assert lane.lane.world.ledger.exits[0].total_s <= 3.5
    assert not lane.alarms
    all_is_well(lane, 12.0)


def test_no_plate_is_in_any_row_alarm_or_repr():
    lane = coming()
    lane.run(40.0)
    assert PLATE[1:] not in lane.story()


@pytest.mark.parametrize("outcome", [Outcome.NO_READ, Outcome.SILENT, Outcome.UNSURE], ids=str)
def test_a_car_whose_plate_is_not_surely_read_is_asked_and_comes_in(outcome):
    lane = coming()
    lane.lane.camera.expect(outcome)
    lane.run(60.0)
    assert is_parked(lane, PLATE), lane.story()
    assert len(lane.written(StayOpened)) == 1
    assert lane.stood[0].passed
    assert not lane.alarms
    all_is_well(lane, 30.0)


@pytest.mark.parametrize("when_stuck", WhenStuck, ids=lambda value: value.value)
def test_a_driver_who_types_nothing_gets_a_person_then_comes_in_without_a_stay(when_stuck):
    settings = LaneSettings(role=Role.ENTRY, when_stuck=when_stuck)
    lane = coming(LanePlan(seed=7, settings=settings), answers=False)
    lane.lane.camera.expect(Outcome.NO_READ)
    lane.run(READY_S + 80.0)
    assert lane.rang("help:no-plate"), lane.story()
    lane.run(READY_S + 250.0)
    if when_stuck is WhenStuck.OPEN:
        assert "entered-unknown" in lane.incidents()
        assert lane.stood[0].passed, lane.story()
    else:
        assert not lane.pulses
        lane.lane.tell(PlateEntered(PlateText(PLATE)))
        lane.run(lane.now + 20.0)
        assert is_parked(lane, PLATE), lane.story()
        assert lane.stood[0].passed
    all_is_well(lane, 65.0)


@pytest.mark.parametrize("after_s", [0.1, 0.5, 1.0, 1.5])
def test_a_car_that_backs_out_leaves_no_stay_behind(after_s):
    lane = coming(CLOSES_BY_TIME, backs_out_after_s=after_s)
    lane.run(90.0)
    came_in = lane.stood[0].passed
    assert is_parked(lane, PLATE) == came_in, lane.story()
    assert lane.state("entry") == "free"
    if lane.written(StayOpened) and not came_in:
        assert lane.closed() == [ClosingReason.NEVER_ENTERED]
    comes(lane, "沪D23456", 100.0)
    lane.run(130.0)
    assert is_parked(lane, "沪D23456"), lane.story()
    all_is_well(lane, 20.0)


@pytest.mark.parametrize("at_s", [13.6, 13.84, 14.5, 15.9, 17.5, 18.5, 19.7, 21.0])
@pytest.mark.parametrize("away_s", [0.3, 4.0, 60.0])
def test_a_board_unplugged_at_any_moment_opens_one_stay_at_most(at_s, away_s):
    lane = coming(CLOSES_BY_TIME)
    lane.run(at_s)
    lane.lane.shell.unplug("barrier")
    lane.run(at_s + away_s)
    lane.lane.shell.plug("barrier")
    lane.run(at_s + away_s + 250.0)
    traced = lane.lane.store.trace(PlateText(PLATE))
    assert sum(stay.closed_utc is None for stay in traced) <= 1, lane.story()
    assert lane.stood[0].passed, lane.story()
    pulses = len(lane.pulses)
    comes(lane, "沪D23456", lane.now + 1.0)
    lane.run(lane.now + 30.0)
    assert is_parked(lane, "沪D23456"), lane.story()
    assert len(lane.pulses) == pulses + 1, lane.story()
    all_is_well(lane, 200.0)


def test_a_jammed_arm_at_the_entry_opens_no_stay_and_calls_a_person():
    lane = coming()
    lane.run(10.0)
    lane.lane.world.arm.jam(45.0, lane.now)
    lane.run(60.0)
    assert lane.rang("help:not-opened"), lane.story()
    assert lane.closed() == [ClosingReason.NEVER_ENTERED]
    assert not is_parked(lane, PLATE)
    all_is_well(lane, 25.0)


@pytest.mark.parametrize("number", range(5))
@pytest.mark.parametrize("fate", [Fate.FAILED, Fate.CRASH_BEFORE, Fate.CRASH_AFTER], ids=str)
def test_a_store_that_fails_or_a_crash_at_any_batch_traps_nobody(number, fate):
    died: list[int] = []

    def choose(at: int, batch: object) -> Fate:
        if at < number or died:
            return Fate.WRITTEN
        died.append(at)
        return fate

    lane = WatchedLane(CLOSES_BY_TIME, choose)
    comes(lane, PLATE, READY_S)
    lane.run_through_crashes(READY_S + 300.0, 1.0)
    traced = lane.lane.store.trace(PlateText(PLATE))
    stays_open = sum(stay.closed_utc is None for stay in traced)
    # A stay that was written before the crash is superseded when the later one ends.
    assert stays_open <= (2 if fate is Fate.CRASH_AFTER else 1), lane.story()
    assert lane.stood[0].passed, lane.story()
    all_is_well(lane, 90.0)


@pytest.mark.parametrize("at_s", [10.0, 13.7, 14.5, 16.5, 18.5, 21.0])
def test_fire_holds_the_entry_open_until_released_by_hand(at_s):
    lane = coming()
    lane.run(at_s)
    lane.lane.world.fire(True, lane.now)
    lane.lane.shell.touched()
    lane.run(at_s + 30.0)
    assert lane.lane.world.arm.upper_limit(lane.now)
    lane.lane.world.fire(False, lane.now)
    lane.lane.shell.touched()
    lane.run(at_s + 40.0)
    assert "fire" in lane.ringing()
    lane.lane.tell(LaneReleased("technician"))
    comes(lane, "沪D23456", at_s + 60.0)
    lane.run(at_s + 90.0)
    assert "fire" not in lane.ringing()
    assert all(car.passed for car in lane.stood), lane.story()
    assert is_parked(lane, "沪D23456")
    all_is_well(lane, 40.0)


def test_staff_lets_a_car_in():
    lane = coming(answers=False)
    lane.lane.camera.expect(Outcome.NO_READ)
    lane.run(20.0)
    lane.lane.tell(OpenRequested("desk"))
    lane.run(50.0)
    assert lane.written(OpeningOrdered)[0].reason is OpeningReason.MANUAL
    assert lane.stood[0].passed
    all_is_well(lane, 20.0)


# A site: the same store behind an entry and an exit.


@pytest.mark.parametrize(("hours", "due_minor"), [(0.1, 0), (1.9, 500), (29.9, 3500)])
def test_the_same_car_comes_in_pays_and_leaves(hours, due_minor):
    entry = coming()
    entry.run(40.0)
    leaving = WatchedLane(LanePlan(seed=8), store=entry.lane.store)
    leaving.lane.world.arrive(Visit(PLATE, READY_S))
    leaving.lane.shell.touched()
    entry.run(40.0 + hours * 3600.0)
    leaving.run(60.0)
    assert leaving.lane.terminal.books.taken_minor() == due_minor, leaving.story()
    assert len(leaving.written(PaymentBooked)) == (1 if due_minor else 0)
    assert [row.reason for row in leaving.written(StayClosed)] == [ClosingReason.LEFT]
    assert leaving.written(StayClosed)[0].stay_id == entry.written(StayOpened)[0].stay_id
    assert not is_parked(entry, PLATE)
    all_is_well(entry, 12.0)
    all_is_well(leaving, 15.0)
    comes(entry, PLATE, entry.now + 1.0)
    entry.run(entry.now + 30.0)
    assert is_parked(entry, PLATE), "it may come again"
