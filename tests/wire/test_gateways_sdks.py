"""Our signatures and checks against those of the public SDKs, in both directions."""

import json
import re
from urllib.parse import parse_qsl, urlsplit

import pytest
from alipay import AliPay
from alipay.exceptions import AliPayValidationError
from wechatpayv3.core import Core
from wechatpayv3.utils import build_authorization, load_private_key

from kiosk_hw.gateways.alipay import Alipay
from kiosk_hw.gateways.wechat_pay_v3 import WechatPay
from kiosk_hw.paycodes import wechat_signing
from kiosk_hw.paycodes.messages import HttpAnswer, Stamp, Told
from kiosk_hw.paycodes.wechat_signing import Seal
from kiosk_hw.ports.gateway import AskOrder, CreateOrder, OrderCreated, OrderPaid, Way
from kiosk_hw.ports.money import Money
from wire.gateway_keys import (
    ALIPAY_APP,
    API_V3_KEY,
    MCHID,
    NOW_S,
    PLATFORM_ID,
    alipay_answer,
    alipay_merchant,
    alipay_notice,
    private_pem,
    public_pem,
    wechat_answer,
    wechat_merchant,
    wechat_notice,
)

ORDER, FEE = "p-0a1b2c-000007", Money(100, "CNY")
SERIAL = "7132D72A03E93CDDF8C03BBD1F37EEDF8B6D5B3B"


def wechat_sdk(key: str = "merchant") -> Core:
    return Core(
        MCHID,
        SERIAL,
        private_pem(key).decode(),
        API_V3_KEY.decode(),
        public_key=public_pem("platform").decode(),
        public_key_id=PLATFORM_ID,
    )


def alipay_sdk(own: str = "merchant", theirs: str = "platform") -> AliPay:
    return AliPay(
        appid=ALIPAY_APP,
        app_notify_url=None,
        app_private_key_string=private_pem(own).decode(),
        alipay_public_key_string=public_pem(theirs).decode(),
        sign_type="RSA2",
    )


@pytest.mark.parametrize(
    ("step", "command"),
    [("native", CreateOrder(ORDER, FEE, Way.SCREEN, 90)), ("query", AskOrder(ORDER, FEE))],
)
def test_wechatpayv3_signs_our_request_to_the_letter_as_we_do(step: str, command: object) -> None:
    pay = WechatPay(wechat_merchant())
    draft = pay.request(step, command, Stamp(NOW_S, "N" * 32, NOW_S))  # type: ignore[arg-type]
    theirs = build_authorization(
        draft.target,
        draft.method,
        MCHID,
        SERIAL,
        load_private_key(private_pem("merchant").decode()),
        data=draft.body.decode(),
        nonce_str="N" * 32,
    )
    found = re.search(r'timestamp="(\d+)"', theirs)
    assert found is not None
    stamp = Stamp(float(found[1]), "N" * 32, NOW_S)
    ours = pay.request(step, command, stamp)  # type: ignore[arg-type]
    assert dict(ours.headers)["Authorization"] == theirs


@pytest.mark.parametrize(
    ("key", "serial", "tail", "seal"),
    [
        ("platform", PLATFORM_ID, b"", Seal.GOOD),
        ("stranger", PLATFORM_ID, b"", Seal.BAD),
        ("platform", PLATFORM_ID, b" ", Seal.BAD),
    ],
)
def test_wechatpayv3_and_we_judge_an_answer_alike(
    key: str, serial: str, tail: bytes, seal: Seal
) -> None:
    answer = wechat_answer({"code_url": "weixin://wxpay/bizpayurl?pr=x"}, key=key, serial=serial)
    answer = HttpAnswer(200, answer.headers, answer.body + tail)
    keys = wechat_merchant().platform_keys
    assert wechat_signing.seal_of(answer, keys, NOW_S) is seal
    theirs = wechat_sdk()._verify_signature(dict(answer.headers), answer.body.decode())
    assert theirs is (seal is Seal.GOOD)


