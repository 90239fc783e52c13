"""The gateway's line: HTTP/1.1 in any split, hostile clients, bounds."""

from random import Random
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk_hw.ports.party import NEVER
from kiosk_sim.devices.gateway.books import NEWS_MAX, Books
from kiosk_sim.devices.gateway.counter import CONTENT_CHARS_MAX
from kiosk_sim.devices.gateway.line import (
    AHEAD_BYTES_MAX,
    BODY_BYTES_MAX,
    HEAD_BYTES_MAX,
    IDLE_S,
)
from kiosk_sim.devices.gateway.orders import Payer, Terms
from kiosk_sim.world.profiles import Spread
from sim.gateway_stage import ORDER, Answered, Stage, http

SCENE = {"payer_client_ip": "203.0.113.7", "h5_info": {"type": "Wap"}}

REQUESTS = {
    "native": lambda stage: stage.wechat_bytes("POST", "/v3/pay/transactions/native", ORDER),
    "h5": lambda stage: stage.wechat_bytes(
        "POST", "/v3/pay/transactions/h5", {**ORDER, "scene_info": SCENE}
    ),
    "close": lambda stage: stage.wechat_bytes(
        "POST", "/v3/pay/transactions/out-trade-no/order-0001/close", {"mchid": "1900000001"}
    ),
    "refund": lambda stage: stage.wechat_bytes("POST", "/v3/refund/domestic/refunds", {}),
    "query": lambda stage: stage.wechat_bytes("GET", "/v3/bill/tradebill?bill_date=2027-01-15"),
    "alipay": lambda stage: form(
        "/gateway.do", stage.alipay_values("alipay.trade.query", {"out_trade_no": "order_0001"})
    ),
    "tap": lambda stage: form("/tap", {"code": "weixin://wxpay/bizpayurl?pr=n1", "act": "pay"}),
}
"""One good request of each kind, as bytes."""

PLAIN = b"GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n"


@pytest.fixture
def stage():
    """A gateway and a line to it."""
    return Stage()


@pytest.mark.parametrize("piece", [0, 1, 7])
def test_a_request_is_understood_in_any_split(piece):
    stage = Stage()
    data = stage.wechat_bytes("POST", "/v3/pay/transactions/native", ORDER)
    assert stage.raw(data, piece).startswith(b"HTTP/1.1 200")


def test_a_line_carries_one_request_after_the_other(stage):
    assert [stage.native(out_trade_no=f"order-{n:04d}").status for n in range(5)] == [200] * 5
    assert stage.line.answers == 5
    assert not stage.line.hung_up


def test_requests_that_come_in_one_go_are_answered_in_order(stage):
    first = stage.wechat_bytes("POST", "/v3/pay/transactions/native", ORDER)
    target = "/v3/pay/transactions/out-trade-no/order-0001?mchid=1900000001"
    answer = stage.raw(first + stage.wechat_bytes("GET", target))
    assert answer.count(b"HTTP/1.1 200") == 2
    assert answer.index(b"code_url") < answer.index(b"NOTPAY")


def test_an_answer_takes_the_time_of_its_profile():
    stage = Stage(pace=Spread(0.25))
    stage.line.receive(stage.wechat_bytes("POST", "/v3/pay/transactions/native", ORDER), 0.0)
    assert stage.line.deadline() == 0.25
    stage.line.tick(0.24)
    assert stage.line.bytes_to_send() == b""
    stage.line.tick(0.25)
    assert stage.line.bytes_to_send().startswith(b"HTTP/1.1 200")


def test_one_seed_gives_one_course_of_bytes():
    def course(seed):
        stage = Stage(seed, pace=Spread(0.1, sigma=0.5, high_s=1.0))
        answers = [stage.raw(stage.wechat_bytes("POST", "/v3/pay/transactions/native", ORDER))]
        stage.gateway.counter.pay(stage.code(), stage.now)
        answers += [n.body for _, n in stage.notices(60.0)]
        return answers, stage.now

    assert course(5) == course(5)
    assert course(5) != course(6)


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"x" * HEAD_BYTES_MAX, 431),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999\r\n\r\n" + b"x" * 70_000, 413),
    ],
)
def test_what_is_no_request_is_refused_and_hung_up_on(stage, data, status):
    answer = Answered(stage.raw(data))
    assert answer.status == status
    assert stage.line.hung_up
    assert stage.raw(PLAIN) == b""


def test_a_body_of_the_longest_length_is_read_and_one_byte_more_is_not():
    for length, status in ((BODY_BYTES_MAX, 401), (BODY_BYTES_MAX + 1, 413)):
        stage = Stage()
        headers = {"Host": "x", "Content-Length": str(length)}
        data = http("POST", "/v3/pay/transactions/native", headers, b"x" * length)
        assert Answered(stage.raw(data)).status == status


