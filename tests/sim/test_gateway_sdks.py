"""The public SDKs as referees over a real socket: what they sign we take, and they take ours."""

import gzip
import json
import threading
import time
from contextlib import contextmanager
from hashlib import sha1
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import BytesIO
from random import Random
from urllib.parse import parse_qsl, urlsplit
from urllib.request import urlopen
from zipfile import ZipFile

import pytest
from alipay import AliPay
from alipay.exceptions import AliPayException, AliPayValidationError
from wechatpayv3 import WeChatPay, WeChatPayType

from kiosk_sim.devices.gateway.clockwork import day
from kiosk_sim.devices.gateway.faults import Fault
from kiosk_sim.devices.gateway.gateway import Gateway
from kiosk_sim.devices.gateway.keys import private_pem, public_pem
from kiosk_sim.devices.gateway.line import GatewayLine
from kiosk_sim.devices.gateway.settings import AlipaySettings, Keyring, WechatSettings
from kiosk_sim.site.gateway_keys import CERTIFICATES, write_public
from kiosk_sim.wires.notifier import Notifier
from kiosk_sim.wires.real_time import RealTimeHost
from sim.gateway_stage import SEED

pytestmark = [pytest.mark.slow, pytest.mark.timeout(60)]

AMOUNT = {"total": 1250, "currency": "CNY"}
NOTIFY = "https://kiosk.example.org/notice"


class Ear(HTTPServer):
    """The merchant's address: keeps what is brought and answers as told."""

    def __init__(self):
        ear = self
        self.brought = []
        self.answers = [(200, b"success")]
        self.came = threading.Event()

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                ear.brought.append((dict(self.headers.items()), body.decode()))
                status, said = ear.answers[min(len(ear.brought), len(ear.answers)) - 1]
                self.send_response(status)
                self.send_header("Content-Length", str(len(said)))
                self.end_headers()
                self.wfile.write(said)
                ear.came.set()

            def log_message(self, *args):
                """A test has nobody to tell."""

        super().__init__(("127.0.0.1", 0), Handler)


class Served:
    """A gateway on a socket, with the address of its merchant's ear."""

    def __init__(self, host, ear):
        self.host = host
        self.ear = ear
        self.keys = Keyring.seeded(SEED)
        lines = []
        self.port = host.add_service(lambda: GatewayLine(lines[0]), "127.0.0.1", 0)
        self.url = "http://{}:{}".format(*self.port.address)
        self.wechat_settings = WechatSettings.of(self.keys, self.url)
        self.alipay_settings = AlipaySettings.of(self.keys, self.url)
        self.gateway = Gateway(
            self.wechat_settings, self.alipay_settings, Random(1), wall_s=time.time() - host.now()
        )
        lines.append(self.gateway)
        self.notifier = Notifier(self.gateway, ear.server_address)
        host.add(self.notifier)

    def pay(self, content):
        """Somebody taps pay; the loop is told, as a tap over the wire would."""
        link = HTTPConnection(*self.port.address, timeout=5)
        link.request("POST", "/tap", f"code={content.replace('&', '%26')}&act=pay")
        paid = json.loads(link.getresponse().read())["paid"]
        link.close()
        return paid

    def brought(self):
        """What the next notice was, once it has come."""
        assert self.ear.came.wait(10.0)
        self.ear.came.clear()
        return self.ear.brought[-1]


@contextmanager
def running(target, stop):
    """Run it in a thread for as long as the block lasts."""
    thread = threading.Thread(target=target)
    thread.start()
    try:
        yield
    finally:
        stop()
        thread.join(10.0)
        assert not thread.is_alive()


@pytest.fixture
def served():
    """A gateway in real time, and an ear that hears its notices."""
    with Ear() as ear, RealTimeHost() as host:
        served = Served(host, ear)
        with running(ear.serve_forever, ear.shutdown), running(host.run, host.stop):
            yield served
            served.notifier.close()


def wechat_with(served, way=WeChatPayType.NATIVE, **trust):
    """The SDK as a merchant of this gateway; its base address is a private attribute."""
    settings = served.wechat_settings
    sdk = WeChatPay(
        wechatpay_type=way,
        mchid=settings.mchid,
        private_key=private_pem(served.keys.merchant),
        cert_serial_no=settings.merchant_serial,
        apiv3_key=settings.api_v3_key.decode(),
        appid=settings.appid,
        notify_url=NOTIFY,
        timeout=(5, 5),
        **trust,
    )
    sdk._core._gate_way = served.url
    return sdk


@pytest.fixture
def wechat(served):
    """The SDK of a merchant who holds the platform's public key."""
    platform = served.wechat_settings.public_key
    return wechat_with(
        served, public_key=public_pem(platform.key.public_key()), public_key_id=platform.serial
    )


@pytest.fixture
def alipay(served, monkeypatch):
    """The SDK of an application of this gateway. It takes the machine's zone for Beijing's."""
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    time.tzset()
    sdk = AliPay(
        appid=served.alipay_settings.app_id,
        app_notify_url=NOTIFY,
        app_private_key_string=private_pem(served.keys.merchant),
        alipay_public_key_string=public_pem(served.keys.platform.public_key()),
    )
    sdk._gateway = f"{served.url}/gateway.do"
    yield sdk
    monkeypatch.undo()
    time.tzset()


