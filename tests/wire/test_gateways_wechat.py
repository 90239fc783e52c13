"""wechat_pay_v3: requests typed from the documents, and what each answer means."""

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk_hw.gateways.wechat_pay_v3 import DEVICE, WechatPay
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
    OrderWaiting,
    RefundMade,
    RefundOrder,
    RefundPending,
    RefundRefused,
    Way,
)
from kiosk_hw.ports.money import Money
from wire.gateway_keys import (
    API_V3_KEY,
    APPID,
    MCHID,
    NOW_S,
    PLATFORM_ID,
    signature,
    wechat_answer,
    wechat_merchant,
    wechat_notice,
)

ORDER = "1217752501201407033233368018"
REFUND = "1217752501201407033233368018_r"
FEE = Money(100, "CNY")
STAMP = Stamp(1554208460.0, "593BEC0C930BF1AFEB40B4A08C8FB242", 1528425296.0 - 600)

NATIVE = CreateOrder(ORDER, FEE, Way.SCREEN, 600)
H5 = CreateOrder(ORDER, FEE, Way.PAGE, 600, payer_address="14.23.150.211")
ASK = AskOrder(ORDER, FEE)
CLOSE = CloseOrder(ORDER, FEE)
GIVE_BACK = RefundOrder(ORDER, REFUND, FEE)
ASK_REFUND = AskRefund(ORDER, REFUND, FEE)

OUR_ORDER = (
    '"appid":"wxd678efh567hg6787","mchid":"1900000109","description":"停车费 Parking",'
    '"out_trade_no":"1217752501201407033233368018","time_expire":"2018-06-08T10:34:56+08:00",'
    '"notify_url":"https://kiosk.invalid/notice","amount":{"total":100,"currency":"CNY"}'
)
GOLDEN = [
    (NATIVE, "native", "POST", "/v3/pay/transactions/native", "{" + OUR_ORDER + "}"),
    (
        H5,
        "h5",
        "POST",
        "/v3/pay/transactions/h5",
        "{" + OUR_ORDER + ',"scene_info":{"payer_client_ip":"14.23.150.211",'
        '"h5_info":{"type":"Wap"}}}',
    ),
    (
        ASK,
        "query",
        "GET",
        "/v3/pay/transactions/out-trade-no/1217752501201407033233368018?mchid=1900000109",
        "",
    ),
    (
        CLOSE,
        "close",
        "POST",
        "/v3/pay/transactions/out-trade-no/1217752501201407033233368018/close",
        '{"mchid":"1900000109"}',
    ),
    (
        GIVE_BACK,
        "refund",
        "POST",
        "/v3/refund/domestic/refunds",
        '{"out_trade_no":"1217752501201407033233368018",'
        '"out_refund_no":"1217752501201407033233368018_r",'
        '"amount":{"refund":100,"total":100,"currency":"CNY"}}',
    ),
    (
        ASK_REFUND,
        "query refund",
        "GET",
        "/v3/refund/domestic/refunds/1217752501201407033233368018_r",
        "",
    ),
]


def codec(**changed: object) -> WechatPay:
    return WechatPay(wechat_merchant(**changed))


def read(step: str, command: object, answer: HttpAnswer) -> Reading:
    return codec().read(step, command, answer, NOW_S)  # type: ignore[arg-type]


@pytest.mark.parametrize(("command", "step", "method", "target", "body"), GOLDEN)
def test_every_request_is_the_golden_one(
    command: object, step: str, method: str, target: str, body: str
) -> None:
    pay = codec()
    assert pay.first_step(command) == step  # type: ignore[arg-type]
    assert pay.at_once(command, STAMP) == ()  # type: ignore[arg-type]
    request = pay.request(step, command, STAMP)  # type: ignore[arg-type]
    assert (request.method, request.target) == (method, target)
    assert request.body.decode() == body
    signed = f"{method}\n{target}\n1554208460\n593BEC0C930BF1AFEB40B4A08C8FB242\n{body}\n"
    headers = dict(request.headers)
    assert headers.pop("Authorization") == (
        'WECHATPAY2-SHA256-RSA2048 mchid="1900000109",'
        'nonce_str="593BEC0C930BF1AFEB40B4A08C8FB242",'
        f'signature="{signature("merchant", signed.encode())}",'
        'timestamp="1554208460",serial_no="7132D72A03E93CDDF8C03BBD1F37EEDF8B6D5B3B"'
    )
    with_body = {"Content-Type": "application/json"} if body else {}
    assert headers == {
        "Accept": "application/json",
        "User-Agent": "kiosk",
        "Wechatpay-Serial": PLATFORM_ID,
        **with_body,
    }


