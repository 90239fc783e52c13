"""The verbs of every party: time comes in as an argument, bytes and events go out."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Protocol

NEVER = float("inf")
"""A deadline that never comes: the shell only compares."""


@dataclass(frozen=True, slots=True)
class LineSettings:
    """How a serial line is set: speed in baud, data bits, parity (N, E or O) and stop bits."""

    baud: int
    data_bits: int = 8
    parity: str = "N"
    stop_bits: int = 1

    char_s: float = field(init=False, repr=False, compare=False)
    """The seconds that one character takes on the line, start bit and all."""

    def __post_init__(self) -> None:
        parity_bits = 0 if self.parity == "N" else 1
        char_bits = 1 + self.data_bits + parity_bits + self.stop_bits
        object.__setattr__(self, "char_s", char_bits / self.baud)

    def __str__(self) -> str:
        return f"{self.baud} {self.data_bits}{self.parity}{self.stop_bits}"


class Party(Protocol):
    """The host's half of one device's dialogue, as the shells drive it.

    `now` is in seconds on a clock that only goes forward. A party never reads a clock, opens a
    port or raises for what the other end did: a device's fault is an event.
    """

    line: LineSettings
    """How the line must be set now; the shell re-sets the port when it differs from before."""

    def connected(self, now: float) -> Sequence[Any]:
        """The link is up (first time or again): start the dialogue from scratch."""

    def disconnected(self, now: float) -> Sequence[Any]:
        """The link is gone: whatever was under way has an unknown outcome."""

    def receive(self, data: bytes, now: float) -> Sequence[Any]:
        """Bytes came in; any split and any garbage is legal. Returns the events they mean."""

    def command(self, command: Any, now: float) -> None:
        """Do this. What comes of it is an event of a later `receive` or `tick`."""

    def tick(self, now: float) -> Sequence[Any]:
        """It is `now`: whatever was due by now happens. Harmless when nothing is due."""

    def deadline(self) -> float:
        """When `tick` must be called next; `NEVER` when nothing is waited for."""

    def bytes_to_send(self) -> bytes:
        """What leaves now. Handing the bytes over empties the party's outbox."""


class LinkWish(Enum):
    """What a party that calls on demand wants of its link."""

    CALL = "call"
    """There is something to say: open the link if it is closed."""
    KEEP = "keep"
    """Leave it as it is; a link that the other end closes stays closed."""
    HANG_UP = "hang up"
    """Close it: whatever comes on it still belongs to nothing any more."""


class Caller(Party, Protocol):
    """A party whose link need not be up while nobody asks anything, as with a web server.

    A shell that keeps every link open may ignore the wish; what comes late is then passed over.
    """

    def link_wish(self) -> LinkWish:
        """What the shell is to do with the link after this turn."""
