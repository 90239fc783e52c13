"""alipay: forms typed from the documents, and what each answer means."""

import json
from dataclasses import replace
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk_hw.gateways.alipay import DEVICE, Alipay
from kiosk_hw.paycodes.messages import Doubted, Further, HttpAnswer, Reading, Stamp, Told
from kiosk_hw.ports.gateway import (
    AskOrder,
    AskRefund,
    CloseOrder,
    CreateOrder,
    OrderAbsent,
    OrderClosed,
    OrderCreated,
    OrderNotCreated,
    OrderPaid,
    OrderPaying,
    OrderRefunded,
    RefundMade,
    RefundOrder,
    RefundRefused,
    Way,
)
from kiosk_hw.ports.money import Money
from wire.gateway_keys import (
    ALIPAY_APP,
    SELLER,
    alipay_answer,
    alipay_merchant,
    alipay_notice,
    signature,
)

ORDER = "p-0a1b2c-000007"
NAME = "p_h0a1b2c_h000007"
REFUND = "r-0a1b2c-000008"
FEE = Money(8888, "CNY")
# 2015-02-01 17:30:47 in Beijing; the order was first asked for ten seconds earlier.
STAMP = Stamp(1_422_783_047.0, "unused", 1_422_783_037.0)
NOW_S = 1_422_783_047.0

CODE = CreateOrder(ORDER, FEE, Way.SCREEN, 90)
LINK = CreateOrder(ORDER, FEE, Way.PAGE, 90)
ASK = AskOrder(ORDER, FEE)
CLOSE = CloseOrder(ORDER, FEE)
CLOSE_LINK = CloseOrder(ORDER, FEE, Way.PAGE)
GIVE_BACK = RefundOrder(ORDER, REFUND, FEE)
ASK_REFUND = AskRefund(ORDER, REFUND, FEE)

PRECREATE = "alipay.trade.precreate"
QUERY = "alipay.trade.query"
SHUT = "alipay.trade.close"
CANCEL = "alipay.trade.cancel"
RETURN = "alipay.trade.refund"
ASK_RETURN = "alipay.trade.fastpay.refund.query"

MADE = (
    '"out_trade_no":"p_h0a1b2c_h000007","total_amount":"88.88","subject":"停车费 Parking",'
    '"time_expire":"2015-02-01 17:32:07"'
)
GOLDEN = [
    (CODE, PRECREATE, "{" + MADE + "}"),
    (ASK, QUERY, '{"out_trade_no":"p_h0a1b2c_h000007"}'),
    (CLOSE, SHUT, '{"out_trade_no":"p_h0a1b2c_h000007"}'),
    (
        GIVE_BACK,
        RETURN,
        '{"out_trade_no":"p_h0a1b2c_h000007","refund_amount":"88.88",'
        '"out_request_no":"r_h0a1b2c_h000008"}',
    ),
    (
        ASK_REFUND,
        ASK_RETURN,
        '{"out_trade_no":"p_h0a1b2c_h000007","out_request_no":"r_h0a1b2c_h000008"}',
    ),
]


def codec(**changed: object) -> Alipay:
    return Alipay(alipay_merchant(**changed))


def signed_line(method: str, content: str, more: str = "") -> str:
    """02kf5q: every parameter sorted by name, as it is before any encoding."""
    return (
        f"app_id=2014072300007148&biz_content={content}&charset=utf-8&format=JSON"
        f"&method={method}{more}&sign_type=RSA2&timestamp=2015-02-01 17:30:47&version=1.0"
    )


