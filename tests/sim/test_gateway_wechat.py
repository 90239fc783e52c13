"""WeChat Pay v3 as the simulator plays it: who is let in, what orders and refunds come to."""

import json
from base64 import b64decode
from datetime import datetime, timedelta, timezone
from random import Random

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509 import load_pem_x509_certificate

from kiosk_sim.devices.gateway import books as books_module
from kiosk_sim.devices.gateway import nonces as nonces_module
from kiosk_sim.devices.gateway.books import Books
from kiosk_sim.devices.gateway.nonces import Nonces
from kiosk_sim.devices.gateway.orders import Payer, Refusal, Terms
from kiosk_sim.devices.gateway.wechat.signing import (
    answer_text,
    credentials_of,
    is_signed,
    request_text,
    sealed,
)
from sim.gateway_stage import H5, NOTIFY, ORDER, WALL_S, Stage

AUTHORIZATION = (
    'WECHATPAY2-SHA256-RSA2048 mchid="1900009191",nonce_str="593BEC0C930BF1AFEB40B4A08C8FB242",'
    'signature="uOVRnA4qG==",timestamp="1554208460",'
    'serial_no="1DDE55AD98ED71D6EDD4A4A16996DE7B47773A8C"'
)


@pytest.fixture
def stage():
    """A gateway and a line to it."""
    return Stage()


# The manual's own texts, typed by hand.


def test_the_text_of_a_request_is_the_one_of_the_manual():
    body = b'{"appid":"wxd678efh567hg6787","mchid":"1230000109"}'
    text = request_text(
        "POST",
        "/v3/pay/transactions/native",
        "1554208460",
        "593BEC0C930BF1AFEB40B4A08C8FB242",
        body,
    )
    assert text == (
        b"POST\n/v3/pay/transactions/native\n1554208460\n593BEC0C930BF1AFEB40B4A08C8FB242\n"
        b'{"appid":"wxd678efh567hg6787","mchid":"1230000109"}\n'
    )
    assert request_text("GET", "/v3/certificates?a=b", "1554208460", "5", b"") == (
        b"GET\n/v3/certificates?a=b\n1554208460\n5\n\n"
    )


def test_the_text_of_an_answer_is_the_one_of_the_manual():
    text = answer_text("1554209980", "c5ac7061fccab6bf3e254dcf98995b8c", b'{"data":[]}')
    assert text == b'1554209980\nc5ac7061fccab6bf3e254dcf98995b8c\n{"data":[]}\n'
    assert answer_text("1", "n", b"") == b"1\nn\n\n"


def test_the_header_of_the_manual_is_taken_apart():
    given = credentials_of(AUTHORIZATION)
    assert given is not None
    assert (given.mchid, given.timestamp) == ("1900009191", "1554208460")
    assert given.nonce == "593BEC0C930BF1AFEB40B4A08C8FB242"
    assert given.serial == "1DDE55AD98ED71D6EDD4A4A16996DE7B47773A8C"


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer x",
        AUTHORIZATION.replace("WECHATPAY2-SHA256-RSA2048", "WECHATPAY2-SM2-WITH-SM3"),
        AUTHORIZATION.replace("mchid", "mch_id"),
        AUTHORIZATION.rpartition(",")[0],
        AUTHORIZATION + ',mchid="1900009191"',
        AUTHORIZATION.replace('"', ""),
    ],
)
def test_any_other_header_is_none(header):
    assert credentials_of(header) is None


def test_a_sealed_text_is_aes_256_gcm_with_its_tag_behind():
    # NIST's GCM test case 14: key and nonce of zeros, sixteen zero bytes.
    text = sealed(bytes(32), "\0" * 12, "", bytes(16))
    assert b64decode(text).hex() == (
        "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919"
    )


def test_a_signature_is_base64_and_nothing_besides(stage):
    key, text = stage.keys.merchant.public_key(), b"GET\n/\n1\nn\n\n"
    signed = stage.signature(text.decode())
    assert is_signed(key, text, signed)
    for other in (f"{signed[:9]}%{signed[9:]}", signed[:-1], f"{signed}\n", "", "é"):
        assert not is_signed(key, text, other)


# Who is let in.


