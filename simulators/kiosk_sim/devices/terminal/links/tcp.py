"""The terminal's end of a TCP connection (PA00P016 2.2): bare APDUs. No APDU's meaning."""

from kiosk_hw.ports.party import NEVER
from kiosk_hw.zvt.serial_framing import T1_S
from kiosk_hw.zvt.tcp_framing import TcpDeframer


class TcpLink:
    """APDUs in and out; what is sent counts as delivered, for TCP repeats by itself."""

    __slots__ = ("_deframer", "_outbox", "delivered", "undelivered")

    repeating = False

    def __init__(self) -> None:
        self._deframer = TcpDeframer()
        self._outbox = bytearray()
        self.delivered = 0
        self.undelivered = 0
        """Always 0: a broken connection ends the dialogue as a whole."""

    def __repr__(self) -> str:
        return f"<TcpLink delivered={self.delivered} {self._deframer!r}>"

    def reset(self) -> None:
        """The power failed: nothing is half read. What has left has left."""
        self._deframer.reset()

    def opened(self) -> None:
        """A register connected: nothing of the old connection counts."""
        self._deframer.reset()
        self._outbox.clear()

    def send(self, apdu: bytes, _now: float) -> None:
        """Let this message leave."""
        self._outbox += apdu
        self.delivered += 1

    def receive(self, data: bytes, _now: float) -> list[bytes]:
        """The messages that are complete with these bytes."""
        return self._deframer.feed(data)

    def tick(self, _now: float) -> None:
        """TCP has no times of ours."""

    def deadline(self) -> float:
        """Never: TCP has no times of ours."""
        return NEVER

    def bytes_to_send(self) -> bytes:
        """What leaves now."""
        data = bytes(self._outbox)
        self._outbox.clear()
        return data


class BareLink(TcpLink):
    """The same on a serial line, where a pause ends whatever was half read."""

    __slots__ = ("_heard_s",)

    def __init__(self) -> None:
        super().__init__()
        self._heard_s = -NEVER

    def receive(self, data: bytes, now: float) -> list[bytes]:
        """The messages that are complete with these bytes."""
        if now - self._heard_s > T1_S:
            self._deframer.reset()
        self._heard_s = now
        return super().receive(data, now)
