"""The process dies while the arm goes up or stands up: whose arm it is stays known."""

import pytest

from core.lane.code_stage import PLATE, CodeStage
from kiosk.core.records import (
    BarrierOpened,
    ClosingReason,
    IncidentNoted,
    OpeningOrdered,
    PaymentBooked,
    PaymentReversed,
    StayClosed,
)
from kiosk.core.shows import Picture
from kiosk_hw.ports import barrier
from kiosk_hw.ports.barrier import Arm, Inputs
from kiosk_hw.ports.plate import PlateText


def released(*, prepaid: bool = False, until: str = "raised") -> CodeStage:
    """A car that was let go, with the gate in this state."""
    stage = CodeStage(card=False)
    if prepaid:
        stage.tap_elsewhere()
        stage.run(1.0)
        stage.pay()
        stage.run(1.0)
    stage.arrive()
    if not prepaid:
        stage.pay()
    assert stage.run_until(lambda: stage.state("gate") == until)
    return stage


def leaves_at_once(stage: CodeStage) -> None:
    """It goes before anybody could have read its plate again."""
    stage.board.drive_out()
    stage.poke()
    stage.run(4.0)


def incidents(stage: CodeStage) -> list[str]:
    return [row.kind for row in stage.written(IncidentNoted)]


@pytest.mark.parametrize("prepaid", [False, True])
@pytest.mark.parametrize("until", ["opening", "raised"])
def test_the_stay_of_a_car_that_drives_off_after_the_restart_is_closed(until, prepaid):
    stage = released(prepaid=prepaid, until=until)
    stage.run(0.5)
    stage.restart(down_s=0.5)
    stage.run(1.0)
    leaves_at_once(stage)
    assert [row.reason for row in stage.written(StayClosed)] == [ClosingReason.LEFT]
    assert "unreleased-passing" not in incidents(stage)
    stage.run(400.0)
    assert len(stage.written(PaymentBooked)) == 1
    assert len(stage.charges()) == 1
    stage.check_books()
    stage.check_ended()


def test_a_gateway_that_answers_before_the_board_gives_no_money_back_for_an_open_barrier():
    stage = released(until="opening")
    stage.board.hello_s = 0.4
    stage.restart(down_s=0.5)
    stage.run(0.3)
    assert stage.written(BarrierOpened) == []
    stage.run(1.0)
    leaves_at_once(stage)
    stage.run(400.0)
    assert [row.reason for row in stage.written(StayClosed)] == [ClosingReason.LEFT]
    assert (len(stage.written(PaymentBooked)), stage.written(PaymentReversed)) == (1, [])
    assert len(stage.charges()) == 1
    stage.check_books()
    stage.check_ended()


def test_a_terminal_that_answers_before_the_board_gives_no_money_back_for_an_open_barrier():
    stage = CodeStage()
    stage.terminal.keeps = True
    stage.arrive()
    stage.run_until(stage.terminal.awaits_card)
    stage.tap_card()
    assert stage.run_until(lambda: stage.state("gate") == "opening")
    stage.board.hello_s = 0.4
    stage.restart(down_s=0.5)
    stage.run(0.3)
    assert stage.written(BarrierOpened) == []
    stage.run(1.0)
    leaves_at_once(stage)
    stage.run(60.0)
    assert (len(stage.written(PaymentBooked)), stage.written(PaymentReversed)) == (1, [])
    assert len(stage.charges()) == 1


def test_an_arm_that_has_yet_to_leave_its_limit_is_not_called_forced():
    stage = released(until="opening")
    stage.board.inputs = Inputs(Arm.LOWERED, True, False)
    stage.restart()
    stage.board.inputs = Inputs(Arm.RAISED, True, False)
    stage.board.later(0.3, barrier.ArmLeftLimit())
    stage.board.later(1.3, barrier.ArmRaised())
    stage.poke()
    stage.run(2.0)
    assert "arm-forced" not in incidents(stage)
    assert len(stage.written(BarrierOpened)) == 1


def test_a_car_under_the_arm_at_the_restart_is_seen_leaving():
    stage = released()
    stage.board.inputs = Inputs(Arm.RAISED, False, True)
    stage.restart()
    stage.board.inputs = Inputs(Arm.LOWERED, False, False)
    stage.board.later(0.5, barrier.SafetyLoopCleared())
    stage.poke()
    stage.run(5.0)
    assert [row.stay_id for row in stage.written(StayClosed)] == ["s-1"]


def test_a_car_that_stands_there_still_is_found_paid_and_let_out_without_paying_again():
    stage = released()
    stage.restart()
    stage.arrive()
    stage.run(4.0)
    assert stage.screen.picture is Picture.DRIVE
    stage.leave()
    stage.run(400.0)
    assert len(stage.charges()) == 1
    stage.check_ended()


def test_an_arm_that_was_down_meanwhile_is_nobody_s():
    stage = released()
    stage.board.inputs = Inputs(Arm.LOWERED, False, False)
    stage.restart(down_s=30.0)
    stage.run(20.0)
    stage.board.later(0.0, barrier.ArmLeftLimit())
    stage.poke()
    stage.run(0.1)
    assert "arm-forced" in incidents(stage), "long after that pulse"


def test_the_next_car_s_own_opening_closes_its_own_stay():
    stage = released()
    stage.restart()
    stage.enter("s-2", PlateText("沪B77777"))
    stage.arrive(PlateText("沪B77777"))
    stage.run(1.0)
    stage.pay()
    stage.run(4.0)
    stage.leave()
    assert [row.stay_id for row in stage.written(StayClosed)] == ["s-2"]
    assert stage.written(OpeningOrdered)[-1].stay_id == "s-2"
    assert PLATE.text not in repr(stage.rows)


def test_an_opening_of_long_ago_is_nobody_s():
    stage = released()
    stage.restart(down_s=301.0)
    stage.run(1.0)
    leaves_at_once(stage)
    assert stage.written(StayClosed) == []


def test_that_it_opened_is_written_once_however_often_its_arm_is_seen():
    stage = released(until="opening")
    stage.restart()
    for _ in range(3):
        stage.board.later(0.1, barrier.ArmLeftLimit())
        stage.board.later(0.2, barrier.ArmRaised())
        stage.poke()
        stage.run(1.0)
    assert len(stage.written(BarrierOpened)) == 1
