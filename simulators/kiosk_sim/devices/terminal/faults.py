"""What can be made to go wrong with a terminal, each by a name. Nothing fails by chance."""

from dataclasses import dataclass
from enum import Enum


class Step(Enum):
    """The boundaries of a dialogue; all but the two bookings are messages of the terminal."""

    ACCEPT = "80 00 to a command"
    INVITE = "04 FF insert card"
    WAIT = "04 FF please wait"
    HOST = "04 FF host"
    OUTCOME = "04 0F"
    BOOK = "the money is booked"
    GIVE_BACK = "the money is given back"
    REVERSING = "04 FF auto-reversal"
    REMOVE = "04 FF remove card"
    CLOCK = "04 01"
    PRINT = "06 D1"
    COMPLETE = "06 0F"
    FAIL = "06 1E"


class Edge(Enum):
    """On which side of a boundary."""

    BEFORE = "before"
    AFTER = "after"
    """The register has acknowledged the message; on TCP it has left."""


@dataclass(slots=True)
class Faults:
    """Set what shall go wrong next. Counts run down to zero, switches stay until switched back."""

    acks_dropped: int = 0
    """So many good blocks are taken in, and their ACK is lost."""
    naks_sent: int = 0
    """So many good blocks are answered NAK and forgotten."""
    crcs_spoilt: int = 0
    """So many blocks leave with a wrong CRC, repeats included."""
    silent: bool = False
    """The terminal neither hears nor speaks, while its own life goes on."""
    refuses_frames: bool = False
    """Every good block is answered NAK: to this terminal none looks good."""
    babbles: bytes = b""
    """Something else answers here: this text comes back for whatever is said."""
    password: str | None = None
    """Registrations with another one are refused; None takes any."""
    clock_off_s: float = 0.0
    """How far the terminal's own clock is off."""
    host_down: bool = False
    """The terminal cannot reach its host."""
    incurable: bool = False
    """No initialisation, diagnosis or end of day takes its lock away."""
    reverses_newest: bool = False
    """06 30 takes the newest booking back, whatever receipt it names, as some terminals do."""
    late_success_s: float | None = None
    """The next approval comes so much after the terminal has reported a failure."""
    dies_at: tuple[Step, Edge] | None = None
    """The power fails there; only `power_on` helps."""

    @property
    def no_cure(self) -> bool:
        """Whether a cure fails."""
        return self.host_down or self.incurable

    def die(self, step: Step, edge: Edge) -> bool:
        """Whether the power fails here, once."""
        if self.dies_at != (step, edge):
            return False
        self.dies_at = None
        return True

    def drops_ack(self) -> bool:
        """Whether this block's ACK is lost."""
        due = self.acks_dropped > 0
        self.acks_dropped -= due
        return due

    def sends_nak(self) -> bool:
        """Whether this block is answered NAK."""
        due = self.naks_sent > 0
        self.naks_sent -= due
        return due

    def spoils_crc(self) -> bool:
        """Whether this block leaves with a wrong CRC."""
        due = self.crcs_spoilt > 0
        self.crcs_spoilt -= due
        return due
