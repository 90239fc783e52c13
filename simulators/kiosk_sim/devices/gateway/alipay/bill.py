"""The daily trade bill of Alipay: a ZIP with one CSV in GBK, a line for each payment and refund."""

from io import BytesIO
from typing import Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from kiosk_sim.devices.gateway.alipay.amounts import yuan
from kiosk_sim.devices.gateway.alipay.wording import trade_no
from kiosk_sim.devices.gateway.clockwork import beijing, day
from kiosk_sim.devices.gateway.orders import Order, RefundState
from kiosk_sim.devices.gateway.settings import AlipaySettings

COLUMNS: Final = (
    "支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,对方账户,"
    "订单金额（元）,商家实收（元）,退款批次号/请求号,服务费（元）"
)


def trade_bill(settings: AlipaySettings, orders: list[Order], of_day: str) -> bytes:
    """The packed bill of this day in Beijing; a day without payments has no lines."""
    lines = [f"#账号：[{settings.seller_id}]", f"#起始日期：[{of_day}]", COLUMNS]
    for order in orders:
        if order.payer is None:
            continue
        head = f"{trade_no(order)}\t,{order.number}\t"
        created, who = beijing(order.created_s), order.payer.login
        if day(order.paid_s) == of_day:
            amount = yuan(order.terms.amount_minor)
            lines.append(
                f"{head},交易,{order.terms.title},{created},{beijing(order.paid_s)},,,,,{who},"
                f"{amount},{amount},,0.00"
            )
        for refund in order.refunds.values():
            if refund.state is RefundState.SUCCESS and day(refund.created_s) == of_day:
                back = f"-{yuan(refund.amount_minor)}"
                lines.append(
                    f"{head},退款,{order.terms.title},{created},{beijing(refund.created_s)},,,,,"
                    f"{who},{back},{back},{refund.number},0.00"
                )
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        text = "".join(f"{line}\r\n" for line in lines)
        # A fixed date: the same payments make the same bytes.
        member = ZipInfo(f"{settings.seller_id}_{of_day.replace('-', '')}.csv")
        archive.writestr(member, text.encode("gbk", errors="replace"))
    return packed.getvalue()
