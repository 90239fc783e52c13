"""The simulated payment terminal as wires, drivers and scenarios see it. No dialogue is here."""

from dataclasses import replace

from kiosk_hw.ports.party import NEVER, LineSettings
from kiosk_hw.terminals.model import Transport
from kiosk_sim.devices.terminal.books import Books
from kiosk_sim.devices.terminal.dialogues.desk import Desk, Link
from kiosk_sim.devices.terminal.dialogues.script import Phase, PowerFailed
from kiosk_sim.devices.terminal.faults import Faults
from kiosk_sim.devices.terminal.links.serial import SerialLink
from kiosk_sim.devices.terminal.links.tcp import TcpLink
from kiosk_sim.devices.terminal.settings import TerminalSettings
from kiosk_sim.devices.terminal.unit import Busy, Unit, unheeded
from kiosk_sim.world.cards import Card


class SimulatedTerminal:
    """A ZVT terminal in vending mode. All its times come in as `now`; it never reads a clock."""

    __slots__ = (
        "_babble",
        "_boots_s",
        "_desk",
        "_link",
        "_unit",
        "cards_ignored",
        "powered",
        "settings",
    )

    def __init__(self, settings: TerminalSettings | None = None, on_busy: Busy = unheeded) -> None:
        self.settings = settings or TerminalSettings()
        self._unit = Unit(self.settings, on_busy)
        self._link: Link = (
            SerialLink(self._unit.faults)
            if self.settings.transport is Transport.SERIAL
            else TcpLink()
        )
        self._desk = Desk(self._unit, self._link)
        self._boots_s = NEVER
        self._babble = b""
        self.powered = True
        self.cards_ignored = 0
        """Cards held against a reader that did not invite."""

    def __repr__(self) -> str:
        return (
            f"<SimulatedTerminal powered={self.powered} status={self._unit.shown_status:02X}"
            f" {self._desk!r} {self._link!r} {self._unit.books!r}>"
        )

    # What a wire does.

    @property
    def line(self) -> LineSettings:
        """How the terminal's serial line is set now."""
        return self._unit.line

    def connected(self, now: float) -> None:
        """A register's cable or connection is there (first time or again)."""
        self._link.opened()
        self._desk.hangs_up = False

    def disconnected(self, now: float) -> None:
        """The connection is gone: on TCP this aborts what runs (PA00P016 5.2.5).

        A serial terminal does not see it; it finds out by T2 and T3.
        """
        if not self._link.repeating:
            self._desk.break_off()

    def receive(self, data: bytes, now: float) -> None:
        """Bytes came in; any split and any garbage is legal."""
        if not self._hears():
            return
        if self.faults.babbles:
            self._babble = self.faults.babbles
            return
        try:
            apdus = self._link.receive(data, now)
            self._desk.progress(now)
            for apdu in apdus:
                self._desk.hear(apdu, now)
        except PowerFailed:
            self.power_cut(now)

    def tick(self, now: float) -> None:
        """It is `now`: whatever was due by now happens. Harmless when nothing is due."""
        if self._boots_s <= now:
            self._boots_s = NEVER
        if not self.powered:
            return
        try:
            self._unit.tick(now)
            self._link.tick(now)
            self._desk.progress(now)
            self._desk.tick(now)
        except PowerFailed:
            self.power_cut(now)

    def deadline(self) -> float:
        """When `tick` must be called next; `NEVER` when nothing is waited for."""
        if not self.powered:
            return NEVER
        if self._boots_s != NEVER:
            return self._boots_s
        return min(self._link.deadline(), self._desk.deadline(), self._unit.late_s)

    def bytes_to_send(self) -> bytes:
        """What leaves now. What left before the power failed still leaves."""
        babble, self._babble = self._babble, b""
        data = babble or self._link.bytes_to_send()
        return b"" if self.faults.silent else data

    def hangs_up(self) -> bool:
        """On TCP, once after T3: the terminal closes the connection; the wire disconnects both."""
        wished, self._desk.hangs_up = self._desk.hangs_up, False
        return wished

    # What a driver does.

    def awaits_card(self) -> bool:
        """The display invites to present a card."""
        return self.powered and self._desk.invites

    def present(self, card: Card, now: float) -> None:
        """A card is held against the reader."""
        if not self.awaits_card():
            self.cards_ignored += 1
            return
        try:
            self._desk.present(card, now)
        except PowerFailed:
            self.power_cut(now)

    def remove_card(self, now: float) -> None:
        """Somebody takes the forgotten card out, or frees the one that sticks."""
        self._unit.free_slot()

    # What scenarios do and tests see.

    @property
    def faults(self) -> Faults:
        """What shall go wrong next."""
        return self._unit.faults

    @property
    def books(self) -> Books:
        """What was really booked, whatever was told."""
        return self._unit.books

    @property
    def busy(self) -> bool:
        """A dialogue runs."""
        return self._desk.phase is not Phase.IDLE

    def taken_minor(self) -> int:
        """The money that was taken and not given back."""
        return self._unit.books.taken_minor()

    def lock(self, status: int) -> None:
        """The terminal comes into this status (PA00P015 2.56): 51, C2, DC, DF, E1, F0, or 00."""
        self._unit.status = status

    def relink(self, link: Link) -> None:
        """Somebody sets its link to another kind: framing, check bytes, transport."""
        self._link = link
        self._desk.relink(link)

    def refit(self, line: LineSettings | None = None, currency: int | None = None) -> None:
        """Somebody sets its line's speed, or its acquirer books another currency."""
        if line is not None:
            self._unit.line = line
        if currency is not None:
            self._unit.settings = replace(self._unit.settings, currency=currency)

    def power_cut(self, now: float) -> None:
        """The power fails: registration, dialogue and line are lost, the books are not."""
        self.powered = False
        self._boots_s = NEVER
        self._link.reset()
        self._desk.forget()

    def power_on(self, now: float) -> None:
        """The power is back: the terminal starts, and gives held money back or keeps it booked."""
        self.powered = True
        self._unit.power_up()
        self._boots_s = now + self.settings.boot_s

    def _hears(self) -> bool:
        return self.powered and self._boots_s == NEVER and not self.faults.silent
