"""How the gateway stands: ready, silent or blocked, each told once; and when it is probed.

A link that is closed says nothing: servers close idle ones. Only an unanswered question does.
"""

from enum import Enum
from typing import Final

from kiosk_hw.paycodes.messages import Trouble
from kiosk_hw.ports.gateway import GatewayBlocked, GatewayEvent, GatewayReady, GatewaySilent
from kiosk_hw.ports.party import NEVER

SILENT_S: Final = 1.0
"""An order is asked for every second at least: its code is off the screen within 2 s."""

PROBE_S: Final = 60.0
"""How often a gateway that answers is probed while nothing is asked."""

PROBE_AGAIN_S: Final = 5.0
"""How often one that does not answer, or takes nothing, is probed."""

BLOCKED_S: Final = 300.0
"""After this long any answer ends a block: whoever cured it need not press a button."""

UNVERIFIED_MAX: Final = 3
"""Answers in a row without a good signature. WeChat Pay sends single ones to see them refused."""

UNVERIFIED: Final = Trouble(
    "ANSWER_UNVERIFIED",
    "compare the platform's public key with the one on its site; no proxy may change answers",
)


class Standing(Enum):
    """What was told last."""

    UNKNOWN = "unknown"
    READY = "ready"
    SILENT = "silent"
    BLOCKED = "blocked"


class Health:
    """Judges the gateway by its answers."""

    def __init__(self, gateway: str) -> None:
        self._gateway = gateway
        self.standing = Standing.UNKNOWN
        self.probe_s = 0.0
        """When it is probed next if nothing else is asked."""
        self._unanswered_s = NEVER
        """Since when a question of the lane is open."""
        self._unverified = 0
        self._blocked_step = ""
        self._blocked_code = ""
        self._blocked_until = NEVER

    def __repr__(self) -> str:
        return f"<Health {self.standing.value} {self._blocked_code}>"

    def asked(self, now: float) -> None:
        """The lane asked something."""
        self._unanswered_s = min(self._unanswered_s, now)

    def answered(self, step: str, now: float) -> tuple[GatewayEvent, ...]:
        """An answer was believed, or at least our signature was."""
        self._unanswered_s = NEVER
        self._unverified = 0
        self.probe_s = now + PROBE_S
        if self.standing is Standing.READY:
            return ()
        if self.standing is Standing.BLOCKED and not self._unblocks(step, now):
            return ()
        self.standing = Standing.READY
        self._blocked_code = ""
        return (GatewayReady(self._gateway),)

    def probed(self, now: float) -> None:
        """A probe was taken: the next one has time, whatever becomes of this one."""
        self.probe_s = now + PROBE_AGAIN_S

    def heard(self) -> None:
        """It answered something that nothing follows from."""
        self._unanswered_s = NEVER

    def unverified(self, now: float) -> tuple[GatewayEvent, ...]:
        """An answer had no signature that fits."""
        self._unverified += 1
        if self._unverified < UNVERIFIED_MAX:
            return ()
        return self.blocked("", UNVERIFIED, now)

    def blocked(self, step: str, trouble: Trouble, now: float) -> tuple[GatewayEvent, ...]:
        """It takes nothing of ours. `step` alone can end the block at once; "": any step can."""
        self._unanswered_s = NEVER
        self.probe_s = now + PROBE_AGAIN_S
        self._blocked_until = now + BLOCKED_S
        if self.standing is Standing.BLOCKED and self._blocked_code == trouble.code:
            return ()
        self.standing = Standing.BLOCKED
        self._blocked_step, self._blocked_code = step, trouble.code
        return (GatewayBlocked(self._gateway, trouble.code, trouble.cure),)

    def silent(self, why: str, now: float) -> tuple[GatewayEvent, ...]:
        """It does not answer in time."""
        self._unanswered_s = NEVER
        self.probe_s = now + PROBE_AGAIN_S
        if self.standing is Standing.SILENT:
            return ()
        self.standing = Standing.SILENT
        return (GatewaySilent(self._gateway, why),)

    def silence_s(self) -> float:
        """When an open question makes it count as silent."""
        return self._unanswered_s + SILENT_S

    def _unblocks(self, step: str, now: float) -> bool:
        return self._blocked_step in ("", step) or now >= self._blocked_until
