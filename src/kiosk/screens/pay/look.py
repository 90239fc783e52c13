"""What every page of the pay page looks like: one file, its style in it, and the heads it needs.

Nothing is run, fetched or framed. A browser loads one answer and is done.
"""

import base64
import hashlib
from dataclasses import dataclass
from typing import Final

from kiosk.screens.pay.providers import SHEETS
from kiosk.screens.pay.routes import WAIT_QUERY
from kiosk.screens.pay.words import Speech, texts

STYLE: Final = (
    "*{box-sizing:border-box}"
    "body{margin:0;color:#14181c;background:#f2f4f6;font:1.125rem/1.5 system-ui,-apple-system,"
    '"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif}'
    "main{max-width:28rem;margin:0 auto;padding:1.5rem 1.25rem;background:#fff;"
    "border-radius:0 0 1rem 1rem;overflow-wrap:anywhere;hyphens:auto}"
    ":lang(zh){word-break:keep-all}"
    "h1{font-size:1.5rem;line-height:1.25;margin:0 0 1rem;text-wrap:balance}"
    "h2{font-size:1.25rem;margin:1.5rem 0 .5rem}p{margin:0 0 1rem;text-wrap:pretty}"
    "dl{margin:0 0 1rem}dt{color:#4a545e;margin-top:.5rem}dd{margin:0}"
    ".big{font-size:min(2.75rem,15vw);font-weight:700;line-height:1.2;font-variant-numeric:tabular-nums}"
    ".plate{font-size:1.375rem;font-weight:600;letter-spacing:.04em}"
    ".paid h1{display:flex;flex-wrap:wrap;align-items:center;gap:.75rem;color:#0a5c36;"
    "font-size:1.75rem}"
    ".paid h1:before{content:'\\2713';content:'\\2713'/'';flex:none;width:3rem;border-radius:50%;"
    "border:2px solid #0a5c36;background:#0a5c36;color:#fff;line-height:2.75rem;text-align:center}"
    ".paid [role]{font-weight:600}"
    "form{margin:1.25rem 0 0}label{display:block;font-weight:600;margin:0 0 .25rem}"
    ".row{display:flex;flex-wrap:wrap;gap:.5rem}.row>div:last-child{flex:1 1 8rem;min-width:0}"
    "input,select,button,.button{font:inherit;width:100%;min-height:3.5rem;padding:.5rem .75rem;"
    "border:2px solid #5b6670;border-radius:.75rem;background:#fff;color:inherit}"
    "input{font-size:1.5rem;letter-spacing:.06em;text-transform:uppercase}select{font-size:1.5rem}"
    "button,.button{display:block;margin-top:1rem;border-color:#0a5c36;background:#0a5c36;"
    "color:#fff;font-size:1.375rem;font-weight:700;text-align:center;text-decoration:none}"
    "button.other{background:#fff;color:#0a5c36;font-size:1.125rem}"
    ":focus-visible{outline:4px solid #f0a800;outline-offset:2px}"
    ".hint{color:#4a545e;font-size:1rem;margin:.5rem 0 0}"
    "p>a,footer a{display:inline-block;min-width:44px;min-height:44px;padding:.65rem 0;"
    "color:#0b4f8a}"
    "footer{max-width:28rem;margin:0 auto;padding:1rem 1.25rem 2rem;display:flex;flex-wrap:wrap;"
    "gap:0 1.25rem;font-size:1rem}nav a{margin-right:.75rem}"
    "a[aria-current]{color:#14181c;font-weight:700;text-decoration:none}"
    "table{width:100%;border-collapse:collapse;margin:0 0 1rem}td,th{text-align:left;"
    "padding:.3rem 0;border-bottom:1px solid #c3cad1;font-weight:400;vertical-align:top}"
    "tr>td{text-align:right;white-space:nowrap;padding-left:1rem}"
    "small{display:block;color:#4a545e;font-size:.9375rem}.sum>*{font-weight:700}"
    "@media(max-width:16rem){tbody,tr,th,tr>td{display:block}th{border:0}}"
    "@media print{button,.button{display:none}body,main{background:#fff}footer,.hint{display:none}}"
)
"""Read at arm's length on a phone; colours reach 7:1, targets 44 pixels."""

_STYLE_HASH: Final = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()

ASKS_AGAIN_S: Final = 1
"""When a page that waits asks for news. Not 0: Chromium would leave it before it was drawn."""

HEADERS: Final = (
    (
        "Content-Security-Policy",
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; img-src data:;"
        f" form-action 'self' {SHEETS}; base-uri 'none'; frame-ancestors 'none'",
    ),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=()"),
    # The origin alone, never a token: WeChat's sheet opens only for the merchant's own domain.
    ("Referrer-Policy", "strict-origin"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("X-Robots-Tag", "noindex, nofollow, noarchive"),
    ("Cache-Control", "no-store"),
)
"""Sent with every answer."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its heading, what stands below it, and what else there is to it."""

    title: str
    body: str
    waits: str = ""
    """What a page that waits for news has shown: its browser asks again by itself, and is answered
    when there is some. No page blinks, and no screen reader starts anew, while there is none."""
    languages: bool = True
    """Whether another language can be chosen; not where the question would be lost by it."""
    look: str = ""
    """A class of the style: `paid` has its sign."""


def whole(page: Page, speech: Speech) -> bytes:
    """The page as it is sent. `title` and `body` are HTML already."""
    again = f"{ASKS_AGAIN_S};url=?{WAIT_QUERY}{page.waits}&amp;lang={speech.language}"
    look = f' class="{page.look}"' if page.look else ""
    refresh = f'<meta http-equiv="refresh" content="{again}">' if page.waits else ""
    return (
        f'<!doctype html><html lang="{speech.language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f'<meta name="format-detection" content="telephone=no">{refresh}'
        f'<link rel="icon" href="data:,"><title>{page.title}</title><style>{STYLE}</style></head>'
        f"<body><main{look}><h1>{page.title}</h1>{page.body}</main>{_footer(page, speech)}"
        "</body></html>"
    ).encode()


def _footer(page: Page, speech: Speech) -> str:
    chosen = f"?lang={speech.language}"
    privacy = f'<a href="../privacy{chosen}">{speech.say("privacy.link")}</a>'
    if not page.languages or len(speech.offered) < 2:
        return f"<footer>{privacy}</footer>"
    links = "".join(_language(each, speech) for each in speech.offered)
    label = speech.say("languages")
    return f'<footer>{privacy}<nav aria-label="{label}">{links}</nav></footer>'


def _language(name: str, speech: Speech) -> str:
    current = ' aria-current="true"' if name == speech.language else ""
    told = texts(name)["language"]
    return f'<a href="?lang={name}" lang="{name}" hreflang="{name}"{current}>{told}</a> '
