"""The messages that the terminal sends, and both sides' answers (PA00P015 ch. 2.2, 3).

No class here has a field for anything about the card or its owner: reading drops it.
"""

from dataclasses import dataclass
from typing import ClassVar

from kiosk_hw.zvt.commands import LAST_RECEIPT
from kiosk_hw.zvt.layout import PRESENCE, Layout, number, packed, packed_digits


@dataclass(frozen=True, slots=True)
class StatusInformation:
    """04 0F, ch. 3.1: the outcome of a transaction; with result 00 the terminal holds the money."""

    result: int | None = None
    amount_minor: int | None = None
    currency: int | None = None
    trace_no: int | None = None
    receipt_no: int | None = None
    terminal_id: str | None = None
    date_mmdd: str | None = None
    time_hhmmss: str | None = None
    original_trace_no: int | None = None
    """Only a reversal has it: the trace number of what was taken back."""
    LAYOUT: ClassVar[Layout] = Layout(
        0x040F,
        bmps={
            0x27: ("result", number(1)),
            0x04: ("amount_minor", packed(6)),
            0x49: ("currency", packed(2)),
            0x0B: ("trace_no", packed(3)),
            0x87: ("receipt_no", packed(2)),
            0x29: ("terminal_id", packed_digits(4)),
            0x0D: ("date_mmdd", packed_digits(2)),
            0x0C: ("time_hhmmss", packed_digits(3)),
            0x37: ("original_trace_no", packed(3)),
        },
        lenient=True,
    )


@dataclass(frozen=True, slots=True)
class IntermediateStatus:
    """04 FF, ch. 3.7: what the terminal does now; `timeout_min` sets T4 anew."""

    status: int
    timeout_min: int | None = None
    LAYOUT: ClassVar[Layout] = Layout(
        0x04FF,
        head=(("status", number(1)), ("timeout_min", packed(1))),
        head_needed=1,
        lenient=True,
    )


@dataclass(frozen=True, slots=True)
class Completion:
    """06 0F, ch. 3.2: the command is over, the register is master. It never means paid."""

    status_bits: int | None = None
    """After 06 00: 01 initialise, 02 diagnose, 04 optimise, 08 filling station, 10 vending mode."""
    terminal_id: str | None = None
    currency: int | None = None
    result: int | None = None
    last_receipt: int | None = None
    """Tag 1F1F: the terminal knows the receipt echo."""
    lists_last_receipt: bool | None = None
    """Tag 1F71: the terminal lists the receipt echo."""
    LAYOUT: ClassVar[Layout] = Layout(
        0x060F,
        bmps={
            0x19: ("status_bits", number(1)),
            0x29: ("terminal_id", packed_digits(4)),
            0x49: ("currency", packed(2)),
            0x27: ("result", number(1)),
        },
        tags={
            0x1F1F: ("last_receipt", LAST_RECEIPT),
            0x1F71: ("lists_last_receipt", PRESENCE),
        },
        lenient=True,
    )


@dataclass(frozen=True, slots=True)
class StatusReport:
    """06 0F as the answer to 05 01, ch. 2.56: software version if wanted, then the status code."""

    status: int
    version: str | None = None
    terminal_id: str | None = None
    """Tag 1F44, if service bit 04 asked for TLV."""
    LAYOUT: ClassVar[Layout] = Layout(
        0x060F,
        head=(("status", number(1)),),
        head_needed=1,
        tags={0x1F44: ("terminal_id", packed_digits(4))},
        lenient=True,
    )


@dataclass(frozen=True, slots=True)
class ProcessAborted:
    """06 1E, ch. 3.3: the command is over without success."""

    code: int | None = None
    receipt_no: int | None = None
    LAYOUT: ClassVar[Layout] = Layout(
        0x061E,
        head=(("code", number(1)),),
        bmps={0x87: ("receipt_no", packed(2))},
        lenient=True,
    )


@dataclass(frozen=True, slots=True)
class PrintLine:
    """06 D1, ch. 3.5: one line to print. It may name the card, so only its length is kept."""

    characters: int
    attribute: int = 0
    """80 and above: the last line."""
    LAYOUT: ClassVar[Layout] = Layout(0x06D1)


@dataclass(frozen=True, slots=True)
class PrintBlock:
    """06 D3, ch. 3.6: a whole receipt to print, of which only each line's length is kept."""

    characters: tuple[int, ...]
    LAYOUT: ClassVar[Layout] = Layout(0x06D3)


@dataclass(frozen=True, slots=True)
class SetClock:
    """04 01, ch. 2.18: the host's time, which a diagnosis may bring."""

    date_yymmdd: str | None = None
    time_hhmmss: str | None = None
    LAYOUT: ClassVar[Layout] = Layout(
        0x0401,
        bmps={0xAA: ("date_yymmdd", packed_digits(3)), 0x0C: ("time_hhmmss", packed_digits(3))},
        lenient=True,
    )


@dataclass(frozen=True, slots=True)
class Accepted:
    """80 00: done, or taken up. 84 00 means the same."""

    LAYOUT: ClassVar[Layout] = Layout(0x8000)


@dataclass(frozen=True, slots=True)
class GoodsPending:
    """84 9C, ch. 2.2.6: the goods are not yet out; ask again in two seconds."""

    LAYOUT: ClassVar[Layout] = Layout(0x849C)


@dataclass(frozen=True, slots=True)
class GoodsPartly:
    """84 9D, ch. 2.2.6: goods for this smaller amount are out."""

    amount_minor: int
    LAYOUT: ClassVar[Layout] = Layout(0x849D, bmps={0x04: ("amount_minor", packed(6))})


@dataclass(frozen=True, slots=True)
class Refused:
    """84 xx: no. To a 04 0F with result 00 it means: no goods, give the money back."""

    code: int
    reason: int | None = None
    """A result code that some refusals add, 84 1E 01 6F for a wrong currency."""
    LAYOUT: ClassVar[Layout] = Layout(0x8400, head=(("reason", number(1)),), lenient=True)


@dataclass(frozen=True, slots=True)
class OtherMessage:
    """Anything else: its control field and size, not its content."""

    control: int
    size: int


Report = (
    StatusInformation
    | IntermediateStatus
    | Completion
    | StatusReport
    | ProcessAborted
    | PrintLine
    | PrintBlock
    | SetClock
)
Answer = Accepted | GoodsPending | GoodsPartly | Refused
