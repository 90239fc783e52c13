"""How one terminal differs from another: its numbers, paces and dialect. No behaviour."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import Final

from kiosk_hw.ports.party import LineSettings
from kiosk_hw.terminals.model import ZVT_LINE, Transport

EURO: Final = 978


class Unanswered(Enum):
    """What becomes of held money when nobody answers the 04 0F: the manual says both."""

    REVERSED = "reversed"
    """PA00P015 2.2.8: the terminal gives it back by itself."""
    KEPT = "kept"
    """PA00P015 4.2: it stays booked; the next payment's receipt echo (1F1F) settles it."""


@dataclass(frozen=True, slots=True)
class TerminalSettings:
    """A terminal as its maker and acquirer set it up; the defaults are a plain vending terminal."""

    transport: Transport = Transport.SERIAL
    line: LineSettings = ZVT_LINE
    terminal_id: str = "52500041"
    currency: int = EURO
    version: str = "SIM 1.0"
    started: datetime = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
    """The terminal's calendar when `now` is 0."""
    reaction_s: float = 0.005
    """From a message of the register to the terminal's next one."""
    card_s: float = 60.0
    """How long the display invites before it gives up."""
    answer_s: float = 5.0
    """T3 (PA00P016 5.2): the longest wait for the register's answer."""
    goods_timeout_s: float = 30.0
    """The goods issue's end where the register sends no bitmap 01 (PA00P015 2.2)."""
    goods_asks_max: int | None = None
    """Status informations where the register sends no bitmap 02; some acquirers set 3."""
    goods_pace_s: float = 2.0
    """From 84 9C to the next 04 0F; some terminals ask again at once."""
    host_s: float = 1.0
    """What the host takes for everything but a payment, whose time comes from the card."""
    boot_s: float = 5.0
    """From power to the first answer."""
    unanswered: Unanswered = Unanswered.REVERSED
    needs_registration: bool = True
    """Commands before 06 00 are refused; some terminals take them with the default config 86."""
    completes_declined: bool = False
    """A dialect: 06 0F instead of 06 1E after a 04 0F that says declined."""
    aborts_late: bool = False
    """A dialect: no abort at all, 06 B0 is always answered with 84 83."""
    receipt_echo: bool = True
    """The terminal lists and obeys tag 1F1F."""
    sets_clock: bool = True
    """A diagnosis brings the host's time by 04 01."""
    printed_lines: int = 0
    """Receipt lines sent by 06 D1 if the register asked for them (config 82)."""