def test_a_client_that_talks_on_while_it_is_to_wait_is_hung_up_on():
    stage = Stage(pace=Spread(5.0))
    stage.line.receive(stage.wechat_bytes("POST", "/v3/pay/transactions/native", ORDER), 0.0)
    stage.line.receive(b"x" * AHEAD_BYTES_MAX, 0.0)
    assert not stage.line.hung_up
    stage.line.receive(b"x", 0.0)
    assert stage.line.hung_up


@pytest.mark.parametrize("begun", [b"", b"GET / HTTP/1.1\r\nHost: x\r\n"])
def test_a_silent_client_is_hung_up_on(stage, begun):
    stage.line.receive(begun, 0.0)
    stage.line.tick(IDLE_S - 0.1)
    assert not stage.line.hung_up
    stage.line.tick(stage.line.deadline())
    assert stage.line.hung_up
    assert stage.line.deadline() == NEVER


def test_a_client_that_dribbles_is_hung_up_on_all_the_same(stage):
    head, _, body = stage.wechat_bytes("POST", "/v3/pay/transactions/native", ORDER).partition(
        b"\r\n\r\n"
    )
    stage.line.receive(head[:-1], IDLE_S - 1)
    assert stage.line.deadline() == IDLE_S
    stage.line.receive(head[-1:] + b"\r\n\r\n", IDLE_S - 1)
    assert stage.line.deadline() == 2 * IDLE_S - 1
    stage.line.receive(body[:1], 2 * IDLE_S - 2)
    stage.line.tick(2 * IDLE_S - 1)
    assert stage.line.hung_up


def test_a_client_that_comes_back_finds_a_fresh_line(stage):
    stage.raw(b"nonsense\r\n\r\n")
    stage.line.disconnected(1.0)
    stage.line.connected(1.0)
    assert stage.native().status == 200


def test_a_connection_that_shall_close_closes(stage):
    answer = stage.raw(b"GET /nothing HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 404")
    assert stage.line.hung_up


def test_a_head_request_has_no_body_and_the_line_goes_on(stage):
    answer = stage.raw(b"HEAD /nothing HTTP/1.1\r\nHost: x\r\n\r\n")
    assert answer.endswith(b"\r\n\r\n")
    assert stage.native().status == 200


def test_a_client_that_waits_to_be_asked_for_its_body_is_asked(stage):
    head, _, body = stage.wechat_bytes("POST", "/v3/pay/transactions/native", ORDER).partition(
        b"\r\n\r\n"
    )
    asked = stage.raw(head + b"\r\nExpect: 100-continue\r\n\r\n")
    assert asked.startswith(b"HTTP/1.1 100")
    assert stage.raw(body).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize(
    "target",
    [
        "http://[", "//", "*", "/v3/", "/v3/certificates?", "/bill/download", "/tap", "/sheet/pay",
        "/cgi-bin/mmpayweb-bin/checkmweb?prepay_id=%00", "/gateway.do?%", "/gateway.do?&&&",
        "/gateway.do?method=alipay.trade.wap.pay", "/v3/pay/transactions/out-trade-no/%ff?mchid=%",
    ],
)  # fmt: skip
@pytest.mark.parametrize("method", ["GET", "POST", "CONNECT", "OPTIONS"])
def test_no_target_breaks_the_line(stage, target, method):
    answer = Answered(stage.raw(http(method, target, {"Host": "x"}, b"")))
    assert 200 <= answer.status < 500


@settings(max_examples=150, deadline=None)
@given(
    seed=st.sampled_from(["native", "h5", "close", "refund", "query", "alipay", "tap"]),
    at=st.integers(0, 2_000),
    piece=st.binary(min_size=0, max_size=12),
    cut=st.integers(0, 12),
)
def test_no_bytes_break_the_line_or_pay_anything(seed, at, piece, cut):
    stage = Stage()
    data = REQUESTS[seed](stage)
    at = min(at, len(data))
    stage.raw(data[:at] + piece + data[at + cut :])
    assert [order.state.value for order in stage.gateway.wechat.books.orders()] in ([], ["NOTPAY"])


def test_two_headers_of_one_name_are_no_signature(stage):
    data = stage.wechat_bytes("POST", "/v3/pay/transactions/native", ORDER)
    head = data.split(b"\r\n")
    double = [line for line in head if line.startswith(b"Authorization")]
    assert stage.raw(b"\r\n".join([*head[:2], *double, *head[2:]])).startswith(b"HTTP/1.1 401")


# Sheets and taps.


def form(path, values):
    """A form as bytes."""
    body = urlencode(values).encode()
    return http("POST", path, {"Host": "x", "Content-Length": str(len(body))}, body)


def post(stage, path, **values):
    """The answer to a form."""
    return Answered(stage.raw(form(path, values)))


