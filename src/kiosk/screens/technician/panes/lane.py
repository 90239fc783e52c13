"""Barrier and loops: the lane as a drawing, each input in words, and the board's counters."""

from typing import Final

from kiosk.screens.technician.cells import pad
from kiosk.screens.technician.lane_drawing import WIDTH, drawing
from kiosk.screens.technician.lines import BLANK, SIGNS, Line, Span, Tone, line
from kiosk.screens.technician.panes.latched import latched_lines
from kiosk.screens.technician.panes.port import counter_lines, port_lines
from kiosk.screens.technician.view import View

_INPUTS: Final = (
    "arming_loop",
    "safety_loop",
    "fire",
    "manual_key",
    "door_open",
    "swung_off",
)

_ARM_TONES: Final[dict[str, Tone]] = {"lowered": "good", "raised": "good", "between": "late"}


def lines(view: View) -> list[Line]:
    """The drawing beside its words where there is room, else above them."""
    told, words = view.told, view.words
    if not told.inputs and not told.arm:
        return [line(words("lane.unknown"))]
    made = latched_lines(view)
    if not told.board_answers:
        made.append((Span(words("lane.silent"), "bad"),))
    drawn = drawing(told.arm, told.inputs)
    labels = _words(view)
    if view.width >= WIDTH + 18:
        for at in range(max(len(drawn), len(labels))):
            left = drawn[at] if at < len(drawn) else ""
            made.append((Span(pad(left, WIDTH)), Span(" "), *(labels[at : at + 1] or [BLANK])[0]))
    else:
        made += [line(row) for row in drawn] + labels
    made.append(line(_loop_words(view)))
    made.append(_arm_line(view))
    if view.session.is_mine:
        made.append((Span(words("lane.hold"), "strong"),))
        if view.handling.held.way:
            made.append((Span(words("lane.held." + view.handling.held.way), "late"),))
    made += [BLANK, *port_lines(view, "barrier"), *counter_lines(view, "barrier")]
    return made


def _words(view: View) -> list[Line]:
    made: list[Line] = []
    for name in _INPUTS:
        is_on = view.told.inputs.get(name, False)
        tone: Tone = "late" if is_on else "dim"
        word = view.words(f"input.{name}.{'on' if is_on else 'off'}")
        made.append((Span(f"{SIGNS['good' if is_on else 'dim']} {word}", tone),))
    return made


def _loop_words(view: View) -> str:
    words = view.words
    return f" {pad(words('input.arming_loop'), 21)}{words('input.safety_loop')}"


def _arm_line(view: View) -> Line:
    arm = view.told.arm
    word = view.words.named("arm", arm)
    gate = view.words.named("state", view.told.states.get("gate", ""))
    tone = _ARM_TONES.get(arm, "bad")
    return line(
        Span(word, tone), f"  ({view.words.named('machine', 'gate')}{view.words.colon}{gate})"
    )
