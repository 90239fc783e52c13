"""The host's half of a Modbus relay board at a barrier: its start, its polls, its silence.

The parts are in `board`: how one OPEN is made safe, when a CLOSE may be given, what inputs mean,
how a board is taken over. The line is `modbus_host`. Nothing is ever pulsed without a command.

    start, and after every silence: all outputs off (with the lane held open: OPEN on, others off),
    then the inputs until they are debounced, then `BoardReady`; the lamp as it was commanded last.
"""

from collections.abc import Sequence
from enum import Enum
from typing import Final, assert_never

from kiosk_hw.barriers.model import BarrierModel, Wiring
from kiosk_hw.hosts.board.close_contact import CloseContact
from kiosk_hw.hosts.board.inputs import InputWatch
from kiosk_hw.hosts.board.jobs import BoardJobs
from kiosk_hw.hosts.board.lamp import Lamp
from kiosk_hw.hosts.board.open_contact import OpenContact
from kiosk_hw.hosts.board.polls import Polls
from kiosk_hw.hosts.board.search import BoardSearch
from kiosk_hw.hosts.board.silence import Silence
from kiosk_hw.hosts.board.start import BoardStart
from kiosk_hw.hosts.modbus_host import ANSWER_S, ModbusHost
from kiosk_hw.hosts.modbus_jobs import Finished
from kiosk_hw.modbus.messages import ExceptionReply, InputsRead
from kiosk_hw.ports.barrier import (
    Arm,
    BarrierCommand,
    BarrierEvent,
    BoardReady,
    CloseBarrier,
    HoldOpen,
    Inputs,
    OpenBarrier,
    OpenUnconfirmed,
    ReleaseHold,
    SwitchLamp,
)
from kiosk_hw.ports.party import NEVER, LineSettings

RETRY_S: Final = 0.5
"""How long after a failure the next start is tried: soon enough to be back for the next car."""


class Stage(Enum):
    """How far the dialogue is."""

    UNPLUGGED = "unplugged"
    STARTING = "starting"
    ONLINE = "online"
    WAITING = "waiting"
    """The board failed; the next start is waited for."""


