"""The lane's lamp at a barrier board, where one is wired: it shows what was commanded last."""

from kiosk_hw.barriers.model import BoardProfile
from kiosk_hw.hosts.board.jobs import ATTEMPTS_MAX
from kiosk_hw.hosts.modbus_host import ModbusHost
from kiosk_hw.hosts.modbus_jobs import Job


class Lamp:
    """Switches the lamp, and switches it again for a board that was away."""

    def __init__(
        self, host: ModbusHost, profile: BoardProfile, unit: int, output: int | None
    ) -> None:
        self._host = host
        self._jobs: dict[bool, Job] = {}
        if output is not None:
            for on in (False, True):
                self._jobs[on] = Job(unit, profile.switch(output, on), attempts_max=ATTEMPTS_MAX)
        self.is_on: bool | None = None
        """What was commanded last; None before that, which leaves the lamp as the board has it."""

    def show(self, now: float) -> None:
        """Let the board know. What waited to say the opposite is taken back."""
        if self.is_on is None or not self._jobs:
            return
        self._host.withdraw(self._jobs[not self.is_on])
        self._host.submit(self._jobs[self.is_on], now)
