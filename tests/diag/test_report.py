"""The archive for the office holds no plate, card, password or key, however it is spelt."""

import base64
import re
import sqlite3
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.config_samples import EXIT
from kiosk.config import parse
from kiosk.edge.diag import archive
from kiosk.edge.diag.archive import FRAMES_MAX, ROWS_MAX, WITHHELD
from kiosk.edge.links import LinkLost
from kiosk.edge.links.opening import open_port
from kiosk.edge.monitor.machine import port_lost
from kiosk_hw.ports.party import LineSettings
from processes.command import ran
from processes.real_lane import PLATE, RealLane

SECRET_PATTERN = 'own_patterns = ["BWY2917"]'


def spelt(secret: str | bytes) -> Iterator[bytes]:
    """A secret in every way in which a file could hold it."""
    raws = (
        [secret]
        if isinstance(secret, bytes)
        else [secret.encode(code, "ignore") for code in ("utf-8", "gb18030", "utf-16-le")]
    )
    for raw in raws:
        yield raw
        yield raw.hex().encode()
        yield raw.hex().upper().encode()
        yield raw.hex(" ").encode()
        yield base64.b64encode(raw).rstrip(b"=")[:-1]
        yield "".join(f"\\x{byte:02x}" for byte in raw).encode()
    if isinstance(secret, str):
        yield secret.encode("ascii", "backslashreplace")
        yield secret.lower().encode()
        yield secret[::-1].encode()


def held(files: dict[str, bytes], *secrets: str | bytes) -> list[tuple[str, bytes]]:
    return [
        (name, word)
        for secret in secrets
        for word in spelt(secret)
        for name, data in files.items()
        if len(word) >= 5 and word in data
    ]


def unpacked(path: Path) -> dict[str, bytes]:
    with tarfile.open(path) as packed:
        return {
            entry.name: file.read()
            for entry in packed.getmembers()
            if (file := packed.extractfile(entry)) is not None
        }


def test_a_planted_secret_is_found_in_each_spelling() -> None:
    for word in spelt("沪LX3DE4"):
        assert held({"a": b"..." + word + b"..."}, "沪LX3DE4")
    assert held({"a": b"\x01\x02" * 16 + b"."}, b"\x01\x02" * 16)


def test_a_configuration_is_told_without_its_secrets() -> None:
    config = parse(EXIT.replace("[plates]", f"[plates]\n{SECRET_PATTERN}", 1))
    told = list(archive.config_lines(config))
    text = "\n".join(told)
    assert "barrier.model = " in text
    assert "lane.arm_travel_s = " in text
    if config.terminal is not None and config.terminal.password is not None:
        assert config.terminal.password not in text
        assert f"terminal.password = {WITHHELD}" in told
    assert "BWY2917" not in text


def test_a_password_in_a_url_is_withheld() -> None:
    edited = re.sub(r'port = ".*"', 'port = "socket://admin:geheim7@192.0.2.7:4001"', EXIT, count=1)
    text = "\n".join(archive.config_lines(parse(edited)))
    assert "geheim7" not in text
    assert "192.0.2.7:4001" in text


@pytest.mark.parametrize(
    "url",
    [
        "socket://admin:geheim7@127.0.0.1:1",
        "socket://admin:ge@geheim7@127.0.0.1:1",
        "socket://admin:ge/geheim7@127.0.0.1:1",
        "socket://127.0.0.1:1?password=geheim7",
    ],
)
def test_a_port_that_cannot_be_opened_is_told_of_without_its_password(url: str) -> None:
    with pytest.raises(LinkLost) as caught:
        open_port(url, LineSettings(9600))
    told = port_lost("barrier", caught.value, url)
    for words in (str(caught.value), caught.value.url, caught.value.why, str(told)):
        assert "geheim7" not in words
    assert "127.0.0.1:1" in told.where


def test_a_trace_is_told_without_even_a_masked_plate() -> None:
    line = archive.without_plates("12.0 <- 15  plate 沪L·**DE* 90%: 文AA9AA9;;99")
    assert line == f"12.0 <- 15  plate {WITHHELD} 90%: 文AA9AA9;;99"
    assert "DE" not in archive.without_plates("doubtful plate B****DE: AAA")


def test_a_report_is_for_its_owner_alone_and_the_same_files_make_the_same_names(
    tmp_path: Path,
) -> None:
    archive.write(tmp_path / "r.tar.gz", {"a.txt": ["one", "two"]}, 0.0)
    assert (tmp_path / "r.tar.gz").stat().st_mode & 0o077 == 0
    assert unpacked(tmp_path / "r.tar.gz") == {"kiosk-report/a.txt": b"one\ntwo\n"}


def test_the_bounds_of_a_report_are_those_of_a_lanes_minute() -> None:
    assert FRAMES_MAX >= 60 * 2 * 40
    trace: list[str] = []
    for number in range(FRAMES_MAX + 2):
        archive.add_frame(trace, f"{number} <- 15  plate 沪L·**DE* 90%")
    assert (len(trace), trace[-1]) == (FRAMES_MAX, f"{FRAMES_MAX - 1} <- 15  plate {WITHHELD} 90%")
    assert ROWS_MAX >= 10 * 50


@pytest.mark.slow
@pytest.mark.timeout(90)
def test_the_report_of_a_lane_that_took_a_payment_holds_no_secret_however_spelt(
    tmp_path: Path,
) -> None:
    with RealLane(tmp_path / "l") as lane:
        lane.config.write_text(
            lane.config.read_text().replace("[plates]", f"[plates]\n{SECRET_PATTERN}", 1)
            + f"\n# {PLATE} stands here\n"
        )
        lane.enters()
        lane.start()
        lane.comes()
        path = tmp_path / "report.tar.gz"
        code, said = ran(
            "kiosk", "diag", "report", "--config", lane.config, "--save", path, "--seconds", "14"
        )
        assert lane.left(), lane.story()
        assert code in (0, 1), said
        files = unpacked(path)
        keys = [
            key
            for file in lane.state.rglob("keys.db")
            for (key,) in sqlite3.connect(file).execute("SELECT key FROM keys")
        ]
        assert keys, "a lane has a key of the day"
        fingerprints = [
            mark
            for file in lane.state.glob("*.db")
            for (mark,) in sqlite3.connect(file).execute("SELECT fingerprint FROM stays")
        ]
        card = bytes.fromhex("EEEEEEEEEEEE0000")
        assert held(files, PLATE, PLATE[1:], "BWY2917", card, *keys, *fingerprints) == []
        told = b"".join(files.values())
        for word in (b"payment-booked", b"0601 Authorisation", b"unit 1: inputs", b"machine"):
            assert word in told, word
        assert b"(withheld)" in files["kiosk-report/trace-camera.txt"]


@pytest.mark.slow
@pytest.mark.timeout(60)
def test_a_report_of_a_lane_that_does_not_run_has_what_the_disk_knows(tmp_path: Path) -> None:
    with RealLane(tmp_path / "l") as lane:
        path = tmp_path / "report.tar.gz"
        code, said = ran("kiosk", "diag", "report", "--config", lane.config, "--save", path)
        assert code == 3, said
        files = unpacked(path)
        assert b"no lane runs here" in files["kiosk-report/lane.txt"]
        assert b"barrier.model" in files["kiosk-report/config.txt"]
