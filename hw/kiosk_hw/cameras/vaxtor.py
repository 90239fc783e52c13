r"""Vaxtor plate reading (on Axis and Mobotix cameras): a text template between dollar signs.

Port: none of its own; the camera's host passes the text on over TCP (`socket://`) or through a
serial server. 9600 8N1 is set where that ends in a serial line.

What to type into the camera (Vaxtor developer guide 2020, template variables):

    plate read   $plateutf8$;$country$;$confidence$ and a line end (CR LF)

    camera                          controller
    46HVR9;NLD;87 CR LF        ->   a plate, its country, its confidence of 100
                               <-   nothing: the camera is never spoken to

Leave $processingtime$, $direction$ and $multiplate$ out: they are dropped. The template has no
variable for a vehicle without a read, so this camera says nothing then.
The confidence is taken as a percentage; that its full scale is 100 has not been seen on a camera.
"""

import re
from typing import Final

from kiosk_hw.cameras.model import CameraModel
from kiosk_hw.lines.telegram import TelegramProfile
from kiosk_hw.ports.party import LineSettings

DEVICE: Final = CameraModel(
    name="vaxtor",
    line=LineSettings(9600),
    profile=TelegramProfile(
        end=b"\r\n",
        pattern=re.compile(
            r"(?P<plate>[^;]{0,24});(?P<country>[^;]{0,16});(?P<confidence>[^;]{0,8})"
        ),
        render="{plate};{country};{confidence}",
    ),
    template="$plateutf8$;$country$;$confidence$",
)
