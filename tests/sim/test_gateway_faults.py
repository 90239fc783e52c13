"""Each fault of the gateway, by its name: what a merchant sees of it, and what really happened."""

import json
import re
from base64 import b64decode

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

from kiosk_hw.ports.party import NEVER
from kiosk_sim.devices.gateway.faults import (
    ALWAYS,
    CLOCK_OFF_S,
    SLOW_S,
    STALE_S,
    WHAT,
    Fault,
    Faults,
    fault_named,
)
from repo.tree import ROOT
from sim.gateway_stage import ORDER, WALL_S, Answered, Stage

TARGET = "/v3/pay/transactions/native"
SERIALS = ("1DDE55AD98ED71D6EDD4A4A16996DE7B47773A8C", "2B5F1D3A9C0E47768E1122334455667788990011")


@pytest.fixture
def stage():
    """A gateway and a line to it."""
    return Stage()


def created(stage):
    """The raw answer to an order, and whether the order is in the books."""
    raw = stage.raw(stage.wechat_bytes("POST", TARGET, ORDER))
    return raw, len(stage.gateway.wechat.books) == 1


def verifies(stage, answer, key):
    """Whether this key made the signature of a WeChat answer."""
    head = f"{answer.headers['wechatpay-timestamp']}\n{answer.headers['wechatpay-nonce']}\n"
    text = head.encode() + answer.body + b"\n"
    try:
        key.public_key().verify(
            b64decode(answer.headers["wechatpay-signature"]), text, PKCS1v15(), SHA256()
        )
    except InvalidSignature:
        return False
    return True


def test_every_fault_is_told_and_can_be_named():
    assert set(WHAT) == set(Fault)
    for fault in Fault:
        assert fault_named(fault.value) == (fault, ALWAYS, "")
    assert fault_named("answer-lost@create:2") == (Fault.ANSWER_LOST, 2, "create")


def test_the_page_for_integrators_tells_of_every_fault():
    page = (ROOT / "docs" / "gateway-simulator.md").read_text(encoding="utf-8")
    told = dict(re.findall(r"^\| `([^`]+)` \| (.+) \|$", page, re.MULTILINE))
    assert {fault.value: what for fault, what in WHAT.items()}.items() <= told.items()


@pytest.mark.parametrize("text", ["", "none", "down:0", "down:-1", "down:x", "down:1:2"])
def test_a_fault_that_is_none_is_refused_with_the_names_there_are(text):
    with pytest.raises(ValueError, match=r"expected (NAME\[@OPERATION\]\[:TIMES\]|a count)"):
        fault_named(text)


def test_a_count_runs_down_and_a_switch_stays():
    faults = Faults()
    faults.set(Fault.DOWN, 2)
    faults.set(Fault.SLOW)
    assert [faults.due(Fault.DOWN) for _ in range(3)] == [True, True, False]
    assert [faults.due(Fault.SLOW) for _ in range(3)] == [True, True, True]
    assert repr(faults) == "<Faults slow>"
    faults.clear()
    assert repr(faults) == "<Faults none>"


def test_a_fault_of_one_operation_leaves_the_others_alone(stage):
    stage.gateway.faults.set(Fault.SERVER_ERROR, only="query")
    assert stage.native().status == 200
    assert stage.query().status == 502
    assert stage.close().status == 204


# Answers that do not come, or not whole.


@pytest.mark.parametrize(
    ("fault", "begins", "carried_out", "hung_up"),
    [
        (Fault.DOWN, b"", False, False),
        (Fault.REFUSES, b"", False, True),
        (Fault.SERVER_ERROR, b"HTTP/1.1 502", False, False),
        (Fault.TOO_MANY, b"HTTP/1.1 429", False, False),
        (Fault.NONSENSE, b"HTTP/1.1 200", True, False),
        (Fault.ANSWER_LOST, b"", True, True),
        (Fault.CUT, b"HTTP/1.1 200", True, True),
    ],
)
def test_what_comes_and_what_was_done(stage, fault, begins, carried_out, hung_up):
    stage.gateway.faults.set(fault, 1)
    raw, done = created(stage)
    assert raw.startswith(begins)
    assert bool(raw) == bool(begins)
    assert (done, stage.line.hung_up) == (carried_out, hung_up)
    assert b"Wechatpay-Signature:" not in raw or fault is Fault.CUT
    stage.line.connected(stage.now)
    assert stage.native().status == 200


def test_a_body_that_is_cut_is_shorter_than_its_head_says(stage):
    stage.gateway.faults.set(Fault.CUT, 1)
    answer = Answered(created(stage)[0])
    assert 0 < len(answer.body) < int(answer.headers["content-length"])


def test_an_answer_without_a_body_is_cut_in_its_head(stage):
    stage.native()
    stage.gateway.faults.set(Fault.CUT, 1)
    target = "/v3/pay/transactions/out-trade-no/order-0001/close"
    raw = stage.raw(stage.wechat_bytes("POST", target, {"mchid": "1900000001"}))
    assert raw.startswith(b"HTTP/1.1 204")
    assert b"\r\n\r\n" not in raw


