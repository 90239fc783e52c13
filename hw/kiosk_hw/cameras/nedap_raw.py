r"""Nedap ANPR as it leaves the factory: RAW message mode, plate and country, CR LF.

Port: RS-485, 9600 8N1 (installation guide, document 5279330, serial port: baud rate 9600, parity
NONE, 8 data bits, 1 stop bit, message mode RAW).

What to type into the camera (same guide, message templates; a `%` opens each tag and hex byte):

    OCR Read       %PLATE%0x0D%0x0A
    OCR Not Read   NOREAD%0x0D%0x0A
    OCR No Plate   NOPLATE%0x0D%0x0A

    camera                          controller
    46HVR9-NLD CR LF           ->   a plate and its country (tag %PLATE)
    46HVR9 CR LF               ->   a plate (tag %PLATE_STRING)
    NOREAD CR LF               ->   a vehicle without a read
                               <-   nothing: the camera is never spoken to

RAW text has no start mark and no score; where the template may be changed, `stx_etx` is better.
"""

import re
from typing import Final

from kiosk_hw.cameras.model import CameraModel
from kiosk_hw.lines.telegram import TelegramProfile
from kiosk_hw.ports.party import LineSettings

DEVICE: Final = CameraModel(
    name="nedap_raw",
    line=LineSettings(9600),
    profile=TelegramProfile(
        end=b"\r\n",
        pattern=re.compile(r"(?P<plate>[^-;]{1,24})(?:-(?P<country>[A-Z]{0,3}))?"),
        render="{plate}-{country}",
        no_read_texts=("NOREAD", "NOPLATE"),
    ),
    template="%PLATE%0x0D%0x0A",
    template_not_read="NOREAD%0x0D%0x0A",
)
