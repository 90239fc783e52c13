"""What a camera proves, car by car: silence, garbage, echoes, another template, bad aim, doubt.

A camera that says nothing while nothing comes is sound: each conclusion rests on several cars.
"""

from collections import deque
from collections.abc import Mapping
from typing import Any, Final

from kiosk.core.health.findings import Findings
from kiosk_hw.ports import barrier, camera
from kiosk_hw.ports.party import NEVER

CARS: Final = 3
"""Cars in a row that prove a camera's fault; one or two misses happen to every camera."""

SILENT_CARS: Final = 2
"""Cars in a row without one byte: a camera that sees badly at least says so."""

SIGHT_S: Final = 8.0
"""How long a car stands before what the camera said of it is judged; some give up after 6 s."""

EARLY_S: Final = 15.0
"""How long before its arrival a car may have been read."""

DOUBTED: Final = 0.7
"""A confidence below this is doubt, whatever minimum is set."""

ECHO_S: Final = 0.1
"""A second telegram so soon is no second look at the car: cameras need longer for one."""

ECHOES: Final = 3
"""So many doubled telegrams in a row are no chance."""

BYTES_MIN: Final = 6
"""Fewer bytes than this are a spark on the line, not a telegram."""


class CameraRoom:
    """Counts what came of the last cars."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._arrived_at = NEVER
        self._verdicts: deque[str] = deque(maxlen=CARS)
        self._said: set[str] = set()
        self._said_at = -NEVER
        self._telegram_at = -NEVER
        self._plate: object = None
        self._echoes = 0
        self._single = False
        self._link_up = True

    def hear(self, event: Any, now: float) -> None:
        """One event of the camera, or of the loop in front of the arm."""
        match event:
            case barrier.ArmingLoopOccupied():
                if now - self._said_at > EARLY_S:
                    self._said.clear()
                self._arrived_at = now
            case camera.PlateRead() | camera.PlateUncertain():
                doubted = event.confidence is not None and event.confidence < DOUBTED
                doubted = doubted or isinstance(event, camera.PlateUncertain)
                self._says("doubt" if doubted else "read", now)
                self._compare(event.plate, now)
            case camera.PlateNotRead():
                self._says("no-read", now)
                self._compare(event.why, now)
            case camera.CameraReady():
                self._link_up = True
            case camera.CameraSilent():
                self._link_up = False
                self._arrived_at = NEVER

    def counted(self, grown: Mapping[str, int], now: float) -> None:
        """What the counters have grown by."""
        if grown.get("telegrams_refused", 0):
            self._says("refused", now)
        elif grown.get("bytes_dropped", 0) >= BYTES_MIN:
            self._says("garbage", now)

    def tick(self, now: float) -> None:
        """Judge the car that has stood for long enough."""
        if now - self._arrived_at > SIGHT_S:
            self._arrived_at = NEVER
            if self._link_up:
                self._judge(now)

    # Inside.

    def _says(self, what: str, now: float) -> None:
        self._said.add(what)
        self._said_at = now

    def _compare(self, telegram: object, now: float) -> None:
        """Twice the same within a blink, every time: the cable does that."""
        soon = now - self._telegram_at <= ECHO_S and telegram == self._plate
        if soon:
            self._echoes += 1
            if self._echoes >= ECHOES:
                self._findings.find("camera.echo", now, doubled=self._echoes)
        elif now - self._telegram_at > 1.0 and self._single:
            self._echoes = 0
            self._findings.drop(now, "camera.echo")
        self._single = not soon
        self._telegram_at, self._plate = now, telegram

    def _judge(self, now: float) -> None:
        said, self._said = self._said, set()
        verdict = next(
            (each for each in ("read", "doubt", "no-read", "refused", "garbage") if each in said),
            "silent",
        )
        self._verdicts.append(verdict)
        latest = list(self._verdicts)
        for each, code in _CODES.items():
            needed = SILENT_CARS if each in ("silent", "garbage", "refused") else CARS
            if len(latest) >= needed and set(latest[-needed:]) == {each}:
                self._findings.find(code, now, cars=needed)
            elif verdict != each:
                self._findings.drop(now, code)


_CODES: Final = {
    "silent": "camera.silent",
    "garbage": "camera.garbled",
    "refused": "camera.wrong-template",
    "no-read": "camera.reads-nothing",
    "doubt": "camera.low-confidence",
}
