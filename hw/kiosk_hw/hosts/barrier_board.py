"""The host's half of a Modbus relay board at a barrier: its start, its polls, its silence.

How one OPEN is made safe is in `open_contact`, what the inputs mean in `barrier_inputs`, and the
line itself in `modbus_host`. Nothing is ever pulsed here without a command.

    start, and after every silence: all outputs off (with the lane held open: OPEN on, others off),
    then the inputs until they are debounced, then `BoardReady`; the lamp as it was commanded last.
"""

from collections.abc import Sequence
from enum import Enum
from typing import Final, assert_never

from kiosk_hw.barriers.model import BarrierModel, Wiring
from kiosk_hw.hosts.barrier_inputs import InputWatch
from kiosk_hw.hosts.board_jobs import BoardJobs
from kiosk_hw.hosts.close_contact import CloseContact
from kiosk_hw.hosts.modbus_host import ANSWER_S, ModbusHost
from kiosk_hw.hosts.modbus_jobs import Finished, Job
from kiosk_hw.hosts.open_contact import OpenContact
from kiosk_hw.modbus.messages import ExceptionReply, InputsRead
from kiosk_hw.ports.barrier import (
    Arm,
    BarrierCommand,
    BarrierEvent,
    BoardReady,
    BoardSilent,
    CloseBarrier,
    CloseRefused,
    HoldOpen,
    Inputs,
    OpenBarrier,
    OpenUnconfirmed,
    ReleaseHold,
    SwitchLamp,
)
from kiosk_hw.ports.party import NEVER, LineSettings

SILENT_AFTER: Final = 3
"""Failures in a row that make a board silent: one is noise, two a bad moment; some 0.2 s each."""

RETRY_S: Final = 0.5
"""How long after a failure the next start is tried: soon enough to be back for the next car."""

FIRST_SAMPLES_MAX: Final = 10
"""Samples a first reading may take; a contact that still chatters then is read as it is."""


