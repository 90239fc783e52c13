"""Questions that change nothing: to a board for its inputs, to a terminal for its status. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from kiosk_hw.barriers.model import BarrierModel
from kiosk_hw.hosts.board import search as board_search
from kiosk_hw.hosts.register import search as terminal_search
from kiosk_hw.modbus.frames import (
    EXCEPTION_FRAME,
    DecodeError,
    decode_response,
    encode,
    response_length,
)
from kiosk_hw.modbus.messages import InputsRead, ReadInputs, answers
from kiosk_hw.ports.party import LineSettings
from kiosk_hw.ports.search import Dialect
from kiosk_hw.zvt.apdu import DecodeError as UnreadableMessage
from kiosk_hw.zvt.codes import status_meaning
from kiosk_hw.zvt.commands import StatusEnquiry
from kiosk_hw.zvt.messages import decode
from kiosk_hw.zvt.messages import encode as encode_zvt
from kiosk_hw.zvt.reports import Accepted, StatusReport
from kiosk_hw.zvt.serial_framing import ACK_BYTE, NAK_BYTE, SerialDeframer, frame
from kiosk_hw.zvt.tcp_framing import TcpDeframer

BOARD_S: Final = 0.12
"""How long a board may take: 10 ms, and an adapter's latency timer."""

TERMINAL_S: Final = 1.0
"""How long a terminal may take to say anything: its receipt comes at once, its status soon."""

ENQUIRY: Final = encode_zvt(StatusEnquiry())
"""05 01 without password and service byte (PA00P015 2.56)."""

ACCEPTED: Final = encode_zvt(Accepted())

STARTS: Final = frozenset({b"\x80\x00", b"\x84\x00", b"\x06\x0f", b"\x06\x1e"})
"""How a bare answer to it begins."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an answer proves, in words; what it wants back; a terminal's status."""

    says: str
    reply: bytes = b""
    status: int | None = None
    blocks: int = 1
    """How many whole answers were heard until now."""
    final: bool = True
    """Nothing more is to come."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, how the line is set for it, and what an answer proves."""

    data: bytes
    line: LineSettings
    answer_s: float
    proves: Callable[[bytes], Verdict | None]
    unit: int = 0
    dialect: Dialect | None = None


def board_questions(model: BarrierModel) -> list[Question]:
    """As the board is set first; then every other speed, parity and address."""
    asked = [(model.line, model.unit), *board_search.questions(model.line, model.unit)]
    request = model.profile.read_inputs()
    return [
        Question(encode(unit, request), line, BOARD_S, _Inputs(request, unit), unit)
        for line, unit in asked
    ]


@dataclass(frozen=True, slots=True)
class _Inputs:
    """Proves a board by a whole reply of its unit, anywhere in what was heard."""

    request: ReadInputs
    unit: int

    def __call__(self, heard: bytes) -> Verdict | None:
        size = response_length(self.request)
        for at in range(len(heard)):
            for end in (at + size, at + EXCEPTION_FRAME):
                verdict = self._judged(heard[at:end])
                if verdict is not None:
                    return verdict
        return None

    def _judged(self, one: bytes) -> Verdict | None:
        try:
            unit, reply = decode_response(one)
        except DecodeError:
            return None
        if unit != self.unit or not answers(self.request, reply):
            return None
        if not isinstance(reply, InputsRead):
            return Verdict("it refuses to tell its inputs")
        bits = "".join(f"{byte:08b}"[::-1] for byte in reply.packed)
        return Verdict(f"inputs {bits} (1 first)")


def terminal_questions(line: LineSettings, serial: bool) -> list[Question]:
    """As the terminal is set first; then other speeds, check sums and framings."""
    first = Question(frame(ENQUIRY), line, TERMINAL_S, _framed)
    if not serial:
        first = Question(ENQUIRY, line, TERMINAL_S, _bare)
    others = terminal_search.questions(line, serial)
    return [
        first,
        *(
            Question(each.data, each.line, TERMINAL_S, _Heard(each.answers), dialect=each.dialect)
            for each in others
            if each.dialect is not None
        ),
    ]


@dataclass(frozen=True, slots=True)
class _Heard:
    """Proves a dialect by what answers in it."""

    answers: Callable[[bytes], bool]

    def __call__(self, heard: bytes) -> Verdict | None:
        return Verdict("it answers") if self.answers(heard) else None


def dialect_of(heard: bytes) -> Dialect | None:
    """What an answer that is none proves by itself: another service, or another framing."""
    if terminal_search.is_text(heard):
        return Dialect.TEXT
    return Dialect.NAK_ONLY if heard[:1] == NAK_BYTE else None


def _framed(heard: bytes) -> Verdict | None:
    """Whole good blocks: this line, and this framing."""
    blocks = [each for each in SerialDeframer().feed(heard) if isinstance(each, bytes)]
    return _said(blocks, ACK_BYTE, ACK_BYTE + frame(ACCEPTED)) if blocks else None


def _bare(heard: bytes) -> Verdict | None:
    """Whole messages without any framing."""
    blocks = TcpDeframer().feed(heard) if heard[:2] in STARTS else []
    return _said(blocks, b"", ACCEPTED) if blocks else None


def _said(blocks: list[bytes], more: bytes, last: bytes) -> Verdict:
    """What the terminal said: its status, or that it hears us at all."""
    try:
        message = decode(blocks[-1])
    except UnreadableMessage:
        return Verdict("it answers, in a way that cannot be read", more, blocks=len(blocks))
    if isinstance(message, StatusReport):
        meaning = status_meaning(message.status).says
        text = f"status {message.status:02X}: {meaning}"
        return Verdict(text, last, message.status, len(blocks))
    final = not isinstance(message, Accepted)
    return Verdict(f"it answers {type(message).__name__}", more, None, len(blocks), final)
