"""The process dies with orders by code in every state; whatever was paid is booked or goes back."""

import pytest

from core.lane.code_stage import PLATE, CodeStage
from core.lane.stage_ends import GatewayEnd
from kiosk.core.lane.events import OpenRequested
from kiosk.core.lane.tables.code_order import CodeState
from kiosk.core.records import (
    BarrierOpened,
    PaymentBooked,
    PaymentHeld,
    PaymentReversed,
    RefundIntended,
)
from kiosk.core.settings import LaneSettings, WhenStuck
from kiosk.core.shows import Picture
from kiosk_hw.ports.gateway import CreateOrder, RefundOrder
from kiosk_hw.ports.plate import PlateText

BATCHES = 16
"""Batches from the arrival of a car that pays by code to the end of its exit; some are idle."""


def ends_well(stage: CodeStage) -> None:
    """Whatever stands in the lane is let out, every order has its end, the books are honest."""
    stage.run(400.0)
    if stage.board.inputs.arming_loop:
        stage.leave()
    stage.run(2400.0)
    stage.check_books()
    stage.check_ended()


@pytest.mark.parametrize("writes", [False, True])
@pytest.mark.parametrize("page", [False, True])
@pytest.mark.parametrize("number", range(1, BATCHES))
def test_a_crash_at_any_batch_of_an_exit_by_code_charges_once_at_most(number, page, writes):
    stage = CodeStage(page=page, card=False)
    stage.crash_at, stage.crash_writes = stage.batches + number, writes
    stage.arrive()
    for _ in range(3):
        due = stage.screen.picture is Picture.DUE
        if page and due and not stage.gateways["wechat"].books:
            stage.tap_page()
        stage.run(1.0)
    waiting = [o for o, a in stage.gateways["wechat"].books.items() if a.state == "waiting"]
    if waiting:
        stage.pay(order=waiting[-1])
    ends_well(stage)


def in_state(state: CodeState, **more) -> CodeStage:
    """An exit whose order by code is in this state."""
    stage = CodeStage(card=False, settings=LaneSettings(when_stuck=WhenStuck.CALL), **more)
    gateway = stage.gateways["wechat"]
    if state is CodeState.CREATING:
        gateway.lost = {CreateOrder: 9}
    stage.arrive()
    first = stage.order()
    match state:
        case CodeState.PAYING:
            stage.scan()
            stage.run(1.0)
        case CodeState.PAID:
            stage.pay()
            stage.run(0.7)
        case CodeState.CLOSING:
            gateway.mute = True
            stage.run(301.0)
        case CodeState.DROPPING:
            gateway.mute = True
            stage.tell(OpenRequested("desk"))
        case CodeState.LINGERING:
            stage.run(301.0)
        case CodeState.REFUNDING | CodeState.RETURNING:
            stage.board.stuck = True
            gateway.refund_says = "pending"
            gateway.lost = {RefundOrder: 99} if state is CodeState.REFUNDING else {}
            stage.pay()
            stage.run(20.0)
    assert stage.code_state(first) == state.value
    return stage


STATES = [
    CodeState.CREATING,
    CodeState.OFFERED,
    CodeState.PAYING,
    CodeState.PAID,
    CodeState.CLOSING,
    CodeState.DROPPING,
    CodeState.LINGERING,
    CodeState.REFUNDING,
    CodeState.RETURNING,
]


@pytest.mark.parametrize("paid", [False, True])
@pytest.mark.parametrize("stays", [False, True])
@pytest.mark.parametrize("state", STATES)
def test_a_restart_in_every_state_leaves_no_order_without_an_end(state, stays, paid):
    stage = in_state(state, unseen_is_absent=state is CodeState.LINGERING)
    gateway = stage.gateways["wechat"]
    gateway.mute, gateway.lost, gateway.refund_says = False, {}, "made"
    stage.board.stuck = False
    if paid:
        gateway.confirm(next(iter(gateway.books)))
    if not stays:
        stage.board.occupy(False)
    stage.restart(down_s=1.0)
    if stays:
        stage.arrive()
    stage.run(5.0)
    ends_well(stage)
    if not stays and not stage.written(BarrierOpened):
        assert stage.charges() == [], "it never opened"