@pytest.mark.parametrize(("command", "method", "content"), GOLDEN)
def test_every_request_is_the_golden_form(command: object, method: str, content: str) -> None:
    pay = codec()
    assert pay.first_step(command) == method  # type: ignore[arg-type]
    assert pay.at_once(command, STAMP) == ()  # type: ignore[arg-type]
    request = pay.request(method, command, STAMP)  # type: ignore[arg-type]
    path, _, query = request.target.partition("?")
    assert (request.method, path) == ("POST", "/gateway.do")
    assert dict(parse_qsl(request.body.decode())) == {"biz_content": content}
    assert request.headers == (("Content-Type", "application/x-www-form-urlencoded;charset=utf-8"),)
    assert dict(parse_qsl(query)) == {
        "app_id": "2014072300007148",
        "method": method,
        "format": "JSON",
        "charset": "utf-8",
        "sign_type": "RSA2",
        "sign": signature("merchant", signed_line(method, content).encode()),
        "timestamp": "2015-02-01 17:30:47",
        "version": "1.0",
    }


def test_the_steps_behind_the_first_are_golden_too() -> None:
    pay = codec()
    cancel = dict(parse_qsl(pay.request(CANCEL, CLOSE, STAMP).body.decode()))
    assert cancel["biz_content"] == '{"out_trade_no":"p_h0a1b2c_h000007"}'
    ask = dict(parse_qsl(pay.request(ASK_RETURN, GIVE_BACK, STAMP).body.decode()))
    assert ask["biz_content"] == GOLDEN[-1][2]
    for step in (PRECREATE, RETURN):
        with pytest.raises(ValueError, match="no step"):
            pay.request(step, ASK, STAMP)


def test_a_wap_link_is_signed_here_and_asks_nobody() -> None:
    command = replace(LINK, return_url="https://p.example/l/x?y=1")
    (made,) = codec(notify_url="https://p.example/n/alipay").at_once(command, STAMP)
    assert isinstance(made, OrderCreated)
    assert made.order_id == ORDER
    parts = urlsplit(made.content)
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == "https://openapi.alipay.com/gateway.do"
    content = "{" + MADE + ',"product_code":"QUICK_WAP_WAY"}'
    line = (
        f"app_id=2014072300007148&biz_content={content}&charset=utf-8&format=JSON"
        "&method=alipay.trade.wap.pay&notify_url=https://p.example/n/alipay"
        "&return_url=https://p.example/l/x?y=1&sign_type=RSA2"
        "&timestamp=2015-02-01 17:30:47&version=1.0"
    )
    told = dict(parse_qsl(parts.query))
    assert told["sign"] == signature("merchant", line.encode())
    assert told["biz_content"] == content
    assert made.content.isascii()
    assert " " not in made.content


def node(code: str = "10000", **more: str) -> str:
    return json.dumps({"code": code, "msg": "x", **more}, ensure_ascii=False)


def paid(status: str = "TRADE_SUCCESS", **more: str) -> str:
    told = {
        "out_trade_no": NAME,
        "trade_no": "2013112011001004330000121536",
        "trade_status": status,
        "total_amount": "88.88",
        "buyer_logon_id": "159****5620",
        "buyer_user_id": "2088101117955611",
        "send_pay_date": "2014-11-27 15:45:57",
    }
    return node(**{**told, **more})


def failed(sub_code: str, code: str = "40004") -> str:
    return node(code, sub_code=sub_code, sub_msg="这里不显示")


def told(event: object) -> Reading:
    return Told((event,))  # type: ignore[arg-type]


