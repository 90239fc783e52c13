"""One open port that is asked and heard, while no lane runs. What is asked is elsewhere."""

import time
from typing import Final

from kiosk.edge.diag.questions import Question, Verdict
from kiosk.edge.links.opening import FAULTS_OF_PYSERIAL, lost, open_port, set_line
from kiosk_hw.ports.party import LineSettings

SETTLE_S: Final = 0.05
"""What a line needs after it was set anew."""

READ_BYTES_MAX: Final = 4096

HEARD_BYTES_MAX: Final = 4096
"""What may be heard of one answer: a device that babbles is no answer."""


class Wire:
    """One open port, asked and heard. Raises LinkLost."""

    def __init__(self, url: str, line: LineSettings) -> None:
        self._url = url
        self._line = line
        self._port = open_port(url, line)
        self.heard = b""
        """What came after the last question."""

    def ask(self, question: Question) -> Verdict | None:
        """What its answer proves; None where nobody answered as it should be answered."""
        self.set(question.line)
        try:
            self._port.reset_input_buffer()
            self._port.write(question.data)
        except FAULTS_OF_PYSERIAL as error:
            raise lost(self._url, error) from error
        self.heard, blocks = b"", 0
        last: Verdict | None = None
        ends = time.monotonic() + question.answer_s
        while time.monotonic() < ends and len(self.heard) < HEARD_BYTES_MAX:
            self.heard += self.hear()
            last = question.proves(self.heard) or last
            if last is not None and last.blocks > blocks:
                blocks = last.blocks
                self._answer_back(last)
                if last.final:
                    break
        return last

    def set(self, line: LineSettings) -> None:
        """Set the line, if that is a change."""
        if line != self._line:
            self._line = line
            set_line(self._url, self._port, line)
            time.sleep(SETTLE_S)

    def hear(self) -> bytes:
        """What came, after at most a moment."""
        try:
            data: bytes = self._port.read(READ_BYTES_MAX)
        except FAULTS_OF_PYSERIAL as error:
            raise lost(self._url, error) from error
        if not data:
            time.sleep(0.005)
        return data

    def close(self) -> None:
        """Let go of the port."""
        try:
            self._port.close()
        except FAULTS_OF_PYSERIAL:
            pass

    def _answer_back(self, verdict: Verdict) -> None:
        """A terminal that was asked wants its answer acknowledged, or it says it again."""
        if verdict.reply:
            try:
                self._port.write(verdict.reply)
            except FAULTS_OF_PYSERIAL as error:
                raise lost(self._url, error) from error
