"""A recording is useful to a technician, bounded on disk, and holds no plate and no card."""

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from edge.waiting import until
from kiosk.edge.links import Recorder, keep_all, mask_text, replay
from kiosk.edge.links import recorder as room
from kiosk.errors import PortError
from kiosk_hw.ports.party import NEVER, LineSettings

PLATE = "沪A12345"


class Echo:
    """A party that tells all that it was told, and asks to be ticked 0.5 s after each byte."""

    line = LineSettings(9600)

    def __init__(self) -> None:
        self.due = NEVER
        self.outbox = b""

    def connected(self, now: float) -> Sequence[Any]:
        return [("up", now)]

    def disconnected(self, now: float) -> Sequence[Any]:
        return [("down", now)]

    def receive(self, data: bytes, now: float) -> Sequence[Any]:
        self.due = now + 0.5
        self.outbox += b"poll"
        return [(data, now)]

    def command(self, command: Any, now: float) -> None:
        raise AssertionError("a replay commands nothing")

    def tick(self, now: float) -> Sequence[Any]:
        if now < self.due:
            return []
        self.due = NEVER
        self.outbox += b"poll"
        return [("tick", now)]

    def deadline(self) -> float:
        return self.due

    def bytes_to_send(self) -> bytes:
        assert len(self.outbox) <= 4, "emptied after every note and tick"
        data, self.outbox = self.outbox, b""
        return data


def recorded(path: Path, redact: room.Redact | None, **limits: int) -> Recorder:
    return Recorder(path, "barrier", "/dev/ttyUSB0", "9600 8N1", redact, **limits)


def test_a_recording_replays_into_the_same_events_at_the_same_times(tmp_path: Path) -> None:
    path = tmp_path / "wire.jsonl"
    recorder = recorded(path, keep_all)
    recorder.note("up", b"", 10.0)
    recorder.note("tx", b"\x01\x05", 10.1)
    recorder.note("rx", b"\x01\x05\xff\x00", 10.2)
    recorder.note("rx", bytes(range(256)), 11.0)
    recorder.note("down", b"", 11.1)
    recorder.close()
    assert list(replay(path, Echo())) == [
        (10.0, ("up", 10.0)),
        (10.2, (b"\x01\x05\xff\x00", 10.2)),
        (10.7, ("tick", 10.7)),
        (11.0, (bytes(range(256)), 11.0)),
        (11.1, ("down", 11.1)),
    ]
    header = json.loads(path.read_text().splitlines()[0])
    assert (header["port"], header["line"], header["bytes"]) == ("barrier", "9600 8N1", "redacted")
    assert path.stat().st_mode & 0o777 == 0o600
    assert repr(recorder) == f"<Recorder {path} notes=5 dropped=0>"


@pytest.mark.parametrize("coding", ["utf-8", "gbk", "ascii"])
def test_no_split_of_a_plate_reaches_the_file_of_a_camera(tmp_path: Path, coding: str) -> None:
    plate = PLATE if coding != "ascii" else "BWY2917"
    telegram = b"\x02" + plate.encode(coding) + b",97,D\x03\r\n"
    for split in range(len(telegram)):
        path = tmp_path / f"{split}.jsonl"
        recorder = recorded(path, mask_text)
        recorder.note("rx", telegram[:split], 1.0)
        recorder.note("rx", telegram[split:], 1.1)
        recorder.close()
        notes = [json.loads(line) for line in path.read_text().splitlines()[1:]]
        kept = b"".join(bytes.fromhex(note["x"]) for note in notes)
        masked = b"\x02" + b"X" * len(plate.encode(coding)) + b",XX,X\x03\r\n"
        assert kept == masked, "framing and lengths stay to be seen"


