"""What a silent terminal may speak instead: it is asked for its status in other ways.

A status enquiry (05 01) changes nothing on any terminal. The search runs between two tries to
register, and ends with the question as it should be asked: what answers that one has come back.
"""

from collections.abc import Callable
from typing import Final, NamedTuple

from kiosk_hw.ports.party import NEVER, LineSettings
from kiosk_hw.ports.search import Dialect, TerminalFound, TerminalNowhere
from kiosk_hw.zvt.serial_framing import ACK, DLE, ETX, NAK, STX, SerialDeframer, frame

ANSWER_S: Final = 0.3
"""How long an answer may stay out: a terminal acknowledges at once, and a network takes 50 ms."""

BAUDS: Final = (9600, 115200, 19200, 57600, 38400, 4800)

HEARD_MAX: Final = 64
"""Bytes of one answer that are kept."""

TEXT_MIN: Final = 8
TEXT_SHARE: Final = 0.75
"""So many bytes, and such a share of them printable, are text: no ZVT message has either."""

ENQUIRY: Final = b"\x05\x01\x00"
"""05 01 without password and service byte (PA00P015 2.56)."""

_HEAD: Final = bytes((DLE, STX))
_TAIL: Final = bytes((DLE, ETX))
_APDUS: Final = (b"\x80\x00", b"\x84", b"\x06\x0f", b"\x06\x1e", b"\x04\x0f", b"\x04\xff")


class Question(NamedTuple):
    """One way of asking, and what its answer would prove."""

    dialect: Dialect | None
    """None: the way in which it should be asked."""
    data: bytes
    line: LineSettings
    answers: Callable[[bytes], bool]


def lrc(data: bytes) -> int:
    """One check byte: all bytes, exclusive or."""
    check = 0
    for byte in data:
        check ^= byte
    return check


def crc16_xmodem(data: bytes) -> int:
    """CRC-16/XMODEM: polynomial 0x1021, starts at zero, not reflected."""
    crc = 0
    for byte in data:
        crc ^= byte << 8
        for _ in range(8):
            crc = (crc << 1 ^ 0x1021 if crc & 0x8000 else crc << 1) & 0xFFFF
    return crc


def _acknowledged(heard: bytes) -> bool:
    return heard[:1] == bytes((ACK,)) or heard[:2] == bytes((DLE, ACK))


def _framed(heard: bytes) -> bool:
    return any(isinstance(each, bytes) for each in SerialDeframer().feed(heard))


def _bare(heard: bytes) -> bool:
    return heard.startswith(_APDUS)


def _in_frames(heard: bytes) -> bool:
    return _framed(heard) or heard[:1] in (bytes((ACK,)), bytes((NAK,)))


def is_text(heard: bytes) -> bool:
    """Whether these bytes are words of another service."""
    printable = sum(1 for byte in heard if 0x20 <= byte < 0x7F)
    return len(heard) >= TEXT_MIN and printable >= TEXT_SHARE * len(heard)


def questions(line: LineSettings, serial: bool) -> list[Question]:
    """Every other way, and last the right one."""
    if not serial:
        return [
            Question(Dialect.SERIAL_FRAMING, frame(ENQUIRY), line, _in_frames),
            Question(None, ENQUIRY, line, _bare),
        ]
    checked = ENQUIRY + bytes((ETX,))
    with_lrc = _HEAD + ENQUIRY + _TAIL + bytes((lrc(checked),))
    with_crc = _HEAD + ENQUIRY + _TAIL + crc16_xmodem(checked).to_bytes(2, "little")
    asked = [
        Question(Dialect.LRC, with_lrc, line, _acknowledged),
        Question(Dialect.OTHER_CRC, with_crc, line, _acknowledged),
        Question(Dialect.TCP_FRAMING, ENQUIRY, line, _bare),
    ]
    for baud in BAUDS:
        if baud != line.baud:
            other = LineSettings(baud, line.data_bits, line.parity, line.stop_bits)
            asked.append(Question(Dialect.OTHER_BAUD, frame(ENQUIRY), other, _framed))
    return [*asked, Question(None, frame(ENQUIRY), line, _framed)]


class TerminalSearch:
    """One question at a time; `line` is how the line must be set for it."""

    def __init__(self, serial: bool) -> None:
        self._serial = serial
        self._left: list[Question] = []
        self._now_asked: Question | None = None
        self._candidate: Question | None = None
        self._refused = False
        self._heard = b""
        self._overheard = self._out = b""
        self._asked = 0
        self._ends_at = NEVER

    @property
    def asking(self) -> bool:
        """A question is out: what comes in belongs to it."""
        return self._now_asked is not None

    @property
    def line(self) -> LineSettings | None:
        """How the line must be set for what is asked now."""
        return None if self._now_asked is None else self._now_asked.line

    def overhear(self, data: bytes) -> None:
        """Bytes of a terminal that is not ready yet; kept in memory, and shown to nobody."""
        self._overheard = (self._overheard + data)[:HEARD_MAX]

    def begin(self, line: LineSettings, now: float) -> None:
        """The terminal fell silent: ask the first question."""
        self._left = questions(line, self._serial)[::-1]
        self._candidate, self._refused, self._asked = None, False, 0
        self._next(now)

    def stop(self) -> None:
        """The link is gone."""
        self._now_asked = self._candidate = None
        self._left = []
        self._overheard = self._out = b""
        self._ends_at = NEVER

    def hear(self, data: bytes) -> bytes:
        """Bytes came in while a question was out.

        A message in the terminal's right dialect ends the search, and is given back to be heard: it
        may be about money.
        """
        self._heard = (self._heard + data)[:HEARD_MAX]
        understood = _framed if self._serial else _bare
        if not understood(self._heard):
            return b""
        question = self._now_asked
        if question is not None and question.dialect is Dialect.OTHER_BAUD:
            return b""
        heard = self._heard
        self.stop()
        return heard

    def tick(self, now: float) -> list[TerminalFound | TerminalNowhere]:
        """An answer had its time: the next question, or what the search has found."""
        question = self._now_asked
        if question is None or now < self._ends_at:
            return []
        self._now_asked, self._ends_at = None, NEVER
        if is_text(self._heard):
            self._overheard = self._heard
        self._refused = self._refused or bytes((NAK,)) in self._heard[:2]
        answered = question.answers(self._heard)
        if question.dialect is None:
            return self._found(answered)
        if answered:
            self._candidate = question
            del self._left[1:]
        self._next(now)
        return []

    def bytes_to_send(self) -> bytes:
        """The question, once."""
        out, self._out = self._out, b""
        return out

    def deadline(self) -> float:
        """When the answer had its time."""
        return self._ends_at

    def _next(self, now: float) -> None:
        question = self._left.pop()
        self._now_asked, self._heard = question, b""
        self._asked += 1
        self._ends_at = now + len(question.data) * question.line.char_s + ANSWER_S
        self._out = question.data

    def _found(self, came_back: bool) -> list[TerminalFound | TerminalNowhere]:
        overheard, self._overheard = self._overheard, b""
        if came_back:
            return []
        candidate = self._candidate
        if candidate is not None and candidate.dialect is not None:
            return [TerminalFound(candidate.dialect, str(candidate.line))]
        if is_text(overheard):
            return [TerminalFound(Dialect.TEXT, f"{len(overheard)} bytes of text")]
        if self._refused:
            return [TerminalFound(Dialect.NAK_ONLY, "NAK")]
        return [TerminalNowhere(self._asked)]
