"""How long a tool looks and at how many cars: what may be asked for, to the last one."""

from argparse import ArgumentTypeError
from collections.abc import Callable

import pytest

from kiosk.edge.diag_arguments import CARS_MAX, SECONDS_MAX, cars, seconds


@pytest.mark.parametrize(
    ("read", "text", "value"),
    [
        (cars, "1", 1),
        (cars, str(CARS_MAX), CARS_MAX),
        (seconds, "0.5", 0.5),
        (seconds, str(SECONDS_MAX), SECONDS_MAX),
    ],
)
def test_what_can_be_done_is_taken(read: Callable[[str], float], text: str, value: float) -> None:
    assert read(text) == value


@pytest.mark.parametrize("text", ["0", "-1", str(CARS_MAX + 1), "9" * 400, "2.5", "²", "", "all"])
def test_no_or_too_many_cars_are_refused(text: str) -> None:
    with pytest.raises(ArgumentTypeError, match=f"expected 1 to {CARS_MAX} cars"):
        cars(text)


@pytest.mark.parametrize("text", ["0", "-1", str(SECONDS_MAX + 1), "inf", "nan", "", "long"])
def test_no_time_or_more_than_a_day_is_refused(text: str) -> None:
    with pytest.raises(ArgumentTypeError, match="expected up to 86400 s"):
        seconds(text)
