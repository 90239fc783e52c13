"""What goes wrong at exits, and how it ends: the car leaves, or a person is called in time."""

import pytest

from kiosk.core.lane.events import HelpRequested, OpenRequested, PlateEntered
from kiosk.core.records import (
    BarrierOpened,
    ClosingReason,
    OpeningOrdered,
    OpeningReason,
    PaymentBooked,
    PaymentIntended,
    PaymentRefused,
    StayOpened,
)
from kiosk.core.settings import LaneSettings, WhenStuck
from kiosk_hw.cameras.stx_etx import DEVICE as STX_ETX
from kiosk_hw.ports.plate import PlateText
from kiosk_sim.devices.camera import Outcome
from kiosk_sim.site.scenario import Kind
from kiosk_sim.site.virtual_lane import LanePlan
from kiosk_sim.world.cards import Card, CardOutcome
from kiosk_sim.world.driver import Habits
from kiosk_sim.world.traffic import Visit
from lane.watched_lane import READY_S, Fate, WatchedLane, all_is_well

STANDS_S = READY_S + 7.0
"""A car that turned in at `READY_S` stands at the terminal by now."""

GOOD = Card()
DECLINED = Card(CardOutcome.DECLINED)
UNREADABLE = Card(CardOutcome.UNREADABLE)
CALLS = LaneSettings(when_stuck=WhenStuck.CALL)


def reasons(lane: WatchedLane) -> list[OpeningReason]:
    return [row.reason for row in lane.written(OpeningOrdered)]


def taken(lane: WatchedLane) -> int:
    assert lane.lane.terminal is not None
    return lane.lane.terminal.books.taken_minor()


def one_car(kind: Kind = Kind.CARD, plan: LanePlan | None = None, **more: object) -> WatchedLane:
    lane = WatchedLane(plan)
    lane.expect(kind, **more)
    return lane


# The plate.


def test_a_car_whose_plate_is_not_read_is_asked_and_leaves():
    lane = one_car()
    lane.lane.camera.expect(Outcome.NO_READ)
    lane.run(60.0)
    assert lane.closed() == [ClosingReason.LEFT], lane.story()
    assert not lane.alarms
    all_is_well(lane, 25.0)


def test_a_camera_that_does_not_notice_the_car_costs_a_second_and_a_half_and_no_person():
    lane = one_car(Kind.FREE)
    lane.lane.camera.expect(Outcome.SILENT)
    lane.run(60.0)
    record = lane.lane.world.ledger.exits[0]
    assert record.total_s <= 1.5 + 15.0 + 3.5, record.waterfall()
    assert not lane.alarms
    all_is_well(lane, 20.0)


def test_a_dead_camera_is_an_alarm_and_the_driver_is_asked_at_once():
    lane = one_car(Kind.FREE)
    lane.run(2.0)
    lane.lane.shell.unplug("camera")
    lane.run(60.0)
    assert "camera-down" in lane.ringing()
    assert lane.closed() == [ClosingReason.LEFT], lane.story()
    lane.lane.shell.plug("camera")
    lane.run(61.0)
    assert "camera-down" not in lane.ringing()
    all_is_well(lane, 20.0)


def test_a_misread_plate_with_one_lookalike_in_the_car_park_needs_nobody():
    lane = one_car(Kind.FREE)
    lane.lane.camera.expect(Outcome.MISREAD)
    lane.run(60.0)
    assert "lookalike" in lane.incidents(), lane.story()
    assert lane.closed() == [ClosingReason.LEFT]
    assert lane.lane.world.ledger.exits[0].total_s <= 3.5
    all_is_well(lane, 10.0)


def test_a_misread_plate_that_fits_two_cars_is_asked_for():
    lane = WatchedLane()
    lane.expect(Kind.FREE, plate="沪ADH6E7")
    lane.lane._do((StayOpened("", "s-other", PlateText("沪AQH6E7"), "car"),))
    lane.run(8.5)
    lane.lane.camera.unplugged = True
    lane.run_until(lambda: lane.lane.lane.desk.inputs.arming_loop, 20.0)
    lane.lane.shell.host.receive("camera", _telegram("沪A0H6E7"), lane.now)
    lane.lane.shell.touched()
    lane.run(60.0)
    assert "lookalike" not in lane.incidents(), lane.story()
    stays = [row.stay_id for row in lane.written(OpeningOrdered)]
    assert stays == ["s-ADH6E7-8"], lane.story()
    all_is_well(lane, 25.0)


def _telegram(plate: str) -> bytes:
    return STX_ETX.encode_read(PlateText(plate), None, 0.9, uncertain=False, number=1)


