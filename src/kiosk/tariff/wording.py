"""How times and amounts are written for people, the way a tariff file spells them."""

from kiosk.tariff.measures import DAY_S
from kiosk_hw.ports.money import MINOR_DIGITS


def lasting(seconds: int) -> str:
    """A time as a file spells it."""
    units: tuple[tuple[str, int], ...] = (("d", DAY_S), ("h", 3600), ("min", 60), ("s", 1))
    parts: list[str] = []
    if seconds < 3 * DAY_S and seconds % DAY_S == 0:
        units = units[1:]  # 24 h is said so, a week as 7 d
    for unit, length_s in units:
        count, seconds = divmod(seconds, length_s)
        if count:
            parts.append(f"{count} {unit}")
    return " ".join(parts) or "0 min"


def spelled(amount_minor: int, currency: str) -> str:
    """An amount with the digits of its currency, with a sign where it is negative."""
    digits = MINOR_DIGITS.get(currency, 2)
    sign = "-" if amount_minor < 0 else ""
    whole, minor = divmod(abs(amount_minor), 10**digits)
    return f"{sign}{whole}.{minor:0{digits}}" if digits else f"{sign}{whole}"
