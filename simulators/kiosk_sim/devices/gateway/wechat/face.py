"""WeChat Pay v3 as a merchant meets it: trust first, then the operation, then the signature.

What the front says (401 and 429, 5xx, and everything before the merchant is trusted) bears no
signature; what the platform behind it says does.
"""

from random import Random
from typing import Final

from cryptography.hazmat.primitives.serialization import Encoding

from kiosk_sim.devices.gateway.books import Books
from kiosk_sim.devices.gateway.clockwork import rfc3339
from kiosk_sim.devices.gateway.faults import NOTICE, STALE_S, Fault, Faults
from kiosk_sim.devices.gateway.keys import VALID_DAYS, certificate_of
from kiosk_sim.devices.gateway.messages import Answer, Headers, Request, as_json
from kiosk_sim.devices.gateway.orders import News, RefundState
from kiosk_sim.devices.gateway.settings import PlatformKey, WechatSettings
from kiosk_sim.devices.gateway.wechat.desk import Desk
from kiosk_sim.devices.gateway.wechat.guard import Guard
from kiosk_sim.devices.gateway.wechat.signing import SCHEMA, SEALED, answer_text, sealed, signature
from kiosk_sim.devices.gateway.wechat.wording import SUMMARY, Wording

PREFIX: Final = "/v3/"
CERTIFICATES: Final = "/v3/certificates"

NONCE_HEX: Final = "0123456789abcdef"


class WechatFace:
    """One merchant's WeChat Pay."""

    def __init__(self, settings: WechatSettings, faults: Faults, rng: Random) -> None:
        self.settings = settings
        self.books = Books(rng)
        self.guard = Guard(settings)
        self._faults = faults
        self._rng = rng
        self._wording = Wording(settings, faults)
        self._desk = Desk(settings, self.books, self._wording)
        self._by_public_key = False
        """Whether the merchant holds the public key: as its last trusted request said."""

    def __repr__(self) -> str:
        return f"<WechatFace {self.books!r} {self.guard.nonces!r}>"

    def operation(self, request: Request) -> str:
        """What the request is for."""
        return "certificates" if request.path == CERTIFICATES else self._desk.operation(request)

    def answer(self, request: Request, now_s: float) -> Answer:
        """The answer. Signed once the merchant is trusted, refusals too; files never are."""
        objection = self.guard.objection(request, now_s)
        if objection is not None:
            return objection
        wanted = request.headers.get("wechatpay-serial", "")
        self._by_public_key = wanted == self.settings.public_key.serial
        if request.path == CERTIFICATES:
            answer = self._certificates(now_s)
        else:
            answer = self._desk.answer(request, now_s)
        operation = self.operation(request)
        if answer.status == 429 or operation == "bill-file":
            return answer
        return answer.with_headers(*self._signed(answer.body, now_s, operation))

    def notice(self, news: News, now_s: float, number: int) -> tuple[Headers, bytes]:
        """A notice of this piece of news, signed now, with its content sealed."""
        if news.refund is None:
            kind, event, summary = "transaction", "TRANSACTION.SUCCESS", "支付成功"
            content = self._wording.transaction(news.order, NOTICE)
        else:
            state = news.refund.state
            assert state is not RefundState.PROCESSING
            kind, event, summary = "refund", f"REFUND.{state.value}", SUMMARY[state]
            content = self._wording.refund_notice(news.order, news.refund, NOTICE)
        nonce = self._nonce(12)
        resource = {
            "original_type": kind,
            "algorithm": SEALED,
            "ciphertext": sealed(self.settings.api_v3_key, nonce, kind, as_json(content)),
            "associated_data": kind,
            "nonce": nonce,
        }
        body = as_json(
            {
                "id": f"EV-{number:032d}",
                "create_time": rfc3339(now_s),
                "resource_type": "encrypt-resource",
                "event_type": event,
                "summary": summary,
                "resource": resource,
            }
        )
        signed = self._signed(body, now_s, NOTICE)
        return (("Content-Type", "application/json"), *signed), body

    @staticmethod
    def is_heard(status: int, body: bytes) -> bool:
        """Whether the merchant's answer ends the notices: any 2xx."""
        return 200 <= status < 300

    # Inside.

    def _certificates(self, now_s: float) -> Answer:
        return Answer(
            200,
            as_json({"data": [self._certificate(k, now_s) for k in self.settings.certificates]}),
        )

    def _certificate(self, platform: PlatformKey, now_s: float) -> dict[str, object]:
        certificate = certificate_of(platform.key, int(platform.serial, 16), now_s)
        nonce = self._nonce(12)
        pem = certificate.public_bytes(Encoding.PEM)
        return {
            "serial_no": platform.serial,
            "effective_time": rfc3339(now_s - 86_400),
            "expire_time": rfc3339(now_s + (VALID_DAYS - 1) * 86_400),
            "encrypt_certificate": {
                "algorithm": SEALED,
                "nonce": nonce,
                "associated_data": "certificate",
                "ciphertext": sealed(self.settings.api_v3_key, nonce, "certificate", pem),
            },
        }

    def _signed(self, body: bytes, now_s: float, operation: str) -> Headers:
        faults = self._faults
        if faults.due(Fault.UNSIGNED, operation):
            return ()
        today, following = self.settings.certificates
        used = self.settings.public_key if self._by_public_key else today
        if faults.due(Fault.KEY_ROTATED, operation):
            used = following
        key = used.key
        if faults.due(Fault.WRONG_KEY, operation):
            key = following.key if used is not following else today.key
        stale_s = STALE_S if faults.due(Fault.STALE, operation) else 0.0
        timestamp, nonce = str(int(now_s - stale_s)), self._nonce(32)
        return (
            ("Wechatpay-Timestamp", timestamp),
            ("Wechatpay-Nonce", nonce),
            ("Wechatpay-Signature", signature(key, answer_text(timestamp, nonce, body))),
            ("Wechatpay-Signature-Type", SCHEMA),
            ("Wechatpay-Serial", used.serial),
        )

    def _nonce(self, chars: int) -> str:
        return "".join(self._rng.choices(NONCE_HEX, k=chars))
