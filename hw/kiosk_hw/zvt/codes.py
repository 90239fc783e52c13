"""ZVT result and status codes (PA00P015 ch. 10, 2.56, 3.7) in plain words, with their cures."""

from typing import Final, NamedTuple


class Meaning(NamedTuple):
    """What a code says, and what helps."""

    says: str
    cure: str = ""

    def __str__(self) -> str:
        return f"{self.says}; {self.cure}" if self.cure else self.says


SUCCESS: Final = 0x00
READY: Final = 0x00
TIMEOUT_OR_ABORT_KEY: Final = 0x6C
WRONG_CURRENCY: Final = 0x6F
NOT_POSSIBLE: Final = 0x83
PLEASE_WAIT: Final = 0x9C
NOT_READY: Final = 0xA0
GOODS_FAILED: Final = 0x66
"""What the register answers when the goods cannot be issued: any 84 but 00, 9C and 9D will do."""

INITIALISATION_NEEDED: Final = 0x51
CLOCK_WRONG: Final = 0x62
DIAGNOSIS_NEEDED: Final = 0xC2
RECONCILIATION_NEEDED: Final = 0xF0

NO_BOOKING: Final = 0xB8
"""06 1E: the terminal holds no booking of the kind that was asked for (PA00P015 2.10, 2.20)."""

_ANOTHER_CARD: Final = "try another card"
_WIPE: Final = "try again, clean the reader if it stays"

RESULTS: Final[dict[int, Meaning]] = {
    0x00: Meaning("done"),
    0x05: Meaning("the issuer declined the card", _ANOTHER_CARD),
    0x64: Meaning("the card could not be read", _WIPE),
    0x65: Meaning("the card's data are missing or wrong", _ANOTHER_CARD),
    0x66: Meaning("processing error", "try again"),
    0x67: Meaning("this card may not do this", _ANOTHER_CARD),
    0x68: Meaning("this card may not do this without a PIN pad", _ANOTHER_CARD),
    0x6A: Meaning("the card is void", _ANOTHER_CARD),
    0x6B: Meaning("the card was not accepted", _ANOTHER_CARD),
    0x6C: Meaning("nobody paid in time, or the abort key was pressed"),
    0x6D: Meaning("the card's data could not be entered by hand", _ANOTHER_CARD),
    0x6F: Meaning("wrong currency", "set the currency that the acquirer booked for this terminal"),
    0x71: Meaning("the amount is above what the card may spend", _ANOTHER_CARD),
    0x77: Meaning("the end of day is not possible", "make a diagnosis, then the end of day again"),
    0x78: Meaning("the card has expired", _ANOTHER_CARD),
    0x79: Meaning("this kind of card is not known", _ANOTHER_CARD),
    0x7A: Meaning("fallback is not possible", _ANOTHER_CARD),
    0x7D: Meaning("communication error", "check the terminal's network"),
    0x83: Meaning("the function is not possible"),
    0x85: Meaning("the key is not known", "the acquirer must load it"),
    0x89: Meaning("PIN pad error", "restart the terminal"),
    0x9A: Meaning("ZVT protocol error", "report it with the device's counters"),
    0x9B: Meaning("the host could not be reached", "check the terminal's network"),
    0x9C: Meaning("please wait"),
    0xA0: Meaning("the terminal is not ready", "wait, then ask its status"),
    0xA1: Meaning("the terminal does not know the merchant or host", "the acquirer must set it up"),
    0xA3: Meaning("no connection to the host", "check the terminal's network"),
    0xB1: Meaning("memory full", "make the end of day"),
    0xB2: Meaning("the merchant journal is full", "make the end of day"),
    0xB4: Meaning("already reversed"),
    0xB5: Meaning("this booking cannot be reversed", "refund it by hand"),
    0xB8: Meaning("no such booking is open"),
    0xC2: Meaning("a diagnosis is needed", "make a diagnosis (06 70)"),
    0xC3: Meaning("the largest amount was exceeded", "ask the acquirer for the limit"),
    0xCC: Meaning("the printer is not ready", "refill or restart it"),
    0xDC: Meaning("a card is inserted", "take the card out"),
    0xDF: Meaning("the device is out of order", "restart the terminal, then call the acquirer"),
    0xF0: Meaning("a reconciliation is needed", "make the end of day (06 50)"),
    0xFF: Meaning("system error", "restart the terminal"),
}
"""What 04 0F, 06 1E and 84 xx may give as the reason."""

STATUSES: Final[dict[int, Meaning]] = {
    0x00: Meaning("ready"),
    0x51: Meaning("an initialisation is needed", "initialise (06 93)"),
    0x62: Meaning("date or time is wrong", "make a diagnosis (06 70), it brings the host's time"),
    0x9C: Meaning("busy", "wait"),
    0x9D: Meaning("partial issue of goods is under way", "wait"),
    0xC2: Meaning("a diagnosis is needed", "make a diagnosis (06 70)"),
    0xDC: Meaning("a card is inserted", "take the card out"),
    0xDF: Meaning("out of order", "restart the terminal, then call the acquirer"),
    0xE1: Meaning("a card is not fully removed", "take the card out"),
    0xE2: Meaning("the card reader has an error", "clean the reader, then restart the terminal"),
    0xE3: Meaning("the shutter has an error", "free the shutter, then restart the terminal"),
    0xE4: Meaning("the terminal is not activated", "the acquirer must activate it"),
    0xF0: Meaning("a reconciliation is needed", "make the end of day (06 50)"),
}
"""What 05 01 may give as the status; all but 00 keep the terminal from taking a payment."""

INSERT_CARD: Final = 0x0A
HOST_ASKED: Final = 0x04
PLEASE_WAIT_SHOWN: Final = 0x0E
PLEASE_WAIT_AGAIN: Final = 0x17

CARD_AWAITED: Final = frozenset((INSERT_CARD,))
"""04 FF: the terminal asks for a card or phone."""

CARD_PRESENTED: Final = frozenset((HOST_ASKED, PLEASE_WAIT_SHOWN, PLEASE_WAIT_AGAIN, 0x15))
"""04 FF: a card is there, and terminal, host or the driver's PIN is at work."""

REMOVE_CARD: Final = 0x40
"""04 FF 41..5D: the status 40 lower, and the driver shall take the card out as well."""

UNKNOWN: Final = Meaning("code not known", "see the terminal's manual")


def result_meaning(code: int) -> Meaning:
    """What a result code says; 01..63 are the host's own."""
    if 0x01 <= code <= 0x63 and code not in RESULTS:
        return Meaning(f"the host declined with its code {code:02X}", _ANOTHER_CARD)
    return RESULTS.get(code, UNKNOWN)


def status_meaning(code: int) -> Meaning:
    """What a terminal's status says."""
    return STATUSES.get(code) or RESULTS.get(code, UNKNOWN)


def shown_status(status: int) -> int:
    """A 04 FF status without its wish that the card be taken out."""
    return status - REMOVE_CARD if 0x41 <= status <= 0x5D else status
