"""Faults of payment gateways, as they arise there or on the way. Each draws which one."""

from collections.abc import Mapping
from typing import Final

from kiosk_sim.faults.stage import Plant, Stage

GATEWAY_FAULTS: Final = {
    "gateway.unreachable": ("down", "refuses"),
    "gateway.clock-refused": ("stale-timestamp",),
    "gateway.signature-refused": ("clock-off",),
    "gateway.platform-key": ("wrong-key", "unsigned", "key-rotated"),
}
"""What the simulated gateway calls them; see `kiosk_sim.devices.gateway.faults`."""


def _one_of(*names: str) -> Plant:
    def plant(stage: Stage, now: float) -> None:
        assert stage.gateway is not None, "this lane has no gateway"
        # A lane without codes loads none of this.
        from kiosk_sim.devices.gateway.faults import Fault

        stage.gateway.faults.set(Fault(stage.rng.choice(names)))

    return plant


def _refuses(stage: Stage, now: float) -> None:
    assert stage.gateway is not None, "this lane has no gateway"
    stage.gateway.unadmitted = True


FAULTS: Final[Mapping[str, Plant]] = {
    **{name: _one_of(*faults) for name, faults in GATEWAY_FAULTS.items()},
    "gateway.refuses": _refuses,
}
