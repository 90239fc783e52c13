"""The key that moves the arm while it is held: terminals tell of presses only, never of a release.

A held key is one that repeats. What does not repeat in time, and any other key, lets go. The lane
itself waits for `HOLD_S` of this before the arm moves, and lets go by itself without it.
"""

from typing import Any, Final

REPEAT_S: Final = 0.6
"""The longest pause between two repeats of a held key; keyboards repeat every 0.03 s, after a
first pause of 0.25 to 0.66 s. A slow line that stalls for longer lets go."""

SAY_S: Final = 0.2
"""How often the lane is told that the key is held: it lets go after 0.8 s without."""

LAG_S_MAX: Final = 0.3
"""A press that waited for longer, behind a slow screen, says nothing of the finger now: without
this a backlog of presses would move the arm after the key was let go."""

Wish = dict[str, Any]


class HeldKey:
    """Feels whether a key is held, from its repeats."""

    def __init__(self) -> None:
        self.way = ""
        self._heard_at = self._said_at = 0.0

    def press(self, way: str, now: float, lag_s: float = 0.0) -> list[Wish]:
        """This key was pressed, or repeats; `lag_s` ago."""
        if lag_s > LAG_S_MAX:
            return self.let_go()
        wishes: list[Wish] = []
        if self.way and self.way != way:
            wishes += self.let_go()
        begins = not self.way
        self.way, self._heard_at = way, now
        if begins or now - self._said_at >= SAY_S:
            self._said_at = now
            wishes.append({"do": "move", "way": way})
        return wishes

    def tick(self, now: float) -> list[Wish]:
        """It is `now`: a key that was not heard of for too long is let go."""
        if self.way and now - self._heard_at > REPEAT_S:
            return self.let_go()
        return []

    def let_go(self) -> list[Wish]:
        """Any other key, another pane, the end."""
        if not self.way:
            return []
        self.way = ""
        return [{"do": "let-go"}]
