"""The stages of many exits: every moment once, people before devices, and the sum is the whole."""

import pytest

from kiosk_sim.__main__ import main
from kiosk_sim.site.stages import as_lines, at, moments, stages
from kiosk_sim.world.ledger import Booking, ExitRecord, Share

PEOPLE, DEVICES = Share.PEOPLE, Share.DEVICES


def exit_of(number: int, pays_s: float) -> ExitRecord:
    """Read in 0.3 s, asked about all the while, paid after so long, up two seconds later."""
    t0_s = 100.0 * number
    bookings = [
        Booking(DEVICES, t0_s, t0_s + 0.3, "plate read"),
        Booking(PEOPLE, t0_s + 0.4, t0_s + 0.4 + pays_s, "pays"),
        Booking(DEVICES, t0_s + 0.2, t0_s + 0.35, "gateway"),
        Booking(DEVICES, t0_s + 0.5, t0_s + 0.6 + pays_s, "gateway"),
        Booking(DEVICES, t0_s + 0.7 + pays_s, t0_s + 2.7 + pays_s, "arm"),
    ]
    return ExitRecord(number, t0_s, t0_s + 2.7 + pays_s, bookings=bookings)


def test_every_moment_of_an_exit_has_one_owner():
    found = list(moments(exit_of(1, 2.0)))
    assert [(round(end - start, 3), who, what) for start, end, who, what in found] == [
        (0.2, "devices", "plate read"),
        (0.1, "devices", "plate read"),
        (0.05, "devices", "gateway"),
        (0.05, "machine", "after gateway"),
        (0.1, "people", "pays"),
        (1.9, "people", "pays"),
        (0.2, "devices", "gateway"),
        (0.1, "machine", "after gateway"),
        (2.0, "devices", "arm"),
    ]


def test_the_stages_of_many_exits_stand_in_order_with_half_95_of_100_and_the_worst():
    found = stages([exit_of(number, 1.0 + 0.1 * number) for number in range(1, 21)])
    assert (found[0].what, found[-1].what) == ("plate read", "arm")
    (pays,) = [each for each in found if each.what == "pays"]
    assert (pays.who, round(pays.p50_s, 3), round(pays.p95_s, 3)) == ("people", 2.1, 3.0)
    assert len(as_lines(found)) == len(found) + 1


def test_a_stage_that_few_exits_have_counts_with_nothing_in_the_others():
    first, second = exit_of(1, 1.0), exit_of(2, 1.0)
    second.bookings.append(Booking(DEVICES, 200.36, 200.38, "terminal"))
    (found,) = [each for each in stages([first, second, first]) if each.what == "terminal"]
    assert (found.p50_s, round(found.max_s, 3)) == (0.0, 0.02)


def test_no_exits_have_no_stages():
    assert stages([]) == ()
    assert at([], 0.5) == 0.0


@pytest.mark.slow
@pytest.mark.parametrize(
    ("options", "stage"),
    [
        ([], "reads price, presents card"),
        (["--codes", "alipay"], "confirms on the phone"),
        (["--codes", "wechat,alipay", "--lane-page"], "taps pay on the page"),
    ],
)
def test_a_run_in_virtual_time_ends_with_its_stages(options, stage, capsys):
    assert main(["demo", "--virtual", "--exits", "1", *options]) == 0
    lines = capsys.readouterr().out.splitlines()
    (told,) = [line for line in lines if line.startswith(f"people  {stage}")]
    assert all(float(seconds) > 0.0 for seconds in told.split()[-3:])


def test_a_gateway_that_there_is_none_of_is_refused_with_those_that_are(capsys):
    with pytest.raises(SystemExit):
        main(["demo", "--virtual", "--codes", "visa"])
    assert "expected wechat or alipay, got 'visa'" in capsys.readouterr().err
