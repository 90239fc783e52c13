"""How much work a regular expression can make, by the ways in which it may match. It matches none.

Python's `re` tries one way after the other and cannot be stopped. A pattern that an operator typed
into a configuration must therefore be cheap for every input, also for line noise. The number of
ways in which its repeats and alternatives can share out a text is an upper bound for that work.
"""

import re
from typing import Final

WAYS_MAX: Final = 300_000
"""Ways that a pattern may have; the slowest pattern below it needs some tens of milliseconds."""

PATTERN_CHARS_MAX: Final = 400
"""Longer patterns are refused before they are looked at; the longest shipped one has 120."""

_QUANTIFIER: Final = re.compile(r"(?:([?*+])|\{(\d*)(,?)(\d*)\})[?+]?")
_GROUP_OPENING: Final = re.compile(r"\((?:\?:|\?P<\w+>)?")


def check_pattern(pattern: re.Pattern[str], text_chars_max: int) -> None:
    """Raise ValueError unless the pattern is cheap for any text of `text_chars_max` characters."""
    source = pattern.pattern
    if len(source) > PATTERN_CHARS_MAX:
        raise ValueError(
            f"pattern: expected at most {PATTERN_CHARS_MAX} characters, got {len(source)}"
        )
    ways, end = _alternatives(source, 0, text_chars_max)
    assert end == len(source), f"re compiled what the count cannot read, at {end}"
    if ways > WAYS_MAX:
        raise ValueError(
            "pattern: expected bounded repeats such as [A-Z0-9]{1,12}, got repeats or alternatives"
            f" that can share a text out in more than {WAYS_MAX} ways; write {{1,12}} in place of +"
        )


def _alternatives(source: str, at: int, unbounded: int) -> tuple[int, int]:
    """The ways of `a|b|c` from `at` to the closing bracket or the end, and where that is."""
    total, ways = 0, 1
    while at < len(source) and source[at] != ")":
        if source[at] == "|":
            total, ways, at = total + ways, 1, at + 1
            continue
        each, at = _atom(source, at, unbounded)
        least, most, at = _repeats(source, at, unbounded)
        ways = min(ways * _ways_of_repeat(each, least, most), WAYS_MAX + 1)
    return min(total + ways, WAYS_MAX + 1), at


def _atom(source: str, at: int, unbounded: int) -> tuple[int, int]:
    match source[at]:
        case "(":
            opening = _GROUP_OPENING.match(source, at)
            assert opening is not None
            if source[opening.end()] == "?":
                raise ValueError(
                    "pattern: expected only (...), (?:...) and (?P<name>...) groups,"
                    f" got {source[at : at + 4]!r}"
                )
            ways, at = _alternatives(source, opening.end(), unbounded)
            return ways, at + 1
        case "[":
            return 1, _end_of_class(source, at)
        case "\\":
            if source[at + 1] in "123456789":
                raise ValueError(f"pattern: expected no back reference, got {source[at : at + 2]}")
            return 1, at + 2
        case _:
            return 1, at + 1


def _end_of_class(source: str, at: int) -> int:
    at += 2 if source[at + 1] == "^" else 1
    first = at
    while source[at] != "]" or at == first:
        at += 2 if source[at] == "\\" else 1
    return at + 1


def _repeats(source: str, at: int, unbounded: int) -> tuple[int, int, int]:
    """The least and most repeats of what stands before `at`, and where the quantifier ends."""
    found = _QUANTIFIER.match(source, at)
    if found is None or found[0].startswith("{}"):
        return 1, 1, at
    match found[1]:
        case "?":
            return 0, 1, found.end()
        case "*":
            return 0, unbounded, found.end()
        case "+":
            return 1, unbounded, found.end()
    least = int(found[2] or 0)
    most = int(found[4] or unbounded) if found[3] else least
    return least, min(most, max(unbounded, least)), found.end()


def _ways_of_repeat(each: int, least: int, most: int) -> int:
    if each == 1:
        return most - least + 1
    total = 0
    for repeats in range(least, most + 1):
        total += each**repeats if repeats < 20 else WAYS_MAX + 1
        if total > WAYS_MAX:
            return WAYS_MAX + 1
    return total
