"""Each page of the pay page, from what it says. Everything that comes in is escaped here."""

from dataclasses import dataclass
from datetime import datetime
from html import escape

from kiosk.core.plates.grammar import PROVINCES
from kiosk.screens.pay.look import Page
from kiosk.screens.pay.words import Speech
from kiosk_hw.ports.money import Money


@dataclass(frozen=True, slots=True)
class Fee:
    """What can be paid now, and how; one form, one tap."""

    amount: Money
    plate: str
    """Masked."""
    gateways: tuple[str, ...]
    ticket: str
    """The one-time token of this form."""


def fee(told: Fee, speech: Speech, *, languages: bool = True) -> Page:
    """The amount and the button that leads to the payment."""
    facts = (
        f'<dl><dt>{speech.say("fee.amount")}</dt><dd class="big">{speech.money(told.amount)}</dd>'
        f'<dt>{speech.say("fee.plate")}</dt><dd class="plate">{escape(told.plate)}</dd></dl>'
    )
    if not told.gateways:
        return Page(
            speech.say("fee.title"),
            f"{facts}<p>{speech.say('fee.no-gateway')}</p>",
            languages=languages,
        )
    form = f'{_form(told, speech)}<p class="hint">{speech.say("fee.next")}</p>'
    return Page(speech.say("fee.title"), facts + form, languages=languages)


def plate_form(provinces: bool, first: str, speech: Speech) -> Page:
    """The question for a plate; with Chinese plates, a list of provinces beside it."""
    picker = ""
    if provinces:
        none = f'<option value="">{speech.say("plate.no-province")}</option>'
        options = "".join(
            f"<option{' selected' if each == first else ''}>{each}</option>" for each in PROVINCES
        )
        picker = (
            f'<div><label for="province">{speech.say("plate.province")}</label>'
            f'<select id="province" name="province">{none}{options}</select></div>'
        )
    body = (
        f'<form method="post"><input type="hidden" name="lang" value="{speech.language}">'
        f'<div class="row">{picker}<div><label for="plate">{speech.say("plate.label")}</label>'
        '<input id="plate" name="plate" required maxlength="32" autocomplete="off"'
        ' autocapitalize="characters" autocorrect="off" spellcheck="false" enterkeyhint="go"'
        ' aria-describedby="hint"></div></div>'
        f'<p class="hint" id="hint">{speech.say("plate.hint")}</p>'
        f"<button>{speech.say('plate.send')}</button></form>"
    )
    return Page(speech.say("plate.title"), body)


def nothing(speech: Speech) -> Page:
    """Nothing due, not here, mistyped, paid already: the same bytes for all."""
    body = (
        f"<p>{speech.say('nothing.why')}</p><p>{speech.say('nothing.else')}</p>"
        f"{_again('again', speech)}"
    )
    return Page(speech.say("nothing.title"), body, languages=False)


def waiting(amount: Money, link: str, speech: Speech, other: Fee | None = None) -> Page:
    """A link was given; whether it was paid is not known yet. `other` are the ways not chosen."""
    go_on = f'<a class="button" href="{escape(link)}">{speech.say("waiting.go-on")}</a>'
    body = (
        f'<p class="big">{speech.money(amount)}</p><p role="status">{speech.say("waiting.text")}'
        f"</p>{go_on if link else ''}{_form(other, speech, 'other') if other else ''}"
        f'<p class="hint"><a href="?lang={speech.language}">{speech.say("waiting.again")}</a></p>'
    )
    return Page(speech.say("waiting.title"), body, waits="open")


@dataclass(frozen=True, slots=True)
class Grace:
    """How long a car that has paid may take to leave."""

    minutes: int
    until: datetime
    """On the clock of the car park."""


def paid(words: str, grace: Grace | None, receipt: str, speech: Speech) -> Page:
    """It is paid: what happens now, until when, and the receipt. A clock time needs no counting."""
    leave = ""
    if grace is not None:
        time = f"{grace.until:%H:%M}"
        leave = f"<p>{speech.say('paid.grace', minutes=grace.minutes, time=time)}</p>"
    body = f'<p role="status">{speech.say(words)}</p>{leave}{receipt}'
    return Page(speech.say("paid.title"), body, look="paid")


def returned(amount: Money, speech: Speech) -> Page:
    """It was paid and not needed: that it goes back, and that nobody has to do anything for it."""
    told = speech.say("returned.text", amount="\0").replace("\0", speech.money(amount))
    body = f'<p role="status">{told}</p><p>{speech.say("returned.when")}</p>'
    return Page(speech.say("returned.title"), body)


def simple(what: str, speech: Speech, *, text: str = "text", again: str = "") -> Page:
    """A heading and one sentence, with a way to ask again where that helps."""
    more = _again(again, speech) if again else ""
    said = f'<p role="status">{speech.say(f"{what}.{text}")}</p>{more}'
    return Page(speech.say(f"{what}.title"), said, languages=not again)


def privacy(operator: str, hours: int, speech: Speech) -> Page:
    """The notice: purpose, manner, scope, retention, and who answers for it."""
    told = "".join(
        f"<dt>{speech.say(f'privacy.{name}.label')}</dt>"
        f"<dd>{speech.say(f'privacy.{name}', hours=hours)}</dd>"
        for name in ("why", "how", "what", "until", "other")
    )
    who = f"<dt>{speech.say('privacy.who.label')}</dt><dd>{escape(operator)}</dd>"
    return Page(speech.say("privacy.title"), f"<dl>{told}{who}</dl>")


def _form(told: Fee, speech: Speech, kind: str = "") -> str:
    buttons = "".join(_pay(gateway, speech, kind) for gateway in told.gateways)
    return (
        f'<form method="post"><input type="hidden" name="ticket" value="{escape(told.ticket)}">'
        f'<input type="hidden" name="lang" value="{speech.language}">{buttons}</form>'
    )


def _pay(gateway: str, speech: Speech, kind: str) -> str:
    look = f' class="{kind}"' if kind else ""
    known = speech.knows(f"gateway.{gateway}")
    name = speech.say(f"gateway.{gateway}") if known else escape(gateway)
    told = speech.say("fee.pay-with", gateway="\0").replace("\0", name)
    return f'<button name="gateway" value="{escape(gateway)}"{look}>{told}</button>'


def _again(words: str, speech: Speech) -> str:
    return f'<a class="button" href="?lang={speech.language}">{speech.say(words)}</a>'
