"""The register's end of a serial ZVT line (PA00P016 ch. 3): ACK at once, NAK, T1, T2, two repeats.

What an APDU says is not looked at here. Modem lines are the shell's matter and stay untouched.
"""

from collections import deque
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

FRAMES_WAITING_MAX: Final = 8
"""Frames behind an unacknowledged one; questions and answers in turn need two at most."""

ACKS_KEPT: Final = 64
"""Acknowledged tickets that are remembered; one read from the line never holds as many."""


class SerialLink:
    """Carries APDUs over a serial line and says which of ours arrived.

    `send` gives a ticket; `pending` and `acked` tell of it. A block of the terminal while our
    frame waits for its ACK ends the wait: the terminal has gone on, a repeat would confuse it.
    """

    def __init__(self) -> None:
        self._deframer = SerialDeframer()
        self._out = bytearray()
        self._waiting: deque[bytes] = deque()
        self._in_flight: bytes | None = None
        self._repeats = 0
        self._ack_due = NEVER
        self._quiet_due = NEVER
        self._sent = 0
        self._settled = 0
        self._acked: deque[int] = deque(maxlen=ACKS_KEPT)
        self.failure: str | None = None
        """Why the last frame was given up, until `reset`."""
        self.naks_received = 0
        self.naks_sent = 0
        self.acks_missed = 0
        self.stray_acks = 0
        self.frames_refused = 0

    def __repr__(self) -> str:
        return (
            f"<SerialLink in_flight={self._in_flight is not None} waiting={len(self._waiting)}"
            f" naks_received={self.naks_received} naks_sent={self.naks_sent}"
            f" acks_missed={self.acks_missed} stray_acks={self.stray_acks}"
            f" frames_refused={self.frames_refused} {self._deframer!r}>"
        )

    def counts(self) -> dict[str, int]:
        """What happened so far, by name."""
        deframer = self._deframer
        return {
            "blocks": deframer.blocks,
            "crc_errors": deframer.crc_errors,
            "cut_blocks": deframer.cut_blocks,
            "spoilt_blocks": deframer.spoilt_blocks,
            "bytes_skipped": deframer.bytes_skipped,
            "naks_received": self.naks_received,
            "naks_sent": self.naks_sent,
            "acks_missed": self.acks_missed,
            "stray_acks": self.stray_acks,
        }

    def reset(self) -> None:
        """Start anew: nothing unsent is sent any more, nothing half received counts."""
        self._deframer.reset()
        self._out.clear()
        self._waiting.clear()
        self._in_flight = None
        self._settled = self._sent
        self._ack_due = self._quiet_due = NEVER
        self.failure = None

    def send(self, apdu: bytes, now: float) -> int:
        """Send this APDU when the frame before it is acknowledged. Returns its ticket."""
        self._sent += 1
        if len(self._waiting) >= FRAMES_WAITING_MAX:
            self.frames_refused += 1
            self.failure = "more frames wait than the line can carry"
        elif self._in_flight is not None:
            self._waiting.append(frame(apdu))
        else:
            self._transmit(frame(apdu), now)
        return self._sent

    @property
    def idle(self) -> bool:
        """Every frame of ours was settled: a new command may leave."""
        return self._in_flight is None

    def pending(self, ticket: int) -> bool:
        """Whether this frame still waits for its turn or its ACK."""
        return ticket > self._settled

    def acked(self, ticket: int) -> bool:
        """Whether this frame was acknowledged; asked after every `receive`."""
        return ticket in self._acked

    def receive(self, data: bytes, now: float) -> list[bytes]:
        """The APDUs that came with these bytes; each was acknowledged already."""
        self._hear_silence(now)
        apdus: list[bytes] = []
        for element in self._deframer.feed(data):
            match element:
                case Signal.ACK:
                    self._hear_ack(now)
                case Signal.NAK:
                    self._hear_nak(now)
                case Signal.BROKEN:
                    self._say_nak()
                case _:
                    self._out += ACK_BYTE
                    self._give_way(now)
                    apdus.append(element)
        self._quiet_due = now + T1_S if self._deframer.waiting else NEVER
        return apdus

    def tick(self, now: float) -> None:
        """T1 and T2."""
        self._hear_silence(now)
        if self._ack_due <= now:
            self._repeat(now, "no acknowledgement came (T2)")

    def deadline(self) -> float:
        """When T1 or T2 ends."""
        return min(self._ack_due, self._quiet_due)

    def bytes_to_send(self) -> bytes:
        """What leaves now."""
        data = bytes(self._out)
        self._out.clear()
        return data

    def _transmit(self, block: bytes, now: float) -> None:
        self._in_flight = block
        self._repeats = 0
        self._out += block
        self._ack_due = now + T2_S

    def _repeat(self, now: float, why: str) -> None:
        if self._in_flight is None:
            return
        if self._repeats >= REPEATS_MAX:
            self.failure = f"{why}, {1 + REPEATS_MAX} times"
            self._waiting.clear()
            self._in_flight = None
            self._settled = self._sent
            self._ack_due = NEVER
            return
        self._repeats += 1
        self._out += self._in_flight
        self._ack_due = now + T2_S

    def _settle(self, now: float) -> None:
        self._in_flight = None
        self._settled += 1
        self._ack_due = NEVER
        if self._waiting:
            self._transmit(self._waiting.popleft(), now)

    def _hear_ack(self, now: float) -> None:
        if self._in_flight is None:
            self.stray_acks += 1
            return
        self._acked.append(self._settled + 1)
        self._settle(now)

    def _hear_nak(self, now: float) -> None:
        self.naks_received += 1
        self._repeat(now, "the terminal refused the frame (NAK)")

    def _give_way(self, now: float) -> None:
        if self._in_flight is not None:
            self.acks_missed += 1
            self._settle(now)

    def _hear_silence(self, now: float) -> None:
        if self._quiet_due <= now:
            self._quiet_due = NEVER
            if self._deframer.quiet():
                self._say_nak()

    def _say_nak(self) -> None:
        self.naks_sent += 1
        self._out += NAK_BYTE
