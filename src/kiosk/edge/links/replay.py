"""Feeds a recorded link into a party, in the file's own time. No clock, no port."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from kiosk.edge.links.recorder import FORMAT
from kiosk.errors import PortError
from kiosk_hw.ports.party import Party

LINE_BYTES_MAX: Final = 32 * 1024
"""The longest line of a recording: one read of a port in hex is 8 KiB."""

TICKS_MAX: Final = 100_000
"""Ticks between two notes; more is a party whose deadline never passes."""


def replay(path: str | Path, party: Party) -> Iterator[tuple[float, Any]]:
    """Yield (seconds of the recording, event) for every event that the recording means to `party`.

    Only what was received is fed. The lane's commands are not in a recording, so an answer to one
    of them may mean nothing to the party. What the party would send is dropped.
    Raises `PortError` where the file is no recording, or one that keeps lengths only.
    """
    with Path(path).open(encoding="ascii", errors="replace") as file:
        _check_header(path, file.readline(LINE_BYTES_MAX))
        number = 1
        while line := file.readline(LINE_BYTES_MAX):
            number += 1
            try:
                now, direction, data = _note(line)
            except (ValueError, TypeError, KeyError) as error:
                raise PortError(f"{path}, line {number}: not a note ({error!r})") from error
            yield from _pass_time(party, now)
            for event in _fed(party, direction, data, now):
                yield now, event
            party.bytes_to_send()


def _check_header(path: str | Path, line: str) -> None:
    try:
        header = json.loads(line)
        known = header["kiosk_recording"] == FORMAT
    except (ValueError, TypeError, KeyError):
        known = False
    if not known:
        raise PortError(f"{path}: expected the header of a recording of format {FORMAT}")
    if header.get("bytes") == "lengths":
        raise PortError(f"{path}: keeps lengths only, there are no bytes to replay")


def _note(line: str) -> tuple[float, str, bytes]:
    note = json.loads(line)
    return float(note["t"]), str(note["d"]), bytes.fromhex(note.get("x", ""))


def _fed(party: Party, direction: str, data: bytes, now: float) -> Sequence[Any]:
    match direction:
        case "rx":
            return party.receive(data, now)
        case "up":
            return party.connected(now)
        case "down":
            return party.disconnected(now)
    return ()


def _pass_time(party: Party, now: float) -> Iterator[tuple[float, Any]]:
    for _ in range(TICKS_MAX):
        due = party.deadline()
        if due > now:
            return
        for event in party.tick(due):
            yield due, event
        party.bytes_to_send()
    raise PortError(f"{party!r}: {TICKS_MAX} ticks fell due before {now} s")
