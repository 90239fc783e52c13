r"""Nedap ANPR in PROTOCOLLED message mode: the same text in numbered packets with a check byte.

Port: RS-485, 9600 8N1 (installation guide, document 5279330, serial port; message mode
PROTOCOLLED). Set "Wait ACK" to off: the packets are checked, but never answered.

What to type into the camera (same guide, message templates):

    OCR Read       %PLATE
    OCR Not Read   NOREAD
    OCR No Plate   NOPLATE

    camera                                                     controller
    EF CD AB 89 | id | length | 46HVR9-NLD | xor | 78 56 34 12  ->   a plate and its country
    the same id again within seconds                            ->   nothing: a repeat
                                                                <-   nothing: "Wait ACK" is off

The packet and its byte orders are in `kiosk_hw.lines.nedap_packet`.
"""

import re
from typing import Final

from kiosk_hw.cameras.model import CameraModel, Framing
from kiosk_hw.lines.telegram import TelegramProfile
from kiosk_hw.ports.party import LineSettings

DEVICE: Final = CameraModel(
    name="nedap_protocolled",
    line=LineSettings(9600),
    profile=TelegramProfile(
        pattern=re.compile(r"(?P<plate>[^-;]{1,24})(?:-(?P<country>[A-Z]{0,3}))?"),
        render="{plate}-{country}",
        no_read_texts=("NOREAD", "NOPLATE"),
    ),
    template="%PLATE",
    template_not_read="NOREAD",
    framing=Framing.NEDAP_PACKET,
)
