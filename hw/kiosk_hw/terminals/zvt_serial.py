"""A ZVT terminal on a serial line, as PA00P015 and PA00P016 describe it; no maker's deviations.

Port: 9600 8N2, no handshake, no modem lines; some terminals want 8N1, `08 40` moves up to 115200.

    register (host)                              terminal (device)
    06 00 password, config 3E, EUR, 03, 06  ->   06, 80 00 00, then 06 0F with its id
    05 01                                   ->   06, 80 00 00, then 06 0F with its status
    06 01 amount, EUR, goods timeout        ->   06, 80 00 00
    80 00 00                                <-   04 FF 0A, a card is awaited
    80 00 00                                <-   04 FF 04, a card was presented
    84 9C 00 while the barrier moves        <-   04 0F, result 00: money held; again in 2 s
    80 00 00 when it is open, 84 66 if not  <-   04 0F, result 00
    80 00 00                                <-   06 0F taken, or 06 1E given back

Every block is answered by 06 or 15 before it is looked at; a lost one is repeated twice.
"""

from typing import Final

from kiosk_hw.terminals.model import TerminalModel, Transport

DEVICE: Final = TerminalModel(name="ZVT serial", transport=Transport.SERIAL)
