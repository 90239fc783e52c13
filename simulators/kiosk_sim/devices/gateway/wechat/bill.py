"""The daily trade bill of WeChat Pay: one line for each payment and refund, and the sums."""

from typing import Final

from kiosk_sim.devices.gateway.clockwork import beijing, day
from kiosk_sim.devices.gateway.orders import PAID, Order, Refund, RefundState
from kiosk_sim.devices.gateway.settings import WechatSettings
from kiosk_sim.devices.gateway.wechat.wording import TRADE_TYPES

COLUMNS: Final = (
    "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,"
    "付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,"
    "退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注"
)
SUMS: Final = (
    "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额"
)


def trade_bill(settings: WechatSettings, orders: list[Order], of_day: str) -> bytes | None:
    """The bill of this day in Beijing; None when nothing happened.

    Each value has a backtick in front, so that spreadsheets leave long numbers alone.
    """
    rows: list[tuple[str, ...]] = []
    taken = given = 0
    for order in orders:
        if order.payer is None:
            continue
        if day(order.paid_s) == of_day:
            assert order.state in PAID
            rows.append(_row(settings, order, None))
            taken += order.terms.amount_minor
        for refund in order.refunds.values():
            if day(refund.created_s) == of_day and refund.state is not RefundState.ABNORMAL:
                rows.append(_row(settings, order, refund))
                given += refund.amount_minor
    if not rows:
        return None
    sums = (str(len(rows)), yuan(taken), yuan(given), "0.00", "0.00000", yuan(taken), yuan(given))
    lines = [COLUMNS, *map(_line, rows), SUMS, _line(sums)]
    return "".join(f"{line}\r\n" for line in lines).encode()


def yuan(fen: int) -> str:
    """12.50"""
    return f"{fen // 100}.{fen % 100:02d}"


def _line(values: tuple[str, ...]) -> str:
    return ",".join(f"`{value}" for value in values)


def _row(settings: WechatSettings, order: Order, refund: Refund | None) -> tuple[str, ...]:
    assert order.payer is not None
    total = yuan(order.terms.amount_minor)
    back = "0.00" if refund is None else yuan(refund.amount_minor)
    return (
        beijing(order.paid_s if refund is None else refund.created_s),
        settings.appid,
        settings.mchid,
        "0",
        "",
        order.reference,
        order.number,
        order.payer.ident,
        TRADE_TYPES[order.terms.way],
        "SUCCESS" if refund is None else "REFUND",
        "OTHERS",
        "CNY",
        total if refund is None else "0.00",
        "0.00",
        "0" if refund is None else refund.reference,
        "0" if refund is None else refund.number,
        back,
        "0.00",
        "" if refund is None else "ORIGINAL",
        "" if refund is None else refund.state.value,
        order.terms.title,
        order.terms.attach,
        "0.00000",
        "0.60%",
        total if refund is None else "0.00",
        back,
        "",
    )