@pytest.mark.parametrize(
    ("other", "status", "code"),
    [
        ({"authorization": "none"}, 401, "SIGN_ERROR"),
        ({"mchid": "1900000002"}, 401, "SIGN_ERROR"),
        ({"serial": "00" * 20}, 401, "SIGN_ERROR"),
        ({"timestamp": str(int(WALL_S) - 301)}, 401, "SIGN_ERROR"),
        ({"timestamp": str(int(WALL_S) + 301)}, 401, "SIGN_ERROR"),
        ({"timestamp": "now"}, 401, "SIGN_ERROR"),
        ({"timestamp": "1" * 400}, 401, "SIGN_ERROR"),
        ({"signature": "AAAA"}, 401, "SIGN_ERROR"),
        ({"signature": "%%%"}, 401, "SIGN_ERROR"),
        ({"signed_target": "/v3/pay/transactions/out-trade-no/order-0001"}, 401, "SIGN_ERROR"),
        ({"nonce": ""}, 401, "SIGN_ERROR"),
        ({"nonce": "n" * 65}, 401, "SIGN_ERROR"),
        ({"agent": ""}, 400, "PARAM_ERROR"),
        ({"accept": "text/html"}, 400, "PARAM_ERROR"),
        ({"wanted_serial": "PUB_KEY_ID_0"}, 400, "PARAM_ERROR"),
    ],
)
def test_a_request_that_is_not_to_be_trusted_is_refused_without_a_signature(
    stage, other, status, code
):
    target = "/v3/pay/transactions/out-trade-no/order-0001?mchid=1900000001"
    answer = stage.wechat("GET", target, **other)
    assert (answer.status, answer.record["code"]) == (status, code)
    assert "wechatpay-signature" not in answer.headers


@pytest.mark.parametrize("off_s", [-300, 300])
def test_five_minutes_off_are_still_let_in(stage, off_s):
    answer = stage.wechat(
        "POST", "/v3/pay/transactions/native", ORDER, timestamp=str(int(WALL_S) + off_s)
    )
    assert answer.status == 200


def test_a_body_that_was_changed_after_signing_is_refused(stage):
    data = stage.wechat_bytes("POST", "/v3/pay/transactions/native", ORDER)
    head, _, body = stage.raw(data.replace(b'"total": 1250', b'"total": 1251')).partition(
        b"\r\n\r\n"
    )
    assert head.startswith(b"HTTP/1.1 401")
    assert b"SIGN_ERROR" in body


def test_a_body_of_another_kind_is_refused(stage):
    answer = stage.wechat("POST", "/v3/pay/transactions/native", ORDER, kind="text/plain")
    assert answer.record["message"].startswith("Content-Type: ")


def test_a_request_is_never_taken_twice(stage):
    data = stage.wechat_bytes("POST", "/v3/pay/transactions/native", ORDER)
    assert stage.raw(data).startswith(b"HTTP/1.1 200")
    assert stage.raw(data).startswith(b"HTTP/1.1 401")


def test_a_nonce_may_come_again_when_its_request_is_too_old_anyway():
    nonces = Nonces()
    nonces.remember("n", 1000.0)
    assert nonces.used("n")
    assert not nonces.full(1600.0)
    assert not nonces.used("n")


def test_a_merchant_who_asks_too_much_has_to_wait(stage, monkeypatch):
    monkeypatch.setattr(nonces_module, "NONCES_MAX", 3)
    assert [stage.query().status for _ in range(5)] == [404, 404, 404, 429, 429]
    stage.now += 601.0
    stage.line.connected(stage.now)
    assert stage.query().status == 404


# Orders.


def test_an_order_gives_a_code_and_the_answer_is_signed_by_the_platform(stage):
    answer = stage.native()
    assert answer.status == 200
    assert answer.record["code_url"].startswith("weixin://wxpay/bizpayurl?pr=")
    signed = (
        (f"{answer.headers['wechatpay-timestamp']}\n{answer.headers['wechatpay-nonce']}\n").encode()
        + answer.body
        + b"\n"
    )
    stage.keys.platform.public_key().verify(
        b64decode(answer.headers["wechatpay-signature"]), signed, PKCS1v15(), SHA256()
    )
    assert answer.headers["wechatpay-serial"] == "1DDE55AD98ED71D6EDD4A4A16996DE7B47773A8C"
    assert answer.headers["wechatpay-timestamp"] == str(int(WALL_S))


def test_the_answer_is_signed_under_the_key_that_the_merchant_holds(stage):
    serial = stage.gateway.wechat.settings.public_key.serial
    answer = stage.wechat("POST", "/v3/pay/transactions/native", ORDER, wanted_serial=serial)
    assert answer.headers["wechatpay-serial"] == serial


def test_the_same_order_has_the_same_code_and_another_amount_is_refused(stage):
    code = stage.code()
    assert stage.code() == code
    other = stage.native(amount={"total": 1251, "currency": "CNY"})
    assert (other.status, other.record["code"]) == (403, "OUT_TRADE_NO_USED")