MEANINGS = [
    (PRECREATE, CODE, node(out_trade_no=NAME, qr_code="https://qr.alipay.com/bavh4wjlxf12tper3a"),
     told(OrderCreated(ORDER, "https://qr.alipay.com/bavh4wjlxf12tper3a"))),
    (PRECREATE, CODE, failed("ACQ.TRADE_HAS_SUCCESS"), Further(QUERY)),
    (PRECREATE, CODE, failed("ACQ.TRADE_HAS_CLOSE"), told(OrderClosed(ORDER))),
    (PRECREATE, CODE, failed("ACQ.TOTAL_FEE_EXCEED"),
     told(OrderNotCreated(ORDER, "ACQ.TOTAL_FEE_EXCEED"))),
    (QUERY, ASK, paid(), told(OrderPaid(ORDER, FEE, "2013112011001004330000121536"))),
    (QUERY, ASK, paid("TRADE_FINISHED"),
     told(OrderPaid(ORDER, FEE, "2013112011001004330000121536"))),
    (QUERY, CLOSE, paid(), told(OrderPaid(ORDER, FEE, "2013112011001004330000121536"))),
    (QUERY, ASK, paid("WAIT_BUYER_PAY", send_pay_date=""), told(OrderPaying(ORDER))),
    (QUERY, ASK, paid("TRADE_CLOSED", send_pay_date=""), told(OrderClosed(ORDER))),
    (QUERY, ASK, paid("TRADE_CLOSED"), told(OrderRefunded(ORDER))),
    (QUERY, ASK, failed("ACQ.TRADE_NOT_EXIST"), told(OrderAbsent(ORDER))),
    (SHUT, CLOSE, node(out_trade_no=NAME), told(OrderClosed(ORDER))),
    (SHUT, CLOSE, failed("ACQ.TRADE_NOT_EXIST"), Further(CANCEL)),
    (SHUT, CLOSE_LINK, failed("ACQ.TRADE_NOT_EXIST"), told(OrderAbsent(ORDER))),
    (SHUT, CLOSE, failed("ACQ.TRADE_STATUS_ERROR"), Further(QUERY)),
    (SHUT, CLOSE, failed("ACQ.REASON_TRADE_STATUS_INVALID"), Further(QUERY)),
    (CANCEL, CLOSE, node(out_trade_no=NAME, retry_flag="N", action="close"),
     told(OrderClosed(ORDER))),
    (CANCEL, CLOSE, node(out_trade_no=NAME, retry_flag="N", action="refund"),
     told(OrderRefunded(ORDER))),
    (CANCEL, CLOSE, node(out_trade_no=NAME, retry_flag="N"), told(OrderAbsent(ORDER))),
    (CANCEL, CLOSE, failed("ACQ.TRADE_HAS_FINISHED"), Further(QUERY)),
    (RETURN, GIVE_BACK, node(out_trade_no=NAME, fund_change="Y", refund_fee="88.88"),
     told(RefundMade(ORDER, REFUND))),
    (RETURN, GIVE_BACK, node(out_trade_no=NAME, fund_change="N", refund_fee="88.88"),
     Further(ASK_RETURN)),
    (RETURN, GIVE_BACK, failed("ACQ.SELLER_BALANCE_NOT_ENOUGH"),
     told(RefundRefused(ORDER, REFUND, "ACQ.SELLER_BALANCE_NOT_ENOUGH"))),
    (ASK_RETURN, ASK_REFUND,
     node(out_trade_no=NAME, out_request_no="r_h0a1b2c_h000008", refund_amount="88.88",
          refund_status="REFUND_SUCCESS"),
     told(RefundMade(ORDER, REFUND))),
]  # fmt: skip


def read(step: str, command: object, answer: HttpAnswer) -> Reading:
    return codec().read(step, command, answer, NOW_S)  # type: ignore[arg-type]


@pytest.mark.parametrize(("step", "command", "body", "meaning"), MEANINGS)
def test_a_signed_answer_means(step: str, command: object, body: str, meaning: Reading) -> None:
    assert read(step, command, alipay_answer(step, body)) == meaning
    assert "20881011" not in repr(meaning)


@pytest.mark.parametrize(("step", "command", "body", "meaning"), MEANINGS)
def test_nothing_follows_from_the_same_answer_without_its_signature(
    step: str, command: object, body: str, meaning: Reading
) -> None:
    for answer in (
        alipay_answer(step, body, sign=False),
        alipay_answer(step, body, key="stranger"),
        alipay_answer("alipay.trade.pay", body),
        replace(alipay_answer(step, body), status=302),
    ):
        reading = read(step, command, answer)
        assert isinstance(reading, Doubted)
        assert reading.unverified


