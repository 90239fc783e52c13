"""What payment gateways prove: away, or there and taking nothing of ours, and for which reason."""

from typing import Any, Final

from kiosk.core.health.findings import Findings
from kiosk_hw.ports import gateway as port
from kiosk_hw.ports.party import NEVER

AWAY_S: Final = 5.0
"""How long a gateway may not answer: one request that is lost on its way is asked again sooner."""

_MEANINGS: Final = (
    ("gateway.clock-refused", ("CLOCK", "TIMESTAMP")),
    ("gateway.platform-key", ("PLATFORM_KEY", "UNVERIFIED")),
    ("gateway.signature-refused", ("SIGN",)),
)
"""What stands in the codes of both providers, and what it means; the first that fits counts."""

CODES: Final = ("gateway.unreachable", *(code for code, _ in _MEANINGS), "gateway.refuses")


class GatewayRoom:
    """Knows the gateways of a lane by what each was told to be last."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._troubled: dict[str, tuple[str, str, float]] = {}
        """By gateway: the fault's code, the evidence, and when it counts."""

    def hear(self, event: Any, now: float) -> None:
        """One event of a gateway."""
        match event:
            case port.GatewayReady(gateway=name):
                self._troubled.pop(name, None)
                self._tell(now)
            case port.GatewaySilent(gateway=name, why=why):
                self._troubled[name] = ("gateway.unreachable", why, now + AWAY_S)
            case port.GatewayBlocked(gateway=name, code=code):
                self._troubled[name] = (_meaning(code), code, now)
                self._tell(now)

    def tick(self, now: float) -> None:
        """A gateway that has been away for long enough."""
        if any(at != NEVER and at <= now for _, _, at in self._troubled.values()):
            self._tell(now)

    def _tell(self, now: float) -> None:
        due = {name: trouble for name, trouble in self._troubled.items() if trouble[2] <= now}
        for code in CODES:
            whose = {name: why for name, (each, why, _) in due.items() if each == code}
            if whose:
                self._findings.find(code, now, None, dict(sorted(whose.items())))
            else:
                self._findings.drop(now, code)


def _meaning(code: str) -> str:
    told = code.upper()
    for meaning, words in _MEANINGS:
        if any(word in told for word in words):
            return meaning
    return "gateway.refuses"
