"""The lane from the side, drawn with letters: car, arm, loops. Nothing but inputs decides it.

Every line fits 50 cells and reads without colour; a terminal of ASCII alone gets it in ASCII.
"""

from collections.abc import Mapping
from typing import Final

WIDTH: Final = 50

_CAR: Final = (
    r"    ______     ",
    r"  _/  |   \__  ",
    r" |_ _ | _ _  | ",
    r" '-(o)---(o)-' ",
)
"""A car of 15 cells."""

_ARMING_AT: Final = 1
_SAFETY_AT: Final = 22
_LOOP_CELLS: Final = 16
_POST_AT: Final = 42
_ROWS: Final = 9
_ROAD: Final = 8
_ARM_ROW: Final = 5


def drawing(arm: str, inputs: Mapping[str, bool]) -> list[str]:
    """The lane as its inputs say that it is."""
    sheet = [[" "] * WIDTH for _ in range(_ROWS)]
    _draw_post(sheet)
    _draw_arm(sheet, arm, inputs.get("swung_off", False))
    for at, name in ((_ARMING_AT, "arming_loop"), (_SAFETY_AT, "safety_loop")):
        if inputs.get(name, False):
            _draw_car(sheet, at)
    for column in range(WIDTH):
        sheet[_ROAD][column] = "─"
    for at, name in ((_ARMING_AT, "arming_loop"), (_SAFETY_AT, "safety_loop")):
        _put(sheet, _ROAD, at, ("█" if inputs.get(name, False) else "═") * _LOOP_CELLS)
    return ["".join(row).rstrip() for row in sheet]


def _put(sheet: list[list[str]], row: int, column: int, text: str) -> None:
    for offset, char in enumerate(text):
        if char != " ":
            sheet[row][column + offset] = char


def _draw_post(sheet: list[list[str]]) -> None:
    _put(sheet, 4, _POST_AT, "┌───┐")
    for row in range(5, _ROAD):
        _put(sheet, row, _POST_AT, "│   │")
        sheet[row][_POST_AT + 1 : _POST_AT + 4] = "   "


def _draw_arm(sheet: list[list[str]], arm: str, swung_off: bool) -> None:
    end = "╪" if swung_off else "╡"
    if arm in ("lowered", "contradictory"):
        _put(sheet, _ARM_ROW, _SAFETY_AT - 2, "═" * (_POST_AT - _SAFETY_AT + 2))
        _put(sheet, _ARM_ROW, _POST_AT, end)
    if arm in ("raised", "contradictory"):
        for row in range(4):
            _put(sheet, row, _POST_AT + 2, "║")
    if arm == "between":
        for step in range(4):
            _put(sheet, step, _POST_AT - 8 + 2 * step, "╲╲")
    if arm == "contradictory":
        _put(sheet, 2, _POST_AT - 12, "? ? ?")
    if arm not in ("lowered", "raised", "between", "contradictory"):
        _put(sheet, 2, _POST_AT, "?")
    if swung_off:
        _put(sheet, 3, _SAFETY_AT, "/ / /")


def _draw_car(sheet: list[list[str]], at: int) -> None:
    for offset, row in enumerate(_CAR):
        top = _ROAD - len(_CAR) + offset
        for column, char in enumerate(row):
            inside = row.strip() and row.index(row.strip()[0]) <= column < len(row.rstrip())
            if inside:
                sheet[top][at + column] = char
