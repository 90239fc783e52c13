"""Waveshare Modbus RTU Relay (D) 8CH: eight relays and eight opto inputs on one RS-485 node.

Declarations only. Port: 9600 8N1, unit 1 (unit 0 is a broadcast: obeyed, never answered).

    controller                                   board
    ------------------------------------------   ---------------------------------------------
    01 05 00 FF 00 00 FD FA   all relays off     01 05 00 FF 00 00 FD FA   the same back
    01 02 00 00 00 08 79 CC   inputs?            01 02 01 05 61 8B         inputs 1 and 3 are on
    01 05 02 00 00 05 0C 71   relay 1, 500 ms    01 05 02 00 00 05 0C 71   the same back, at once
    01 01 00 00 00 08 3D CC   relays?            01 01 01 01 90 48         relay 1 is on
    01 05 00 00 FF 00 8C 3A   relay 1 on         01 05 00 00 FF 00 8C 3A   the same back
    01 05 00 00 00 00 CD CA   relay 1 off        01 05 00 00 00 00 CD CA   the same back

Source: waveshare.com/wiki/Modbus_RTU_Relay_(D), command list of the V2 protocol. Boards sold before
September 2021 speak V1, which is not standard Modbus, and do not work with this declaration.
The IO 8CH variant (open-drain outputs) has the same map.
"""

from typing import Final

from kiosk_hw.barriers.model import BarrierModel, BoardProfile
from kiosk_hw.ports.party import LineSettings

DEVICE: Final = BarrierModel(
    name="Waveshare Modbus RTU Relay (D) 8CH",
    line=LineSettings(9600),
    profile=BoardProfile(
        outputs=8,
        inputs=8,
        # Coil 0x00FF stands for all relays; it is write-only (wiki: "Control All Relays").
        all_outputs=0x00FF,
        # Coil 0x0200 + n closes relay n for value x 100 ms (wiki: "Relay Flash-on").
        flash_on=0x0200,
        flash_step_ms=100,
        flash_steps_max=0x7FFF,
    ),
)
