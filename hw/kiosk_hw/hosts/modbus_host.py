"""The master's half of Modbus RTU: one request at a time on the line, its reply, its silences.

What the requests mean is not known here. Frames end by their expected length, never by silence,
since USB adapters and serial servers tear frames apart; t3.5 is kept before whatever we send.

Modbus replies carry no number. A reply that comes after its request was given up, while an equal
request is out, is taken for the later one's; the pauses between polls let the line fall into step.
"""

from collections import deque
from typing import Final

from kiosk_hw.hosts.modbus_jobs import Counters, Finished, Job
from kiosk_hw.hosts.modbus_listener import FrameBuffer
from kiosk_hw.modbus.frames import DecodeError, decode_response, t35_s
from kiosk_hw.modbus.messages import ExceptionReply, answers
from kiosk_hw.ports.party import NEVER, LineSettings

ANSWER_S: Final = 0.15
"""How long a reply may stay out once our request has left: boards take some 10 ms, a USB adapter's
latency timer 16 ms, a serial server on a busy network some 50 ms."""

JOBS_WAITING_MAX: Final = 32
"""Jobs that may wait, per urgency: a board's start with eight outputs written singly takes nine."""

LINE_BUSY_MAX_S: Final = 1.0
"""How long a line that is never quiet keeps us from sending: four of the longest frames at 9600.
What lasts longer is noise, and an OPEN must not wait for noise to end."""


