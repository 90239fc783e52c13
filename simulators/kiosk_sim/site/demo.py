"""The demonstration: a lane on ptys, the real controller as its own process, a few cars."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from random import Random
from typing import Any, Final, TextIO

from kiosk.core.records import Batch, Stay, StayOpened
from kiosk.edge.store.store import Store
from kiosk_hw.ports.money import Money
from kiosk_hw.ports.party import NEVER
from kiosk_hw.ports.plate import PlateText
from kiosk_sim.devices.camera import Outcome
from kiosk_sim.site.scenario import DEMO_TARIFF, Guest, Kind, guests
from kiosk_sim.site.screen_watcher import ScreenWatcher
from kiosk_sim.site.seconds_drawn import GOAL_S, drawn
from kiosk_sim.site.served_lane import ServedLane
from kiosk_sim.world.ledger import ExitRecord
from kiosk_sim.world.profiles import TYPICAL, Profile
from kiosk_sim.world.traffic import Visit

FIRST_CAR_S: Final = 4.0
HEADWAY_S: Final = 9.0
EXIT_S_MAX: Final = 60.0
"""Real seconds that one exit may take before the demonstration ends without it."""

STOP_S: Final = 5.0
"""How long the controller may take to stop cleanly."""

KINDS: Final = (Kind.CARD, Kind.PREPAID, Kind.CARD, Kind.SEASON)
"""What comes, in turn. The third car's plate is not read, so its driver is asked for it."""

_UNREAD: Final = 2
_BY_PHONE: Final = 0
"""Where codes are shown, the driver of this car pays by one, and has no card."""


