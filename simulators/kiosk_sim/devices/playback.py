"""Plays the device's side of a recording: the device of that day, for any host.

Three ways, by what was recorded. A camera only talks: its telegrams come at their times. A board
answers: each request gets what the real one answered to it last by then. A terminal leads a
dialogue: it says its next words when the host has said as much as it had then.
"""

from bisect import bisect_right
from collections import deque
from dataclasses import dataclass
from enum import Enum
from typing import Final

from kiosk_hw.modbus.frames import DecodeError, decode_request
from kiosk_hw.modbus.messages import COIL_OFF, WriteCoil
from kiosk_hw.ports.party import NEVER, LineSettings

NOTES_MAX: Final = 1_000_000
"""Notes that one recording may have: a day of polling."""

SILENCE_S: Final = 0.2
"""A host that is silent for so long has said its request, whole or not."""


CONFIRM_S: Final = 0.01
"""After how long a board confirms outputs off that it was not told on that day, by an echo."""


class Play(Enum):
    """How a recording is played."""

    TIMED = "timed"
    ANSWERS = "answers"
    DIALOGUE = "dialogue"


@dataclass(frozen=True, slots=True)
class Note:
    """What passed: `from_host` or from the device, `at_s` after the beginning; `data` was kept."""

    at_s: float
    from_host: bool
    data: bytes
    size: int
    """How many bytes passed, kept or not."""


class Playback:
    """The device of a recording, with the verbs of `DeviceSide`. Starts anew with each link."""

    def __init__(self, notes: list[Note], line: LineSettings, play: Play) -> None:
        if len(notes) > NOTES_MAX:
            raise ValueError(f"a recording of at most {NOTES_MAX} notes was expected")
        self.line = line
        self.played = 0
        self.strayed = 0
        """Requests that nobody made on that day."""
        self._notes = notes
        self._play = play
        self._answers = _answers(notes) if play is Play.ANSWERS else {}
        self._began = 0.0
        self._next = 0
        self._heard = bytearray()
        self._heard_at = 0.0
        self._waits: deque[tuple[float, bytes]] = deque()
        self._out = bytearray()

    def __repr__(self) -> str:
        left = len(self._notes) - self._next
        return f"<Playback {self._play.value} played={self.played} strayed={self.strayed} {left=}>"

    def connected(self, now: float) -> None:
        """Somebody is at the other end: the day begins."""
        self._began, self._next = now, 0
        self._heard.clear()
        self._waits.clear()
        self._go_on(now)

    def disconnected(self, now: float) -> None:
        """Nobody is: nothing more is said."""
        self._waits.clear()

    def receive(self, data: bytes, now: float) -> None:
        """The host says something."""
        if self._play is Play.TIMED:
            return
        self._heard += data
        self._heard_at = now
        if self._play is Play.ANSWERS:
            self._answer(now)
        else:
            self._hear_out(now)

    def tick(self, now: float) -> None:
        """What is due by now is said."""
        while self._waits and self._waits[0][0] <= now:
            self._out += self._waits.popleft()[1]
            self.played += 1
        if self._play is Play.TIMED:
            self._go_on(now)
        elif self._heard and self._play is Play.ANSWERS and now >= self._heard_at + SILENCE_S:
            self.strayed += 1
            self._heard.clear()

    def deadline(self) -> float:
        """When something is due."""
        due = self._waits[0][0] if self._waits else NEVER
        if self._play is Play.TIMED and self._next < len(self._notes):
            due = min(due, self._began + self._notes[self._next].at_s)
        if self._play is Play.ANSWERS and self._heard:
            due = min(due, self._heard_at + SILENCE_S)
        return due

    def bytes_to_send(self) -> bytes:
        """What is said now."""
        out = bytes(self._out)
        self._out.clear()
        return out

    # Timed.

    def _go_on(self, now: float) -> None:
        """Say what comes before the host's next words, or by now."""
        while self._next < len(self._notes):
            note = self._notes[self._next]
            at = self._began + note.at_s
            if self._play is Play.TIMED:
                if at > now:
                    return
                self._out += b"" if note.from_host else note.data
                self.played += not note.from_host
            elif self._play is Play.ANSWERS or note.from_host:
                return
            else:
                self._waits.append((now, note.data))
            self._next += 1

    # A board's answers.

    def _answer(self, now: float) -> None:
        request = bytes(self._heard)
        day = self._answers.get(request)
        if day is None:
            self._confirm(request, now)
            return
        self._heard.clear()
        times, said = day
        place = max(0, bisect_right(times, now - self._began) - 1)
        after_s, answer = said[place]
        if answer:
            self._waits.append((now + after_s, answer))

    def _confirm(self, request: bytes, now: float) -> None:
        """Outputs off is what a lane says at its start: a recording of one that runs lacks it."""
        try:
            _, write = decode_request(request)
        except DecodeError:
            return
        if isinstance(write, WriteCoil) and write.value == COIL_OFF:
            self.strayed += 1
            self._heard.clear()
            self._waits.append((now + CONFIRM_S, request))

    # A terminal's dialogue.

    def _hear_out(self, now: float) -> None:
        """Once the host has said as much as on that day, the device goes on as it did then."""
        while self._next < len(self._notes):
            note = self._notes[self._next]
            if not note.from_host:
                self._say_next(now)
                continue
            if len(self._heard) < note.size:
                return
            if note.data and bytes(self._heard[: note.size]) != note.data:
                self.strayed += 1
            del self._heard[: note.size]
            self._next += 1

    def _say_next(self, now: float) -> None:
        note = self._notes[self._next]
        before = self._notes[self._next - 1].at_s if self._next else 0.0
        last = self._waits[-1][0] if self._waits else now
        self._waits.append((max(now, last) + max(0.0, note.at_s - before), note.data))
        self._next += 1


_Day = tuple[list[float], list[tuple[float, bytes]]]
"""When a request was made, and what was answered to it after which time; nothing: no answer."""


def _answers(notes: list[Note]) -> dict[bytes, _Day]:
    """What each request was answered on that day, in the order of the day."""
    found: dict[bytes, _Day] = {}
    for place, note in enumerate(notes):
        if not note.from_host or not note.data:
            continue
        after = notes[place + 1] if place + 1 < len(notes) else None
        answer = (
            (after.at_s - note.at_s, after.data) if after and not after.from_host else (0.0, b"")
        )
        times, said = found.setdefault(note.data, ([], []))
        times.append(note.at_s)
        said.append(answer)
    return found
