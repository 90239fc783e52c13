"""Notices: when they come, what seals them, what goes wrong with them."""

import json
from base64 import b64decode
from itertools import pairwise
from urllib.parse import parse_qsl

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256

from kiosk_sim.devices.gateway import notices as notices_module
from kiosk_sim.devices.gateway.faults import STALE_S, Fault
from kiosk_sim.devices.gateway.notices import FIRST_S, LATE_S, REPLAY_S, REPLAYS_MAX
from sim.gateway_stage import NOTIFY, WALL_S, Stage

DAY_S = 86_400.0

WECHAT_S = [
    *(15, 15, 30, 180, 600, 1200, 1800, 1800, 1800, 3600),
    *(10800, 10800, 10800, 21600, 21600),
]
ALIPAY_S = [240, 600, 600, 3600, 7200, 21600, 54000]


@pytest.fixture
def stage():
    """A gateway and a line to it."""
    return Stage()


def pay_wechat(stage):
    """Create and pay an order."""
    assert stage.gateway.counter.pay(stage.code(), stage.now)


def pay_alipay(stage):
    """Precreate and pay an order."""
    assert stage.gateway.counter.pay(stage.precreate()["qr_code"], stage.now)


def opened(notice):
    """What is sealed in a notice of WeChat Pay."""
    box = json.loads(notice.body)["resource"]
    plain = AESGCM(b"ThrowawayKeyOfASimulator00000000").decrypt(
        box["nonce"].encode(), b64decode(box["ciphertext"]), box["associated_data"].encode()
    )
    return json.loads(plain)


def is_genuine(stage, notice):
    """Whether the platform signed this notice of WeChat Pay."""
    headers = dict(notice.headers)
    head = f"{headers['Wechatpay-Timestamp']}\n{headers['Wechatpay-Nonce']}\n"
    try:
        stage.keys.platform.public_key().verify(
            b64decode(headers["Wechatpay-Signature"]),
            head.encode() + notice.body + b"\n",
            PKCS1v15(),
            SHA256(),
        )
    except InvalidSignature:
        return False
    return True


@pytest.mark.parametrize(
    ("pay", "schedule", "hours"), [(pay_wechat, WECHAT_S, 24.07), (pay_alipay, ALIPAY_S, 24.4)]
)
def test_a_notice_comes_again_on_schedule_until_nobody_can_want_it(stage, pay, schedule, hours):
    pay(stage)
    times = [at for at, _ in stage.notices(3 * DAY_S)]
    assert times[0] == FIRST_S
    gaps = [round(b - a, 3) for a, b in pairwise(times)]
    assert gaps == schedule
    assert sum(gaps) / 3600 == pytest.approx(hours, abs=0.05)
    assert repr(stage.gateway.notices) == "<Notices pending=0 given_up=1>"


@pytest.mark.parametrize(
    ("pay", "status", "body", "heard"),
    [
        (pay_wechat, 200, b"", True),
        (pay_wechat, 204, b"", True),
        (pay_wechat, 500, b"success", False),
        (pay_wechat, 0, b"", False),
        (pay_alipay, 200, b"success", True),
        (pay_alipay, 200, b"ok", False),
        (pay_alipay, 500, b"success", False),
    ],
)
def test_a_notice_that_was_heard_never_comes_again(stage, pay, status, body, heard):
    pay(stage)
    ((_, notice),) = stage.notices(1.0)
    stage.gateway.notice_answered(notice.number, status, body, stage.now)
    assert (stage.notices(DAY_S * 2) == []) == heard


def test_a_notice_of_wechat_is_signed_and_sealed_and_names_the_payer(stage):
    pay_wechat(stage)
    ((_, notice),) = stage.notices(1.0)
    assert notice.url == NOTIFY
    assert is_genuine(stage, notice)
    outer = json.loads(notice.body)
    assert outer["event_type"] == "TRANSACTION.SUCCESS"
    assert outer["resource"]["algorithm"] == "AEAD_AES_256_GCM"
    inner = opened(notice)
    assert (inner["out_trade_no"], inner["amount"]["total"]) == ("order-0001", 1250)
    assert inner["trade_state"] == "SUCCESS"
    assert inner["payer"]["openid"]
    assert b"openid" not in notice.body


