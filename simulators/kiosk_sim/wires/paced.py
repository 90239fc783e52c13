"""One device at one real port: bytes take their time both ways. The loop is elsewhere."""

from collections.abc import Callable
from typing import Final, Protocol

from kiosk_hw.ports.party import LineSettings
from kiosk_sim.wires.line import Direction
from kiosk_sim.wires.sides import DeviceSide

NETWORK: Final = LineSettings(1_000_000_000)
"""A line without a speed of its own: bytes arrive when they are sent."""

READ_BYTES: Final = 4096
"""Bytes taken from a client at once."""


class Port(Protocol):
    """A real port with a device behind it, as the loop drives it."""

    def filenos(self) -> tuple[int, ...]:
        """What the loop listens to."""

    def heard(self, fileno: int, now: float) -> None:
        """One of them has something to say."""

    def deliver(self, now: float) -> None:
        """Give the device whatever has arrived by now."""

    def pump(self, now: float) -> None:
        """Take what the device says, and put on the wire what is due by now."""

    def deadline(self) -> float:
        """When bytes arrive next, at either end."""

    def close(self) -> None:
        """Give the port back to the machine."""


class Cable(Protocol):
    """A port whose cable may be bad."""

    def disturb(self, way: Callable[[bytes], bytes] | None) -> None:
        """What the cable does to bytes from now on."""


class PacedLine:
    """The line between a device and whoever is at the other end of a real port."""

    def __init__(self, device: DeviceSide) -> None:
        self.device = device
        self.to_device = Direction(to_device=True)
        self.to_client = Direction()

    def client_says(self, data: bytes, now: float, client: LineSettings, own: LineSettings) -> None:
        """The client wrote these bytes just now."""
        self.to_device.put(data, now, client, own)

    def deliver(self, now: float) -> None:
        """Bytes whose last one has arrived reach the device, each at its own time."""
        while (at_s := self.to_device.due) <= now:
            self.device.receive(self.to_device.take(), at_s)

    def due_bytes(self, now: float, client: LineSettings, own: LineSettings) -> bytes:
        """What the client must have by now, byte by byte as the line carries it."""
        data = self.device.bytes_to_send()
        if data:
            self.to_client.put(data, now, own, client, 0 if own is NETWORK else 1)
        due = b""
        while self.to_client.due <= now:
            due += self.to_client.take()
        return due

    def deadline(self) -> float:
        """When bytes arrive next, at either end."""
        return min(self.to_device.due, self.to_client.due)

    def disturb(self, way: Callable[[bytes], bytes] | None) -> None:
        """What the cable does to bytes from now on."""
        self.to_device.disturb = self.to_client.disturb = way

    def cut(self) -> None:
        """Nobody is at the other end any more."""
        self.to_device.cut()
        self.to_client.cut()
