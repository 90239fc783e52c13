"""Host against simulated gateway, both providers: orders, races, refunds, and each named fault."""

import pytest

from kiosk_hw.ports.gateway import (
    AskOrder,
    AskRefund,
    CloseOrder,
    CreateOrder,
    GatewayBlocked,
    GatewayReady,
    GatewaySilent,
    OrderAbsent,
    OrderClosed,
    OrderCreated,
    OrderPaid,
    OrderPaying,
    OrderRefunded,
    OrderUnclear,
    OrderWaiting,
    RefundMade,
    RefundOrder,
    RefundPending,
    RefundRefused,
    Way,
)
from kiosk_hw.ports.money import Money
from kiosk_sim.devices.gateway.faults import Fault
from link.gateway_table import Table

ORDER, REFUND, FEE = "p-0a1b2c-000007", "r-0a1b2c-000008", Money(1250, "CNY")
ASK, CLOSE = AskOrder(ORDER, FEE), CloseOrder(ORDER, FEE)
PROVIDERS = ["wechat", "alipay"]


def created(table: Table, way: Way = Way.SCREEN) -> str:
    """What the code of a new order says."""
    command = CreateOrder(ORDER, FEE, way, 120, payer_address="203.0.113.7")
    (event,) = table.do(command)
    assert isinstance(event, OrderCreated), event
    return event.content


def outcome(table: Table, command: object, seconds: float = 2.0) -> list[type]:
    return [type(event) for event in table.do(command, seconds)]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_the_gateway_takes_our_probe(provider: str) -> None:
    assert [event for _, event in Table(provider).told] == [GatewayReady(provider)]


@pytest.mark.parametrize("way", list(Way))
@pytest.mark.parametrize("provider", PROVIDERS)
def test_an_order_is_made_paid_and_told_paid_once(provider: str, way: Way) -> None:
    table = Table(provider)
    content = created(table, way)
    (before,) = table.do(ASK)
    # Alipay has no trade before somebody comes.
    assert isinstance(before, OrderWaiting if provider == "wechat" else OrderAbsent)
    assert table.gateway.counter.pay(content, table.now)
    (paid,) = table.do(ASK)
    assert isinstance(paid, OrderPaid)
    assert (paid.order_id, paid.amount) == (ORDER, FEE)
    assert paid.reference


@pytest.mark.parametrize("provider", PROVIDERS)
def test_who_scans_is_seen_where_the_gateway_tells(provider: str) -> None:
    table = Table(provider)
    content = created(table)
    table.gateway.counter.see(content, table.now)
    table.gateway.counter.begin(content, table.now)
    (event,) = table.do(ASK)
    assert isinstance(event, (OrderPaying, OrderWaiting))
    if provider == "alipay":
        assert isinstance(event, OrderPaying)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_the_same_order_again_is_the_same_code(provider: str) -> None:
    table = Table(provider)
    first = created(table)
    table.run(20)
    assert created(table) == first


@pytest.mark.parametrize("provider", PROVIDERS)
def test_an_order_that_was_closed_cannot_be_paid(provider: str) -> None:
    table = Table(provider)
    content = created(table)
    table.gateway.counter.see(content, table.now)
    assert table.do(CLOSE) == [OrderClosed(ORDER)]
    assert not table.gateway.counter.pay(content, table.now)
    assert table.do(ASK) == [OrderClosed(ORDER)]


def test_a_code_of_alipay_that_nobody_scanned_is_called_back() -> None:
    table = Table("alipay")
    content = created(table)
    (event,) = table.do(CLOSE)
    assert event in (OrderAbsent(ORDER), OrderClosed(ORDER))
    table.run(200)
    assert not table.gateway.counter.pay(content, table.now)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_close_that_comes_too_late_tells_of_the_payment(provider: str) -> None:
    table = Table(provider)
    assert table.gateway.counter.pay(created(table), table.now)
    (event,) = table.do(CLOSE)
    assert isinstance(event, OrderPaid), "the money counts; it is not given back behind our back"


@pytest.mark.parametrize("provider", PROVIDERS)
def test_money_goes_back_once_by_its_number(provider: str) -> None:
    table = Table(provider)
    assert table.gateway.counter.pay(created(table), table.now)
    table.do(ASK)
    first = table.do(RefundOrder(ORDER, REFUND, FEE), 20)
    assert first[-1] in (RefundMade(ORDER, REFUND), RefundPending(ORDER, REFUND))
    table.run(30)
    assert table.do(RefundOrder(ORDER, REFUND, FEE))[-1] == RefundMade(ORDER, REFUND)
    assert table.do(AskRefund(ORDER, REFUND, FEE))[-1] == RefundMade(ORDER, REFUND)
    assert table.do(ASK)[-1] == OrderRefunded(ORDER)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_an_order_that_expired_is_over(provider: str) -> None:
    table = Table(provider)
    content = created(table)
    if provider == "alipay":
        table.gateway.counter.see(content, table.now)
    table.run(130)
    assert not table.gateway.counter.pay(content, table.now)
    (event,) = table.do(ASK)
    # A trade of WeChat Pay stays NOTPAY until it is closed.
    assert isinstance(event, (OrderClosed, OrderWaiting, OrderAbsent))
    assert table.do(CLOSE)[-1] == OrderClosed(ORDER)