def test_an_answer_of_either_key_counts_while_alipay_changes_it() -> None:
    from kiosk_hw.paycodes.rsa_keys import platform_key
    from wire.gateway_keys import public_pem

    keys = tuple(platform_key("", public_pem(name)) for name in ("platform", "old"))
    pay = codec(platform_keys=keys)
    for name in ("platform", "old"):
        answer = alipay_answer(QUERY, paid(), key=name)
        assert isinstance(pay.read(QUERY, ASK, answer, NOW_S), Told)


DOUBTFUL = [
    (QUERY, ASK, paid(out_trade_no=NAME + "9")),
    (QUERY, ASK, paid(total_amount="88.87")),
    (QUERY, ASK, paid(total_amount="88.880")),
    (QUERY, ASK, paid(pay_currency="USD")),
    (QUERY, ASK, paid(trans_currency="HKD")),
    (QUERY, ASK, paid("PAID")),
    (QUERY, ASK, paid(trade_no="")),
    (PRECREATE, CODE, node(out_trade_no=NAME, qr_code="javascript:alert(1)")),
    (PRECREATE, CODE, node(out_trade_no="another", qr_code="https://qr.alipay.com/b")),
    (PRECREATE, CODE, failed("ACQ.CONTEXT_INCONSISTENT")),
    (CANCEL, CLOSE, node(out_trade_no=NAME, action="unheard")),
    (RETURN, GIVE_BACK, node(out_trade_no=NAME, fund_change="Y", refund_fee="1.00")),
    (ASK_RETURN, ASK_REFUND, node(out_trade_no=NAME)),
    (ASK_RETURN, ASK_REFUND, failed("ACQ.TRADE_NOT_EXIST")),
    (ASK_RETURN, GIVE_BACK, node(out_trade_no=NAME)),
    (ASK_RETURN, ASK_REFUND,
     node(out_trade_no=NAME, out_request_no="other", refund_amount="88.88",
          refund_status="REFUND_SUCCESS")),
]  # fmt: skip


@pytest.mark.parametrize(("step", "command", "body"), DOUBTFUL)
def test_what_is_not_ours_or_not_done_proves_nothing(step: str, command: object, body: str) -> None:
    reading = read(step, command, alipay_answer(step, body))
    assert isinstance(reading, Doubted)
    assert not reading.unverified
    assert reading.wait_s == 0


@pytest.mark.parametrize(
    "body",
    [
        failed("isp.unknow-error", "20000"),
        failed("", "40005"),
        failed("ACQ.SYSTEM_ERROR"),
        failed("isp.service-timeout", "40004"),
    ],
)
def test_a_busy_gateway_is_left_alone_for_a_while(body: str) -> None:
    for step, command in ((QUERY, ASK), (RETURN, GIVE_BACK), (PRECREATE, CODE)):
        reading = read(step, command, alipay_answer(step, body))
        assert isinstance(reading, Doubted)
        assert reading.wait_s > 0
    again = node(out_trade_no=NAME, retry_flag="Y", action="close")
    reading = read(CANCEL, CLOSE, alipay_answer(CANCEL, again))
    assert isinstance(reading, Doubted)
    assert reading.wait_s > 0
    for status in (429, 500, 502):
        reading = read(QUERY, ASK, replace(alipay_answer(QUERY, paid()), status=status))
        assert isinstance(reading, Doubted)
        assert reading.wait_s > 0


@pytest.mark.parametrize("sign", [True, False])
@pytest.mark.parametrize(
    ("sub_code", "word"),
    [
        ("isv.invalid-signature", "key_file"),
        ("isv.invalid-app-id", "app_id"),
        ("isv.invalid-timestamp", "clock"),
        ("isv.insufficient-isv-permissions", "sign up"),
        ("isv.something-new", "look"),
    ],
)
def test_what_a_technician_can_cure_is_named(sub_code: str, word: str, sign: bool) -> None:
    answer = alipay_answer("error_response", failed(sub_code, "40002"), sign=sign)
    reading = read(QUERY, ASK, answer)
    assert isinstance(reading, Doubted)
    assert reading.trouble is not None
    assert reading.trouble.code == sub_code
    assert word in reading.trouble.cure


