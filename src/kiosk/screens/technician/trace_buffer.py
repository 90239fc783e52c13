"""The frames of a port that a technician follows: bounded, counted, filtered, held still."""

from collections import Counter, deque
from collections.abc import Mapping
from itertools import islice
from typing import Any, Final

from kiosk.screens.technician.cells import clean
from kiosk.screens.technician.told import number, text

FRAMES_MAX: Final = 5000
"""More than a minute of any port at full rate, in some 5 MB; the oldest go first."""

FILTER_CHARS_MAX: Final = 40
"""Of a filter: what fits on the line that shows it."""


class TraceBuffer:
    """Takes frames as they come; what is shown stands still while it is paused."""

    def __init__(self) -> None:
        self.port = ""
        self.filter = ""
        self.counts: Counter[str] = Counter()
        self.missed = 0
        self._frames: deque[str] = deque(maxlen=FRAMES_MAX)
        self._held: tuple[str, ...] | None = None

    def follow(self, port: str) -> None:
        """Begin anew with this port."""
        self.port = port
        self.clear()

    def clear(self) -> None:
        """Forget what was seen."""
        self.counts.clear()
        self.missed = 0
        self._frames.clear()
        if self._held is not None:
            self._held = ()

    def take(self, frame: Mapping[str, Any]) -> None:
        """One frame passed."""
        self.counts["rx" if frame.get("d") == "rx" else "tx"] += 1
        fault = text(frame.get("fault"))
        if fault:
            self.counts[f"!{clean(fault)[:16]}"] += 1
        if len(self._frames) == FRAMES_MAX:
            self.missed += 1
        self._frames.append(frame_text(frame))

    @property
    def paused(self) -> bool:
        """Whether what is shown stands still."""
        return self._held is not None

    def pause(self) -> None:
        """Hold what is shown still, or let it go on."""
        self._held = tuple(self._frames) if self._held is None else None

    def last(self, count: int, skip: int = 0) -> list[str]:
        """The last lines that the filter lets through, oldest first, without the `skip` newest."""
        shown = self._held if self._held is not None else self._frames
        wanted = self.filter.casefold()
        found = (each for each in reversed(shown) if wanted in each.casefold())
        return list(islice(found, skip, skip + count))[::-1]

    def everything(self) -> list[str]:
        """All that a file of it holds: what is shown, filtered, oldest first."""
        return self.last(FRAMES_MAX)


def frame_text(frame: Mapping[str, Any]) -> str:
    """A frame as people read it: time, silence before it, direction, size, meaning, bytes."""
    at_s, gap_s = number(frame.get("at_s")) or 0.0, number(frame.get("gap_s"))
    inner_s = number(frame.get("inner_gap_s")) or 0.0
    gap = "" if gap_s is None else f"+{gap_s:.4f}"
    arrow = "->" if frame.get("d") == "tx" else "<-"
    fault, shown = clean(text(frame.get("fault"))), clean(text(frame.get("hex")))
    told = clean(text(frame.get("text")))
    size = f"{number(frame.get('n')) or 0:.0f}"
    return (
        f"{at_s % 100000:10.4f} {gap:>8} {arrow} {size:>3} {told}"
        + (f" !! {fault}" if fault else "")
        + (f" ({inner_s * 1000:.1f} ms)" if inner_s else "")
        + (f" [{shown}]" if shown else "")
    )
