"""Puts one lane together: configuration, parties, lane, store, runtime, screen. Decides nothing."""

import asyncio
import logging
import secrets
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from math import ceil
from typing import Any

from kiosk.config import Config
from kiosk.config.parts import tariff_of
from kiosk.core.controller import Controller
from kiosk.core.health.doctor import Doctor, doctor_of
from kiosk.core.health.metrics import exposition
from kiosk.core.lane.events import StopRequested
from kiosk.core.lane.lane import Lane, entry_lane, exit_lane
from kiosk.core.lane.reader import SiteReader
from kiosk.core.plates.reading import PlateRules
from kiosk.core.shows import (
    AlarmChanged,
    ControlShown,
    CounterShow,
    ExitReported,
    ScreenShown,
    Show,
    StepTaken,
    TrialStep,
    as_record,
)
from kiosk.edge.codes.payment import addresses_of, counter_of, payment_of
from kiosk.edge.counter.port import CounterPort
from kiosk.edge.counter.tokens import PageAddresses
from kiosk.edge.devices import parties, ports
from kiosk.edge.diag.serving import Diagnostics, started
from kiosk.edge.driver_screen.page import ScreenPage
from kiosk.edge.driver_screen.port import ScreenPort
from kiosk.edge.driver_screen.touches import driver_touched, touched
from kiosk.edge.lane_name import held, tag_of
from kiosk.edge.logs import line_of
from kiosk.edge.loop import new_loop
from kiosk.edge.monitor.looking import Looking
from kiosk.edge.monitor.metrics_port import MetricsPort
from kiosk.edge.monitor.monitoring import Monitoring
from kiosk.edge.runtime import Runtime
from kiosk.edge.store.store import Store
from kiosk.edge.store.sweep import SWEEP_S
from kiosk.edge.store.writer import StoreWriter
from kiosk.errors import JournalError, PortError
from kiosk.screens.driver.bundle import bundle
from kiosk.screens.driver.setup import setup_of

log = logging.getLogger(__name__)


def build_lane(config: Config, run_id: str, addresses: PageAddresses | None = None) -> Lane:
    """The role object of this lane, with its page's addresses where it has a page."""
    reader = SiteReader(PlateRules(config.plates.grammars, config.plates.own_patterns))
    lane_tag = tag_of(config)
    run_id = f"{lane_tag}{run_id}"
    if config.tariff is None:
        return entry_lane(config.lane, reader, run_id=run_id)
    return exit_lane(
        config.lane,
        reader,
        tariff_of(config.tariff),
        run_id=run_id,
        lane_tag=lane_tag,
        has_till=config.terminal is not None,
        codes=payment_of(config, addresses),
        receipt_url=None if addresses is None else addresses.receipt_url,
    )


def open_store(config: Config) -> Store:
    """The store of this lane, on the machine's wall clock. Raises JournalError."""
    return Store(
        config.store.folder,
        wall=lambda: datetime.now(UTC),
        dispute_s=config.store.dispute_h * 3600.0,
        keys_folder=config.store.keys_folder,
    )


def serve(config: Config) -> int:
    """Run this lane until it is stopped; returns the process's exit code.

    Raises JournalError where another process runs a lane of this name on the same store.
    """
    with held(config):
        return _run(config)


def _run(config: Config) -> int:
    addresses = addresses_of(config)
    lane = build_lane(config, secrets.token_hex(6), addresses)
    made = parties(config)
    doctor = doctor_of(made, config.lane.arm_travel_s)
    controller = Controller(lane, made, doctor)
    with asyncio.Runner(loop_factory=new_loop) as runner:
        return runner.run(_serve(config, controller, lane, addresses))


async def _serve(
    config: Config, controller: Controller, lane: Lane, addresses: PageAddresses | None
) -> int:
    loop = asyncio.get_running_loop()
    store = StoreWriter(lambda: open_store(config), loop.call_soon_threadsafe)
    audience = Audience()
    runtime = Runtime(
        controller,
        ports(config),
        store,
        audience.show,
        stop_event=StopRequested(),
        stopped=lane.rests,
    )
    try:
        try:
            await audience.enter(config, lane, runtime)
            audience.meet(counter_of(config, addresses, loop.call_soon_threadsafe, runtime.tell))
        except PortError:
            store.close(0.0)
            raise
        _sweep(loop, store)
        return await runtime.serve()
    finally:
        audience.leave()


