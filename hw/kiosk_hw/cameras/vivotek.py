r"""VIVOTEK plate reading package: a text template in braces, without a country.

Port: none of its own; the camera passes the text on over TCP (`socket://`) or through a serial
server. 9600 8N1 is set where that ends in a serial line.

What to type into the camera (VIVOTEK ANPR package, list of tags):

    plate read   {PLT};{CNF} and a line end (CR LF)

    camera                          controller
    46HVR9;87 CR LF            ->   a plate and its confidence of 100
                               <-   nothing: the camera is never spoken to

Leave {DTE}, {IDLIST} and {IDLAN} out: the first is not needed, the others tell what lists the
vehicle is on. The package has no telegram for a vehicle without a read.
The confidence is taken as a percentage; that its full scale is 100 has not been seen on a camera.
"""

import re
from typing import Final

from kiosk_hw.cameras.model import CameraModel
from kiosk_hw.lines.telegram import TelegramProfile
from kiosk_hw.ports.party import LineSettings

DEVICE: Final = CameraModel(
    name="vivotek",
    line=LineSettings(9600),
    profile=TelegramProfile(
        end=b"\r\n",
        pattern=re.compile(r"(?P<plate>[^;]{0,24});(?P<confidence>[^;]{0,8})"),
        render="{plate};{confidence}",
    ),
    template="{PLT};{CNF}",
)
