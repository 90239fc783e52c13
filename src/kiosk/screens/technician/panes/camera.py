"""The camera: its last reads, masked, with their confidence and its rate."""

from kiosk.screens.technician.lines import BLANK, Line, Span, line, title
from kiosk.screens.technician.panes.port import counter_lines, port_lines
from kiosk.screens.technician.view import View


def lines(view: View) -> list[Line]:
    """Port, reads, counters."""
    words, reads = view.words, view.session.reads
    made = [*port_lines(view, "camera"), BLANK, title(words("camera.reads"))]
    for at, told, confidence, doubtful in reversed(reads):
        sure = words("camera.unsaid") if confidence is None else f"{confidence:.0%}"
        doubt = Span(f"  {words('camera.doubtful')}", "late") if doubtful else Span("")
        ago = words("ago", age=words.age(max(0.0, view.now - at)))
        made.append(line(f" {ago:>16}  {sure:>6}  {told}", doubt))
    if not reads:
        made.append(line(f" {words('camera.none')}"))
    known = [each for _, _, each, _ in reads if each is not None]
    if known:
        mean = f"{sum(known) / len(known):.0%}"
        doubts = sum(doubtful for *_, doubtful in reads)
        made.append(line(words("camera.mean", mean=mean, reads=len(reads), doubtful=doubts)))
    return [*made, BLANK, *counter_lines(view, "camera")]
