"""`scripts/bench`: measures this checkout on this machine, beside physical limits and peers."""

import json
import os
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from kiosk_sim.site.bench import (
    disk,
    doctor,
    pay_page,
    peer,
    process,
    screen,
    tariffs,
    technician,
    virtual,
)
from kiosk_sim.site.bench.figures import Figure


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much is measured."""

    runs: int
    virtual_exits: int
    real_exits: int
    idle_s: float
    stays: int
    commits: int
    polls: int
    asks: int


FULL = Sizes(5, 500, 20, 10.0, 1_000_000, 1_500, 200, 1_000)
QUICK = Sizes(3, 60, 4, 3.0, 50_000, 300, 100, 200)


def main() -> int:
    """Measure and print; returns 0, for a figure judges nothing."""
    parser = ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.add_argument("--quick", action="store_true", help="smaller sizes, about a minute")
    parsed = parser.parse_args()
    load = os.getloadavg()[0]
    figures = []
    for found in measured(QUICK if parsed.quick else FULL):
        figures.append(found)
        if not parsed.json:
            print(found.as_line(), flush=True)
    if parsed.json:
        print(json.dumps({"load": load, "figures": [each.as_record() for each in figures]}))
    else:
        print(f"load of the machine before: {load:.2f} on {os.cpu_count()} cores")
    return 0


def measured(sizes: Sizes) -> Iterator[Figure]:
    """Every figure, in the order of the table."""
    with TemporaryDirectory(prefix="kiosk-bench-") as name:
        folder = Path(name)
        pymodbus = peer.pymodbus_poll(folder, sizes.runs, sizes.polls)
        for found in process.lives(sizes.runs, sizes.idle_s):
            if pymodbus is not None and "poll exchange" in found.name:
                found = replace(found, against="pymodbus", against_value=pymodbus.median)
            yield found
        if pymodbus is not None:
            yield pymodbus
        yield from screen.figures(sizes.runs)
        yield from technician.figures(sizes.runs)
        yield from process.shares(sizes.real_exits)
        yield from pay_page.figures(sizes.asks, sizes.real_exits)
        yield from virtual.shares(sizes.virtual_exits)
        yield from doctor.costs(sizes.virtual_exits, sizes.runs)
        yield virtual.poll_cost(sizes.runs)
        yield from virtual.speed(sizes.virtual_exits, sizes.runs)
        yield from tariffs.costs(sizes.runs)
        yield from disk.commit(folder, sizes.commits)
        yield disk.lookup(folder, sizes.stays)


if __name__ == "__main__":
    sys.exit(main())