@pytest.mark.parametrize("settings", [LaneSettings(), CALLS], ids=["opens", "calls"])
def test_a_car_without_a_stay_is_asked_twice_and_then_a_person_is_called(settings):
    lane = WatchedLane(LanePlan(settings=settings))
    stranger = "沪B11111"
    habits = Habits(typed="沪B22222")
    lane.lane.world.arrive(Visit(stranger, READY_S, habits=habits))
    lane.lane.shell.touched()
    lane.run_until(lambda: bool(lane.rang("help:no-stay")), 60.0)
    # The driver's typing is played once; the second answer comes from here.
    if not lane.rang("help:no-stay"):
        lane.lane.tell(PlateEntered(PlateText("沪B33333")))
    lane.run(lane.now + 1.0)
    assert len(lane.rang("help:no-stay")) == 1, lane.story()
    assert not lane.pulses
    lane.run(lane.now + settings.help_s + 20.0)
    if settings.when_stuck is WhenStuck.OPEN:
        assert reasons(lane) == [OpeningReason.POLICY]
        assert lane.stood[0].passed
    else:
        assert not lane.pulses
        assert "still-waiting" in lane.incidents()
        assert "help:no-stay" in lane.ringing()
        lane.lane.tell(OpenRequested("desk"))
        lane.run(lane.now + 20.0)
        assert reasons(lane) == [OpeningReason.MANUAL]
        assert lane.stood[0].passed
    all_is_well(lane, 1.5 + 15.0 + 60.0 + 10.0)


def test_a_driver_who_types_nothing_gets_a_person_within_the_answer_time():
    lane = one_car(habits=Habits(answers=False))
    lane.lane.camera.expect(Outcome.NO_READ)
    lane.run(260.0)
    assert lane.rang("help:no-plate"), lane.story()
    all_is_well(lane, 1.5 + 60.0 + 1.0)
    assert lane.stood[0].passed
    assert taken(lane) == 0


# The card.


def test_a_declined_card_and_then_a_good_one_charges_once():
    lane = one_car(cards=(DECLINED, GOOD))
    lane.run(60.0)
    assert taken(lane) == 500
    assert len(lane.written(PaymentIntended)) == 2
    assert [len(lane.written(kind)) for kind in (PaymentRefused, PaymentBooked)] == [1, 1]
    assert lane.closed() == [ClosingReason.LEFT]
    assert not lane.alarms
    all_is_well(lane, 30.0)


@pytest.mark.parametrize("bad", [DECLINED, UNREADABLE, Card(CardOutcome.NO_CONNECTION)], ids=str)
def test_three_bad_cards_call_a_person_and_the_fourth_is_not_asked_for(bad):
    lane = one_car(cards=(bad,) * 4)
    lane.run(70.0)
    assert len(lane.rang("help:card-refused")) == 1, lane.story()
    assert len(lane.written(PaymentIntended)) == 3
    lane.run(220.0)
    assert reasons(lane) == [OpeningReason.POLICY]
    assert lane.closed() == [ClosingReason.SETTLE_LATER]
    assert taken(lane) == 0
    all_is_well(lane, 45.0)


def test_a_driver_who_never_pays_gets_a_person_when_the_time_is_up():
    lane = one_car(habits=Habits(pays=False))
    lane.run(350.0)
    # The terminal gives up after 60 s without a card, and is asked again: refused each time.
    assert lane.rang("help:"), lane.story()
    assert reasons(lane) == [OpeningReason.POLICY]
    assert lane.closed() == [ClosingReason.SETTLE_LATER]
    all_is_well(lane, 3 * 62.0)


@pytest.mark.parametrize("after_s", [0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 4.5, 5.0, 5.5, 6.0])
def test_a_car_that_backs_out_is_charged_only_if_the_barrier_was_open_and_stays_paid(after_s):
    lane = one_car(habits=Habits(backs_out_after_s=after_s))
    lane.run(120.0)
    opened = bool(lane.written(BarrierOpened))
    assert taken(lane) == (500 if opened else 0), lane.story()
    assert bool(lane.closed()) == lane.stood[0].passed
    assert lane.state("visit") == "free", lane.story()
    assert lane.state("till") == "idle", lane.story()
    all_is_well(lane, 60.0)


@pytest.mark.parametrize("host_s", [10.0, 25.0, 60.0])
def test_a_slow_host_is_waited_for_and_charged_once(host_s):
    lane = one_car(cards=(Card(host_s=host_s),))
    lane.run(STANDS_S + host_s + 30.0)
    assert taken(lane) == 500, lane.story()
    assert lane.closed() == [ClosingReason.LEFT]
    assert len(lane.pulses) == 1
    all_is_well(lane, host_s + 20.0)


