"""The terminal's end of a serial line (PA00P016 ch. 2-3): ACK, NAK, T1, T2. No meanings."""

from collections import deque
from functools import lru_cache
from typing import Final

from kiosk_hw.ports.party import NEVER
from kiosk_hw.zvt.serial_framing import (
    ACK_BYTE,
    NAK_BYTE,
    REPEATS_MAX,
    T1_S,
    T2_S,
    SerialDeframer,
    Signal,
    frame,
)
from kiosk_sim.devices.terminal.faults import Faults
from kiosk_sim.devices.terminal.links.odd_checks import Check, OddDeframer

QUEUE_MAX: Final = 8
"""Messages that wait for the line; a dialogue of questions and answers needs two."""

_short = lru_cache(maxsize=256)(frame)


def _framed(apdu: bytes) -> bytes:
    return _short(apdu) if len(apdu) < 8 else frame(apdu)


class SerialLink:
    """Blocks in and out. One block is on its way at a time; the next waits for its ACK."""

    __slots__ = (
        "_deframer",
        "_faults",
        "_flying",
        "_framed",
        "_last_block",
        "_outbox",
        "_queue",
        "_repeats",
        "_spoke",
        "_t1_s",
        "_t2_s",
        "delivered",
        "duplicates",
        "naks_sent",
        "overflows",
        "repeats",
        "undelivered",
    )

    repeating = True
    """The register may send a block again whose ACK it did not see."""

    def __init__(self, faults: Faults, check: Check | None = None) -> None:
        self._faults = faults
        self._deframer = SerialDeframer() if check is None else OddDeframer(check)
        self._framed = _framed if check is None else check.frame
        self._outbox = bytearray()
        self._queue: deque[bytes] = deque()
        self._flying: bytes | None = None
        self._last_block = b""
        self._spoke = False
        self._repeats = 0
        self._t1_s = NEVER
        self._t2_s = NEVER
        self.delivered = 0
        """Messages that the register acknowledged."""
        self.undelivered = 0
        """Messages given up after the last repeat."""
        self.duplicates = 0
        self.naks_sent = 0
        self.repeats = 0
        self.overflows = 0

    def __repr__(self) -> str:
        return (
            f"<SerialLink delivered={self.delivered} undelivered={self.undelivered}"
            f" repeats={self.repeats} duplicates={self.duplicates} naks_sent={self.naks_sent}"
            f" overflows={self.overflows} {self._deframer!r}>"
        )

    def reset(self) -> None:
        """The power failed: nothing waits and nothing is half read. What has left has left."""
        self._deframer.reset()
        self._queue.clear()
        self._flying = None
        self._last_block = b""
        self._t1_s = self._t2_s = NEVER

    def opened(self) -> None:
        """Somebody plugged the cable in: what was half read will not be completed."""
        self._deframer.reset()
        self._t1_s = NEVER

    def send(self, apdu: bytes, now: float) -> None:
        """Let this message leave as soon as the line is free."""
        if len(self._queue) >= QUEUE_MAX:
            self.overflows += 1
            self.undelivered += 1
            return
        self._queue.append(apdu)
        self._next(now)

    def receive(self, data: bytes, now: float) -> list[bytes]:
        """The messages that are complete and new with these bytes; each is answered at once."""
        news: list[bytes] = []
        for element in self._deframer.feed(data):
            if element is Signal.ACK:
                self._acknowledged(now)
            elif element is Signal.NAK:
                self._repeat(now)
            elif element is Signal.BROKEN:
                self._refuse()
            elif isinstance(element, bytes) and self._take(element, now):
                news.append(element)
        self._t1_s = now + T1_S if self._deframer.waiting else NEVER
        return news

    def tick(self, now: float) -> None:
        """T1 and T2."""
        if self._t1_s <= now:
            self._t1_s = NEVER
            if self._deframer.quiet():
                self._refuse()
        if self._t2_s <= now:
            self._repeat(now)

    def deadline(self) -> float:
        """The nearer of T1 and T2."""
        return min(self._t1_s, self._t2_s)

    def bytes_to_send(self) -> bytes:
        """What leaves now."""
        data = bytes(self._outbox)
        self._outbox.clear()
        return data

    def _take(self, block: bytes, now: float) -> bool:
        """Answer a good block. False if it is the last one again, because its ACK was lost.

        A register says nothing twice without a word from us in between, so that word tells an
        equal new block from a repeated one.
        """
        if self._faults.refuses_frames or self._faults.sends_nak():
            self._refuse()
            return False
        if not self._faults.drops_ack():
            self._outbox += ACK_BYTE
        twin = block == self._last_block and not self._spoke
        self._last_block = block
        if twin:
            self.duplicates += 1
            return False
        self._spoke = False
        if self._flying is not None:
            self._acknowledged(now)
        return True

    def _refuse(self) -> None:
        self.naks_sent += 1
        self._outbox += NAK_BYTE

    def _acknowledged(self, now: float) -> None:
        if self._flying is not None:
            self.delivered += 1
            self._land(now)

    def _repeat(self, now: float) -> None:
        if self._flying is None:
            return
        if self._repeats >= REPEATS_MAX:
            self.undelivered += 1
            self._land(now)
            return
        self._repeats += 1
        self.repeats += 1
        self._put(self._flying, now)

    def _land(self, now: float) -> None:
        self._flying = None
        self._t2_s = NEVER
        self._next(now)

    def _next(self, now: float) -> None:
        if self._flying is None and self._queue:
            self._flying = self._queue.popleft()
            self._repeats = 0
            self._put(self._flying, now)

    def _put(self, apdu: bytes, now: float) -> None:
        block = self._framed(apdu)
        if self._faults.spoils_crc():
            block = block[:-1] + bytes((block[-1] ^ 0xFF,))
        self._outbox += block
        self._spoke = True
        self._t2_s = now + T2_S
