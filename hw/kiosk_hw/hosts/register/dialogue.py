"""Whose turn it is between register and terminal (PA00P016 ch. 5): one errand, T3, T4, strays.

Which errand comes next, and what the terminal's state is, belongs to the party above.
"""

from enum import Enum
from typing import Final

from kiosk_hw.hosts.register.errands import Errand, Events
from kiosk_hw.hosts.register.link import Link
from kiosk_hw.hosts.register.payment import Paying
from kiosk_hw.hosts.register.strays import refusal_code, stray_answer
from kiosk_hw.ports.party import NEVER
from kiosk_hw.ports.terminal import TerminalEvent
from kiosk_hw.zvt import codes
from kiosk_hw.zvt.apdu import DecodeError
from kiosk_hw.zvt.commands import Abort
from kiosk_hw.zvt.messages import Message, decode, encode
from kiosk_hw.zvt.reports import (
    Accepted,
    Answer,
    Completion,
    GoodsPartly,
    GoodsPending,
    IntermediateStatus,
    OtherMessage,
    ProcessAborted,
    Refused,
    StatusInformation,
    StatusReport,
)

MINUTE_S: Final = 60.0
NEVER_ASKED: Final = float("-inf")


class Turn(Enum):
    """Who speaks next."""

    OURS = "ours"
    ASKED = "asked"
    """A command of ours left; 80 00 or 84 xx must come within T3."""
    THEIRS = "theirs"
    """The terminal is master until 06 0F or 06 1E; it must speak within T4."""


