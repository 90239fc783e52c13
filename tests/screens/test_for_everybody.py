"""The driver's page for eyes of every kind: fewer colours, two metres away, no motion."""

import math
import re
from importlib import resources

import pytest

from kiosk.core.shows import Picture
from kiosk.screens.driver.bundle import LANGUAGES
from screens.served_page import PICTURES, ServedPage
from screens.test_driver_page import opened, shown_again

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]

SEEN_BY = {
    "most": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopes": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopes": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopes": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
"""What linear light becomes (Machado, Oliveira, Fernandes 2009, severity 1)."""

TEXT_RATIO = 4.5
SIGN_RATIO = 3.0
"""WCAG 2.2, 1.4.3 and 1.4.11, level AA."""

COLOURS = """[...document.querySelectorAll("main *, footer *")].flatMap((one) => {
  const text = one.childElementCount === 0 && one.textContent.trim();
  const sign = one.tagName === "svg" && !one.closest(".sheet");
  if (!one.getClientRects().length || one.closest(".unseen") || !(text || sign)) return [];
  let behind = one;
  while (getComputedStyle(behind).backgroundColor === "rgba(0, 0, 0, 0)") {
    behind = behind.parentElement;
  }
  const ground = getComputedStyle(behind).backgroundColor;
  return [[sign ? "sign" : one.textContent, getComputedStyle(one).color, ground]];
})"""

FONT_PX = "one => parseFloat(getComputedStyle(one).fontSize)"

SEVEN_INCHES_MM = 152.4
TWO_M_MM = 2000
CAPITAL = 0.72
"""The height of a capital of this font, in shares of its size."""

LEGIBLE_ARCMIN = 10.0
"""Twice what an eye of 20/20 resolves, and what a licence to drive asks for (20/40)."""


def ratio(one, other, matrix):
    """The WCAG contrast of two colours, as such eyes see them."""
    bright, dark = sorted((luminance(colour, matrix) for colour in (one, other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def luminance(colour, matrix):
    shares = [int(each) / 255 for each in re.findall(r"\d+", colour)[:3]]
    light = [
        each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in shares
    ]
    seen_light = [sum(a * b for a, b in zip(row, light, strict=True)) for row in matrix]
    red, green, blue = (min(1.0, max(0.0, each)) for each in seen_light)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_the_measure_of_contrast_is_the_one_of_wcag():
    assert ratio("rgb(0, 0, 0)", "rgb(255, 255, 255)", SEEN_BY["most"]) == pytest.approx(21)
    assert ratio("rgb(119, 119, 119)", "rgb(255, 255, 255)", SEEN_BY["most"]) == pytest.approx(
        4.48, abs=0.01
    )


def test_words_and_signs_are_as_clear_to_those_who_see_fewer_colours(tab):
    faint = []
    with ServedPage() as page:
        opened(tab, page, PICTURES["welcome"])
        for name in PICTURES:
            shown_again(name, page, tab)
            for what, colour, ground in tab.evaluate(COLOURS):
                least = SIGN_RATIO if what == "sign" else TEXT_RATIO
                found = {who: ratio(colour, ground, eyes) for who, eyes in SEEN_BY.items()}
                faint += [(name, what, who) for who in found if found[who] < least]
    assert faint == []


def test_no_picture_is_told_from_another_by_its_colour_alone(tab):
    shown = {}
    with ServedPage() as page:
        opened(tab, page, PICTURES["welcome"])
        for picture in (each for each in Picture if each is not Picture.ASK_PLATE):
            shown_again(picture.value, page, tab)
            sign = tab.get_attribute("#icon use", "href")
            assert tab.locator(sign).count() == 1, "the sign is drawn"
            shown[picture] = (sign, tab.inner_text("#title"))
    titles = [title for _, title in shown.values()]
    signs = [sign for picture, (sign, _) in shown.items() if picture is not Picture.PAYING]
    assert len({*titles}) == len(titles)
    assert len({*signs}) == len(signs)


def test_what_matters_is_read_from_two_metres_on_a_small_panel(tab):
    """On seven inches, the smallest panel with these pixels; a larger one only helps."""
    small = {}
    with ServedPage() as page:
        opened(tab, page, PICTURES["welcome"])
        for name in (name for name in PICTURES if not name.startswith("ask-plate")):
            shown_again(name, page, tab)
            for language in LANGUAGES:
                tab.tap(f"#languages [lang={language}]")
                main = "#amount" if tab.is_visible("#amount") else "h1"
                size_px = tab.eval_on_selector(main, FONT_PX)
                capital_mm = size_px * CAPITAL * SEVEN_INCHES_MM / 800
                arcmin = 60 * math.degrees(math.atan(capital_mm / TWO_M_MM))
                if arcmin < LEGIBLE_ARCMIN:
                    small[name, language] = arcmin
    assert small == {}


def test_nothing_on_the_page_moves():
    folder = resources.files("kiosk.screens.driver") / "page"
    for file in folder.iterdir():
        words = re.findall(
            r"\b(animation|transition|@keyframes|animate|marquee|blink)\b", file.read_text("utf-8")
        )
        assert words == [], file.name


def test_a_driver_who_asked_for_less_motion_sees_the_same(tab):
    with ServedPage() as page:
        opened(tab, page, PICTURES["due-both"])
        shots = []
        for wish in ("no-preference", "reduce"):
            tab.emulate_media(reduced_motion=wish)
            tab.wait_for_selector("#codes path[d^=M]", state="attached")
            assert tab.evaluate("document.getAnimations().length") == 0
            shots.append(tab.screenshot())
    assert shots[0] == shots[1]


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_whoever_has_colours_of_his_own_sees_every_sign_and_which_key_is_pressed(tab, scheme):
    tab.emulate_media(forced_colors="active", color_scheme=scheme)
    with ServedPage() as page:
        opened(tab, page, PICTURES["welcome"])
        ink = tab.evaluate(
            "(() => { const i = document.createElement('i');"
            " i.style.cssText = 'color: CanvasText; forced-color-adjust: none';"
            " document.body.append(i); const said = getComputedStyle(i).color; i.remove();"
            " return said; })()"
        )
        for name in PICTURES:
            shown_again(name, page, tab)
            for part in tab.locator("#icon:visible, #title:visible, #amount:visible").all():
                assert part.evaluate("one => getComputedStyle(one).color") == ink, name
        edge = "one => getComputedStyle(one).borderTopColor"
        edges = [button.evaluate(edge) for button in tab.locator("#languages button").all()]
        assert len({*edges}) == 2, "the pressed one has an edge"
        assert edges.count(edges[1]) == 1
