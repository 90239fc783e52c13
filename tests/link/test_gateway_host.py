"""The gateway's host in virtual time: order, patience, repeats, silence, and what it believes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk_hw.hosts.gateway.dialogue import BACKOFF_S_MAX
from kiosk_hw.hosts.gateway.errands import ATTEMPTS_MAX, ERRANDS_MAX
from kiosk_hw.hosts.gateway.wire import EVENTS_MAX
from kiosk_hw.hosts.gateway_host import ORDERS_MAX
from kiosk_hw.paycodes.merchant import ANSWER_BYTES_MAX
from kiosk_hw.paycodes.rsa_keys import platform_key
from kiosk_hw.ports.gateway import (
    AskOrder,
    AskRefund,
    CloseOrder,
    CreateOrder,
    GatewayBlocked,
    GatewayReady,
    GatewaySilent,
    HearNotice,
    OrderAbsent,
    OrderClosed,
    OrderCreated,
    OrderNoticed,
    OrderPaid,
    OrderUnclear,
    OrderWaiting,
    RefundMade,
    RefundOrder,
    RefundUnclear,
    Way,
)
from kiosk_hw.ports.money import Money
from link.gateway_bench import (
    ASK,
    CODE,
    CREATE,
    CREATED,
    FEE,
    GIVE_BACK,
    ORDER,
    REFUND,
    Bench,
    http,
    order,
)
from wire.gateway_keys import (
    NOW_S,
    PLATFORM_ID,
    alipay_answer,
    public_pem,
    wechat_answer,
    wechat_notice,
)

QUERY = f"GET /v3/pay/transactions/out-trade-no/{ORDER}"
NATIVE = "POST /v3/pay/transactions/native"
PAID = OrderPaid(ORDER, FEE, "4200000891202103228088184743")
MADE_BACK: dict[str, object] = {
    "out_trade_no": ORDER,
    "out_refund_no": REFUND,
    "status": "SUCCESS",
    "amount": {"total": 100, "refund": 100, "currency": "CNY"},
}


# From the first probe to a paid order.


def test_a_gateway_is_ready_once_it_took_our_signature() -> None:
    bench = Bench(probed=False)
    assert bench.targets == ["GET /v3/pay/transactions/out-trade-no/kiosk-probe-no-order"]
    assert bench.events == []
    bench.say(wechat_answer({"code": "ORDER_NOT_EXIST"}, 404, signed=False))
    assert bench.take() == [GatewayReady("wechat")]


def test_an_order_is_made_asked_after_and_paid() -> None:
    bench = Bench()
    bench.command(CREATE)
    bench.say(wechat_answer(CREATED))
    assert bench.take() == [OrderCreated(ORDER, CODE)]
    bench.pass_s(0.7)
    bench.command(ASK)
    bench.say(wechat_answer(order("NOTPAY"), sent_s=NOW_S + 1))
    assert bench.take() == [OrderWaiting(ORDER)]
    bench.pass_s(0.7)
    bench.command(ASK)
    bench.say(wechat_answer(order(), sent_s=NOW_S + 1))
    assert bench.take() == [PAID]
    assert bench.targets == [NATIVE, QUERY, QUERY]
    assert bench.calls == 1, "one connection carries them all"


def test_every_request_names_its_host_and_is_signed_for_itself() -> None:
    bench = Bench()
    bench.command(CREATE)
    bench.say(wechat_answer(CREATED))
    bench.command(ASK)
    first, second = bench.headers[-2:]
    assert first["host"] == second["host"] == "pay.example"
    assert first["content-length"] == str(len(bench.requests[0][2]))
    assert "content-length" not in second
    assert first["authorization"] != second["authorization"]


@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize("piece", [1, 2, 7, 10_000])
def test_an_answer_is_one_answer_however_it_is_cut(chunked: bool, piece: int) -> None:
    bench = Bench()
    bench.command(ASK)
    data = http(wechat_answer(order()), chunked=chunked)
    for at in range(0, len(data), piece):
        assert bench.events == []
        bench.hear(data[at : at + piece])
    assert bench.take() == [PAID]


def test_an_answer_may_end_with_its_connection() -> None:
    bench = Bench()
    bench.command(ASK)
    answer = http(wechat_answer(order()))
    bench.hear(b"\r\n".join(x for x in answer.split(b"\r\n") if b"Content-Length" not in x))
    assert bench.events == []
    bench.cut()
    assert bench.take() == [PAID]


def test_interim_answers_are_passed_over() -> None:
    bench = Bench()
    bench.command(ASK)
    bench.hear(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n")
    bench.say(wechat_answer(order()))
    assert bench.take() == [PAID]


# Who goes first.


def test_the_lane_goes_before_refunds_and_refunds_wait_their_turn() -> None:
    bench = Bench()
    bench.command(ASK, GIVE_BACK, CREATE, CloseOrder(ORDER, FEE))
    for answer in (
        wechat_answer(order("NOTPAY")),
        wechat_answer(CREATED),
        wechat_answer(status=204),
        wechat_answer(MADE_BACK),
    ):
        bench.say(answer)
    assert bench.targets == [
        QUERY,
        NATIVE,
        f"POST /v3/pay/transactions/out-trade-no/{ORDER}/close",
        "POST /v3/refund/domestic/refunds",
    ]
    assert bench.take() == [
        OrderWaiting(ORDER),
        OrderCreated(ORDER, CODE),
        OrderClosed(ORDER),
        RefundMade(ORDER, REFUND),
    ]


def test_a_slow_refund_makes_room_for_a_driver_and_comes_again() -> None:
    bench = Bench()
    bench.command(GIVE_BACK)
    bench.pass_s(0.1)
    bench.command(ASK)
    bench.pass_s(0.39)
    assert bench.targets[-1] == "POST /v3/refund/domestic/refunds"
    bench.pass_s(0.02)
    assert bench.hang_ups == 1
    assert bench.targets[-1] == QUERY
    bench.say(wechat_answer(order()))
    assert bench.targets[-1] == "POST /v3/refund/domestic/refunds"
    bench.say(wechat_answer(MADE_BACK))
    assert bench.take() == [PAID, RefundMade(ORDER, REFUND)]
    bodies = [body for _, target, body in bench.requests if "refund" in target]
    assert bodies[0] == bodies[1], "the same refund by the same number"


def test_the_same_question_twice_is_one_question() -> None:
    bench = Bench()
    bench.command(ASK, ASK)
    bench.say(wechat_answer(order()))
    assert bench.take() == [PAID]
    assert bench.targets == [QUERY]


def test_more_errands_than_the_bound_are_refused_and_counted() -> None:
    bench = Bench()
    for number in range(ERRANDS_MAX + 2):
        bench.command(AskOrder(f"order-{number}", FEE))
    assert bench.events == [
        OrderUnclear(f"order-{ERRANDS_MAX + 1}", "no such order, or too many at once")
    ]
    assert "refused=1 " in repr(bench.host)


@pytest.mark.parametrize(
    "command",
    [
        AskOrder("a b", FEE),
        AskOrder("沪A12345", FEE),
        AskOrder(ORDER, Money(100, "EUR")),
        AskOrder(ORDER, Money(0, "CNY")),
    ],
)
def test_what_no_gateway_can_be_told_is_not_told(command: AskOrder) -> None:
    bench = Bench()
    bench.command(command)
    assert bench.requests == []
    (event,) = bench.take()
    assert isinstance(event, OrderUnclear)


# Patience, silence, and coming back.


def test_a_question_without_an_answer_is_unclear_after_a_second_and_a_half() -> None:
    bench = Bench()
    bench.command(ASK)
    bench.pass_s(3)
    assert bench.take() == [
        GatewaySilent("wechat", "it does not answer"),
        OrderUnclear(ORDER, "it does not answer"),
    ]
    assert bench.told_s == [1.0, 1.5]
    assert bench.hang_ups == 1, "a late answer must not be taken for the next one's"


def test_a_gateway_that_goes_down_is_told_within_two_seconds_of_it() -> None:
    for ask_s in (0.5, 0.7, 1.0):
        bench = Bench()
        down_s = bench.now
        bench.cut(stays=True)
        bench.pass_s(ask_s)
        bench.command(ASK)
        bench.pass_s(5)
        silent = [at for at, event in zip(bench.told_s, bench.events, strict=True)
                  if isinstance(event, GatewaySilent)]  # fmt: skip
        assert len(silent) == 1
        assert silent[0] - down_s <= 2.0


def test_a_gateway_that_comes_back_is_ready_by_its_first_answer() -> None:
    bench = Bench()
    bench.command(ASK)
    bench.pass_s(1.2)
    bench.say(wechat_answer(order("NOTPAY"), sent_s=NOW_S + 1))
    assert bench.take() == [
        GatewaySilent("wechat", "it does not answer"),
        GatewayReady("wechat"),
        OrderWaiting(ORDER),
    ]


def test_a_silent_gateway_is_probed_until_it_answers() -> None:
    bench = Bench()
    bench.command(ASK)
    bench.pass_s(20)
    assert [each for each in bench.take() if isinstance(each, GatewaySilent)] == [
        GatewaySilent("wechat", "it does not answer")
    ]
    probes = [at for at, target in zip(bench.asked_s, bench.targets, strict=True)
              if "probe" in target]  # fmt: skip
    assert probes == [6.5, 14.5], "each has 3 s, and 5 s lie between"
    bench.pass_s(5)
    bench.say(wechat_answer({"code": "ORDER_NOT_EXIST"}, 404, sent_s=NOW_S + 25))
    assert bench.take() == [GatewayReady("wechat")]


def test_a_server_that_closes_while_nothing_is_asked_is_no_news() -> None:
    bench = Bench()
    bench.cut()
    bench.pass_s(50)
    assert bench.events == []
    assert bench.calls == 1, "nobody calls without a question"
    bench.command(ASK)
    assert bench.calls == 2
    bench.say(wechat_answer(order(), sent_s=NOW_S + 50))
    assert bench.take() == [PAID]


def test_a_gateway_that_answers_is_probed_once_a_minute() -> None:
    bench = Bench()
    bench.pass_s(59)
    assert bench.requests == []
    bench.pass_s(2)
    assert len(bench.requests) == 1


def test_a_probe_that_proves_nothing_is_not_repeated_at_once() -> None:
    bench = Bench(probed=False)
    bench.say(wechat_answer(order("NOTPAY", "somebody-else-s")))
    bench.pass_s(4.9)
    assert (len(bench.requests), bench.take()) == (1, [])
    bench.pass_s(0.2)
    assert len(bench.requests) == 2


def test_a_link_that_cannot_be_made_at_start_is_silence() -> None:
    bench = Bench(probed=False)
    bench.cut(stays=True)
    bench.pass_s(4)
    assert bench.take() == [GatewaySilent("wechat", "the connection broke")]


@pytest.mark.parametrize("cut_at", [0, 1, 20, 200, -1])
def test_an_answer_that_is_cut_off_is_asked_for_again(cut_at: int) -> None:
    bench = Bench()
    bench.command(CREATE)
    data = http(wechat_answer(CREATED))
    if cut_at:
        bench.hear(data[:cut_at])
    bench.cut()
    assert bench.targets == [NATIVE, NATIVE]
    assert bench.requests[0] == bench.requests[1], "the same order, to the letter"
    bench.say(wechat_answer(CREATED))
    assert bench.take() == [OrderCreated(ORDER, CODE)]


def test_a_connection_that_breaks_each_time_is_given_up() -> None:
    bench = Bench()
    bench.command(CREATE)
    for _ in range(ATTEMPTS_MAX):
        bench.cut()
    assert len(bench.requests) == ATTEMPTS_MAX
    assert bench.take() == [
        GatewaySilent("wechat", "the connection broke"),
        OrderUnclear(ORDER, "the connection broke"),
    ]


def test_a_slow_answer_that_comes_after_its_time_is_nobody_s() -> None:
    """A shell that keeps its links open never hangs up: the late answer is passed over."""
    bench = Bench()
    bench.command(ASK)
    bench.host.tick(1.0)
    assert bench.host.tick(1.5)
    bench.host.command(AskOrder("order-2", FEE), 1.6)
    assert bench.host.bytes_to_send() == b""
    assert not bench.host.receive(http(wechat_answer(order())), 1.7)
    assert b"order-2" in bench.host.bytes_to_send()


# HTTP that is not as it must be.


@pytest.mark.parametrize(
    "data",
    [
        b"SSH-2.0-OpenSSH_9.2\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * 20_000,
        b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n" + b"x" * (ANSWER_BYTES_MAX + 1),
        b"\x00" * 500,
    ],
)
def test_what_is_no_http_is_asked_for_again_on_another_connection(data: bytes) -> None:
    bench = Bench()
    bench.command(ASK)
    bench.hear(data)
    assert (bench.hang_ups, bench.calls) == (1, 2)
    bench.say(wechat_answer(order()))
    assert bench.take() == [PAID]


def test_an_answer_that_nobody_asked_for_is_never_taken_for_the_next_one() -> None:
    paid = http(wechat_answer(order()))
    bench = Bench()
    bench.hear(paid)
    assert bench.hang_ups == 1
    bench.command(ASK)
    bench.hear(http(wechat_answer(order("NOTPAY"))) + paid)
    assert bench.take() == [OrderWaiting(ORDER)]
    assert bench.hang_ups == 2
    bench.command(ASK)
    bench.say(wechat_answer(order("NOTPAY")))
    assert bench.take() == [OrderWaiting(ORDER)]
    assert f"strays={2 * len(paid)}" in repr(bench.host)


def test_a_server_that_says_close_is_called_anew() -> None:
    bench = Bench()
    bench.command(ASK)
    bench.say(wechat_answer(order("NOTPAY")), close=True)
    bench.command(ASK)
    assert (bench.hang_ups, bench.calls) == (1, 2)
    bench.say(wechat_answer(order()))
    assert bench.take() == [OrderWaiting(ORDER), PAID]


def test_a_page_of_somebody_in_between_is_no_answer() -> None:
    page = b"<html>Log in to the network</html>"
    bench = Bench()
    bench.command(ASK)
    for _ in range(ATTEMPTS_MAX):
        bench.hear(
            b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 34\r\n\r\n" + page
        )
    blocked, unclear = bench.take()
    assert isinstance(blocked, GatewayBlocked)
    assert blocked.code == "ANSWER_UNVERIFIED"
    assert isinstance(unclear, OrderUnclear)


# What is believed.


def test_one_bad_signature_is_asked_again_and_no_more() -> None:
    """WeChat Pay sends answers with a wrong signature on purpose, to see them refused."""
    bench = Bench()
    bench.command(ASK)
    bench.say(wechat_answer(order(), key="stranger"))
    assert bench.events == []
    bench.say(wechat_answer(order("NOTPAY")))
    assert bench.take() == [OrderWaiting(ORDER)]


def test_single_bad_signatures_never_add_up_to_a_block() -> None:
    bench = Bench()
    for _ in range(5):
        bench.command(ASK)
        bench.say(wechat_answer(order("NOTPAY"), key="stranger"))
        bench.say(wechat_answer(order("NOTPAY")))
    assert bench.take() == [OrderWaiting(ORDER)] * 5


def test_an_old_answer_replayed_is_not_believed_and_blames_the_clock() -> None:
    bench = Bench()
    bench.clock_off_s = 301
    bench.command(ASK)
    bench.say(wechat_answer(order(), sent_s=NOW_S))
    blocked, unclear = bench.take()
    assert isinstance(blocked, GatewayBlocked)
    assert "clock" in blocked.cure
    assert isinstance(unclear, OrderUnclear)


@pytest.mark.parametrize(
    "body", [order(fen=99), order(order_id="p-0a1b2c-000006"), {**order(), "mchid": "1"}]
)
def test_an_answer_of_another_order_amount_or_merchant_is_unclear(body: object) -> None:
    bench = Bench()
    bench.command(ASK)
    bench.say(wechat_answer(body))
    (event,) = bench.take()
    assert isinstance(event, OrderUnclear)


def test_absent_counts_only_when_it_is_signed() -> None:
    bench = Bench()
    bench.command(ASK)
    bench.say(wechat_answer({"code": "ORDER_NOT_EXIST"}, 404, signed=False))
    bench.command(ASK)
    bench.say(wechat_answer({"code": "ORDER_NOT_EXIST"}, 404))
    unclear, absent = bench.take()
    assert isinstance(unclear, OrderUnclear)
    assert absent == OrderAbsent(ORDER)


def test_the_platform_changes_its_key_while_we_have_both() -> None:
    keys = tuple(
        platform_key(*each)
        for each in ((PLATFORM_ID, public_pem("platform")), ("5157F09E", public_pem("old")))
    )
    bench = Bench(platform_keys=keys)
    for serial, key in (("5157F09E", "old"), (PLATFORM_ID, "platform")):
        bench.command(ASK)
        bench.say(wechat_answer(order("NOTPAY"), serial=serial, key=key))
    assert bench.take() == [OrderWaiting(ORDER)] * 2


def test_a_key_that_we_do_not_have_blocks_and_the_right_one_ends_it() -> None:
    bench = Bench()
    bench.command(ASK)
    bench.say(wechat_answer(order(), serial="0AF3"))
    blocked, unclear = bench.take()
    assert isinstance(blocked, GatewayBlocked)
    assert blocked.code == "PLATFORM_KEY_UNKNOWN"
    assert isinstance(unclear, OrderUnclear)
    bench.command(ASK)
    bench.say(wechat_answer(order()))
    assert bench.take() == [GatewayReady("wechat"), PAID]


@pytest.mark.parametrize("code", ["SIGN_ERROR", "APPID_MCHID_NOT_MATCH", "NO_AUTH"])
def test_a_refused_order_blocks_once_and_questions_do_not_end_it(code: str) -> None:
    bench = Bench()
    for _ in range(2):
        bench.command(CREATE)
        bench.say(wechat_answer({"code": code}, 401, signed=False))
    blocked, *unclear = bench.take()
    assert isinstance(blocked, GatewayBlocked)
    assert [type(each) for each in unclear] == [OrderUnclear] * 2
    bench.command(ASK)
    bench.say(wechat_answer(order("NOTPAY")))
    assert bench.take() == [OrderWaiting(ORDER)]
    bench.command(CREATE)
    bench.say(wechat_answer(CREATED))
    assert bench.take() == [GatewayReady("wechat"), OrderCreated(ORDER, CODE)]


def test_a_block_ends_by_any_answer_after_five_minutes() -> None:
    bench = Bench()
    bench.command(CREATE)
    bench.say(wechat_answer({"code": "NO_AUTH"}, 403))
    bench.take()
    for _ in range(62):
        bench.pass_s(5)
        bench.say(wechat_answer({"code": "ORDER_NOT_EXIST"}, 404, sent_s=int(NOW_S + bench.now)))
    assert bench.take() == [GatewayReady("wechat")]


# 429, 5xx.


def test_a_busy_gateway_is_left_alone_as_long_as_it_says() -> None:
    bench = Bench()
    bench.command(CREATE)
    bench.hear(b"HTTP/1.1 429 Slow Down\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n")
    bench.pass_s(0.99)
    assert bench.targets == [NATIVE]
    bench.pass_s(0.02)
    assert bench.targets == [NATIVE, NATIVE]
    bench.say(wechat_answer(CREATED, sent_s=NOW_S + 1))
    assert bench.take()[-1] == OrderCreated(ORDER, CODE)


def test_every_refusal_in_a_row_doubles_the_wait() -> None:
    bench = Bench()
    bench.command(GIVE_BACK)
    for number, wait_s in enumerate((0.5, 1.0, 2.0), 1):
        bench.hear(b"HTTP/1.1 503 Away\r\nContent-Length: 0\r\n\r\n")
        bench.pass_s(wait_s - 0.01)
        assert len(bench.requests) == number
        bench.pass_s(0.02)
        assert len(bench.requests) == number + 1
    bench.hear(b"HTTP/1.1 503 Away\r\nContent-Length: 0\r\n\r\n")
    assert RefundUnclear(ORDER, REFUND, "HTTP 503") in bench.take()


def test_an_answer_ends_the_doubling() -> None:
    away = b"HTTP/1.1 503 Away\r\nContent-Length: 0\r\n\r\n"
    bench = Bench()
    bench.command(GIVE_BACK)
    for wait_s in (0.5, 1.0):
        bench.hear(away)
        bench.pass_s(wait_s)
    bench.say(wechat_answer(MADE_BACK, sent_s=NOW_S + 1))
    bench.command(GIVE_BACK)
    asked = len(bench.requests)
    bench.hear(away)
    bench.pass_s(0.51)
    assert len(bench.requests) == asked + 1


def test_a_gateway_that_only_says_503_is_silent_within_two_seconds() -> None:
    bench = Bench()
    for _ in range(3):
        bench.command(ASK)
        if len(bench.requests) > len([e for e in bench.events if isinstance(e, OrderUnclear)]):
            bench.hear(b"HTTP/1.1 503 Away\r\nContent-Length: 0\r\n\r\n")
        bench.pass_s(0.7)
    silent = [at for at, event in zip(bench.told_s, bench.events, strict=True)
              if isinstance(event, GatewaySilent)]  # fmt: skip
    assert silent
    assert silent[0] <= 1.0


# Further steps.


def test_a_close_that_finds_the_order_paid_asks_what_came_of_it() -> None:
    bench = Bench()
    bench.command(CloseOrder(ORDER, FEE))
    bench.say(wechat_answer({"code": "ORDERPAID"}, 400, signed=False))
    assert bench.targets[-1] == QUERY
    bench.say(wechat_answer(order()))
    assert bench.take() == [PAID]


def test_a_code_of_alipay_that_nobody_scanned_is_called_back() -> None:
    bench = Bench("alipay", probed=False)
    absent = '{"code":"40004","sub_code":"ACQ.TRADE_NOT_EXIST"}'
    bench.say(alipay_answer("alipay.trade.query", absent))
    assert bench.take() == [GatewayReady("alipay")]
    bench.command(CloseOrder(ORDER, FEE))
    bench.say(alipay_answer("alipay.trade.close", absent))
    assert "alipay.trade.cancel" in bench.requests[-1][1]
    done = '{"code":"10000","out_trade_no":"p_h0a1b2c_h000007","retry_flag":"N","action":"close"}'
    bench.say(alipay_answer("alipay.trade.cancel", done))
    assert bench.take() == [OrderClosed(ORDER)]


def test_a_link_of_alipay_is_there_at_once_and_asks_nobody() -> None:
    bench = Bench("alipay", probed=False)
    asked = len(bench.requests)
    bench.command(CreateOrder(ORDER, FEE, Way.PAGE, 90))
    (event,) = bench.take()
    assert isinstance(event, OrderCreated)
    assert event.content.startswith("https://openapi.alipay.com/gateway.do?")
    assert len(bench.requests) == asked


def test_a_refund_whose_outcome_is_open_may_be_asked_after() -> None:
    bench = Bench()
    bench.command(GIVE_BACK)
    bench.pass_s(11)
    assert RefundUnclear(ORDER, REFUND, "it does not answer") in bench.take()
    bench.command(AskRefund(ORDER, REFUND, FEE))
    bench.say(wechat_answer({"code": "RESOURCE_NOT_EXISTS"}, 404, sent_s=NOW_S + 11))
    assert RefundUnclear(ORDER, REFUND, "RESOURCE_NOT_EXISTS") in bench.take()


def test_an_order_made_again_later_says_the_very_same() -> None:
    bench = Bench()
    bench.command(CREATE)
    bench.say(wechat_answer(CREATED))
    bench.pass_s(30)
    bench.command(CREATE)
    assert bench.requests[0][2] == bench.requests[1][2]


def test_the_oldest_order_is_forgotten_when_there_are_too_many() -> None:
    bench = Bench()
    bench.command(CREATE)
    bench.say(wechat_answer(CREATED))
    for number in range(ORDERS_MAX):
        bench.command(CreateOrder(f"order-{number}", FEE, Way.SCREEN, 90))
        bench.say(wechat_answer(CREATED))
    bench.pass_s(2)
    bench.command(CREATE)
    assert bench.requests[0][2] != bench.requests[-1][2]


# Notices.


def test_a_notice_is_told_once_and_a_replay_never() -> None:
    bench = Bench()
    answer = wechat_notice(order())
    notice = HearNotice(answer.headers, answer.body)
    bench.command(notice, notice)
    bench.pass_s(50)
    bench.command(notice)
    assert bench.take() == [OrderNoticed(ORDER)]
    assert "repeated=2" in repr(bench.host)


def test_a_forged_or_stale_notice_is_counted_and_nothing_else() -> None:
    bench = Bench()
    forged = wechat_notice(order(), key="stranger")
    stale = wechat_notice(order(), sent_s=NOW_S - 301)
    for answer in (forged, stale):
        bench.command(HearNotice(answer.headers, answer.body))
    assert bench.events == []
    assert "refused=2" in repr(bench.host)


def test_nothing_of_the_payer_or_a_key_is_shown() -> None:
    bench = Bench()
    bench.command(CreateOrder(ORDER, FEE, Way.PAGE, 90, payer_address="14.23.150.211"))
    bench.say(wechat_answer(order()))
    bench.command(ASK)
    bench.say(wechat_answer(order()))
    shown = repr(bench.host) + repr(bench.events)
    assert "oUpF8u" not in shown
    assert "14.23" not in shown
    assert "0123456789abcdef" not in shown


# Whatever comes in.


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_no_bytes_make_the_host_raise_or_believe(data: st.DataObject) -> None:
    bench = Bench()
    bench.command(ASK, CREATE)
    good = http(wechat_answer(order(fen=99)))
    for _ in range(4):
        piece = data.draw(st.one_of(st.binary(max_size=200), st.sampled_from((good, good[:300]))))
        bench.hear(piece)
    bench.pass_s(5)
    assert not any(isinstance(event, OrderPaid | OrderCreated) for event in bench.take())


@settings(deadline=None, max_examples=80)
@given(st.integers(min_value=0), st.integers(min_value=1, max_value=255))
def test_no_changed_byte_of_an_answer_makes_another_answer_of_it(at: int, mask: int) -> None:
    """Whatever is changed on the way: paid, as it was signed, or nothing."""
    bench = Bench()
    bench.command(ASK)
    changed = bytearray(PAID_ANSWER)
    changed[at % len(changed)] ^= mask
    bench.hear(bytes(changed))
    told = [event for event in bench.take() if not isinstance(event, GatewayBlocked)]
    assert told in ([], [PAID]) or isinstance(told[0], OrderUnclear)


PAID_ANSWER = http(wechat_answer(order()))


def test_pieces_beyond_the_bound_are_no_answer() -> None:
    chunks = b"".join(b"1\r\nx\r\n" for _ in range(EVENTS_MAX + 1))
    bench = Bench()
    bench.command(ASK)
    bench.hear(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks)
    assert bench.hang_ups == 1


def test_a_wait_that_is_doubled_has_a_longest() -> None:
    away = b"HTTP/1.1 503 Away\r\nContent-Length: 0\r\n\r\n"
    bench = Bench()
    bench.command(GIVE_BACK)
    for wait_s in (0.5, 1.0, 2.0):
        bench.hear(away)
        bench.pass_s(wait_s)
    bench.hear(away)
    bench.command(RefundOrder(ORDER, f"{REFUND}-2", FEE))
    for _ in range(2):
        asked = len(bench.requests)
        bench.pass_s(BACKOFF_S_MAX - 0.01)
        assert len(bench.requests) == asked
        bench.pass_s(0.02)
        assert len(bench.requests) == asked + 1
        bench.hear(away)
