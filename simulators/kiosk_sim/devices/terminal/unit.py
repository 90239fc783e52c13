"""What all dialogues of one terminal share: settings, books, registration, lock, calendar."""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from kiosk_hw.ports.party import NEVER, LineSettings
from kiosk_hw.zvt import codes
from kiosk_sim.devices.terminal.books import Books, Transaction
from kiosk_sim.devices.terminal.faults import Faults
from kiosk_sim.devices.terminal.settings import TerminalSettings, Unanswered

CARD_INSERTED: Final = 0xDC
OUT_OF_ORDER: Final = 0xDF
CARD_STICKS: Final = 0xE1
"""PA00P015 2.56: status codes that no command cures."""

CONFIG_DEFAULT: Final = 0x86
"""What counts without a registration, and after 06 02 (PA00P015 2.24)."""

WANTS_INTERMEDIATES: Final = 0x08
PRINTS_PAYMENTS: Final = 0x82
"""The register prints payments (02) and wants the text for it (80)."""

Busy = Callable[[float, float, str], None]


def unheeded(_start_s: float, _end_s: float, _what: str) -> None:
    """Where nobody keeps books of the seconds."""


class Unit:
    """The terminal itself, without its line and without the dialogue that runs."""

    __slots__ = (
        "books",
        "card_in",
        "config",
        "faults",
        "late",
        "late_s",
        "line",
        "on_busy",
        "registered",
        "settings",
        "status",
        "tlv",
    )

    def __init__(self, settings: TerminalSettings, on_busy: Busy) -> None:
        self.settings = settings
        self.on_busy = on_busy
        self.books = Books()
        self.faults = Faults()
        self.status = codes.READY
        self.card_in = False
        """A forgotten card; no power is needed to keep it in the slot."""
        self.late: Transaction | None = None
        """Approved by the host after the terminal has reported a failure."""
        self.late_s = NEVER
        self.power_up()

    def power_up(self) -> None:
        """All that needs power is as new."""
        self.registered = False
        self.config = CONFIG_DEFAULT
        self.tlv = False
        self.line: LineSettings = self.settings.line
        if self.status == OUT_OF_ORDER:
            self.status = codes.READY

    def free_slot(self) -> None:
        """No card is in the reader any more."""
        self.card_in = False
        if self.status in (CARD_INSERTED, CARD_STICKS):
            self.status = codes.READY

    def log_off(self) -> None:
        """06 02: the configuration falls back, TLV is off (PA00P015 2.24)."""
        self.registered = False
        self.config = CONFIG_DEFAULT
        self.tlv = False

    @property
    def shown_status(self) -> int:
        """The status that 05 01 tells: a lock first, then a card that sticks."""
        if self.status != codes.READY:
            return self.status
        return CARD_INSERTED if self.card_in else codes.READY

    @property
    def intermediates(self) -> bool:
        """The register wants 04 FF."""
        return bool(self.config & WANTS_INTERMEDIATES)

    @property
    def prints(self) -> bool:
        """The register wants the receipt's lines."""
        return self.config & PRINTS_PAYMENTS == PRINTS_PAYMENTS

    def calendar(self, now: float) -> tuple[str, str, str]:
        """Year, month and day as two digits each with the time: `YY`, `MMDD`, `hhmmss`."""
        moment = self.settings.started + timedelta(seconds=now + self.faults.clock_off_s)
        return f"{moment:%y}", f"{moment:%m%d}", f"{moment:%H%M%S}"

    def transaction(self, amount_minor: int, now: float) -> Transaction:
        """A new transaction with its numbers and its date."""
        receipt_no, trace_no = self.books.next_numbers()
        _, date_mmdd, time_hhmmss = self.calendar(now)
        return Transaction(receipt_no, trace_no, amount_minor, date_mmdd, time_hhmmss)

    def let_go(self) -> None:
        """The dialogue broke while money was held: this terminal's manual decides."""
        if self.settings.unanswered is Unanswered.KEPT:
            self.books.keep()
        else:
            self.books.give_back()

    def tick(self, now: float) -> None:
        """The host's late answer."""
        if self.late is not None and self.late_s <= now:
            self.books.book(self.late, settled=False)
            self.late, self.late_s = None, NEVER