def test_a_card_forgotten_in_the_slot_blocks_no_barrier():
    lane = one_car(cards=(Card(left_in=True),))
    lane.run(60.0)
    assert lane.closed() == [ClosingReason.LEFT], lane.story()
    assert taken(lane) == 500
    all_is_well(lane, 20.0)


def test_the_next_driver_behind_a_forgotten_card_gets_a_person_or_gets_out():
    lane = one_car(cards=(Card(left_in=True),))
    lane.expect(Kind.CARD, 40.0)
    lane.run(300.0)
    assert lane.rang("terminal-down") or lane.stood[1].passed, lane.story()
    all_is_well(lane, 130.0)


def test_a_driver_who_asks_for_help_gets_it_and_may_still_pay():
    lane = one_car(habits=Habits(searches_s=5.0))
    lane.run(STANDS_S)
    lane.lane.tell(HelpRequested())
    lane.run(60.0)
    assert lane.rang("help:asked"), lane.story()
    assert taken(lane) == 500
    assert lane.closed() == [ClosingReason.LEFT]
    assert not lane.ringing()
    all_is_well(lane, 20.0)


# The terminal.


def test_a_terminal_that_was_never_there_lets_nobody_stand_without_a_person():
    lane = one_car()
    lane.lane.terminal.faults.silent = True
    lane.run(250.0)
    assert lane.rang("terminal-down"), lane.story()
    assert lane.rang("help:terminal-down"), lane.story()
    assert reasons(lane) == [OpeningReason.POLICY]
    all_is_well(lane, 10.0)


@pytest.mark.parametrize("after_s", [0.0, 0.36, 0.4, 2.0, 4.0, 4.5, 5.0, 5.5, 6.0, 6.5, 7.0, 8.0])
@pytest.mark.parametrize("away_s", [1.0, 15.0, 500.0])
def test_a_terminal_whose_plug_is_pulled_at_any_stage_charges_once_or_never(after_s, away_s):
    lane = one_car(cards=(GOOD,) * 5)
    lane.run(13.52 + after_s)
    lane.lane.shell.unplug("terminal")
    lane.run(lane.now + away_s)
    lane.lane.shell.plug("terminal")
    lane.run(lane.now + 260.0)
    assert lane.stood[0].passed, lane.story()
    all_is_well(lane, 60.0 + 20.0 + 40.0)


@pytest.mark.parametrize("after_s", [0.36, 0.4, 2.0, 4.0, 4.5, 5.0, 5.5, 6.0, 6.5, 7.0])
def test_a_terminal_that_falls_silent_at_any_stage_charges_once_or_never(after_s):
    lane = one_car(cards=(GOOD,) * 5)
    lane.run(13.52 + after_s)
    lane.lane.terminal.faults.silent = True
    lane.run(lane.now + 60.0)
    lane.lane.terminal.faults.silent = False
    lane.run(lane.now + 260.0)
    assert lane.stood[0].passed, lane.story()
    all_is_well(lane, 200.0)


def test_a_terminal_that_came_back_is_no_alarm_any_more_whatever_it_was_asked_after():
    lane = one_car(cards=(GOOD,) * 5)
    lane.run(15.5)
    lane.lane.shell.unplug("terminal")
    lane.run(16.5)
    lane.lane.shell.plug("terminal")
    lane.run(60.0)
    assert len(lane.rang("terminal-down")) == 1
    assert lane.ringing() == set(), lane.story()


def test_a_driver_who_does_not_pay_after_an_unclear_payment_gets_a_person_within_the_pay_time():
    lane = one_car(cards=(GOOD,))
    lane.run(15.5)
    lane.lane.shell.unplug("terminal")
    lane.run(16.5)
    lane.lane.shell.plug("terminal")
    lane.run(200.0)
    assert lane.rang("help:unpaid"), lane.story()
    all_is_well(lane, 10.0 + 90.0)


def test_a_terminal_that_still_invites_for_a_lost_order_lets_the_car_out_when_asking_is_over():
    lane = one_car(habits=Habits(pays=False))
    lane.run(15.5)
    lane.lane.shell.unplug("terminal")
    lane.run(16.5)
    lane.lane.shell.plug("terminal")
    lane.run(200.0)
    assert reasons(lane) == [OpeningReason.POLICY], lane.story()
    assert "payment-unresolved" in lane.ringing()
    all_is_well(lane, 20.0 + 10.0)