class Demo:
    """One run of the demonstration."""

    def __init__(
        self, seed: int, out: TextIO, profile: Profile = TYPICAL, page: str | None = None
    ) -> None:
        self._seed = seed
        self._page = page
        self._out = out
        self._profile = profile
        self._has_codes = page is not None and not missing_for_codes()
        currency = "CNY" if self._has_codes else DEMO_TARIFF.currency
        self._tariff = replace(DEMO_TARIFF, currency=currency)
        self._lane = ServedLane(seed, profile, currency=currency)
        self._look: Callable[[dict[str, Any], float], None] | None = None
        self._pays_by_phone: Callable[[str], object] = str
        self._taken_by_code_minor: Callable[[], int] = int
        self._reported = 0
        self._stops = 0
        self._stop_by_s = NEVER
        self._leaving = False
        self._arriving: tuple[Guest, ...] = ()

    def run(self, folder: Path, exits: int, headway_s: float, *, serve: bool) -> int:
        """Let `exits` cars leave, then stop, or serve on; returns the number of exits that failed.

        The controller is started as anybody would start it: `kiosk run --config kiosk.toml`.
        Ports, store and configuration are in `folder`.
        """
        with self._lane.host:
            self._drive(folder, exits, headway_s, serve)
        return self._verdict(exits)

    def stop(self) -> None:
        """Asked to end: the controller goes first, so that it can say goodbye to its devices.

        Asked again, everything goes at once.
        """
        self._stops += 1
        self._stop_by_s = min(self._stop_by_s, self._lane.host.now() + STOP_S)
        if self._stops > 1:
            self._lane.host.stop()

    def _drive(self, folder: Path, exits: int, headway_s: float, serve: bool) -> None:
        ports = self._lane.on_ptys(folder)
        config = folder / "kiosk.toml"
        codes = self._serve_codes(folder)
        text = self._lane.kiosk_toml(ports, folder, self._page, codes)
        config.write_text(text, encoding="utf-8")
        self._announce(folder, exits, headway_s)
        self._say(f"devices   {', '.join(f'{name} {path}' for name, path in ports.items())}")
        self._say(f"controller kiosk run --config {config}")
        if self._page is not None:
            self._say(f"page      http://{self._page}/ is what the driver sees")
        watcher = ScreenWatcher(folder / "screen.sock", self._lane.world, self._see)
        self._lane.world.on_answer(watcher.type_plate)
        self._lane.host.add(watcher)
        self._lane.after_turn = lambda now: self._after_turn(now, exits, serve)
        if self._stops:
            return
        with closing(watcher), self._controller(config):
            limit_s = self._arriving[-1].at_s + exits * EXIT_S_MAX
            self._lane.host.run(None if serve else limit_s)

    # Before.

    def _serve_codes(self, folder: Path) -> str:
        """Both gateways beside the lane, and the phone of one driver; their tables."""
        if not self._has_codes:
            return ""
        from kiosk_sim.site.phones import Phones
        from kiosk_sim.site.served_codes import ServedCodes

        lane = self._lane
        served = ServedCodes(lane.host, folder / "gateway", self._profile)
        phones = Phones(served.gateway, lane.world, self._profile, self._seed)
        lane.host.add(phones)
        self._look, self._taken_by_code_minor = phones.see, served.taken_minor
        self._pays_by_phone = phones.expect
        return served.tables

    def _announce(self, folder: Path, exits: int, headway_s: float) -> None:
        self._arriving = tuple(
            guests(Random(self._seed), exits, KINDS, headway_s=headway_s, from_s=FIRST_CAR_S)
        )
        started = datetime.now(UTC)
        moment = started

        def wall() -> datetime:
            return moment

        store = Store(folder / "state", wall=wall)
        for number, guest in enumerate(self._arriving):
            comes = started + timedelta(seconds=guest.at_s)
            entered = comes - timedelta(seconds=guest.stayed_s)
            stay_id, plate = f"s-demo-{number:03d}", PlateText(guest.plate)
            moment = entered
            store.carry_out(Batch((StayOpened("", stay_id, plate, "car"),)))
            if guest.kind is Kind.PREPAID:
                moment = comes - timedelta(minutes=5)
                due = self._tariff.fee(Stay(stay_id, "car", entered), moment).due
                store.note_prepayment(stay_id, due)
            elif guest.kind is Kind.SEASON:
                store.add_season(plate, started - timedelta(days=1), started + timedelta(days=1))
            self._lane.camera.expect(Outcome.NO_READ if number == _UNREAD else Outcome.READ)
            cards = None
            if self._is_by_phone(number):
                self._pays_by_phone(guest.plate)
                cards = ()
            self._lane.world.arrive(Visit(guest.plate, guest.at_s, cards))
        store.close()

    @contextmanager
    def _controller(self, config: Path) -> Iterator[None]:
        command = (sys.executable, "-m", "kiosk", "run", "--config", str(config))
        self._process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=self._out, stderr=self._out
        )
        with self._process:
            try:
                yield
            finally:
                self._process.terminate()
                try:
                    self._process.wait(STOP_S)
                except subprocess.TimeoutExpired:
                    self._process.kill()
                    self._say(f"the controller did not stop within {STOP_S:.0f} s")

    # While cars come.

    def _after_turn(self, now: float, exits: int, serve: bool) -> None:
        finished = self._lane.world.ledger.exits
        while self._reported < len(finished):
            self._report(finished[self._reported], self._arriving[self._reported])
            self._reported += 1
        if self._process.poll() is not None or now >= self._stop_by_s:
            self._lane.host.stop()
        elif not self._leaving:
            self._leaving = self._stops > 0 or (
                self._reported >= exits and not serve and self._rests()
            )
            if self._leaving:
                # The devices serve on until the controller has said goodbye to them.
                self._process.terminate()

    def _rests(self) -> bool:
        """The last order is booked and the arm is down again."""
        return not self._lane.terminal.busy and self._lane.world.arm.lower_limit(
            self._lane.host.now()
        )

    def _report(self, record: ExitRecord, guest: Guest) -> None:
        self._say("")
        unread = ", plate not read: the driver is asked" if record.number - 1 == _UNREAD else ""
        kind = "code" if self._is_by_phone(record.number - 1) else guest.kind.value
        self._say(f"exit {record.number} ({kind}{unread})")
        for line in drawn(record):
            self._say("  " + line)

    def _is_by_phone(self, number: int) -> bool:
        return self._has_codes and number == _BY_PHONE

    def _see(self, picture: dict[str, Any]) -> None:
        if self._look is not None:
            self._look(picture, self._lane.host.now())
        told = (picture.get(name, "") for name in ("picture", "plate", "amount", "note"))
        self._say("screen    " + "  ".join(word for word in told if word))

    # After.

    def _verdict(self, exits: int) -> int:
        records = [record for record in self._lane.world.ledger.exits if record.t1_s is not None]
        slowest_s = max((record.total_s for record in records), default=0.0)
        violations = self._lane.world.oracle.violations
        taken_minor = self._lane.terminal.taken_minor() + self._taken_by_code_minor()
        self._say("")
        self._say(
            f"{len(records)} of {exits} exits, slowest {slowest_s:.2f} s of {GOAL_S:.0f} s, "
            f"taken {Money(taken_minor, self._tariff.currency)}, "
            f"safety violations {len(violations)}"
        )
        for violation in violations:
            self._say(f"  {violation}")
        return exits - len(records) + len(violations)

    def _say(self, text: str) -> None:
        print(text, file=self._out, flush=True)


def missing_for_codes() -> list[str]:
    """The packages of the extra `codes` that are not installed."""
    return [name for name in ("cryptography", "h11", "pyqrcode") if find_spec(name) is None]
