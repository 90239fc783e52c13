"""What a recording says frame by frame, and what is refused as one."""

import json
from pathlib import Path

import pytest

from kiosk.edge.diag import recording as room
from kiosk.errors import PortError
from kiosk_hw.tracing.modbus import ModbusTracer

HEADER = {"kiosk_recording": 1, "port": "barrier", "line": "9600 8N1", "bytes": "redacted"}
ASKS = {"t": 1.0, "d": "tx", "x": "01 02 00 00 00 08 79 cc"}
TELLS = {"t": 1.1, "d": "rx", "x": "01 02 01 01 60 48"}


def written(path: Path, header: object, *notes: object) -> Path:
    file = path / "barrier.recording"
    file.write_text("".join(json.dumps(each) + "\n" for each in (header, *notes)))
    return file


def test_a_recording_is_told_frame_by_frame_with_its_silences(tmp_path: Path) -> None:
    file = written(tmp_path, HEADER, ASKS, TELLS, {**ASKS, "t": 2.0}, {"t": 2.1, "d": "rx", "n": 6})
    assert room.told(file, "barrier")["line"] == "9600 8N1"
    found = list(room.frames(file, ModbusTracer()))
    assert [(frame.direction, frame.at_s, frame.fault) for frame in found] == [
        ("tx", 1.0, ""),
        ("rx", 1.1, ""),
        ("tx", 2.0, ""),
    ]


@pytest.mark.parametrize(
    ("header", "why"),
    [
        ({**HEADER, "kiosk_recording": 2}, "expected a recording of format 1"),
        (["no", "header"], "expected a recording of format 1"),
        ({**HEADER, "port": "camera"}, "expected a recording of barrier, got 'camera'"),
        ({**HEADER, "bytes": "lengths"}, "no bytes to replay"),
        ({**HEADER, "line": "x" * room.LINE_BYTES_MAX}, "expected a recording of format 1"),
    ],
    ids=["format", "list", "port", "lengths", "long"],
)
def test_what_is_no_recording_of_this_port_is_refused(
    header: object, why: str, tmp_path: Path
) -> None:
    with pytest.raises(PortError, match=why):
        room.told(written(tmp_path, header), "barrier")


@pytest.mark.parametrize(
    "note",
    [
        {"t": 1.0},
        {"t": "soon", "d": "tx"},
        {**ASKS, "x": "0"},
        7,
        {"x": "00" * room.LINE_BYTES_MAX},
    ],
    ids=["half", "time", "odd", "number", "long"],
)
def test_a_line_that_is_no_note_is_named(note: object, tmp_path: Path) -> None:
    file = written(tmp_path, HEADER, ASKS, note)
    with pytest.raises(PortError, match="line 3: not a note"):
        list(room.frames(file, ModbusTracer()))


def test_a_recording_of_more_notes_than_a_day_has_is_refused_where_it_gets_too_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "NOTES_MAX", 3)
    notes = [{**ASKS, "t": float(second)} for second in range(3)]
    assert len(list(room.frames(written(tmp_path, HEADER, *notes), ModbusTracer()))) == 3
    with pytest.raises(PortError, match="at most 3 notes"):
        list(room.frames(written(tmp_path, HEADER, *notes, ASKS), ModbusTracer()))
