"""Runs one dialogue of the terminal at a time: when it speaks, what it waits for, how it ends."""

from collections import deque
from typing import Final, TypeAlias

from kiosk_hw.ports.party import NEVER
from kiosk_hw.zvt import codes
from kiosk_sim.devices.terminal.dialogues import wording
from kiosk_sim.devices.terminal.dialogues.script import (
    AwaitCard,
    Heard,
    Hush,
    Pass,
    Phase,
    PowerFailed,
    Rest,
    Say,
    Script,
    Wait,
)
from kiosk_sim.devices.terminal.dialogues.service import dialogue
from kiosk_sim.devices.terminal.dialogues.understanding import YES, answer_in, is_answer
from kiosk_sim.devices.terminal.faults import Edge, Step
from kiosk_sim.devices.terminal.links.serial import SerialLink
from kiosk_sim.devices.terminal.links.tcp import TcpLink
from kiosk_sim.devices.terminal.unit import Unit
from kiosk_sim.world.cards import Card

ASIDES_MAX: Final = 4
"""Commands that are answered while another dialogue runs, at one time; further ones are dropped."""

ABORT: Final = b"\x06\xb0\x00"


Link: TypeAlias = SerialLink | TcpLink


class Desk:
    """The register is on the other side of it."""

    def __init__(self, unit: Unit, link: Link) -> None:
        self._unit = unit
        self._link = link
        self._script: Script | None = None
        self._command = b""
        self._say: Say | None = None
        self._card: Card | None = None
        """Presented while the register was still being told of the invitation."""
        self._due_s = NEVER
        self._sent = self._awaited = self._losses = 0
        self._abort_wished = False
        self._asides: deque[tuple[float, bytes]] = deque()
        self.phase = Phase.IDLE
        self.hangs_up = False
        """T3 passed: on TCP the terminal closes the connection (PA00P016 5.2)."""
        self.stray_answers = 0
        self.repeated = 0
        """Running commands that came again, because their ACK was lost."""
        self.refused = 0
        """Commands that came while another one ran."""
        self.unanswered = 0

    def __repr__(self) -> str:
        return (
            f"<Desk {self.phase.value!r} unanswered={self.unanswered} refused={self.refused}"
            f" repeated={self.repeated} stray_answers={self.stray_answers}>"
        )

    def hear(self, apdu: bytes, now: float) -> None:
        """A message of the register, complete and new."""
        if is_answer(apdu):
            self._answered(apdu, now)
        elif self._script is None:
            self._open(apdu, now)
        elif self._phase_is_over():
            self.break_off()
            self._open(apdu, now)
        elif self._link.repeating and apdu == self._command:
            self.repeated += 1
        elif apdu == ABORT:
            self._abort(now)
        else:
            self.refused += 1
            self._aside(wording.refused(codes.NOT_READY), now)

    @property
    def invites(self) -> bool:
        """The display asks for a card, from the moment that the terminal tells the register so."""
        if self.phase is Phase.INVITING:
            return True
        says = self._say is not None and self._say.step is Step.INVITE
        return says and self.phase in (Phase.FLYING, Phase.ASKING) and self._card is None

    def present(self, card: Card, now: float) -> None:
        """A card is held against the reader; nothing happens unless it was invited."""
        if self.phase is Phase.INVITING:
            self._resume(Heard(now, card))
        elif self.invites:
            self._card = card

    def progress(self, now: float) -> None:
        """See whether the link has brought the last message over."""
        link, say = self._link, self._say
        if self.phase is not Phase.FLYING or say is None:
            return
        if link.delivered + link.undelivered < self._awaited:
            return
        if link.undelivered > self._losses:
            self._unanswered(now)
            return
        self._die_at(say.step, Edge.AFTER)
        if say.answered:
            self.phase, self._due_s = Phase.ASKING, now + self._unit.settings.answer_s
            if say.answer_by_s is not None:
                self._due_s = min(self._due_s, say.answer_by_s)
        else:
            self._resume(Heard(now, Hush.DELIVERED))

    def tick(self, now: float) -> None:
        """Speak, or take notice that time is up."""
        while self._asides and self._asides[0][0] <= now:
            self._send(self._asides.popleft()[1], now)
        if self._due_s <= now:
            match self.phase:
                case Phase.REACTING:
                    self._speak(now)
                case Phase.ASKING:
                    self._unanswered(now)
                case _:
                    self._resume(Heard(now, Hush.TIME_UP))

    def deadline(self) -> float:
        """When `tick` has something to do."""
        return min(self._due_s, self._asides[0][0]) if self._asides else self._due_s

    def break_off(self) -> None:
        """The dialogue ends here and now, without a further word; held money is let go."""
        if self._script is not None:
            self._script.close()
        self._unit.let_go()
        self._close()

    def relink(self, link: Link) -> None:
        """The line is another one now; what ran on the old one is over."""
        self.break_off()
        self._link = link
        self._sent = link.delivered + link.undelivered

    def forget(self) -> None:
        """The power failed."""
        self.break_off()
        self._asides.clear()
        self.hangs_up = False
        self._sent = self._link.delivered + self._link.undelivered

    def _open(self, apdu: bytes, now: float) -> None:
        self._command = apdu
        self._abort_wished = False
        self._script = dialogue(self._unit, apdu, now)
        self._enter(next(self._script), now)

    def _close(self) -> None:
        self._script = self._say = self._card = None
        self.phase, self._due_s = Phase.IDLE, NEVER

    def _resume(self, heard: Heard) -> None:
        if self._script is None:
            return
        try:
            wait = self._script.send(heard)
            while isinstance(wait, Pass):
                self._die_at(wait.step, wait.edge)
                wait = self._script.send(heard)
        except StopIteration:
            self._close()
            return
        self._enter(wait, heard.now)

    def _enter(self, wait: Wait, now: float) -> None:
        match wait:
            case Say():
                self._say = wait
                self.phase, self._due_s = Phase.REACTING, now + self._unit.settings.reaction_s
                self._unit.on_busy(now, self._due_s, "terminal")
            case Rest():
                self.phase, self._due_s = Phase.RESTING, wait.until_s
            case AwaitCard() if self._abort_wished:
                self._resume(Heard(now, Hush.ABORTED))
            case AwaitCard() if self._card is not None:
                card, self._card = self._card, None
                self._resume(Heard(now, card))
            case AwaitCard():
                self.phase, self._due_s = Phase.INVITING, wait.until_s
            case Pass():
                raise AssertionError("a dialogue starts with a word")

    def _speak(self, now: float) -> None:
        if self._say is None:
            return
        self._die_at(self._say.step, Edge.BEFORE)
        self._losses = self._link.undelivered
        self._send(self._say.apdu, now)
        self._awaited = self._sent
        self.phase, self._due_s = Phase.FLYING, NEVER
        self.progress(now)

    def _send(self, apdu: bytes, now: float) -> None:
        self._sent += 1
        self._link.send(apdu, now)

    def _answered(self, apdu: bytes, now: float) -> None:
        if self.phase is not Phase.ASKING:
            self.stray_answers += 1
            return
        self._resume(Heard(now, answer_in(apdu)))

    def _unanswered(self, now: float) -> None:
        """Neither ACK nor answer came: most dialogues end here, the goods issue decides itself."""
        self.unanswered += 1
        self.hangs_up = not self._link.repeating
        if self._say is not None and self._say.answer_by_s is not None:
            self._resume(Heard(now, Hush.UNANSWERED))
        else:
            self.break_off()

    def _abort(self, now: float) -> None:
        """06 B0 while a dialogue runs: only a payment that has seen no card yet can be given up."""
        inviting = self._say is not None and self._say.step is Step.INVITE
        if self._unit.settings.aborts_late or not (inviting or self.phase is Phase.INVITING):
            self._aside(wording.refused(codes.NOT_POSSIBLE), now)
        elif self.phase is Phase.INVITING:
            self._resume(Heard(now, Hush.ABORTED))
        else:
            self._abort_wished = True
            if self.phase is Phase.ASKING:
                self._resume(Heard(now, YES))

    def _aside(self, apdu: bytes, now: float) -> None:
        if len(self._asides) < ASIDES_MAX:
            self._asides.append((now + self._unit.settings.reaction_s, apdu))

    def _phase_is_over(self) -> bool:
        """The last word is delivered and only its answer is missing."""
        return self.phase is Phase.ASKING and self._say is not None and self._say.last

    def _die_at(self, step: Step, edge: Edge) -> None:
        if self._unit.faults.die(step, edge):
            raise PowerFailed
