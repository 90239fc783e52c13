"""What a trusted request to WeChat Pay v3 does: its operations, one after the other.

Written from the platform's side of the APIv3 manual. Signatures are the face's business.
"""

import gzip
import json
import re
from collections.abc import Callable, Mapping
from hashlib import sha1
from typing import Any, Final
from urllib.parse import parse_qs, unquote

from kiosk_sim.devices.gateway.books import Books
from kiosk_sim.devices.gateway.clockwork import day, moment_of
from kiosk_sim.devices.gateway.fields import Rule, first_breach
from kiosk_sim.devices.gateway.messages import Answer, Request, as_json
from kiosk_sim.devices.gateway.orders import Order, Refund, Refusal, Terms
from kiosk_sim.devices.gateway.settings import WechatSettings
from kiosk_sim.devices.gateway.wechat import forms
from kiosk_sim.devices.gateway.wechat.bill import trade_bill
from kiosk_sim.devices.gateway.wechat.guard import refused
from kiosk_sim.devices.gateway.wechat.wording import Wording

EXPIRY_S: Final = 7 * 86_400
"""How long an order without `time_expire` stands, and the longest one with it."""

SAYS: Final[dict[Refusal, tuple[int, str]]] = {
    Refusal.OTHER_TERMS: (403, "OUT_TRADE_NO_USED"),
    Refusal.IS_PAID: (400, "ORDERPAID"),
    Refusal.IS_CLOSED: (400, "ORDER_CLOSED"),
    Refusal.ABSENT: (404, "ORDER_NOT_EXIST"),
    Refusal.NOT_PAID: (400, "INVALID_REQUEST"),
    Refusal.TOO_MUCH: (400, "INVALID_REQUEST"),
    Refusal.TOO_MANY: (400, "INVALID_REQUEST"),
    Refusal.OTHER_REFUND: (400, "PARAM_ERROR"),
    Refusal.FULL: (429, "FREQUENCY_LIMITED"),
}
"""How each refusal of the books is told."""

Handler = Callable[[Request, str, float], Answer]


