"""All that is known of the lane that is looked at: what it told, and what it was told last."""

from collections import deque
from collections.abc import Mapping
from typing import Any, Final

from kiosk.core.checks.aim import Aim
from kiosk.screens.technician.cells import clean, cleaned
from kiosk.screens.technician.told import Snapshot, mapping, number, text
from kiosk.screens.technician.trace_buffer import TraceBuffer

NEWS_MAX: Final = 12
"""Last words about control and trials: what fits beside the keys on 24 lines."""

READS_MAX: Final = 12
"""Last reads of the camera, as many as a pane shows."""

STEPS_MAX: Final = 50
"""Last steps of the lane."""

AIM_CARS_MAX: Final = 1000
"""Cars of one look at the camera's aim: days of a busy lane."""

SAMPLES_MAX: Final = 500
"""Of frames of the board that wait for a walk: seconds of it; a walk takes them at once."""


class Session:
    """What came out of one lane. Verbs: `met`, `lost`, `take`; time is an argument."""

    def __init__(self, now: float) -> None:
        self.is_up = False
        self.why_lost = ""
        self.lost_at = now
        self.hello: Mapping[str, Any] = {}
        self.snapshot = Snapshot()
        self.snapshot_at: float | None = None
        self.screen: Mapping[str, Any] = {}
        self.reads: deque[tuple[float, str, float | None, bool]] = deque(maxlen=READS_MAX)
        self.steps: deque[str] = deque(maxlen=STEPS_MAX)
        self.trace = TraceBuffer()
        self.news: deque[str] = deque(maxlen=NEWS_MAX)
        self.trial: deque[str] = deque(maxlen=NEWS_MAX)
        self.is_mine = self.is_asked = False
        self.refused = ""
        self.samples: list[tuple[float, Mapping[str, Any]]] = []
        self.aim: Aim | None = None
        self.surroundings: Mapping[str, str] = {}

    def met(self, hello: Any, now: float) -> None:
        """The lane greets; one that runs anew has forgotten everything."""
        told = mapping(cleaned(mapping(hello)))
        if self.hello and told.get("run") != self.hello.get("run"):
            self.reads.clear()
            self.steps.clear()
            self.screen = {}
            self.snapshot, self.snapshot_at = Snapshot(), None
        self.hello, self.is_up, self.why_lost = told, True, ""
        self.trace.clear()

    def lost(self, why: str, now: float) -> None:
        """The connection is gone, and control with it."""
        if self.is_up or not self.why_lost:
            self.lost_at = now
        if self.is_mine:
            self.news.append("its connection is gone")
        self.is_up = self.is_mine = self.is_asked = False
        self.why_lost = clean(why)

    def take(self, record: Mapping[str, Any], now: float) -> None:
        """One record of the lane, whatever it holds."""
        if "frame" in record:
            self._frame(text(record.get("port")), mapping(record.get("frame")), now)
            return
        told = mapping(cleaned(dict(record)))
        if "snapshot" in told:
            self.snapshot, self.snapshot_at = Snapshot.of(told["snapshot"]), now
            # A show tells more of the same picture than a snapshot, which goes into reports.
            if self.snapshot.screen.get("picture") not in (None, self.screen.get("picture")):
                self.screen = self.snapshot.screen
            self._compare()
        match told.get("show"):
            case "screen":
                self.screen = told
            case "step":
                self.steps.append(text(told.get("step")))
                arrived = told.get("step") == "visit.arrived"
                if self.aim is not None and arrived and self.aim.cars < AIM_CARS_MAX:
                    self.aim.car(now)
            case "control":
                self._control(told)
            case "trial":
                at_s, what = number(told.get("at_s")) or 0.0, text(told.get("what"))
                self.trial.append(f"{at_s:8.3f} s  {what}")
                if told.get("passed") is not None:
                    self.trial.append("passed" if told["passed"] is True else "failed")
        if "error" in told and self.is_asked and not self.is_mine:
            self.is_asked, self.refused = False, text(told["error"])

    @property
    def is_latched(self) -> bool:
        """Whether the arm stands as it is until a person releases the lane."""
        return self.is_up and self.snapshot.states.get("gate") in ("held", "faulty")

    @property
    def is_stale(self) -> bool:
        """Whether what is shown may no longer be so."""
        return not self.is_up

    def age_s(self, now: float) -> float | None:
        """How old the last snapshot is."""
        return None if self.snapshot_at is None else max(0.0, now - self.snapshot_at)

    # Inside.

    def _frame(self, port: str, frame: Mapping[str, Any], now: float) -> None:
        if port == self.trace.port:
            self.trace.take(frame)
        if port == "camera" and frame.get("read"):
            read = mapping(frame.get("read"))
            told = clean(text(frame.get("text")))
            doubtful = read.get("doubtful") is True
            confidence = number(read.get("confidence"))
            self.reads.append((now, told, confidence, doubtful))
            if self.aim is not None:
                self.aim.read(confidence, doubtful, now)
        if port == "barrier":
            self.samples.append((now, frame))
            del self.samples[:-SAMPLES_MAX]

    def _control(self, told: Mapping[str, Any]) -> None:
        state, why = text(told.get("state")), text(told.get("why"))
        if told.get("mine") is not True:
            return
        match state:
            case "locked":
                self.is_mine, self.is_asked, self.refused = True, False, ""
            case "refused":
                self.is_asked, self.refused = False, why
            case "ended":
                self.is_mine = self.is_asked = False
                self.refused = why if why != "released" else ""
            case "waiting":
                self.refused = why
        if why or state in ("locked", "moved"):
            entry = f"{state}: {why}" if why else state
            if not self.news or self.news[-1] != entry:
                self.news.append(entry)

    def _compare(self) -> None:
        """A snapshot tells of an end that was missed."""
        if self.is_mine and self.snapshot.control.get("state") in ("nobody", "waiting"):
            self.is_mine = False
