"""Opening the lane's page where two gateways can be tapped: what is made, who gets which link."""

from itertools import pairwise

import pytest

from core.lane.code_stage import CodeStage
from kiosk.core.lane.codes.links import TAPS_MAX
from kiosk.core.settings import LaneSettings, WhenStuck
from kiosk.core.shows import PayLinkReady, PayLinkRefused, Picture
from kiosk_hw.ports.gateway import AskOrder, CloseOrder, CreateOrder, Way

BOTH = ("wechat", "alipay")


def opened(**more: object) -> CodeStage:
    """A car stands there, and a phone shows the page."""
    stage = CodeStage(gateways=BOTH, page=True, **more)  # type: ignore[arg-type]
    stage.arrive()
    stage.open_page()
    return stage


def commands(stage: CodeStage, kind: type, gateway: str = "wechat") -> list[float]:
    return [at for at, each in stage.gateways[gateway].asked if isinstance(each, kind)]


def test_an_order_is_made_at_each_gateway_and_no_link_is_handed_out():
    stage = opened()
    stage.open_page()
    stage.run(1.0)
    stage.open_page()
    for gateway in BOTH:
        (account,) = stage.gateways[gateway].books.values()
        assert account.way is Way.PAGE
    assert stage.links() == []
    assert stage.screen.picture is Picture.DUE


@pytest.mark.parametrize(("chosen", "other"), [BOTH, BOTH[::-1]])
def test_the_tap_gets_its_link_at_once_and_the_other_order_is_closed(chosen, other):
    stage = opened()
    stage.run(1.0)
    before = stage.now
    stage.tap_page(chosen)
    link = f"pay://{chosen}/{stage.order(chosen)}"
    assert stage.links() == [PayLinkReady(stage.offer_id(), link, chosen)]
    assert stage.now == before
    stage.run(0.3)
    assert stage.gateways[other].books[stage.order(other)].state == "closed"
    stage.pay(chosen)
    stage.run(3.0)
    assert stage.screen.picture is Picture.DRIVE
    stage.leave()
    stage.run(700.0)
    stage.check_books()
    stage.check_ended()
    assert len(stage.charges()) == 1


def test_a_tap_before_its_order_is_made_gets_the_link_of_that_order():
    stage = opened()
    stage.tap_page("alipay")
    assert stage.links() == []
    stage.run(0.3)
    (link,) = stage.links()
    assert (link.gateway, len(stage.gateways["alipay"].books)) == ("alipay", 1)


def test_whoever_changes_his_mind_has_one_payable_order():
    stage = opened()
    stage.run(1.0)
    stage.tap_page("wechat")
    stage.run(1.0)
    stage.tap_page("alipay")
    assert [link.gateway for link in stage.links()] == ["wechat"], "not before that one is closed"
    stage.run(1.0)
    states = [account.state for end in stage.gateways.values() for account in end.books.values()]
    assert sorted(states) == ["closed", "closed", "waiting"]
    assert [link.gateway for link in stage.links()] == ["wechat", "alipay"]


def test_an_opening_after_the_choice_makes_nothing():
    stage = CodeStage(gateways=BOTH, page=True)
    stage.arrive()
    stage.tap_page("wechat")
    stage.open_page()
    stage.run(1.0)
    assert stage.gateways["alipay"].books == {}
    assert "waiting=0" in repr(stage.lane.codes.book), "nor waits for anything"


def test_an_opening_of_an_offer_that_is_over_or_never_was_makes_nothing():
    stage = CodeStage(gateways=BOTH, page=True)
    stage.open_page("o-nobody-1")
    stage.arrive()
    offer = stage.offer_id()
    stage.tap_card()
    stage.run(3.0)
    stage.open_page(offer)
    stage.run(1.0)
    assert [stage.gateways[gateway].books for gateway in BOTH] == [{}, {}]


def test_what_nobody_chose_is_closed_and_not_asked_after_for_long():
    stage = CodeStage(gateways=BOTH, page=True, unseen_is_absent=True)
    stage.arrive()
    stage.open_page()
    stage.run(1.0)
    stage.tap_card()
    stage.run(3.0)
    assert {stage.code_state(stage.order(gateway)) for gateway in BOTH} == {"forgotten"}
    before = len(stage.gateways["alipay"].asked)
    stage.leave()
    stage.run(400.0)
    assert len(stage.gateways["alipay"].asked) == before
    stage.check_ended()


def test_an_order_whose_link_was_handed_out_lingers_at_a_gateway_that_does_not_know_it():
    stage = CodeStage(gateways=BOTH, page=True, unseen_is_absent=True)
    stage.arrive()
    stage.open_page()
    stage.run(1.0)
    stage.tap_page("alipay")
    stage.tap_card()
    stage.run(3.0)
    assert stage.code_state(stage.order("alipay")) == "lingering"


def test_openings_while_an_order_from_the_mall_stands_wait_once_and_lapse_in_silence():
    calls = LaneSettings(when_stuck=WhenStuck.CALL)
    stage = CodeStage(gateways=BOTH, page=True, settings=calls)
    stage.tap_elsewhere()
    stage.run(1.0)
    stage.gateways["wechat"].lost = {CloseOrder: 999}
    stage.gateways["wechat"].mute = True
    stage.arrive()
    told = stage.links()
    for _ in range(3):
        stage.open_page()
    assert "waiting=2" in repr(stage.lane.codes.book)
    stage.run(302.0)
    assert "waiting=0" in repr(stage.lane.codes.book)
    assert [link for link in stage.links() if link.request_id == stage.offer_id()] == []
    assert stage.links() == told


def test_orders_whose_links_nobody_has_are_asked_about_slowly():
    stage = opened()
    stage.run(5.0)
    asked = [at for at in commands(stage, AskOrder) if at > stage.now - 4.0]
    assert all(b - a >= 0.5 for a, b in pairwise(asked)), asked
    stage.tap_page("wechat")
    stage.run(5.0)
    asked = [at for at in commands(stage, AskOrder) if at > stage.now - 3.0]
    assert all(b - a <= 0.25 for a, b in pairwise(asked)), asked


def test_what_a_gateway_refused_ahead_of_the_tap_is_said_to_nobody_and_tried_again_by_the_tap():
    stage = CodeStage(gateways=BOTH, page=True)
    stage.gateways["wechat"].refuses = True
    stage.arrive()
    stage.open_page()
    stage.run(1.0)
    assert stage.links() == []
    stage.tap_page("wechat")
    stage.run(1.0)
    assert stage.links() == [PayLinkRefused(stage.offer_id(), "refused", "wechat")]
    assert len(commands(stage, CreateOrder)) == 2


def test_openings_without_end_make_no_orders_without_end():
    stage = CodeStage(gateways=BOTH, page=True)
    stage.gateways["wechat"].refuses = True
    stage.arrive()
    for _ in range(3 * TAPS_MAX):
        stage.open_page()
        stage.run(0.5)
    made = sum(len(commands(stage, CreateOrder, gateway)) for gateway in BOTH)
    assert made == TAPS_MAX


def test_a_gateway_that_is_away_is_left_out():
    stage = CodeStage(gateways=BOTH, page=True)
    stage.gateways["alipay"].go_down()
    stage.poke()
    stage.arrive()
    stage.open_page()
    stage.run(1.0)
    assert len(stage.gateways["wechat"].books) == 1
    assert not commands(stage, CreateOrder, "alipay")
    assert not commands(stage, CloseOrder)