def read(answer, status=200):
    """The JSON of an SDK's answer of this status."""
    code, text = answer
    assert code == status, answer
    return json.loads(text)


# wechatpayv3.


def test_wechat_from_code_to_refund_as_its_sdk_sees_it(served, wechat):
    order = {"description": "停车费", "out_trade_no": "order-0001"}
    code = read(wechat.pay(**order, amount=AMOUNT))["code_url"]
    assert read(wechat.pay(**order, amount=AMOUNT))["code_url"] == code
    other = wechat.pay(**order, amount={**AMOUNT, "total": 1})
    assert read(other, 403)["code"] == "OUT_TRADE_NO_USED"
    assert read(wechat.query(out_trade_no="order-0001"))["trade_state"] == "NOTPAY"
    assert served.pay(code)
    paid = read(wechat.query(out_trade_no="order-0001"))
    assert paid["trade_state"] == "SUCCESS"
    assert read(wechat.query(transaction_id=paid["transaction_id"])) == paid
    assert read(wechat.close("order-0001"), 400)["code"] == "ORDERPAID"
    served.gateway.wechat.books.settle_s = 0.0
    amount = {"refund": 1250, "total": 1250, "currency": "CNY"}
    refund = read(wechat.refund("refund-1", amount, out_trade_no="order-0001"))
    assert refund["status"] == "SUCCESS"
    assert read(wechat.query_refund("refund-1"))["refund_id"] == refund["refund_id"]
    assert read(wechat.query(out_trade_no="order-0001"))["trade_state"] == "REFUND"


def test_wechat_closes_and_answers_for_what_is_not_there(served, wechat):
    code = read(wechat.pay("Parking", "order-0001", AMOUNT))["code_url"]
    assert wechat.close("order-0001") == (204, "")
    assert not served.pay(code)
    assert read(wechat.query(out_trade_no="order-0009"), 404)["code"] == "ORDER_NOT_EXIST"


def test_wechat_h5_from_link_to_payment(served, wechat):
    scene = {"payer_client_ip": "203.0.113.7", "h5_info": {"type": "Wap"}}
    sdk_answer = wechat.pay(
        "Parking", "order-0001", AMOUNT, scene_info=scene, pay_type=WeChatPayType.H5
    )
    link = read(sdk_answer)["h5_url"]
    assert link.startswith(served.url)
    with urlopen(link, timeout=5) as page:
        assert "¥12.50" in page.read().decode()
    assert served.pay(link)
    assert read(wechat.query(out_trade_no="order-0001"))["trade_type"] == "MWEB"


@pytest.mark.parametrize("fault", [Fault.UNSIGNED, Fault.WRONG_KEY])
def test_the_sdk_of_wechat_takes_no_answer_that_the_platform_did_not_sign(served, wechat, fault):
    served.gateway.faults.set(fault, 1)
    with pytest.raises(Exception, match=r"signature|algorithm"):
        wechat.pay("Parking", "order-0001", AMOUNT)


def test_a_merchant_with_certificates_follows_the_platform_s_change_of_keys(served, tmp_path):
    write_public(tmp_path, served.wechat_settings, time.time())
    sdk = wechat_with(served, cert_dir=str(tmp_path / CERTIFICATES))
    assert read(sdk.pay("Parking", "order-0001", AMOUNT))
    served.gateway.faults.set(Fault.KEY_ROTATED)
    assert read(sdk.query(out_trade_no="order-0001"))


def test_the_sdk_of_wechat_fetches_and_opens_both_certificates(served, tmp_path):
    write_public(tmp_path, served.wechat_settings, time.time())
    sdk = wechat_with(served, cert_dir=str(tmp_path / CERTIFICATES))
    sdk._core._update_certificates()
    serials = [f"{certificate.serial_number:040X}" for certificate in sdk._core._certificates]
    assert serials == [key.serial for key in served.wechat_settings.certificates]


def test_a_notice_of_wechat_is_opened_by_its_sdk(served, wechat):
    served.pay(read(wechat.pay("Parking", "order-0001", AMOUNT))["code_url"])
    headers, body = served.brought()
    told = wechat.callback(headers, body)
    assert told["event_type"] == "TRANSACTION.SUCCESS"
    assert told["resource"]["out_trade_no"] == "order-0001"
    assert told["resource"]["payer"]["openid"]
    assert wechat.callback(headers, body.replace("TRANSACTION", "TRANSACTIOM")) is None


def test_the_daily_bill_of_wechat_is_what_its_hash_says(served, wechat):
    served.pay(read(wechat.pay("Parking", "order-0001", AMOUNT))["code_url"])
    bill = read(wechat.trade_bill(day(time.time())))
    status, packed = wechat.download_bill(bill["download_url"])
    text = gzip.decompress(packed)
    assert (status, sha1(text).hexdigest()) == (200, bill["hash_value"])
    assert "`order-0001" in text.decode()


# python-alipay-sdk.


