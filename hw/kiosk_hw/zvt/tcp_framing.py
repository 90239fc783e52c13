"""ZVT on TCP (PA00P016 ch. 2.2): bare APDUs, cut anywhere; no check sum, no link answer."""

from typing import Final

from kiosk_hw.zvt.apdu import DATA_BYTES_MAX, EXTENDED_HEAD_BYTES, announced_bytes

APDU_BYTES_MAX: Final = EXTENDED_HEAD_BYTES + DATA_BYTES_MAX
"""A longer announcement is a stream out of step: TCP has no mark to find the next APDU by."""


class TcpDeframer:
    """Cuts a TCP stream into APDUs. Once out of step it swallows everything until `reset`."""

    __slots__ = ("_rest", "bytes_dropped", "lost_step")

    def __init__(self) -> None:
        self._rest = bytearray()
        self.lost_step = False
        """An impossible length came: only a new connection helps."""
        self.bytes_dropped = 0

    def __repr__(self) -> str:
        return (
            f"<TcpDeframer waiting={len(self._rest)} lost_step={self.lost_step}"
            f" bytes_dropped={self.bytes_dropped}>"
        )

    def reset(self) -> None:
        """A new connection: nothing of the old one counts."""
        self.bytes_dropped += len(self._rest)
        self._rest.clear()
        self.lost_step = False

    def feed(self, data: bytes) -> list[bytes]:
        """The APDUs that are complete with these bytes."""
        if self.lost_step:
            self.bytes_dropped += len(data)
            return []
        rest = self._rest
        rest += data
        apdus: list[bytes] = []
        while (size := announced_bytes(rest)) is not None:
            if size > APDU_BYTES_MAX:
                self.lost_step = True
                self.bytes_dropped += len(rest)
                rest.clear()
                break
            if len(rest) < size:
                break
            apdus.append(bytes(rest[:size]))
            del rest[:size]
        return apdus