def test_where_somebody_listens_the_order_says_where() -> None:
    request = codec(notify_url="https://pay.example/n/wechat").request("native", NATIVE, STAMP)
    assert b'"notify_url":"https://pay.example/n/wechat"' in request.body


def test_an_order_for_less_than_a_minute_is_asked_for_a_little_longer() -> None:
    short = codec().request("native", replace(NATIVE, expires_s=5), STAMP)
    assert b'"time_expire":"2018-06-08T10:26:01+08:00"' in short.body


def test_no_request_speaks_of_a_step_that_its_command_has_not() -> None:
    for step, command in (("native", ASK), ("refund", ASK), ("query refund", CLOSE)):
        with pytest.raises(ValueError, match="no step"):
            codec().request(step, command, STAMP)


# 4012791879, the example of an answer; the payer is in it, and never in what is told.
PAID: dict[str, object] = {
    "amount": {"currency": "CNY", "payer_currency": "CNY", "payer_total": 100, "total": 100},
    "appid": APPID,
    "attach": "",
    "bank_type": "OTHERS",
    "mchid": MCHID,
    "out_trade_no": ORDER,
    "payer": {"openid": "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"},
    "promotion_detail": [],
    "success_time": "2020-12-14T17:36:51+08:00",
    "trade_state": "SUCCESS",
    "trade_state_desc": "支付成功",
    "trade_type": "NATIVE",
    "transaction_id": "4200000891202103228088184743",
}
PAID_EVENT = OrderPaid(ORDER, FEE, "4200000891202103228088184743")


def unpaid(state: str) -> dict[str, object]:
    told = {**PAID, "trade_state": state}
    for name in ("amount", "payer", "transaction_id", "success_time"):
        del told[name]
    return told


GIVEN_BACK: dict[str, object] = {
    "amount": {
        "currency": "CNY",
        "payer_refund": 100,
        "payer_total": 100,
        "refund": 100,
        "total": 100,
    },
    "channel": "ORIGINAL",
    "out_refund_no": REFUND,
    "out_trade_no": ORDER,
    "refund_id": "50000000382019052709732678859",
    "status": "SUCCESS",
    "user_received_account": "招商银行信用卡0403",
}

MEANINGS = [
    ("native", NATIVE, {"code_url": "weixin://wxpay/bizpayurl?pr=JyC91EIz1"},
     Told((OrderCreated(ORDER, "weixin://wxpay/bizpayurl?pr=JyC91EIz1"),))),
    ("h5", H5, {"h5_url": "https://wx.tenpay.com/cgi-bin/mmpayweb-bin/checkmweb?prepay_id=wx1"},
     Told((OrderCreated(
         ORDER, "https://wx.tenpay.com/cgi-bin/mmpayweb-bin/checkmweb?prepay_id=wx1"),))),
    ("h5", replace(H5, return_url="https://p.example/l/a?b"), {"h5_url": "https://wx.tenpay.com/c"},
     Told((OrderCreated(
         ORDER, "https://wx.tenpay.com/c?redirect_url=https%3A%2F%2Fp.example%2Fl%2Fa%3Fb"),))),
    ("query", ASK, PAID, Told((PAID_EVENT,))),
    ("query", NATIVE, PAID, Told((PAID_EVENT,))),
    ("query", CLOSE, PAID, Told((PAID_EVENT,))),
    ("query", ASK, unpaid("NOTPAY"), Told((OrderWaiting(ORDER),))),
    ("query", ASK, unpaid("PAYERROR"), Told((OrderWaiting(ORDER),))),
    ("query", ASK, unpaid("USERPAYING"), Told((OrderPaying(ORDER),))),
    ("query", ASK, unpaid("CLOSED"), Told((OrderClosed(ORDER),))),
    ("query", ASK, unpaid("REVOKED"), Told((OrderClosed(ORDER),))),
    ("query", ASK, {**PAID, "trade_state": "REFUND"}, Told((OrderRefunded(ORDER),))),
    ("refund", GIVE_BACK, GIVEN_BACK, Told((RefundMade(ORDER, REFUND),))),
    ("refund", GIVE_BACK, {**GIVEN_BACK, "status": "PROCESSING"},
     Told((RefundPending(ORDER, REFUND),))),
    ("query refund", ASK_REFUND, {**GIVEN_BACK, "status": "CLOSED"},
     Told((RefundRefused(ORDER, REFUND, "CLOSED"),))),
    ("query refund", ASK_REFUND, {**GIVEN_BACK, "status": "ABNORMAL"},
     Told((RefundRefused(ORDER, REFUND, "ABNORMAL"),))),
]  # fmt: skip


