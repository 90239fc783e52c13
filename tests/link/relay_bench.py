"""A bench for the barrier board's driver: a relay board in raw bytes at the end of a timed line.

The board is written from its manual's command list, byte by byte, without our codec.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from kiosk_hw.crc import crc16_modbus
from kiosk_hw.hosts.barrier_board import BarrierBoard

AT_REST = 0b0001_0010
"""Arm lowered (DI2), fire contact closed (DI5, normally closed), everything else off."""

TURNAROUND_S = 0.005
STEPS_MAX = 20_000


def sealed(body: bytes) -> bytes:
    """The body with its CRC, low byte first."""
    return body + crc16_modbus(body).to_bytes(2, "little")


@dataclass
class RelayBoard:
    """Eight relays and eight inputs; flash-on addresses close a relay for value x 100 ms."""

    first: int = 0
    on_value: int = 0xFF00
    flash: bool = True
    inputs: int = AT_REST
    relays: int = 0
    until: dict[int, float] = field(default_factory=dict)
    rises: list[tuple[float, int]] = field(default_factory=list)

    def settle(self, now: float) -> None:
        for relay, until in list(self.until.items()):
            if until <= now:
                del self.until[relay]
                self.relays &= ~(1 << relay)

    def switch(self, relay: int, on: bool, now: float) -> None:
        if on and not self.relays >> relay & 1:
            self.rises.append((now, relay + 1))
        self.relays = self.relays | 1 << relay if on else self.relays & ~(1 << relay)

    def answer(self, frame: bytes, now: float) -> bytes:
        """What the board sends back; nothing for a frame with a wrong CRC or for another unit."""
        if len(frame) != 8 or frame[0] != 1 or sealed(frame[:6]) != frame:
            return b""
        self.settle(now)
        function = frame[1]
        address, value = int.from_bytes(frame[2:4], "big"), int.from_bytes(frame[4:6], "big")
        if function == 1:
            return sealed(bytes((1, 1, 1, self.relays)))
        if function == 2:
            return sealed(bytes((1, 2, 1, self.inputs)))
        if function != 5:
            return sealed(bytes((1, function | 0x80, 1)))
        if address == 0x00FF and self.flash:
            for relay in range(8):
                self.switch(relay, value == 0xFF00, now)
            self.until.clear()
        elif 0 <= address - self.first < 8 and value in (0, self.on_value):
            self.until.pop(address - self.first, None)
            self.switch(address - self.first, value == self.on_value, now)
        elif 0x0200 <= address < 0x0208 and self.flash:
            self.switch(address - 0x0200, True, now)
            self.until[address - 0x0200] = now + value / 10
        else:
            return sealed(bytes((1, 0x85, 2)))
        return frame

    def pulses(self, relay: int) -> int:
        """How often a relay closed."""
        return sum(1 for _, each in self.rises if each == relay)


class Bench:
    """Runs driver and board on a virtual clock, bytes taking their time on the line."""

    def __init__(self, driver: BarrierBoard, board: RelayBoard | None = None) -> None:
        self.driver = driver
        self.board = RelayBoard() if board is None else board
        self.now = 100.0
        self.events: list[tuple[float, Any]] = []
        self.sent: list[tuple[float, bytes]] = []
        self.echoes = False
        self.deaf: Callable[[bytes], bool] = lambda frame: False
        """Whether the board does not hear this request."""
        self.mute: Callable[[bytes], bool] = lambda frame: False
        """Whether the board's reply to this request is lost."""
        self.delay_s: Callable[[bytes], float] = lambda frame: 0.0
        """How much longer the reply to this request takes."""
        self.on_reply: Callable[[bytes, bytes], bytes] = lambda frame, reply: reply
        self._heard: list[tuple[float, int, bytes, bool]] = []
        self._order = 0

    def connect(self) -> "Bench":
        self.note(self.driver.connected(self.now))
        return self

    def ready(self) -> "Bench":
        """Connected, and the first reading done."""
        self.connect().run(1.0)
        self.take()
        return self

    def do(self, command: Any) -> None:
        self.driver.command(command, self.now)

    def note(self, events: Any) -> None:
        self.events += [(self.now, event) for event in events]

    def take(self) -> list[Any]:
        """The events since the last call."""
        events = [event for _, event in self.events]
        self.events.clear()
        return events

    def run(self, for_s: float) -> list[Any]:
        """Let time pass; the events of it stay for `take` too."""
        end, noted = self.now + for_s, len(self.events)
        for _ in range(STEPS_MAX):
            self._transmit()
            due = min([self.driver.deadline()] + [each[0] for each in self._heard])
            if due > end:
                self.now = end
                return [event for _, event in self.events[noted:]]
            self.now = max(self.now, due)
            if self._heard and self._heard[0][0] <= self.now:
                self._arrive(*self._heard.pop(0))
            elif self.driver.deadline() <= self.now:
                self.note(self.driver.tick(self.now))
        raise AssertionError("the driver never comes to rest")

    def frames(self, *hexes: str) -> list[float]:
        """When one of these frames left."""
        wanted = {bytes.fromhex(each) for each in hexes}
        return [at for at, frame in self.sent if frame in wanted]

    def _transmit(self) -> None:
        data = self.driver.bytes_to_send()
        if not data:
            return
        self.sent.append((self.now, data))
        left_at = self.now + len(data) * self.driver.line.char_s
        if self.echoes:
            self._later(left_at, data, True)
        self._later(left_at + TURNAROUND_S, data, False)

    def _later(self, at: float, data: bytes, for_driver: bool) -> None:
        self._order += 1
        self._heard.append((at, self._order, data, for_driver))
        self._heard.sort()

    def _arrive(self, at: float, order: int, data: bytes, for_driver: bool) -> None:
        if for_driver:
            self.note(self.driver.receive(data, self.now))
            return
        if self.deaf(data):
            return
        reply = self.on_reply(data, self.board.answer(data, self.now))
        if reply and not self.mute(data):
            wire_s = len(reply) * self.driver.line.char_s
            self._later(self.now + wire_s + self.delay_s(data), reply, True)


def first(count: int, hexes: str) -> Callable[[bytes], bool]:
    """True for the first `count` frames that are these bytes."""
    wanted, left = bytes.fromhex(hexes), [count]

    def is_hit(frame: bytes) -> bool:
        if frame != wanted or left[0] == 0:
            return False
        left[0] -= 1
        return True

    return is_hit