def test_a_slow_gateway_answers_after_any_patience(stage):
    stage.gateway.faults.set(Fault.SLOW, 1)
    assert stage.native().status == 200
    assert stage.now == SLOW_S


def test_a_gateway_that_is_down_answers_when_it_is_up_again_and_asked_again(stage):
    stage.gateway.faults.set(Fault.DOWN)
    assert created(stage)[0] == b""
    assert stage.line.deadline() == NEVER
    stage.gateway.faults.clear(Fault.DOWN)
    stage.line.connected(stage.now)
    assert stage.native().status == 200


# Answers that must not be believed.


def test_unsigned(stage):
    stage.gateway.faults.set(Fault.UNSIGNED, 1)
    assert not [name for name in stage.native().headers if name.startswith("wechatpay")]
    stage.gateway.faults.set(Fault.UNSIGNED, 1)
    values = stage.alipay_values("alipay.trade.query", {"out_trade_no": "order_0001"})
    assert set(stage.alipay_raw(values).record) == {"alipay_trade_query_response"}


@pytest.mark.parametrize("public_key", [False, True])
def test_wrong_key_names_the_right_serial(stage, public_key):
    serial = stage.gateway.wechat.settings.public_key.serial if public_key else SERIALS[0]
    other = {"wanted_serial": serial} if public_key else {}
    stage.gateway.faults.set(Fault.WRONG_KEY, 1)
    answer = stage.wechat("POST", TARGET, ORDER, **other)
    assert answer.headers["wechatpay-serial"] == serial
    assert not verifies(stage, answer, stage.keys.platform)
    assert verifies(stage, stage.wechat("POST", TARGET, ORDER, **other), stage.keys.platform)


def test_wrong_key_with_alipay(stage):
    stage.gateway.faults.set(Fault.WRONG_KEY, 1)
    values = stage.alipay_values("alipay.trade.query", {"out_trade_no": "order_0001"})
    body = stage.alipay_raw(values).body
    match = re.fullmatch(rb'{"alipay_trade_query_response":({.*}),"sign":"(.*)"}', body)
    with pytest.raises(InvalidSignature):
        stage.keys.platform.public_key().verify(b64decode(match[2]), match[1], PKCS1v15(), SHA256())


def test_a_rotated_key_verifies_under_its_own_serial(stage):
    stage.gateway.faults.set(Fault.KEY_ROTATED)
    answer = stage.native()
    assert answer.headers["wechatpay-serial"] == SERIALS[1]
    assert verifies(stage, answer, stage.keys.following)


def test_a_rotated_key_may_be_a_stranger_s(stage):
    stage.gateway.faults.set(Fault.KEY_ROTATED)
    stage.gateway.faults.set(Fault.WRONG_KEY)
    answer = stage.native()
    assert answer.headers["wechatpay-serial"] == SERIALS[1]
    assert not verifies(stage, answer, stage.keys.following)


def test_what_the_front_says_bears_no_signature_even_to_whom_it_trusts(stage, monkeypatch):
    monkeypatch.setattr("kiosk_sim.devices.gateway.books.ORDERS_MAX", 1)
    stage.native()
    answer = stage.native(out_trade_no="order-0002")
    assert answer.status == 429
    assert "wechatpay-signature" not in answer.headers


def test_a_stale_answer_is_signed_as_of_long_ago(stage):
    stage.gateway.faults.set(Fault.STALE, 1)
    answer = stage.native()
    assert int(answer.headers["wechatpay-timestamp"]) == WALL_S - STALE_S
    assert verifies(stage, answer, stage.keys.platform)


@pytest.mark.parametrize(
    ("fault", "field", "right", "wrong"),
    [
        (Fault.WRONG_AMOUNT, "amount.total", 1250, 1251),
        (Fault.WRONG_MERCHANT, "mchid", "1900000001", "1900000099"),
        (Fault.WRONG_ORDER, "out_trade_no", "order-0001", "order-000_"),
    ],
)
def test_a_signed_answer_may_be_wrong_in_what_it_says(stage, fault, field, right, wrong):
    stage.gateway.counter.pay(stage.code(), 0.0)
    stage.gateway.faults.set(fault, 1, "query")
    told = []
    for _ in range(2):
        value = stage.query().record
        for name in field.split("."):
            value = value[name]
        told.append(value)
    assert told == [wrong, right]


@pytest.mark.parametrize(
    ("fault", "field", "wrong"),
    [
        (Fault.WRONG_AMOUNT, "total_amount", "12.51"),
        (Fault.WRONG_ORDER, "out_trade_no", "order_000_"),
    ],
)
def test_so_may_one_of_alipay(stage, fault, field, wrong):
    stage.gateway.counter.pay(stage.precreate()["qr_code"], 0.0)
    stage.gateway.faults.set(fault, 1, "query")
    assert stage.alipay("query", {"out_trade_no": "order_0001"})[field] == wrong
    assert stage.alipay("query", {"out_trade_no": "order_0001"})[field] != wrong


