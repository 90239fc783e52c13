"""Finding whole Modbus frames among torn and damaged bytes. Others judge whose they are."""

from typing import Final

from kiosk_hw.hosts.modbus_jobs import Counters, Job
from kiosk_hw.modbus.frames import (
    EXCEPTION_FLAG,
    EXCEPTION_FRAME,
    FRAME_MAX,
    crc_holds,
    request_length,
    response_span,
)

BUFFER_MAX: Final = 2 * FRAME_MAX
"""Bytes kept while looking for a reply: an echo and a reply of the greatest length."""


class FrameBuffer:
    """The bytes that came in and are no frame yet; whatever is dropped is counted."""

    __slots__ = ("_bytes", "_counters")

    def __init__(self, counters: Counters) -> None:
        self._bytes = bytearray()
        self._counters = counters

    def __len__(self) -> int:
        return len(self._bytes)

    def add(self, data: bytes) -> None:
        """Bytes came in; the oldest go when there are too many."""
        self._bytes += data
        surplus = len(self._bytes) - BUFFER_MAX
        if surplus > 0:
            self._drop(surplus)

    def clear(self) -> None:
        """Nothing in here will become a frame any more."""
        self._drop(len(self._bytes))

    def give_up(self, awaited: Job) -> None:
        """The awaited reply did not come: what is here was damaged, or never came to its end."""
        if not self._bytes:
            return
        if not self._count_damaged(awaited):
            self._counters.short += 1
        self.clear()

    def take_whole(self, frame: bytes | None) -> bool:
        """Take everything, if it is exactly this frame: a poll's reply is the same for hours."""
        if frame is None or len(self._bytes) != len(frame) or not self._bytes.startswith(frame):
            return False
        self._bytes.clear()
        return True

    def next_frame(self, awaited: Job | None) -> bytes | None:
        """The first whole frame, of whomever; what cannot begin one is dropped.

        Behind the beginning of an unfinished frame it looks on: that beginning may be garbage. No
        shorter reply can hide in the awaited one but an exception, and that with its CRC.
        """
        at = 0
        while len(self._bytes) - at >= EXCEPTION_FRAME:
            head = bytes(self._bytes[at : at + FRAME_MAX])
            lengths = [each for each in (response_span(head), request_length(head)) if each]
            for length in lengths:
                if len(head) >= length and crc_holds(head[:length]):
                    if at:
                        self._count_damaged(awaited)
                    self._drop(at)
                    del self._bytes[:length]
                    return head[:length]
            if at == 0 and all(len(head) >= length for length in lengths):
                self._count_damaged(awaited)
                self._drop(1)
            else:
                at += 1
        return None

    def _drop(self, count: int) -> None:
        self._counters.garbage_bytes += count
        del self._bytes[:count]

    def _count_damaged(self, awaited: Job | None) -> bool:
        """Count what begins like the awaited reply, is long enough for it, and yet is none."""
        head = self._bytes
        is_damaged = (
            awaited is not None
            and len(head) >= EXCEPTION_FRAME
            and head[0] == awaited.unit
            and head[1] & ~EXCEPTION_FLAG == awaited.request.function
            and len(head) >= (response_span(head) or FRAME_MAX)
        )
        self._counters.crc_errors += is_damaged
        return is_damaged
