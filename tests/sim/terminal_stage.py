"""A stage for the simulated terminal: a register of hand-typed bytes, in virtual time.

A dialogue is a table of lines: `>` what the register says, `<` what the terminal must say next,
`card` a card is presented, `wait 1.5` seconds pass, `quiet 3` nothing may come for so long.
"""

from dataclasses import replace
from typing import Final

from kiosk_hw.ports.party import NEVER
from kiosk_hw.terminals.model import Transport
from kiosk_sim.devices.terminal import SimulatedTerminal, TerminalSettings
from kiosk_sim.world.cards import Card

TURNS_MAX: Final = 5_000
PATIENCE_S: Final = 300.0

TCP: Final = TerminalSettings(transport=Transport.TCP)
SERIAL: Final = TerminalSettings(transport=Transport.SERIAL)

REGISTRATION: Final = """
> 06 00 06 00 00 00 3E 09 78
< 80 00 00
< 06 0F 0A 19 10 29 52 50 00 41 49 09 78
> 80 00 00
"""

UP_TO_CARD: Final = """
> 06 01 0A 04 00 00 00 00 12 50 49 09 78
< 80 00 00
< 04 FF 01 0A
> 80 00 00
"""

UP_TO_HOST: Final = (
    UP_TO_CARD
    + """
card
< 04 FF 01 17
> 80 00 00
< 04 FF 01 04
> 80 00 00
"""
)

CARD_PART: Final = (
    " 22 F0 F8 EE EE EE EE EE EE 00 00 17 00 01"
    " 2A 31 30 30 30 30 30 30 30 30 20 20 20 20 20 20 3B 30 30 30 30 30 30 00 00"
    " 19 70 8A 0A 8B F0 F5 43 41 52 44 00 8C 03"
)
"""What a 04 0F says about card and contract: masked number, sequence, contract, approval, kind."""

OUTCOME: Final = (
    "04 0F 58 27 00 04 00 00 00 00 12 50 49 09 78 0B 00 00 01 87 00 01 29 52 50 00 41"
    " 0D 03 02 0C 08 00 01" + CARD_PART + " 88 00 00 01"
)
"""12.50 EUR approved as receipt 1 one second after eight on the second of March."""

APPROVED: Final = f"{UP_TO_HOST}\n< {OUTCOME}\n"

TAKEN: Final = """
> 80 00 00
< 06 0F 00
> 80 00 00
"""

GIVEN_BACK: Final = """
< 04 FF 01 05
> 80 00 00
< 04 0F 02 27 6C
> 80 00 00
< 06 1E 01 6C
> 80 00 00
"""


class Stage:
    """One terminal, its power and its clock."""

    def __init__(self, settings: TerminalSettings = TCP, **changes: object) -> None:
        self.busy: list[tuple[float, float, str]] = []
        self.terminal = SimulatedTerminal(
            replace(settings, **changes),  # type: ignore[arg-type]
            lambda start, end, what: self.busy.append((start, end, what)),
        )
        self.now = 0.0
        self.turns = 0
        self.terminal.connected(0.0)

    def say(self, data: bytes) -> None:
        """The register's bytes arrive."""
        self.terminal.receive(data, self.now)

    def run(self, until_s: float) -> bytes:
        """Time passes until the terminal says something, or until then."""
        while not (said := self.terminal.bytes_to_send()):
            due = self.terminal.deadline()
            if due > until_s:
                self.now = max(self.now, until_s) if until_s != NEVER else self.now
                return b""
            self.turns += 1
            assert self.turns < TURNS_MAX, "the terminal never comes to rest"
            self.now = max(self.now, due)
            self.terminal.tick(self.now)
        return said

    def hears(self, patience_s: float = PATIENCE_S) -> bytes:
        """What the terminal says next; empty if it says nothing for so long."""
        return self.run(self.now + patience_s)

    def passes(self, seconds: float) -> bytes:
        """All that the terminal says within so many seconds."""
        until_s = self.now + seconds
        said = b""
        while part := self.run(until_s):
            said += part
        return said

    def play(self, dialogue: str, card: Card | None = None) -> None:
        """Work a table of lines off; the first difference fails."""
        for line in filter(None, map(str.strip, dialogue.splitlines())):
            match line[0], line[1:].strip():
                case ">", text:
                    self.say(bytes.fromhex(text))
                case "<", text:
                    said = self.hears()
                    assert said.hex(" ").upper() == text, f"at {self.now:.3f} s"
                case _ if line == "card":
                    self.terminal.present(card or Card(), self.now)
                case _ if line.startswith("wait "):
                    assert self.passes(float(line[5:])) == b""
                case _:
                    raise AssertionError(f"no such line: {line}")