def test_each_attempt_is_signed_anew_and_tells_of_the_same_notice(stage):
    pay_wechat(stage)
    (_, first), (_, second) = stage.notices(20.0)
    assert first.number == second.number
    assert json.loads(first.body)["id"] == json.loads(second.body)["id"]
    stamps = [int(dict(n.headers)["Wechatpay-Timestamp"]) for n in (first, second)]
    assert stamps[1] - stamps[0] == 15
    assert is_genuine(stage, second)


def test_a_notice_of_alipay_is_a_signed_form_that_names_the_payer(stage):
    pay_alipay(stage)
    ((_, notice),) = stage.notices(1.0)
    values = dict(parse_qsl(notice.body.decode()))
    sign, kind = values.pop("sign"), values.pop("sign_type")
    text = "&".join(f"{name}={value}" for name, value in sorted(values.items()))
    stage.keys.platform.public_key().verify(b64decode(sign), text.encode(), PKCS1v15(), SHA256())
    assert kind == "RSA2"
    assert values["trade_status"] == "TRADE_SUCCESS"
    assert (values["app_id"], values["seller_id"]) == ("2021000000000001", "2088000000000001")
    assert values["buyer_id"].startswith("2088")
    assert values["total_amount"] == "12.50"


def test_a_refund_is_told_too(stage):
    pay_wechat(stage)
    ((_, first),) = stage.notices(1.0)
    stage.gateway.notice_answered(first.number, 200, b"", stage.now)
    stage.refund()
    ((_, notice),) = stage.notices(3.0)
    assert json.loads(notice.body)["event_type"] == "REFUND.SUCCESS"
    assert opened(notice)["refund_status"] == "SUCCESS"


def test_a_refund_may_have_an_address_of_its_own(stage):
    pay_wechat(stage)
    stage.refund(notify_url=f"{NOTIFY}/refunds")
    assert [notice.url for _, notice in stage.notices(5.0)] == [NOTIFY, f"{NOTIFY}/refunds"]


def test_a_refund_that_failed_is_told_as_such(stage):
    pay_wechat(stage)
    stage.gateway.faults.set(Fault.REFUND_ABNORMAL)
    stage.refund()
    events = [json.loads(notice.body)["event_type"] for _, notice in stage.notices(5.0)]
    assert events == ["TRANSACTION.SUCCESS", "REFUND.ABNORMAL"]


def test_a_refund_of_alipay_is_told_at_the_order_s_address(stage):
    pay_alipay(stage)
    stage.alipay("refund", {"out_trade_no": "order_0001", "refund_amount": "12.50"})
    told = [dict(parse_qsl(notice.body.decode())) for _, notice in stage.notices(1.0)]
    assert [values["trade_status"] for values in told] == ["TRADE_SUCCESS", "TRADE_CLOSED"]
    assert told[1]["refund_fee"] == "12.50"


def test_an_order_without_an_address_is_told_to_nobody(stage):
    content = {"out_trade_no": "order_0001", "total_amount": "12.50", "subject": "Parking"}
    code = stage.alipay("precreate", content)["qr_code"]
    stage.gateway.counter.pay(code, 0.0)
    assert stage.notices(DAY_S) == []


# Faults.


def test_a_lost_notice_never_comes(stage):
    stage.gateway.faults.set(Fault.NOTICE_LOST, 1)
    pay_wechat(stage)
    assert stage.notices(2 * DAY_S) == []


def test_a_notice_may_come_twice(stage):
    stage.gateway.faults.set(Fault.NOTICE_TWICE, 1)
    pay_wechat(stage)
    (_, first), (_, second) = stage.notices(1.0)
    assert first == second


def test_a_late_notice_comes_behind_the_ones_of_later_events(stage):
    stage.gateway.faults.set(Fault.NOTICE_LATE, 1)
    pay_wechat(stage)
    stage.refund()
    told = [(at, json.loads(notice.body)["event_type"]) for at, notice in stage.notices(11.0)]
    assert [event for _, event in told] == ["REFUND.SUCCESS", "TRANSACTION.SUCCESS"]
    assert told[1][0] == FIRST_S + LATE_S


