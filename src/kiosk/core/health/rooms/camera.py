"""What a camera proves, car by car: silence, garbage, echoes, another template, bad aim, doubt.

A camera that says nothing while nothing comes is sound: each conclusion rests on several cars, and
the first of them makes it suspected where the camera did better before.
"""

from collections import deque
from collections.abc import Mapping
from typing import Any, Final

from kiosk.core.health.findings import Findings
from kiosk_hw.ports import barrier, camera
from kiosk_hw.ports.party import NEVER

CARS: Final = 3
"""Cars in a row that prove a camera's fault; one or two misses happen to every camera."""

FEW_CARS: Final = 2
"""Cars in a row without one byte: a camera that sees badly at least says so."""

SIGHT_S: Final = 6.5
"""How long a car stands before what the camera said of it is judged; some give up after 6 s."""

EARLY_S: Final = 15.0
"""How long before its arrival a car may have been read."""

MEMORY: Final = 16
"""Earlier cars that are looked back at: what one of them had is this camera's habit, no sign."""

KNOWN: Final = 4
"""Cars that must be known until one is a sign of anything."""

DOUBTED: Final = 0.7
"""A confidence below this is doubt, whatever minimum is set."""

ECHO_S: Final = 0.1
"""A second telegram so soon is no second look at the car: cameras need longer for one."""

ALONE_S: Final = 1.0
"""A telegram that nothing has followed by then is not doubled."""

ECHOES: Final = 3
"""So many doubled telegrams in a row are no chance."""

TELLING: Final = 24
"""So many bytes tell text from garbage: two telegrams as a rule."""

HINTING: Final = 8
"""So many bytes hint at which of the two it is: any telegram has them."""

SPARSE: Final = 6
"""Fewer bytes for each car than any plate has: the camera is much faster than we are."""

DOUBT_S: Final = 2.0
"""How long after a telegram without a plate a better one for the same car may follow."""

TEXT_SHARE: Final = 0.62
"""Above this share of letters, digits and separators, bytes are somebody's template; another speed
makes a quarter of them such by chance."""


class CameraRoom:
    """Counts what came of the last cars."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._arrived_at = NEVER
        self._verdicts: deque[str] = deque(maxlen=CARS)
        self._earlier: deque[str] = deque(maxlen=MEMORY)
        self._is_car = self._is_mute = False
        """Something else has proved that this is a car; the camera had its time and said nothing
        of it."""
        self._said: set[str] = set()
        self._said_at = -NEVER
        self._telegram_at = -NEVER
        self._plate: object = None
        self._echoes = self._singles = 0
        self._single = False
        self._strays = self._bytes = self._text = 0
        """Cars without a telegram, and what was heard of them: bytes, and text among them."""
        self._link_up = True

    def hear(self, event: Any, now: float) -> None:
        """One event of the camera, or of the loop in front of the arm."""
        match event:
            case barrier.ArmingLoopOccupied():
                if now - self._said_at > EARLY_S:
                    self._said.clear()
                self._arrived_at = now
                self._is_car = self._is_mute = False
            case barrier.SafetyLoopOccupied():
                self.car_is_there(now)
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

    def car_is_there(self, now: float) -> None:
        """A driver typed his plate, or a car drove on: no ghost of a loop does either."""
        self._is_car = True
        if self._is_mute:
            self._is_mute = False
            self._findings.suspect("camera.silent", now, cars=1)

    def counted(self, grown: Mapping[str, int], now: float) -> None:
        """What the counters have grown by."""
        heard = grown.get("bytes_heard", 0)
        if grown.get("telegrams_refused", 0):
            self._says("refused", now)
        elif heard and not grown.get("telegrams", 0):
            self._says("bytes", now)
            self._bytes += heard
            self._text += grown.get("bytes_text", 0)

    def tick(self, now: float) -> None:
        """Judge the car that has stood for long enough, and the telegram that stayed alone."""
        if self._single and now - self._telegram_at > ALONE_S:
            self._single = False
            self._echoes = 0
            self._singles += 1
            self._findings.drop(now, "camera.echo")
        said_enough = self._said and now - self._said_at > DOUBT_S
        if now - self._arrived_at > (DOUBT_S if said_enough else SIGHT_S):
            self._arrived_at = NEVER
            if self._link_up:
                self._judge(now)

    # Inside.

    def _says(self, what: str, now: float) -> None:
        self._said.add(what)
        self._said_at = now
        self._is_mute = False

    def _compare(self, telegram: object, now: float) -> None:
        """Twice the same within a blink, every time: the cable does that."""
        soon = now - self._telegram_at <= ECHO_S and telegram == self._plate
        if soon:
            self._echoes += 1
            if self._singles >= KNOWN:
                self._findings.suspect("camera.echo", now, doubled=1)
            self._singles = 0
            if self._echoes >= ECHOES:
                self._findings.find("camera.echo", now, doubled=self._echoes)
        self._single = not soon
        self._telegram_at, self._plate = now, telegram

    def _judge(self, now: float) -> None:
        said, self._said = self._said, set()
        verdict = next(
            (each for each in ("read", "doubt", "no-read", "refused", "bytes") if each in said),
            "silent",
        )
        if verdict == "bytes":
            self._strays += 1
            verdict = self._kind_of_bytes()
        else:
            self._strays = self._bytes = self._text = 0
        self._suspect(verdict, now)
        self._verdicts.append(verdict)
        latest = list(self._verdicts)
        for each, code in _CODES.items():
            needed = FEW_CARS if each in ("silent", "garbage", "refused") else CARS
            if len(latest) >= needed and set(latest[-needed:]) == {each}:
                self._findings.find(code, now, cars=needed)
            elif verdict not in (each, "bytes"):
                self._findings.drop(now, code)

    def _suspect(self, verdict: str, now: float) -> None:
        """One car, where the camera had no such car before."""
        if verdict == "bytes" and self._bytes >= HINTING:
            verdict = "refused" if self._text >= TEXT_SHARE * self._bytes else "garbage"
        is_new = len(self._earlier) >= KNOWN and verdict not in self._earlier
        self._earlier.append(verdict)
        if not is_new or verdict not in _CODES:
            return
        if verdict == "silent" and not self._is_car:
            self._is_mute = True
        else:
            self._findings.suspect(_CODES[verdict], now, cars=1)

    def _kind_of_bytes(self) -> str:
        """Bytes of so many cars, and no telegram: another template, or another speed?"""
        if self._bytes < TELLING and self._bytes >= SPARSE * self._strays:
            return "bytes"
        is_text = self._text >= TEXT_SHARE * self._bytes and self._bytes >= TELLING
        kind = "refused" if is_text else "garbage"
        # What is known now holds for the cars before it that said too little.
        self._verdicts.extend([kind] * min(self._strays - 1, CARS))
        return kind


_CODES: Final = {
    "silent": "camera.silent",
    "garbage": "camera.garbled",
    "refused": "camera.wrong-template",
    "no-read": "camera.reads-nothing",
    "doubt": "camera.low-confidence",
}
