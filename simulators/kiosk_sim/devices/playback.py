"""Plays the device's side of a recording: the device of that day, for any host.

Three ways, by what was recorded. A camera only talks: its telegrams come at their times. A board
answers: each request gets what the real one answered to it last by then. A terminal leads a
dialogue: each command gets the one that it had then (`replayed_dialogue`).
"""

from bisect import bisect_right
from collections import deque
from enum import Enum
from typing import Final

from kiosk_hw.modbus.frames import DecodeError, decode_request
from kiosk_hw.modbus.messages import COIL_OFF, WriteCoil
from kiosk_hw.ports.party import NEVER, LineSettings
from kiosk_sim.devices.replayed_dialogue import Dialogue, Note, Words

__all__ = ("Note", "Play", "Playback")

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


class Playback:
    """The device of a recording, with the verbs of `DeviceSide`. Starts anew with each link."""

    def __init__(self, notes: list[Note], line: LineSettings, play: Play) -> None:
        if len(notes) > NOTES_MAX:
            raise ValueError(f"a recording of at most {NOTES_MAX} notes was expected")
        self.line = line
        self.played = 0
        self._strayed = 0
        self._notes = notes
        self._play = play
        self._answers = _answers(notes) if play is Play.ANSWERS else {}
        self._dialogue = Dialogue(notes if play is Play.DIALOGUE else [])
        self._began = 0.0
        self._next = 0
        self._heard = bytearray()
        self._heard_at = 0.0
        self._waits: deque[tuple[float, bytes]] = deque()
        self._out = bytearray()

    def __repr__(self) -> str:
        talks = self._play is Play.DIALOGUE
        left = self._dialogue.left if talks else len(self._notes) - self._next
        return f"<Playback {self._play.value} played={self.played} strayed={self.strayed} {left=}>"

    @property
    def strayed(self) -> int:
        """Requests that nobody made on that day."""
        return self._strayed + self._dialogue.strayed

    def connected(self, now: float) -> None:
        """Somebody is at the other end: the day begins."""
        self._began, self._next = now, 0
        self._heard.clear()
        self._waits.clear()
        if self._play is Play.DIALOGUE:
            self._say(self._dialogue.begin(), now)
        else:
            self._go_on(now)

    def disconnected(self, now: float) -> None:
        """Nobody is: nothing more is said."""
        self._waits.clear()

    def receive(self, data: bytes, now: float) -> None:
        """The host says something."""
        if self._play is Play.DIALOGUE:
            self._converse(data, now)
        elif self._play is Play.ANSWERS:
            self._heard += data
            self._heard_at = now
            self._answer(now)

    def tick(self, now: float) -> None:
        """What is due by now is said."""
        while self._waits and self._waits[0][0] <= now:
            self._out += self._waits.popleft()[1]
            self.played += 1
        if self._play is Play.TIMED:
            self._go_on(now)
        elif self._heard and self._play is Play.ANSWERS and now >= self._heard_at + SILENCE_S:
            self._strayed += 1
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
        """Say what was said by now."""
        while self._play is Play.TIMED and self._next < len(self._notes):
            note = self._notes[self._next]
            if self._began + note.at_s > now:
                return
            self._out += b"" if note.from_host else note.data
            self.played += not note.from_host
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
            self._strayed += 1
            self._heard.clear()
            self._waits.append((now + CONFIRM_S, request))

    # A terminal's dialogue.

    def _converse(self, data: bytes, now: float) -> None:
        anew, said = self._dialogue.hear(data)
        if anew:
            # Who begins another command does not wait for the end of the last one.
            self._waits.clear()
        self._say(said, now)

    def _say(self, said: Words, now: float) -> None:
        at = self._waits[-1][0] if self._waits else now
        for after_s, words in said:
            at = max(now, at) + after_s
            self._waits.append((at, words))


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