@pytest.mark.parametrize("pay", [pay_wechat, pay_alipay])
def test_a_tampered_notice_differs_in_one_byte(pay):
    bodies = []
    for tampered in (True, False):
        stage = Stage()
        if tampered:
            stage.gateway.faults.set(Fault.NOTICE_TAMPERED, 1)
        pay(stage)
        bodies.append(stage.notices(1.0)[0][1].body)
    assert sum(a != b for a, b in zip(*bodies, strict=True)) == 1


def test_a_replayed_notice_is_the_old_one_to_the_byte(stage):
    stage.gateway.faults.set(Fault.NOTICE_REPLAYED, 1)
    pay_wechat(stage)
    ((_, notice),) = stage.notices(1.0)
    stage.gateway.notice_answered(notice.number, 204, b"", stage.now)
    ((at, again),) = stage.notices(DAY_S)
    assert (at, again) == (FIRST_S + REPLAY_S, notice)
    assert is_genuine(stage, again)


@pytest.mark.parametrize(
    ("fault", "genuine"),
    [(Fault.WRONG_KEY, False), (Fault.KEY_ROTATED, False), (Fault.STALE, True)],
)
def test_a_notice_may_be_signed_by_a_stranger_or_long_ago(stage, fault, genuine):
    stage.gateway.faults.set(fault, only="notice")
    pay_wechat(stage)
    ((_, notice),) = stage.notices(1.0)
    assert is_genuine(stage, notice) == genuine
    old = int(dict(notice.headers)["Wechatpay-Timestamp"]) == int(WALL_S - STALE_S + FIRST_S)
    assert old == (fault is Fault.STALE)


def test_a_notice_may_bear_no_signature(stage):
    stage.gateway.faults.set(Fault.UNSIGNED, only="notice")
    pay_wechat(stage)
    pay_alipay(stage)
    (_, wechat), (_, alipay) = stage.notices(1.0)
    assert dict(wechat.headers) == {"Content-Type": "application/json"}
    assert b"sign=" not in alipay.body


@pytest.mark.parametrize(
    ("fault", "wechat", "alipay"),
    [
        (Fault.WRONG_AMOUNT, ("amount", {"total": 1251}), ("total_amount", "12.51")),
        (Fault.WRONG_MERCHANT, ("mchid", "1900000099"), ("seller_id", "2088000000000099")),
        (Fault.WRONG_ORDER, ("out_trade_no", "order-000_"), ("out_trade_no", "order_000_")),
    ],
)
def test_a_genuine_notice_may_be_wrong_in_what_it_says(stage, fault, wechat, alipay):
    stage.gateway.faults.set(fault, only="notice")
    pay_wechat(stage)
    pay_alipay(stage)
    (_, first), (_, second) = stage.notices(1.0)
    told = opened(first)[wechat[0]]
    assert (told if isinstance(told, str) else {"total": told["total"]}) == wechat[1]
    assert is_genuine(stage, first)
    assert dict(parse_qsl(second.body.decode()))[alipay[0]] == alipay[1]


# Bounds.


def test_the_oldest_notice_gives_way_when_there_are_too_many(stage, monkeypatch):
    monkeypatch.setattr(notices_module, "PENDING_MAX", 2)
    for n in range(3):
        stage.gateway.counter.pay(stage.code(out_trade_no=f"order-{n:04d}"), 0.0)
    told = [opened(notice)["out_trade_no"] for _, notice in stage.notices(1.0)]
    assert told == ["order-0001", "order-0002"]
    assert stage.gateway.notices.given_up == 1


def test_no_more_old_notices_are_played_again_than_the_bound_says(stage):
    stage.gateway.faults.set(Fault.NOTICE_REPLAYED)
    for n in range(REPLAYS_MAX + 5):
        stage.gateway.counter.pay(stage.code(out_trade_no=f"order-{n:04d}"), 0.0)
    for _, notice in stage.notices(1.0):
        stage.gateway.notice_answered(notice.number, 200, b"", stage.now)
    assert len(stage.notices(DAY_S)) == REPLAYS_MAX
