"""Looks at the simulated machine as the real shell looks at a real one, and tells the doctor."""

import errno
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from kiosk.core.health.doctor import Doctor
from kiosk.core.health.observations import (
    AdapterSeen,
    ClockSeen,
    CounterSeen,
    DiskSeen,
    KeysSeen,
    PagesSeen,
)
from kiosk.core.records import Answer, Batch, StoreFailed
from kiosk.edge.links import LinkLost
from kiosk.edge.monitor.machine import port_lost
from kiosk_sim.world.machine import Machine

GLANCE_S: Final = 5.0
"""How often the machine is looked at."""

PAGE_S: Final = 10.0
"""How long a pay page counts as there after it last said so."""

START_S: Final = 8 * 3600
"""The local time of day when a simulation begins."""


class Glances:
    """The doctor as the controller's observer, with a machine to look at."""

    def __init__(self, doctor: Doctor, machine: Machine, *, has_counter: bool = False) -> None:
        self.doctor = doctor
        self.machine = machine
        self._has_counter = has_counter
        self._next = self._page_until = 0.0
        self.hear = doctor.hear
        self.ordered = doctor.ordered
        self.observe = doctor.observe
        self.deadline = doctor.deadline

    def committed(self, seconds: float, answers: Sequence[Answer], now: float) -> None:
        """The store was done with a batch."""
        self.doctor.committed(seconds, answers, now)

    def tick(self, now: float) -> None:
        """It is `now`."""
        if self.machine.pay_page:
            self._page_until = now + PAGE_S
        if now >= self._next:
            self._next = now + GLANCE_S
            for seen in self._seen(now):
                self.doctor.observe(seen, now)
        self.doctor.tick(now)

    def _seen(self, now: float) -> Iterator[Any]:
        machine = self.machine
        minus_steady_s = START_S + machine.set_by_s + machine.clock_off_s
        wall_s = minus_steady_s + now
        yield ClockSeen(
            wall_s=wall_s,
            minus_steady_s=minus_steady_s,
            synchronised=machine.synchronised,
            offset_s=machine.clock_off_s if machine.time_server else None,
            local_s=int(wall_s) % 86_400,
        )
        yield DiskSeen(machine.free_bytes, machine.size_bytes, machine.read_only)
        yield KeysSeen(machine.keys_there, "" if machine.keys_there else "keys.db is not there")
        yield PagesSeen(machine.pages)
        if self._has_counter:
            page = now < self._page_until
            yield CounterSeen(page, machine.counter_breaks, machine.counters_met)
        for name, latency_ms in machine.latency_ms.items():
            yield AdapterSeen(name, latency_ms)
        for name, (error, words) in machine.lost.items():
            where = f"/dev/{name}"
            lost = LinkLost(where, words, number=getattr(errno, error))
            yield port_lost(name, lost, where)


def on_disk(
    machine: Machine, carry_out: Callable[[Batch], list[Answer]]
) -> Callable[[Batch], list[Answer]]:
    """The store on this machine's disk, which may have its own mind."""

    def carried_out(batch: Batch) -> list[Answer]:
        fault = machine.store_says()
        return [StoreFailed(fault)] if fault else carry_out(batch)

    return carried_out
