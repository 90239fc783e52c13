"""The person with the phone: seconds, second thoughts, and what comes of two of them."""

from random import Random
from urllib.parse import urlencode

import pytest

from kiosk_hw.ports.party import NEVER
from kiosk_sim.world.ledger import Ledger, Share
from kiosk_sim.world.phone import SCANS_MAX, Phone, PhoneHabits, Step
from kiosk_sim.world.profiles import BEST, SLOW, TYPICAL
from sim.gateway_stage import Stage

STEPS_MAX = 100

MODEL = PhoneHabits()


@pytest.fixture
def stage():
    """A gateway with one order on the screen."""
    return Stage()


class Person:
    """A phone before a screen that shows one code."""

    def __init__(self, stage, habits=MODEL, profile=BEST, number=0, seed=1):
        self.ledger = Ledger()
        self.record = self.ledger.arrive(0.0)
        self.phone = Phone(
            stage.gateway.counter, habits, profile, Random(seed), self.ledger, number=number
        )

    def until(self, seconds, code):
        """Let time go on with this code on the screen, or none."""
        self.phone.look(code, 0.0)
        for _ in range(STEPS_MAX):
            due = self.phone.deadline()
            if due > seconds:
                return self
            self.phone.tick(due)
            self.phone.look(code, due)
        raise AssertionError(repr(self.phone))


def test_a_model_customer_scans_confirms_and_has_paid_once(stage):
    code = stage.code()
    person = Person(stage).until(3.05, code)
    assert (person.phone.step, person.phone.paid) == (Step.PAYING, 0)
    person.until(60.0, code)
    assert repr(person.phone) == "<Phone done paid=1 refused=0>"
    assert stage.query().record["trade_state"] == "SUCCESS"


def test_each_second_is_booked_to_whom_it_belongs(stage):
    person = Person(stage).until(60.0, stage.code())
    person.record.t1_s = 4.0
    rows = [
        (round(start, 3), round(end, 3), share)
        for start, end, share, _ in person.record.stretches()
    ]
    assert rows == [
        (0.0, 1.5, Share.PEOPLE.value),
        (1.5, 1.55, Share.DEVICES.value),
        (1.55, 3.05, Share.PEOPLE.value),
        (3.05, 3.1, Share.DEVICES.value),
        (3.1, 4.0, "machine"),
    ]


@pytest.mark.parametrize("profile", [TYPICAL, SLOW], ids=lambda profile: profile.name)
def test_a_profile_sets_the_pace(profile):
    seconds = []
    for seed in range(40):
        stage = Stage()
        person = Person(stage, profile=profile, seed=seed).until(60.0, stage.code())
        person.record.t1_s = 60.0
        seconds.append(person.record.people_s)
    middle = sorted(seconds)[20]
    assert middle == pytest.approx({"typical": 4.2, "slow": 11.0}[profile.name], abs=0.5)


def test_a_phone_that_is_asked_too_early_does_nothing(stage):
    person = Person(stage)
    person.phone.look(stage.code(), 0.0)
    person.phone.tick(1.4)
    assert person.phone.step is Step.SCANNING


def test_nobody_scans_while_the_car_rolls(stage):
    person = Person(stage)
    person.phone.look(stage.code(), 0.0, at_rest_s=2.0)
    assert person.phone.deadline() == 2.7


def test_a_code_that_vanishes_before_it_is_scanned_is_forgotten(stage):
    person = Person(stage)
    person.phone.look(stage.code(), 0.0)
    person.phone.look(None, 1.0)
    assert person.phone.deadline() == NEVER


def test_a_code_that_vanishes_after_it_was_scanned_is_in_the_phone(stage):
    code = stage.code()
    person = Person(stage).until(1.5, code)
    person.until(60.0, None)
    assert person.phone.paid == 1


def test_a_phone_sees_that_its_order_was_closed_under_its_hands(stage):
    code = stage.code()
    person = Person(stage).until(2.0, code)
    stage.close()
    person.until(60.0, None)
    assert repr(person.phone) == "<Phone idle paid=0 refused=1>"


def test_second_thoughts_give_the_order_free_and_come_back(stage):
    code = stage.code()
    person = Person(stage, PhoneHabits(cancels=1)).until(3.05, code)
    assert stage.query().record["trade_state"] == "NOTPAY"
    person.until(60.0, code)
    assert person.phone.paid == 1


def test_who_is_paying_is_seen_to_be_and_who_walks_away_stays_so(stage):
    person = Person(stage, PhoneHabits(walks_away=True)).until(60.0, stage.code())
    assert stage.query().record["trade_state"] == "USERPAYING"
    assert (person.phone.step, person.phone.deadline()) == (Step.DONE, NEVER)


def test_a_bank_may_decline_and_then_think_better_of_it(stage):
    code = stage.code()
    person = Person(stage, PhoneHabits(declined=1)).until(3.1, code)
    assert stage.query().record["trade_state"] == "PAYERROR"
    person.until(60.0, code)
    assert (person.phone.paid, person.phone.refused) == (1, 1)


def test_of_two_phones_before_one_code_one_pays(stage):
    code = stage.code()
    people = [Person(stage, number=n) for n in (1, 2)]
    for moment in range(100):
        for person in people:
            person.phone.look(code, moment / 10)
            person.phone.tick(moment / 10)
    assert sorted(person.phone.paid for person in people) == [0, 1]


def test_two_phones_before_two_codes_pay_twice(stage):
    stage.code()
    codes = [stage.code(), stage.precreate()["qr_code"]]
    people = [Person(stage, number=n).until(60.0, code) for n, code in enumerate(codes)]
    assert [person.phone.paid for person in people] == [1, 1]


def test_hesitation_takes_its_time(stage):
    habits = PhoneHabits(searches_s=1.0, hesitates_s=2.0)
    person = Person(stage, habits).until(6.0, stage.code())
    assert person.phone.paid == 0
    person.until(6.2, None)
    assert person.phone.paid == 1


def test_a_link_is_followed_without_scanning(stage):
    content = {"out_trade_no": "order_0001", "total_amount": "12.50", "subject": "Parking"}
    values = stage.alipay_values("alipay.trade.wap.pay", content)
    person = Person(stage)
    person.phone.follow(f"https://openapi.alipay.com/gateway.do?{urlencode(values)}", 0.0)
    person.until(60.0, None)
    assert person.phone.paid == 1
    assert stage.alipay("query", {"out_trade_no": "order_0001"})["trade_status"] == "TRADE_SUCCESS"


def test_a_phone_that_is_put_away_pays_nothing_and_gives_the_order_free(stage):
    code = stage.code()
    person = Person(stage).until(2.0, code)
    person.phone.put_away(2.0)
    person.until(60.0, code)
    assert person.phone.paid == 0
    assert stage.query().record["trade_state"] == "NOTPAY"


def test_nobody_scans_for_ever(stage):
    person = Person(stage).until(600.0, "https://qr.alipay.com/none")
    assert person.phone.refused == SCANS_MAX
    assert person.phone.deadline() == NEVER
