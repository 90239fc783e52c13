"""Who may talk to WeChat Pay: the checks of a request before anybody looks at what it wants."""

from typing import Final

from kiosk_sim.devices.gateway.messages import Answer, Request, as_json
from kiosk_sim.devices.gateway.nonces import SKEW_MAX_S, Nonces
from kiosk_sim.devices.gateway.settings import WechatSettings
from kiosk_sim.devices.gateway.wechat.signing import credentials_of, is_signed, request_text

NONCE_CHARS_MAX: Final = 64


def refused(status: int, code: str, message: str) -> Answer:
    """An error as WeChat Pay tells it."""
    return Answer(status, as_json({"code": code, "message": message}))


class Guard:
    """Checks scheme, merchant, serial, time, nonce and signature, in this order."""

    def __init__(self, settings: WechatSettings) -> None:
        self.nonces = Nonces()
        self._settings = settings

    def objection(self, request: Request, now_s: float) -> Answer | None:
        """The answer to a request that is not to be trusted; None lets it in."""
        given = credentials_of(request.headers.get("authorization", ""))
        if given is None:
            return refused(
                401, "SIGN_ERROR", "Authorization: expected WECHATPAY2-SHA256-RSA2048 with 5 values"
            )
        if given.mchid != self._settings.mchid:
            return refused(401, "SIGN_ERROR", "Authorization: no such mchid")
        if given.serial.upper() != self._settings.merchant_serial:
            return refused(401, "SIGN_ERROR", "Authorization: no such serial_no of this merchant")
        if not (given.timestamp.isascii() and given.timestamp.isdecimal()):
            return refused(401, "SIGN_ERROR", "Authorization: expected timestamp in whole seconds")
        if abs(int(given.timestamp[:12]) - now_s) > SKEW_MAX_S:
            return refused(
                401, "SIGN_ERROR", f"Authorization: timestamp is off by more than {SKEW_MAX_S} s"
            )
        return self._objection_to_signature(request, now_s)

    def _objection_to_signature(self, request: Request, now_s: float) -> Answer | None:
        given = credentials_of(request.headers["authorization"])
        assert given is not None
        text = request_text(
            request.method, request.target, given.timestamp, given.nonce, request.body
        )
        if not is_signed(self._settings.merchant_key, text, given.signature):
            message = f"the signature does not fit; {len(text)} bytes had to be signed"
            return refused(401, "SIGN_ERROR", message)
        if not 1 <= len(given.nonce) <= NONCE_CHARS_MAX:
            return refused(401, "SIGN_ERROR", f"nonce_str: expected 1 to {NONCE_CHARS_MAX}")
        if self.nonces.used(given.nonce):
            return refused(401, "SIGN_ERROR", "nonce_str was used before")
        if self.nonces.full(now_s):
            return refused(429, "FREQUENCY_LIMITED", "too many requests")
        self.nonces.remember(given.nonce, now_s)
        return self._objection_to_headers(request.headers, bool(request.body))

    def _objection_to_headers(self, headers: dict[str, str], has_body: bool) -> Answer | None:
        accepts = headers.get("accept", "")
        if not headers.get("user-agent") or not ("application/json" in accepts or "*/*" in accepts):
            return refused(400, "PARAM_ERROR", "Accept: application/json or User-Agent is missing")
        is_json = headers.get("content-type", "").split(";")[0].strip() == "application/json"
        if has_body and not is_json:
            return refused(400, "PARAM_ERROR", "Content-Type: expected application/json")
        known = (self._settings.public_key, *self._settings.certificates)
        if headers.get("wechatpay-serial", known[0].serial) not in {key.serial for key in known}:
            return refused(400, "PARAM_ERROR", "Wechatpay-Serial: no key of the platform's")
        return None