def test_what_wechatpayv3_signs_verifies_here() -> None:
    body = '{"trade_state":"SUCCESS"}'
    signed = wechat_sdk("platform").sign([str(NOW_S), "nonce", body])
    headers = (
        ("Wechatpay-Timestamp", str(NOW_S)),
        ("Wechatpay-Nonce", "nonce"),
        ("Wechatpay-Serial", PLATFORM_ID),
        ("Wechatpay-Signature", signed),
    )
    answer = HttpAnswer(200, headers, body.encode())
    keys = wechat_merchant().platform_keys
    assert wechat_signing.seal_of(answer, keys, NOW_S) is Seal.GOOD


def test_wechatpayv3_opens_the_notice_that_we_open() -> None:
    inner = {"mchid": MCHID, "appid": "wxd678efh567hg6787", "out_trade_no": ORDER}
    answer = wechat_notice(inner)
    theirs = wechat_sdk().decrypt_callback(dict(answer.headers), answer.body)
    assert json.loads(theirs) == inner
    notice = WechatPay(wechat_merchant()).notice(answer.headers, answer.body, NOW_S)
    assert notice is not None
    assert notice.order_id == ORDER


def alipay_parameters(command: CreateOrder | AskOrder) -> dict[str, str]:
    """All parameters of our request or link, as a server reads them."""
    pay, stamp = Alipay(alipay_merchant()), Stamp(NOW_S, "", NOW_S)
    made = pay.at_once(command, stamp)
    if made:
        assert isinstance(made[0], OrderCreated)
        return dict(parse_qsl(urlsplit(made[0].content).query))
    request = pay.request(pay.first_step(command), command, stamp)
    return dict(parse_qsl(urlsplit(request.target).query)) | dict(parse_qsl(request.body.decode()))


@pytest.mark.parametrize(
    "command",
    [
        CreateOrder(ORDER, FEE, Way.SCREEN, 90),
        CreateOrder(ORDER, FEE, Way.PAGE, 90, return_url="https://pay.example/L/X?a=1&b=2"),
        AskOrder(ORDER, FEE),
    ],
)
def test_python_alipay_sdk_signs_our_parameters_as_we_do(command: CreateOrder | AskOrder) -> None:
    told = alipay_parameters(command)
    ours = told.pop("sign")
    theirs = dict(parse_qsl(alipay_sdk().sign_data(dict(told))))
    assert theirs["sign"] == ours
    assert theirs == {**told, "sign": ours}


@pytest.mark.parametrize(("key", "is_good"), [("platform", True), ("stranger", False)])
def test_python_alipay_sdk_and_we_judge_an_answer_alike(key: str, is_good: bool) -> None:
    node = (
        '{"code":"10000","out_trade_no":"p_h0a1b2c_h000007","trade_no":"2013112011001004330",'
        '"trade_status":"TRADE_SUCCESS","total_amount":"1.00","subject":"\\u505c\\/{}"}'
    )
    answer = alipay_answer("alipay.trade.query", node, key=key)
    reading = Alipay(alipay_merchant()).read(
        "alipay.trade.query", AskOrder(ORDER, FEE), answer, NOW_S
    )
    paid = Told((OrderPaid(ORDER, FEE, "2013112011001004330"),))
    assert (reading == paid) is is_good
    text = answer.body.decode()
    if is_good:
        record = alipay_sdk()._verify_and_return_sync_response(text, "alipay_trade_query_response")
        assert record["trade_status"] == "TRADE_SUCCESS"
    else:
        with pytest.raises(AliPayValidationError):
            alipay_sdk()._verify_and_return_sync_response(text, "alipay_trade_query_response")


def test_python_alipay_sdk_verifies_the_notice_that_we_verify() -> None:
    told = {
        "app_id": ALIPAY_APP,
        "seller_id": "2088102146225135",
        "notify_time": "2024-08-05 17:33:41",
        "notify_id": "ac05099524730693a8b330c5ecf72da9786",
        "out_trade_no": "p_h0a1b2c_h000007",
        "subject": "停车费 Parking",
    }
    body = alipay_notice(told)
    read = dict(parse_qsl(body.decode()))
    assert alipay_sdk().verify(read, read.pop("sign")) is True
    notice = Alipay(alipay_merchant()).notice((), body, NOW_S)
    assert notice is not None
    assert notice.order_id == ORDER
