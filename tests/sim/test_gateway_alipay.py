"""Alipay as the simulator plays it: who is let in, what trades and refunds come to."""

import re
from base64 import b64decode
from io import BytesIO
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit
from zipfile import ZipFile

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

from kiosk_sim.devices.gateway.alipay.amounts import fen_of
from kiosk_sim.devices.gateway.alipay.guard import FIELDS_MAX
from kiosk_sim.devices.gateway.alipay.signing import is_rsa2, notice_text, request_text
from sim.gateway_stage import NOTIFY, WALL_S, Answered, Stage, http


@pytest.fixture
def stage():
    """A gateway and a line to it."""
    return Stage()


def pay(stage, number="order_0001"):
    """Precreate, scan and pay."""
    assert stage.gateway.counter.pay(stage.precreate(number)["qr_code"], stage.now)


# The manual's own texts, typed by hand.


def test_the_text_of_a_request_is_the_one_of_the_manual():
    values = {
        "method": "alipay.mobile.public.menu.add",
        "app_id": "2014072300007148",
        "charset": "GBK",
        "sign_type": "RSA2",
        "timestamp": "2014-07-24 03:07:50",
        "biz_content": '{"button":[{"actionParam":"ZFB_HFCZ"}]}',
        "version": "1.0",
        "notify_url": "",
        "sign": "e9zEAe4TTQ4LPLQvETPoLGXTiURcxiAKfMVQ6Hrrsx2hmyIEGvSfAQzbLxHrhyZ48",
    }
    assert request_text(values) == (
        b"app_id=2014072300007148&"
        b'biz_content={"button":[{"actionParam":"ZFB_HFCZ"}]}&charset=GBK&'
        b"method=alipay.mobile.public.menu.add&sign_type=RSA2&"
        b"timestamp=2014-07-24 03:07:50&version=1.0"
    )


def test_the_text_of_a_notice_leaves_the_kind_of_signature_out():
    values = {"total_amount": "2.00", "buyer_id": "2088102116773037", "sign": "x"}
    assert notice_text({**values, "sign_type": "RSA2", "body": ""}) == (
        b"buyer_id=2088102116773037&total_amount=2.00"
    )


@pytest.mark.parametrize(
    ("value", "fen"),
    [
        ("12.50", 1250),
        ("12.5", 1250),
        ("0.01", 1),
        (12.5, 1250),
        (88, 8800),
        ("100000000", 10_000_000_000),
        ("100000000.01", None),
        ("0.00", None),
        ("0.001", None),
        ("-1", None),
        ("1e3", None),
        ("１", None),
        ("", None),
        (None, None),
        (True, None),
        ([], None),
    ],
)
def test_an_amount_is_yuan_with_two_digits_or_none(value, fen):
    assert fen_of(value) == fen


# Who is let in.


@pytest.mark.parametrize(
    ("other", "sub_code"),
    [
        ({"app_id": "2021000000000002"}, "isv.invalid-app-id"),
        ({"app_id": ""}, "isv.missing-app-id"),
        ({"charset": "GBK"}, "isv.invalid-charset"),
        ({"sign_type": "RSA"}, "isv.invalid-signature-type"),
        ({"version": "2.0"}, "isv.invalid-version"),
        ({"format": "XML"}, "isv.invalid-format"),
        ({"timestamp": "2027-01-15 15:54:59"}, "isv.invalid-timestamp"),
        ({"timestamp": "2027-01-15 16:05:01"}, "isv.invalid-timestamp"),
        ({"timestamp": "2027-01-15T08:00:00Z"}, "isv.invalid-timestamp"),
        ({"method": "alipay.trade.order.settle"}, "isv.invalid-method"),
    ],
)
def test_a_request_that_is_not_to_be_trusted_is_refused(stage, other, sub_code):
    values = stage.alipay_values("alipay.trade.query", {"out_trade_no": "order_0001"}, **other)
    (inner,) = (v for k, v in stage.alipay_raw(values).record.items() if k != "sign")
    assert (inner["code"] in ("40001", "40002"), inner["sub_code"]) == (True, sub_code)


@pytest.mark.parametrize("changed", ["biz_content", "timestamp", "notify_url"])
def test_what_was_changed_after_signing_is_refused(stage, changed):
    content = {"out_trade_no": "order_0001", "total_amount": "12.50", "subject": "Parking"}
    values = stage.alipay_values("alipay.trade.precreate", content, notify_url=NOTIFY)
    values[changed] = {"timestamp": "2027-01-15 16:00:01"}.get(changed, values[changed] + " ")
    inner = stage.alipay_raw(values).record["alipay_trade_precreate_response"]
    assert inner["sub_code"] == "isv.invalid-signature"


