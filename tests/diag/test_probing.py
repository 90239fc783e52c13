"""The ports of a lane that does not run are asked by harmless questions, and faults get names."""

import asyncio
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from edge.config_samples import EXIT
from kiosk.config import parse
from kiosk.edge.diag.elsewhere import CANDIDATES_MAX, candidates
from kiosk.edge.diag.probing import reached
from kiosk.edge.diag.questions import (
    ACCEPTED,
    board_questions,
    dialect_of,
    terminal_questions,
)
from kiosk.edge.links import LinkLost
from kiosk.edge.monitor.machine import port_lost
from kiosk_hw.barriers.waveshare_relay_d import DEVICE as WAVESHARE
from kiosk_hw.modbus.frames import decode_request
from kiosk_hw.modbus.messages import ReadInputs
from kiosk_hw.ports.party import LineSettings
from kiosk_hw.ports.search import Dialect
from processes.command import ran
from processes.real_lane import RealLane

LINE = LineSettings(9600, 8, "N", 2)


def test_a_board_is_asked_nothing_but_its_inputs() -> None:
    for question in board_questions(WAVESHARE):
        _, request = decode_request(question.data)
        assert isinstance(request, ReadInputs)


@pytest.mark.parametrize("serial", [True, False])
def test_a_terminal_is_asked_nothing_but_its_status(serial: bool) -> None:
    for question in terminal_questions(LINE, serial):
        asked = question.data.hex(" ")
        assert asked == "05 01 00" or re.fullmatch(r"10 02 05 01 00 10 03( ..){1,2}", asked)


def test_each_question_differs_from_the_set_one_and_comes_once() -> None:
    asked = board_questions(WAVESHARE)
    keys = [(str(each.line), each.unit) for each in asked]
    assert len(set(keys)) == len(keys)
    assert keys[0] == (str(WAVESHARE.line), WAVESHARE.unit)


BOARD_ANSWERS = [
    ("01 02 01 05 61 8B", "inputs 10100000"),
    ("FF FF 01 02 01 05 61 8B", "inputs 10100000"),
    ("01 82 02 C1 61", "refuses"),
    ("01 02 01 05 61 8A", None),
    ("02 02 01 05 25 8B", None),
    ("", None),
]


@pytest.mark.parametrize(("heard", "says"), BOARD_ANSWERS)
def test_what_an_answer_of_a_board_proves(heard: str, says: str | None) -> None:
    verdict = board_questions(WAVESHARE)[0].proves(bytes.fromhex(heard))
    assert (verdict is None) if says is None else (verdict and says in verdict.says)


def test_a_terminals_answers_are_acknowledged_until_its_status_is_told() -> None:
    question = terminal_questions(LINE, True)[0]
    accepted = bytes.fromhex("06 10 02 80 00 00 10 03 F5 1F")
    first = question.proves(accepted)
    assert first is not None
    assert (first.final, first.blocks, first.reply) == (False, 1, b"\x06")
    assert question.proves(b"\x06") is None
    assert question.proves(b"\x15") is None


def test_a_bare_answer_is_told_by_its_status() -> None:
    question = terminal_questions(LINE, False)[0]
    verdict = question.proves(bytes.fromhex("80 00 00 06 0F 01 51"))
    assert verdict is not None
    assert (verdict.final, verdict.status, verdict.reply) == (True, 0x51, ACCEPTED)
    assert "initialisation" in verdict.says
    assert question.proves(b"220 mail") is None


def test_the_other_framing_is_a_question_of_its_own() -> None:
    assert [each.dialect for each in terminal_questions(LINE, False)][1:] == [
        Dialect.SERIAL_FRAMING
    ]
    assert Dialect.TCP_FRAMING in [each.dialect for each in terminal_questions(LINE, True)]


@pytest.mark.parametrize(
    ("heard", "dialect"),
    [
        (b"220 mail.example ESMTP", Dialect.TEXT),
        (b"\x15", Dialect.NAK_ONLY),
        (b"\x06", None),
        (b"", None),
    ],
)
def test_an_answer_that_is_none_may_prove_another_service(
    heard: bytes, dialect: Dialect | None
) -> None:
    assert dialect_of(heard) is dialect


# At real ports.


def checked(lane: RealLane, *arguments: str) -> tuple[int, dict[str, Any]]:
    code, said = ran("kiosk", "diag", "check", "--json", *arguments, "--config", lane.config)
    return code, json.loads(said)


def codes(told: dict[str, Any], device: str) -> list[str]:
    return [found["code"] for found in told[device]["faults"]]


def edited(pattern: str, text: str) -> Callable[[str], str]:
    def edit(toml: str) -> str:
        changed, count = re.subn(pattern, text, toml, count=1, flags=re.DOTALL)
        assert count == 1, toml
        return changed

    return edit


