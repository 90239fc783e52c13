"""No-name Modbus relay boards, eight relays and eight inputs: channels from 1, and ON is 0x0100.

Declarations only. Port: 9600 8N1, unit 1 (many leave the factory as unit 255: set it first).

    controller                                   board
    ------------------------------------------   ---------------------------------------------
    01 05 00 01 00 00 9C 0A   relay 1 off        01 05 00 01 00 00 9C 0A   the same back
      ... and so for relays 2 to 8: these boards have no coil that stands for all
    01 02 00 01 00 08 28 0C   inputs?            01 02 01 05 61 8B         inputs 1 and 3 are on
    01 05 00 01 01 00 9D 9A   relay 1 on         01 05 00 01 01 00 9D 9A   the same back
      ... the controller waits out the pulse itself ...
    01 05 00 01 00 00 9C 0A   relay 1 off        01 05 00 01 00 00 9C 0A   the same back

They have no pulse of their own, so the pulse is ON, then OFF when our time is up. That is second
best: a controller that dies in between leaves the relay closed, and the arm up, until it runs again
and switches everything off. Choose a board with a timed pulse where there is a choice.

The values are those of the boards described at gist.github.com/TG9541 (4f61ce53); there is no
manual.
"""

from typing import Final

from kiosk_hw.barriers.model import BarrierModel, BoardProfile
from kiosk_hw.ports.party import LineSettings

DEVICE: Final = BarrierModel(
    name="no-name Modbus relay board 8CH",
    line=LineSettings(9600),
    profile=BoardProfile(outputs=8, inputs=8, first_output=1, first_input=1, on_value=0x0100),
)