def test_a_car_that_paid_before_the_restart_is_let_out_without_paying_again():
    stage = in_state(CodeState.PAYING)
    stage.gateways["wechat"].confirm(stage.order())
    stage.restart(down_s=2.0)
    stage.arrive()
    stage.run(4.0)
    assert stage.screen.picture is Picture.DRIVE
    assert len(stage.gateways["wechat"].books) == 1, "no second order was made"
    assert len(stage.written(PaymentHeld)) == 1
    ends_well(stage)
    assert len(stage.charges()) == 1


def test_a_barrier_that_had_opened_before_the_restart_is_paid_for():
    stage = CodeStage(card=False)
    stage.arrive()
    stage.pay()
    stage.run_until(lambda: stage.state("gate") == "raised")
    # Opened and booked are one batch; here the booking was lost with the disk's last page.
    order = stage.order()
    stage.store._files.db.execute("UPDATE orders SET state = 'open'")
    stage.board.drive_out()
    stage.restart(down_s=10.0)
    stage.run(30.0)
    booked = [(row.order_id, row.reference) for row in stage.written(PaymentBooked)]
    assert booked == [(order, f"ref-{order}")] * 2
    ends_well(stage)


def test_a_refund_goes_on_under_the_same_number_after_the_restart():
    stage = in_state(CodeState.RETURNING)
    (row,) = stage.written(RefundIntended)
    stage.gateways["wechat"].refund_says = "made"
    stage.restart()
    stage.run(60.0)
    refunds = stage.gateways["wechat"].books[row.order_id].refunds
    assert refunds == {row.refund_id}
    assert [row.order_id for row in stage.written(PaymentReversed)] == [row.order_id]


@pytest.mark.parametrize(
    "plate", [PLATE, PlateText("沪B54321"), None], ids=["same", "other", "none"]
)
def test_of_two_codes_paid_while_the_process_was_away_one_goes_back_at_least(plate):
    stage = CodeStage(gateways=("wechat", "alipay"), card=False)
    stage.enter("s-2", PlateText("沪B54321"))
    stage.arrive()
    for name in stage.gateways:
        assert stage.gateways[name].confirm(stage.order(name))
    if plate is None:
        stage.board.occupy(False)
    stage.restart(down_s=1.0)
    if plate is not None:
        stage.arrive(plate)
    stage.run(5.0)
    ends_well(stage)
    assert len(stage.charges()) == (1 if plate is PLATE else 0)


def test_a_car_whose_payment_went_back_meanwhile_is_not_let_out_for_it():
    stage = in_state(CodeState.OFFERED)
    stage.gateways["wechat"].confirm(stage.order())
    stage.enter("s-2", PlateText("沪B54321"))
    stage.restart(down_s=1.0)
    stage.arrive(PlateText("沪B54321"))
    stage.run(5.0)
    stage.back_out()
    stage.run(10.0)
    stage.arrive()
    stage.run(5.0)
    assert stage.screen.picture is Picture.DUE
    ends_well(stage)


def test_a_plug_that_is_pulled_again_and_again_charges_once():
    for every_s in (0.3, 0.7, 1.1, 1.9, 2.7):
        stage = CodeStage()
        stage.arrive()
        stage.pay()
        for _ in range(8):
            stage.run(every_s)
            stage.restart(down_s=0.5)
            stage.arrive()
        ends_well(stage)
        assert len(stage.charges()) <= 1


def test_an_order_of_a_gateway_that_the_lane_has_no_more_is_listed_for_a_person():
    stage = in_state(CodeState.OFFERED)
    order = stage.order()
    del stage.gateways["wechat"]
    stage.gateways["alipay"] = GatewayEnd("alipay")
    stage.restart()
    stage.run(1.0)
    assert stage.listed() == {order}
    assert "payment-unresolved" in stage.lane.desk.alarms
