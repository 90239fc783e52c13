"""Which plans price a stay: by version, vehicle class and conditions; the cheapest that fits.

A stay over a new version is priced whole or in parts, as the file says. Free time, the time that
is deducted and the least charge are those of the plan that holds at the entry.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import tzinfo

from kiosk.tariff.measures import Period
from kiosk.tariff.model import Across, Plan, TariffFile, Version
from kiosk.tariff.reckoning import clock
from kiosk.tariff.reckoning.bill import Bill, Entry
from kiosk.tariff.reckoning.pricing import Pricing

Part = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Charged:
    """The time to be priced, in instants."""

    begin: int
    end: int
    parts: tuple[Part, ...]
    """What no season pass covers of it."""
    vehicle_class: str
    free_used: bool
    before: int | None = None
    """When this vehicle came the time before."""
    plan: str | None = None
    """A plan that holds whatever the version says."""
    taken_s: int = 0
    """Seconds at the begin that a validation takes off."""


@dataclass(frozen=True, slots=True)
class Priced:
    """What pricing a stay came to."""

    plans: tuple[str, ...]
    bill: Bill

    @property
    def total_minor(self) -> int:
        """The sum of all lines."""
        return self.bill.total_minor


def price(file: TariffFile, stay: Charged, zone: tzinfo) -> Priced:
    """The price of a stay under the plans that fit, the cheapest for each of its parts."""
    chosen = [
        _cheapest(
            [_price(file, plan, stay, piece, zone) for plan in _plans(file, version, stay, zone)]
        )
        for version, piece in _pieces(file, stay, zone)
    ]
    if len(chosen) == 1:
        return chosen[0]
    whole = Bill()
    for each in chosen:
        whole.add_bill(each.bill)
    return Priced(tuple([name for each in chosen for name in each.plans]), whole)


def _cheapest(priced: Sequence[Priced]) -> Priced:
    """The first of the cheapest."""
    if len(priced) == 1:
        return priced[0]
    return min(priced, key=lambda each: each.total_minor)


def version_at(file: TariffFile, zone: tzinfo, at: int) -> int:
    """The number of the version that holds; the first also for all times before it."""
    if len(file.versions) == 1:
        return 0
    today = clock.date_at(zone, at)
    later = [n for n, each in enumerate(file.versions) if each.valid_from.toordinal() <= today]
    return later[-1] if later else 0


def _pieces(file: TariffFile, stay: Charged, zone: tzinfo) -> list[tuple[Version, Part]]:
    number = version_at(file, zone, stay.begin)
    begin, pieces = stay.begin, []
    while file.across is Across.PARTS and number + 1 < len(file.versions):
        change = clock.midnight(zone, file.versions[number + 1].valid_from.toordinal())
        if change >= stay.end:
            break
        pieces.append((file.versions[number], (begin, change)))
        begin, number = change, number + 1
    return [*pieces, (file.versions[number], (begin, stay.end))]


def _plans(file: TariffFile, version: Version, stay: Charged, zone: tzinfo) -> list[Plan]:
    names: Sequence[str] = version.plans if stay.plan is None else (stay.plan,)
    known = [file.plans[name] for name in names]
    if stay.plan is None:
        own = [plan for plan in known if stay.vehicle_class in plan.classes]
        known = own or [plan for plan in known if not plan.classes]
        known = [plan for plan in known if _fits(file, plan, stay, zone)]
        known = [plan for plan in known if plan.alone] or known
    return [file.class_plans.get((stay.vehicle_class, plan.name), plan) for plan in known]


def _fits(file: TariffFile, plan: Plan, stay: Charged, zone: tzinfo) -> bool:
    days = file.calendars
    return (
        (plan.longest_s is None or stay.end - stay.begin <= plan.longest_s)
        and (not plan.enter or clock.within(plan.enter, days, zone, stay.begin))
        and (not plan.leave or _leaves(file, plan, stay.end, zone))
        and not _spent(plan.once, plan, stay, zone)
    )


def _leaves(file: TariffFile, plan: Plan, end: int, zone: tzinfo) -> bool:
    """Whoever has to be out by seven may leave at seven sharp."""
    return any(clock.within(plan.leave, file.calendars, zone, each) for each in (end, end - 1))


def _price(file: TariffFile, plan: Plan, stay: Charged, piece: Part, zone: tzinfo) -> Priced:
    """The price of a piece under one plan."""
    path = f"plan.{plan.name}"
    uncovered_s = sum([end - begin for begin, end in stay.parts])
    spent = _spent(plan.free_once, plan, stay, zone)
    if plan.free_s and not spent and uncovered_s <= plan.free_s:
        free = Entry(f"{path}.free", "within the free time", stay.begin, stay.end, 1, 0, 0)
        nothing = Bill()
        nothing.add(free)
        return Priced((plan.name,), nothing)
    pricing = Pricing(plan, zone, file.fractions)
    bill = pricing.bill
    entry_piece = piece[0] == stay.begin
    deducted = 0 if spent or not entry_piece else plan.deduct_s
    if deducted:
        until = min(stay.begin + deducted, stay.end)
        bill.add(Entry(f"{path}.deduct", "not charged", stay.begin, until, 1, 0, 0))
    charged_from = max(piece[0], stay.begin + max(deducted, 0) + stay.taken_s)
    for begin, end in stay.parts:
        last = end == stay.end and piece[1] == stay.end and plan.due_at_start
        pricing.part(max(begin, charged_from), min(end, piece[1]) + last)
    _least(plan, bill, piece, applies=entry_piece)
    return Priced((plan.name,), bill)


def _spent(once: Period | None, plan: Plan, stay: Charged, zone: tzinfo) -> bool:
    """The vehicle had in this period already what it has once."""
    match once:
        case None:
            return False
        case _ if stay.free_used or stay.before is None or stay.before > stay.begin:
            return stay.free_used
        case int() as length_s:
            return stay.begin - stay.before < length_s
    days = [clock.day_at(zone, at, plan.day_begins_s) for at in (stay.before, stay.begin)]
    return days[0] == days[1]


def _least(plan: Plan, bill: Bill, piece: Part, *, applies: bool) -> None:
    missing = plan.minimum_minor - bill.total_minor
    if applies and bill.total_minor and missing > 0:
        path = f"plan.{plan.name}.minimum"
        bill.add(Entry(path, "up to the least charge", *piece, 1, missing, missing))


def shortened(stay: Charged, taken_s: int) -> Charged:
    """The same stay with more taken off its begin."""
    return replace(stay, taken_s=stay.taken_s + taken_s)