@pytest.mark.parametrize(("step", "command", "body", "meaning"), MEANINGS)
def test_a_signed_answer_means(step: str, command: object, body: object, meaning: Reading) -> None:
    assert read(step, command, wechat_answer(body)) == meaning
    assert "oUpF8uMuAJO" not in repr(meaning)


@pytest.mark.parametrize(("step", "command", "body", "meaning"), MEANINGS)
def test_nothing_follows_from_the_same_answer_without_its_signature(
    step: str, command: object, body: object, meaning: Reading
) -> None:
    for answer in (
        wechat_answer(body, signed=False),
        wechat_answer(body, key="stranger"),
        wechat_answer(body, sent_s=NOW_S - 301),
        wechat_answer(body, serial="0123456789"),
    ):
        reading = read(step, command, answer)
        assert isinstance(reading, Doubted)
        assert reading.unverified
        assert not reading.admitted


def test_a_closed_order_is_closed_by_a_signed_204_alone() -> None:
    assert read("close", CLOSE, wechat_answer(status=204)) == Told((OrderClosed(ORDER),))
    assert isinstance(read("close", CLOSE, wechat_answer(status=204, signed=False)), Doubted)
    assert read("close", CLOSE, wechat_answer(status=202)) == Further("query")


FOREIGN = [
    {"mchid": "1900000110"},
    {"appid": "wxd678efh567hg6788"},
    {"out_trade_no": ORDER + "9"},
    {"amount": {"currency": "CNY", "total": 99}},
    {"amount": {"currency": "USD", "total": 100}},
    {"amount": {"currency": "CNY", "total": 100.0}},
    {"amount": {"currency": "CNY", "total": True}},
    {"amount": {"currency": "CNY"}},
    {"amount": None},
    {"transaction_id": ""},
    {"trade_state": "success"},
    {"trade_state": "<script>"},
    {"trade_state": 1},
]


@pytest.mark.parametrize("changed", FOREIGN)
def test_money_that_is_not_ours_is_never_paid(changed: dict[str, object]) -> None:
    reading = read("query", ASK, wechat_answer({**PAID, **changed}))
    assert isinstance(reading, Doubted)
    assert "<" not in reading.why


@pytest.mark.parametrize(
    "changed",
    [
        {"out_refund_no": "another"},
        {"out_trade_no": "another"},
        {"status": "DONE"},
        {"amount": {"currency": "CNY", "total": 100, "refund": 99}},
        {"amount": {"currency": "CNY", "total": 99, "refund": 100}},
    ],
)
def test_another_refund_is_none_of_ours(changed: dict[str, object]) -> None:
    answer = wechat_answer({**GIVEN_BACK, **changed})
    assert isinstance(read("refund", GIVE_BACK, answer), Doubted)


@pytest.mark.parametrize(
    "link", ["", "http://pay.example/a", "javascript:alert(1)", "weixin://a b"]
)
def test_a_link_of_another_kind_is_none(link: str) -> None:
    assert isinstance(read("native", NATIVE, wechat_answer({"code_url": link})), Doubted)
    assert isinstance(read("h5", H5, wechat_answer({"h5_url": link})), Doubted)