def test_a_clock_that_is_off_refuses_everybody_who_is_on_time(stage):
    stage.gateway.faults.set(Fault.CLOCK_OFF)
    assert stage.native().record["code"] == "SIGN_ERROR"
    assert stage.precreate()["sub_code"] == "isv.invalid-timestamp"
    answer = stage.wechat("POST", TARGET, ORDER, timestamp=str(int(WALL_S + CLOCK_OFF_S)))
    assert answer.headers["wechatpay-timestamp"] == str(int(WALL_S + CLOCK_OFF_S))


# Money that takes another way.


def test_late_success_after_a_close_is_a_payment_all_the_same(stage):
    stage.gateway.faults.set(Fault.LATE_SUCCESS)
    code = stage.code()
    assert stage.close().status == 204
    assert stage.query().record["trade_state"] == "CLOSED"
    assert stage.gateway.counter.see(code, 0.0).payable
    assert stage.gateway.counter.pay(code, 0.0)
    assert stage.query().record["trade_state"] == "SUCCESS"


def test_late_success_of_a_code_that_was_cancelled_before_the_first_scan(stage):
    stage.gateway.faults.set(Fault.LATE_SUCCESS)
    code = stage.precreate()["qr_code"]
    stage.alipay("cancel", {"out_trade_no": "order_0001"})
    assert stage.gateway.counter.pay(code, 0.0)
    assert stage.alipay("query", {"out_trade_no": "order_0001"})["trade_status"] == "TRADE_SUCCESS"


@pytest.mark.parametrize(
    ("fault", "status"),
    [(Fault.REFUND_STUCK, "PROCESSING"), (Fault.REFUND_ABNORMAL, "ABNORMAL")],
)
def test_a_refund_may_hang_or_fail(stage, fault, status):
    stage.gateway.counter.pay(stage.code(), 0.0)
    stage.gateway.faults.set(fault)
    assert stage.refund().record["status"] == "PROCESSING"
    stage.now = 50.0
    target = "/v3/refund/domestic/refunds/refund-1"
    assert stage.wechat("GET", target).record["status"] == status
    stage.gateway.faults.clear()
    after = "SUCCESS" if fault is Fault.REFUND_STUCK else "ABNORMAL"
    assert stage.wechat("GET", target).record["status"] == after


def test_a_refund_of_alipay_may_hang_or_be_refused(stage):
    stage.gateway.counter.pay(stage.precreate()["qr_code"], 0.0)
    content = {"out_trade_no": "order_0001", "refund_amount": "12.50", "out_request_no": "r1"}
    stage.gateway.faults.set(Fault.REFUND_ABNORMAL)
    assert stage.alipay("refund", content)["sub_code"] == "ACQ.SELLER_BALANCE_NOT_ENOUGH"
    assert stage.alipay("cancel", {"out_trade_no": "order_0001"})["code"] == "40004"
    stage.gateway.faults.clear()
    stage.gateway.faults.set(Fault.REFUND_STUCK)
    assert stage.alipay("refund", content)["fund_change"] == "N"
    asked = {"out_trade_no": "order_0001", "out_request_no": "r1"}
    assert "refund_status" not in stage.alipay("fastpay.refund.query", asked)
    stage.gateway.faults.clear()
    assert stage.alipay("fastpay.refund.query", asked)["refund_status"] == "REFUND_SUCCESS"


def test_a_creation_may_be_answered_after_its_notice(stage):
    stage.gateway.faults.set(Fault.NOTIFY_FIRST, 1)
    stage.line.receive(stage.wechat_bytes("POST", TARGET, ORDER), 0.0)
    ((at, notice),) = stage.notices(1.0)
    assert at < stage.line.deadline()
    assert json.loads(notice.body)["event_type"] == "TRANSACTION.SUCCESS"
    stage.now = stage.line.deadline()
    stage.line.tick(stage.now)
    assert stage.line.bytes_to_send().startswith(b"HTTP/1.1 200")
    assert stage.query().record["trade_state"] == "SUCCESS"


def test_an_answer_that_was_lost_is_there_when_it_is_asked_for_again(stage):
    stage.gateway.faults.set(Fault.ANSWER_LOST, 1, "refund")
    stage.gateway.counter.pay(stage.code(), 0.0)
    target = "/v3/refund/domestic/refunds"
    body = {
        "out_trade_no": "order-0001",
        "out_refund_no": "refund-1",
        "amount": {"refund": 1250, "total": 1250, "currency": "CNY"},
    }
    assert stage.raw(stage.wechat_bytes("POST", target, body)) == b""
    stage.line.connected(stage.now)
    assert stage.refund().status == 200
    assert len(stage.gateway.wechat.books.orders()[0].refunds) == 1
