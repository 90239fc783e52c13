"""The last exits as waterfalls against ten seconds: people, devices, machine; and alarms."""

from typing import Final

from kiosk.screens.technician.cells import pad
from kiosk.screens.technician.lines import BLANK, Line, Span, Tone, line, title
from kiosk.screens.technician.panes.overview import alarm_lines
from kiosk.screens.technician.told import ExitTold
from kiosk.screens.technician.view import View
from kiosk.screens.technician.words import Words

GOAL_S: Final = 10.0
"""What an exit may take."""

_BARS: Final = {"people": "░", "devices": "▒", "machine": "█"}
"""Three patterns, so that shares are told apart without colour."""


def lines(view: View) -> list[Line]:
    """The newest first."""
    words = view.words
    made = [*alarm_lines(view), BLANK]
    if not view.told.exits:
        return [*made, line(words("overview.no-exits"))]
    legend = "   ".join(f"{_BARS[share] * 3} {words('share.' + share)}" for share in _BARS)
    made.append(line(f"{words('exits.goal')}   {legend}"))
    for told in reversed(view.told.exits):
        made += [BLANK, *waterfall(told, words, view.width)]
    return made


def waterfall(told: ExitTold, words: Words, cells: int) -> list[Line]:
    """One exit: a bar for each lap, on a scale that ends at the goal or with the exit."""
    room = max(10, cells - 46)
    end_s = max(GOAL_S, told.total_s, *(lap[3] for lap in told.laps), 0.0)
    scale = room / end_s
    goal = min(int(GOAL_S * scale), room) if told.total_s > GOAL_S else room
    kind = words.named("exit-kind", told.kind)
    made = [title(f"{told.exit_id}  {kind}")]
    for name, share, start_s, stop_s in told.laps:
        left = min(int(max(0.0, start_s) * scale), room - 1)
        size = min(max(1, round((stop_s - start_s) * scale)), room - left)
        bar = " " * left + _BARS.get(share, "█") * size
        bar = pad(bar, room)
        if goal < room and bar[goal] == " ":
            bar = f"{bar[:goal]}:{bar[goal + 1 :]}"
        named = f"{pad(words.named('share', share), 9)} {pad(words.named('lap', name), 22)}"
        lead = f"{named} {stop_s - start_s:7.3f} s "
        made.append(line(lead, "│", Span(bar, "bar"), "│"))
    tone: Tone = "good" if told.total_s <= GOAL_S else "late"
    sign = words("exit.fast") if tone == "good" else words("exit.slow")
    shares = words.listed(f"{words('share.' + name)} {s:.2f}" for name, s in told.shares_s.items())
    lead = pad(words("exits.up"), 12)
    return [*made, line(lead, Span(f" {told.total_s:7.3f} s {sign}", tone), f"  {shares}")]