class Dialogue:
    """Runs one errand over a link, and answers every message of the terminal once."""

    def __init__(self, link: Link, answer_s: float, process_s: float) -> None:
        self.link = link
        self.turn = Turn.OURS
        self.errand: Errand | None = None
        self.ended: Errand | None = None
        """The errand that ended in this turn; the owner takes it."""
        self.failure: str | None = None
        """Why the terminal counts as silent; the owner takes it."""
        self.last_payment: Paying | None = None
        self.strays = 0
        """Messages that belong to no errand of now."""
        self.misread = 0
        """APDUs that are not as ZVT wants them."""
        self.aborts_refused = 0
        self._answer_s = answer_s
        self._process_s = process_s
        self._ticket = 0
        self._due = NEVER
        self._issue_ticket = 0
        self._abort_wanted = False
        self._abort_until = NEVER_ASKED

    def __repr__(self) -> str:
        return (
            f"<Dialogue {self.turn.value} {self.errand!r} strays={self.strays}"
            f" misread={self.misread} aborts_refused={self.aborts_refused} {self.link!r}>"
        )

    def counts(self) -> dict[str, int]:
        """What happened so far, by name."""
        own = {"strays": self.strays, "misread": self.misread}
        return {**self.link.counts(), **own, "aborts_refused": self.aborts_refused}

    @property
    def free(self) -> bool:
        """A command may leave now."""
        return self.turn is Turn.OURS and self.link.idle

    @property
    def money_heard(self) -> bool:
        """The terminal took up what may be about money, and may still come back with it."""
        errand = self.errand
        return errand is not None and errand.expects_status and self.link.failure is None

    def begin(self, errand: Errand, now: float) -> None:
        """Send an errand's command. It leaves once: only the link repeats a frame."""
        assert self.turn is Turn.OURS
        self.errand = errand
        self.turn = Turn.ASKED
        self._abort_wanted = False
        self._abort_until = NEVER_ASKED
        self._issue_ticket = 0
        if isinstance(errand, Paying):
            self.last_payment = errand
        self._ticket = self.link.send(encode(errand.command), now)
        self._start_t3(now)

    def abort(self, now: float) -> None:
        """Send 06 B0 as soon as the terminal is master; a second one only after the first's T3."""
        self._abort_wanted = True
        self._send_abort(now)

    def break_off(self, why: str) -> Events:
        """The link or the terminal is gone: what runs has an unknown outcome."""
        errand, self.errand = self.errand, None
        self.turn = Turn.OURS
        self._due = NEVER
        self.link.reset()
        return errand.broken(why) if errand is not None else ()

    def receive(self, data: bytes, now: float) -> list[TerminalEvent]:
        """Hear the terminal, and answer it."""
        events: list[TerminalEvent] = []
        apdus = self.link.receive(data, now)
        self._note_delivery()
        for raw in apdus:
            events += self._hear(self._read(raw), now)
        self._start_t3(now)
        self._check_link()
        return events

    def tick(self, now: float) -> None:
        """T1 and T2 of the link, T3 and T4."""
        self.link.tick(now)
        self._start_t3(now)
        self._check_link()
        if self._due <= now and self.failure is None:
            what = "answer (T3)" if self.turn is Turn.ASKED else "word (T4)"
            self.failure = f"no {what} came from the terminal"

    def deadline(self) -> float:
        """When `tick` is due."""
        return min(self._due, self.link.deadline())

    def _start_t3(self, now: float) -> None:
        """T3 runs from the frame's acknowledgement, or it would end within the link's repeats."""
        if self.turn is Turn.ASKED and self._due == NEVER and not self.link.pending(self._ticket):
            self._due = now + self._answer_s

    def _check_link(self) -> None:
        if self.link.failure is not None and self.failure is None:
            self.failure = self.link.failure

    def _read(self, raw: bytes) -> Message | None:
        """The message, None for a status information that cannot be read."""
        try:
            return decode(raw)
        except DecodeError:
            self.misread += 1
        match raw[:2]:
            case b"\x04\x0f":
                return None
            case b"\x06\x0f":
                return Completion()
            case b"\x06\x1e":
                return ProcessAborted()
            case _:
                return OtherMessage(int.from_bytes(raw[:2], "big"), len(raw))

    def _hear(self, message: Message | None, now: float) -> Events:
        match message:
            case Accepted() | Refused() | GoodsPending() | GoodsPartly():
                return self._hear_answer(message, now)
            case _ if self.turn is not Turn.THEIRS or self.errand is None:
                self.strays += 1
                self._answer(stray_answer(message, self.last_payment), now)
                return ()
            case _:
                self._due = now + self._process_s
                return self._hear_master(message, self.errand, now)

    def _hear_master(self, message: Message | None, errand: Errand, now: float) -> Events:
        match message:
            case IntermediateStatus(status=status, timeout_min=minutes):
                if minutes:
                    self._due = now + minutes * MINUTE_S
                self._answer(Accepted(), now)
                return errand.shown(status)
            case StatusInformation() if errand.expects_status:
                answer, events = errand.informed(message)
                ticket = self._answer(answer, now)
                if message.result == codes.SUCCESS and isinstance(answer, Accepted):
                    self._issue_ticket = ticket
                    self._note_delivery()
                return events
            case None if errand.expects_status:
                answer, events = errand.misread()
                self._answer(answer, now)
                return events
            case Completion() | StatusReport():
                self._answer(Accepted(), now)
                return self._end(errand.completed(message))
            case ProcessAborted(code=code):
                self._answer(Accepted(), now)
                return self._end(errand.aborted(code or 0))
            case _:
                self._answer(stray_answer(message, self.last_payment), now)
                return ()

    def _hear_answer(self, answer: Answer, now: float) -> Events:
        errand = self.errand
        if now < self._abort_until and self.turn is Turn.THEIRS:
            self._abort_until = NEVER_ASKED
            self.aborts_refused += not isinstance(answer, Accepted)
            return ()
        if self.turn is not Turn.ASKED or errand is None:
            self.strays += 1
            return ()
        if not isinstance(answer, Accepted):
            return self._end(errand.refused(refusal_code(answer)))
        if errand.ends_with_answer:
            return self._end(errand.accepted())
        self.turn = Turn.THEIRS
        self._due = now + self._process_s
        self._send_abort(now)
        return errand.accepted()

    def _answer(self, answer: Answer, now: float) -> int:
        return self.link.send(encode(answer), now)

    def _note_delivery(self) -> None:
        """Money counts as taken only if this very 80 00 arrived."""
        if isinstance(self.errand, Paying) and self.link.acked(self._issue_ticket):
            self.errand.delivered = True

    def _end(self, events: Events) -> Events:
        self.ended, self.errand = self.errand, None
        self.turn = Turn.OURS
        self._due = NEVER
        return events

    def _send_abort(self, now: float) -> None:
        if self._abort_wanted and now >= self._abort_until and self.turn is Turn.THEIRS:
            self._abort_wanted = False
            self._abort_until = now + self._answer_s
            self.link.send(encode(Abort()), now)
