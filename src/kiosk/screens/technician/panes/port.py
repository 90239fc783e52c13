"""What every port has in common: where it is, when it was heard, what was counted, its faults."""

from kiosk.screens.technician.cells import pad
from kiosk.screens.technician.lines import Line, Span, line, wrapped
from kiosk.screens.technician.panes.overview import fault_lines, state_of, suspicion_lines
from kiosk.screens.technician.view import View


def port_lines(view: View, name: str) -> list[Line]:
    """The port of this device, and how long each direction has been silent."""
    words, port = view.words, view.told.ports.get(name)
    device = view.told.health_of(name)
    tone, word = state_of(device, port, words)
    head = Span(f"{words.named('device', name)}{words.colon}{word}", tone)
    if port is None:
        return [(head,)]
    made = [line(head, f"  {port.url}  {port.line}  {words.named('port', port.state)}")]
    if port.why:
        made += wrapped(words.said(port.why), view.width, 2, "bad")
    heard, spoke = (
        words("port.never") if age is None else words("ago", age=words.age(age))
        for age in (port.rx_age_s, port.tx_age_s)
    )
    made.append(line(words("port.ages", heard=heard, spoke=spoke)))
    counts = {key: f"{count:.0f}" for key, count in port.counts.items()}
    made += wrapped(words("port.counts", **counts), view.width)
    return made


def counter_lines(view: View, name: str) -> list[Line]:
    """What happened on its line, in the last minute and since the start; its faults; its driver."""
    words, device = view.words, view.told.health_of(name)
    made: list[Line] = []
    for found in device.faults:
        made += fault_lines(found, words, view.width)
    for suspicion in device.suspected:
        made += suspicion_lines(suspicion, words, view.width)
    for past in device.past:
        made.append((Span(words("fault.past", name=words.fault(past.code).name), "late"),))
    if device.rates:
        made.append(line(words("port.rates")))
    for kind, rate in device.rates.items():
        made.append(line(f"  {pad(kind, 28)} {rate.recent:8.0f} {rate.total:10.0f}"))
    for fact, value in device.facts.items():
        made += wrapped(value, view.width, 2, "", f"{words.named('fact-name', fact)}{words.colon}")
    port = view.told.ports.get(name)
    if port is not None and port.driver:
        made += wrapped(port.driver, view.width, 0, "dim", f"{words('port.driver')}{words.colon}")
    return made
