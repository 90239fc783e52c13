"""Guided checks: along the wiring, the test exit, the test payment, the report."""

from kiosk.screens.technician.cells import pad
from kiosk.screens.technician.lines import BLANK, SIGNS, Line, Span, Tone, line, title, wrapped
from kiosk.screens.technician.panes.overview import fault_lines, suspicion_lines
from kiosk.screens.technician.verdict import ranked
from kiosk.screens.technician.view import View


def lines(view: View) -> list[Line]:
    """What can be checked, then what the check that runs has seen."""
    words = view.words
    made = [title(words("checks.title"))]
    for key, name in (
        ("w", "walk"),
        ("a", "aim"),
        ("t", "trial"),
        ("n", "trial-empty"),
        ("p", "payment"),
    ):
        made.append(line(Span(f" {key} ", "strong"), words(f"checks.{name}")))
    made.append(line(Span(" r ", "strong"), words("checks.report")))
    if not view.session.is_up:
        made.append(line(Span(" b ", "strong"), words("checks.probe")))
    if view.handling.note:
        made += [BLANK, *wrapped(view.handling.note, view.width, 1, "strong")]
    if view.handling.walk.began or view.handling.walk.runs:
        made += [BLANK, *_walk(view)]
    made += _aim(view)
    if view.told.devices:
        made += [BLANK, title(words("checks.verdict")), *_verdicts(view)]
    for found in ranked(view.told.faults):
        made += fault_lines(found, words, view.width)
    for found in ranked(view.told.suspected):
        made += suspicion_lines(found, words, view.width)
    return made


def _verdicts(view: View) -> list[Line]:
    """One line for each device: what is wrong with it, or what is known of one that is well."""
    words, made = view.words, list[Line]()
    for name, device in view.told.devices.items():
        tone: Tone = "bad" if device.faults else "late" if device.suspected else "good"
        codes = "; ".join(words.fault(found.code).name for found in device.faults)
        if device.suspected and not codes:
            codes = words("health.suspected")
        facts = words.listed(
            f"{words.named('fact-name', fact)} {value}" for fact, value in device.facts.items()
        )
        told = codes or words("checks.well") + (f" ({facts})" if facts else "")
        head = f" {SIGNS[tone]} {pad(words.named('device', name), 12)} "
        made += [line(Span(head, tone), told)]
    return made


def _aim(view: View) -> list[Line]:
    words, aim = view.words, view.session.aim
    if aim is None:
        return []
    told = words("aim.cars", cars=aim.cars, rate=f"{aim.rate():.0%}")
    mean = aim.confidence()
    sure = "" if mean is None else f" ({mean:.0%})"
    word = words("aim.none")
    tone: Tone = "dim"
    if aim.cars:
        tone = "good" if aim.is_good() else "late"
        word = words("aim.good" if aim.is_good() else "aim.bad")
    return [BLANK, line(told, Span(f"{sure}{words.colon}{word}", tone))]


def _walk(view: View) -> list[Line]:
    words, walk = view.words, view.handling.walk
    if not walk.wires:
        return [line(words("walk.no-wires"))]
    made = [title(words("walk.title" if walk.began else "walk.waiting"))]
    on, off = walk.seen.never(True), walk.seen.never(False)
    chatters = walk.seen.chattering()
    for wire in walk.wires:
        done = walk.began and wire.name not in on and wire.name not in off
        tone: Tone = "bad" if wire.name in chatters else "good" if done else "dim"
        state = walk.states.get(wire.name)
        now = "?" if state is None else words("on" if state else "off")
        seen = words("walk.seen" if done else "walk.open")
        if wire.name in chatters:
            seen = words("walk.chatters")
        name = pad(words.named("wire", wire.name), 22)
        head = f" {SIGNS[tone]} DI{wire.channel:<2} {name} {pad(now, 5)} {pad(seen, 16)}"
        made.append(line(Span(head, tone), Span(words.named("move", wire.name), "dim")))
    if walk.is_done:
        made.append((Span(words("walk.done"), "good"),))
    return made
