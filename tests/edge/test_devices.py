"""What a configuration makes of parties and ports, and what a touch means."""

import itertools
from pathlib import Path

import pytest

from edge.config_samples import ENTRY, EXIT, with_key
from kiosk.config import parse
from kiosk.config.parts import terminal_of
from kiosk.core.lane.events import HelpRequested, LaneReleased, OpenRequested, PlateEntered
from kiosk.edge.composition import build_lane
from kiosk.edge.devices import parties, ports
from kiosk.edge.driver_screen.touches import TYPED_CHARS_MAX, WHO_CHARS_MAX, touched
from kiosk.edge.links import keep_all, mask_text
from kiosk_hw.modbus.frames import with_crc
from kiosk_hw.ports.barrier import BoardSilent, OpenBarrier
from kiosk_hw.ports.camera import PlateRead, PlateUncertain
from kiosk_hw.ports.party import LineSettings, Party
from kiosk_hw.ports.plate import PlateText

PASSWORD = 'password = "135790"'
READY = EXIT.replace('password_file = "terminal.password"', PASSWORD)


def test_an_exit_has_three_parties_on_their_models_lines() -> None:
    made = parties(parse(READY))
    assert {name: party.line for name, party in made.items()} == {
        "barrier": LineSettings(9600),
        "camera": LineSettings(9600),
        "terminal": LineSettings(9600, 8, "N", 2),
    }
    assert "135790" not in repr(made)


@pytest.mark.parametrize("device", ["barrier", "camera", "terminal"])
def test_a_speed_that_is_set_changes_nothing_else_of_a_line(device: str) -> None:
    text = with_key(device, "baud", "115200").replace(
        'password_file = "terminal.password"', 'password = "135790"'
    )
    before, after = parties(parse(READY))[device].line, parties(parse(text))[device].line
    assert (after.baud, after.stop_bits) == (115200, before.stop_bits)


def test_a_boards_unit_and_wiring_reach_the_wire() -> None:
    text = READY.replace('"/dev/barrier"', '"/dev/barrier"\nunit = 7')
    board = parties(parse(text))["barrier"]
    board.connected(0.0)
    board.tick(1.0)
    assert board.bytes_to_send()[:6] == bytes.fromhex("07 05 00 FF 00 00")


def echo(board: Party, inputs: int, now: float) -> tuple[list[object], bytes]:
    """One answered exchange with a board that echoes writes; its events, and what was asked."""
    asked = board.bytes_to_send()
    if asked[1:2] == b"\x02":
        return [*board.receive(with_crc(bytes((asked[0], 2, 1, inputs))), now)], asked
    return [*board.receive(asked, now)] if asked else [], asked


def test_wiring_pulse_and_polls_reach_the_wire() -> None:
    text = with_key("barrier.wiring", "open_output", '"DO2"').replace(
        'port = "/dev/barrier"',
        'port = "/dev/barrier"\npulse_ms = 700\npoll_busy_ms = 400\npoll_idle_ms = 900',
    )
    board = parties(parse(text.replace('password_file = "terminal.password"', PASSWORD)))["barrier"]
    events, now, asked, polled_at = [*board.connected(0.0)], 0.0, b"", []
    for _ in range(100):
        now = max(now, board.deadline())
        events += board.tick(now)
        found, asked = echo(board, 0b0001_0010, now + 0.02)
        events += found
        if asked[1:2] == b"\x02":
            polled_at.append(now)
    assert [event for event in events if isinstance(event, BoardSilent)] == []
    gaps = {round(after - before, 1) for before, after in itertools.pairwise(polled_at[-4:])}
    assert gaps == {0.9}
    board.command(OpenBarrier("x-1"), now + 0.02)
    board.tick(now + 0.1)
    assert board.bytes_to_send() == with_crc(bytes.fromhex("01 05 02 01 00 07"))


@pytest.mark.parametrize(("percent", "kind"), [("71", PlateUncertain), ("70", PlateRead)])
def test_the_least_confidence_reaches_the_camera(percent: str, kind: type) -> None:
    text = READY.replace('"nedap_raw"', f'"stx_etx"\nconfidence_min_percent = {percent}')
    heard = parties(parse(text))["camera"].receive(b"\x0246HVR9;NLD;70\x03", 1.0)
    assert [type(event) for event in heard] == [kind]


@pytest.mark.parametrize(("currency", "digits"), [("EUR", "0978"), ("CHF", "0756")])
def test_password_and_currency_reach_the_terminal(currency: str, digits: str) -> None:
    """Registration, PA00P015 2.1: 06 00, password, configuration byte, currency."""
    terminal = parties(parse(READY.replace('"EUR"', f'"{currency}"')))["terminal"]
    terminal.connected(0.0)
    sent = terminal.bytes_to_send()
    assert bytes.fromhex("13 57 90 3E" + digits) in sent


def test_the_goods_timeout_reaches_the_terminal() -> None:
    config = parse(READY.replace("[terminal]", "[terminal]\ngoods_timeout_s = 45"))
    assert config.terminal is not None
    assert terminal_of(config.terminal, "000000").goods_timeout_s == 45


def test_an_entry_has_neither_terminal_nor_till() -> None:
    config = parse(ENTRY)
    assert set(parties(config)) == set(ports(config)) == {"barrier", "camera"}
    assert set(build_lane(config, "r").machines) == {"gate", "entry", "control"}


def test_an_exit_has_a_till_only_where_it_has_a_terminal() -> None:
    start, end = READY.index("[terminal]"), READY.index("[tariff]")
    assert set(build_lane(parse(READY), "r").machines) == {"gate", "till", "visit", "control"}
    without = parse(READY[:start] + READY[end:])
    assert set(build_lane(without, "r").machines) == {"gate", "visit", "control"}


def test_a_recording_keeps_neither_plates_nor_cards() -> None:
    config = parse(with_key("camera", "record_file", '"camera.recording"'), Path("/var"))
    made = ports(config)
    assert {name: port.redact for name, port in made.items()} == {
        "barrier": keep_all,
        "camera": mask_text,
        "terminal": None,
    }
    assert {name: port.record for name, port in made.items()} == {
        "barrier": None,
        "camera": "/var/camera.recording",
        "terminal": None,
    }


@pytest.mark.parametrize(
    ("message", "event"),
    [
        ({"touch": "plate", "plate": "B AB 123"}, PlateEntered(PlateText("B AB 123"))),
        ({"touch": "plate", "plate": ""}, None),
        ({"touch": "plate", "plate": "A" * TYPED_CHARS_MAX}, PlateEntered(PlateText("A" * 32))),
        ({"touch": "plate", "plate": "A" * (TYPED_CHARS_MAX + 1)}, None),
        ({"touch": "plate", "plate": 7}, None),
        ({"touch": "plate"}, None),
        ({"touch": "help"}, HelpRequested()),
        ({"touch": "open", "who": "desk"}, OpenRequested("desk")),
        ({"touch": "open"}, None),
        ({"touch": "open", "who": ""}, None),
        ({"touch": "open", "who": "x" * (WHO_CHARS_MAX + 1)}, None),
        ({"touch": "release", "who": "technician"}, LaneReleased("technician")),
        ({"touch": "release", "who": "x" * (WHO_CHARS_MAX + 1)}, None),
        ({"touch": "pay"}, None),
        ({"plate": "B AB 123"}, None),
        ({}, None),
    ],
)
def test_a_touch_means_one_event_or_nothing(message: dict[str, object], event: object) -> None:
    assert touched(message) == event
