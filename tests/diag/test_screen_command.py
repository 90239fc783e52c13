"""`kiosk diag` as it is typed: where it cannot show itself it says what works instead."""

import os
import sys
import time
from argparse import Namespace
from io import StringIO
from pathlib import Path
from types import SimpleNamespace

import pytest

from kiosk.__main__ import _parser
from kiosk.config import parse
from kiosk.config.sample import sample
from kiosk.core.shows import Picture, ScreenCode, ScreenShown
from kiosk.edge.commands import diag_ui
from kiosk.edge.diag.own_screen import OwnScreen, console_baud
from kiosk.edge.diag.snapshot import Snapshots
from kiosk.edge.diag.surroundings import surroundings
from kiosk.edge.store.inspection import unresolved_count
from kiosk.errors import ConfigError, KioskError
from kiosk_hw.ports.money import Money
from kiosk_hw.ports.plate import PlateText


def test_the_screen_is_what_diag_does_without_a_tool() -> None:
    told = _parser().parse_args(["diag", "--config", "a.toml", "--language", "de", "--ascii"])
    assert (told.tool, told.language, told.ascii) == (None, "de", True)


@pytest.mark.parametrize(
    ("words", "config"),
    [
        (["diag", "--config", "a.toml", "list"], "a.toml"),
        (["diag", "list", "--config", "b.toml"], "b.toml"),
        (["diag", "--config", "a.toml", "list", "--config", "b.toml"], "b.toml"),
    ],
)
def test_a_configuration_counts_before_a_tool_and_after_it(words: list[str], config: str) -> None:
    assert _parser().parse_args(words).config == Path(config)
    assert _parser().parse_args(["diag", "list"]).config is None
    assert _parser().parse_args(["diag", "list"]).socket is None


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def arguments(**more: object) -> Namespace:
    return Namespace(**{"config": None, "socket": None, "language": None, "ascii": False, **more})


def test_without_a_terminal_it_names_the_commands_for_scripts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "stdin", StringIO())
    with pytest.raises(KioskError, match="expected a terminal; for scripts: kiosk diag list"):
        diag_ui.execute(arguments(), StringIO())


def test_without_textual_it_says_in_one_line_what_to_install_and_what_works_without(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal())
    monkeypatch.setattr(sys, "stdout", Terminal())
    monkeypatch.delitem(sys.modules, "kiosk.screens.technician.app", raising=False)
    monkeypatch.setitem(sys.modules, "textual.app", None)
    with pytest.raises(KioskError) as found:
        diag_ui.execute(arguments(), StringIO())
    assert "pip install 'kiosk[diag]'" in str(found.value)
    assert "kiosk diag list" in str(found.value)
    assert "\n" not in str(found.value)


def test_a_configuration_that_is_none_is_told_before_a_screen_is_opened(tmp_path: Path) -> None:
    with pytest.raises(ConfigError):
        OwnScreen(arguments(config=tmp_path / "none.toml"))
    assert OwnScreen(arguments(config=tmp_path / "none.toml", socket="/tmp/x")).config is None


def test_a_saved_trace_is_its_owners_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / Path(
        OwnScreen(arguments(socket="/tmp/x", config=tmp_path / "no")).save(["one", "沪"])
    )
    assert path.read_text(encoding="utf-8") == "one\n沪\n"
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_terminal_that_is_no_serial_line_is_drawn_at_once() -> None:
    assert console_baud() == 0
    assert OwnScreen(arguments(socket="/tmp/x", config=Path("/no"))).draw_s() == 0.0


def test_this_machine_tells_of_itself_without_a_store_and_creates_none(tmp_path: Path) -> None:
    config = parse(sample().replace('folder = "state"', f'folder = "{tmp_path / "state"}"', 1))
    told = surroundings(config)
    assert told["store"] == str(tmp_path / "state")
    assert told["unresolved"] == told["journal"] == "none"
    assert told["utc"].startswith(time.strftime("%Y-"))
    assert all(isinstance(value, str) and value for value in told.values())
    assert not (tmp_path / "state").exists()
    assert "store" not in surroundings(None)
    assert unresolved_count(tmp_path) is None
    assert os.listdir(tmp_path) == []


def test_a_snapshot_holds_what_the_driver_sees_without_plate_and_codes() -> None:
    clock = SimpleNamespace(loop=SimpleNamespace(time=lambda: 0.0))
    snapshots = Snapshots("exit-1", None, clock)  # type: ignore[arg-type]
    plate, code = PlateText("BWY2917"), ScreenCode("https://pay/token")
    snapshots.keep(
        ScreenShown(Picture.DUE, "x-1", plate, Money(500, "EUR"), codes=(code,), card=True)
    )
    assert snapshots.screen == {
        "picture": "due",
        "amount": "5.00 EUR",
        "note": "",
        "codes": 1,
        "card": True,
    }
