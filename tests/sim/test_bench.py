"""The figures of the bench: a line limit that no exit beats, ratios that say what they divide."""

import pytest

from kiosk_sim.site import campaign
from kiosk_sim.site.bench import doctor, pay_page, screen, technician
from kiosk_sim.site.bench.figures import figure, quantile
from kiosk_sim.site.bench.lines import SPEEDS, line_seconds
from kiosk_sim.site.scenario import Kind
from kiosk_sim.site.virtual_lane import LanePlan


@pytest.mark.slow
@pytest.mark.measured
@pytest.mark.parametrize("speeds", SPEEDS, ids=str)
def test_no_exit_is_faster_than_its_lines_and_most_are_hardly_slower(speeds):
    plan = speeds.plan(LanePlan(seed=3))
    limits = sorted(line_seconds(plan, Kind.CARD))
    shares = sorted(record.machine_s for record in campaign.run(plan, 20, (Kind.CARD,)).records)
    assert all(limit <= share + 1e-9 for limit, share in zip(limits, shares, strict=True))
    assert shares[10] <= 1.10 * limits[10]


def test_a_figure_tells_its_median_its_spread_and_its_ratio_to_the_peer():
    told = figure("poll", "us", [30.0, 10.0, 20.0], against=("peer", 40.0), goal="<= 25")
    assert (told.median, told.low, told.high, told.runs, told.ratio) == (20.0, 10.0, 30.0, 3, 0.5)
    assert told.as_record()["ratio"] == 0.5
    assert "0.50 x peer (40 us)" in told.as_line()
    assert told.as_line().endswith("goal <= 25")


@pytest.mark.slow
@pytest.mark.measured
def test_a_code_is_drawn_beside_a_peer_in_the_same_run():
    drawn, *others = screen.drawing(runs=1)
    assert (drawn.name, drawn.unit, drawn.runs) == ("a code drawn, 54 characters", "ms", 20)
    assert 0 < drawn.low <= drawn.median
    assert others[-1].name == "memory added by the first code"
    assert (drawn.ratio is None) == (len(others) == 1), "segno is beside it where it is installed"


@pytest.mark.slow
@pytest.mark.measured
def test_a_pay_page_is_weighed_and_timed_as_it_is_served(tmp_path):
    told = {found.name: found for found in pay_page.answers(tmp_path, asks=5)}
    for code in ("lane's code", "posted code"):
        weight = told[f"pay page, first visit, {code}"]
        assert 2000 < weight.low == weight.high <= pay_page.FIRST_VISIT_BYTES_MAX
        assert told[f"pay page, answer, {code} (high: p99)"].runs == 5
    assert told["pay page, answers to a flood"].median > 10
    assert told["memory (RSS) of the pay page"].median < 60


@pytest.mark.slow
@pytest.mark.measured
def test_the_doctor_takes_a_small_part_of_the_machines_share():
    share, own = doctor.costs(exits=60, runs=3)
    assert share.ratio == 1.0, "it adds not one byte and not one wait"
    assert own.ratio is not None
    assert own.ratio <= doctor.SHARE_MAX


@pytest.mark.slow
@pytest.mark.measured
def test_the_technicians_screen_shows_soon_and_traces_a_full_line_beside_other_work():
    told = {found.name: found for found in technician.figures(runs=1)}
    assert told["kiosk diag: CPU until painted"].median < 1000
    assert told["kiosk diag: memory (RSS), tracing"].median < 80
    (load,) = (found for name, found in told.items() if "frames/s" in name)
    assert 0.1 < load.median < 10


def test_a_figure_without_a_peer_has_no_ratio():
    assert figure("poll", "us", [1.0]).ratio is None


def test_a_quantile_is_one_of_the_values_itself():
    assert quantile(range(100), 0.99) == 99
    assert quantile(range(100), 0.5) == 50
