"""What passes a port, decoded, as it passes: the newest at the bottom, or held still."""

from kiosk.screens.technician.lines import Line, Span, line
from kiosk.screens.technician.view import View


def lines(view: View) -> list[Line]:
    """Counters first, then as many frames as there is room for."""
    words, trace, handling = view.words, view.session.trace, view.handling
    port = words.named("device", trace.port)
    counts = "  ".join(f"{name} {count}" for name, count in sorted(trace.counts.items()) if count)
    state = words("trace.paused") if trace.paused else words("trace.running")
    head = line(
        Span(f"{port} ", "strong"),
        Span(state, "late" if trace.paused else "good"),
        f"  {counts or words('trace.nothing')}",
    )
    rates = view.told.devices.get(trace.port)
    extra = []
    if rates is not None:
        asked = " ".join(f"{kind}={rate.total:.0f}" for kind, rate in rates.rates.items())
        extra.append(line(Span(f"{words('trace.counters')}{words.colon}{asked}", "dim")))
    typed = f"{words('trace.filter')}{words.colon}{trace.filter}{'_' if handling.typing else ''}"
    if trace.filter or handling.typing:
        extra.append((Span(typed, "strong"),))
    if handling.scroll:
        extra.append((Span(words("trace.back", count=handling.scroll), "late"),))
    room = max(1, view.height - 1 - len(extra))
    return [head, *extra, *(_frame(text) for text in trace.last(room, handling.scroll))]


def _frame(text: str) -> Line:
    if " !! " in text:
        return (Span(text, "bad"),)
    return (Span(text, "dim" if " -> " in text[:26] else ""),)
