"""Whose turn it is at a gateway: by rank, then first come first served; what began goes first."""

import pytest

from kiosk_hw.hosts.gateway.errands import ERRANDS_MAX, PROBE, Errand, Errands, rank_of
from kiosk_hw.ports.gateway import AskOrder, AskRefund
from kiosk_hw.ports.money import Money

FEE = Money(500, "CNY")
REFUND = AskRefund("order-r", "order-rr", FEE)


def asking(name):
    return AskOrder(f"order-{name}", FEE)


def errand(command, due_s=9.0):
    return Errand(command, "query", rank_of(command), taken_s=0.0, due_s=due_s, ordered_s=0.0)


def filled(*commands):
    errands = Errands()
    for command in commands:
        errands.add(errand(command))
    return errands


def taken(errands):
    return [errands.take().command for _ in range(len(errands))]


def test_the_lane_goes_before_refunds_and_those_before_a_probe_each_in_its_turn():
    errands = filled(PROBE, REFUND, asking("1"), asking("2"))
    assert taken(errands) == [asking("1"), asking("2"), REFUND, PROBE]


def test_what_had_begun_goes_before_its_own_rank_and_behind_a_better_one():
    errands = filled(asking("1"), REFUND)
    errands.put_back(errand(asking("2")))
    errands.put_back(errand(AskRefund("order-s", "order-sr", FEE)))
    again = [command.order_id for command in taken(errands)]
    assert again == ["order-2", "order-1", "order-s", "order-r"]


def test_so_many_wait_and_no_more():
    errands = filled(*(asking(str(number)) for number in range(ERRANDS_MAX - 1)))
    assert not errands.is_full()
    errands.add(errand(REFUND))
    assert errands.is_full()


@pytest.mark.parametrize(("now", "overdue"), [(8.9, []), (9.0, ["order-1"])])
def test_whose_time_is_over_is_taken_out(now, overdue):
    errands = filled(asking("1"))
    errands.add(errand(asking("2"), due_s=20.0))
    assert errands.deadline() == 9.0
    assert [each.command.order_id for each in errands.take_overdue(now)] == overdue
    assert len(errands) == 2 - len(overdue)
