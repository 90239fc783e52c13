"""A paid page waits for its last word: the receipt, or that the money goes back."""

import pytest

from kiosk.core.receipt import Charge, ReceiptLine
from kiosk.core.shows import OfferEnded, PaymentReturned, ReceiptIssued
from kiosk.edge.counter.page_side import LAST_WORD_S
from kiosk.edge.pay_page.setting import HOLD_S
from kiosk.screens.pay.words import LANGUAGES, Speech, texts
from page.page_bench import PRICE, SITE, Bench, ticket, title

EN = texts("en")
LINES = (ReceiptLine(Charge.BLOCKS, 1500, 3),)


@pytest.fixture
def bench(tmp_path):
    made = Bench(tmp_path)
    yield made
    made.close()


def test_a_paid_page_waits_for_its_last_word_and_no_longer_than_it_may_take(bench):
    path = bench.offer()
    bench.lane.put(OfferEnded("o-1", paid=True), bench.us())
    assert b"refresh" in bench.get(path).body
    before = bench.now
    bench.get(f"{path}?wait=open")
    assert bench.now == before, "that it is paid is news to who waits for it"
    bench.get(f"{path}?wait=paid")
    assert HOLD_S <= bench.now - before < HOLD_S + 0.1
    bench.lane.put(ReceiptIssued("o-1", PRICE, LINES, "wechat"), bench.us())
    answer = bench.get(f"{path}?wait=paid&lang=en")
    assert EN["line.blocks"].encode() in answer.body
    assert b"refresh" not in answer.body
    path = bench.offer("o-2")
    bench.lane.put(OfferEnded("o-2", paid=True), bench.us())
    bench.later(LAST_WORD_S)
    assert b"refresh" not in bench.get(path).body, "a card paid: the offer has no receipt"


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_paid_second_reads_that_all_of_it_goes_back(bench, language):
    told = texts(language)
    bench.enter()
    bench.links()
    bench.post(SITE, {"ticket": ticket(bench.plate()), "gateway": "alipay"})
    request = bench.taps[0].request_id
    paths = {"o-1": bench.offer(), request: f"/s/{request}"}
    bench.lane.put(OfferEnded("o-1", paid=True), bench.us())
    for returned, path in paths.items():
        bench.lane.put(PaymentReturned(returned), bench.us())
        answer = bench.get(path, accept_language=language)
        assert title(answer) == told["returned.title"]
        text = answer.body.decode()
        assert Speech(language, LANGUAGES).money(PRICE) in text
        assert told["receipt.title"] not in text
        assert "http-equiv" not in text, "its last word"
