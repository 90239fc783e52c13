"""The counter between lanes and the page: what each sees, its bounds, what a broken file costs."""

import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from kiosk.core.lane.taps import LanePayTapped, NoticeBrought, StayPayTapped
from kiosk.core.receipt import Charge, ReceiptLine
from kiosk.core.shows import (
    OfferEnded,
    OfferMade,
    PayLinkReady,
    PayLinkRefused,
    PaymentReturned,
    ReceiptIssued,
    StayPayEnded,
)
from kiosk.edge.counter import file as counter_file
from kiosk.edge.counter import lane_side, page_side, receipt_lines, schema
from kiosk.edge.counter.file import CounterFile
from kiosk.edge.counter.lane_side import LaneSide
from kiosk.edge.counter.page_side import PageSide
from kiosk.edge.counter.tokens import TOKEN, PageAddresses, mark_of
from kiosk.edge.counter.words import OpenLane, State, TapTaken
from kiosk_hw.ports.money import Money
from kiosk_hw.ports.plate import PlateText

T0 = 1_700_000_000_000_000
SECOND = 1_000_000
PRICE = Money(1500, "CNY")
PLATE = PlateText("沪A12345")
ADDRESSES = PageAddresses("https://pay.example/", b"\x01" * 32)
GATEWAYS = ("alipay", "wechat")


@pytest.fixture
def path(tmp_path):
    return tmp_path / "counter" / "counter.db"


@pytest.fixture
def page(path):
    side = PageSide(path)
    yield side
    side.file.close()


@pytest.fixture
def lane(path):
    side = opened(path)
    yield side
    side.file.close()


def opened(path, name="exit-1", key=b"\x01" * 32):
    side = LaneSide(path, name, GATEWAYS, PageAddresses("https://pay.example", key))
    side.beat(T0)
    side.open(T0)
    return side


def offer(order_id="o-1"):
    return OfferMade(order_id, "x-1", PLATE, PRICE)


def token(order_id="o-1"):
    return ADDRESSES.offer_token(order_id)


def tap(request_id="R" * 26, stay_id="s-1"):
    return StayPayTapped(request_id, stay_id, PRICE, "wechat", "192.0.2.7")


def every_byte(path):
    return b"".join(each.read_bytes() for each in path.parent.iterdir())


def test_a_token_fits_its_lane_and_order_alone_and_is_spelt_for_small_codes():
    other_lane = PageAddresses("https://pay.example", b"\x02" * 32)
    tokens = {
        ADDRESSES.offer_token("o-1"),
        ADDRESSES.offer_token("o-2"),
        ADDRESSES.receipt_token("o-1"),
        other_lane.offer_token("o-1"),
    }
    assert len(tokens) == 4
    assert all(TOKEN.fullmatch(each) for each in tokens)
    assert ADDRESSES.offer_token("o-1") == token("o-1")
    assert ADDRESSES.offer_url("o-1") == f"HTTPS://PAY.EXAMPLE/L/{token('o-1')}"
    assert ADDRESSES.receipt_url("o-1").startswith("HTTPS://PAY.EXAMPLE/R/")
    assert ADDRESSES.return_url("R" * 26) == f"https://pay.example/s/{'R' * 26}"
    assert ADDRESSES.return_url("o-1") == f"https://pay.example/l/{token()}"
    below = PageAddresses("https://pay.example:8443/Pay", b"\x01" * 32)
    assert below.offer_url("o-1").startswith("HTTPS://PAY.EXAMPLE:8443/Pay/L/")


def test_an_offer_is_seen_masked_under_its_token_alone(lane, page, path):
    lane.put(offer(), T0)
    seen = page.offer(token(), T0)
    assert (seen.plate, seen.amount, seen.state) == ("沪A·**34*", PRICE, State.OPEN)
    assert page.offer(token("o-2"), T0) is None
    assert page.lanes(T0) == (OpenLane("exit-1", GATEWAYS),)
    for secret in (PLATE.text.encode(), b"12345", token().encode()):
        assert secret not in every_byte(path)


