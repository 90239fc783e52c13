"""How a ZVT terminal gets ready and stays so: registration, status, and the cures that are safe.

What a lane orders is not looked at here.
"""

from enum import Enum
from typing import Final

from kiosk_hw.hosts.register.errands import (
    AskingStatus,
    ClosingDay,
    Errand,
    Events,
    Registering,
)
from kiosk_hw.ports.party import NEVER
from kiosk_hw.ports.terminal import TerminalBlocked, TerminalReady
from kiosk_hw.terminals.model import TerminalModel
from kiosk_hw.zvt import codes
from kiosk_hw.zvt.commands import (
    Diagnosis,
    EndOfDay,
    Initialisation,
    Registration,
    StatusEnquiry,
)
from kiosk_hw.zvt.currencies import NUMBERS

REGISTER_PACE_S: Final = 5.0
"""The rest between two tries to register with a terminal that is silent or refuses."""

POLL_READY_S: Final = 10.0
"""05 01 while nothing happens: within the 60 s of PA00P015 2.56, and so often that a terminal which
fell silent is named within half a minute. It takes a hundredth of the line."""

POLL_BLOCKED_S: Final = 10.0
"""05 01 to a blocked terminal: a person may have cured it meanwhile."""

POLL_BUSY_S: Final = 2.0
"""05 01 to a terminal that says 9C."""

CURES_MAX: Final = 2
"""Cures tried of our own accord until the terminal was ready again; then a person must."""


class Standing(Enum):
    """How the terminal stands to us."""

    OFFLINE = "offline"
    SILENT = "silent"
    REGISTERING = "registering"
    ASKING = "asking"
    READY = "ready"
    BLOCKED = "blocked"
    LOGGED_OFF = "logged-off"


class Readiness:
    """Knows what must be said next to have a terminal that can take a payment."""

    def __init__(self, model: TerminalModel, password: str, currency: str) -> None:
        self.standing = Standing.OFFLINE
        self.terminal_id = ""
        self.echoes_receipt = False
        self.cures = 0
        """Cures tried since the terminal was ready last."""
        self._model = model
        self._password = password
        self._currency = currency
        self._told: int | None = None
        """The status that the lane knows of."""
        self._cure: Errand | None = None
        self._plain = False
        self._due = NEVER

    def __repr__(self) -> str:
        told = "none" if self._told is None else f"{self._told:02X}"
        return (
            f"<Readiness {self.standing.value} status={told} cures={self.cures}"
            f" terminal_id={self.terminal_id}>"
        )

    def link_up(self, now: float) -> None:
        """Register from scratch, at once."""
        self.standing = Standing.REGISTERING
        self._told = self._cure = None
        self._due = now

    def link_down(self, standing: Standing) -> None:
        """No link, or the lane logged us off: nothing is said until the next link."""
        self.standing = standing
        self._due = NEVER

    def fell_silent(self, now: float) -> None:
        """Try again after a rest."""
        self.standing = Standing.SILENT
        self._told = self._cure = None
        self._due = now + REGISTER_PACE_S

    def ask_now(self, now: float) -> None:
        """Something hints that the status changed."""
        if self.standing in (Standing.READY, Standing.BLOCKED):
            self._due = now

    def deadline(self) -> float:
        """When the next errand of ours is due, if the dialogue is free."""
        return self._due

    def next_errand(self, now: float) -> Errand | None:
        """What must be said now, before anything that the lane wants."""
        if now < self._due:
            return None
        match self.standing:
            case Standing.SILENT | Standing.REGISTERING:
                self.standing = Standing.REGISTERING
                return Registering(self._registration())
            case Standing.ASKING | Standing.READY:
                return AskingStatus(StatusEnquiry(self._password))
            case Standing.BLOCKED:
                cure, self._cure = self._cure, None
                return cure or AskingStatus(StatusEnquiry(self._password))
            case _:
                return None

    def heard(self, errand: Errand, now: float) -> Events:
        """An errand ended: what that says about the terminal."""
        match errand:
            case Registering(done=True):
                self.terminal_id = errand.terminal_id or self.terminal_id
                self.echoes_receipt = errand.echoes_receipt
                self._ask_again(now)
                return ()
            case Registering():
                return self._not_registered(errand.code, now)
            case AskingStatus():
                return self._heard_status(errand, now)
            case _:
                if self.standing is Standing.READY:
                    self._due = now + POLL_READY_S
                if isinstance(errand.command, EndOfDay | Diagnosis | Initialisation):
                    self._ask_again(now)
                return ()

    def _ask_again(self, now: float) -> None:
        self.standing = Standing.ASKING
        self._due = now

    def _registration(self) -> Registration:
        """With service byte and TLV; plain for a terminal that refused those."""
        return Registration(
            self._password,
            self._model.config,
            NUMBERS[self._currency],
            None if self._plain else self._model.service,
            tlv=not self._plain,
        )

    def _not_registered(self, code: int, now: float) -> Events:
        if code == codes.NOT_POSSIBLE:
            self._plain = not self._plain
        self._due = now + REGISTER_PACE_S
        return self._blocked(code, False)

    def _heard_status(self, errand: AskingStatus, now: float) -> Events:
        if errand.status == codes.READY:
            news = self.standing is not Standing.READY or errand.asked_for
            self.standing = Standing.READY
            self._told = codes.READY
            self.cures = 0
            self._due = now + POLL_READY_S
            return (TerminalReady(self.terminal_id),) if news else ()
        asked_for = errand.asked_for or self.standing is Standing.READY
        self.standing = Standing.BLOCKED
        self._due = now + (POLL_BUSY_S if errand.status == codes.PLEASE_WAIT else POLL_BLOCKED_S)
        self._choose_cure(errand.status, now)
        return self._blocked(errand.status, asked_for)

    def _blocked(self, status: int, asked_for: bool) -> Events:
        news = status != self._told or asked_for
        self._told = status
        cure = str(codes.status_meaning(status))
        return (TerminalBlocked(status, cure),) if news else ()

    def _choose_cure(self, status: int, now: float) -> None:
        if self.cures >= CURES_MAX:
            return
        match status:
            case codes.INITIALISATION_NEEDED:
                self._cure = Errand(Initialisation(self._password))
            case codes.DIAGNOSIS_NEEDED | codes.CLOCK_WRONG:
                self._cure = Errand(Diagnosis())
            case codes.RECONCILIATION_NEEDED:
                self._cure = ClosingDay(EndOfDay(self._password))
            case _:
                return
        self.cures += 1
        self._due = now
