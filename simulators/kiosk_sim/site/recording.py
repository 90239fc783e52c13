"""Reads a recording for its playing, and serves the device that it makes until stopped."""

import json
import re
from pathlib import Path
from typing import Final, TextIO

from kiosk_hw.ports.party import LineSettings
from kiosk_sim.devices.playback import NOTES_MAX, Note, Play, Playback
from kiosk_sim.site.single import Where, serve_device
from kiosk_sim.wires.real_time import RealTimeHost

FORMAT: Final = 1

LINE_BYTES_MAX: Final = 32 * 1024
"""The longest line of a recording."""

PLAYS: Final = {"barrier": Play.ANSWERS, "camera": Play.TIMED, "terminal": Play.DIALOGUE}

_LINE: Final = re.compile(r"(\d{3,6}) ([78])([NEO])([12])")


def serve_recording(path: Path, where: Where, out: TextIO) -> None:
    """The device of this recording. Raises ValueError for a file that is none."""
    serve_device(RealTimeHost(), load(path), where, out, "replay")


def load(path: Path) -> Playback:
    """The device of this recording. Raises ValueError for a file that is none, OSError too."""
    with path.open(encoding="ascii", errors="replace") as file:
        try:
            header = json.loads(file.readline(LINE_BYTES_MAX))
            port, line = header["port"], _LINE.fullmatch(header["line"])
            play = PLAYS[port]
        except (ValueError, TypeError, KeyError):
            raise ValueError(f"{path}: expected a recording of a device") from None
        if header.get("kiosk_recording") != FORMAT or line is None:
            raise ValueError(f"{path}: expected a recording of format {FORMAT}")
        if header.get("bytes") == "lengths":
            raise ValueError(f"{path}: keeps lengths only, there are no bytes to play")
        notes: list[Note] = []
        while text := file.readline(LINE_BYTES_MAX):
            if len(notes) >= NOTES_MAX:
                raise ValueError(f"{path}: expected at most {NOTES_MAX} notes")
            notes += _note(path, text)
    began = notes[0].at_s if notes else 0.0
    shifted = [Note(each.at_s - began, each.from_host, each.data, each.size) for each in notes]
    baud, bits, parity, stops = line.groups()
    return Playback(shifted, LineSettings(int(baud), int(bits), parity, int(stops)), play)


def _note(path: Path, text: str) -> list[Note]:
    try:
        read = json.loads(text)
        at_s, direction = float(read["t"]), read["d"]
        data = bytes.fromhex(read.get("x", ""))
        size = len(data) or int(read.get("n", 0))
    except (ValueError, TypeError, KeyError) as error:
        raise ValueError(f"{path}: not a note ({error!r})") from None
    return [Note(at_s, direction == "tx", data, size)] if direction in ("rx", "tx") else []
