"""The people at the wheel: they pay, type, give up, tailgate and ram as their habits say."""

from functools import partial

import pytest

from kiosk_sim.world.cabinet import (
    ARMING_LOOP,
    FIRE_HEALTHY,
    LOWER_LIMIT,
    SWUNG_OFF,
)
from kiosk_sim.world.car import Kind
from kiosk_sim.world.cards import Card
from kiosk_sim.world.driver import Habits
from kiosk_sim.world.profiles import BEST
from kiosk_sim.world.traffic import Visit
from sim.lane_stage import PayStage, Stage, visit


def test_typical_drivers_keep_to_their_published_spread() -> None:
    stage = PayStage(3)
    for number in range(400):
        stage.world.arrive(visit(number * 25.0))
    stage.run(400 * 25.0 + 60)
    people = sorted(record.people_s for record in stage.world.ledger.exits)
    assert len(people) == 400
    assert people[200] == pytest.approx(2.5, abs=0.25)
    assert people[380] < 4.9
    assert people[-1] <= 6.0
    totals = sorted(record.total_s for record in stage.world.ledger.exits)
    assert totals[380] < 8.0, "2 s of arm, p95 of the driver, nothing else"


def test_the_ledger_books_detector_driver_and_arm_and_leaves_the_machine_its_own() -> None:
    stage = PayStage(profile=BEST)
    stage.world.arrive(visit())
    stage.run(60.0)
    record = stage.world.ledger.exits[0]
    assert record.devices_s == pytest.approx(0.025 + 0.7 * 88 / 90)
    # The car stands 2.2 m after the loop's edge (2 m/s2), the driver reaches out 0.3 s later.
    assert record.people_s == pytest.approx((2 * 2.2 / 2.0) ** 0.5 + 0.3 - 0.125)
    assert 2 * 0.05 <= record.machine_s <= 0.1 + 2 * 0.05 + 1e-6
    assert record.t2_s is not None
    assert record.t1_s is not None
    assert record.t2_s - record.t1_s == pytest.approx(0.5 + (2 * 6.5 / 2.0) ** 0.5, abs=0.2)


def test_a_driver_presents_one_card_for_each_invitation_and_then_no_more() -> None:
    stage = Stage()
    first, second = Card(field_s=0.3), Card(field_s=0.4)
    stage.world.arrive(Visit("TEST1", cards=(first, second)))
    for at_s in (9.0, 20.0, 30.0):
        stage.at(at_s, lambda _now: setattr(stage.reader, "awaits", True))
    stage.run(60.0)
    assert [card for card, _ in stage.reader.presented] == [first, second]
    assert stage.reader.awaits, "the third invitation found no card"


def test_an_invitation_that_ends_before_the_card_is_out_is_not_answered() -> None:
    stage = Stage()
    stage.world.arrive(visit(searches_s=5.0))
    stage.at(9.0, lambda _now: setattr(stage.reader, "awaits", True))
    stage.at(12.0, lambda _now: setattr(stage.reader, "awaits", False))
    stage.run(60.0)
    assert stage.reader.presented == []


def test_nobody_presents_a_card_before_the_car_stands() -> None:
    stage = Stage(profile=BEST)
    stage.reader.awaits = True
    stage.world.arrive(visit())
    stage.run(60.0)
    # 16.45 m at 3 m/s, then 2.25 m of braking at 2 m/s2, then an arm stretched out.
    assert stage.reader.presented[0][1] == pytest.approx(16.45 / 3 + 1.5 + 0.3)


def test_the_driver_types_the_plate_or_what_is_meant_for_it_when_asked() -> None:
    stage = Stage(profile=BEST)
    answers: list[tuple[str, float]] = []
    stage.world.on_answer(lambda text, now: answers.append((text, now)))
    stage.world.arrive(visit(typed="TEST2", backs_out_after_s=20.0))
    stage.world.arrive(visit(60.0, answers=False))
    for at_s in (10.0, 70.0):
        stage.at(at_s, stage.world.asked_for_plate)
    stage.run(120.0)
    assert answers == [("TEST2", 13.0)]


def test_backing_out_is_no_exit_and_frees_the_lane_for_the_next() -> None:
    stage = Stage()
    stage.world.arrive(visit(backs_out_after_s=5.0))
    stage.run(30.0)
    assert stage.world.ledger.abandoned == 1
    assert stage.world.inputs() == FIRE_HEALTHY | LOWER_LIMIT
    stage.world.arrive(visit(30.0))
    stage.run(45.0)
    assert stage.world.inputs() & ARMING_LOOP


def test_ramming_knocks_the_bar_off_and_is_an_incident() -> None:
    stage = Stage()
    stage.world.arrive(visit(rams_after_s=10.0))
    stage.run(60.0)
    assert stage.world.inputs() & SWUNG_OFF
    assert "drove through the arm" in stage.world.oracle.incidents[0]


def test_a_tailgater_passes_under_the_arm_of_the_car_in_front() -> None:
    stage = PayStage()
    stage.world.arrive(visit())
    stage.world.arrive(visit(2.0, tailgates=True))
    stage.run(60.0)
    assert len(stage.world.ledger.exits) == 2
    assert stage.world.oracle.pulses == 1
    assert stage.world.inputs() & LOWER_LIMIT


def test_a_prepaid_car_rolls_through_when_the_arm_is_up_before_it_stands() -> None:
    stage = Stage(profile=BEST)
    stage.world.arrive(visit())
    stage.at(5.65, partial(stage.world.relay, 1, True))
    stage.at(6.15, partial(stage.world.relay, 1, False))
    stage.run(60.0)
    assert stage.world.ledger.exits[0].t2_s == pytest.approx(9.3, abs=0.3)


def test_a_tailgater_behind_a_stalled_motorcycle_still_waits_for_its_turn() -> None:
    stage = PayStage(profile=BEST)
    stage.world.arrive(Visit("TEST0", 0.0, habits=Habits(stalls_s=3.0), kind=Kind.MOTORCYCLE))
    for number in range(1, 5):
        stage.world.arrive(Visit(f"TEST{number}", 1.0 * number, habits=Habits(tailgates=True)))
    stage.run(300.0)
    assert len(stage.world.ledger.exits) == 5
    assert not stage.world.oracle.violations


def test_a_reader_that_goes_on_inviting_gets_the_next_card() -> None:
    stage = Stage()
    held: list[Card] = []
    stage.reader.present = lambda card, _now: held.append(card)  # type: ignore[method-assign]
    stage.reader.awaits = True
    cards = (Card(field_s=0.3), Card(field_s=0.4))
    stage.world.arrive(Visit("TEST1", cards=cards))
    stage.run(60.0)
    assert tuple(held) == cards


def test_nobody_backs_out_into_the_car_behind() -> None:
    stage = Stage()
    stage.world.arrive(visit(backs_out_after_s=5.0))
    stage.world.arrive(visit(2.0))
    stage.run(60.0)
    assert stage.world.ledger.abandoned == 0
    assert stage.world.inputs() & ARMING_LOOP
