"""A terminal's side of a recorded day, told by what the host says: each command gets its dialogue.

No time is kept here: what is to be said comes with how long after the words before it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from kiosk_hw.zvt.serial_framing import DLE, SerialDeframer, Signal
from kiosk_hw.zvt.tcp_framing import TcpDeframer

CONTROL_BYTES: Final = 2
"""Class and instruction: what an APDU is (PA00P015 ch. 2)."""

REPLIES: Final = (0x80, 0x84)
"""Classes of an ECR's replies; all others begin a dialogue of their own."""


@dataclass(frozen=True, slots=True)
class Note:
    """What passed: `from_host` or from the device, `at_s` after the beginning; `data` was kept."""

    at_s: float
    from_host: bool
    data: bytes
    size: int
    """How many bytes passed, kept or not."""


Words = list[tuple[float, bytes]]
"""What the terminal says now: after how many seconds, each after the one before."""


class Dialogue:
    """Goes along a recording with its host, and goes to where that day had what the host asks."""

    def __init__(self, notes: list[Note]) -> None:
        self.strayed = 0
        """What the host said and nobody said on that day, or not there."""
        self._notes = notes
        serial = any(note.data[:1] == bytes((DLE,)) for note in notes)
        self._cut: SerialDeframer | TcpDeframer = SerialDeframer() if serial else TcpDeframer()
        self._kinds = [_kind_of(note, serial) for note in notes]
        self._next = 0

    @property
    def left(self) -> int:
        """Notes that nobody has come to yet."""
        return len(self._notes) - self._next

    def begin(self) -> Words:
        """Somebody is at the other end: the day begins."""
        self._cut.reset()
        self._next = 0
        return list(self._until_host())

    def hear(self, data: bytes) -> tuple[bool, Words]:
        """The host says this: whether it begins another dialogue, and what is said to it."""
        anew, said = False, list[tuple[float, bytes]]()
        for element in self._cut.feed(data):
            kind = _kind(element)
            if self._next < len(self._notes) and self._kinds[self._next] in (kind, b""):
                self._next += 1
            elif not self._goes_to(kind):
                self.strayed += 1
                continue
            else:
                anew, said = True, []
            said += self._until_host()
        return anew, said

    def _goes_to(self, kind: bytes | Signal) -> bool:
        """Come to this command's next place of that day, else its last one; False for none."""
        if not isinstance(kind, bytes) or kind[0] in REPLIES:
            return False
        later = (at for at in range(self._next, len(self._notes)) if self._kinds[at] == kind)
        before = (at for at in range(self._next - 1, -1, -1) if self._kinds[at] == kind)
        place = next(later, next(before, None))
        if place is None:
            return False
        self._next = place + 1
        return True

    def _until_host(self) -> Iterator[tuple[float, bytes]]:
        while self._next < len(self._notes) and not self._notes[self._next].from_host:
            note = self._notes[self._next]
            before = self._notes[self._next - 1].at_s if self._next else 0.0
            self._next += 1
            yield max(0.0, note.at_s - before), note.data


def _kind_of(note: Note, serial: bool) -> bytes | Signal | None:
    """What the host said here; b"" for what was not kept, None for the device's own words."""
    if not note.from_host:
        return None
    cut: SerialDeframer | TcpDeframer = SerialDeframer() if serial else TcpDeframer()
    found = cut.feed(note.data)
    return _kind(found[0]) if found else b""


def _kind(element: bytes | Signal) -> bytes | Signal:
    return element if isinstance(element, Signal) else element[:CONTROL_BYTES]
