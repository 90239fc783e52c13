"""`[diag]` is taken as it is meant, and nothing that others could reach is."""

from pathlib import Path

import pytest

from edge.config_samples import EXIT
from kiosk.config import parse
from kiosk.edge.diag.address import address_of, socket_path
from kiosk.edge.diag.client import NoLane, config_file, connected
from kiosk.errors import ConfigError, KioskError


def with_listen(value: str) -> str:
    return f'{EXIT}\n[diag]\nlisten = "{value}"\n'


def test_without_a_word_the_socket_is_in_the_folder_of_the_store_by_the_lanes_name() -> None:
    config = parse(EXIT, Path("/srv"))
    assert address_of(config) == f"unix:/srv/state/diag-{config.lane.name}.sock"
    assert address_of(parse(with_listen("state"), Path("/srv"))) == address_of(config)


def test_two_lanes_of_one_folder_have_a_socket_each() -> None:
    assert socket_path(Path("/srv"), "exit-1") != socket_path(Path("/srv"), "entry-1")


@pytest.mark.parametrize("value", ["unix:/run/kiosk/diag.sock", "127.0.0.1:8642", "[::1]:1"])
def test_an_address_of_this_machine_is_taken(value: str) -> None:
    assert address_of(parse(with_listen(value))) == value


def test_none_is_no_socket() -> None:
    assert address_of(parse(with_listen("none"))) is None


@pytest.mark.parametrize(
    "value", ["", "0.0.0.0:80", "192.0.2.7:80", "unix:relative", "127.0.0.1:99999", "state "]
)
def test_what_others_could_reach_or_nobody_is_refused(value: str) -> None:
    with pytest.raises(ConfigError, match=r"diag\.listen: expected state, none, or unix:/path"):
        parse(with_listen(value))


def test_a_configuration_is_looked_for_and_its_lack_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert config_file(Path("given.toml")) == Path("given.toml")
    with pytest.raises(ConfigError, match="give --config FILE"):
        config_file(None)
    (tmp_path / "kiosk.toml").write_text(EXIT)
    assert config_file(None) == Path("kiosk.toml")


def test_a_lane_that_nobody_can_look_into_says_so(tmp_path: Path) -> None:
    file = tmp_path / "kiosk.toml"
    file.write_text(with_listen("none"))
    with pytest.raises(NoLane, match="listen is none"):
        connected(file, None)


def test_an_address_that_others_could_reach_is_not_called() -> None:
    with pytest.raises(KioskError, match="nobody outside this machine"):
        connected(None, "192.0.2.7:80")


def test_no_lane_is_told_from_a_fault_by_its_exit_code() -> None:
    assert (NoLane.exit_code, KioskError.exit_code) == (3, 1)