class Stage(Enum):
    """How far the dialogue is."""

    UNPLUGGED = "unplugged"
    CLEARING = "clearing"
    """The outputs are being switched off."""
    READING = "reading"
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
        self._close = CloseContact(self.host, model.profile, unit, wiring.close_output, pulse_ms)
        self._name = model.name
        self._poll_busy_s, self._poll_idle_s = poll_busy_s, poll_idle_s
        self._jobs = BoardJobs(model.profile, wiring, unit)
        self._poll = self._jobs.poll
        self._lamp_on: bool | None = None
        self._to_clear: set[Job] = set()
        self._first_samples = 0
        self._failures = 0
        self._is_silent = False
        self._echoes_at_start = False
        self._start_at = NEVER
        self._poll_at = NEVER
        self._poll_s = poll_busy_s
        self._sampled_at = -NEVER
        self._settled: Finished | None = None
        self._pending: list[BarrierEvent] = []
        self._pending_at = NEVER

    def __repr__(self) -> str:
        return (
            f"<BarrierBoard {self._name!r} {self.stage.name} failures={self._failures} "
            f"glitches={self.watch.glitches} {self.contact!r} {self.host!r}>"
        )

    @property
    def inputs(self) -> Inputs | None:
        """The last debounced reading; None before the first. See `sample_age_s`."""
        return self.watch.inputs

    def sample_age_s(self, now: float) -> float:
        """How old the last sample is at the most; `NEVER` before the first."""
        return now - self._sampled_at

    # The verbs.

    def connected(self, now: float) -> Sequence[BarrierEvent]:
        """The link is up: clear the outputs, read the inputs."""
        self._failures = 0
        self._start(now)
        return self._take_pending()

    def disconnected(self, now: float) -> Sequence[BarrierEvent]:
        """The link is gone: a pulse under way has an unknown outcome, a hold stays wanted."""
        self._leave(Stage.UNPLUGGED, now)
        self._tell_silent("the link is gone")
        return self._take_pending()

    def receive(self, data: bytes, now: float) -> Sequence[BarrierEvent]:
        """Bytes came in."""
        finished = self.host.receive(data, now)
        if finished is not None:
            if finished is self._settled:
                # The same reply as before, and nothing wavers: nearly every poll ends here.
                self._failures = 0
                self._sampled_at = sent_at = self._poll.sent_at
                self._poll_at = sent_at + self._poll_s
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
                    self._keep_from_closing(now, "the lane is held open")
                    self._restart_if_offline(now)
            case ReleaseHold():
                self._pending += self.contact.release(now)
                self._restart_if_offline(now)
            case CloseBarrier():
                self._ask_close(now)
            case SwitchLamp(on):
                self._lamp_on = on
                self._switch_lamp(now)
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
        if self._start_at <= now:
            self._start(now)
        if self.contact.deadline() <= now:
            self.contact.tick(now)
            self._set_pace(now)
        if self._close.is_due(now):
            self._give_close(now)
        if self._poll_at <= now:
            self._poll_at = NEVER
            self.host.submit(self._poll, now)
        return self._take_pending() if self._pending else ()

    def deadline(self) -> float:
        """When `tick` must be called next."""
        return min(
            self.host.deadline(),
            self._poll_at,
            self.contact.deadline(),
            self._close.deadline(),
            self._start_at,
            self._pending_at,
        )

    def bytes_to_send(self) -> bytes:
        """What leaves now."""
        return self.host.bytes_to_send()

    # Starting and failing.

    def _start(self, now: float) -> None:
        self._leave(Stage.CLEARING, now)
        self._echoes_at_start = self.host.echoes
        held = self.contact.resume(now)
        clearing = self._jobs.all_off if held is None else self._jobs.others_off
        for job in clearing:
            self.host.submit(job, now)
        self._to_clear = set(clearing) if held is None else {held, *clearing}

    def _leave(self, stage: Stage, now: float) -> None:
        """Drop whatever is under way, for what comes next."""
        self._pending += self.contact.abandon()
        self._keep_from_closing(now, "the board does not answer")
        self.host.reset(now)
        self.stage = stage
        self._settled = None
        self._poll_at = self._start_at = NEVER

    def _restart_if_offline(self, now: float) -> None:
        if self.stage is Stage.UNPLUGGED:
            self._leave(Stage.UNPLUGGED, now)
        elif self.stage is not Stage.ONLINE:
            self._start(now)

    def _tell_silent(self, why: str) -> None:
        if not self._is_silent:
            self._is_silent = True
            self._pending.append(BoardSilent(why))

    def _failed(self, finished: Finished, now: float) -> None:
        self._failures += 1
        is_silent = self._failures >= SILENT_AFTER
        if is_silent or self.stage is not Stage.ONLINE:
            self._leave(Stage.WAITING, now)
            self._start_at = now + RETRY_S
        elif finished.job is self._poll:
            self._poll_at = now
        if is_silent:
            what = "no answer" if finished.reply is None else f"refused: {finished.reply}"
            self._tell_silent(f"{what} to {finished.job.request}, {self._failures} failures")

    # What comes back.

    def _finished(self, finished: Finished, now: float) -> None:
        self._pending += self.contact.finished(finished, now)
        if finished.reply is None or isinstance(finished.reply, ExceptionReply):
            self._failed(finished, now)
        elif self.stage is Stage.ONLINE:
            self._failures = 0
            if isinstance(finished.reply, InputsRead):
                self._sampled(finished, finished.reply, now)
        elif self.stage is Stage.READING and isinstance(finished.reply, InputsRead):
            self._read_first(finished.reply, now)
        elif self.stage is Stage.CLEARING:
            self._to_clear.discard(finished.job)
            if not self._to_clear:
                self.stage = Stage.READING
                self.watch.restart()
                self._first_samples = 0
                self._poll_at = now
        self._set_pace(now)

    def _read_first(self, reply: InputsRead, now: float) -> None:
        if self.host.echoes and not self._echoes_at_start:
            # Only the adapter may have confirmed that the outputs are off, not the board.
            self._start(now)
            return
        self._first_samples += 1
        inputs = self.watch.first(reply.packed, FIRST_SAMPLES_MAX - self._first_samples)
        if inputs is None:
            self._poll_at = now
            return
        self.stage = Stage.ONLINE
        self._failures = 0
        self._is_silent = False
        self._sampled_at = self._poll.sent_at
        self._poll_at = self._poll.sent_at + self._poll_busy_s
        self._pending.append(BoardReady(inputs))
        self._switch_lamp(now)

    def _sampled(self, finished: Finished, reply: InputsRead, now: float) -> None:
        self._sampled_at = self._poll.sent_at
        events = self.watch.take(reply.packed)
        self._pending += events
        if not self.watch.sees_safety_clear():
            self._keep_from_closing(now, "the safety loop is not known clear")
        if self.watch.is_settled():
            self._set_pace(now)
            self._settled = finished
            self._poll_at = self._sampled_at + self._poll_s
        else:
            # What changed is looked at again at once: a car is seen two polls after it came.
            self._settled = None
            self._poll_at = now

    # Commands.

    def _open(self, exit_id: str, now: float) -> None:
        if self.stage is not Stage.ONLINE:
            # Nothing leaves, and nothing will by itself: the exit may be asked for again.
            self._pending.append(OpenUnconfirmed(exit_id))
            return
        outcome = self.contact.ask_pulse(exit_id, now)
        if outcome is not None:
            self._pending.append(outcome)
        self._keep_from_closing(now, "an OPEN came")

    def _ask_close(self, now: float) -> None:
        why = self._why_not_close(now)
        if why:
            self._pending.append(CloseRefused(why))
        else:
            self._close.ask()

    def _give_close(self, now: float) -> None:
        why = self._why_not_close(now)
        if why:
            self._keep_from_closing(now, why)
        else:
            self._close.give(now)

    def _why_not_close(self, now: float) -> str:
        if self.stage is not Stage.ONLINE:
            return "the board does not answer"
        age_polls = self.sample_age_s(now) / self._poll_s
        return self._close.why_not(self.watch, self.contact, age_polls)

    def _keep_from_closing(self, now: float, why: str) -> None:
        if self._close.stop(now):
            self._pending.append(CloseRefused(why))

    def _switch_lamp(self, now: float) -> None:
        lamp = self._jobs.lamp
        if lamp is None or self._lamp_on is None or self.stage is not Stage.ONLINE:
            return
        self.host.withdraw(lamp[not self._lamp_on])
        self.host.submit(lamp[self._lamp_on], now)

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
        self._poll_s = self._poll_idle_s if is_idle else self._poll_busy_s
        if self._poll_at != NEVER:
            self._poll_at = min(self._poll_at, max(now, self._sampled_at + self._poll_s))

    def _take_pending(self) -> Sequence[BarrierEvent]:
        events, self._pending = self._pending, []
        self._pending_at = NEVER
        return events
