"""What each key does: which pane is shown, what is typed, and what the lane is asked for."""

from dataclasses import dataclass
from typing import Any, Final

from kiosk.core.checks.aim import Aim
from kiosk.core.lane.control_events import ROLES, ControlReason
from kiosk.screens.technician.hold import HeldKey
from kiosk.screens.technician.session import Session
from kiosk.screens.technician.trace_buffer import FILTER_CHARS_MAX
from kiosk.screens.technician.walk import Walk
from kiosk.screens.technician.words import LANGUAGES

PANES: Final = {
    "1": "overview",
    "2": "lane",
    "3": "camera",
    "4": "terminal",
    "5": "screen",
    "6": "store",
    "7": "network",
    "8": "trace",
    "9": "exits",
    "0": "checks",
    "c": "control",
    "h": "help",
}
"""The panes by their keys."""

RENEW_S: Final = 2.0
"""How often control is renewed: five times before a lane gives it up."""

REASONS: Final = tuple(reason.value for reason in ControlReason)

SCROLL_LINES_MAX: Final = 5000
"""No pane is longer than a full trace."""


@dataclass(frozen=True, slots=True)
class Say:
    """Send this to the lane."""

    message: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Do:
    """Something that only the shell can: `quit`, `save`, `report`, `probe`."""

    what: str


Act = Say | Do


