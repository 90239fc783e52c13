"""The driver's screen and the ways to pay by code: what is shown now, pages, gateways."""

from typing import Final

from kiosk.screens.technician.cells import pad
from kiosk.screens.technician.lines import BLANK, Line, Span, line, title
from kiosk.screens.technician.panes.overview import device_line
from kiosk.screens.technician.panes.port import counter_lines, port_lines
from kiosk.screens.technician.told import listed, number, text
from kiosk.screens.technician.view import View

KNOWN: Final = ("barrier", "camera", "terminal")
"""Ports that have a pane of their own; every other port is a gateway."""


def lines(view: View) -> list[Line]:
    """The picture in a frame, then who shows it and who takes money for its codes."""
    words = view.words
    made = [title(words("screen.now")), *_picture(view), BLANK]
    screen = view.told.devices.get("screen")
    if screen is not None:
        made += [device_line(screen, None, words), *counter_lines(view, "screen")]
    gateways = [name for name in view.told.ports if name not in KNOWN]
    made += [BLANK, title(words("screen.gateways"))]
    for name in gateways:
        made += port_lines(view, name)
    gateway = view.told.devices.get("gateway")
    if gateway is not None:
        made += counter_lines(view, "gateway")
    if not gateways:
        made.append(line(f" {words('screen.no-gateways')}"))
    return made


def _picture(view: View) -> list[Line]:
    words, shown = view.words, view.session.screen
    picture = text(shown.get("picture"))
    if not picture:
        return [line(f" {words('screen.unknown')}")]
    inner = [words.named("picture", picture)]
    facts = (text(shown.get("plate")), text(shown.get("amount")))
    inner += [" ".join(fact for fact in facts if fact)]
    inner += [words.named("note", text(shown.get("note")))] if shown.get("note") else []
    codes = shown.get("codes")
    count = number(codes)
    codes_shown = len(listed(codes)) if count is None else count
    if codes_shown:
        inner.append(words("screen.codes", count=f"{codes_shown:.0f}"))
    if shown.get("card") is True:
        inner.append(words("screen.card"))
    wide = min(48, view.width - 4)
    rows = [line(f" ┌{'─' * wide}┐")]
    rows += [line(" │", Span(pad(f" {each}", wide), "strong"), "│") for each in inner if each]
    return [*rows, line(f" └{'─' * wide}┘")]
