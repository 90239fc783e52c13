"""A lane on fast lines, and what its lines alone cost an exit: the machine's physical limit.

    L = camera telegram + 2 commits                          plate known, stay found, order written
      + 06 01 + 80 00 00 + its 06 + 04 FF                    the terminal invites the driver
      + 04 FF + its 80 00 00                                 it reports the card, then asks the host
      + 04 0F + 1 commit                                     money held, opening written
      + write coil + t3.5                                    the board obeys when the line is quiet

Every message takes its bytes x the bits of a character / baud. A car that owes nothing needs the
first and the last line only, with one commit each. What devices and people take is in no line.
"""

from dataclasses import replace

from kiosk_hw.barriers.waveshare_relay_d import DEVICE as WAVESHARE
from kiosk_hw.ports.party import LineSettings
from kiosk_hw.terminals.model import ZVT_LINE
from kiosk_hw.terminals.zvt_serial import DEVICE as ZVT_SERIAL
from kiosk_sim.devices.terminal.settings import TerminalSettings
from kiosk_sim.site.virtual_lane import LanePlan
from kiosk_sim.wires.virtual import COMMIT_S

_ZVT_LINE = replace(ZVT_LINE, baud=115_200)

FAST = LanePlan(
    seed=7,
    barrier=replace(WAVESHARE, line=LineSettings(19_200)),
    terminal=replace(ZVT_SERIAL, line=_ZVT_LINE),
    terminal_settings=TerminalSettings(line=_ZVT_LINE),
)

CAMERA_CHAR_S = 10 / 9_600
ZVT_CHAR_S = 11 / 115_200
"""8N2: a start bit, eight data bits, two stop bits."""
MODBUS_CHAR_S = 10 / 19_200

FRAMING = 6
"""DLE STX before, DLE ETX and two bytes of CRC behind (PA00P016 3.1)."""

TELEGRAM = 15
"""STX, a mainland plate of 3 + 6 bytes, two separators, two digits of confidence, ETX."""

AUTHORISATION = FRAMING + 24
"""06 01: amount, currency, payment type, goods timeout and asks, receipt echo."""

ANSWER = FRAMING + 3
"""80 00 00."""

INTERMEDIATE = FRAMING + 4
"""04 FF 01 and what is shown."""

OUTCOME = FRAMING + 102
"""04 0F with everything that a status information of a payment carries."""

ACK = 1

WRITE_COIL = 8

SILENCE = 3.5
"""Characters without which no Modbus frame ends (Serial Line V1.02, 2.5.1.1)."""


def machine_limit_s(*, with_card: bool) -> float:
    """The formula above, in seconds."""
    sensed_s = TELEGRAM * CAMERA_CHAR_S
    opened_s = (WRITE_COIL + SILENCE) * MODBUS_CHAR_S
    if not with_card:
        return sensed_s + 2 * COMMIT_S + opened_s
    invited = AUTHORISATION + ANSWER + ACK + INTERMEDIATE
    presented = INTERMEDIATE + ACK + ANSWER
    paid_s = (invited + presented + OUTCOME) * ZVT_CHAR_S
    return sensed_s + 3 * COMMIT_S + paid_s + opened_s


POLL_S = (8 + 6 + 2 * SILENCE) * MODBUS_CHAR_S
"""A poll that is on the line when the barrier is to open is not interrupted."""