def test_a_later_expiry_changes_nothing_of_an_order_that_stands(stage):
    code = stage.code(time_expire=rfc(60))
    assert stage.code(time_expire=rfc(600)) == code
    stage.now = 61.0
    assert stage.query().record["trade_state"] == "CLOSED"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"out_trade_no": "short"}, "out_trade_no"),
        ({"out_trade_no": "x" * 33}, "out_trade_no"),
        ({"out_trade_no": "order 0001"}, "out_trade_no"),
        ({"out_trade_no": 1234567}, "out_trade_no"),
        ({"description": ""}, "description"),
        ({"description": "x" * 128}, "description"),
        ({"description": "\ud800"}, "description"),
        ({"amount": {"total": 0}}, "amount.total"),
        ({"amount": {"total": 10_000_000_001}}, "amount.total"),
        ({"amount": {"total": "1250"}}, "amount.total"),
        ({"amount": {"total": 12.5}}, "amount.total"),
        ({"amount": {"total": True}}, "amount.total"),
        ({"amount": {"total": 1250, "currency": "EUR"}}, "amount.currency"),
        ({"amount": {"currency": "CNY"}}, "amount.total"),
        ({"amount": 1250}, "amount"),
        ({"notify_url": "http://kiosk.example.org/notice"}, "notify_url"),
        ({"notify_url": f"{NOTIFY}?order=1"}, "notify_url"),
        ({"notify_url": f"https://x.example/{'x' * 240}"}, "notify_url"),
        ({"mchid": "1900000002"}, "mchid"),
        ({"attach": "x" * 129}, "attach"),
        ({"time_expire": "2027-01-15 16:00:00"}, "time_expire"),
        ({"time_expire": "2027-01-15T15:59:59+08:00"}, "time_expire"),
        ({"time_expire": "2027-01-22T16:00:01+08:00"}, "time_expire"),
        ({"payer": {"openid": "o" * 28}}, "'payer'"),
        ({"scene_info": {}}, "scene_info.payer_client_ip"),
    ],
)
def test_a_field_that_breaks_its_rule_is_named(stage, changes, field):
    answer = stage.native(**changes)
    assert (answer.status, answer.record["code"]) == (400, "PARAM_ERROR")
    assert answer.record["message"].startswith(f"{field}: ")


@pytest.mark.parametrize("text", ["", "[]", "{", "null", '"x"', "[" * 60_000, '{"amount":1e999}'])
def test_a_body_that_is_no_order_is_refused(stage, text):
    answer = stage.wechat("POST", "/v3/pay/transactions/native", text)
    assert (answer.status, answer.record["code"]) == (400, "PARAM_ERROR")


def test_another_app_id_is_refused(stage):
    answer = stage.native(appid="wx0000000000000002")
    assert (answer.status, answer.record["code"]) == (400, "APPID_MCHID_NOT_MATCH")


def test_a_phone_s_order_needs_the_scene_and_gives_a_link(stage):
    target = "/v3/pay/transactions/h5"
    assert stage.wechat("POST", target, ORDER).record["message"] == "scene_info: missing"
    answer = stage.wechat("POST", target, {**ORDER, "scene_info": H5})
    link = answer.record["h5_url"]
    assert link.startswith("https://wx.tenpay.com/cgi-bin/mmpayweb-bin/checkmweb?prepay_id=wx")


def test_the_states_of_an_order_from_code_to_refund(stage):
    code, counter = stage.code(), stage.gateway.counter
    seen = [stage.query().record["trade_state"]]
    for act in (counter.begin, counter.give_up, counter.decline, counter.begin, counter.pay):
        act(code, stage.now)
        seen.append(stage.query().record["trade_state"])
    stage.refund()
    seen.append(stage.query().record["trade_state"])
    assert seen == ["NOTPAY", "USERPAYING", "NOTPAY", "PAYERROR", "USERPAYING", "SUCCESS", "REFUND"]


def test_a_paid_order_tells_amount_number_and_payer(stage):
    stage.gateway.counter.pay(stage.code(), 0.0)
    record = stage.query().record
    assert record["amount"]["total"] == 1250
    assert record["payer"]["openid"].startswith("o")
    assert record["success_time"] == "2027-01-15T16:00:00+08:00"
    same = stage.wechat(
        "GET", f"/v3/pay/transactions/id/{record['transaction_id']}?mchid=1900000001"
    )
    assert same.record == record


def test_an_order_is_paid_once_whoever_scans_it(stage):
    code, counter = stage.code(), stage.gateway.counter
    assert counter.pay(code, 0.0, phone=1)
    assert not counter.pay(code, 0.0, phone=2)


