"""Makes the quote of one visit: entry, grace, passes, price, surcharges, validations, payments.

Whatever a driver shows that the file does not know is a notice, never an error.
"""

from dataclasses import replace
from datetime import datetime, tzinfo
from fractions import Fraction
from typing import Final

from kiosk.tariff.model import TariffFile
from kiosk.tariff.quote import Line, Quote, Tax, Visit
from kiosk.tariff.reading.spelling import DURATION_S_MAX
from kiosk.tariff.reckoning import choosing, clock
from kiosk.tariff.reckoning.bill import Bill, Entry
from kiosk.tariff.reckoning.choosing import Charged
from kiosk.tariff.terms import Lost, Taking, Validation
from kiosk.tariff.wording import lasting
from kiosk_hw.ports.money import Money

YEARS: Final = range(1970, 3000)
"""The years in which a car can come and go; a clock beyond them is wrong."""


def quote(file: TariffFile, visit: Visit, zone: tzinfo) -> Quote:
    """What this visit costs in the zone that `file.time_zone` names.

    Raises ValueError for a moment without a zone or beyond `YEARS`, and for a lost entry where
    the file has no `[lost]`.
    """
    return _Quoting(file, visit, zone).quote()


class _Quoting:
    """One visit on its way to a quote."""

    __slots__ = ("_bill", "_end", "_file", "_notices", "_plans", "_taken", "_visit", "_zone")

    def __init__(self, file: TariffFile, visit: Visit, zone: tzinfo) -> None:
        self._file = file
        self._visit = visit
        self._zone = zone
        self._bill = Bill()
        self._taken = Bill()
        self._notices: list[str] = []
        self._plans: tuple[str, ...] = ()
        self._end = self._charged_until()

    def quote(self) -> Quote:
        lost = self._file.lost
        if self._visit.entered is None and lost is not None and lost.flat_minor is not None:
            self._charge("lost.flat", "entry not known", self._end, lost.flat_minor)
            self._surcharges()
            return self._finished(None)
        stay = self._stay(self._entered(lost))
        validations = self._validations() if self._visit.validations else []
        for each in validations:
            if each.plan is not None:
                stay = replace(stay, plan=each.plan)
                self._take(f"validation.{each.name}", each.words, stay.begin, 0)
        priced = choosing.price(self._file, stay, self._zone)
        self._plans = priced.plans
        reached = priced.total_minor
        self._bill.add_bill(priced.bill)
        self._longest(stay)
        self._surcharges()
        if validations:
            self._take_off(validations, stay, reached)
        return self._finished(stay)

    def _charged_until(self) -> int:
        """The instant up to which time is charged: it stands still at a payment for the grace."""
        until = _instant(self._visit.left)
        paid = [_instant(when) for _, when in self._visit.paid]
        if paid and 0 <= until - max(paid) <= self._file.grace_s:
            return max(paid)
        return until

    def _entered(self, lost: Lost | None) -> int:
        if self._visit.entered is not None:
            return _instant(self._visit.entered)
        if lost is None:
            raise ValueError("expected an entry: this tariff has no rule for a lost one")
        if lost.charge_s is not None:
            return self._end - lost.charge_s
        since_s = lost.since_s or 0
        today = clock.date_at(self._zone, self._end)
        opened = clock.clock_comes(self._zone, today, since_s)
        if opened < self._end:
            return opened
        return clock.clock_comes(self._zone, today - 1, since_s)

    def _stay(self, entered: int) -> Charged:
        end = min(max(self._end, entered), entered + DURATION_S_MAX)
        return Charged(
            begin=entered,
            end=end,
            parts=self._uncovered(entered, end),
            vehicle_class=self._visit.vehicle_class,
            free_used=self._visit.free_used,
            before=None if self._visit.before is None else _instant(self._visit.before),
        )

    def _uncovered(self, begin: int, end: int) -> tuple[tuple[int, int], ...]:
        """What no season pass covers of the stay."""
        shown = self._visit.season
        season = self._file.seasons.get(shown) if shown is not None else None
        if season is None:
            if shown is not None:
                self._notices.append("season pass is not known")
            return ((begin, end),)
        if self._visit.season_inside and not season.pass_back:
            self._notices.append(f"{season.words}: already inside, charged as without it")
            return ((begin, end),)
        path = f"season.{season.name}"
        if not season.covers:
            self._charge(path, season.words, begin, 0, end)
            return ()
        parts, at = [], begin
        days = self._file.calendars
        for start, stop in clock.covered(season.covers, days, self._zone, begin, end):
            self._charge(path, season.words, start, 0, stop)
            parts.append((at, start))
            at = stop
        return tuple(part for part in (*parts, (at, end)) if part[0] < part[1])

    def _validations(self) -> list[Validation]:
        """What was shown and counts, in the order of the file."""
        shown = list(self._visit.validations)
        known = self._file.validations
        if any(name not in known for name in shown):
            self._notices.append("a validation is not known")
        counted: list[Validation] = []
        for name, each in known.items():
            counted += [each] * min(shown.count(name), each.most)
            if shown.count(name) > each.most:
                self._notices.append(f"{each.words}: counts {each.most} times at most")
        return counted

    def _take_off(self, validations: list[Validation], stay: Charged, reached: int) -> None:
        """Validations, in the order that the file declares."""
        left_minor = self._bill.total_minor
        for taking in self._file.order:
            for each in validations:
                if each.taking is not taking:
                    continue
                off = 0
                match taking:
                    case Taking.TIME:
                        stay = choosing.shortened(stay, each.time_s or 0)
                        less = choosing.price(self._file, stay, self._zone).total_minor
                        off, reached = max(reached - less, 0), min(reached, less)
                    case Taking.PERCENT:
                        share = each.percent or Fraction(0)
                        part = left_minor * share.numerator
                        off = self._file.fractions.whole(part, 100 * share.denominator)
                    case Taking.AMOUNT:
                        off = each.amount_minor or 0
                off = min(off, left_minor)
                left_minor -= off
                self._take(f"validation.{each.name}", each.words, stay.begin, -off)

    def _longest(self, stay: Charged) -> None:
        most_s = self._file.max_stay_s
        if most_s is not None and stay.end - stay.begin > most_s:
            words = f"stayed longer than {lasting(most_s)}"
            self._notices.append(words)
            if self._file.max_stay_fee_minor:
                begin = stay.begin + most_s
                fee = self._file.max_stay_fee_minor
                self._charge("max_stay_fee", words, begin, fee, stay.end)

    def _surcharges(self) -> None:
        known = self._file.surcharges
        if any(name not in known for name in self._visit.extras):
            self._notices.append("a surcharge is not known")
        days = self._file.calendars
        for name, each in known.items():
            timely = each.leave and clock.within(each.leave, days, self._zone, self._end)
            if timely or name in self._visit.extras:
                self._charge(f"surcharge.{name}", each.words, self._end, each.amount_minor)

    def _finished(self, stay: Charged | None) -> Quote:
        """The quote, after rounding and payments."""
        file, currency = self._file, self._file.currency
        net_minor = self._bill.total_minor + self._taken.total_minor
        if file.round_to_minor:
            units = file.round_total.whole(net_minor, file.round_to_minor)
            rounding = units * file.round_to_minor - net_minor
            if rounding:
                self._take("round_to", "rounding", self._end, rounding)
                net_minor += rounding
        tax = None
        if file.vat is not None:
            percent = file.vat.percent
            part, whole = percent.numerator, percent.denominator
            included = file.vat.fractions.whole(net_minor * part, 100 * whole + part)
            tax = Tax(percent=percent, amount=Money(included, currency))
        due_minor = net_minor - self._paid(net_minor)
        return Quote(
            total=Money(self._bill.total_minor, currency),
            lines=self._lines(self._bill),
            deductions=self._lines(self._taken),
            due=Money(due_minor, currency),
            tax=tax,
            plans=self._plans,
            notices=tuple(self._notices),
        )

    def _paid(self, net_minor: int) -> int:
        """What payments take off; one in another currency is worth nothing that we could say."""
        left_minor = net_minor
        for money, when in self._visit.paid:
            if money.currency != self._file.currency:
                self._notices.append("a payment in another currency is not counted")
                continue
            off = min(money.amount_minor, left_minor)
            left_minor -= off
            if off:
                self._take("paid", "already paid", _instant(when), -off)
        return net_minor - left_minor

    def _charge(self, rule: str, words: str, begin: int, minor: int, end: int = 0) -> None:
        self._bill.add(Entry(rule, words, begin, max(begin, end), 1, minor, minor))

    def _take(self, rule: str, words: str, at: int, minor: int) -> None:
        self._taken.add(Entry(rule, words, at, max(at, self._end), 1, minor, minor))

    def _lines(self, bill: Bill) -> tuple[Line, ...]:
        zone = self._zone
        return tuple(
            Line(
                each.rule,
                each.words,
                datetime.fromtimestamp(each.begin, zone),
                datetime.fromtimestamp(each.end, zone),
                each.units,
                each.unit_minor,
                each.per_s,
                each.amount_minor,
                each.instead_minor,
            )
            for each in bill.entries()
        )


def _instant(moment: datetime) -> int:
    if moment.year not in YEARS:
        raise ValueError(f"expected a year from {YEARS[0]} to {YEARS[-1]}, got {moment.year}")
    return clock.instant(moment)
