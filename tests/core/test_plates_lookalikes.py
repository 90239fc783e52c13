"""What a read may have been misread from, and how seldom that fits a stranger's plate."""

import random
from collections.abc import Callable
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.core.plates.grammar import PROVINCES, fits_chinese
from kiosk.core.plates.lookalikes import (
    CONFUSION_GROUPS,
    LOOKALIKES_MAX,
    SURE_CHAR,
    lookalikes,
)
from kiosk.core.plates.reading import understand
from kiosk_hw.ports.plate import PLATE_CHARS_MAX, PlateText


def of(text: str, confidences: tuple[float, ...] = ()) -> set[str]:
    found = lookalikes(PlateText(text), confidences)
    assert len({plate.text for plate in found}) == len(found)
    return {plate.text for plate in found}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("沪A33333", set()),
        ("沪A33334", set()),
        ("沪A33338", {"沪A3333B"}),
        ("沪A33330", {"沪A3333D", "沪A3333Q"}),  # never O: no Chinese plate has it
        ("沪AO3333", {"沪A03333", "沪AD3333", "沪AQ3333"}),
        ("沪V33339", {"沪U33339"}),
        ("沪A33385", {"沪A333B5", "沪A3338S", "沪A333BS"}),
        ("沪AD33393", set()),  # a 0 for the D would make it no new-energy plate
        ("沪AD33338", {"沪A03333B"}),  # nor would a B at its end, but both make one of a large car
        ("沪AF33393", {"沪AE33393"}),
        ("使014378", {"使074378", "使014318", "使074318"}),
        ("X33338", {"X3333B"}),
        ("X3M", {"X3N"}),
    ],
)
def test_one_or_two_characters_are_exchanged_within_their_group(
    text: str, expected: set[str]
) -> None:
    assert of(text) == expected


def test_one_exchange_comes_before_two() -> None:
    assert [plate.text for plate in lookalikes(PlateText("X3385"))] == ["X33B5", "X338S", "X33BS"]


def test_an_unread_province_may_be_any() -> None:
    found = of("?A33338")
    assert found == {f"{province}A3333{last}" for province in PROVINCES for last in "8B"}


@pytest.mark.parametrize(
    ("confidences", "expected"),
    [
        ((), {"X33B5", "X338S", "X33BS"}),
        ((0.99, 0.99, 0.99, 0.61, 0.99), {"X33B5"}),
        ((0.99, 0.99, 0.99, SURE_CHAR - 0.01, SURE_CHAR), {"X33B5"}),
        ((0.99,) * 5, set()),
        ((0.99,) * 4, {"X33B5", "X338S", "X33BS"}),  # not one for each: worth nothing
    ],
)
def test_only_doubtful_characters_are_exchanged_where_the_camera_says_which(
    confidences: tuple[float, ...], expected: set[str]
) -> None:
    assert of("X3385", confidences) == expected


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("沪L11111", 121),
        ("1" * 8, 480),
        ("1" * 9, 36),  # 36 with one exchange; 576 with two are too many, and left out whole
        ("?B33333", 31),
        ("?A11111", 31 * 16),  # each province, alone and with each of 15 exchanges
        ("?L11111", 31),
    ],
)
def test_there_are_never_more_than_the_limit_and_never_a_part(text: str, count: int) -> None:
    assert len(of(text)) == count <= LOOKALIKES_MAX


@given(st.text("0ODQ8B1ILT75S2Z6GCUVMNEFA3沪?使WJ学", max_size=PLATE_CHARS_MAX))
def test_every_lookalike_is_a_bounded_true_misreading(text: str) -> None:
    found = of(text)
    assert len(found) <= LOOKALIKES_MAX
    assert text not in found
    for other in found:
        assert len(other) == len(text)
        changed = [(a, b) for a, b in zip(text, other, strict=True) if a != b]
        if text[0] == "?":
            assert other[0] in PROVINCES
            changed = changed[1:]
        else:
            assert changed
        assert len(changed) <= 2
        for old, new in changed:
            assert any(old in group and new in group for group in CONFUSION_GROUPS)
        assert other.isascii() or fits_chinese(other)


@given(st.from_regex(r"\A沪[A-HJ-NP-Z][A-HJ-NP-Z0-9]{5}\Z"))
def test_misreading_works_both_ways(text: str) -> None:
    assert all(text in of(other) for other in list(of(text))[:5])


LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
ISSUERS = LETTERS[:13]
"""Shanghai issues from about as many letters."""

Fleet = Callable[[random.Random], str]


def evenly_numbered(chance: random.Random) -> str:
    """A 7-character plate with any serial that the form allows."""
    serial = (chance.choice(LETTERS + "0123456789") for _ in range(5))
    return f"沪{chance.choice(ISSUERS)}{''.join(serial)}"


def densely_numbered(chance: random.Random) -> str:
    """Plates as they are issued: serials of few letters first; every third one new energy."""
    issuer = chance.choice(ISSUERS)
    if chance.random() < 0.33:
        kind, series = chance.choice("DFAG"), chance.choice(LETTERS)
        return f"沪{issuer}{kind}{series}{chance.randrange(10**4):04}"
    letters = chance.choice([0, 1, 1, 2])
    serial = [*(chance.choice(LETTERS) for _ in range(letters))]
    serial += [str(chance.randrange(10)) for _ in range(5 - letters)]
    chance.shuffle(serial)
    return f"沪{issuer}{''.join(serial)}"


EXITS = 8000


@pytest.mark.parametrize(
    ("fleet", "open_records", "false_fits_max"),
    [
        (evenly_numbered, 300, 1),  # 0.000 % of 120,000 exits
        (evenly_numbered, 1000, 2),  # 0.002 %
        (evenly_numbered, 3000, 4),  # 0.013 %
        (densely_numbered, 300, 3),  # 0.008 %
        (densely_numbered, 1000, 7),  # 0.028 %
        (densely_numbered, 3000, 14),  # 0.078 %
    ],
)
def test_a_stranger_s_plate_hardly_ever_fits_a_single_lookalike(
    fleet: Fleet, open_records: int, false_fits_max: int
) -> None:
    """The bound of each row is what chance may make of its rate, measured over 120,000 exits."""
    chance = random.Random(20240801)
    parked = {fleet(chance) for _ in range(open_records)}
    false_fits = exits = 0
    while exits < EXITS:
        exit_plate = fleet(chance)
        if exit_plate in parked:
            continue
        exits += 1
        candidates = sum(1 for other in lookalikes(PlateText(exit_plate)) if other.text in parked)
        false_fits += candidates == 1
    assert false_fits <= false_fits_max


def test_a_read_with_one_typical_confusion_always_leads_back_to_its_plate() -> None:
    chance = random.Random(7)
    found = misreads = 0
    while misreads < 500:
        parked = densely_numbered(chance)
        at = chance.randrange(1, len(parked))
        group = next((group for group in CONFUSION_GROUPS if parked[at] in group), "")
        if not group:
            continue
        misreads += 1
        read = parked[:at] + chance.choice(group.replace(parked[at], "")) + parked[at + 1 :]
        plate = understand(read)
        found += plate is not None and parked in of(plate.text.text)
    assert found == misreads


def test_reading_and_its_lookalikes_take_no_time_that_a_driver_could_feel() -> None:
    chance = random.Random(1)
    plates = [densely_numbered(chance) for _ in range(300)]
    begin = perf_counter()
    for text in plates:
        plate = understand(text)
        assert plate is not None
        lookalikes(plate.text)
    assert (perf_counter() - begin) / len(plates) < 0.001
