"""Says what a sign has besides prices: stays that are too long or lost, passes, coins, tax."""

from collections.abc import Iterator

from kiosk.tariff.explaining.speech import Speech, clock
from kiosk.tariff.measures import Fractions
from kiosk.tariff.model import Rounding, TariffFile


def stays(file: TariffFile, say: Speech) -> Iterator[str]:
    """What holds for whole stays: grace, the longest, fees on top, lost entries."""
    if file.grace_s:
        yield say.sentence("grace", time=say.time(file.grace_s))
    if file.max_stay_s is not None:
        yield say.sentence("max_stay", time=say.time(file.max_stay_s))
        if file.max_stay_fee_minor:
            yield say.sentence("max_stay_fee", amount=say.money(file.max_stay_fee_minor))
    for each in file.surcharges.values():
        key = "surcharge_leave" if each.leave else "surcharge"
        when, amount = say.when(each.leave), say.money(each.amount_minor)
        yield say.sentence(key, name=say.name(each.words), when=when, amount=amount)
    if file.lost is None:
        return
    if file.lost.flat_minor is not None:
        yield say.sentence("lost_flat", amount=say.money(file.lost.flat_minor))
    elif file.lost.charge_s is not None:
        yield say.sentence("lost_charge", time=say.time(file.lost.charge_s))
    else:
        yield say.sentence("lost_since", clock=clock(file.lost.since_s or 0))


def seasons(file: TariffFile, say: Speech) -> Iterator[str]:
    """What passes cover."""
    for each in file.seasons.values():
        key = "season_covers" if each.covers else "season"
        yield say.sentence(key, name=say.name(each.words), when=say.when(each.covers))
        if each.pass_back:
            yield say.sentence("pass_back")


def coins(file: TariffFile, say: Speech) -> Iterator[str]:
    """How parts of coins are dealt with, and the tax."""
    parts = any(each.percent is not None for each in file.validations.values()) or any(
        rate.rounding is Rounding.EXACT for plan in file.plans.values() for rate in plan.rates
    )
    if parts or file.fractions is not Fractions.DOWN:
        yield say.sentence("fractions", how=say.word(file.fractions.value))
    if file.round_to_minor:
        how, amount = say.word(file.round_total.value), say.money(file.round_to_minor)
        yield say.sentence("round_to", how=how, amount=amount)
    if file.vat is not None:
        percent = say.number(float(file.vat.percent))
        yield say.sentence("vat", percent=percent, how=say.word(file.vat.fractions.value))
