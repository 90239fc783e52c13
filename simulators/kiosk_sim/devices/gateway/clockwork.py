"""Moments of the provider's clock in the forms of its wires; both providers live in China."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Final

BEIJING: Final = timezone(timedelta(hours=8))


def rfc3339(at_s: float) -> str:
    """2018-06-08T10:34:56+08:00, as WeChat Pay writes it."""
    return datetime.fromtimestamp(int(at_s), BEIJING).isoformat()


def moment_of(text: str) -> float | None:
    """POSIX seconds of an RFC 3339 time with its offset; None for anything else."""
    try:
        moment = datetime.fromisoformat(text)
        return None if moment.tzinfo is None else moment.astimezone(UTC).timestamp()
    except (ValueError, OverflowError):
        return None


def beijing(at_s: float) -> str:
    """2014-11-27 15:45:57, as Alipay writes it: Beijing time, unsaid."""
    return datetime.fromtimestamp(int(at_s), BEIJING).strftime("%Y-%m-%d %H:%M:%S")


def beijing_moment(text: str) -> float | None:
    """POSIX seconds of such a time; None for anything else."""
    try:
        return datetime.strptime(f"{text} +0800", "%Y-%m-%d %H:%M:%S %z").timestamp()
    except ValueError:
        return None


def day(at_s: float) -> str:
    """2019-06-11: the day in Beijing, as bills are asked for."""
    return beijing(at_s)[:10]
