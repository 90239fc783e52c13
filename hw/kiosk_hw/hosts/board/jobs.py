"""The jobs of one barrier board that may be repeated at will: poll, outputs off, lamp."""

from typing import Final

from kiosk_hw.barriers.model import BoardProfile, Wiring
from kiosk_hw.hosts.modbus_jobs import Job

ATTEMPTS_MAX: Final = 2
"""Attempts at a job that may be repeated, before it counts as one failure of the board."""


class BoardJobs:
    """Made once, submitted as often as needed. Raises ValueError for outputs the board has not."""

    __slots__ = ("all_off", "lamp", "others_off", "poll")

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
        self.lamp: tuple[Job, Job] | None = None
        """(off, on)."""
        if wiring.lamp_output is not None:
            off, on = (profile.switch(wiring.lamp_output, is_on) for is_on in (False, True))
            many = ATTEMPTS_MAX
            self.lamp = (Job(unit, off, attempts_max=many), Job(unit, on, attempts_max=many))
