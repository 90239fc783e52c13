"""What passes between a host and a gateway's codec: one request, one answer, one reading of it.

No bytes of HTTP itself and no provider's words are here.
"""

from dataclasses import dataclass, field

from kiosk_hw.ports.gateway import GatewayEvent

Header = tuple[str, str]


@dataclass(frozen=True, slots=True, repr=False)
class HttpRequest:
    """One request: signed, so it is no longer fresh after some minutes."""

    method: str
    target: str
    """Path and query, as they were signed."""
    headers: tuple[Header, ...] = ()
    body: bytes = b""


@dataclass(frozen=True, slots=True, repr=False)
class HttpAnswer:
    """One whole answer. Not shown: its body may name the payer."""

    status: int
    headers: tuple[Header, ...]
    body: bytes

    def header(self, name: str) -> str:
        """The value of the only header of this name; empty for none, and for several."""
        wanted = name.lower()
        found = [value for key, value in self.headers if key.lower() == wanted]
        return found[0] if len(found) == 1 else ""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What makes a request unlike any other: brought in, for a codec has no clock and no chance."""

    wall_s: float
    """Seconds since 1970, UTC, when it is signed."""
    nonce: str
    """16 to 32 letters and digits that were never used before."""
    ordered_s: float
    """When the order was first asked for: its expiry counts from then, in each repetition."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """The gateway takes nothing of ours; its code and what cures it."""

    code: str
    cure: str


@dataclass(frozen=True, slots=True)
class Told:
    """Believed: these events are what the answer means, and nothing more is to be asked."""

    events: tuple[GatewayEvent, ...] = ()


@dataclass(frozen=True, slots=True)
class Doubted:
    """Not believed, or not an answer to what was asked; nothing follows from it."""

    why: str
    trouble: Trouble | None = None
    """Why asking again is in vain until somebody has done something."""
    wait_s: float = 0.0
    """How long the gateway wants to be left alone (429, 5xx); zero: ask at once."""
    unverified: bool = False
    """It should have carried a signature that fits, and did not."""
    admitted: bool = False
    """The gateway took our signature, and answered what was asked."""


@dataclass(frozen=True, slots=True)
class Further:
    """Believed, but only another exchange tells what came of it: the codec's name for that."""

    step: str


Reading = Told | Doubted | Further


@dataclass(frozen=True, slots=True)
class Notice:
    """What a verified notification says: which order to ask about, and what makes it unique."""

    order_id: str
    ids: tuple[str, ...] = field(default=(), repr=False)
    """Two notices that share one of these are one notice, or one of them is a replay."""