def test_a_tap_reaches_its_lane_once_however_often_it_is_tapped(lane, page):
    lane.put(offer(), T0)
    for _ in range(3):
        assert page.tap_offer(token(), "wechat", "192.0.2.7", T0) is TapTaken.TAKEN
    assert lane.take(T0) == [LanePayTapped("o-1", "wechat", "192.0.2.7")]
    assert page.tap_offer(token(), "wechat", "192.0.2.7", T0) is TapTaken.TAKEN
    assert lane.take(T0) == []


def test_another_gateway_is_another_tap_and_drops_the_first_link(lane, page):
    lane.put(offer(), T0)
    page.tap_offer(token(), "wechat", "", T0)
    lane.take(T0)
    lane.put(PayLinkReady("o-1", "https://one.example"), T0)
    assert page.offer(token(), T0).link == "https://one.example"
    page.tap_offer(token(), "alipay", "", T0)
    assert page.offer(token(), T0).link == ""
    assert lane.take(T0) == [LanePayTapped("o-1", "alipay")]


PAYER = b"buyer_id=2088102177846000"


def test_who_paid_is_in_no_file_two_seconds_after_a_notice_that_names_him(path, lane, page):
    assert page.bring(NoticeBrought("alipay", (), PAYER), T0)
    assert len(lane.take(T0)) == 1
    assert PAYER in every_byte(path)
    lane.beat(T0 + 2 * SECOND)
    assert PAYER not in every_byte(path)


def test_the_last_lane_that_leaves_takes_every_notice_with_it(path, lane, page):
    other = opened(path, "exit-2")
    assert page.bring(NoticeBrought("alipay", (), PAYER), T0)
    lane.leave()
    assert len(other.take(T0)) == 1
    other.leave()
    assert PAYER not in every_byte(path)
    other.file.close()


@pytest.mark.parametrize(
    "late",
    [PayLinkReady("o-1", "https://one.example", "wechat"), PayLinkRefused("o-1", "slow", "wechat")],
)
def test_what_comes_late_for_another_gateway_is_no_answer_to_the_tap_that_counts(lane, page, late):
    lane.put(offer(), T0)
    page.tap_offer(token(), "wechat", "", T0)
    page.tap_offer(token(), "alipay", "", T0)
    lane.put(late, T0)
    found = page.offer(token(), T0)
    assert (found.link, found.why) == ("", "")
    lane.put(PayLinkReady("o-1", "https://two.example", "alipay"), T0)
    assert page.offer(token(), T0).link == "https://two.example"


def test_after_a_refusal_the_same_tap_is_heard_again(lane, page):
    lane.put(offer(), T0)
    page.tap_offer(token(), "wechat", "", T0)
    lane.take(T0)
    lane.put(PayLinkRefused("o-1", "gateway-silent"), T0)
    assert page.offer(token(), T0).why == "gateway-silent"
    page.tap_offer(token(), "wechat", "", T0)
    assert lane.take(T0) == [LanePayTapped("o-1", "wechat")]


@pytest.mark.parametrize(("paid", "state"), [(True, State.PAID), (False, State.ENDED)])
def test_an_ended_offer_says_its_end_for_a_while_and_takes_no_tap(lane, page, paid, state):
    lane.put(offer(), T0)
    page.tap_offer(token(), "wechat", "", T0)
    lane.put(OfferEnded("o-1", paid), T0)
    assert page.offer(token(), T0).state is state
    assert page.tap_offer(token(), "wechat", "", T0) is TapTaken.REFUSED
    assert lane.take(T0) == [], "the tap that nobody took is gone with its offer"
    over = T0 + round(lane_side.ENDED_S * SECOND)
    assert page.offer(token(), over) is None


def test_an_offer_of_a_lane_that_is_gone_is_none(lane, page):
    lane.put(offer(), T0)
    later = T0 + round(lane_side.LANE_S * SECOND)
    assert page.offer(token(), later) is None
    assert page.tap_offer(token(), "wechat", "", later) is TapTaken.REFUSED
    assert page.lanes(later) == ()
    lane.beat(later)
    assert page.offer(token(), later) is not None
    lane.leave()
    assert page.offer(token(), later) is None