REFUSALS = [
    # step, command, status, code, signed, unsigned: what it means with and without a signature
    ("query", ASK, 404, "ORDER_NOT_EXIST", Told((OrderAbsent(ORDER),)), "admitted"),
    ("query", ASK, 404, "RESOURCE_NOT_EXISTS", Told((OrderAbsent(ORDER),)), "admitted"),
    ("native", NATIVE, 400, "ORDER_CLOSED", Told((OrderClosed(ORDER),)), "admitted"),
    ("native", NATIVE, 403, "OUT_TRADE_NO_USED", "admitted", "admitted"),
    ("native", NATIVE, 400, "ORDERPAID", Further("query"), Further("query")),
    ("native", NATIVE, 400, "PARAM_ERROR", Told((OrderNotCreated(ORDER, "PARAM_ERROR"),)),
     "doubted"),
    ("native", NATIVE, 403, "TRADE_ERROR", Told((OrderNotCreated(ORDER, "TRADE_ERROR"),)),
     "admitted"),
    ("query", NATIVE, 404, "ORDER_NOT_EXIST", Told((OrderAbsent(ORDER),)), "admitted"),
    ("close", CLOSE, 400, "ORDER_CLOSED", Told((OrderClosed(ORDER),)), "admitted"),
    ("close", CLOSE, 400, "ORDERPAID", Further("query"), Further("query")),
    ("close", CLOSE, 403, "TRADE_ERROR", Further("query"), Further("query")),
    ("close", CLOSE, 404, "ORDER_NOT_EXIST", Told((OrderAbsent(ORDER),)), "admitted"),
    ("refund", GIVE_BACK, 403, "NOT_ENOUGH", Told((RefundRefused(ORDER, REFUND, "NOT_ENOUGH"),)),
     "doubted"),
    ("query refund", ASK_REFUND, 404, "RESOURCE_NOT_EXISTS", "admitted", "admitted"),
]  # fmt: skip


@pytest.mark.parametrize(("step", "command", "status", "code", "signed", "unsigned"), REFUSALS)
def test_a_refusal_ends_something_only_when_it_is_signed(
    step: str, command: object, status: int, code: str, signed: object, unsigned: object
) -> None:
    body = {"code": code, "message": "这里不显示"}
    for expected, answer in (
        (signed, wechat_answer(body, status)),
        (unsigned, wechat_answer(body, status, signed=False)),
    ):
        reading = read(step, command, answer)
        if isinstance(expected, str):
            assert isinstance(reading, Doubted)
            assert reading.admitted is (expected == "admitted")
            assert reading.trouble is None
            assert reading.why.startswith(code)
        else:
            assert reading == expected


@pytest.mark.parametrize(
    ("status", "code", "word"),
    [
        (401, "SIGN_ERROR", "clock"),
        (400, "APPID_MCHID_NOT_MATCH", "app_id"),
        (400, "MCH_NOT_EXISTS", "merchant_id"),
        (403, "NO_AUTH", "apply"),
        (403, "ACCOUNT_ERROR", "locked"),
        (400, "PARAM_ERROR", "clock"),
        (401, "INVALID_REQUEST", "clock"),
    ],
)
def test_what_a_technician_can_cure_is_named(status: int, code: str, word: str) -> None:
    reading = read("query", ASK, wechat_answer({"code": code}, status, signed=False))
    assert isinstance(reading, Doubted)
    assert reading.trouble is not None
    assert reading.trouble.code == code
    assert word in reading.trouble.cure


def test_a_clock_that_is_off_and_a_key_that_is_missing_are_named() -> None:
    for status in (200, 404):
        stale = read("query", ASK, wechat_answer(PAID, status, sent_s=NOW_S + 400))
        foreign = read("query", ASK, wechat_answer(PAID, status, serial="77"))
        assert isinstance(stale, Doubted)
        assert isinstance(foreign, Doubted)
        assert stale.trouble is not None
        assert foreign.trouble is not None
        assert (stale.trouble.code, foreign.trouble.code) == ("CLOCK_OFF", "PLATFORM_KEY_UNKNOWN")


@pytest.mark.parametrize(
    ("status", "body", "header", "wait_s"),
    [
        (429, {"code": "RATELIMIT_EXCEEDED"}, "", 0.5),
        (429, b"", "2", 2.0),
        (429, b"", "86400", 5.0),
        (503, b"<html>", "Wed, 21 Oct 2026 07:28:00 GMT", 0.5),
        (500, {"code": "SYSTEM_ERROR"}, "", 0.5),
        (400, {"code": "SYSTEM_ERROR"}, "", 0.5),
        (403, {"code": "FREQUENCY_LIMITED"}, "1", 1.0),
        (403, {"code": "RULE_LIMIT"}, "", 0.5),
    ],
)
def test_a_busy_gateway_is_left_alone_for_a_while(
    status: int, body: object, header: str, wait_s: float
) -> None:
    answer = wechat_answer(body, status, signed=False)
    if header:
        answer = replace(answer, headers=(("Retry-After", header),))
    reading = read("query", ASK, answer)
    assert isinstance(reading, Doubted)
    assert reading.wait_s == wait_s
    assert not reading.unverified