class ModbusHost:
    """Sends jobs over one half-duplex line and hands back how each ended."""

    __slots__ = (
        "_answer_s",
        "_buffer",
        "_char_s",
        "_current",
        "_due",
        "_echo_awaited",
        "_garbage_before",
        "_last",
        "_out",
        "_quiet_at",
        "_send_by",
        "_t35_s",
        "_urgent",
        "_waiting",
        "counters",
        "echoes",
    )

    def __init__(self, line: LineSettings, *, answer_s: float = ANSWER_S) -> None:
        self.counters = Counters()
        self.echoes = False
        """Whether the adapter hands our own bytes back; every answered read shows it anew."""
        self._char_s = line.char_s
        self._t35_s = t35_s(line)
        self._answer_s = answer_s
        self._urgent: deque[Job] = deque()
        self._waiting: deque[Job] = deque()
        self._buffer = FrameBuffer(self.counters)
        self._out = b""
        self._current: Job | None = None
        self._last: Job | None = None
        self._due = NEVER
        self._quiet_at = 0.0
        self._send_by = NEVER
        self._echo_awaited = False
        self._garbage_before = 0

    def __repr__(self) -> str:
        now = "idle" if self._current is None else f"awaits {self._current!r}"
        waiting = len(self._urgent) + len(self._waiting)
        return f"<ModbusHost {now} waiting={waiting} {self.counters}>"

    def reset(self, now: float) -> None:
        """The link is new or gone: forget every job without a word, and keep t3.5 from now."""
        self._urgent.clear()
        self._waiting.clear()
        self._buffer.clear()
        self._out = b""
        self._current = None
        self._send_by = NEVER
        self._quiet_at = max(self._quiet_at, now + self._t35_s)

    def submit(self, job: Job, now: float) -> bool:
        """Send this as soon as the line is free. False if too many wait already.

        A job that waits already keeps its place.
        """
        queue = self._urgent if job.urgent else self._waiting
        if job in queue:
            return True
        if len(queue) >= JOBS_WAITING_MAX:
            self.counters.refused_jobs += 1
            return False
        job.attempts = 0
        queue.append(job)
        if self._current is None:
            self._send_next(now)
        return True

    def withdraw(self, job: Job) -> bool:
        """Take a job back that waits to leave. False if it is on the line, or was not there."""
        queue = self._urgent if job.urgent else self._waiting
        if job not in queue:
            return False
        queue.remove(job)
        return True

    def free_at(self) -> float:
        """When a job submitted now would leave at once; `NEVER` while others are before it."""
        if self._current is not None or self._urgent or self._waiting:
            return NEVER
        return self._quiet_at

    def receive(self, data: bytes, now: float) -> Finished | None:
        """Bytes came in. At most one job can come to its end by them."""
        quiet_at = now + self._t35_s
        if quiet_at > self._quiet_at:
            self._quiet_at = quiet_at
        self._buffer.add(data)
        job = self._current
        if job is not None and not self.echoes and self._buffer.take_whole(job.last_reply):
            self.counters.exchanges += 1
            self._end(now)
            return job.last_finished
        finished = None
        while finished is None and (frame := self._buffer.next_frame(self._current)) is not None:
            finished = self._taken(frame, now)
        return finished

    def tick(self, now: float) -> Finished | None:
        """Let a reply fall due, and send what the line is now free for."""
        finished = None
        job = self._current
        if job is not None:
            if self._due > now:
                return None
            finished = self._missed(job, now)
        self._send_next(now)
        return finished

    def deadline(self) -> float:
        """When `tick` must be called next."""
        if self._current is not None:
            return self._due
        if self._urgent or self._waiting:
            return min(self._quiet_at, self._send_by)
        return NEVER

    def bytes_to_send(self) -> bytes:
        """What leaves now."""
        out = self._out
        if out:
            self._out = b""
        return out

    def _send_next(self, now: float) -> None:
        queue = self._urgent or self._waiting
        if not queue:
            return
        if now < self._quiet_at:
            if self._send_by == NEVER:
                self._send_by = self._quiet_at + LINE_BUSY_MAX_S
            if now < self._send_by:
                return
            self.counters.sent_into_noise += 1
        self._send_by = NEVER
        if self._buffer:
            self._buffer.clear()
        job = self._current = self._last = queue.popleft()
        job.attempts += 1
        job.sent_at = now
        self._out += job.frame
        # The bytes leave at the line's speed: no silence and no reply can begin before they have.
        sending_s = len(job.frame) * self._char_s
        self._quiet_at = now + sending_s + self._t35_s
        self._due = now + sending_s + self._answer_s + job.reply_length * self._char_s
        self._echo_awaited = self.echoes
        self._garbage_before = self.counters.garbage_bytes

    def _end(self, now: float) -> None:
        self._current = None
        if self._urgent or self._waiting:
            self._send_by = now + self._t35_s + LINE_BUSY_MAX_S

    def _missed(self, job: Job, now: float) -> Finished | None:
        self.counters.timeouts += 1
        self._buffer.give_up(job)
        self._end(now)
        if job.attempts < job.attempts_max:
            self.counters.retries += 1
            (self._urgent if job.urgent else self._waiting).appendleft(job)
            return None
        return Finished(job, None)

    def _taken(self, frame: bytes, now: float) -> Finished | None:
        """What a whole frame is: our own echo, the awaited reply, or somebody else's."""
        job = self._current
        if job is not None and frame == job.frame and (self._echo_awaited or not job.is_echoed):
            # The confirmation of FC05 looks like its echo, so only reads can show that there are
            # echoes; from then on a write is confirmed by the second copy, never by the first.
            self.counters.echoes += 1
            self.echoes = True
            self._echo_awaited = False
            return None
        if job is None or frame[0] != job.unit or not _is_answer(job, frame):
            if self._last is not None and frame[0] != self._last.unit:
                self.counters.foreign += 1
            else:
                self.counters.late += 1
            return None
        return self._answered(job, frame, now)

    def _answered(self, job: Job, frame: bytes, now: float) -> Finished:
        reply = decode_response(frame)[1]
        finished = Finished(job, reply)
        self.counters.exchanges += 1
        is_clean = self.counters.garbage_bytes == self._garbage_before
        if self._echo_awaited and is_clean and not job.is_echoed:
            # An echo that was only damaged does not count as an adapter without echoes.
            self.echoes = False
        if isinstance(reply, ExceptionReply):
            self.counters.exceptions += 1
        else:
            job.last_reply, job.last_finished = frame, finished
        self._end(now)
        return finished


def _is_answer(job: Job, frame: bytes) -> bool:
    try:
        return answers(job.request, decode_response(frame)[1])
    except DecodeError:
        return False
