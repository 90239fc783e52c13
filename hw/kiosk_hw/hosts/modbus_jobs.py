"""What a Modbus master has to do and what came of it: jobs, their ends, and what was counted."""

from dataclasses import dataclass, fields

from kiosk_hw.modbus.frames import encode, response_length
from kiosk_hw.modbus.messages import Request, Response, WriteCoil, WriteRegister


@dataclass(slots=True)
class Counters:
    """What happened on the line since the start; everything rejected is counted in one of these."""

    exchanges: int = 0
    crc_errors: int = 0
    """Frames that began like the awaited reply and had a wrong CRC."""
    foreign: int = 0
    """Whole frames of another unit."""
    late: int = 0
    """Whole frames of a unit of ours that nothing waited for (any more)."""
    short: int = 0
    """Replies that began and never came to their end."""
    timeouts: int = 0
    retries: int = 0
    exceptions: int = 0
    echoes: int = 0
    garbage_bytes: int = 0
    refused_jobs: int = 0
    sent_into_noise: int = 0

    def as_counts(self) -> dict[str, int]:
        """Every counter by its name."""
        return {name: getattr(self, name) for name in _NAMES}

    def __str__(self) -> str:
        named = ((field.name, getattr(self, field.name)) for field in fields(self))
        return " ".join(f"{name}={value}" for name, value in named if value)


_NAMES = tuple(field.name for field in fields(Counters))


class Job:
    """One request to one unit, made once and submitted as often as needed, never twice at a time.

    `attempts_max` is 1 for whatever may not be done twice. An urgent job goes out before others.
    """

    __slots__ = (
        "attempts",
        "attempts_max",
        "frame",
        "is_echoed",
        "last_finished",
        "last_reply",
        "reply_length",
        "request",
        "sent_at",
        "unit",
        "urgent",
    )

    def __init__(
        self, unit: int, request: Request, *, attempts_max: int = 1, urgent: bool = False
    ) -> None:
        self.unit = unit
        self.request = request
        self.attempts_max = attempts_max
        self.urgent = urgent
        self.frame = encode(unit, request)
        self.reply_length = response_length(request)
        self.is_echoed = isinstance(request, WriteCoil | WriteRegister)
        self.attempts = 0
        self.sent_at = 0.0
        # A poll's reply is the same frame for hours; it is decoded once.
        self.last_reply: bytes | None = None
        self.last_finished: Finished | None = None

    def __repr__(self) -> str:
        return f"Job({self.unit}, {self.request!r})"


@dataclass(frozen=True, slots=True, eq=False)
class Finished:
    """A job came to its end; `reply` is None when no attempt was answered."""

    job: Job
    reply: Response | None
