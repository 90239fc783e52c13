"""What a telegram says about a plate, and how a camera writes one. No device is named here.

Only plate, country and confidence leave a telegram; the rest of it is dropped here.
Both ends of the wire use this file: `read_telegram` is the host's side, `render_*` the camera's.
"""

from typing import Final

from kiosk_hw.lines.telegram import TelegramProfile
from kiosk_hw.ports.camera import PlateNotRead, PlateRead, PlateUncertain
from kiosk_hw.ports.plate import PLATE_CHARS_MAX, PlateText

COUNTRY_CHARS_MAX: Final = 16
"""Cameras give an ISO code or a short word; longer text is not a country."""

CONFIDENCE_CHARS_MAX: Final = 8
"""`100.0000` is the longest confidence that says anything."""

SHAPE_CHARS_MAX: Final = 80
"""How much of a refused telegram's shape is kept for the technician."""

Reading = PlateRead | PlateUncertain | PlateNotRead


def read_telegram(profile: TelegramProfile, body: bytes) -> Reading | None:
    """What the telegram means, or None if it does not fit the profile. Never raises."""
    try:
        text = body.decode(profile.encoding).strip()
    except UnicodeDecodeError:
        return None
    if _stands_for_no_read(profile, text):
        return PlateNotRead(f"the camera sent {_clean(text)!r}")
    found = profile.pattern.fullmatch(text)
    if found is None:
        return None
    groups = found.groupdict()
    plate = _clean(groups["plate"] or "")
    if not plate or _stands_for_no_read(profile, plate):
        return PlateNotRead(f"the camera sent {plate!r} in place of a plate")
    if len(plate) > PLATE_CHARS_MAX:
        return None
    country = _clean(groups.get("country") or "")[:COUNTRY_CHARS_MAX] or None
    confidence = _confidence(groups.get("confidence") or "", profile.confidence_max)
    doubted = confidence is not None and confidence < profile.confidence_min
    kind = PlateUncertain if doubted or groups.get("uncertain") else PlateRead
    return kind(PlateText(plate), confidence, country)


def shape_of(profile: TelegramProfile, body: bytes) -> str:
    """The telegram with every letter as A and every digit as 9: what a technician may see of it."""
    text = body.decode(profile.encoding, errors="replace")[:SHAPE_CHARS_MAX]
    return "".join(_shape_of_char(char) for char in text)


def render_read(
    profile: TelegramProfile,
    plate: PlateText,
    country: str | None = None,
    confidence: float | None = None,
    *,
    uncertain: bool = False,
) -> bytes:
    """The telegram that the camera sends for a read, marks and all."""
    template = (uncertain and profile.render_uncertain) or profile.render
    score = "" if confidence is None else f"{confidence * profile.confidence_max:.0f}"
    text = template.replace("{country}", country or "").replace("{confidence}", score)
    return frame(profile, text.replace("{plate}", plate.text))


def render_not_read(profile: TelegramProfile) -> bytes:
    """The telegram that the camera sends for a vehicle without a read; empty if it sends none."""
    return frame(profile, profile.no_read_texts[0]) if profile.no_read_texts else b""


def frame(profile: TelegramProfile, text: str) -> bytes:
    """The text between the profile's marks, in its encoding."""
    return profile.start + text.encode(profile.encoding) + profile.end


def _stands_for_no_read(profile: TelegramProfile, text: str) -> bool:
    return text.casefold() in (each.casefold() for each in profile.no_read_texts)


def _clean(text: str) -> str:
    """Printable characters only, and one blank for any run of white space."""
    blanked = "".join(char if char.isprintable() else " " for char in text)
    return " ".join(blanked.split())


def _confidence(text: str, confidence_max: float) -> float | None:
    """0.0 to 1.0, or None for what is no number or lies outside of what the camera promised."""
    digits = text.strip().removesuffix("%").rstrip().replace(",", ".")
    whole, _, fraction = digits.partition(".")
    if len(digits) > CONFIDENCE_CHARS_MAX or not (whole + fraction).isascii():
        return None
    if not whole.isdigit() or (fraction and not fraction.isdigit()):
        return None
    value = float(digits) / confidence_max
    return value if value <= 1.0 else None


def _shape_of_char(char: str) -> str:
    if char.isdecimal():
        return "9"
    if char.isalpha():
        return "A" if char.isascii() else "文"
    return char if char.isprintable() else "."
