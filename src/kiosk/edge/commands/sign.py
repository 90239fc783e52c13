"""`kiosk sign`: writes the poster with the posted code, as SVG or PDF."""

from argparse import Namespace
from math import ceil
from typing import TextIO

from kiosk.config import load_page, page_url_in
from kiosk.edge.counter.tokens import posted_url
from kiosk.edge.store.sweep import SWEEP_S
from kiosk.errors import ConfigError, KioskError
from kiosk.screens.driver.code import CodeRefused
from kiosk.screens.sign.poster import Poster, drawn, title
from kiosk.screens.sign.svg import svg


def _address(arguments: Namespace) -> str:
    """Where the page is: as it was given, or as the lane's own file says."""
    given: str | None = arguments.url or page_url_in(arguments.config)
    if given is None:
        raise ConfigError(("codes.page_url: missing; give --url, such as https://pay.example.com",))
    return given


def execute(arguments: Namespace, out: TextIO) -> int:
    """Write the poster of this site, and print what its code says."""
    config = load_page(arguments.config)
    page = config.page
    poster = Poster(
        url=posted_url(_address(arguments), page.site),
        languages=page.languages,
        place=arguments.place or page.site,
        operator=page.operator,
        hours=config.store.dispute_h + ceil(SWEEP_S / 3600.0),
    )
    kind = arguments.out.suffix.lower()
    try:
        items = drawn(poster)
    except CodeRefused as error:
        raise ConfigError((f"--url: {error}",)) from error
    if kind == ".svg":
        data = svg(items, title(poster))
    elif kind == ".pdf":
        # Only a PDF needs fontTools and a font.
        from kiosk.edge.font_outlines import FontOutlines
        from kiosk.screens.sign.pdf import pdf

        data = pdf(items, title(poster), FontOutlines(arguments.font))
    else:
        raise ConfigError((f"--out: expected a name ending in .svg or .pdf, got {arguments.out}",))
    try:
        arguments.out.write_bytes(data)
    except (OSError, ValueError) as error:
        raise KioskError(f"{arguments.out}: cannot be written ({error})") from error
    out.write(f"{arguments.out}: {poster.url}\n")
    return 0
