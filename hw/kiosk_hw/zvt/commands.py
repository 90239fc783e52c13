"""The messages that the cash register sends (PA00P015 ch. 2), each with the layout of its bytes."""

from dataclasses import dataclass, field
from typing import ClassVar, Final

from kiosk_hw.zvt.bcd import bcd, number_of
from kiosk_hw.zvt.layout import Kind, Layout, number, packed, packed_digits

NO_RECEIPT: Final = 0
"""As `last_receipt`: none is known. It travels as an empty object; a 0 may name receipt 1."""

CHOSEN_BY_TERMINAL: Final = 0x40
"""Payment type: the terminal decides how the card is taken (PA00P015 2.2, BMP 19)."""

BAUD_CODES: Final = {9600: 0, 19200: 1, 57600: 6, 115200: 7}
"""The speeds that `08 40` can name (PA00P015 2.57)."""

LAST_RECEIPT: Final = Kind(
    lambda value: b"" if value == NO_RECEIPT else bcd(int(value), 2),
    lambda raw: number_of(raw) if raw else NO_RECEIPT,
)

_PASSWORD: Final = (("password", packed_digits(3)),)


@dataclass(frozen=True, slots=True)
class Registration:
    """06 00, ch. 2.1: log on, say what shall be sent, and (by bitmap 06) that TLV may come."""

    password: str = field(repr=False)
    config: int
    currency: int | None = None
    service: int | None = None
    tlv: bool = False
    LAYOUT: ClassVar[Layout] = Layout(
        0x0600,
        head=(*_PASSWORD, ("config", number(1)), ("currency", packed(2))),
        head_needed=2,
        bmps={0x03: ("service", number(1))},
    )


@dataclass(frozen=True, slots=True)
class Authorisation:
    """06 01, ch. 2.2: ask for a payment; `goods_timeout_s` and `asks_max` bound the goods issue."""

    amount_minor: int
    currency: int | None = None
    payment_type: int | None = None
    goods_timeout_s: int | None = None
    asks_max: int | None = None
    """Status informations that the terminal may send before it gives the goods up."""
    tlv: bool = False
    last_receipt: int | None = None
    """The last receipt that we know (tag 1F1F), `NO_RECEIPT` if none; needs `tlv`."""
    LAYOUT: ClassVar[Layout] = Layout(
        0x0601,
        bmps={
            0x04: ("amount_minor", packed(6)),
            0x49: ("currency", packed(2)),
            0x19: ("payment_type", number(1)),
            0x01: ("goods_timeout_s", number(1)),
            0x02: ("asks_max", number(1)),
        },
        tags={0x1F1F: ("last_receipt", LAST_RECEIPT)},
    )


@dataclass(frozen=True, slots=True)
class LogOff:
    """06 02, ch. 2.24: end the registration; only 80 00 answers it."""

    LAYOUT: ClassVar[Layout] = Layout(0x0602, lenient=True)


@dataclass(frozen=True, slots=True)
class RepeatReceipt:
    """06 20, ch. 2.20: service bit 0 asks for the last booking's 04 0F, bit 1 for no print."""

    password: str = field(repr=False)
    service: int | None = None
    LAYOUT: ClassVar[Layout] = Layout(
        0x0620, head=_PASSWORD, head_needed=1, bmps={0x03: ("service", number(1))}
    )


@dataclass(frozen=True, slots=True)
class Reversal:
    """06 30, ch. 2.9: take back the booking of this receipt."""

    password: str = field(repr=False)
    receipt_no: int
    amount_minor: int | None = None
    currency: int | None = None
    LAYOUT: ClassVar[Layout] = Layout(
        0x0630,
        head=_PASSWORD,
        head_needed=1,
        bmps={
            0x87: ("receipt_no", packed(2)),
            0x04: ("amount_minor", packed(6)),
            0x49: ("currency", packed(2)),
        },
    )


@dataclass(frozen=True, slots=True)
class EndOfDay:
    """06 50, ch. 2.16: reconcile with the host."""

    password: str = field(repr=False)
    LAYOUT: ClassVar[Layout] = Layout(0x0650, head=_PASSWORD, head_needed=1)


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """06 70, ch. 2.18: call the host and check; `depth` 1..5 says how deeply (tag 1B)."""

    depth: int | None = None
    LAYOUT: ClassVar[Layout] = Layout(0x0670, tags={0x1B: ("depth", number(1))})


@dataclass(frozen=True, slots=True)
class Initialisation:
    """06 93, ch. 2.19: start up again and load what is needed."""

    password: str = field(repr=False)
    LAYOUT: ClassVar[Layout] = Layout(0x0693, head=_PASSWORD, head_needed=1)


@dataclass(frozen=True, slots=True)
class Abort:
    """06 B0, ch. 2.23: give up what runs; answered by 80 00, or 84 83 once the host is asked."""

    LAYOUT: ClassVar[Layout] = Layout(0x06B0)


@dataclass(frozen=True, slots=True)
class StatusEnquiry:
    """05 01, ch. 2.56: ask for the status; service 02 leaves the version out, 04 adds TLV."""

    password: str | None = field(default=None, repr=False)
    service: int | None = None
    LAYOUT: ClassVar[Layout] = Layout(0x0501, head=_PASSWORD, bmps={0x03: ("service", number(1))})


@dataclass(frozen=True, slots=True)
class BaudChange:
    """08 40, ch. 2.57: another speed, by its code; answered at the old one, used after 2 s."""

    code: int
    LAYOUT: ClassVar[Layout] = Layout(0x0840, head=(("code", number(1)),), head_needed=1)


Command = (
    Registration
    | Authorisation
    | LogOff
    | RepeatReceipt
    | Reversal
    | EndOfDay
    | Diagnosis
    | Initialisation
    | Abort
    | StatusEnquiry
    | BaudChange
)
