"""The overview: each device with sign, word and age; named faults; lane, alarms, last exits."""

from typing import Final

from kiosk.screens.technician.cells import pad
from kiosk.screens.technician.lines import BLANK, SIGNS, Line, Span, Tone, line, title, wrapped
from kiosk.screens.technician.panes.latched import latched_lines
from kiosk.screens.technician.told import DeviceTold, FaultTold, PortTold
from kiosk.screens.technician.verdict import ranked
from kiosk.screens.technician.view import View
from kiosk.screens.technician.words import Words

EXITS_SHOWN: Final = 3
"""Last exits on the overview; the rest have a pane."""


def lines(view: View) -> list[Line]:
    """What there is, worst first where it matters."""
    told, words = view.told, view.words
    if view.session.snapshot_at is None and not told.devices:
        return wrapped(words("overview.nothing"), view.width)
    made = [*latched_lines(view), title(words("overview.devices"))]
    for name in told.rows():
        made.append(device_line(told.health_of(name), told.ports.get(name), words))
    faults = ranked(told.faults)
    if faults:
        made += [BLANK, title(words("overview.faults"))]
    for found in faults:
        made += fault_lines(found, words, view.width)
    for found in ranked(told.suspected):
        made += [BLANK, *suspicion_lines(found, words, view.width)]
    if view.session.snapshot_at is None:
        return made
    return [*made, BLANK, *lane_lines(view), *alarm_lines(view), BLANK, *_exits(view)]


def state_of(device: DeviceTold, port: PortTold | None, words: Words) -> tuple[Tone, str]:
    """A device's tone and word: neither is ever alone."""
    if device.faults:
        return "bad", words("health.fault")
    if device.suspected:
        return "late", words("health.suspected")
    if port is not None and port.state not in ("open", ""):
        return "bad", words.named("port", port.state)
    if device.seen_s is None:
        return "dim", words("health.never")
    if device.colour == "ok":
        return "good", words("health.ok")
    age = words.age(device.seen_s)
    if device.colour == "recent":
        return "late", words("health.recent", age=age)
    return "bad", words("health.old", age=age)


def device_line(device: DeviceTold, port: PortTold | None, words: Words) -> Line:
    """Sign, name, word, age, port."""
    tone, word = state_of(device, port, words)
    age = "" if device.seen_s is None else words.age(device.seen_s)
    where = "" if port is None else f"{port.url}  {port.line}"
    name = pad(words.named("device", device.name), 12)
    return line(
        Span(f" {SIGNS[tone]} ", tone),
        Span(name, "strong"),
        Span(f" {pad(word, 24)}", tone),
        f" {pad(age, 8)} ",
        Span(where, "dim"),
    )


def fault_lines(found: FaultTold, words: Words, cells: int) -> list[Line]:
    """One fault: what, proof, cause, consequence, cure."""
    said = words.fault(found.code)
    since = words("fault.since", age=words.age(found.since_s))
    evidence = ", ".join(f"{name} {value}" for name, value in found.evidence.items())
    head = f"{words.named('device', found.device)}{words.colon}{said.name}"
    made = [line(Span(f" {SIGNS['bad']} ", "bad"), Span(head, "bad"), Span(f"  {since}", "dim"))]
    for key, text in (("cause", said.cause), ("effect", said.consequence), ("cure", said.cure)):
        if text:
            tone: Tone = "strong" if key == "cure" else ""
            made += wrapped(text, cells, 3, tone, f"{words('fault.' + key)} ")
    proof = f"{found.code}" + (f": {evidence}" if evidence else "")
    return [*made, *wrapped(proof, cells, 3, "dim")]


def suspicion_lines(found: FaultTold, words: Words, cells: int) -> list[Line]:
    """One suspicion: what, on which proof, what to look at, and what will tell."""
    said = words.fault(found.code)
    name = words("fault.suspected", name=said.name.rstrip(".。"))
    head = f"{SIGNS['late']} {words.named('device', found.device)}{words.colon}"
    made = wrapped(
        f"{name}  {words('fault.since', age=words.age(found.since_s))}", cells, 1, "late", head
    )
    made += wrapped(said.cure, cells, 3, "", f"{words('fault.cure')} ")
    evidence = ", ".join(f"{name} {value}" for name, value in found.evidence.items())
    return [*made, *wrapped(f"{found.code}: {evidence}", cells, 3, "dim")]


def lane_lines(view: View) -> list[Line]:
    """What the machines of the lane are doing."""
    told, words = view.told, view.words
    states = words.listed(
        f"{words.named('machine', name)} {words.named('state', state)}"
        for name, state in told.states.items()
    )
    head = f"{words('overview.lane')}{words.colon}"
    return wrapped(states or words("none"), view.width, 0, "", head)


def alarm_lines(view: View) -> list[Line]:
    """What calls for a person."""
    told, words = view.told, view.words
    if not told.alarms:
        return [line(words("overview.no-alarms"))]
    made = []
    for kind, why in told.alarms.items():
        shown = words("overview.alarm", kind=words.named("alarm", kind), why=words.said(why))
        made += wrapped(shown, view.width, 0, "bad", "! ")
    return made


def _exits(view: View) -> list[Line]:
    words = view.words
    made = [title(words("overview.exits"))]
    for told in reversed(view.told.exits[-EXITS_SHOWN:]):
        total = f"{told.total_s:7.2f} s"
        shares = words.listed(
            f"{words('share.' + share)} {seconds:.2f}" for share, seconds in told.shares_s.items()
        )
        late: Tone = "late" if told.total_s > 10.0 else "good"
        sign = words("exit.slow") if late == "late" else words("exit.fast")
        kind = words.named("exit-kind", told.kind)
        made.append(line(Span(f" {total} {sign}", late), f"  {kind}{words.colon}{shares}"))
    return made if len(made) > 1 else [*made, line(f" {words('overview.no-exits')}")]
