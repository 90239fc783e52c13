"""How many orders by code a lane has in hand, and which go when there are more."""

import pytest

from core.lane.code_stage import FEE, CodeStage
from kiosk.core.lane.codes.book import ORDERS_MAX, WISHES_MAX
from kiosk.core.records import OpenOrder, OpenOrdersFound, PaymentUnresolved
from kiosk.core.shows import PayLinkReady, PayLinkRefused
from kiosk_hw.ports.gateway import OrderClosed


def left_open(count):
    """Orders of an earlier run, which its gateway is silent about."""
    stage = CodeStage(card=False)
    stage.gateways["wechat"].mute = True
    found = [
        OpenOrder(f"old-{n:03d}", f"x-{n}", f"t-{n}", FEE, None, None, False, False, "wechat")
        for n in range(count)
    ]
    stage.tell(OpenOrdersFound(tuple(found)))
    return stage


def in_hand(stage):
    return [order.bill.order_id for order in stage.lane.codes.book]


def unresolved(stage):
    return [row.order_id for row in stage.written(PaymentUnresolved)]


@pytest.mark.parametrize("more", [0, 2])
def test_of_the_orders_left_open_so_many_are_gone_on_with_and_the_others_a_persons(more):
    stage = left_open(ORDERS_MAX + more)
    assert len(in_hand(stage)) == ORDERS_MAX
    assert unresolved(stage) == [f"old-{ORDERS_MAX + n:03d}" for n in range(more)]
    assert ("payment-unresolved" in stage.lane.desk.alarms) is bool(more)


def test_an_order_that_has_its_end_makes_place_for_a_new_one_the_oldest_first():
    stage = left_open(ORDERS_MAX)
    for ended in ("old-007", "old-003"):
        stage.tell(OrderClosed(ended))
    assert len(in_hand(stage)) == ORDERS_MAX, "closed, and looked at once more later"
    stage.tell(OpenOrdersFound((_one("new-1"), _one("new-2"), _one("new-3"))))
    kept = in_hand(stage)
    assert len(kept) == ORDERS_MAX
    assert {"new-1", "new-2"} <= set(kept)
    assert "old-003" not in kept
    assert "old-007" not in kept
    assert stage.lane.codes.book.forgotten == 2
    assert unresolved(stage) == ["new-3"]


def _one(order_id):
    return OpenOrder(order_id, "x-n", f"t-{order_id}", FEE, None, None, False, False, "wechat")


def test_so_many_wait_for_an_older_order_of_their_stay_and_others_are_told():
    stage = CodeStage()
    stage.tap_elsewhere("first")
    stage.run(1.0)
    stage.gateways["wechat"].mute = True
    for number in range(WISHES_MAX + 3):
        stage.tap_elsewhere(f"q{number}")
    (first,) = [link for link in stage.links() if isinstance(link, PayLinkReady)]
    assert first.request_id == "first"
    busy = [link for link in stage.links() if link == PayLinkRefused(link.request_id, "busy")]
    assert len(busy) == 3
