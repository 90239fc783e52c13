"""The command line as people meet it: its own process, what it prints, and how it ends."""

import os
import pty
import re
import signal
import subprocess
import sys
import time
import tty
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from edge.config_samples import EXIT
from kiosk.core.lane.diagram import TABLES
from kiosk_hw import catalog

ROOT = Path(__file__).resolve().parents[2]
PORTS = ("barrier", "camera", "terminal")

pytestmark = [pytest.mark.slow, pytest.mark.timeout(30)]


def started(*arguments: str | Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "kiosk", *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT / 'hw'}"},
    )


def kiosk(*arguments: str | Path) -> tuple[int, str, str]:
    """The exit code, standard output and standard error of one command."""
    with started(*arguments) as process:
        out, err = process.communicate(timeout=20)
    return process.returncode, out, err


@contextmanager
def ptys() -> Iterator[dict[str, str]]:
    """The path of a silent serial port for each device."""
    pairs = [pty.openpty() for _ in PORTS]
    try:
        for master, _ in pairs:
            tty.setraw(master)
        yield {name: os.ttyname(slave) for name, (_, slave) in zip(PORTS, pairs, strict=True)}
    finally:
        for fd in (fd for pair in pairs for fd in pair):
            os.close(fd)


def written(folder: Path, paths: dict[str, str]) -> Path:
    """A sound configuration on these ports, with its password beside it."""
    password = folder / "terminal.password"
    password.write_text("135790\n")
    password.chmod(0o600)
    text = EXIT
    for name, path in paths.items():
        text = text.replace(f'"/dev/{name}"', f'"{path}"')
    config = folder / "kiosk.toml"
    config.write_text(text)
    return config


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "expected a command: run, "),
        (("run",), "expected one configuration, such as --config kiosk.toml, got none"),
        (("fly",), "states, got 'fly'"),
        (("journal", "x", "--rows", "0"), "expected 1 to 100000, got '0'"),
        (("journal", "x", "--rows", "9" * 5000), "expected 1 to 100000, got"),
    ],
)
def test_wrong_arguments_end_with_2(arguments: tuple[str, ...], said: str) -> None:
    code, out, err = kiosk(*arguments)
    assert (code, out) == (2, "")
    assert said in err


def test_the_version_is_one_line() -> None:
    code, out, err = kiosk("--version")
    assert (code, out.count("\n"), err) == (0, 1, "")


def test_the_sample_is_printed_as_documented() -> None:
    assert kiosk("sample") == (0, (ROOT / "docs" / "kiosk.toml").read_text(encoding="utf-8"), "")


def test_whoever_stops_reading_the_output_sees_no_traceback() -> None:
    with started("sample") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert (process.stderr.read(), process.wait()) == ("", 0)


@pytest.mark.parametrize("command", ["run", "check", "journal"])
def test_a_faulty_configuration_is_its_faults_and_nothing_else(
    command: str, tmp_path: Path
) -> None:
    config = tmp_path / "kiosk.toml"
    config.write_text(EXIT.replace('"EUR"', '"eur"').replace("[store]", "[store]\nzz = 1"))
    assert kiosk(command, "--config", config) == (
        1,
        "",
        "store.zz: unknown key\n"
        "tariff.currency: expected three capital letters like EUR, got 'eur'\n",
    )


def test_a_check_shows_what_would_run_and_leaves_nothing_behind(tmp_path: Path) -> None:
    with ptys() as paths:
        config = written(tmp_path, paths)
        before = sorted(tmp_path.iterdir())
        code, out, err = kiosk("check", config)
    lines = dict(line.split(None, 1) for line in out.splitlines())
    assert (code, err) == (0, "")
    assert lines["lane"] == "exit-1, exit"
    assert lines["barrier"].startswith(f"waveshare_relay_d, 9600 8N1, {paths['barrier']}: there")
    assert lines["terminal"].startswith(f"zvt_serial, 9600 8N2, {paths['terminal']}: there")
    assert lines["folder"] == f"{tmp_path / 'state'}: will be made"
    assert lines["tariff"] == "1 h 2.00 EUR, 3 h 6.00 EUR, 24 h 48.00 EUR, 48 h 96.00 EUR"
    assert sorted(tmp_path.iterdir()) == before


def test_a_check_sends_no_byte() -> None:
    """A port that somebody has open says who; nothing comes out at its other end."""
    master, slave = pty.openpty()
    try:
        tty.setraw(master)
        os.set_blocking(master, False)
        script = (
            "from kiosk.edge.commands.check import port_state;"
            f"print(port_state({os.ttyname(slave)!r})[0])"
        )
        said = subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT / 'hw'}"},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        assert f"(process {os.getpid()})" in said
        with pytest.raises(BlockingIOError):
            os.read(master, 1)
    finally:
        os.close(master)
        os.close(slave)