@pytest.mark.slow
@pytest.mark.timeout(60)
def test_sound_devices_are_found_well_and_nothing_moves(tmp_path: Path) -> None:
    with RealLane(tmp_path / "l") as lane:
        code, told = checked(lane, "barrier")
        assert codes(told, "barrier") == []
        code, told = checked(lane, "terminal")
        assert (code, codes(told, "terminal")) == (0, [])
        assert "status" in told["terminal"]["facts"]["answers"]
        assert lane.lane.board.map.relays == 0
        assert not lane.lane.terminal.books.bookings


@pytest.mark.slow
@pytest.mark.timeout(60)
def test_clock_and_disk_are_checked_by_their_names(tmp_path: Path) -> None:
    with RealLane(tmp_path / "l") as lane:
        for device in ("clock", "disk"):
            code, told = checked(lane, device)
            assert set(told) == {device}
            assert code == int(bool(codes(told, device)))


@pytest.mark.slow
@pytest.mark.timeout(90)
@pytest.mark.parametrize(
    ("device", "edit", "fault"),
    [
        ("barrier", edited(r"(\[barrier\].*?baud = )9600", r"\g<1>19200"), "barrier.wrong-baud"),
        ("barrier", edited(r"\[barrier\]", "[barrier]\nunit = 7"), "barrier.wrong-unit"),
        ("terminal", edited(r"(\[terminal\].*?baud = )9600", r"\g<1>19200"), "terminal.wrong-baud"),
        ("camera", edited(r'(\[camera\].*?port = ")[^"]*', r"\g<1>/dev/none"), "port.missing"),
    ],
    ids=["board's speed", "board's unit", "terminal's speed", "no camera"],
)
def test_a_wrong_setting_is_named(
    tmp_path: Path, device: str, edit: Callable[[str], str], fault: str
) -> None:
    with RealLane(tmp_path / "l", edit=edit) as lane:
        code, told = checked(lane, device, "--seconds", "1")
        assert (code, codes(told, device)) == (1, [fault]), told
        assert told[device]["faults"][0]["cure"]


def test_other_ports_are_those_of_other_devices_then_the_machines_own(tmp_path: Path) -> None:
    by_id = tmp_path / "by-id"
    by_id.mkdir()
    for name in ("b", "c", "d"):
        (tmp_path / name).write_bytes(b"")
    (by_id / "usb-c").symlink_to(tmp_path / "c")
    (by_id / "usb-d").symlink_to(tmp_path / "d")
    toml = EXIT.replace("/dev/barrier", str(tmp_path / "b"))
    toml = toml.replace("/dev/camera", str(tmp_path / "c"))
    config = parse(toml)
    assert candidates(config, "barrier", by_id) == [str(tmp_path / "c"), str(by_id / "usb-d")]
    assert candidates(config, "camera", by_id) == [str(tmp_path / "b"), str(by_id / "usb-d")]


def test_no_more_ports_are_tried_than_the_bound(tmp_path: Path) -> None:
    for number in range(2 * CANDIDATES_MAX):
        (tmp_path / f"usb-{number}").write_bytes(b"")
    assert len(candidates(parse(EXIT), "barrier", tmp_path)) == CANDIDATES_MAX


@pytest.mark.slow
@pytest.mark.timeout(60)
@pytest.mark.parametrize("device", ["barrier", "terminal"])
def test_a_crossed_cable_is_found_at_the_other_port(tmp_path: Path, device: str) -> None:
    def cross(toml: str) -> str:
        for a, b in (("barrier", "X"), ("terminal", "barrier"), ("X", "terminal")):
            toml = toml.replace(f'{tmp_path / "l"}/{a}"', f'{tmp_path / "l"}/{b}"')
        return toml

    with RealLane(tmp_path / "l", edit=cross) as lane:
        code, told = checked(lane, device)
        assert (code, codes(told, device)) == (1, [f"{device}.silent"]), told
        assert told[device]["facts"]["answers_at"] == str(tmp_path / "l" / device)


@pytest.mark.slow
@pytest.mark.timeout(60)
def test_a_running_lane_is_asked_instead_of_its_ports(tmp_path: Path) -> None:
    with RealLane(tmp_path / "l") as lane:
        lane.start()
        lane.do(lambda: lane.pull("camera"))
        lane.run.wait_for("link.lost")
        code, told = checked(lane, "camera")
        assert code in (0, 1)
        assert "camera" in told
        code, said = ran("kiosk", "diag", "check", "--config", lane.config)
        assert "no lane runs" not in said


def test_a_gateway_is_reached_or_it_is_said_why_not() -> None:
    async def run() -> None:
        server = await asyncio.start_server(lambda reader, writer: writer.close(), "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        async with server:
            assert await reached(f"http://127.0.0.1:{port}", None) is None
            assert port_lost("wechat", LinkLost("u", "x"), "https://u").fault.value == "unreachable"
        why = await reached(f"http://127.0.0.1:{port}", None)
        assert why is not None
        assert why.cure

    asyncio.run(run())