class Handling:
    """What a technician has chosen. Verbs: `press`, `tick`, `leave`."""

    def __init__(self, session: Session, language: str, walk: Walk) -> None:
        self.session = session
        self.language = language
        self.walk = walk
        self.pane = "overview"
        self.scroll = 0
        self.who, self.reason = ROLES[0], REASONS[0]
        self.wait = self.vouched = False
        self.typing = False
        self.confirming = ""
        """What `y` would do now: `payment`, `release`, or nothing."""
        self.note = ""
        self.held = HeldKey()
        self._touched = False
        self._renewed_at = float("-inf")

    def press(self, key: str, now: float, lag_s: float = 0.0) -> list[Act]:
        """A key was pressed, or repeats, `lag_s` ago: a letter, or a name such as `up`."""
        self._touched = True
        if not self.typing and len(key) == 1:
            key = key.lower()
        way = {"u": "open", "d": "close"}.get(key, "")
        if way and self.pane in ("lane", "control") and self.session.is_mine:
            return [Say(wish) for wish in self.held.press(way, now, lag_s)]
        acts: list[Act] = [Say(wish) for wish in self.held.let_go()]
        if self.typing:
            self._type(key)
            return acts
        confirmed, self.confirming = self.confirming, ""
        if confirmed and key == "y":
            release = {"do": "release-lane", "who": self.who}
            return [*acts, Say(release if confirmed == "release" else {"do": "try-payment"})]
        if key in PANES:
            return [*acts, *self._open(PANES[key])]
        return [*acts, *self._common(key), *self._in_pane(key)]

    def tick(self, now: float) -> list[Act]:
        """It is `now`: a held key may be let go, and control is renewed."""
        acts: list[Act] = [Say(wish) for wish in self.held.tick(now)]
        keeps = self.session.is_mine or self.session.is_asked
        if keeps and now - self._renewed_at >= RENEW_S:
            self._renewed_at = now
            acts.append(Say({"do": "renew", "present": self._touched}))
            self._touched = False
        return acts

    def leave(self) -> list[Act]:
        """The technician goes: whatever he holds is given back."""
        acts: list[Act] = [Say(wish) for wish in self.held.let_go()]
        if self.session.is_mine or self.session.is_asked:
            acts.append(Say({"do": "release"}))
        return acts

    def follows(self) -> list[Act]:
        """What the lane must be asked for again after a greeting, or in another pane."""
        ports = {"camera", "terminal"} if self.pane != "trace" else {"camera"}
        if self.pane == "trace":
            ports.add(self.session.trace.port)
        if self.walk.runs:
            ports.add("barrier")
        known = self.session.hello.get("ports") or []
        wanted = [port for port in sorted(ports) if port in known]
        return [Say({"do": "untrace"}), *(Say({"do": "trace", "port": each}) for each in wanted)]

    # Inside.

    def _open(self, pane: str) -> list[Act]:
        before, self.pane, self.scroll, self.note = self.pane, pane, 0, ""
        if pane == "trace" and not self.session.trace.port:
            self.session.trace.follow("barrier")
        return self.follows() if "trace" in (before, pane) else []

    def _common(self, key: str) -> list[Act]:
        step = {"up": -1, "down": 1, "pageup": -12, "pagedown": 12}.get(key, 0)
        if self.pane == "trace":
            step = -step
        self.scroll = min(max(0, self.scroll + step), SCROLL_LINES_MAX)
        match key:
            case "q":
                return [Do("quit")]
            case "l":
                at = LANGUAGES.index(self.language)
                self.language = LANGUAGES[(at + 1) % len(LANGUAGES)]
            case "home":
                self.scroll = 0
            case "f" if self.session.is_latched and not self.session.snapshot.inputs.get("fire"):
                acts = self._open("lane")
                self.confirming = "release"
                return acts
            case "tab" | "shift+tab":
                names = list(PANES.values())
                at = names.index(self.pane) + (1 if key == "tab" else -1)
                return self._open(names[at % len(names)])
        return []

    def _in_pane(self, key: str) -> list[Act]:
        panes = {"trace": self._in_trace, "control": self._in_control, "checks": self._in_checks}
        return panes[self.pane](key) if self.pane in panes else []

    def _in_trace(self, key: str) -> list[Act]:
        trace = self.session.trace
        match key:
            case "p":
                trace.pause()
            case "x":
                trace.clear()
            case "/":
                self.typing, trace.filter = True, ""
            case "s":
                return [Do("save")]
            case "left" | "right":
                known = [str(each) for each in self.session.hello.get("ports") or []]
                if known:
                    at = known.index(trace.port) if trace.port in known else 0
                    trace.follow(known[(at + (1 if key == "right" else -1)) % len(known)])
                    self.scroll = 0
                    return self.follows()
        return []

    def _type(self, key: str) -> None:
        trace = self.session.trace
        if key in ("enter", "escape"):
            self.typing = False
            if key == "escape":
                trace.filter = ""
        elif key == "backspace":
            trace.filter = trace.filter[:-1]
        else:
            if len(key) == 1 and key.isprintable() and len(trace.filter) < FILTER_CHARS_MAX:
                trace.filter += key

    def _in_control(self, key: str) -> list[Act]:
        if self.session.is_mine:
            return self._with_control(key)
        match key:
            case "w":
                self.who = ROLES[(ROLES.index(self.who) + 1) % len(ROLES)]
            case "r":
                self.reason = REASONS[(REASONS.index(self.reason) + 1) % len(REASONS)]
            case "e":
                self.wait = not self.wait
            case "v":
                self.vouched = not self.vouched
            case "g" if self.session.is_asked:
                self.session.is_asked = False
                return [Say({"do": "release"})]
            case "enter" if self.session.is_up and not self.session.is_asked:
                self.session.is_asked, self.session.refused = True, ""
                asked = {"do": "control", "who": self.who, "reason": self.reason}
                return [Say({**asked, "wait": self.wait, "vouched": self.vouched})]
        return []

    def _with_control(self, key: str) -> list[Act]:
        match key:
            case "g":
                return [Say({"do": "release"})]
            case "t" | "n":
                self.session.trial.clear()
                return [Say({"do": "try-exit", "car": key == "t"})]
            case "p":
                self.session.trial.clear()
                self.confirming = "payment"
            case "s":
                return [Say({"do": "stop-trial"})]
        return []

    def _in_checks(self, key: str) -> list[Act]:
        match key:
            case "w" if self.walk.runs or self.session.is_mine or not self.walk.wires:
                self.walk.toggle()
                return self.follows()
            case "w":
                # Whoever walks stands on the loops: a lane that is not locked would charge him.
                acts = self._open("control")
                self.note = "control.needed"
                return acts
            case "a":
                self.session.aim = None if self.session.aim else Aim()
            case "r":
                return [Do("report")]
            case "b" if not self.session.is_up:
                return [Do("probe")]
            case "t" | "n" | "p":
                return self._open("control") + (
                    self._with_control(key) if self.session.is_mine else []
                )
        return []