@pytest.mark.parametrize(
    "body", [b"<html>404</html>", b"", b"[]", b'{"code":"a b"}', b'{"code":7}']
)
def test_what_no_gateway_says_proves_no_gateway(body: bytes) -> None:
    reading = read("query", ASK, wechat_answer(body, 404, signed=False))
    assert isinstance(reading, Doubted)
    assert reading.unverified
    assert reading.trouble is None


NOTICE: dict[str, object] = {key: value for key, value in PAID.items() if key != "attach"}


def heard(answer: HttpAnswer, wall_s: float = NOW_S) -> object:
    return codec().notice(answer.headers, answer.body, wall_s)


def test_a_notice_that_verifies_names_its_order_and_nobody_else() -> None:
    notice = codec().notice(*_parts(wechat_notice(NOTICE)), NOW_S)
    assert notice is not None
    assert notice.order_id == ORDER
    assert notice.ids == ("EV-2018022511223320873", "d824f2e086d3c1df967785d13fcd22ef")
    assert "oUpF8u" not in repr(notice)


def _parts(answer: HttpAnswer) -> tuple[tuple[tuple[str, str], ...], bytes]:
    return answer.headers, answer.body


@pytest.mark.parametrize(
    "answer",
    [
        wechat_notice(NOTICE, key="stranger"),
        wechat_notice(NOTICE, signed=False),
        wechat_notice(NOTICE, sent_s=NOW_S - 301),
        wechat_notice(NOTICE, sent_s=NOW_S + 301),
        wechat_notice(NOTICE, event_type="MARKETING.COUPON"),
        wechat_notice({**NOTICE, "mchid": "1900000110"}),
        wechat_notice({**NOTICE, "appid": "another"}),
        wechat_notice({**NOTICE, "out_trade_no": "../../etc"}),
        wechat_notice({}),
        wechat_answer(b"[]"),
        wechat_answer({"event_type": "TRANSACTION.SUCCESS"}),
    ],
)
def test_a_notice_that_is_forged_stale_or_not_ours_is_none(answer: HttpAnswer) -> None:
    assert heard(answer) is None


def test_a_notice_of_another_api_v3_key_is_none() -> None:
    answer = wechat_notice(NOTICE)
    other = codec(api_v3_key=API_V3_KEY[::-1])
    assert other.notice(answer.headers, answer.body, NOW_S) is None


def test_a_refund_s_notice_has_no_app_and_counts() -> None:
    inner = {"mchid": MCHID, "out_trade_no": ORDER, "out_refund_no": REFUND}
    assert heard(wechat_notice(inner, event_type="REFUND.SUCCESS")) is not None


def test_the_declaration_says_what_its_merchant_must_have() -> None:
    assert DEVICE.needs == ("serial_no", "api_v3_key")
    assert DEVICE.currency == "CNY"
    shown = repr(DEVICE.codec(wechat_merchant()))
    assert shown == "<WechatPay mchid=1900000109 appid=wxd678efh567hg6787>"


def test_what_is_sent_is_json() -> None:
    for command, step, *_ in GOLDEN:
        body = codec().request(step, command, STAMP).body  # type: ignore[arg-type]
        assert not body or isinstance(json.loads(body), dict)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


@settings(deadline=None, max_examples=100)
@given(
    st.sampled_from(MEANINGS), st.data(), JSON, st.sampled_from([200, 202, 204, 302, 400, 404, 500])
)
def test_no_signed_answer_makes_the_codec_raise(
    row: tuple[str, object, dict[str, object], Reading],
    data: st.DataObject,
    value: object,
    code: int,
) -> None:
    step, command, body, meaning = row
    name = data.draw(st.sampled_from([*body, "code"]))
    reading = read(step, command, wechat_answer({**body, name: value}, code))
    assert isinstance(reading, Told | Doubted | Further)
    if any(isinstance(each, OrderPaid) for each in getattr(reading, "events", ())):
        assert code in (200, 202)
        assert meaning == Told((PAID_EVENT,)) or name in ("transaction_id", "trade_state")
