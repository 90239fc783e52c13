"""When the inputs of a barrier board are asked for next, and how old the last sample is."""

from kiosk_hw.hosts.modbus_host import ModbusHost
from kiosk_hw.hosts.modbus_jobs import Job
from kiosk_hw.ports.party import NEVER


class Polls:
    """Submits the poll at its pace, counted from poll to poll; stopped until first sampled."""

    __slots__ = ("_busy_s", "_host", "_idle_s", "_poll", "_sampled_at", "due", "interval_s")

    def __init__(self, host: ModbusHost, poll: Job, busy_s: float, idle_s: float) -> None:
        self._host = host
        self._poll = poll
        self._busy_s, self._idle_s = busy_s, idle_s
        self._sampled_at = -NEVER
        self.interval_s = busy_s
        self.due = NEVER
        """When the next leaves; `NEVER` while one is on its way."""

    def stop(self) -> None:
        """No more polls; the last sample says nothing about now."""
        self.due = NEVER
        self._sampled_at = -NEVER

    def send(self, now: float) -> None:
        """The next one is due."""
        self.due = NEVER
        self._host.submit(self._poll, now)

    def sampled(self) -> None:
        """One was answered. Its sample is as old as its request, to be on the safe side."""
        self._sampled_at = sent_at = self._poll.sent_at
        self.due = sent_at + self.interval_s

    def again(self, now: float) -> None:
        """The next is due at once."""
        self.due = now

    def set_pace(self, is_idle: bool, now: float) -> None:
        """Slow while nothing goes on at the arm, fast otherwise."""
        self.interval_s = self._idle_s if is_idle else self._busy_s
        if self.due != NEVER:
            self.due = min(self.due, max(now, self._sampled_at + self.interval_s))

    def age_s(self, now: float) -> float:
        """How old the last sample is at the most; `NEVER` if there is none."""
        return now - self._sampled_at
