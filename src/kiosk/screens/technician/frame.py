"""The whole screen as lines: the verdict first, then lane, panes, banner, the pane and its keys."""

from collections.abc import Callable
from typing import Final

from kiosk.screens.technician.cells import width, wrap
from kiosk.screens.technician.handling import PANES
from kiosk.screens.technician.lines import BLANK, Line, Span, fitted, line
from kiosk.screens.technician.panes import (
    camera,
    checks,
    control,
    exits,
    help,
    lane,
    network,
    overview,
    screen,
    store,
    terminal,
    trace,
)
from kiosk.screens.technician.verdict import verdict
from kiosk.screens.technician.view import View

VERDICT_LINES_MAX: Final = 3
"""A verdict that needs more is cut: the overview has all of it."""

_DRAWN: Final[dict[str, Callable[[View], list[Line]]]] = {
    "overview": overview.lines,
    "lane": lane.lines,
    "camera": camera.lines,
    "terminal": terminal.lines,
    "screen": screen.lines,
    "store": store.lines,
    "network": network.lines,
    "trace": trace.lines,
    "exits": exits.lines,
    "checks": checks.lines,
    "control": control.lines,
    "help": help.lines,
}


def frame(view: View) -> list[Line]:
    """Exactly `view.height` lines, none wider than the screen."""
    head = [*_verdict(view), _status(view), *_tabs(view)]
    banner = control.banner(view)
    if banner:
        head.append(banner)
    foot = _keys(view)
    room = max(1, view.height - len(head) - 1)
    body, more = _body(view, room)
    foot = (*foot, Span(f"  {more}", "late")) if more else foot
    shown = [*head, *body, *[BLANK] * (room - len(body)), foot]
    return [fitted(each, view.width) for each in shown[: view.height]]


def _body(view: View, room: int) -> tuple[list[Line], str]:
    pane = view.handling.pane
    inner = View(view.session, view.handling, view.words, view.width, room, view.now)
    made = _DRAWN[pane](inner)
    if pane == "trace":
        return made[:room], ""
    # What was scrolled beyond the end comes back at once.
    view.handling.scroll = min(view.handling.scroll, max(0, len(made) - room))
    top = view.handling.scroll
    return made[top : top + room], view.words("keys.more") if len(made) > room else ""


def _verdict(view: View) -> list[Line]:
    text, tone = verdict(view.session, view.words, view.now)
    return [(Span(row, tone),) for row in wrap(text, view.width)[:VERDICT_LINES_MAX]]


def _status(view: View) -> Line:
    words, told = view.words, view.told
    age = view.session.age_s(view.now)
    if age is None:
        return (Span(words("status.none"), "dim"),)
    text = words(
        "status.line",
        lane=told.lane,
        role=words.named("lane-role", told.role),
        up=words.age(told.up_s),
        age=words.age(age),
    )
    stale = Span(words("status.stale"), "bad") if view.session.is_stale else Span("")
    return line(Span(text, "dim"), stale)


def _tabs(view: View) -> list[Line]:
    rows: list[list[Span]] = [[]]
    used = 0
    for key, pane in PANES.items():
        name = view.words(f"pane.{pane}")
        chosen = pane == view.handling.pane
        text = f"[{key} {name}]" if chosen else f" {key} {name} "
        if used + width(text) > view.width:
            rows.append([])
            used = 0
        used += width(text)
        rows[-1].append(Span(text, "strong" if chosen else "dim"))
    return [tuple(row) for row in rows]


def _keys(view: View) -> Line:
    words, handling = view.words, view.handling
    if handling.pane == "trace":
        note = f"  {handling.note}" if handling.note else ""
        return (Span(note.strip() or words("keys.trace"), "dim"),)
    return (Span(words("keys.all"), "dim"),)