def test_a_query_needs_the_merchant(stage):
    stage.native()
    target = "/v3/pay/transactions/out-trade-no/order-0001"
    assert stage.wechat("GET", target).record["code"] == "PARAM_ERROR"
    assert stage.wechat("GET", f"{target}?mchid=1900000002").record["code"] == "PARAM_ERROR"


def test_an_order_that_nobody_made_is_told_signed(stage):
    answer = stage.query("order-9999")
    assert (answer.status, answer.record["code"]) == (404, "ORDER_NOT_EXIST")
    assert "wechatpay-signature" in answer.headers


def test_an_expired_order_is_closed_and_can_be_paid_no_more(stage):
    code = stage.code(time_expire=rfc(120))
    stage.now = 119.9
    assert stage.query().record["trade_state"] == "NOTPAY"
    stage.now = 120.0
    assert not stage.gateway.counter.pay(code, stage.now)
    assert stage.query().record["trade_state"] == "CLOSED"


def test_closing_answers_204_signed_and_ends_the_code(stage):
    code = stage.code()
    answer = stage.close()
    assert (answer.status, answer.body) == (204, b"")
    assert "content-length" not in answer.headers
    assert "wechatpay-signature" in answer.headers
    assert not stage.gateway.counter.pay(code, 0.0)
    assert stage.query().record["trade_state"] == "CLOSED"
    assert stage.native().record["code"] == "ORDER_CLOSED"


def test_closing_for_another_merchant_is_refused(stage):
    stage.native()
    target = "/v3/pay/transactions/out-trade-no/order-0001/close"
    assert stage.wechat("POST", target, {"mchid": "1900000002"}).record["code"] == "PARAM_ERROR"
    assert stage.query().record["trade_state"] == "NOTPAY"


def test_closing_twice_or_what_was_never_there_answers_204_as_the_real_one(stage):
    stage.native()
    assert [stage.close().status for _ in range(2)] == [204, 204]
    assert stage.close("order-9999").status == 204


def test_who_pays_between_the_last_query_and_the_close_has_paid(stage):
    code = stage.code()
    assert stage.query().record["trade_state"] == "NOTPAY"
    assert stage.gateway.counter.pay(code, 0.0)
    answer = stage.close()
    assert (answer.status, answer.record["code"]) == (400, "ORDERPAID")
    assert stage.query().record["trade_state"] == "SUCCESS"
    assert stage.native().record["code"] == "ORDERPAID"


def test_an_order_that_the_provider_takes_back_is_revoked(stage):
    code = stage.code()
    stage.gateway.wechat.books.revoke("order-0001", WALL_S)
    assert stage.query().record["trade_state"] == "REVOKED"
    assert not stage.gateway.counter.pay(code, 0.0)


# Refunds.


def test_a_refund_is_processing_and_then_done(stage):
    stage.gateway.counter.pay(stage.code(), 0.0)
    assert stage.refund().record["status"] == "PROCESSING"
    target = "/v3/refund/domestic/refunds/refund-1"
    assert stage.wechat("GET", target).record["status"] == "PROCESSING"
    stage.now = 2.0
    record = stage.wechat("GET", target).record
    assert (record["status"], record["success_time"]) == ("SUCCESS", "2027-01-15T16:00:02+08:00")
    assert record["amount"]["refund"] == 1250


def test_a_refund_is_made_once_however_often_it_is_asked_for(stage):
    stage.gateway.counter.pay(stage.code(), 0.0)
    first, second = stage.refund().record, stage.refund().record
    assert first["refund_id"] == second["refund_id"]
    other = stage.refund(amount=1000)
    assert (other.status, other.record["code"]) == (400, "PARAM_ERROR")


@pytest.mark.parametrize(
    ("paid", "request_", "status", "code"),
    [
        (False, {}, 400, "INVALID_REQUEST"),
        (True, {"amount": 1251}, 400, "INVALID_REQUEST"),
        (True, {"out_trade_no": "order-9999"}, 404, "RESOURCE_NOT_EXISTS"),
        (True, {"number": "no spaces please"}, 400, "PARAM_ERROR"),
        (True, {"transaction_id": "4200"}, 400, "PARAM_ERROR"),
        (True, {"amount": 1249, "total": 1249}, 400, "PARAM_ERROR"),
    ],
)
def test_a_refund_that_cannot_be_is_refused(stage, paid, request_, status, code):
    order = stage.code()
    if paid:
        stage.gateway.counter.pay(order, 0.0)
    answer = stage.refund(**request_)
    assert (answer.status, answer.record["code"]) == (status, code)