def test_a_lane_that_starts_anew_voids_what_it_offered_and_no_other_lanes(path, lane, page):
    other = opened(path, "exit-2", b"\x02" * 32)
    second = PageAddresses("https://pay.example", b"\x02" * 32).offer_token("o-9")
    other.put(offer("o-9"), T0)
    lane.put(offer(), T0)
    page.tap_offer(token(), "wechat", "", T0)
    again = opened(path)
    assert page.offer(token(), T0) is None
    assert again.take(T0) == []
    assert page.offer(second, T0) is not None
    again.file.close()
    other.file.close()


def test_taps_elsewhere_go_to_the_lane_they_name_and_their_end_comes_back(path, lane, page):
    other = opened(path, "exit-2")
    assert page.tap_stay(tap(), "exit-2", T0) is TapTaken.TAKEN
    assert page.tap_stay(tap(), "exit-2", T0) is TapTaken.TAKEN
    assert lane.take(T0) == []
    assert other.take(T0) == [tap()]
    assert other.take(T0) == []
    other.put(PayLinkReady("R" * 26, "https://sheet.example"), T0)
    seen = page.payment("R" * 26, T0)
    assert (seen.link, seen.state, seen.amount) == ("https://sheet.example", State.OPEN, PRICE)
    other.put(StayPayEnded("R" * 26, paid=True, receipt_id="o-5"), T0)
    seen = page.payment("R" * 26, T0)
    assert (seen.state, seen.receipt_id) == (State.PAID, "o-5")
    assert page.payment("S" * 26, T0) is None
    other.file.close()


def test_whatever_is_said_later_what_was_returned_stays_returned(lane, page):
    lane.put(offer(), T0)
    page.tap_stay(tap(), "exit-1", T0)
    lane.put(OfferEnded("o-1", paid=True), T0)
    for returned in ("o-1", "R" * 26):
        lane.put(PaymentReturned(returned), T0)
    lane.put(OfferEnded("o-1", paid=False), T0)
    lane.put(StayPayEnded("R" * 26, paid=False), T0)
    found = (page.offer(token(), T0), page.payment("R" * 26, T0))
    assert [each.state for each in found] == [State.RETURNED, State.RETURNED]
    lane.put(offer(), T0 + SECOND)
    assert page.offer(token(), T0 + SECOND).state is State.OPEN, "another offer of that name is new"


def test_a_tap_that_nobody_waits_for_is_taken_back(lane, page):
    lane.put(offer(), T0)
    page.tap_offer(token(), "wechat", "", T0)
    page.take_back("o-1")
    assert lane.take(T0) == []
    assert page.offer(token(), T0).why == "late"


def test_a_tap_that_lay_too_long_is_not_told(lane, page):
    page.tap_stay(tap(), "exit-1", T0)
    assert lane.take(T0 + round(page_side.TAP_S * SECOND)) == []


def test_every_lane_hears_a_notice_once_and_of_its_own_gateways_alone(path, lane, page):
    other = opened(path, "exit-2")
    notice = NoticeBrought("wechat", (("wechatpay-serial", "1"),), b"\x00\xffbody")
    assert page.bring(notice, T0)
    assert page.bring(NoticeBrought("other", (), b""), T0)
    for side in (lane, other):
        (heard,) = side.take(T0)
        assert (heard.gateway, heard.headers, heard.body) == (
            notice.gateway,
            notice.headers,
            notice.body,
        )
        assert side.take(T0) == []
    late = opened(path, "exit-3")
    assert late.take(T0) == [], "what came before a lane is not for it"
    for side in (other, late):
        side.file.close()


def test_a_receipt_is_read_by_its_token_for_a_day(lane, page):
    night = datetime(2026, 3, 1, 21, 30, tzinfo=UTC)
    first = ReceiptLine(Charge.CAP, 1400, 2, 1800, night, night + timedelta(hours=9))
    lines = (first, *(ReceiptLine(Charge.PAID, -500),) * 50)
    lane.put(ReceiptIssued("o-1", PRICE, lines, "card"), T0)
    found = page.receipt(ADDRESSES.receipt_token("o-1"), T0)
    assert (found.receipt_id, found.amount, found.paid_by) == ("o-1", PRICE, "card")
    assert found.lines == lines[: receipt_lines.LINES_MAX]
    assert page.receipt_of("o-1", T0) == found
    assert page.receipt(token(), T0) is None, "an offer's token reads no receipt"
    assert page.receipt(ADDRESSES.receipt_token("o-1"), T0 + 86_400 * SECOND) is None


