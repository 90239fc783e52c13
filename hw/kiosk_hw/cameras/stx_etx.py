r"""Any template camera, set as we recommend: STX plate;country;score ETX.

Port: RS-232 or RS-485, 9600 8N1 (the default of the Nedap ANPR; another speed is set in the
configuration). Two control characters say where a telegram begins and ends, so that neither line
noise nor a lost byte can join two reads or lengthen a plate.

What to type into a Nedap ANPR (installation guide, document 5279330, serial port, message mode
RAW; a `%` opens each tag and each hex byte):

    OCR Read       %0x02%PLATE_STRING%0x3B%PLATE_COUNTRY%0x3B%OCRSCORE%0x03
    OCR Not Read   %0x02%0x3B%0x3B%0x03
    OCR No Plate   %0x02%0x3B%0x3B%0x03

    camera                          controller
    02 46HVR9;NLD;87 03        ->   a plate, its country, its score of 100
    02 ;; 03                   ->   a vehicle without a read
                               <-   nothing: the camera is never spoken to

Other makers' templates (Vaxtor `$plateutf8$`, VIVOTEK `{PLT}`) fit as well if the camera can send
control characters. Country and score may be left empty; the two semicolons stay.
The hex bytes are written as the guide's one example (`%PLATE%0x0D%0x0A`) has them; no camera has
been tried with 02 and 03 yet, so look at the first telegrams in hex.
"""

import re
from typing import Final

from kiosk_hw.cameras.model import CameraModel
from kiosk_hw.lines.telegram import TelegramProfile
from kiosk_hw.ports.party import LineSettings

DEVICE: Final = CameraModel(
    name="stx_etx",
    line=LineSettings(9600),
    profile=TelegramProfile(
        start=b"\x02",
        end=b"\x03",
        pattern=re.compile(
            r"(?P<plate>[^;]{0,24});(?P<country>[^;]{0,16});(?P<confidence>[^;]{0,8})"
        ),
        render="{plate};{country};{confidence}",
        no_read_texts=(";;", "NOREAD", "NOPLATE"),
    ),
    template="%0x02%PLATE_STRING%0x3B%PLATE_COUNTRY%0x3B%OCRSCORE%0x03",
    template_not_read="%0x02%0x3B%0x3B%0x03",
)
