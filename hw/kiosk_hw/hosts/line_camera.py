"""The host's half of a camera on a line: it listens, and tells what was read. It never speaks.

A camera that only talks when it sees a vehicle cannot be told from one that is unplugged; that
the link is up is all that `CameraReady` says. The lane's own wait for a plate covers the rest.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from kiosk_hw.cameras.model import CameraModel
from kiosk_hw.lines.reading import read_telegram, shape_of
from kiosk_hw.ports.camera import CameraEvent, CameraReady, CameraSilent
from kiosk_hw.ports.party import LineSettings

_TEXT: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 ,;:-|/{}\r\n"


class LineCamera:
    """A camera of `model` on a line of its own.

    `line` is how the line is set if it is not the model's default; `confidence_min` (0.0 to 1.0)
    is the confidence below which a read is uncertain.
    """

    __slots__ = (
        "_profile",
        "_splitter",
        "bytes_heard",
        "bytes_text",
        "line",
        "model",
        "refused_shape",
        "telegrams_refused",
    )

    def __init__(
        self,
        model: CameraModel,
        *,
        line: LineSettings | None = None,
        confidence_min: float | None = None,
    ) -> None:
        self.model = model
        self.line = line or model.line
        self.bytes_heard = 0
        self.bytes_text = 0
        """Letters, digits and separators among them: a template's, not a wrong speed's."""
        self.telegrams_refused = 0
        """Whole telegrams that the model's template does not fit, and that meant nothing."""
        self.refused_shape = ""
        """The latest of them, letters as A and digits as 9, to compare with the template."""
        self._splitter = model.splitter()
        self._profile = model.profile
        if confidence_min is not None:
            self._profile = replace(model.profile, confidence_min=confidence_min)

    def __repr__(self) -> str:
        return (
            f"<LineCamera {self.model.name} {self.line} {self._splitter!r}"
            f" refused={self.telegrams_refused} refused_shape={self.refused_shape!r}>"
        )

    def counts(self) -> dict[str, int]:
        """What happened so far, by name."""
        return {
            "bytes_heard": self.bytes_heard,
            "bytes_text": self.bytes_text,
            "bytes_dropped": self._splitter.bytes_dropped,
            "telegrams": self._splitter.telegrams,
            "telegrams_dropped": self._splitter.telegrams_dropped,
            "telegrams_refused": self.telegrams_refused,
        }

    def connected(self, now: float) -> Sequence[CameraEvent]:
        """The link is up: what was half heard before belongs to no telegram."""
        self._splitter.reset()
        return (CameraReady(),)

    def disconnected(self, now: float) -> Sequence[CameraEvent]:
        """The link is gone."""
        self._splitter.reset()
        return (CameraSilent("the camera's link is down"),)

    def receive(self, data: bytes, now: float) -> Sequence[CameraEvent]:
        """Bytes came in; the reads that they complete."""
        self.bytes_heard += len(data)
        self.bytes_text += len(data) - len(data.translate(None, _TEXT))
        return self._understand(self._splitter.receive(data, now))

    def command(self, command: Any, now: float) -> None:
        """A camera on a line takes no command: whoever sends one has mistaken the port."""
        raise ValueError(f"a line camera takes no command, got {type(command).__name__}")

    def tick(self, now: float) -> Sequence[CameraEvent]:
        """It is `now`: an idle line may have ended a telegram."""
        return self._understand(self._splitter.tick(now))

    def deadline(self) -> float:
        """When the line has been idle for long enough to mean something."""
        return self._splitter.deadline()

    def bytes_to_send(self) -> bytes:
        """Nothing, ever."""
        return b""

    def _understand(self, bodies: list[bytes]) -> Sequence[CameraEvent]:
        if not bodies:
            return ()
        events: list[CameraEvent] = []
        for body in bodies:
            reading = read_telegram(self._profile, body)
            if reading is not None:
                events.append(reading)
                continue
            self.telegrams_refused += 1
            self.refused_shape = shape_of(self._profile, body)
        return events
