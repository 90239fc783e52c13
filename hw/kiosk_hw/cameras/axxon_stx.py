r"""Axxon Auto-Intellect: STX, a time stamp, the channel, the plate, ETX.

Port: TCP 55555 of the Auto-Intellect server (`socket://`), or through a serial server at 9600 8N1
(docs.axxonsoft.com, Auto-Intellect, sending recognised numbers over TCP). There is nothing to
type in: the telegram is fixed.

    server                                     controller
    02 YYYYMMDDHHMMSS CC 46HVR9 03        ->   a plate; no blanks on the wire
    02 YYYYMMDDHHMMSS CC Not defined 03   ->   a vehicle without a read
                                          <-   nothing: the server is never spoken to

The time stamp (14 digits) and the channel (2 digits) are dropped. A server that recognises for
several cameras sends them all: let it serve this lane's channel alone.
"""

import re
from typing import Final

from kiosk_hw.cameras.model import CameraModel
from kiosk_hw.lines.telegram import TelegramProfile
from kiosk_hw.ports.party import LineSettings

DEVICE: Final = CameraModel(
    name="axxon_stx",
    line=LineSettings(9600),
    profile=TelegramProfile(
        start=b"\x02",
        end=b"\x03",
        pattern=re.compile(r"\d{14}\d{2}(?P<plate>.{0,24})"),
        render="2024010112000001{plate}",
        no_read_texts=("Not defined",),
    ),
    template="fixed: STX YYYYMMDDHHMMSS CC plate ETX",
)
