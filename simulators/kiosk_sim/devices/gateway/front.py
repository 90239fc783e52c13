"""What phones and shells ask of a gateway over HTTP: its sheets, and taps from a command line."""

from collections.abc import Callable
from typing import Final
from urllib.parse import parse_qs

from kiosk_sim.devices.gateway import sheet
from kiosk_sim.devices.gateway.alipay.face import AlipayFace
from kiosk_sim.devices.gateway.counter import H5_PATH, PayCounter
from kiosk_sim.devices.gateway.messages import Answer, Request, as_json
from kiosk_sim.devices.gateway.orders import Order

TAP_PATH: Final = "/tap"
"""POST code=...&act=pay|decline|look: the hand on the phone, for shells and tests."""

GONE: Final = "This order cannot be paid any more. 订单已失效"
DONE: Final = "Paid. 支付成功"


class Front:
    """Everything that is not the providers' API."""

    def __init__(
        self, counter: PayCounter, alipay: AlipayFace | None, wall: Callable[[float], float]
    ) -> None:
        self._counter = counter
        self._alipay = alipay
        self._wall = wall

    def answer(self, request: Request, now: float) -> Answer:
        """A page, or what a tap did as JSON."""
        if request.path == sheet.PAY_PATH:
            return self._pay(request, now)
        if request.path == TAP_PATH:
            return self._tap(request, now)
        if request.path == H5_PATH:
            asked = parse_qs(request.query)
            code = asked.get("prepay_id", [""])[0]
            return self._sheet(code, asked.get("redirect_url", [""])[0], now)
        assert self._alipay is not None
        order = self._alipay.sheet_of(request, self._wall(now))
        if isinstance(order, Order):
            return self._sheet(order.code, "", now)
        return sheet.told("Alipay", order, 400)

    def _sheet(self, code: str, back: str, now: float) -> Answer:
        bill = self._counter.see(code, now)
        if bill is None:
            return sheet.told("?", GONE, 404)
        if bill.paid:
            return sheet.told(bill.merchant, DONE)
        return sheet.asking(bill, code, back) if bill.payable else sheet.told(bill.merchant, GONE)

    def _pay(self, request: Request, now: float) -> Answer:
        form = _form(request)
        if request.method != "POST":
            return sheet.told("?", GONE, 405)
        code, back = form.get("code", ""), form.get("back", "")
        paid = self._counter.pay(code, now)
        found = self._counter.find_code(code, self._wall(now))
        if found is None:
            return sheet.told("?", GONE, 404)
        if not paid:
            return sheet.told(found.merchant, GONE)
        if found.provider == "alipay" and self._alipay is not None:
            back = self._alipay.return_link(found.order, self._wall(now))
        if back.startswith(("http://", "https://")):
            return sheet.sent_on(back)
        return sheet.told(found.merchant, DONE)

    def _tap(self, request: Request, now: float) -> Answer:
        form = _form(request)
        content, act = form.get("code", ""), form.get("act", "pay")
        bill = self._counter.see(content, now)
        if request.method != "POST" or act not in ("pay", "decline", "look") or bill is None:
            return Answer(400, as_json({"error": "expected POST code=CODE&act=pay|decline|look"}))
        if act == "decline":
            self._counter.decline(content, now)
        paid = act == "pay" and self._counter.pay(content, now)
        return Answer(
            200,
            as_json({"paid": paid, "amount_minor": bill.amount_minor, "title": bill.title}),
        )


def _form(request: Request) -> dict[str, str]:
    try:
        pairs = parse_qs(request.body.decode(), max_num_fields=8)
    except ValueError:
        return {}
    return {name: values[0] for name, values in pairs.items()}
