"""What a dialogue needs of a line, be it serial or TCP."""

from typing import Protocol


class Link(Protocol):
    """What the serial line and the TCP connection have in common for a dialogue."""

    failure: str | None
    """Why the line gave up, until `reset`."""

    @property
    def idle(self) -> bool:
        """Every frame of ours was settled."""

    def counts(self) -> dict[str, int]:
        """What happened so far, by name."""

    def reset(self) -> None:
        """Start anew: nothing older is sent or heard."""

    def send(self, apdu: bytes, now: float) -> int:
        """Send this APDU, and give its ticket."""

    def pending(self, ticket: int) -> bool:
        """Whether this frame still waits for its turn or its acknowledgement."""

    def acked(self, ticket: int) -> bool:
        """Whether this very frame arrived."""

    def receive(self, data: bytes, now: float) -> list[bytes]:
        """The APDUs that came with these bytes."""

    def tick(self, now: float) -> None:
        """Let the line's own waits fall due."""

    def deadline(self) -> float:
        """When the line's nearest wait ends."""

    def bytes_to_send(self) -> bytes:
        """What leaves now."""
