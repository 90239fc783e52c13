"""The provider's payment sheet as a page: amount, merchant, one button. No script is on it."""

from html import escape
from typing import Final
from urllib.parse import quote

from kiosk_sim.devices.gateway.counter import Bill
from kiosk_sim.devices.gateway.messages import HTML, Answer

PAY_PATH: Final = "/sheet/pay"

LINK_CHARS: Final = "%/:=&?~#+!$,;'@()*[]"
"""What stands in a link as it is; anything else is encoded, and nothing breaks the header."""

STYLE: Final = (
    "body{font:1.2rem/1.5 system-ui,sans-serif;max-width:24rem;margin:3rem auto;padding:0 1rem;"
    "text-align:center}h1{font-size:1.2rem}p.amount{font-size:2.6rem;margin:1rem 0}"
    "button{font:inherit;font-weight:600;width:100%;padding:1rem;border:0;border-radius:.5rem;"
    "background:#0a6b2e;color:#fff}"
)


def asking(bill: Bill, code: str, back: str) -> Answer:
    """The sheet of an order that can be paid; `back` is where the browser goes afterwards."""
    return _page(
        bill.merchant,
        f"<p>{escape(bill.title)}</p>"
        f'<p class="amount" id="amount">¥{_yuan(bill.amount_minor)}</p>'
        f'<form method="post" action="{PAY_PATH}">'
        f'<input type="hidden" name="code" value="{escape(code)}">'
        f'<input type="hidden" name="back" value="{escape(back)}">'
        '<button type="submit" id="pay">Pay 立即支付</button></form>',
    )


def told(merchant: str, text: str, status: int = 200) -> Answer:
    """A sheet that has nothing to pay any more, and says why."""
    return _page(merchant, f'<p id="outcome">{escape(text)}</p>', status)


def sent_on(link: str) -> Answer:
    """The browser goes back to the merchant."""
    return Answer(303, b"", HTML, (("Location", quote(link, safe=LINK_CHARS)),))


def _page(heading: str, inside: str, status: int = 200) -> Answer:
    text = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>Simulated payment</title><style>{STYLE}</style></head>"
        f"<body><main><h1>{escape(heading)}</h1>{inside}</main></body></html>"
    )
    return Answer(status, text.encode(), HTML)


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"