def test_refunds_never_exceed_what_was_paid(stage):
    stage.gateway.counter.pay(stage.code(), 0.0)
    assert stage.refund("one", 1000).status == 200
    assert stage.refund("two", 251).record["code"] == "INVALID_REQUEST"
    assert stage.refund("two", 250).status == 200


# Certificates and bills.


def test_both_certificates_can_be_fetched_and_opened(stage):
    data = stage.wechat("GET", "/v3/certificates").record["data"]
    serials = []
    for entry in data:
        box = entry["encrypt_certificate"]
        pem = AESGCM(b"ThrowawayKeyOfASimulator00000000").decrypt(
            box["nonce"].encode(),
            b64decode(box["ciphertext"]),
            box["associated_data"].encode(),
        )
        certificate = load_pem_x509_certificate(pem)
        serials.append(f"{certificate.serial_number:040X}")
        assert serials[-1] == entry["serial_no"]
    assert len(set(serials)) == 2


def test_the_bill_of_a_day_has_its_payments_refunds_and_sums(stage):
    assert stage.wechat("GET", "/v3/bill/tradebill?bill_date=2027-01-15").record["code"] == (
        "NO_STATEMENT_EXIST"
    )
    stage.gateway.counter.pay(stage.code(), 0.0)
    stage.refund(amount=250)
    record = stage.wechat("GET", "/v3/bill/tradebill?bill_date=2027-01-15").record
    where = record["download_url"].removeprefix("https://api.mch.weixin.qq.com")
    lines = stage.wechat("GET", where).body.decode().splitlines()
    assert [line.split(",")[24] for line in lines[1:3]] == ["`12.50", "`0.00"]
    assert lines[-1] == "`2,`12.50,`2.50,`0.00,`0.00000,`12.50,`2.50"


@pytest.mark.parametrize(
    "query", ["", "bill_date=2027-01-16", "bill_date=x", "bill_date=2027-01-15&bill_type=REFUND"]
)
def test_a_bill_of_no_day_is_refused(stage, query):
    assert stage.wechat("GET", f"/v3/bill/tradebill?{query}").record["code"] == "PARAM_ERROR"


def test_what_is_not_there_and_what_is_not_meant_so(stage):
    assert stage.wechat("GET", "/v3/pay/transactions/jsapi").status == 404
    assert stage.wechat("GET", "/v3/pay/transactions/native").status == 405


# Books.


def terms(amount_minor=100, expires_s=1e9):
    return Terms(amount_minor, "Parking", "native", expires_s)


def test_full_books_forget_the_oldest_final_order_and_never_a_live_one(monkeypatch):
    monkeypatch.setattr(books_module, "ORDERS_MAX", 2)
    books = Books(Random(1))
    books.create("one", terms(), "c1", 0.0)
    books.create("two", terms(), "c2", 0.0)
    assert books.create("three", terms(), "c3", 0.0) is Refusal.FULL
    books.close("two", 0.0)
    books.create("three", terms(), "c3", 0.0)
    assert [order.number for order in books.orders()] == ["one", "three"]
    assert books.scan("c2", 0.0) is None
    assert repr(books) == "<Books orders=2 forgotten=1>"


def test_an_order_has_no_more_refunds_than_the_manual_allows():
    books = Books(Random(1))
    order = books.create("one", terms(), "c1", 0.0)
    books.pay(order, Payer("o", "x"), 0.0)
    made = [books.refund(str(n), 1, order, 0.0) for n in range(51)]
    assert made[50] is Refusal.TOO_MANY
    assert Refusal.TOO_MANY not in made[:50]


def test_a_payer_is_in_no_repr(stage):
    stage.gateway.counter.pay(stage.code(), 0.0)
    order = stage.gateway.wechat.books.orders()[0]
    assert order.payer.ident not in f"{order!r}{order.payer!r}{stage.gateway!r}"


def test_a_strange_signature_does_not_verify(stage):
    answer = stage.native()
    with pytest.raises(InvalidSignature):
        stage.keys.following.public_key().verify(
            b64decode(answer.headers["wechatpay-signature"]), b"", PKCS1v15(), SHA256()
        )


def rfc(seconds):
    moment = datetime.fromtimestamp(WALL_S + seconds, timezone(timedelta(hours=8)))
    return moment.isoformat()


def test_an_order_is_json_as_both_ends_understand_it(stage):
    assert json.loads(stage.native(description="停车费").body)["code_url"]
    assert stage.gateway.counter.see(stage.code(description="停车费"), 0.0).title == "停车费"