@pytest.mark.parametrize("fault", [Fault.CUT, Fault.ANSWER_LOST])
@pytest.mark.parametrize("provider", PROVIDERS)
def test_an_answer_that_was_lost_once_costs_no_second_order(provider: str, fault: Fault) -> None:
    table = Table(provider)
    table.gateway.faults.set(fault, 1, "create")
    content = created(table)
    assert table.gateway.counter.pay(content, table.now)
    assert isinstance(table.do(ASK)[-1], OrderPaid)


NEVER_PAID = [
    Fault.UNSIGNED,
    Fault.WRONG_KEY,
    Fault.WRONG_AMOUNT,
    Fault.WRONG_ORDER,
    Fault.NONSENSE,
    Fault.SERVER_ERROR,
    Fault.TOO_MANY,
    Fault.DOWN,
    Fault.REFUSES,
    Fault.SLOW,
]


# An answer of Alipay bears no time and no merchant.
UNBELIEVED = [
    *(("wechat", fault) for fault in (*NEVER_PAID, Fault.STALE, Fault.WRONG_MERCHANT)),
    *(("alipay", fault) for fault in NEVER_PAID),
]


@pytest.mark.parametrize(("provider", "fault"), UNBELIEVED)
def test_nothing_is_believed_of_an_answer_that_is_not_right(provider: str, fault: Fault) -> None:
    table = Table(provider)
    assert table.gateway.counter.pay(created(table), table.now)
    table.gateway.faults.set(fault)
    told = table.do(ASK, 4)
    assert [type(e) for e in told if not isinstance(e, GatewayBlocked | GatewaySilent)] == [
        OrderUnclear
    ]
    table.gateway.faults.clear()
    table.run(8)
    assert isinstance(table.do(ASK, 3)[-1], OrderPaid), "and it recovers by itself"


@pytest.mark.parametrize("fault", [Fault.DOWN, Fault.REFUSES, Fault.SLOW, Fault.SERVER_ERROR])
@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_gateway_that_goes_down_is_told_within_two_seconds(provider: str, fault: Fault) -> None:
    table = Table(provider)
    created(table)
    down_s = table.now
    table.gateway.faults.set(fault)
    for _ in range(4):
        table.do(ASK, 0.7)
    silent = [at for at, event in table.told if isinstance(event, GatewaySilent)]
    assert silent
    assert silent[0] - down_s <= 2.0


def test_a_platform_that_changes_its_key_is_followed_by_who_has_both() -> None:
    for rotated in (True, False):
        table = Table("wechat", rotated=rotated)
        content = created(table)
        table.gateway.faults.set(Fault.KEY_ROTATED)
        assert table.gateway.counter.pay(content, table.now)
        told = table.do(ASK)
        if rotated:
            assert isinstance(told[-1], OrderPaid)
        else:
            assert isinstance(told[0], GatewayBlocked)
            assert told[0].code == "PLATFORM_KEY_UNKNOWN"


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_clock_that_is_off_is_named(provider: str) -> None:
    table = Table(provider)
    table.gateway.faults.set(Fault.CLOCK_OFF)
    told = table.do(CreateOrder(ORDER, FEE, Way.SCREEN, 120), 3)
    blocked = [event for event in told if isinstance(event, GatewayBlocked)]
    assert blocked
    assert "clock" in blocked[0].cure


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_refund_that_the_gateway_does_not_make_needs_a_person(provider: str) -> None:
    table = Table(provider)
    table.gateway.faults.set(Fault.REFUND_ABNORMAL)
    assert table.gateway.counter.pay(created(table), table.now)
    table.do(RefundOrder(ORDER, REFUND, FEE), 20)
    last = table.do(AskRefund(ORDER, REFUND, FEE))[-1]
    told = [event for _, event in table.told]
    assert any(isinstance(event, RefundRefused) for event in (*told, last))
    assert not any(isinstance(event, RefundMade) for event in (*told, last))


@pytest.mark.parametrize("provider", PROVIDERS)
def test_the_payer_stays_with_the_gateway(provider: str) -> None:
    table = Table(provider)
    assert table.gateway.counter.pay(created(table), table.now)
    table.do(ASK)
    shown = f"{table.told} {table.host!r}"
    assert "openid" not in shown
    assert "138****" not in shown
    assert "2088" not in shown.replace("reference='2088", "")