class Desk:
    """One merchant's operations; `operation(request)` names them, `answer` does them."""

    def __init__(self, settings: WechatSettings, books: Books, wording: Wording) -> None:
        self._settings = settings
        self._books = books
        self._wording = wording
        self._routes: tuple[tuple[str, re.Pattern[str], str, Handler], ...] = (
            ("POST", re.compile("/v3/pay/transactions/(native|h5)"), "create", self._create),
            ("GET", re.compile("/v3/pay/transactions/out-trade-no/([^/]+)"), "query", self._ask),
            ("GET", re.compile("/v3/pay/transactions/id/([^/]+)"), "query", self._ask_by_id),
            (
                "POST",
                re.compile("/v3/pay/transactions/out-trade-no/([^/]+)/close"),
                "close",
                self._close,
            ),
            ("POST", re.compile("/v3/refund/domestic/refunds()"), "refund", self._refund),
            (
                "GET",
                re.compile("/v3/refund/domestic/refunds/([^/]+)"),
                "refund-query",
                self._ask_refund,
            ),
            ("GET", re.compile("/v3/bill/tradebill()"), "bill", self._bill),
            ("GET", re.compile("/v3/billdownload/file()"), "bill-file", self._bill_file),
        )

    def operation(self, request: Request) -> str:
        """What the request is for; empty when there is nothing under its path."""
        return next((name for _, path, name, _ in self._matching(request)), "")

    def answer(self, request: Request, now_s: float) -> Answer:
        """Do it."""
        for method, path, _, handler in self._matching(request):
            if method == request.method:
                match = path.fullmatch(request.path)
                assert match is not None
                return handler(request, unquote(match[1]), now_s)
        if self.operation(request):
            return refused(405, "METHOD_NOT_ALLOWED", f"not with {request.method}")
        return refused(404, "RESOURCE_NOT_EXISTS", "nothing is under this path")

    def _matching(self, request: Request) -> list[tuple[str, re.Pattern[str], str, Handler]]:
        return [route for route in self._routes if route[1].fullmatch(request.path)]

    # Orders.

    def _create(self, request: Request, way: str, now_s: float) -> Answer:
        body = _body(request, forms.NATIVE if way == "native" else forms.H5)
        if isinstance(body, Answer):
            return body
        if body["mchid"] != self._settings.mchid:
            return refused(400, "PARAM_ERROR", "mchid: not the one that signed")
        if body["appid"] != self._settings.appid:
            return refused(400, "APPID_MCHID_NOT_MATCH", "appid: not bound to this mchid")
        stated = moment_of(body["time_expire"]) if "time_expire" in body else None
        if "time_expire" in body and (stated is None or not now_s < stated <= now_s + EXPIRY_S):
            return refused(400, "PARAM_ERROR", "time_expire: expected within the next 7 days")
        terms = Terms(
            body["amount"]["total"],
            body["description"],
            way,
            now_s + EXPIRY_S if stated is None else stated,
            body["notify_url"],
            attach=body.get("attach", ""),
        )
        order = self._books.create(body["out_trade_no"], terms, self._new_code(way), now_s)
        if isinstance(order, Refusal):
            return _says(order)
        return _ok({"code_url" if way == "native" else "h5_url": self._content(order)})

    def _new_code(self, way: str) -> str:
        return f"{'n' if way == 'native' else 'wx'}{self._books.digits(24)}"

    def _content(self, order: Order) -> str:
        if order.terms.way == "native":
            return f"weixin://wxpay/bizpayurl?pr={order.code}"
        return f"{self._settings.origin}/cgi-bin/mmpayweb-bin/checkmweb?prepay_id={order.code}"

    def _ask(self, request: Request, number: str, now_s: float) -> Answer:
        return self._told(request, self._books.find(number, now_s))

    def _ask_by_id(self, request: Request, reference: str, now_s: float) -> Answer:
        return self._told(request, self._books.by_reference(reference, now_s))

    def _told(self, request: Request, order: Order | None) -> Answer:
        if parse_qs(request.query).get("mchid") != [self._settings.mchid]:
            return refused(400, "PARAM_ERROR", "mchid: expected in the query, the one that signed")
        if order is None:
            return _says(Refusal.ABSENT)
        return _ok(self._wording.transaction(order, "query"))

    def _close(self, request: Request, number: str, now_s: float) -> Answer:
        body = _body(request, forms.CLOSE)
        if isinstance(body, Answer):
            return body
        if body["mchid"] != self._settings.mchid:
            return refused(400, "PARAM_ERROR", "mchid: not the one that signed")
        order = self._books.close(number, now_s)
        if order is Refusal.ABSENT:
            # As the real one: it looks whether the number has the form of one, and no further.
            return Answer(204) if re.fullmatch(forms.OUT_TRADE_NO, number) else _says(order)
        return _says(order) if isinstance(order, Refusal) else Answer(204)

    # Refunds.

    def _refund(self, request: Request, _: str, now_s: float) -> Answer:
        body = _body(request, forms.REFUND)
        if isinstance(body, Answer):
            return body
        if ("transaction_id" in body) == ("out_trade_no" in body):
            return refused(400, "PARAM_ERROR", "expected transaction_id or out_trade_no")
        if "out_trade_no" in body:
            order = self._books.find(body["out_trade_no"], now_s)
        else:
            order = self._books.by_reference(body["transaction_id"], now_s)
        if order is None:
            return refused(404, "RESOURCE_NOT_EXISTS", "no such order")
        if body["amount"]["total"] != order.terms.amount_minor:
            return refused(400, "PARAM_ERROR", "amount.total: not what was paid")
        refund = self._books.refund(
            body["out_refund_no"],
            body["amount"]["refund"],
            order,
            now_s,
            body.get("notify_url", ""),
        )
        return self._told_refund(order, refund, "refund")

    def _ask_refund(self, request: Request, number: str, now_s: float) -> Answer:
        found = self._books.refund_of(number, now_s)
        if found is None:
            return refused(404, "RESOURCE_NOT_EXISTS", "no such refund")
        return self._told_refund(*found, "refund-query")

    def _told_refund(self, order: Order, refund: Refund | Refusal, operation: str) -> Answer:
        if isinstance(refund, Refusal):
            return _says(refund)
        return _ok(self._wording.refund(order, refund, operation))

    # Bills.

    def _bill(self, request: Request, _: str, now_s: float) -> Answer:
        asked = {name: values[0] for name, values in parse_qs(request.query).items()}
        of_day, packed = asked.get("bill_date", ""), asked.get("tar_type", "")
        if not re.fullmatch(r"\d{4}-\d\d-\d\d", of_day, re.ASCII) or of_day > day(now_s):
            return refused(400, "PARAM_ERROR", "bill_date: expected a day like 2019-06-11")
        if asked.get("bill_type", "ALL") != "ALL" or packed not in ("", "GZIP"):
            return refused(400, "PARAM_ERROR", "expected bill_type=ALL, and tar_type=GZIP or none")
        bill = trade_bill(self._settings, self._books.orders(), of_day)
        if bill is None:
            return refused(400, "NO_STATEMENT_EXIST", "nothing happened on this day")
        where = f"{self._settings.api_origin}/v3/billdownload/file?token={of_day}{packed}"
        return _ok(
            {
                "hash_type": "SHA1",
                "hash_value": sha1(bill, usedforsecurity=False).hexdigest(),
                "download_url": where,
            }
        )

    def _bill_file(self, request: Request, _: str, now_s: float) -> Answer:
        token = parse_qs(request.query).get("token", [""])[0]
        bill = trade_bill(self._settings, self._books.orders(), token[:10])
        if bill is None:
            return refused(404, "RESOURCE_NOT_EXISTS", "no such bill")
        packed = token.endswith("GZIP")
        body = gzip.compress(bill, mtime=0) if packed else bill
        return Answer(200, body, "application/octet-stream")


def _ok(record: Mapping[str, Any]) -> Answer:
    return Answer(200, as_json(record))


def _says(refusal: Refusal) -> Answer:
    return refused(*SAYS[refusal], refusal.value)


def _body(request: Request, rules: Mapping[str, Rule]) -> dict[str, Any] | Answer:
    try:
        body = json.loads(request.body.decode())
    except (ValueError, RecursionError):
        return refused(400, "PARAM_ERROR", "the body is not JSON in UTF-8")
    if breach := first_breach(body, rules):
        return refused(400, "PARAM_ERROR", breach)
    assert isinstance(body, dict)
    return body