def test_a_check_names_all_that_is_missing_around_the_configuration(tmp_path: Path) -> None:
    config = written(tmp_path, {})
    (tmp_path / "terminal.password").chmod(0o644)
    (tmp_path / "state").write_text("")
    code, _, err = kiosk("check", config)
    assert code == 1
    assert [line.partition(":")[0] for line in err.splitlines()] == [
        "terminal.password_file",
        "barrier.port",
        "camera.port",
        "terminal.port",
        "store.folder",
    ]
    assert "135790" not in err


def test_a_check_finds_one_port_under_two_names(tmp_path: Path) -> None:
    with ptys() as paths:
        (tmp_path / "camera").symlink_to(paths["barrier"])
        config = written(tmp_path, paths | {"camera": str(tmp_path / "camera")})
        code, _, err = kiosk("check", config)
    assert (code, err) == (
        1,
        "camera.port: expected a port of its own, got that of barrier by another name\n",
    )


@pytest.mark.parametrize("text", ["", "12345", "1234567", "12345\u0663"])
def test_a_password_file_that_holds_no_password_stops_the_run(text: str, tmp_path: Path) -> None:
    config = written(tmp_path, {})
    (tmp_path / "terminal.password").write_text(text)
    assert kiosk("run", config) == (
        1,
        "",
        f"terminal.password_file: expected 6 digits in {tmp_path / 'terminal.password'},"
        " got something else\n",
    )


def test_a_password_file_that_is_something_else_is_not_read_to_its_end(tmp_path: Path) -> None:
    config = written(tmp_path, {})
    (tmp_path / "terminal.password").write_text("a" * 9999)
    fault = f"expected at most 64 bytes in {tmp_path / 'terminal.password'}"
    assert kiosk("run", config) == (1, "", f"terminal.password_file: {fault}\n")


@pytest.mark.measured
def test_a_run_is_ready_soon_and_ends_cleanly_with_its_journal_readable(tmp_path: Path) -> None:
    with ptys() as paths:
        config = written(tmp_path, paths)
        begun = time.monotonic()
        with started("run", "--config", config) as process:
            assert process.stderr is not None
            lines = iter(process.stderr.readline, "")
            assert any("runtime.ready" in line for line in lines)
            # 0.22 s alone on a PC core; the margin is for machines that are busy with tests.
            assert time.monotonic() - begun < 3.0
            assert any("alarm.raised kind=board-silent" in line for line in lines)
            process.send_signal(signal.SIGTERM)
            assert any("runtime.stopped" in line for line in lines)
            process.communicate(timeout=10)
            assert process.returncode == 0
    code, out, err = kiosk("journal", config)
    assert (code, err) == (0, "")
    assert re.search(r" - +incident-noted +\{\"kind\":\"board-silent\"", out)
    assert kiosk("journal", config, "--unresolved") == (0, "", "")
    assert kiosk("journal", config, "--rows", "1")[1].count("\n") == 1


def test_a_screen_address_that_is_taken_is_one_line(tmp_path: Path) -> None:
    config = written(tmp_path, {})
    (tmp_path / "screen").write_text("")
    config.write_text(f'{config.read_text()}\n[screen]\nlisten = "unix:{tmp_path}/screen"\n')
    code, _, err = kiosk("run", config)
    assert (code, err) == (1, f"screen.listen: unix:{tmp_path}/screen: Address already in use\n")


def test_a_journal_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    config = written(tmp_path, {})
    code, out, err = kiosk("journal", config)
    assert (code, out) == (1, "")
    assert "expected a journal, found none" in err
    assert not (tmp_path / "state").exists()


def test_a_replay_says_what_a_recording_means_with_its_plate_masked(tmp_path: Path) -> None:
    recording = tmp_path / "camera.recording"
    heard = b"46HVR9-NLD\r\n".hex()
    recording.write_text(
        '{"kiosk_recording": 1, "bytes": "redacted"}\n{"t": 1.0, "d": "up"}\n'
        f'{{"t": 2.5, "d": "rx", "x": "{heard}"}}\n'
    )
    code, out, err = kiosk("replay", recording, "--model", "nedap_raw")
    assert (code, err) == (0, "")
    assert "2.500  PlateRead(plate=PlateText('4***R9'), " in out
    assert "46HVR9" not in out


def test_a_replay_of_what_is_not_there_is_one_line(tmp_path: Path) -> None:
    code, _, err = kiosk("replay", tmp_path / "none", "--model", "nedap_raw")
    assert (code, err) == (1, f"{tmp_path / 'none'}: cannot be read (No such file or directory)\n")
    code, _, err = kiosk("replay", tmp_path / "none", "--model", "nedap")
    assert code == 2
    known = ", ".join(catalog.names("barriers"))
    assert err.startswith(f"kiosk replay: --model: expected one of {known},")


def test_the_states_are_printed_as_one_diagram_for_each_machine() -> None:
    code, out, err = kiosk("states")
    assert (code, err) == (0, "")
    assert out.count("```mermaid\nstateDiagram-v2\n") == len(TABLES)
