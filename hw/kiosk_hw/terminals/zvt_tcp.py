"""A ZVT terminal on TCP, as PA00P015 and PA00P016 describe it; no maker's deviations.

Port: 20007, some makers 22000; the register connects, and every message uses that connection.

    register (host)                              terminal (device)
    06 00 password, config 3E, EUR, 03, 06  ->   80 00 00, then 06 0F with its id
    05 01                                   ->   80 00 00, then 06 0F with its status
    06 01 amount, EUR, goods timeout        ->   80 00 00, 04 FF, 04 0F, 06 0F as on a serial line

APDUs are bare: no DLE, no CRC, no 06 or 15. A connection that closes early aborts what ran.
"""

from typing import Final

from kiosk_hw.terminals.model import TerminalModel, Transport

DEVICE: Final = TerminalModel(name="ZVT TCP", transport=Transport.TCP, tcp_port=20007)
