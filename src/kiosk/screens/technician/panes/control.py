"""Taking control: what it does, said before; whom it is for; and what can be done under it."""

from typing import Final

from kiosk.screens.technician.lines import BLANK, Line, Span, line, title, wrapped
from kiosk.screens.technician.panes.latched import latched_lines
from kiosk.screens.technician.view import View

NEWS_SHOWN: Final = 3
"""Last words about control under its keys."""


def lines(view: View) -> list[Line]:
    """Before control is taken, and while it is held."""
    return _held(view) if view.session.is_mine else _offer(view)


def banner(view: View) -> Line:
    """What stands over every pane while somebody has the lane; empty while nobody has."""
    words, control = view.words, view.told.control
    who = words.named("role", control.get("who", ""))
    reason = words.named("reason", control.get("reason", ""))
    ends = view.told.ends_s
    age = view.session.age_s(view.now) or 0.0
    left = "-" if ends is None else f"{max(0.0, ends - age):.0f}"
    if view.session.is_mine:
        return (Span(words("banner.mine", reason=reason, left=left), "alert"),)
    if view.session.is_asked:
        why = words.said(view.session.refused) or words("banner.asking")
        return (Span(words("banner.waiting", why=why), "late"),)
    if control.get("state", "nobody") not in ("nobody", ""):
        return (Span(words("banner.other", who=who, reason=reason, left=left), "late"),)
    return ()


def _offer(view: View) -> list[Line]:
    words, handling, cells = view.words, view.handling, view.width
    made = [title(words("control.title")), *latched_lines(view)]
    if handling.note == "control.needed":
        made += wrapped(words("control.needed"), cells, 1, "late", "! ")
    for key in ("what", "refused", "ends"):
        made += wrapped(words(f"control.{key}"), cells, 1)
    yes, no = words("yes"), words("no")
    made += [
        BLANK,
        line(Span(" w ", "strong"), words("control.who", who=words.named("role", handling.who))),
        line(
            Span(" r ", "strong"),
            words("control.reason", reason=words.named("reason", handling.reason)),
        ),
        line(Span(" e ", "strong"), words("control.wait", on=yes if handling.wait else no)),
        line(Span(" v ", "strong"), words("control.vouched", on=yes if handling.vouched else no)),
        BLANK,
        line(Span(f" {words('key.enter')} ", "strong"), words("control.take")),
    ]
    if view.session.is_asked:
        made.append(line(Span(" g ", "strong"), words("control.give-up")))
    if view.session.refused:
        made += [BLANK]
        made += wrapped(
            words("control.answer", why=words.said(view.session.refused)), cells, 1, "bad", "! "
        )
    return made


def _held(view: View) -> list[Line]:
    words, cells, handling = view.words, view.width, view.handling
    made = [title(words("control.yours"))]
    keys = (("u", "up"), ("d", "down"), ("t", "trial-car"), ("n", "trial-empty"))
    for key, name in (*keys, ("p", "payment"), ("s", "stop"), ("g", "give-back")):
        made.append(line(Span(f" {key} ", "strong"), words(f"control.{name}")))
    made += _now(view)
    if handling.held.way:
        made.append((Span(f" {words('lane.held.' + handling.held.way)}", "late"),))
    if handling.confirming == "payment":
        made += wrapped(words("control.confirm"), cells, 1, "alert", "! ")
    if view.session.trial:
        steps = list(view.session.trial)[-max(2, view.height - len(made) - 2) :]
        made += [title(words("control.trial")), *(line(f" {_step(each, view)}") for each in steps)]
    news = list(view.session.news)[-NEWS_SHOWN:]
    made += [line(f" {news_line(each, view)}") for each in news]
    return [*made, BLANK, *wrapped(words("control.hold"), cells, 1, "dim")]


def _now(view: View) -> list[Line]:
    """Arm and loops beside the keys that move the arm."""
    words, told = view.words, view.told
    loops = [
        words(f"input.{name}.{'on' if told.inputs.get(name) else 'off'}")
        for name in ("arming_loop", "safety_loop")
    ]
    parts = [words.named("arm", told.arm), *loops]
    return wrapped("; ".join(parts), view.width, 1, "strong")


def news_line(entry: str, view: View) -> str:
    """`move-refused: the arm is up` in words."""
    state, _, why = entry.partition(": ")
    told = view.words.named("news", state)
    return f"{told}{view.words.colon}{view.words.said(why)}" if why else told


def _step(entry: str, view: View) -> str:
    at, split, what = entry.partition(" s  ")
    if not split:
        return view.words.named("trial", entry)
    return f"{at}{split}{view.words.said(what)}"