def test_what_is_over_is_deleted_with_its_last_byte(path, lane, page):
    lane.put(ReceiptIssued("o-1", PRICE, (ReceiptLine(Charge.PAID, 19_061_961),), "card"), T0)
    assert b"19061961" in every_byte(path)
    lane.beat(T0 + 86_400 * SECOND)
    lane.file.shorten()
    assert b"19061961" not in every_byte(path)


@pytest.mark.parametrize(
    ("rows_max", "put"),
    [
        (
            "TAPS_MAX",
            lambda page, n: page.tap_stay(tap(f"{n:026}"), "exit-1", T0) is TapTaken.TAKEN,
        ),
        ("NOTICES_MAX", lambda page, n: page.bring(NoticeBrought("wechat", (), b""), T0)),
    ],
)
def test_what_the_page_may_put_there_is_bounded(lane, page, rows_max, put):
    most = getattr(schema, rows_max)
    assert all(put(page, number) for number in range(most))
    assert not put(page, most)
    assert lane.take(T0) != []


def test_a_driver_in_the_lane_cannot_tap_either_while_too_many_taps_wait(lane, page):
    lane.put(offer(), T0)
    for number in range(schema.TAPS_MAX):
        page.tap_stay(tap(f"{number:026}"), "exit-1", T0)
    assert page.tap_offer(token(), "wechat", "", T0) is TapTaken.FULL
    lane.take(T0)
    assert page.tap_offer(token(), "wechat", "", T0) is TapTaken.TAKEN


def test_one_look_hands_over_so_many_taps_and_notices_and_the_next_one_the_others(lane, page):
    most = lane_side.TAPS_AT_ONCE_MAX
    for number in range(most + 2):
        page.tap_stay(tap(f"{number:026}"), "exit-1", T0)
        page.bring(NoticeBrought("wechat", (), b"%d" % number), T0)
    for taps, notices in ((most, most), (2, 2), (0, 0)):
        found = lane.take(T0)
        assert sum(isinstance(each, StayPayTapped) for each in found) == taps
        assert sum(isinstance(each, NoticeBrought) for each in found) == notices


def test_the_file_and_its_write_ahead_file_are_bounded(lane):
    def told(pragma):
        return lane.file.read(lambda db: db.execute(f"PRAGMA {pragma}").fetchone()[0])

    assert told("max_page_count") == schema.PAGES_MAX
    assert told("journal_size_limit") == counter_file.WAL_BYTES_MAX


class Taken(sqlite3.Connection):
    """A file that somebody else has, whenever it is asked for its write-ahead file."""

    asked = 0

    def execute(self, sql, *more):
        if "journal_mode" in sql:
            self.asked += 1
            error = sqlite3.OperationalError("database is locked")
            error.sqlite_errorname = "SQLITE_BUSY"
            raise error
        return super().execute(sql, *more)


def test_a_file_that_somebody_never_lets_go_is_given_up(path):
    path.parent.mkdir()
    with closing(sqlite3.connect(path, isolation_level=None, factory=Taken)) as db:
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            counter_file._enter_wal(db)
        assert db.asked == counter_file.WAL_TRIES_MAX + 1


def test_payments_receipts_and_offers_are_bounded(lane, page, monkeypatch):
    for module, name in ((page_side, "PAYMENTS_MAX"), (lane_side, "RECEIPTS_MAX")):
        monkeypatch.setattr(module, name, 2)
    monkeypatch.setattr(lane_side, "OFFERS_MAX", 2)
    taken = [page.tap_stay(tap(f"{n:026}"), "exit-1", T0) for n in range(3)]
    assert taken == [TapTaken.TAKEN, TapTaken.TAKEN, TapTaken.FULL]
    for number in range(3):
        lane.put(offer(f"o-{number}"), T0)
        lane.put(ReceiptIssued(f"o-{number}", PRICE, (), "card"), T0)
    assert [page.offer(token(f"o-{n}"), T0) is None for n in range(3)] == [False, False, True]
    assert page.receipt_of("o-2", T0) is None


