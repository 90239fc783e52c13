"""Where a silent board may be instead: it is asked for its inputs at other speeds, parities, units.

Reading inputs changes nothing on any board. The search runs only in the pauses between two starts,
so that a board which comes back is taken over as soon as without it.
"""

from typing import Final, NamedTuple

from kiosk_hw.barriers.model import BoardProfile
from kiosk_hw.modbus.frames import DecodeError, decode_response, encode, response_length
from kiosk_hw.modbus.messages import ExceptionReply, answers
from kiosk_hw.ports.party import NEVER, LineSettings
from kiosk_hw.ports.search import BoardFound, BoardNowhere

AFTER_S: Final = 2.0
"""How long a board is silent before it is looked for: a fuse or a plug is back sooner."""

ANSWER_S: Final = 0.045
"""How long an answer may stay out: boards take 10 ms, an adapter's latency timer 16 ms."""

AGAIN_S: Final = 30.0
"""The pause after a whole round: somebody may have turned a switch meanwhile."""

BAUDS: Final = (9600, 19200, 38400, 115200, 57600, 4800)
PARITIES: Final = ("N", "E", "O")

UNITS_MAX: Final = 247
"""The highest address of Modbus; 255 is what many boards leave the factory with."""

HEARD_MAX: Final = 64
"""Bytes of one answer that are kept: the reply is 7 bytes long, an echo before it 8."""

FACTORY_UNITS: Final = (*range(1, 17), 255, 247, 32, 64, 100, 128)
"""The addresses that are set most often are asked for first."""


class Question(NamedTuple):
    """One way in which the board may be set."""

    line: LineSettings
    unit: int


def questions(line: LineSettings, unit: int) -> list[Question]:
    """Every other way, the likely ones first; each differs from the configured one in one thing."""
    found = [
        Question(LineSettings(baud, line.data_bits, line.parity, line.stop_bits), unit)
        for baud in BAUDS
        if baud != line.baud
    ]
    found += [
        Question(LineSettings(line.baud, line.data_bits, parity, line.stop_bits), unit)
        for parity in PARITIES
        if parity != line.parity
    ]
    units = dict.fromkeys((*FACTORY_UNITS, *range(1, UNITS_MAX + 1)))
    return found + [Question(line, each) for each in units if each != unit]


class BoardSearch:
    """One question at a time; `line` is how the line must be set for it."""

    def __init__(self, profile: BoardProfile, line: LineSettings, unit: int) -> None:
        self.asked = 0
        self._request = profile.read_inputs()
        self._line, self._unit = line, unit
        self._left: list[Question] = []
        self._now_asked: Question | None = None
        self._answered: Question | None = None
        self._heard = bytearray()
        self._ends_at = NEVER
        self._resumes_at = NEVER

    @property
    def asking(self) -> bool:
        """A question is out: what comes in belongs to it."""
        return self._now_asked is not None

    @property
    def line(self) -> LineSettings:
        """How the line must be set now."""
        return self._line if self._now_asked is None else self._now_asked.line

    def begin(self, now: float) -> None:
        """The board fell silent."""
        self._resumes_at = now + AFTER_S
        self._left = []

    def stop(self) -> None:
        """The board is back, or the link is gone."""
        self._now_asked = self._answered = None
        self._left = []
        self._ends_at = self._resumes_at = NEVER

    def next_question(self, now: float, until: float) -> bytes:
        """The bytes of the next question, if its answer would be here by `until`; else nothing."""
        if self._now_asked is not None or now < self._resumes_at:
            return b""
        if not self._left:
            self._left, self.asked = questions(self._line, self._unit)[::-1], 0
        question = self._left[-1]
        frame = encode(question.unit, self._request)
        takes_s = (len(frame) + response_length(self._request)) * question.line.char_s + ANSWER_S
        if now + takes_s > until:
            self._resumes_at = until
            return b""
        self._left.pop()
        self._now_asked, self._ends_at = question, now + takes_s
        self._heard.clear()
        self.asked += 1
        return frame

    def hear(self, data: bytes, now: float) -> bool:
        """Bytes came in while a question was out; says whether they answer it.

        A board may just have come back behind an adapter that knows no speed: it counts as found
        when it still does not answer where it should, see `missed`.
        """
        self._heard = (self._heard + data)[-HEARD_MAX:]
        question = self._now_asked
        if question is None or not self._answers(question):
            return False
        self.stop()
        self._answered = question
        self._resumes_at = now + AGAIN_S
        return True

    def missed(self) -> list[BoardFound]:
        """One more start has failed: what answered a question before it is where the board is."""
        question, self._answered = self._answered, None
        if question is None:
            return []
        return [BoardFound(question.line, question.unit, self._line, self._unit)]

    def tick(self, now: float) -> list[BoardNowhere]:
        """The answer is late: nobody is there. After the last question that is told."""
        if now < self._ends_at:
            return []
        self._now_asked, self._ends_at = None, NEVER
        if self._left:
            return []
        self._resumes_at = now + AGAIN_S
        return [BoardNowhere(self.asked)]

    def deadline(self) -> float:
        """When an answer is late, or the next question may leave."""
        return self._ends_at if self.asking else self._resumes_at

    def _answers(self, question: Question) -> bool:
        """Whether a whole reply stands anywhere in what was heard; an adapter may echo."""
        heard = bytes(self._heard)
        length = response_length(self._request)
        for at in range(len(heard)):
            for end in (at + length, at + 5):
                try:
                    unit, reply = decode_response(heard[at:end])
                except DecodeError:
                    continue
                told = isinstance(reply, ExceptionReply) or answers(self._request, reply)
                if unit == question.unit and told:
                    return True
        return False
