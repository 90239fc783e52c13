"""An exit priced by a tariff file: the driver pays the file's fee, the journal says why."""

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from kiosk.core.engine_tariff import EngineTariff
from kiosk.core.records import FeeReckoned, PaymentIntended
from kiosk.edge.store.journal import body_of
from kiosk.tariff import load
from kiosk_hw.ports.money import Money
from kiosk_sim.site.scenario import Kind
from kiosk_sim.site.virtual_lane import LanePlan
from lane.watched_lane import READY_S, WatchedLane, all_is_well

FILE = Path(__file__).parents[2] / "examples" / "tariffs" / "t07-de-kwakel.toml"


def exit_of(kind):
    file = load(FILE.read_text(encoding="utf-8"))
    plan = LanePlan(seed=7, tariff=EngineTariff(file, ZoneInfo(file.time_zone)))
    lane = WatchedLane(plan)
    lane.expect(kind)
    lane.run(READY_S + 60.0)
    all_is_well(lane, 60.0)
    (row,) = lane.written(FeeReckoned)
    return lane, row


def test_the_fee_of_the_file_is_charged_and_its_lines_stand_in_the_journal():
    lane, row = exit_of(Kind.CARD)
    (intended,) = lane.written(PaymentIntended)
    assert (row.total, row.due) == (Money(400, "EUR"), Money(400, "EUR"))  # 7000 s: 8 quarters
    assert (intended.amount, intended.stay_id) == (row.due, row.stay_id)
    assert len(row.lines) == 1
    assert row.lines[0].endswith("parking, per 15 min: 8 x 0.50: 4.00")
    assert "8 x 0.50: 4.00" in body_of(row)


@pytest.mark.parametrize("kind", [Kind.PREPAID, Kind.SEASON], ids=lambda kind: kind.value)
def test_an_exit_without_money_says_why_too(kind):
    lane, row = exit_of(kind)
    assert lane.written(PaymentIntended) == []
    assert row.due.amount_minor == 0
    assert row.lines


def test_the_fee_is_written_before_the_money_is_asked_for():
    lane, _ = exit_of(Kind.CARD)
    kinds = [type(each) for _, each in lane.rows]
    assert kinds.index(FeeReckoned) < kinds.index(PaymentIntended)
