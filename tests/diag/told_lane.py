"""Records as a lane sends them, for tests of the technician's screen; no lane runs here."""

from typing import Any, Final

from kiosk.screens.technician.frame import frame
from kiosk.screens.technician.handling import Handling
from kiosk.screens.technician.lines import text_of
from kiosk.screens.technician.session import Session
from kiosk.screens.technician.view import View
from kiosk.screens.technician.walk import Walk
from kiosk.screens.technician.words import Words

HELLO: Final[dict[str, Any]] = {
    "format": 1,
    "lane": "exit-1",
    "role": "exit",
    "run": "r1",
    "ports": ["barrier", "camera", "terminal"],
}

QUIET: Final = {
    "arm": "lowered",
    "arming_loop": False,
    "safety_loop": False,
    "fire": False,
    "swung_off": False,
    "manual_key": False,
    "door_open": False,
}

EXIT: Final[dict[str, Any]] = {
    "show": "exit",
    "exit": "x-1",
    "kind": "card",
    "total_s": 7.8,
    "people_s": 3.36,
    "devices_s": 4.23,
    "machine_s": 0.228,
    "laps": [
        ["loop detector", "devices", 0.0, 0.05],
        ["reads price", "people", 0.05, 3.41],
        ["arm", "devices", 3.5, 7.8],
    ],
}


def device(name: str, *codes: str, seen_s: float | None = 0.5, colour: str = "ok") -> Any:
    faults = [
        {"code": code, "device": name, "since_s": 12.0, "ended_s": None, "evidence": {"seen": "3"}}
        for code in codes
    ]
    rates = {"exchanges": {"recent": 30, "per_min": 30.0, "total": 900}}
    return {
        "device": name,
        "last_seen_s": seen_s,
        "colour": colour,
        "rates": rates,
        "faults": faults,
        "past": [],
        "facts": {},
    }


def port(**more: Any) -> dict[str, Any]:
    told = {"url": "/dev/ttyUSB0", "line": "9600 8N1", "state": "open", "why": "", "driver": "<X>"}
    counts = {"bytes_in": 1, "bytes_out": 2, "bytes_dropped": 0, "opens": 1, "losses": 0}
    return {**told, **counts, "rx_age_s": 0.1, "tx_age_s": None, **more}


def snapshot(**more: Any) -> dict[str, Any]:
    names = ("barrier", "camera", "terminal")
    told = {
        "lane": "exit-1",
        "role": "exit",
        "up_s": 60.0,
        "states": {"gate": "lowered", "till": "idle", "visit": "free", "control": "nobody"},
        "board_answers": True,
        "inputs": QUIET,
        "control": {"state": "nobody", "who": "", "reason": "", "ends_s": None},
        "alarms": {},
        "ports": {name: port(device=name) for name in names},
        "health": {"faults": [], "devices": {name: device(name) for name in (*names, "store")}},
        "exits": [EXIT],
        "counters": {"turns": 7, "shows_failed": 0, "turns_waiting": 0, "events_refused": 0},
    }
    return {"snapshot": {**told, **more}}


def with_gateways() -> dict[str, Any]:
    """A snapshot of a lane with two gateways, which have one health together."""
    told = snapshot()
    for name in ("wechat", "alipay"):
        url = f"https://{name}.example"
        told["snapshot"]["ports"][name] = port(url=url, line="", device="gateway")
    told["snapshot"]["health"]["devices"]["gateway"] = device("gateway")
    return told


def sick(name: str, *codes: str) -> dict[str, Any]:
    """A snapshot with these faults of one device."""
    told = snapshot()
    told["snapshot"]["health"]["devices"][name] = device(name, *codes)
    return told


def suspected(name: str, code: str) -> dict[str, Any]:
    """A snapshot of a sound lane in which one car speaks for this fault."""
    told = snapshot()
    doubt = {
        "code": code,
        "device": name,
        "since_s": 4.0,
        "ended_s": None,
        "evidence": {"cars": "1"},
    }
    told["snapshot"]["health"]["devices"][name]["suspected"] = [doubt]
    return told


class Seen:
    """A session with its handling, and what its screen shows."""

    def __init__(self, *records: dict[str, Any], language: str = "en", walk: Walk | None = None):
        self.now = 100.0
        self.session = Session(self.now)
        self.handling = Handling(self.session, language, walk or Walk(()))
        self.session.met(HELLO, self.now)
        self.take(*records)

    def take(self, *records: dict[str, Any]) -> None:
        for record in records:
            self.session.take(record, self.now)

    def press(self, *keys: str) -> list[Any]:
        return [act for key in keys for act in self.handling.press(key, self.now)]

    def lines(self, wide: int = 80, high: int = 24) -> list[str]:
        words = Words(self.handling.language)
        view = View(self.session, self.handling, words, wide, high, self.now)
        return [text_of(each) for each in frame(view)]

    def shown(self, wide: int = 80, high: int = 24) -> str:
        return "\n".join(self.lines(wide, high))