def test_alipay_from_code_to_refund_as_its_sdk_sees_it(served, alipay):
    code = alipay.api_alipay_trade_precreate("停车费", "order_0001", "12.50")["qr_code"]
    assert alipay.api_alipay_trade_precreate("停车费", "order_0001", "12.50")["qr_code"] == code
    other = alipay.api_alipay_trade_precreate("停车费", "order_0001", "12.51")
    assert other["sub_code"] == "ACQ.CONTEXT_INCONSISTENT"
    assert alipay.api_alipay_trade_query("order_0001")["sub_code"] == "ACQ.TRADE_NOT_EXIST"
    assert served.pay(code)
    paid = alipay.api_alipay_trade_query("order_0001")
    assert (paid["trade_status"], paid["total_amount"]) == ("TRADE_SUCCESS", "12.50")
    assert alipay.api_alipay_trade_query(trade_no=paid["trade_no"]) == paid
    assert alipay.api_alipay_trade_close("order_0001")["code"] == "40004"
    refund = alipay.api_alipay_trade_refund("12.50", "order_0001", out_request_no="r1")
    assert refund["fund_change"] == "Y"
    found = alipay.api_alipay_trade_fastpay_refund_query("r1", out_trade_no="order_0001")
    assert found["refund_status"] == "REFUND_SUCCESS"
    assert alipay.api_alipay_trade_query("order_0001")["trade_status"] == "TRADE_CLOSED"


def test_alipay_cancels_what_was_paid_and_what_was_not(served, alipay):
    codes = [
        alipay.api_alipay_trade_precreate("Parking", f"order_{n}", "1.00")["qr_code"]
        for n in range(2)
    ]
    assert served.pay(codes[0])
    assert alipay.api_alipay_trade_cancel("order_0")["action"] == "refund"
    assert "action" not in alipay.api_alipay_trade_cancel("order_1")
    assert not served.pay(codes[1])


def test_alipay_wap_from_link_to_payment_and_back(served, alipay):
    query = alipay.api_alipay_trade_wap_pay(
        "Parking", "order_0001", "12.50", return_url="https://kiosk.example.org/back"
    )
    link = f"{served.url}/gateway.do?{query}"
    with urlopen(link, timeout=5) as page:
        text = page.read().decode()
    assert "¥12.50" in text
    code = text.partition('name="code" value="')[2].partition('"')[0]
    client = HTTPConnection(*served.port.address, timeout=5)
    client.request("POST", "/sheet/pay", f"code={code}")
    answer = client.getresponse()
    client.close()
    assert answer.status == 303
    values = dict(parse_qsl(urlsplit(answer.headers["Location"]).query))
    assert alipay.verify(values, values.pop("sign"))
    assert alipay.api_alipay_trade_query("order_0001")["trade_status"] == "TRADE_SUCCESS"


@pytest.mark.parametrize("fault", [Fault.UNSIGNED, Fault.WRONG_KEY])
def test_the_sdk_of_alipay_takes_no_answer_that_the_platform_did_not_sign(served, alipay, fault):
    served.gateway.faults.set(fault, 1)
    with pytest.raises((AliPayException, AliPayValidationError)):
        alipay.api_alipay_trade_query("order_0001")


def test_a_notice_of_alipay_is_verified_by_its_sdk(served, alipay):
    served.pay(alipay.api_alipay_trade_precreate("停车费", "order_0001", "12.50")["qr_code"])
    _, body = served.brought()
    values = dict(parse_qsl(body))
    sign = values.pop("sign")
    assert alipay.verify(dict(values), sign)
    assert not alipay.verify({**values, "total_amount": "12.51"}, sign)
    assert values["trade_status"] == "TRADE_SUCCESS"


def test_the_daily_bill_of_alipay_names_the_order(served, alipay):
    served.pay(alipay.api_alipay_trade_precreate("Parking", "order_0001", "12.50")["qr_code"])
    answer = alipay.server_api(
        "alipay.data.dataservice.bill.downloadurl.query",
        {"bill_type": "trade", "bill_date": day(time.time())},
    )
    with (
        urlopen(answer["bill_download_url"], timeout=5) as packed,
        ZipFile(BytesIO(packed.read())) as archive,
    ):
        assert "order_0001" in archive.read(archive.namelist()[0]).decode("gbk")


# Notices that nobody hears.


def test_a_notice_that_is_answered_with_an_error_stays_pending(served, wechat):
    served.ear.answers = [(500, b"")]
    served.pay(read(wechat.pay("Parking", "order-0001", AMOUNT))["code_url"])
    served.brought()
    assert repr(served.gateway.notices) == "<Notices pending=1 given_up=0>"


def test_a_simulator_calls_nobody_but_this_machine(served, wechat):
    served.notifier._to = None
    served.pay(read(wechat.pay("Parking", "order-0001", AMOUNT))["code_url"])
    deadline = time.monotonic() + 10.0
    while served.notifier.unreachable == 0 and time.monotonic() < deadline:
        wechat.query(out_trade_no="order-0001")
    assert served.notifier.unreachable == 1
    assert served.ear.brought == []
