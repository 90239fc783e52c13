"""The register's end of a ZVT connection over TCP (PA00P016 ch. 2.2): bare APDUs."""

from kiosk_hw.ports.party import NEVER
from kiosk_hw.zvt.tcp_framing import TcpDeframer


class TcpLink:
    """Carries APDUs over TCP. A frame counts as arrived once it is handed to the connection."""

    def __init__(self) -> None:
        self._deframer = TcpDeframer()
        self._out = bytearray()
        self._sent = 0
        self._apdus = 0
        self.failure: str | None = None
        """Why nothing more can be read, until `reset`."""

    def __repr__(self) -> str:
        return f"<TcpLink {self._deframer!r}>"

    def counts(self) -> dict[str, int]:
        """What happened so far, by name."""
        return {"blocks": self._apdus, "bytes_dropped": self._deframer.bytes_dropped}

    def reset(self) -> None:
        """A new connection, or a new start on the old one."""
        self._deframer.reset()
        self._out.clear()
        self.failure = None

    def send(self, apdu: bytes, now: float) -> int:
        """Send this APDU. Returns its ticket."""
        self._out += apdu
        self._sent += 1
        return self._sent

    @property
    def idle(self) -> bool:
        """Nothing ever waits for an acknowledgement here."""
        return True

    def pending(self, ticket: int) -> bool:
        """Nothing waits on TCP."""
        return ticket > self._sent

    def acked(self, ticket: int) -> bool:
        """Whether this APDU was handed over; what follows from the terminal proves its arrival."""
        return 0 < ticket <= self._sent

    def receive(self, data: bytes, now: float) -> list[bytes]:
        """The APDUs that are complete with these bytes."""
        apdus = self._deframer.feed(data)
        self._apdus += len(apdus)
        if self._deframer.lost_step:
            self.failure = "the stream is out of step"
        return apdus

    def tick(self, now: float) -> None:
        """TCP keeps its own time."""

    def deadline(self) -> float:
        """TCP keeps its own time."""
        return NEVER

    def bytes_to_send(self) -> bytes:
        """What leaves now."""
        data = bytes(self._out)
        self._out.clear()
        return data
