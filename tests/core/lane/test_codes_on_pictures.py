"""What stands beside the fee on each picture: codes, a card, the phone; and what no longer does."""

from core.lane.code_stage import CodeStage
from kiosk.core.lane.desk import Desk
from kiosk.core.lane.events import HelpRequested, PayOver
from kiosk.core.settings import LaneSettings
from kiosk.core.shows import Picture, ScreenCode, ScreenShown


def asked():
    """The driver pressed Help, and can pay all the same."""
    stage = CodeStage()
    stage.arrive()
    stage.run(2.0)
    stage.tell(HelpRequested())
    stage.run(0.1)
    assert stage.screen.picture is Picture.HELP
    return stage


def test_who_waits_for_a_person_can_still_scan_or_tap():
    stage = asked()
    assert stage.screen.codes == (ScreenCode(f"pay://wechat/{stage.order()}", "wechat"),)
    assert stage.screen.card
    assert stage.pay()
    stage.run(3.0)
    assert stage.screen.picture is Picture.DRIVE
    stage.check_books()


def test_a_code_that_can_no_longer_be_scanned_goes_from_the_picture_of_help_too():
    stage = asked()
    stage.gateways["wechat"].go_down()
    stage.run_until(lambda: not stage.screen.codes, 5.0)
    assert (stage.screen.picture, stage.screen.codes) == (Picture.HELP, ())
    assert stage.screen.card
    stage.gateways["wechat"].come_up()
    stage.run_until(lambda: bool(stage.screen.codes), 30.0)
    assert (stage.screen.picture, len(stage.screen.codes)) == (Picture.HELP, 1)


def test_a_driver_who_scanned_is_sent_to_the_phone_and_one_with_a_card_to_the_reader():
    stage = CodeStage()
    stage.arrive()
    stage.scan()
    stage.run(1.0)
    assert (stage.screen.picture, stage.screen.note) == (Picture.PAYING, "phone")
    stage = CodeStage()
    stage.arrive()
    stage.tap_card()
    stage.run_until(lambda: stage.screen.picture is Picture.PAYING, 5.0)
    assert (stage.screen.picture, stage.screen.note) == (Picture.PAYING, "")


def test_after_it_is_paid_a_picture_of_help_offers_nothing_to_pay():
    stage = CodeStage()
    stage.arrive()
    stage.run(1.0)
    assert stage.pay()
    stage.run_until(lambda: stage.screen.picture is Picture.APPROVED, 5.0)
    paid = len(stage.shown(ScreenShown))
    stage.tell(HelpRequested())
    stage.run(1.0)
    pictures = stage.shown(ScreenShown)[paid - 1 :]
    assert [each for each in pictures if each.codes and each.picture is not Picture.DRIVE] == []


def test_the_places_of_codes_that_are_being_made_are_kept_free():
    stage = CodeStage(gateways=("wechat", "alipay"))
    stage.arrive()
    stage.run(3.0)
    due = [each for each in stage.shown(ScreenShown) if each.picture is Picture.DUE]
    places = [(len(each.codes), each.codes_coming) for each in due]
    assert places[0] == (0, 0), "the amount waits for nothing"
    assert {codes + coming for codes, coming in places[1:]} == {2}
    assert places[-1] == (2, 0)


def test_the_picture_says_when_a_person_is_called_by_itself_and_then_one_is():
    stage = CodeStage()
    stage.arrive()
    stage.run_until(lambda: stage.screen.picture is Picture.DUE, 5.0)
    left_s = stage.screen.help_in_s
    assert left_s is not None
    stage.run(left_s - 1.0)
    assert stage.screen.picture is Picture.DUE
    stage.run(1.1)
    assert (stage.screen.picture, stage.screen.help_in_s) == (Picture.HELP, None)


def test_a_picture_that_stays_is_told_again_when_its_deadline_is_another():
    desk = Desk(LaneSettings(), "r")
    for now, wait_s in [(0.0, 90.0), (1.0, 90.0), (2.0, None)]:
        desk.now = now
        if wait_s is not None:
            desk.wait(PayOver, wait_s)
        desk.screen(Picture.DUE)
    assert [show.help_in_s for show in desk.take().shows] == [90.0, 90.0], (
        "the last says nothing new"
    )
