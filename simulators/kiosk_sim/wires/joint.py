"""One port of the virtual shell: the device at its other end, and the line. Nobody acts here."""

from kiosk_sim.wires.line import Direction
from kiosk_sim.wires.sides import ClosingSide, DeviceSide, Watcher


class Joint:
    """One port of the host, the device at its other end, and the line between them."""

    __slots__ = (
        "after",
        "at_device",
        "at_host",
        "closes",
        "device",
        "name",
        "plugged",
        "tag_in",
        "tag_out",
        "tick",
        "to_device",
        "to_host",
    )

    def __init__(self, name: str, device: DeviceSide, first: int, after: Watcher | None) -> None:
        self.name, self.device, self.after = name, device, after
        self.at_device, self.at_host, self.tick = first, first + 1, first + 2
        """Where its three deadlines stand: bytes reach the device, the host, the device ticks."""
        letter = name[:1].encode()
        self.tag_out, self.tag_in = letter + b">", letter + b"<"
        self.to_device, self.to_host = Direction(to_device=True), Direction()
        self.plugged = False
        self.closes = device if isinstance(device, ClosingSide) else None
        """The device, where it may close the link by itself."""