@pytest.mark.parametrize(
    "body",
    [
        "a=1&a=2",
        "&".join(f"a{n}=1" for n in range(FIELDS_MAX + 1)),
        "",
        "%ff%fe",
    ],
)
def test_a_form_that_is_none_is_refused_unsigned(stage, body):
    headers = {"Host": "x", "Content-Length": str(len(body))}
    record = Answered(stage.raw(http("POST", "/gateway.do", headers, body.encode()))).record
    assert set(record) == {"error_response"}


def test_a_name_that_comes_twice_is_refused_however_well_it_was_signed(stage):
    values = stage.alipay_values("alipay.trade.query", {"out_trade_no": "order_0001"})
    body = f"{urlencode(values)}&version=1.0".encode()
    headers = {"Host": "x", "Content-Length": str(len(body))}
    record = Answered(stage.raw(http("POST", "/gateway.do", headers, body))).record
    assert record["error_response"]["sub_code"] == "isv.invalid-parameter"


def test_another_seller_is_refused(stage):
    assert stage.precreate(seller_id="2088000000000002")["sub_code"] == "ACQ.INVALID_SELLER_ID"
    assert stage.precreate(seller_id="2088000000000001")["code"] == "10000"


def test_an_answer_is_signed_over_its_inner_object_as_it_stands(stage):
    values = stage.alipay_values("alipay.trade.query", {"out_trade_no": "order_0001"})
    body = stage.alipay_raw(values).body
    match = re.fullmatch(rb'{"alipay_trade_query_response":({.*}),"sign":"(.*)"}', body)
    stage.keys.platform.public_key().verify(b64decode(match[2]), match[1], PKCS1v15(), SHA256())


# Trades.


def test_a_precreated_order_is_no_trade_before_somebody_scans_it(stage):
    code = stage.precreate()["qr_code"]
    assert code.startswith("https://qr.alipay.com/bax")
    absent = stage.alipay("query", {"out_trade_no": "order_0001"})
    assert (absent["code"], absent["sub_code"]) == ("40004", "ACQ.TRADE_NOT_EXIST")
    stage.gateway.counter.see(code, 0.0)
    assert stage.alipay("query", {"out_trade_no": "order_0001"})["trade_status"] == "WAIT_BUYER_PAY"


def test_a_paid_trade_tells_amount_number_and_payer(stage):
    pay(stage)
    trade = stage.alipay("query", {"out_trade_no": "order_0001"})
    assert trade["trade_status"] == "TRADE_SUCCESS"
    assert trade["total_amount"] == "12.50"
    assert trade["buyer_user_id"].startswith("2088")
    assert stage.alipay("query", {"trade_no": trade["trade_no"]}) == trade


def test_the_same_order_has_the_same_code_and_another_amount_is_refused(stage):
    code = stage.precreate()["qr_code"]
    assert stage.precreate()["qr_code"] == code
    assert stage.precreate(total_amount="12.51")["sub_code"] == "ACQ.CONTEXT_INCONSISTENT"
    pay(stage)
    assert stage.precreate()["sub_code"] == "ACQ.TRADE_HAS_SUCCESS"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"out_trade_no": "order-0001"}, "out_trade_no"),
        ({"out_trade_no": "x" * 65}, "out_trade_no"),
        ({"total_amount": "0"}, "total_amount"),
        ({"total_amount": "12.505"}, "total_amount"),
        ({"subject": "a/b"}, "subject"),
        ({"subject": "x" * 257}, "subject"),
        ({"timeout_express": "90s"}, "timeout_express"),
        ({"time_expire": "2027-01-15 15:00:00"}, "time_expire"),
        ({"buyer_id": "2088"}, "'buyer_id'"),
        ({"goods_detail": {}}, "goods_detail"),
    ],
)
def test_a_field_that_breaks_its_rule_is_named(stage, changes, field):
    answer = stage.precreate(**changes)
    assert answer["sub_code"] == "ACQ.INVALID_PARAMETER"
    assert answer["sub_msg"].startswith(field)


@pytest.mark.parametrize("content", ["", "[]", "{", "null", "[" * 20_000])
def test_a_content_that_is_no_object_is_refused(stage, content):
    assert stage.alipay("query", content)["sub_code"] == "ACQ.INVALID_PARAMETER"


