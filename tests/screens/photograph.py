"""What a phone sees of a panel: a photograph of a screenshot, and an independent reader of it.

The phone is held askew, in a car, in the dark, against a reflection, or so that its pixels and the
panel's make moire; its lens and sensor blur and add noise. The reader is zxing-cpp, which shares
nothing with what draws the codes.
"""

from dataclasses import dataclass
from io import BytesIO
from random import Random
from typing import Any, Final

import pytest

Image = pytest.importorskip("PIL.Image", reason="pillow is missing: pip install '.[browser]'")
ImageChops = pytest.importorskip("PIL.ImageChops")
ImageFilter = pytest.importorskip("PIL.ImageFilter")
zxingcpp = pytest.importorskip("zxingcpp", reason="pip install '.[browser]'")

FIELD_OF_VIEW_M: Final = 1.37
"""Metres of scene across a phone's picture, for each metre of distance: 69 degrees."""


@dataclass(frozen=True, slots=True)
class Phone:
    """The frame that a phone's scanner looks at: a preview, or what it takes when zoomed in."""

    across_px: int


PREVIEW: Final = Phone(1920)
STILL: Final = Phone(4032)


@dataclass(frozen=True, slots=True)
class Hold:
    """How it is held, and in what light."""

    roll_degrees: float = 0.0
    tilt: float = 0.0
    """By how much of its height the far edge of the panel looks shorter."""
    light: float = 1.0
    haze: int = 0
    blur_px: float = 0.6
    grid: bool = False
    """The sensor sees the panel's own pixels, whose grid and its own make moire."""


HOLDS: Final = {
    "straight": Hold(),
    "turned": Hold(roll_degrees=17.0, tilt=0.08),
    "from-the-side": Hold(roll_degrees=-6.0, tilt=0.22, light=0.8, haze=20),
    "dim": Hold(roll_degrees=4.0, tilt=0.05, light=0.3, haze=25, blur_px=0.8),
    "reflection": Hold(roll_degrees=-3.0, tilt=0.1, light=0.5, haze=110),
    "moire": Hold(roll_degrees=1.5, blur_px=0.3, grid=True),
}

SUBPIXELS: Final = (130, 255, 90)
"""How bright red, green and blue are to an eye without colours; a dark line lies below them."""


def photographed(png: bytes, width_mm: float, at_m: float, phone: Phone, hold: Hold) -> Any:
    """The panel, `width_mm` wide, as this phone sees it from `at_m`."""
    screen = _latticed(grey(png)) if hold.grid else grey(png)
    px_per_mm = phone.across_px / (1000 * FIELD_OF_VIEW_M * at_m)
    scale = px_per_mm * width_mm / screen.width
    size = (round(screen.width * scale), round(screen.height * scale))
    if hold.grid:
        # A sensor samples points: what is finer than its own grid is not averaged away.
        lens = screen.filter(ImageFilter.GaussianBlur(0.35 / scale))
        seen = lens.resize(size, Image.Resampling.NEAREST)
    else:
        seen = screen.resize(size, Image.Resampling.BOX if scale < 1 else Image.Resampling.BICUBIC)
    seen = _tilted(seen, hold.tilt)
    seen = seen.rotate(hold.roll_degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=60)
    seen = seen.filter(ImageFilter.GaussianBlur(hold.blur_px))
    return _compressed(_lit(seen, hold))


def grey(png: bytes) -> Any:
    """A screenshot in shades of grey."""
    return Image.open(BytesIO(png)).convert("L")


def read(image: Any) -> list[str]:
    """What the codes say that are found in it, in order."""
    return sorted(found.text for found in zxingcpp.read_barcodes(image))


def read_png(png: bytes) -> list[str]:
    """The same for a screenshot."""
    return read(grey(png))


def _latticed(screen: Any) -> Any:
    """Each pixel as three subpixels beside each other, with a dark line below."""
    size = (3 * screen.width, 3 * screen.height)
    line = bytes(SUBPIXELS) * screen.width
    lattice = Image.frombytes("L", size, (line + line + bytes(len(line))) * screen.height)
    return ImageChops.multiply(screen.resize(size, Image.Resampling.NEAREST), lattice)


def _tilted(seen: Any, tilt: float) -> Any:
    """The right edge is further away: it is lower by `tilt`, and everything narrower."""
    width, height = seen.size
    cut = tilt * height / 2
    corners = ((0, 0), (width * (1 - tilt / 2), cut), (width * (1 - tilt / 2), height - cut))
    shown = ((0, 0), (width, 0), (width, height), (0, height))
    ends = (*corners, (0, height))
    return seen.transform(
        seen.size,
        Image.Transform.PERSPECTIVE,
        _coefficients(ends, shown),
        Image.Resampling.BICUBIC,
        fillcolor=60,
    )


def _coefficients(ends: Any, sources: Any) -> list[float]:
    """Of the perspective that takes each end from its source: eight equations, by elimination."""
    rows = []
    for (x, y), (u, v) in zip(ends, sources, strict=True):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y, u])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y, v])
    for at in range(8):
        pivot = max(range(at, 8), key=lambda row: abs(rows[row][at]))
        rows[at], rows[pivot] = rows[pivot], rows[at]
        rows[at] = [value / rows[at][at] for value in rows[at]]
        for other in range(8):
            if other != at:
                share = rows[other][at]
                rows[other] = [a - share * b for a, b in zip(rows[other], rows[at], strict=True)]
    return [row[8] for row in rows]


def _lit(seen: Any, hold: Hold) -> Any:
    """Dimmer, hazier, and noisy as a small sensor is; the noise is the same each time."""
    chance = Random(7)
    noise = Image.frombytes("L", seen.size, chance.randbytes(seen.width * seen.height))
    lit = seen.point([min(255, round(hold.light * each + hold.haze)) for each in range(256)])
    return Image.blend(lit, noise, 0.06)


def _compressed(seen: Any) -> Any:
    kept = BytesIO()
    seen.save(kept, "JPEG", quality=60)
    return Image.open(kept)
