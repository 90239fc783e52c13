"""Who may import whom: the tree keeps the contracts of pyproject.toml, and each breach is found.

Each breach is planted in a copy of the tree: a contract that cannot fail would guard nothing.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from repo.tree import ROOT, SOURCES

LINT_IMPORTS = ("-c", "from importlinter.cli import lint_imports_command; lint_imports_command()")

BREACHES = [
    ("src/kiosk/core/tariff.py", "import kiosk_sim.world.arm"),
    ("src/kiosk/edge/runtime.py", "import kiosk_sim.world.arm"),
    ("src/kiosk/core/tariff.py", "import time"),
    ("src/kiosk/core/tariff.py", "import kiosk_hw.zvt.bcd"),
    ("src/kiosk/core/tariff.py", "import kiosk_hw.hosts.zvt_ecr"),
    ("src/kiosk/core/tariff.py", "import kiosk_hw.paycodes.fields"),
    ("src/kiosk/core/lane/gate.py", "import kiosk.edge.runtime"),
    ("src/kiosk/core/lane/till.py", "import kiosk.config"),
    ("src/kiosk/config/parts.py", "import kiosk.edge.loop"),
    ("src/kiosk/tariff/wording.py", "import kiosk.core.records"),
    ("src/kiosk/tariff/reckoning/clock.py", "import time"),
    ("src/kiosk/tariff/reckoning/clock.py", "import zoneinfo"),
    ("src/kiosk/tariff/quote.py", "import kiosk_hw.ports.plate"),
    ("src/kiosk/edge/pay_page/desk.py", "import kiosk.edge.runtime"),
    ("src/kiosk/edge/pay_page/visitor.py", "import kiosk.edge.codes.gateways"),
    ("src/kiosk/edge/counter/file.py", "import serial"),
    ("src/kiosk/screens/pay/limits.py", "import time"),
    ("src/kiosk/screens/technician/hold.py", "import time"),
    ("hw/kiosk_hw/zvt/bcd.py", "import time"),
    ("hw/kiosk_hw/zvt/tlv.py", "import threading"),
    ("hw/kiosk_hw/modbus/crc.py", "import random"),
    ("hw/kiosk_hw/hosts/zvt_ecr.py", "import serial"),
    ("hw/kiosk_hw/paycodes/freshness.py", "import time"),
    ("hw/kiosk_hw/gateways/alipay.py", "import urllib"),
    ("hw/kiosk_hw/ports/money.py", "import kiosk.core.tariff"),
    ("hw/kiosk_hw/ports/barrier.py", "import kiosk_sim.world.arm"),
    ("simulators/kiosk_sim/devices/relay_board.py", "import kiosk_hw.hosts.modbus_host"),
    ("simulators/kiosk_sim/devices/camera.py", "import kiosk.core.tariff"),
    ("simulators/kiosk_sim/world/arm.py", "import kiosk_sim.site.campaign"),
    ("simulators/kiosk_sim/wires/line.py", "import kiosk.edge.loop"),
]


def linted(tree: Path) -> subprocess.CompletedProcess[str]:
    """The outcome of lint-imports on `tree`, whatever is installed besides."""
    paths = os.pathsep.join(str(tree / folder) for folder in SOURCES)
    return subprocess.run(
        [sys.executable, *LINT_IMPORTS, "--no-cache", "--no-logo"],
        cwd=tree,
        env={**os.environ, "PYTHONPATH": paths, "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """What lint-imports says of a copy of the tree with every breach planted in it."""
    copy = tmp_path_factory.mktemp("tree")
    shutil.copy(ROOT / "pyproject.toml", copy)
    for folder in SOURCES:
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / folder, copy / folder, ignore=ignored)
    for path, breach in BREACHES:
        with (copy / path).open("a", encoding="utf-8") as module:
            module.write(f"\n{breach}\n")
    outcome = linted(copy)
    assert outcome.returncode == 1, outcome.stdout + outcome.stderr
    return outcome.stdout


CLOCKS = [
    ("from datetime import datetime", "datetime.now()"),
    ("import datetime", "datetime.datetime.now()"),
    ("import time", "time.monotonic()"),
    ("from time import time", "time()"),
    ("import asyncio", "asyncio.sleep(0)"),
]


def test_the_tree_keeps_every_contract():
    outcome = linted(ROOT)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr


@pytest.mark.parametrize(("path", "breach"), BREACHES, ids=lambda text: text)
def test_a_planted_breach_is_found(report, path, breach):
    importer = ".".join(Path(path).with_suffix("").parts[1:])
    imported = breach.removeprefix("import ")
    assert f"{importer} -> {imported} (l." in report


def test_no_contract_is_left_without_a_breach(report):
    assert "Contracts: 0 kept, " in report


@pytest.mark.parametrize(
    "room", ["src/kiosk/core", "src/kiosk/tariff", "hw/kiosk_hw", "simulators/kiosk_sim/world"]
)
@pytest.mark.parametrize(("found", "read"), CLOCKS, ids=lambda text: text)
def test_a_clock_read_in_a_pure_room_is_found(room, found, read):
    outcome = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--stdin-filename", f"{room}/planted.py", "-"],
        cwd=ROOT,
        input=f'"""A module."""\n\n{found}\n\nMOMENT = {read}\n',
        capture_output=True,
        text=True,
        check=False,
    )
    assert outcome.returncode == 1
    assert "TID251" in outcome.stdout
