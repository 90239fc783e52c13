"""Alipay as a merchant meets it: trust first, then the method, then the signature."""

import json
from random import Random
from typing import Final
from urllib.parse import parse_qs, urlencode

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from kiosk_sim.devices.gateway.alipay.bill import trade_bill
from kiosk_sim.devices.gateway.alipay.desk import Desk, Record
from kiosk_sim.devices.gateway.alipay.guard import (
    INVALID,
    SHEET_METHOD,
    Problem,
    parameters_of,
    problem_with,
)
from kiosk_sim.devices.gateway.alipay.signing import notice_text, rsa2
from kiosk_sim.devices.gateway.alipay.wording import Wording, trade_no
from kiosk_sim.devices.gateway.books import Books
from kiosk_sim.devices.gateway.clockwork import beijing
from kiosk_sim.devices.gateway.faults import NOTICE, Fault, Faults
from kiosk_sim.devices.gateway.messages import Answer, Headers, Request, as_json
from kiosk_sim.devices.gateway.orders import News, Order
from kiosk_sim.devices.gateway.settings import AlipaySettings

PATH: Final = "/gateway.do"
BILL: Final = "/bill/download"

TEXT: Final = "text/html;charset=utf-8"
"""What Alipay calls its JSON."""


class AlipayFace:
    """One application's Alipay."""

    def __init__(self, settings: AlipaySettings, faults: Faults, rng: Random) -> None:
        self.settings = settings
        self.books = Books(rng, settle_s=0.0)
        self._faults = faults
        self._wording = Wording(settings, faults)
        self._desk = Desk(settings, self.books, self._wording)

    def __repr__(self) -> str:
        return f"<AlipayFace {self.books!r}>"

    def operation(self, request: Request) -> str:
        """What the request is for."""
        if request.path == BILL:
            return "bill-file"
        method = (parameters_of(request) or {}).get("method", "")
        return "create" if method == SHEET_METHOD else Desk.METHODS.get(method, "")

    def answer(self, request: Request, now_s: float) -> Answer:
        """The answer to whatever is no sheet; signed when the application is known."""
        if request.path == BILL:
            of_day = parse_qs(request.query).get("day", [""])[0]
            bill = trade_bill(self.settings, self.books.orders(), of_day)
            return Answer(200, bill, "application/zip")
        values = parameters_of(request)
        if values is None:
            return _untrusted((*INVALID, "isv.invalid-parameter", "expected a form, names once"))
        problem = problem_with(values, self.settings, now_s)
        operation = self.operation(request)
        if problem is None and not operation:
            problem = (*INVALID, "isv.invalid-method", "method: not played by this simulator")
        if problem is not None and (not operation or "app" in problem[2]):
            return _untrusted(problem)
        if problem is not None:
            return self._signed(values["method"], _told(problem), operation)
        try:
            content = json.loads(values.get("biz_content", ""))
        except (ValueError, RecursionError):
            content = None
        return self._signed(values["method"], self._desk.answer(content, values, now_s), operation)

    def sheet_of(self, request: Request, now_s: float) -> Order | str:
        """The order of a followed wap link, made by following it; or what is wrong with the link.

        alipay.trade.wap.pay: the trade begins when the browser arrives.
        """
        values = parameters_of(request) or {}
        problem = problem_with(values, self.settings, now_s)
        if problem is not None:
            return f"{problem[2]}: {problem[3]}"
        try:
            content = json.loads(values.get("biz_content", ""))
        except (ValueError, RecursionError):
            return "biz_content: expected JSON"
        order = self._desk.order_from(content, values, "wap", now_s)
        if isinstance(order, tuple):
            return ": ".join(order)
        self.books.scan(order.code, now_s)
        return order

    def is_sheet(self, request: Request) -> bool:
        """Whether a browser follows a wap link."""
        return (parameters_of(request) or {}).get("method") == SHEET_METHOD

    def return_link(self, order: Order, now_s: float) -> str:
        """Where the payer's browser goes after paying, if the merchant named a place."""
        told = {
            "app_id": self.settings.app_id,
            "charset": "utf-8",
            "method": f"{SHEET_METHOD}.return",
            "out_trade_no": order.number,
            "seller_id": self.settings.seller_id,
            "timestamp": beijing(now_s),
            "total_amount": self._wording.total(order, "return"),
            "trade_no": trade_no(order),
            "version": "1.0",
        }
        told["sign"] = rsa2(self.settings.platform_key, notice_text(told))
        told["sign_type"] = "RSA2"
        joint = "&" if "?" in order.terms.return_url else "?"
        return f"{order.terms.return_url}{joint}{urlencode(told)}"

    def notice(self, news: News, now_s: float, number: int) -> tuple[Headers, bytes]:
        """A notice of this piece of news: a signed form."""
        told = self._wording.notice(news.order, news.refund, now_s, number)
        if not self._faults.due(Fault.UNSIGNED, NOTICE):
            told["sign"] = rsa2(self._key(NOTICE), notice_text(told))
            told["sign_type"] = "RSA2"
        headers = (("Content-Type", "application/x-www-form-urlencoded; charset=utf-8"),)
        return headers, urlencode(told).encode()

    @staticmethod
    def is_heard(status: int, body: bytes) -> bool:
        """Whether the merchant's answer ends the notices: the word success, nothing else."""
        return status == 200 and body.strip() == b"success"

    # Inside.

    def _signed(self, method: str, inner: Record, operation: str) -> Answer:
        text = as_json(inner)
        name = f"{method.replace('.', '_')}_response".encode()
        if self._faults.due(Fault.UNSIGNED, operation):
            return Answer(200, b'{"%b":%b}' % (name, text), TEXT)
        sign = rsa2(self._key(operation), text).encode()
        return Answer(200, b'{"%b":%b,"sign":"%b"}' % (name, text, sign), TEXT)

    def _key(self, operation: str) -> RSAPrivateKey:
        strange = (Fault.WRONG_KEY, Fault.KEY_ROTATED)
        wrong = self._faults.first_due(strange, operation) is not None
        return self.settings.stranger_key if wrong else self.settings.platform_key


def _told(problem: Problem) -> Record:
    return dict(zip(("code", "msg", "sub_code", "sub_msg"), problem, strict=True))


def _untrusted(problem: Problem) -> Answer:
    return Answer(200, as_json({"error_response": _told(problem)}), TEXT)
