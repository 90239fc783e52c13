"""A pattern from a configuration is cheap for every input, or refused."""

import re
from time import perf_counter

import pytest

from kiosk_hw.lines.pattern_bounds import PATTERN_CHARS_MAX, check_pattern

CHARS = 64

ACCEPTED = [
    "(?P<plate>[A-Z0-9]{1,12})",
    "(?P<plate>[A-Z0-9]+);(?P<country>[A-Z]*)",
    r"(?P<plate>[^;]{0,24});(?P<country>[^;]{0,16});(?P<confidence>\d{1,3})",
    "(?:READ|LCR);(?P<plate>.+)",
    r"(?P<plate>[]A\]^-]{1,8}[^]]?)",
    "(?P<plate>a{}b{}c{}d{}e{})",
    "(?P<plate>[](a+)+]{1,3})",
    "(?P<plate>(?:[A-Z]{2}){3})",
    r"\(?(?P<plate>.+)\)?",
    "(?P<plate>x{3}[|(*+]{2})",
]

REFUSED = [
    "(?P<plate>(.*.*.*.*){}b)",
    "(?P<plate>(a+)+)b",
    "(?P<plate>(a|aa)+)b",
    "(?P<plate>(a|a)*)b",
    "(?P<plate>([A-Z]*)*)b",
    "(?P<plate>(?:a?){40}a{40})",
    "(?P<plate>.*.*.*.*)b",
    "(?P<plate>.{,99999}.{0,}.{0,99999}.{,})b",
    "(?P<plate>((a?){9}){9})b",
    "(?P<plate>(?:(?:a|b|ab){2}){20})",
]


@pytest.mark.parametrize("source", ACCEPTED)
def test_a_bounded_pattern_is_accepted(source: str) -> None:
    check_pattern(re.compile(source), CHARS)


@pytest.mark.parametrize("source", REFUSED)
def test_a_pattern_that_noise_could_stall_is_refused(source: str) -> None:
    with pytest.raises(ValueError, match="expected bounded repeats") as caught:
        check_pattern(re.compile(source), CHARS)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("(?P<plate>.)(?P=plate)", "groups, got '(?P='"),
        ("(?=a)(?P<plate>.)", "groups, got '(?=a'"),
        ("(?i)(?P<plate>.)", "groups, got '(?i)'"),
        (r"(?P<plate>.)\1", r"no back reference, got \1"),
        ("(?P<plate>a)" + "b" * PATTERN_CHARS_MAX, f"at most {PATTERN_CHARS_MAX} characters"),
    ],
)
def test_what_the_count_does_not_know_is_refused(source: str, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        check_pattern(re.compile(source), CHARS)


@pytest.mark.parametrize(
    "source",
    ["(?P<plate>.*.*.*)!", "(?P<plate>(?:a|a){0,16})!", "(?P<plate>(?:.{0,4}){0,6}.{0,10})!"],
)
def test_the_slowest_accepted_patterns_are_quick_enough_for_a_line(source: str) -> None:
    pattern = re.compile(source)
    check_pattern(pattern, CHARS)
    begin = perf_counter()
    assert pattern.fullmatch("a" * CHARS) is None
    assert perf_counter() - begin < 0.25