@pytest.mark.parametrize(
    ("expiry", "seconds"),
    [
        ({"timeout_express": "2m"}, 120),
        ({"qr_code_timeout_express": "1m", "timeout_express": "2m"}, 60),
        ({"time_expire": "2027-01-15 16:01:30"}, 90),
        ({"timeout_express": "1c"}, 8 * 3600 - 1),
        ({"timeout_express": "1h"}, 3600),
        ({}, 7200),
    ],
)
def test_a_code_can_be_paid_until_its_time_is_over(stage, expiry, seconds):
    codes = [stage.precreate(f"order_{n}", **expiry)["qr_code"] for n in range(2)]
    assert stage.gateway.counter.pay(codes[0], seconds - 0.1)
    assert not stage.gateway.counter.pay(codes[1], seconds)


def test_close_does_not_know_a_code_that_nobody_scanned_and_it_stays_payable(stage):
    code = stage.precreate()["qr_code"]
    assert stage.alipay("close", {"out_trade_no": "order_0001"})["sub_code"] == (
        "ACQ.TRADE_NOT_EXIST"
    )
    assert stage.gateway.counter.pay(code, 0.0)


def test_close_ends_a_trade_that_nobody_has_paid_once(stage):
    code = stage.precreate()["qr_code"]
    stage.gateway.counter.see(code, 0.0)
    assert stage.alipay("close", {"out_trade_no": "order_0001"})["code"] == "10000"
    assert not stage.gateway.counter.pay(code, 0.0)
    assert stage.alipay("query", {"out_trade_no": "order_0001"})["trade_status"] == "TRADE_CLOSED"
    again = stage.alipay("close", {"out_trade_no": "order_0001"})
    assert again["sub_code"] == "ACQ.REASON_TRADE_STATUS_INVALID"


def test_close_refuses_what_was_paid_meanwhile(stage):
    pay(stage)
    assert stage.alipay("close", {"out_trade_no": "order_0001"})["code"] == "40004"
    assert stage.alipay("query", {"out_trade_no": "order_0001"})["trade_status"] == "TRADE_SUCCESS"


@pytest.mark.parametrize(
    ("before", "action", "after"),
    [
        ("nothing", None, None),
        ("code", None, None),
        ("scanned", "close", "TRADE_CLOSED"),
        ("paid", "refund", "TRADE_CLOSED"),
    ],
)
def test_cancel_closes_or_gives_back_whatever_there_was(stage, before, action, after):
    code = "" if before == "nothing" else stage.precreate()["qr_code"]
    if before == "scanned":
        stage.gateway.counter.see(code, 0.0)
    if before == "paid":
        stage.gateway.counter.pay(code, 0.0)
    answer = stage.alipay("cancel", {"out_trade_no": "order_0001"})
    assert (answer["code"], answer["retry_flag"], answer.get("action")) == ("10000", "N", action)
    assert not stage.gateway.counter.pay(code, 0.0)
    assert stage.alipay("query", {"out_trade_no": "order_0001"}).get("trade_status") == after
    assert stage.alipay("cancel", {"out_trade_no": "order_0001"})["code"] == "10000"


# Refunds and bills.


def test_a_refund_is_made_once_however_often_it_is_asked_for(stage):
    pay(stage)
    content = {"out_trade_no": "order_0001", "refund_amount": "12.50", "out_request_no": "r1"}
    first, second = stage.alipay("refund", content), stage.alipay("refund", content)
    assert [first["fund_change"], second["fund_change"]] == ["Y", "N"]
    assert first["refund_fee"] == second["refund_fee"] == "12.50"
    other = stage.alipay("refund", {**content, "refund_amount": "1.00"})
    assert other["sub_code"] == "ACQ.DISCORDANT_REPEAT_REQUEST"
    found = stage.alipay(
        "fastpay.refund.query", {"out_trade_no": "order_0001", "out_request_no": "r1"}
    )
    assert (found["refund_status"], found["refund_amount"]) == ("REFUND_SUCCESS", "12.50")


def test_a_trade_is_closed_when_all_of_it_was_given_back(stage):
    pay(stage)
    seen = []
    for number, amount in (("r1", "12.00"), ("r2", "0.50")):
        stage.alipay(
            "refund",
            {"out_trade_no": "order_0001", "refund_amount": amount, "out_request_no": number},
        )
        seen.append(stage.alipay("query", {"out_trade_no": "order_0001"})["trade_status"])
    assert seen == ["TRADE_SUCCESS", "TRADE_CLOSED"]


def test_a_refund_that_cannot_be_is_refused(stage):
    content = {"out_trade_no": "order_0001", "refund_amount": "12.51"}
    assert stage.alipay("refund", content)["sub_code"] == "ACQ.TRADE_NOT_EXIST"
    code = stage.precreate()["qr_code"]
    stage.gateway.counter.see(code, 0.0)
    assert stage.alipay("refund", content)["sub_code"] == "ACQ.TRADE_STATUS_ERROR"
    stage.gateway.counter.pay(code, 0.0)
    assert stage.alipay("refund", content)["sub_code"] == "ACQ.REFUND_AMT_NOT_EQUAL_TOTAL"


