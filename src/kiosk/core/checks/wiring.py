"""The walk along the wiring: each input must be seen on and off, and none may chatter."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

BOUNCE_S: Final = 0.3
"""A contact that holds for less is no car, key or door: a loose wire, or a loop set too fine."""

BOUNCES: Final = 3
"""So many of them are no accident."""

DO: Final[Mapping[str, str]] = {
    "open_limit": "let the arm go up",
    "closed_limit": "let the arm come down",
    "arming_loop": "drive onto the loop in front of the arm, and off it",
    "safety_loop": "drive onto the loop under the arm, and off it",
    "fire": "have the fire contact opened, and closed again",
    "swung_off": "take the arm out of its holder, and put it back",
    "manual_key": "turn the key switch, and back",
    "door": "open the cabinet's door, and close it",
}
"""What moves each input."""


@dataclass(frozen=True, slots=True)
class Wire:
    """One input of the board, counted from 1; `inverted` for a normally-closed contact."""

    name: str
    channel: int
    inverted: bool = False


@dataclass(slots=True)
class _Seen:
    is_on: bool | None = None
    since_s: float = 0.0
    was: int = 0
    """Bit 0: was off, bit 1: was on."""
    bounces: int = 0


class WalkThrough:
    """Takes samples of all inputs; says what changed, and what is still to be seen."""

    def __init__(self, wires: Sequence[Wire]) -> None:
        self._wires = tuple(wires)
        self._seen = {wire.name: _Seen() for wire in wires}

    def sample(self, states: Sequence[bool], now: float) -> list[tuple[str, bool]]:
        """The board's inputs as they are, input 1 first; the inputs that changed, and to what."""
        news = []
        for wire in self._wires:
            if wire.channel > len(states):
                continue
            is_on = states[wire.channel - 1] is not wire.inverted
            if self._took(self._seen[wire.name], is_on, now):
                news.append((wire.name, is_on))
        return news

    def missing(self) -> tuple[str, ...]:
        """The inputs that were not seen both on and off."""
        return tuple(name for name, seen in self._seen.items() if seen.was != 0b11)

    def never(self, is_on: bool) -> tuple[str, ...]:
        """The inputs that were never on, or never off."""
        bit = 0b10 if is_on else 0b01
        return tuple(name for name, seen in self._seen.items() if not seen.was & bit)

    def chattering(self) -> tuple[str, ...]:
        """The inputs that held for no time again and again."""
        return tuple(name for name, seen in self._seen.items() if seen.bounces >= BOUNCES)

    def _took(self, seen: _Seen, is_on: bool, now: float) -> bool:
        before = seen.is_on
        seen.was |= 0b10 if is_on else 0b01
        if before is is_on:
            return False
        if before is not None and now - seen.since_s < BOUNCE_S:
            seen.bounces += 1
        seen.is_on, seen.since_s = is_on, now
        return before is not None
