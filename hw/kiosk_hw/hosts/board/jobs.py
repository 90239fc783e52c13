"""The jobs by which a barrier board is taken over and watched: outputs off, inputs read."""

from typing import Final

from kiosk_hw.barriers.model import BoardProfile, Wiring
from kiosk_hw.hosts.modbus_jobs import Job

ATTEMPTS_MAX: Final = 2
"""Attempts at a job that may be repeated, before it counts as one failure of the board."""


class BoardJobs:
    """Made once, submitted as often as needed. Raises ValueError for outputs the board has not."""

    __slots__ = ("all_off", "others_off", "poll")

    def __init__(self, profile: BoardProfile, wiring: Wiring, unit: int) -> None:
        if max(wiring.outputs()) > profile.outputs:
            raise ValueError(f"the board has {profile.outputs} outputs, wired: {wiring.outputs()}")
        self.poll = Job(unit, profile.read_inputs())
        self.all_off = [Job(unit, off, attempts_max=ATTEMPTS_MAX) for off in profile.all_off()]
        self.others_off = [
            Job(unit, profile.switch(output, False), attempts_max=ATTEMPTS_MAX)
            for output in wiring.outputs()
            if output != wiring.open_output
        ]
        """Everything off but OPEN, for a start while the lane is held open."""
