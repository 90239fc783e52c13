"""Who may talk to Alipay: the common parameters of a request, before what it wants."""

from typing import Final
from urllib.parse import parse_qsl

from kiosk_sim.devices.gateway.alipay.signing import is_rsa2, request_text
from kiosk_sim.devices.gateway.clockwork import beijing_moment
from kiosk_sim.devices.gateway.messages import Request
from kiosk_sim.devices.gateway.nonces import SKEW_MAX_S
from kiosk_sim.devices.gateway.settings import AlipaySettings

FIELDS_MAX: Final = 64
"""Parameters of one request; Alipay's own have fewer than twenty."""

LINK_AGE_MAX_S: Final = 86_400
"""How old the link of a sheet may be: it is made when the page is, and followed when one taps."""

MISSING: Final = ("40001", "Missing Required Arguments")
INVALID: Final = ("40002", "Invalid Arguments")

Problem = tuple[str, str, str, str]
"""code, msg, sub_code, sub_msg."""

SHEET_METHOD: Final = "alipay.trade.wap.pay"


def parameters_of(request: Request) -> dict[str, str] | None:
    """All parameters, of the URL and of the form; None when they are no form or a name is twice."""
    try:
        text = request.body.decode()
        pairs = [
            *parse_qsl(request.query, keep_blank_values=True, max_num_fields=FIELDS_MAX),
            *parse_qsl(text, keep_blank_values=True, max_num_fields=FIELDS_MAX),
        ]
    except ValueError:
        return None
    values = dict(pairs)
    return values if len(values) == len(pairs) else None


def problem_with(values: dict[str, str], settings: AlipaySettings, now_s: float) -> Problem | None:
    """Why the request is not to be trusted; None lets it in."""
    for name in ("app_id", "method", "charset", "sign_type", "sign", "timestamp", "version"):
        if not values.get(name):
            what = "signature" if name == "sign" else name.replace("_", "-")
            return (*MISSING, f"isv.missing-{what}", f"{name}: missing")
    if values["app_id"] != settings.app_id:
        return (*INVALID, "isv.invalid-app-id", "app_id: no such application")
    expected = {"charset": ("utf-8",), "sign_type": ("RSA2",), "version": ("1.0",)}
    for name, legal in (*expected.items(), ("format", ("", "json"))):
        value = values.get(name, "")
        if (value if name == "sign_type" else value.lower()) not in legal:
            what = "signature-type" if name == "sign_type" else name
            return (*INVALID, f"isv.invalid-{what}", f"{name}: expected {' or '.join(legal)}")
    moment = beijing_moment(values["timestamp"])
    old_s = LINK_AGE_MAX_S if values["method"] == SHEET_METHOD else SKEW_MAX_S
    if moment is None or not now_s - old_s <= moment <= now_s + SKEW_MAX_S:
        return (*INVALID, "isv.invalid-timestamp", "timestamp: expected now, in Beijing time")
    text = request_text(values)
    if not is_rsa2(settings.app_key, text, values["sign"]):
        message = f"the signature does not fit; {len(text)} bytes had to be signed"
        return (*INVALID, "isv.invalid-signature", message)
    return None