def test_who_may_not_cancel_is_not_stopped_by_it() -> None:
    reading = read(CANCEL, CLOSE, alipay_answer(CANCEL, failed("ACQ.ACCESS_FORBIDDEN")))
    assert isinstance(reading, Doubted)
    assert reading.trouble is None


# 02ivbu, the example of a notification; the buyer is in it, and never in what is told.
NOTICE = {
    "notify_time": "2015-02-01 17:30:40",
    "notify_type": "trade_status_sync",
    "notify_id": "ac05099524730693a8b330c5ecf72da9786",
    "app_id": ALIPAY_APP,
    "charset": "utf-8",
    "version": "1.0",
    "trade_no": "2013112011001004330000121536",
    "out_trade_no": NAME,
    "buyer_id": "2088102122524333",
    "buyer_logon_id": "15901825620",
    "seller_id": SELLER,
    "trade_status": "TRADE_SUCCESS",
    "total_amount": "88.88",
    "subject": "停车费 Parking",
    "fund_bill_list": '[{"amount":"88.88","fundChannel":"ALIPAYACCOUNT"}]',
}


def test_a_notice_that_verifies_names_its_order_and_nobody_else() -> None:
    notice = codec().notice((), alipay_notice(NOTICE), NOW_S)
    assert notice is not None
    assert (notice.order_id, notice.ids) == (ORDER, ("ac05099524730693a8b330c5ecf72da9786",))
    assert "2088102122524333" not in repr(notice)


@pytest.mark.parametrize(
    ("body", "wall_s"),
    [
        (alipay_notice(NOTICE, key="stranger"), NOW_S),
        (alipay_notice(NOTICE).replace(b"88.88", b"88.89"), NOW_S),
        (alipay_notice(NOTICE), NOW_S + 301),
        (alipay_notice(NOTICE), NOW_S - 310),
        (alipay_notice({**NOTICE, "app_id": "2014072300007149"}), NOW_S),
        (alipay_notice({**NOTICE, "seller_id": "2088102146225136"}), NOW_S),
        (alipay_notice({**NOTICE, "out_trade_no": "somebody-else-s"}), NOW_S),
        (alipay_notice({**NOTICE, "notify_time": "today"}), NOW_S),
        (alipay_notice(NOTICE) + b"&app_id=1", NOW_S),
        (alipay_notice(NOTICE).replace(b"RSA2", b"RSA"), NOW_S),
        (b"", NOW_S),
        (b"%", NOW_S),
    ],
)
def test_a_notice_that_is_forged_stale_or_not_ours_is_none(body: bytes, wall_s: float) -> None:
    assert codec().notice((), body, wall_s) is None


def test_the_declaration_says_where_and_who() -> None:
    assert (DEVICE.url, DEVICE.currency) == ("https://openapi.alipay.com/gateway.do", "CNY")
    assert repr(codec()) == "<Alipay app_id=2014072300007148 seller=2088102146225135>"


@settings(deadline=None, max_examples=150)
@given(st.sampled_from([*MEANINGS, *DOUBTFUL]), st.data())
def test_no_signed_answer_makes_the_codec_raise(
    row: tuple[object, ...], data: st.DataObject
) -> None:
    step, command, body = str(row[0]), row[1], json.loads(str(row[2]))
    body[data.draw(st.sampled_from([*body, "sub_code"]))] = data.draw(
        st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.just({}) | st.just([])
    )
    reading = read(step, command, alipay_answer(step, json.dumps(body)))
    assert isinstance(reading, Told | Doubted | Further)


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_no_bytes_make_the_codec_raise(body: bytes) -> None:
    assert isinstance(read(QUERY, ASK, HttpAnswer(200, (), body)), Doubted)
    assert codec().notice((), body, NOW_S) is None
