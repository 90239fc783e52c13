"""Draws fees against time as an SVG: one line for each vehicle class. Prices nothing."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from kiosk.tariff.wording import spelled

Point = tuple[int, int]
"""Seconds since the entry, and what is due then."""

WIDTH: Final = 960
HEIGHT: Final = 480
LEFT: Final = 86
RIGHT: Final = 24
TOP: Final = 62
BOTTOM: Final = 58

TICKS_MAX: Final = 8
"""Ticks of an axis that can still be read."""

CLASSES_MAX: Final = 8
"""Lines of one picture; more cannot be told apart."""

TITLE_CHARS_MAX: Final = 80
"""Letters of the tariff's name that fit beside each other."""

_COLOURS: Final = (
    *("#0b5fa5", "#c2410c", "#15803d", "#7e22ce"),
    *("#b91c1c", "#0f766e", "#a16207", "#374151"),
)
_HOURS: Final = (1, 2, 3, 4, 6, 12, 24, 48, 72, 120, 168)


@dataclass(frozen=True, slots=True)
class Curve:
    """What one class pays."""

    name: str
    points: tuple[Point, ...]
    """Where the fee changes, in order; it holds until the next one."""


@dataclass(frozen=True, slots=True)
class Axis:
    """How an axis is divided."""

    most: int
    ticks: tuple[int, ...]


def drawn(title: str, currency: str, until_s: int, starts: str, curves: Sequence[Curve]) -> str:
    """The picture; `starts` says when the stay begins."""
    times = _hours(until_s)
    most = max((minor for curve in curves for _, minor in curve.points), default=0)
    amounts = _amounts(most)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"'
        f' width="{WIDTH}" height="{HEIGHT}" font-family="sans-serif" font-size="13">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        _text(LEFT, 26, title[:TITLE_CHARS_MAX], "start", 'font-size="18" font-weight="bold"'),
        *_grid(times, amounts, currency),
        _text((LEFT + WIDTH - RIGHT) // 2, HEIGHT - 12, f"hours since {starts}", "middle"),
        _text(LEFT - 8, TOP - 14, currency, "end", 'font-weight="bold"'),
        *_lines(curves, times, amounts),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _grid(times: Axis, amounts: Axis, currency: str) -> Iterator[str]:
    for second in times.ticks:
        x = _x(second, times)
        yield _rule(x, TOP, x, HEIGHT - BOTTOM, second == 0)
        yield _text(x, HEIGHT - BOTTOM + 20, str(second // 3600), "middle")
    for minor in amounts.ticks:
        y = _y(minor, amounts)
        yield _rule(LEFT, y, WIDTH - RIGHT, y, minor == 0)
        yield _text(LEFT - 8, y + 4, spelled(minor, currency), "end")


def _lines(curves: Sequence[Curve], times: Axis, amounts: Axis) -> Iterator[str]:
    at = LEFT
    for number, curve in enumerate(curves[:CLASSES_MAX]):
        colour = _COLOURS[number % len(_COLOURS)]
        path = " ".join(_path(curve, times, amounts))
        yield f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="2.5"/>'
        if len(curves) > 1:
            yield f'<rect x="{at}" y="38" width="18" height="4" fill="{colour}"/>'
            yield _text(at + 24, 45, curve.name, "start")
            at += 44 + 8 * sum(2 if ord(char) > 0x2E80 else 1 for char in curve.name)


def _path(curve: Curve, times: Axis, amounts: Axis) -> Iterator[str]:
    for number, (second, minor) in enumerate(curve.points):
        x, y = _x(second, times), _y(minor, amounts)
        if not number:
            yield f"M{x} {y}"
        else:
            yield f"H{x} V{y}"
    if curve.points:
        yield f"H{_x(times.most, times)}"


def _hours(until_s: int) -> Axis:
    steps = (hours * 3600 for hours in _HOURS)
    step_s = next((step for step in steps if until_s / step <= TICKS_MAX), _HOURS[-1] * 3600)
    return Axis(until_s, tuple(range(0, until_s + 1, step_s)))


def _amounts(most: int) -> Axis:
    step = next(each for each in _steps() if most / each <= TICKS_MAX)
    top = max(-(-most // step), 1) * step
    return Axis(top, tuple(range(0, top + 1, step)))


def _steps() -> Iterable[int]:
    power = 1
    while True:
        yield from (power, 2 * power, 5 * power)
        power *= 10


def _x(second: int, times: Axis) -> float:
    return round(LEFT + (WIDTH - LEFT - RIGHT) * second / times.most, 1)


def _y(minor: int, amounts: Axis) -> float:
    return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * minor / amounts.most, 1)


def _rule(x1: float, y1: float, x2: float, y2: float, strong: bool) -> str:
    colour = "#555" if strong else "#ddd"
    return f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="{colour}"/>'


def _text(x: float, y: float, text: str, anchor: str, more: str = "") -> str:
    attributes = f'x="{x}" y="{y}" text-anchor="{anchor}" fill="#222" {more}'.rstrip()
    return f"<text {attributes}>{escape(text)}</text>"