@pytest.mark.parametrize("redact", [None, lambda data: data[:-1]])
def test_without_a_safe_redaction_only_lengths_are_kept(
    tmp_path: Path, redact: room.Redact | None
) -> None:
    path = tmp_path / "terminal.jsonl"
    recorder = recorded(path, redact)
    recorder.note("rx", b"\x04\x0f\x22\xf0\x41\x11", 2.0)
    recorder.close()
    assert json.loads(path.read_text().splitlines()[1]) == {"t": 2.0, "d": "rx", "n": 6}
    if redact is None:
        with pytest.raises(PortError, match="lengths only"):
            list(replay(path, Echo()))


def test_the_disk_is_bounded_by_two_files_that_each_replay(tmp_path: Path) -> None:
    path = tmp_path / "wire.jsonl"
    recorder = recorded(path, keep_all, file_bytes_max=1000)
    for number in range(200):
        recorder.note("rx", b"12345678", float(number))
    recorder.close()
    assert sorted(file.name for file in tmp_path.iterdir()) == ["wire.jsonl", "wire.jsonl.1"]
    times = []
    for file in (tmp_path / "wire.jsonl.1", path):
        assert file.stat().st_size <= 1000
        times += [when for when, (what, _) in replay(file, Echo()) if what == b"12345678"]
    assert times == [float(number) for number in range(200 - len(times), 200)], "the newest stay"


def test_a_note_is_on_disk_while_the_recording_goes_on(tmp_path: Path) -> None:
    async def run() -> None:
        recorder = recorded(tmp_path / "wire.jsonl", keep_all)
        recorder.note("rx", b"see me", 1.0)
        path = tmp_path / "wire.jsonl"
        await until(lambda: path.exists() and b"see me".hex() in path.read_text())
        recorder.close()

    asyncio.run(run())


def test_a_recording_of_an_earlier_run_is_kept_as_the_previous_file(tmp_path: Path) -> None:
    path = tmp_path / "wire.jsonl"
    for text in (b"first", b"second"):
        recorder = recorded(path, keep_all)
        recorder.note("rx", text, 1.0)
        recorder.close()
    assert b"first".hex() in (tmp_path / "wire.jsonl.1").read_text()
    assert b"second".hex() in path.read_text()


def test_a_disk_that_refuses_never_reaches_the_lane(tmp_path: Path) -> None:
    recorder = recorded(tmp_path / "no" / "such" / "folder", keep_all)
    recorder.close()
    recorder.note("rx", b"x", 1.0)
    assert recorder.notes_dropped == 1
    assert "failed=" in repr(recorder)


def test_a_disk_that_is_slow_costs_notes_and_no_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room.Recorder, "_write", lambda self: None)
    recorder = recorded(tmp_path / "wire.jsonl", keep_all)
    for _ in range(room.NOTES_WAITING_MAX + 7):
        recorder.note("rx", b"x", 1.0)
    assert (recorder.notes, recorder.notes_dropped) == (room.NOTES_WAITING_MAX, 7)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}\n",
        "garbage\n",
        "[1]\n",
        '{"kiosk_recording": 1}\n{"d": "rx"}\n',
        '{"kiosk_recording": 1}\n{"t": "x", "d": "rx", "x": "00"}\n',
        '{"kiosk_recording": 1}\n{"t": 1, "d": "rx", "x": "zz"}\n',
        '{"kiosk_recording": 1}\n7\n',
    ],
)
def test_a_file_that_is_no_recording_is_named_and_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "wire.jsonl"
    path.write_text(text)
    with pytest.raises(PortError, match=path.name):
        list(replay(path, Echo()))


def test_a_party_whose_deadline_never_passes_does_not_hang_the_replay(tmp_path: Path) -> None:
    path = tmp_path / "wire.jsonl"
    path.write_text('{"kiosk_recording": 1}\n{"t": 5, "d": "up"}\n')
    party = Echo()
    party.tick = lambda now: ()  # type: ignore[method-assign]
    party.due = 1.0
    with pytest.raises(PortError, match="ticks"):
        list(replay(path, party))
