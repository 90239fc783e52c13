"""The drawing as SVG: small, open to whoever designs for the operator, in the reader's fonts."""

from html import escape
from typing import Final

from kiosk.screens.sign.drawing import HEIGHT_MM, WIDTH_MM, Box, Code, Item, Words

FONTS: Final = "Noto Sans CJK SC, PingFang SC, Microsoft YaHei, Source Han Sans SC, sans-serif"


def svg(items: tuple[Item, ...], title: str) -> bytes:
    """The whole file; one unit is a millimetre."""
    inner = "\n".join(map(_drawn, items))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH_MM:g}mm" height="{HEIGHT_MM:g}mm"'
        f' viewBox="0 0 {WIDTH_MM:g} {HEIGHT_MM:g}" font-family="{FONTS}">\n'
        f"<title>{escape(title)}</title>\n"
        f'<rect width="{WIDTH_MM:g}" height="{HEIGHT_MM:g}" fill="#ffffff"/>\n{inner}\n</svg>\n'
    ).encode()


def _drawn(item: Item) -> str:
    match item:
        case Box(left, top, width, height, colour):
            return (
                f'<rect x="{left:g}" y="{top:g}" width="{width:g}" height="{height:g}"'
                f' fill="{colour}"/>'
            )
        case Code(left, top, side, drawn):
            unit = side / drawn.across
            return (
                f'<g transform="translate({left:g} {top:g}) scale({unit:.6f})">'
                f'<rect width="{drawn.across}" height="{drawn.across}" fill="#ffffff"/>'
                f'<path d="{drawn.path}" shape-rendering="crispEdges"/></g>'
            )
        case Words():
            return _words(item)


def _words(words: Words) -> str:
    middle = words.left is None
    x = WIDTH_MM / 2 if words.left is None else words.left
    anchor = ' text-anchor="middle"' if middle else ""
    weight = ' font-weight="700"' if words.bold else ""
    return (
        f'<text x="{x:g}" y="{words.base:g}" font-size="{words.size:.3f}"'
        f' fill="{words.colour}"{anchor}{weight}>{escape(words.text)}</text>'
    )