def test_a_full_disk_costs_the_tap_and_nothing_else(lane, page, path):
    lane.put(offer(), T0)
    page.file.read(lambda db: db.execute("PRAGMA max_page_count = 1").fetchone())
    heavy = [NoticeBrought("wechat", (), b"x" * 9000)] * schema.NOTICES_MAX
    with pytest.raises(sqlite3.OperationalError, match="full"):
        all(page.bring(notice, T0) for notice in heavy)
    assert page.file.failures == 1
    assert page.offer(token(), T0) is not None
    assert page.tap_offer(token(), "wechat", "", T0) is TapTaken.TAKEN


@pytest.mark.parametrize(
    "garbage", [b"no database at all" * 400, b"SQLite format 3\x00" + b"\xff" * 8000]
)
def test_a_file_of_garbage_is_begun_anew_and_the_other_side_comes_after(path, page, garbage):
    path.parent.mkdir()
    path.write_bytes(garbage)
    with pytest.raises(sqlite3.DatabaseError):
        page.lanes(T0)
    assert page.lanes(T0) == ()
    lane = opened(path)
    lane.put(offer(), T0)
    assert page.offer(token(), T0) is not None
    lane.file.close()


def test_a_file_of_another_release_is_begun_anew(path, page):
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA user_version = 99")
    with pytest.raises(sqlite3.DatabaseError):
        page.lanes(T0)
    assert page.lanes(T0) == ()


def test_whose_file_was_replaced_opens_the_new_one(path, lane, page):
    lane.put(offer(), T0)
    assert page.offer(token(), T0) is not None
    before = page.file.version()
    for each in list(path.parent.iterdir()):
        each.unlink()
    lane.file.look_after()
    lane.beat(T0)
    page.file.look_after()
    assert page.offer(token(), T0) is None
    assert page.lanes(T0) != ()
    assert page.file.version() != before


def test_a_change_by_the_other_side_is_seen_without_a_query(lane, page):
    before = lane.file.version()
    assert lane.file.version() == before
    page.bring(NoticeBrought("wechat", (), b""), T0)
    assert lane.file.version() != before


def test_only_this_user_reads_the_file(lane, path):
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_a_mark_is_not_the_token():
    assert mark_of(token()) != mark_of(token("o-2"))
    assert len(mark_of(token())) == 16


WRITER = """
import sys
import threading
from pathlib import Path
from kiosk.core.lane.taps import NoticeBrought, StayPayTapped
from kiosk.edge.counter.page_side import PageSide
from kiosk_hw.ports.money import Money

page = PageSide(Path(sys.argv[1]))
print("ready", flush=True)
number = 0
while True:
    number += 1
    tap = StayPayTapped(f"{number:026}", "s-1", Money(1, "CNY"), "wechat")
    page.tap_stay(tap, "exit-1", int(sys.argv[2]))
    page.clear(int(sys.argv[2]))
"""


@pytest.mark.slow
@pytest.mark.timeout(60)
def test_a_page_that_is_killed_in_the_middle_of_a_write_holds_no_lane_up(path, lane):
    for number in range(10):
        command = [sys.executable, "-c", WRITER, str(path), str(T0)]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as writer:
            writer.stdout.readline()
            time.sleep(0.03 + number * 0.007)
            writer.kill()
        # A lock that outlived its process would be refused after `BUSY_S`.
        lane.put(offer(f"o-{number}"), T0)
        while lane.take(T0):
            pass
    assert lane.file.failures == 0
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_whoever_opens_a_new_file_at_once_finds_it_open(tmp_path):
    refused = []

    def open_it(path, together):
        file = CounterFile(path)
        together.wait()
        try:
            file.version()
        except sqlite3.Error as error:
            refused.append(error)
        file.close()

    for number in range(40):
        path, together = tmp_path / f"{number}.db", threading.Barrier(4)
        openers = [threading.Thread(target=open_it, args=(path, together)) for _ in range(4)]
        for each in openers:
            each.start()
        for each in openers:
            each.join()
    assert refused == []
