"""Plays a terminal by hand against the register's half: APDUs in hex, time by the test's word."""

from kiosk_hw.hosts.zvt_ecr import ZvtTerminal
from kiosk_hw.ports.money import Money
from kiosk_hw.ports.terminal import Authorise, IssueGoods, TerminalCommand, TerminalEvent
from kiosk_hw.terminals import zvt_serial, zvt_tcp
from kiosk_hw.zvt.serial_framing import SerialDeframer, Signal, frame
from kiosk_hw.zvt.tcp_framing import TcpDeframer

ACCEPTED = "800000"
NOT_YET = "849c00"
WITHHELD = "846600"
REGISTER = "06000a 000000 3e 0978 0301 0600".replace(" ", "")
REGISTERED = "060f07 1900 2912345678".replace(" ", "")
ENQUIRY = "050103000000"
SEARCHED = bytes.fromhex("050100")
"""How a silent terminal is asked for its status."""
PAY_1250 = "060110 04000000001250 490978 1940 011e 0214".replace(" ", "")
HELD_1250 = "040f18 2700 04000000001250 490978 0b000471 870042 2912345678".replace(" ", "")
"""Result 00, 12.50 EUR, trace 471, receipt 42, terminal 12345678."""

TWELVE_FIFTY = Money(1250, "EUR")
ORDER = Authorise("order-1", TWELVE_FIFTY)


class Bench:
    """One `ZvtTerminal` and, for the other end, only hands."""

    def __init__(self, serial: bool = True) -> None:
        self.serial = serial
        self.party = ZvtTerminal((zvt_serial if serial else zvt_tcp).DEVICE)
        self.now = 1000.0
        self.acks = True
        """Acknowledge every frame of the register at once."""
        self.answers: list[str] = []
        self._events: list[TerminalEvent] = []
        self._serial_in = SerialDeframer()
        self._tcp_in = TcpDeframer()
        self._heard: list[str] = []
        self.raw = b""

    def _pump(self) -> None:
        for _ in range(50):
            data = self.party.bytes_to_send()
            if not data:
                return
            self.raw += data
            if not self.serial:
                if not data.startswith(b"\x10\x02"):
                    apdus = [apdu for apdu in self._tcp_in.feed(data) if apdu != SEARCHED]
                    self._heard += [apdu.hex() for apdu in apdus]
                continue
            for element in self._serial_in.feed(data):
                if isinstance(element, Signal):
                    self.answers.append(element.value)
                    continue
                if element == SEARCHED:
                    continue  # Nobody answers the search that looks for a silent terminal.
                self._heard.append(element.hex())
                if self.acks:
                    self.give(b"\x06")
        raise AssertionError("the register never stops talking")

    def give(self, data: bytes) -> None:
        """Raw bytes to the register."""
        self._events += self.party.receive(data, self.now)
        self._pump()

    def say(self, *apdus: str) -> None:
        """Send APDUs as the terminal."""
        for apdu in apdus:
            raw = bytes.fromhex(apdu)
            self.give(frame(raw) if self.serial else raw)

    def heard(self) -> list[str]:
        """What the register sent since the last call."""
        heard, self._heard = self._heard, []
        return heard

    def events(self) -> list[TerminalEvent]:
        """What the register told since the last call; due deadlines of now included."""
        if self.party.deadline() <= self.now:
            self.tick()
        events, self._events = self._events, []
        return events

    def tick(self) -> None:
        self._events += self.party.tick(self.now)
        self._pump()

    def wait(self, seconds: float) -> None:
        """Let time pass, ticking at every deadline as the shell does."""
        until = self.now + seconds
        for _ in range(500):
            due = self.party.deadline()
            if due > until:
                self.now = until
                return
            self.now = max(self.now, due)
            self.tick()
        raise AssertionError("the register never comes to rest")

    def order(self, command: TerminalCommand) -> None:
        self.party.command(command, self.now)
        self._pump()

    def up(self) -> None:
        self._events += self.party.connected(self.now)
        self._pump()

    def down(self) -> None:
        self._events += self.party.disconnected(self.now)

    def make_ready(self) -> "Bench":
        """Through registration and status to a ready terminal, with nothing left to read."""
        self.up()
        self.say(ACCEPTED, REGISTERED, ACCEPTED, "060f0100")
        self.heard()
        self.events()
        return self

    def make_approved(self) -> "Bench":
        """On to a payment whose money is held."""
        self.make_ready()
        self.order(ORDER)
        self.say(ACCEPTED, "04ff010a", "04ff0104", HELD_1250)
        self.heard()
        self.events()
        return self

    def make_issued(self) -> "Bench":
        """On to the barrier open and the terminal told so."""
        self.make_approved()
        self.order(IssueGoods("order-1"))
        self.say(HELD_1250)
        self.heard()
        self.events()
        return self