class BarrierBoard:
    """One relay board as the shells drive it; the verbs are those of `kiosk_hw.ports.party`.

    Raises ValueError for a wiring that the board cannot have.
    """

    def __init__(
        self,
        model: BarrierModel,
        wiring: Wiring | None = None,
        *,
        unit: int | None = None,
        line: LineSettings | None = None,
        pulse_ms: int = 500,
        poll_busy_s: float = 0.05,
        poll_idle_s: float = 0.1,
        debounce_samples: int = 2,
        answer_s: float = ANSWER_S,
    ) -> None:
        wiring = Wiring() if wiring is None else wiring
        unit = model.unit if unit is None else unit
        self.line = model.line if line is None else line
        self.stage = Stage.UNPLUGGED
        self.host = ModbusHost(self.line, answer_s=answer_s)
        self.watch = InputWatch(wiring, model.profile, debounce_samples)
        self.contact = OpenContact(self.host, model.profile, unit, wiring.open_output, pulse_ms)
        self._name = model.name
        self._jobs = BoardJobs(model.profile, wiring, unit)
        self._polls = Polls(self.host, self._jobs.poll, poll_busy_s, poll_idle_s)
        self._close = CloseContact(
            self.host,
            self.watch,
            self.contact,
            self._polls,
            model.profile,
            unit=unit,
            output=wiring.close_output,
            pulse_ms=pulse_ms,
        )
        self._lamp = Lamp(self.host, model.profile, unit, wiring.lamp_output)
        self._silence = Silence()
        self._starting = BoardStart(self.host, self.watch, self.contact, self._jobs)
        self._search = BoardSearch(model.profile, self.line, unit)
        self._start_at = NEVER
        self._settled: Finished | None = None
        self._question = b""
        self._pending: list[BarrierEvent] = []
        self._pending_at = NEVER

    def __repr__(self) -> str:
        return (
            f"<BarrierBoard {self._name!r} {self.stage.name} failures={self._silence.failures} "
            f"glitches={self.watch.glitches} {self.contact!r} {self.host!r}>"
        )

    @property
    def inputs(self) -> Inputs | None:
        """The last debounced reading; None before the first. See `sample_age_s`."""
        return self.watch.inputs

    def sample_age_s(self, now: float) -> float:
        """How old the last sample is at the most; `NEVER` while the board is not ready."""
        return self._polls.age_s(now)

    def counts(self) -> dict[str, int]:
        """What happened so far, by name: of the line, and of the inputs."""
        return {**self.host.counters.as_counts(), "glitches": self.watch.glitches}

    # The verbs.

    def connected(self, now: float) -> Sequence[BarrierEvent]:
        """The link is up: clear the outputs, read the inputs."""
        self._silence.failures = 0
        self._start(now)
        return self._take_pending()

    def disconnected(self, now: float) -> Sequence[BarrierEvent]:
        """The link is gone: a pulse under way has an unknown outcome, a hold stays wanted."""
        self._leave(Stage.UNPLUGGED, now)
        self._search.stop()
        self._pending += self._silence.told("the link is gone")
        return self._take_pending()

    def receive(self, data: bytes, now: float) -> Sequence[BarrierEvent]:
        """Bytes came in."""
        if self._search.asking:
            if self._search.hear(data, now):
                self._start_at = now
            self.line = self._search.line
            return ()
        finished = self.host.receive(data, now)
        if finished is not None:
            if finished is self._settled:
                # The same reply as before, and nothing wavers: nearly every poll ends here.
                self._silence.failures = 0
                self._polls.sampled()
            else:
                self._finished(finished, now)
        return self._take_pending() if self._pending else ()

    def command(self, command: BarrierCommand, now: float) -> None:
        """Do this; what comes of it is an event of a later verb."""
        match command:
            case OpenBarrier(exit_id):
                self._open(exit_id, now)
            case HoldOpen():
                if self.contact.hold(now):
                    self._pending += self._close.stop(now, "the lane is held open")
                    self._restart_if_offline(now)
            case ReleaseHold():
                if self.contact.is_held():
                    self._pending += self.contact.release(now)
                    self._restart_if_offline(now)
            case CloseBarrier():
                self._pending += self._close.ask(now)
            case SwitchLamp(on):
                self._lamp.is_on = on
                if self.stage is Stage.ONLINE:
                    self._lamp.show(now)
            case _:
                assert_never(command)
        self._set_pace(now)
        if self._pending:
            self._pending_at = now

    def tick(self, now: float) -> Sequence[BarrierEvent]:
        """Whatever is due."""
        finished = self.host.tick(now)
        if finished is not None:
            self._finished(finished, now)
        if self._search.deadline() <= now:
            self._look_elsewhere(now)
        if self._start_at <= now:
            self._start(now)
        if self.contact.due <= now:
            self.contact.tick(now)
            self._set_pace(now)
        if self._close.is_due(now):
            self._pending += self._close.give(now)
        if self._polls.due <= now:
            self._polls.send(now)
        return self._take_pending() if self._pending else ()

    def deadline(self) -> float:
        """When `tick` must be called next."""
        return min(
            self.host.deadline(),
            self._polls.due,
            self.contact.due,
            self._close.deadline(),
            self._start_at,
            self._pending_at,
            self._search.deadline() if self.stage is Stage.WAITING else NEVER,
        )

    def bytes_to_send(self) -> bytes:
        """What leaves now."""
        out, self._question = self._question, b""
        return out or self.host.bytes_to_send()

    # Starting and failing.

    def _start(self, now: float) -> None:
        self._leave(Stage.STARTING, now)
        self._starting.begin(now)

    def _leave(self, stage: Stage, now: float) -> None:
        """Drop whatever is under way, for what comes next."""
        self._pending += self.contact.abandon()
        self._pending += self._close.stop(now, "the board does not answer")
        self.host.reset(now)
        self.stage = stage
        self._settled = None
        self._start_at = NEVER
        self._polls.stop()

    def _restart_if_offline(self, now: float) -> None:
        if self.stage is Stage.UNPLUGGED:
            self._leave(Stage.UNPLUGGED, now)
        elif self.stage is not Stage.ONLINE:
            self._start(now)

    def _failed(self, finished: Finished, now: float) -> None:
        self._silence.failures += 1
        if self._silence.is_reached() or self.stage is not Stage.ONLINE:
            self._leave(Stage.WAITING, now)
            self._start_at = now + RETRY_S
        elif finished.job is self._jobs.poll:
            self._polls.again(now)
        self._pending += self._search.missed()
        if self._silence.is_reached():
            told = self._silence.told_of(finished)
            if told and finished.reply is None:
                self._search.begin(now)
            self._pending += told

    def _look_elsewhere(self, now: float) -> None:
        """Between two starts, a silent board is asked for where it may be instead."""
        if self._search.asking:
            self._pending += self._search.tick(now)
        if self.stage is Stage.WAITING and not self._search.asking:
            self._question = self._search.next_question(now, self._start_at)
        self.line = self._search.line

    # What comes back.

    def _finished(self, finished: Finished, now: float) -> None:
        self._pending += self.contact.finished(finished, now)
        if finished.reply is None or isinstance(finished.reply, ExceptionReply):
            self._failed(finished, now)
        elif self.stage is Stage.ONLINE:
            self._silence.failures = 0
            if isinstance(finished.reply, InputsRead):
                self._sampled(finished, finished.reply, now)
        elif self.stage is Stage.STARTING:
            inputs = self._starting.answered(finished, now)
            if inputs is not None:
                self._ready(inputs, now)
        self._set_pace(now)

    def _ready(self, inputs: Inputs, now: float) -> None:
        self.stage = Stage.ONLINE
        self._silence.over()
        self._search.stop()
        self._polls.sampled()
        self._pending.append(BoardReady(inputs))
        self._lamp.show(now)

    def _sampled(self, finished: Finished, reply: InputsRead, now: float) -> None:
        self._polls.sampled()
        self._pending += self.watch.take(reply.packed)
        if not self.watch.sees_safety_clear():
            self._pending += self._close.stop(now, "the safety loop is not known clear")
        if self.watch.is_settled():
            self._settled = finished
        else:
            # What changed is looked at again at once: a car is seen two polls after it came.
            self._settled = None
            self._polls.again(now)

    # Commands.

    def _open(self, exit_id: str, now: float) -> None:
        if self.stage is not Stage.ONLINE:
            # Nothing leaves, and nothing will by itself: the exit may be asked for again.
            self._pending.append(OpenUnconfirmed(exit_id))
            return
        outcome = self.contact.ask_pulse(exit_id, now)
        if outcome is not None:
            self._pending.append(outcome)
        self._pending += self._close.stop(now, "an OPEN came")

    # Inside.

    def _set_pace(self, now: float) -> None:
        """Poll fast whenever something is going on at the arm."""
        inputs = self.watch.inputs
        is_idle = (
            inputs is not None
            and inputs.arm is Arm.LOWERED
            and not (inputs.arming_loop or inputs.safety_loop)
            and not self.contact.is_in_use()
            and not self._close.is_running(now)
        )
        self._polls.set_pace(is_idle, now)

    def _take_pending(self) -> Sequence[BarrierEvent]:
        events, self._pending = self._pending, []
        self._pending_at = NEVER
        return events