def sheet_target(stage):
    answer = stage.wechat("POST", "/v3/pay/transactions/h5", {**ORDER, "scene_info": SCENE})
    return answer.record["h5_url"].removeprefix("https://wx.tenpay.com")


def test_the_sheet_shows_amount_and_merchant_and_pays_by_one_button(stage):
    target = sheet_target(stage)
    page = stage.get(target).body.decode()
    assert "¥12.50" in page
    assert page.count("<button") == 1
    assert "<script" not in page
    code = target.rpartition("=")[2]
    assert "Paid" in post(stage, "/sheet/pay", code=code, back="").body.decode()
    assert stage.query().record["trade_state"] == "SUCCESS"
    assert "Paid" in stage.get(target).body.decode()


def test_the_sheet_takes_the_browser_back_where_the_link_says(stage):
    target = f"{sheet_target(stage)}&redirect_url=https%3A%2F%2Fkiosk.example.org%2Fr%2F1"
    assert 'value="https://kiosk.example.org/r/1"' in stage.get(target).body.decode()
    code = target.partition("prepay_id=")[2].partition("&")[0]
    answer = post(stage, "/sheet/pay", code=code, back="https://kiosk.example.org/r/1")
    assert (answer.status, answer.headers["location"]) == (303, "https://kiosk.example.org/r/1")


@pytest.mark.parametrize(
    "back", ["javascript:alert(1)", "https://x\r\nSet-Cookie: a=b", "https://x/ "]
)
def test_nowhere_else_and_never_into_the_headers(stage, back):
    code = sheet_target(stage).rpartition("=")[2]
    answer = post(stage, "/sheet/pay", code=code, back=back)
    assert "set-cookie" not in answer.headers
    assert answer.status in (200, 303)
    assert "javascript" not in answer.headers.get("location", "")


def test_a_closed_order_has_no_button(stage):
    target = sheet_target(stage)
    stage.close()
    assert "<button" not in stage.get(target).body.decode()
    code = target.rpartition("=")[2]
    assert "<button" not in post(stage, "/sheet/pay", code=code, back="").body.decode()
    assert stage.get("/cgi-bin/mmpayweb-bin/checkmweb?prepay_id=none").status == 404


def test_what_stands_on_the_sheet_is_text_and_never_markup(stage):
    body = {**ORDER, "scene_info": SCENE, "description": "<b>&\"'"}
    link = stage.wechat("POST", "/v3/pay/transactions/h5", body).record["h5_url"]
    page = stage.get(link.removeprefix("https://wx.tenpay.com")).body.decode()
    assert "<b>" not in page
    assert "&lt;b&gt;&amp;" in page


@pytest.mark.parametrize(
    ("act", "paid", "state"),
    [("pay", True, "SUCCESS"), ("look", False, "NOTPAY"), ("decline", False, "PAYERROR")],
)
def test_a_tap_does_what_a_hand_would(stage, act, paid, state):
    answer = post(stage, "/tap", code=stage.code(), act=act)
    assert answer.record == {"paid": paid, "amount_minor": 1250, "title": "Parking"}
    assert stage.query().record["trade_state"] == state


@pytest.mark.parametrize("values", [{}, {"code": "x"}, {"code": "https://qr.alipay.com/none"}])
def test_a_tap_on_nothing_is_refused(stage, values):
    assert post(stage, "/tap", **values).status == 400


def test_a_content_longer_than_any_code_is_looked_at_by_nobody(stage):
    code = stage.code()
    padded = f"{code}{'x' * (CONTENT_CHARS_MAX - len(code))}"
    assert stage.gateway.counter.see(padded, 0.0) is None
    long_link = f"https://x/cgi-bin/mmpayweb-bin/checkmweb?prepay_id={code.partition('=')[2]}"
    assert stage.gateway.counter.see(long_link, 0.0) is not None
    assert stage.gateway.counter.see(long_link + "&" * CONTENT_CHARS_MAX, 0.0) is None


def test_codes_on_screens_are_those_that_can_be_paid(stage):
    codes = [stage.code(), stage.precreate()["qr_code"]]
    sheet_target_of_another = {**ORDER, "out_trade_no": "order-0002"}
    stage.wechat(
        "POST", "/v3/pay/transactions/h5", {**sheet_target_of_another, "scene_info": SCENE}
    )
    assert stage.gateway.counter.on_screens(0.0) == codes
    stage.gateway.counter.pay(codes[0], 0.0)
    assert stage.gateway.counter.on_screens(0.0) == codes[1:]
    assert stage.gateway.counter.on_screens(7_200.0) == []


def test_news_that_nobody_takes_are_bounded():
    books = Books(Random(1))
    for n in range(NEWS_MAX + 1):
        order = books.create(str(n), Terms(1, "Parking", "native", 1e9), f"c{n}", 0.0)
        books.pay(order, Payer("o", "x"), 0.0)
    assert [books.news[0].order.number, len(books.news)] == ["1", NEWS_MAX]