class Audience:
    """Whoever sees what the lane shows: the log, the driver's screens, phones, technicians."""

    def __init__(self) -> None:
        self.screens: list[ScreenPort | ScreenPage] = []
        self.counter: CounterPort | None = None
        self.diag: Diagnostics | None = None
        self.looking: Looking | None = None
        self.monitoring: Monitoring | None = None
        self.metrics: MetricsPort | None = None

    async def enter(self, config: Config, lane: Lane, runtime: Runtime) -> None:
        """Open every port. Raises PortError for an address that cannot be had."""
        for key, screen in _screens(config, runtime.tell):
            try:
                await screen.start()
            except OSError as error:
                raise PortError(f"{key}: {screen.address}: {error.strerror}") from error
            self.screens.append(screen)
        self.diag = await started(config, lane, runtime)
        observer = runtime.controller.observer
        if isinstance(observer, Doctor):
            self.monitoring = Monitoring(observer, runtime.say)
            await self._serve_metrics(config, observer, runtime)
        if observer is not None:
            pages = [screen for screen in self.screens if isinstance(screen, ScreenPage)]
            self.looking = Looking(config, observer, pages[0].pages if pages else None)

    def meet(self, counter: CounterPort | None) -> None:
        """The pay page hears of this lane from now on, and it of taps."""
        self.counter = counter
        if counter is not None:
            counter.start()
            if self.looking is not None:
                self.looking.counter = counter.seen

    async def _serve_metrics(self, config: Config, doctor: Doctor, runtime: Runtime) -> None:
        address = config.monitor.metrics
        if address is None:
            return
        lane, clock = config.lane.name, runtime.loop.time
        self.metrics = MetricsPort(
            address, lambda: exposition(doctor.report(clock()), lane), config.monitor.collectors
        )
        try:
            await self.metrics.start()
        except OSError as error:
            raise PortError(f"monitor.metrics: {address}: {error.strerror}") from error

    def show(self, what: Show, now: float) -> None:
        """Let everybody see this."""
        note(what)
        if isinstance(what, CounterShow):
            if self.counter is not None:
                self.counter.publish(what)
            return
        if self.screens and isinstance(what, ScreenShown):
            record = as_record(what)
            for screen in self.screens:
                screen.publish(record)
        if self.diag is not None:
            self.diag.show(what)

    def leave(self) -> None:
        """Close every port."""
        for screen in self.screens:
            screen.close()
        if self.counter is not None:
            self.counter.close()
        if self.diag is not None:
            self.diag.port.close()
        for task in (self.looking, self.monitoring):
            if task is not None:
                task.stop()
        if self.metrics is not None:
            self.metrics.close()


def _screens(
    config: Config, tell: Callable[[Any], None]
) -> Iterator[tuple[str, ScreenPort | ScreenPage]]:
    """What is served of the lane, each by the key that wants it."""
    if config.screen.listen is not None:
        yield "screen.listen", ScreenPort(config.screen.listen, touched, tell)
    if config.screen.page is not None:
        page = bundle(setup_of(config, sweep_h=ceil(SWEEP_S / 3600.0)))
        yield "screen.page", ScreenPage(config.screen.page, page, driver_touched, tell)


def note(show: Show) -> None:
    """Write what was shown to the log; the driver's pictures go to the screen alone."""
    match show:
        case StepTaken():
            whose = {"exit": show.exit_id} if show.exit_id else {}
            log.info(line_of(show.step, **whose, **dict(show.facts)))
        case AlarmChanged(on=True):
            log.warning(line_of("alarm.raised", kind=show.kind, why=show.why))
        case AlarmChanged():
            log.info(line_of("alarm.cleared", kind=show.kind))
        case ControlShown():
            who = {"who": show.who, "reason": show.reason}
            log.info(line_of(f"control.{show.state}", **who, why=show.why))
        case TrialStep():
            log.info(line_of("trial.step", trial=show.trial_id, at_s=show.at_s, what=show.what))
        case ExitReported():
            told = as_record(show)
            shares = {name: told[name] for name in told if name.endswith("_s")}
            log.info(line_of("exit.finished", exit=show.exit_id, kind=show.kind, **shares))


def _sweep(loop: asyncio.AbstractEventLoop, store: StoreWriter) -> None:
    """Destroy what is due now, and again every `SWEEP_S`."""

    def swept(outcome: Any) -> None:
        if isinstance(outcome, JournalError):
            log.error(line_of("store.sweep.failed", error=str(outcome)))

    store.call(lambda opened: opened.sweep(), swept)
    loop.call_later(SWEEP_S, _sweep, loop, store)