def test_a_refund_that_nobody_asked_for_is_told_without_a_status(stage):
    pay(stage)
    asked = {"out_trade_no": "order_0001", "out_request_no": "r9"}
    assert stage.alipay("fastpay.refund.query", asked) == {"code": "10000", "msg": "Success"}


def test_the_bill_of_a_day_has_its_payments_and_refunds(stage):
    pay(stage)
    stage.alipay("refund", {"out_trade_no": "order_0001", "refund_amount": "2.50"})
    method = "alipay.data.dataservice.bill.downloadurl.query"
    values = stage.alipay_values(method, {"bill_type": "trade", "bill_date": "2027-01-15"})
    answer = stage.alipay_raw(values).record[f"{method.replace('.', '_')}_response"]
    where = answer["bill_download_url"].removeprefix("https://openapi.alipay.com")
    with ZipFile(BytesIO(stage.get(where).body)) as archive:
        (name,) = archive.namelist()
        lines = archive.read(name).decode("gbk").splitlines()
    assert [line.split(",")[11] for line in lines[3:]] == ["12.50", "-2.50"]


def test_a_signature_is_base64_and_nothing_besides(stage):
    key, signed = stage.keys.merchant.public_key(), stage.signature("a=1")
    assert is_rsa2(key, b"a=1", signed)
    for other in (f"{signed[:9]}%{signed[9:]}", signed[:-1], f"{signed}\n", "", "é"):
        assert not is_rsa2(key, b"a=1", other)


# The sheet in a browser.


def wap(stage, **other):
    """The link of a wap order."""
    content = {
        "out_trade_no": "order_0001",
        "total_amount": "12.50",
        "subject": "Parking",
        "product_code": "QUICK_WAP_WAY",
    }
    values = stage.alipay_values("alipay.trade.wap.pay", content, **other)
    return f"/gateway.do?{urlencode(values)}"


def test_a_link_makes_its_trade_when_it_is_followed(stage):
    link = wap(stage)
    assert stage.alipay("query", {"out_trade_no": "order_0001"})["code"] == "40004"
    page = stage.get(link)
    assert "¥12.50" in page.body.decode()
    assert "Example Car Park" in page.body.decode()
    assert stage.alipay("query", {"out_trade_no": "order_0001"})["trade_status"] == "WAIT_BUYER_PAY"
    assert stage.get(link).body == page.body


def test_a_phone_that_follows_a_link_makes_its_trade_as_a_browser_does(stage):
    stage.gateway.counter.begin(f"https://openapi.alipay.com{wap(stage)}", 0.0)
    assert stage.alipay("query", {"out_trade_no": "order_0001"})["trade_status"] == "WAIT_BUYER_PAY"


def test_a_link_may_be_followed_later_than_a_request_may_come(stage):
    link = wap(stage)
    stage.now = 3_600.0
    stage.line.connected(stage.now)
    assert stage.get(link).status == 200
    stage.now = 90_000.0
    stage.line.connected(stage.now)
    assert b"isv.invalid-timestamp" in stage.get(link).body


def test_a_link_that_was_changed_shows_no_sheet(stage):
    page = stage.get(wap(stage).replace("12.50", "00.01"))
    assert page.status == 400
    assert b"isv.invalid-signature" in page.body


def test_the_button_pays_and_the_browser_goes_back_with_a_signed_answer(stage):
    stage.get(wap(stage, return_url="http://127.0.0.1:8080/back?a=1"))
    order = stage.gateway.alipay.books.orders()[0]
    body = urlencode({"code": order.code, "back": "https://elsewhere.example.org/"})
    answer = stage.raw(
        f"POST /sheet/pay HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()
    )
    location = re.search(rb"(?i)location: (\S+)", answer)[1].decode()
    assert answer.startswith(b"HTTP/1.1 303")
    assert location.startswith("http://127.0.0.1:8080/back?a=1&app_id=")
    values = dict(parse_qsl(urlsplit(location).query))
    del values["a"]
    sign = values.pop("sign")
    text = "&".join(f"{k}={v}" for k, v in sorted(values.items()) if k != "sign_type")
    stage.keys.platform.public_key().verify(b64decode(sign), text.encode(), PKCS1v15(), SHA256())
    assert parse_qs(urlsplit(location).query)["total_amount"] == ["12.50"]
    assert order.paid_s == WALL_S
