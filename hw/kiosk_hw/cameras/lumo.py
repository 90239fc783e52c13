r"""Nedap ANPR LUMO: one line of text for each event, READ, LCR or NOREAD in front.

Port: RS-485, 115200 8N1 (ANPR LUMO installation guide, action SERIAL, default baud rate 115200).

What to type into the camera (same guide, actions and placeholders; each event has its own action):

    READ     READ;%LP%;%STATE_ALPHA_3%;%CONF%%CR%%LF%
    LCR      LCR;%LP%;%STATE_ALPHA_3%;%CONF%%CR%%LF%
    NOREAD   NOREAD%CR%%LF%

    camera                              controller
    READ;46HVR9;NLD;87 CR LF       ->   a plate, its country, its confidence of 100
    LCR;46HVR9;NLD;41 CR LF        ->   an uncertain plate: the camera's own low-confidence read
    NOREAD CR LF                   ->   a vehicle without a read; comes only when its trigger ends
                                   <-   nothing: the camera is never spoken to

Give WRONG DIR., LIST MATCH, LIST MISMATCH and TIMED no serial action. Never use %FULL_IMG% or
%LP_IMG%: an image has no place on this line, and is dropped as an over-long telegram. %LP_HASH% is
unsalted: whoever holds it can try out every plate there is.
The confidence is taken as a percentage; that its full scale is 100 has not been seen on a camera.
"""

import re
from typing import Final

from kiosk_hw.cameras.model import CameraModel
from kiosk_hw.lines.telegram import TelegramProfile
from kiosk_hw.ports.party import LineSettings

DEVICE: Final = CameraModel(
    name="lumo",
    line=LineSettings(115200),
    profile=TelegramProfile(
        end=b"\r\n",
        pattern=re.compile(
            r"(?:READ|(?P<uncertain>LCR));(?P<plate>[^;]{0,24});(?P<country>[^;]{0,16});"
            r"(?P<confidence>[^;]{0,8})"
        ),
        render="READ;{plate};{country};{confidence}",
        render_uncertain="LCR;{plate};{country};{confidence}",
        no_read_texts=("NOREAD",),
    ),
    template="READ;%LP%;%STATE_ALPHA_3%;%CONF%%CR%%LF%",
    template_not_read="NOREAD%CR%%LF%",
)
