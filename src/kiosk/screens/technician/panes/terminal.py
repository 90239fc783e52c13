"""The payment terminal: what the till waits for, its state in its driver's words, its counters."""

from kiosk.screens.technician.lines import BLANK, Line, line
from kiosk.screens.technician.panes.port import counter_lines, port_lines
from kiosk.screens.technician.view import View


def lines(view: View) -> list[Line]:
    """Port, till, counters."""
    words, till = view.words, view.told.states.get("till")
    if "terminal" not in view.told.ports:
        return [line(words("terminal.none"))]
    state = words.named("state", till) if till else words("none")
    made = [*port_lines(view, "terminal"), line(words("terminal.till", state=state))]
    return [*made, BLANK, *counter_lines(view, "terminal")]
