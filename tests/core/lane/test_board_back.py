"""A board that was silent is back: whoever waits for a person because of it begins again."""

import pytest

from core.lane.code_stage import CodeStage
from kiosk.core.records import PaymentHeld, PaymentReversed
from kiosk.core.shows import Picture
from kiosk_hw.ports.barrier import Arm, BoardReady, BoardSilent, Inputs

STANDS = Inputs(Arm.LOWERED, True, False)


def silenced(*, paid: bool) -> CodeStage:
    """A car at the loop, and a board that has fallen silent before its arm could open."""
    stage = CodeStage(card=False)
    stage.board.stuck = True
    stage.arrive()
    if paid:
        stage.pay()
        assert stage.run_until(lambda: stage.state("gate") == "opening")
    stage.tell(BoardSilent("no answer"))
    stage.run(15.0)
    assert stage.screen.picture is Picture.HELP
    stage.board.stuck = False
    return stage


@pytest.mark.parametrize("paid", [False, True], ids=["board-silent", "not-opened"])
def test_the_driver_may_pay_again_and_nobody_needs_to_come(paid):
    stage = silenced(paid=paid)
    assert len(stage.written(PaymentReversed)) == paid, "what was held went back"
    stage.tell(BoardReady(STANDS))
    stage.run(1.0)
    assert stage.screen.picture is Picture.DUE
    assert not [kind for kind in stage.lane.desk.alarms if kind.startswith("help:")]
    stage.pay()
    stage.run(4.0)
    assert stage.screen.picture is Picture.DRIVE
    stage.leave()
    stage.run(400.0)
    assert len(stage.charges()) == 1
    stage.check_books()
    stage.check_ended()


def test_a_person_who_was_called_for_something_else_is_still_on_the_way():
    stage = CodeStage(card=False)
    stage.arrive()
    stage.run(95.0)
    assert stage.screen.note == "unpaid"
    stage.tell(BoardSilent("no answer"))
    stage.tell(BoardReady(STANDS))
    stage.run(1.0)
    assert (stage.screen.picture, stage.screen.note) == (Picture.HELP, "unpaid")


def test_a_car_that_went_meanwhile_is_not_begun_with_again():
    stage = silenced(paid=False)
    stage.board.inputs = Inputs(Arm.LOWERED, False, False)
    stage.tell(BoardReady(stage.board.inputs))
    stage.run(5.0)
    assert stage.screen.picture is Picture.WELCOME
    assert stage.written(PaymentHeld) == []
