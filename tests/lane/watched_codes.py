"""What must hold in a lane that is paid by code: its journal against both gateways' books."""

from collections import Counter

from kiosk.core.records import PaymentBooked, PaymentIntended, PaymentReversed, PaymentUnresolved
from kiosk_hw.paycodes.order_names import with_hyphen
from kiosk_sim.devices.gateway.orders import PAID, Order, State
from kiosk_sim.site.lane_plan import CodePlan
from kiosk_sim.site.scenario import Kind
from kiosk_sim.site.virtual_lane import plan_with_codes
from kiosk_sim.world.phone import PhoneHabits
from lane.watched_lane import READY_S, WatchedLane, _opened_for, all_is_well

MODEL_PAYER = PhoneHabits()

BOTH = ("wechat", "alipay")


def lane_with_codes(
    *providers: str,
    notices: bool = False,
    page: bool = False,
    app: bool = False,
    **more: object,
) -> WatchedLane:
    """A lane with these gateways, and a card terminal unless `terminal=None` is said."""
    return WatchedLane(
        plan_with_codes(
            CodePlan(providers=providers or ("wechat",), notices=notices, page=page, app=app),
            **more,
        )
    )


def comes_with_phone(lane: WatchedLane, at_s: float = READY_S, **more: object) -> str:
    """A car whose driver pays by code."""
    more = {"phone": MODEL_PAYER, "cards": (), **more}
    return lane.expect(Kind.CARD, at_s, **more)


def orders_of(lane: WatchedLane) -> list[Order]:
    """Every order in the books of the gateways."""
    assert lane.lane.codes is not None
    gateway = lane.lane.codes.gateway
    faces = [face for face in (gateway.wechat, gateway.alipay) if face is not None]
    return [order for face in faces for order in face.books.orders()]


def kept(lane: WatchedLane) -> list[str]:
    """Our numbers of the orders whose money the operator has."""
    numbers = [order.number for order in orders_of(lane) if _is_kept(order)]
    return [with_hyphen(number) or number for number in numbers]


def _is_kept(order: Order) -> bool:
    return order.state in PAID and order.state is not State.REFUND


def codes_are_honest(lane: WatchedLane) -> None:
    """Charged once at most, card or code, and only for an opened barrier or what is listed."""
    stay_of = {row.order_id: row.stay_id for row in lane.written(PaymentIntended)}
    listed = {row.order_id for row in lane.written(PaymentUnresolved)}
    reversed_ = {row.order_id for row in lane.written(PaymentReversed)}
    charged: Counter[str] = Counter()
    for order in kept(lane):
        if order in listed:
            continue
        assert order in stay_of, f"{order}: paid, and in no row{lane.story()}"
        assert order not in reversed_, f"{order}: called reversed{lane.story()}"
        charged[stay_of[order]] += 1
        opened = _opened_for(lane, stay_of[order])
        assert opened, f"{order}: charged for a closed barrier{lane.story()}"
    by_card = [row for row in lane.written(PaymentBooked) if row.receipt_no is not None]
    for row in by_card:
        if row.order_id not in reversed_ | listed:
            charged[stay_of[row.order_id]] += 1
    assert all(times == 1 for times in charged.values()), f"charged twice{lane.story()}"


def no_order_is_left(lane: WatchedLane) -> None:
    """Every order has its end in the store, and nothing can be paid any more."""
    files = lane.lane.store._files
    assert files is not None
    left = files.orders.open_orders().orders
    assert not left, f"{left}{lane.story()}"


def all_is_paid_well(lane: WatchedLane, within_s: float) -> None:
    """Everything that must hold after any scenario with codes."""
    all_is_well(lane, within_s)
    codes_are_honest(lane)
