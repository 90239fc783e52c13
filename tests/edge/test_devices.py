"""What a configuration makes of parties and ports, and what a touch means."""

from pathlib import Path

import pytest

from edge.config_samples import ENTRY, EXIT, with_key
from kiosk.config import parse
from kiosk.core.lane.events import HelpRequested, LaneReleased, OpenRequested, PlateEntered
from kiosk.edge.composition import build_lane
from kiosk.edge.devices import parties, ports
from kiosk.edge.links import keep_all, mask_text
from kiosk.edge.touches import TYPED_CHARS_MAX, WHO_CHARS_MAX, touched
from kiosk_hw.ports.party import LineSettings
from kiosk_hw.ports.plate import PlateText

READY = EXIT.replace('password_file = "terminal.password"', 'password = "135790"')


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


def test_an_entry_has_neither_terminal_nor_till() -> None:
    config = parse(ENTRY)
    assert set(parties(config)) == set(ports(config)) == {"barrier", "camera"}
    assert set(build_lane(config, "r").machines) == {"gate", "entry"}


def test_an_exit_has_a_till_only_where_it_has_a_terminal() -> None:
    start, end = READY.index("[terminal]"), READY.index("[tariff]")
    assert set(build_lane(parse(READY), "r").machines) == {"gate", "till", "visit"}
    without = parse(READY[:start] + READY[end:])
    assert set(build_lane(without, "r").machines) == {"gate", "visit"}


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