@pytest.mark.parametrize("away_s", [9.0, 40.0])
def test_a_terminal_that_comes_back_is_paid_at_and_nobody_needs_to_come(away_s):
    lane = one_car(cards=(GOOD,) * 5)
    lane.run(5.0)
    lane.lane.shell.unplug("terminal")
    lane.run(13.52 + away_s)
    assert "help:terminal-down" in lane.ringing(), lane.story()
    lane.lane.shell.plug("terminal")
    lane.run(lane.now + 60.0)
    assert reasons(lane) == [OpeningReason.PAID], lane.story()
    assert lane.ringing() == set(), lane.story()
    all_is_well(lane, 10.0)


# Two cars.


def test_the_next_car_is_known_and_priced_while_the_arm_still_moves():
    lane = one_car()
    lane.expect(Kind.CARD, READY_S + 1.0)
    lane.run_until(lambda: len(lane.written(PaymentIntended)) == 2, 60.0)
    assert lane.state("gate") in ("passing", "closing", "raised"), lane.story()
    lane.run(70.0)
    assert taken(lane) == 1000
    assert lane.closed() == [ClosingReason.LEFT] * 2
    all_is_well(lane, 30.0)


@pytest.mark.parametrize("kinds", [(a, b) for a in Kind for b in Kind], ids=str)
def test_two_cars_bumper_to_bumper_leave_one_by_one_each_on_its_own_opening(kinds):
    lane = WatchedLane()
    for kind in kinds:
        lane.expect(kind)
    lane.run(60.0)
    assert lane.closed() == [ClosingReason.LEFT] * 2, lane.story()
    assert len(lane.pulses) == 2
    assert taken(lane) == 500 * sum(kind is Kind.CARD for kind in kinds)
    assert not lane.alarms
    all_is_well(lane, 20.0)


# The store.


@pytest.mark.parametrize("number", range(9))
@pytest.mark.parametrize("many", [1, 3])
@pytest.mark.parametrize("kind", [Kind.CARD, Kind.FREE], ids=lambda kind: kind.value)
def test_a_store_that_fails_at_any_batch_charges_nobody_for_a_closed_barrier(kind, number, many):
    def fate(at: int, batch: object) -> Fate:
        fails = number <= at < number + many and lane.now < 300.0
        return Fate.FAILED if fails else Fate.WRITTEN

    lane = WatchedLane(fate=fate)
    lane.expect(kind)
    lane.run(300.0)
    told = lane.rang("store-down") or lane.rang("help:store-down")
    assert bool(told) == (lane.batches > number), lane.story()
    assert lane.stood[0].passed, lane.story()
    assert lane.state("visit") == "free"
    assert taken(lane) in (0, 500)
    if taken(lane):
        assert lane.written(BarrierOpened), lane.story()
    lane.expect(kind, 301.0)
    lane.run(345.0)
    assert lane.stood[1].passed, lane.story()
    assert "store-down" not in lane.ringing()
    all_is_well(lane, 60.0)


def test_a_store_that_never_works_again_keeps_no_car_in_once_nobody_came():
    """The one opening without a row: there is no store to write it, and a trapped car is worse."""
    lane = WatchedLane(fate=lambda number, batch: Fate.FAILED)
    lane.expect()
    lane.run(100.0)
    assert lane.rang("store-down"), lane.story()
    assert lane.rang("help:store-down"), lane.story()
    assert not lane.pulses
    lane.run(400.0)
    assert lane.stood[0].passed, lane.story()
    assert len(lane.pulses) == 1, lane.story()
    assert not lane.rang("arm-jam"), lane.story()
    assert taken(lane) == 0


def test_staff_opens_for_a_car_though_the_store_is_dead():
    lane = WatchedLane(LanePlan(settings=CALLS), fate=lambda number, batch: Fate.FAILED)
    lane.expect()
    lane.run(60.0)
    assert not lane.pulses, "nobody but a person lets it out here"
    lane.lane.tell(OpenRequested("desk"))
    lane.run(90.0)
    assert lane.stood[0].passed, lane.story()


def test_a_slow_store_costs_time_but_nobody_a_second_fee():
    lane = one_car(plan=LanePlan(commit_s=0.8))
    lane.run(60.0)
    assert taken(lane) == 500, lane.story()
    assert lane.closed() == [ClosingReason.LEFT]
    all_is_well(lane, 20.0)


def test_a_store_slower_than_its_time_calls_a_person():
    lane = one_car(plan=LanePlan(commit_s=3.0))
    lane.run(200.0)
    assert lane.rang("help:store-down"), lane.story()
    all_is_well(lane, 10.0)
    assert lane.lane.lane.machines["visit"].state.value != "due"
