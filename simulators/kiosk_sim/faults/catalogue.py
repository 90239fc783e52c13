"""All faults that can be planted, by name. How each arises is in the room of its device."""

from collections.abc import Mapping
from typing import Final

from kiosk_sim.faults import barrier, camera, gateway, machine, terminal
from kiosk_sim.faults.stage import Plant

FAULTS: Final[Mapping[str, Plant]] = {
    **barrier.FAULTS,
    **camera.FAULTS,
    **terminal.FAULTS,
    **gateway.FAULTS,
    **machine.FAULTS,
}


def fault(name: str) -> Plant:
    """The fault of this name. Raises LookupError that names some."""
    try:
        return FAULTS[name]
    except KeyError:
        near = [each for each in FAULTS if name.rpartition(".")[2] in each] or list(FAULTS)[:4]
        raise LookupError(f"expected a fault such as {', '.join(near)}, got {name!r}") from None
