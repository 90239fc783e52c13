"""Puts the pay page together from its tables, and serves it until it is stopped."""

import asyncio
import logging
import os
import signal
import sqlite3
import time
from contextlib import suppress
from datetime import UTC, datetime
from math import ceil
from typing import Final

from kiosk.config import PageConfig
from kiosk.config.parts import tariff_of
from kiosk.core.engine_tariff import EngineTariff
from kiosk.core.plates.reading import CHINA, PlateRules
from kiosk.edge.counter.page_side import PageSide
from kiosk.edge.counter.words import COUNTER_NAME
from kiosk.edge.logs import fault_line, line_of
from kiosk.edge.loop import log_fault
from kiosk.edge.monitor.watchdog import Watchdog
from kiosk.edge.pay_page.desk import PayDesk
from kiosk.edge.pay_page.server import PageServer, listening
from kiosk.edge.pay_page.setting import Setting
from kiosk.edge.store.reading import StayReader
from kiosk.edge.store.sweep import SWEEP_S
from kiosk.errors import PortError
from kiosk.screens.pay.sources import is_trusted

BEAT_S: Final = 2.0
"""How often it says at the counter that it is there."""

TIDY_S: Final = 60.0
"""How often what is over is forgotten."""

NICE: Final = 10
"""Lanes on the same machine come first: the kernel gives this process a tenth beside theirs."""

log = logging.getLogger(__name__)


def setting_of(config: PageConfig) -> Setting:
    """What the page works with, on this machine's clocks."""
    tariff = tariff_of(config.tariff)
    folder = config.store.folder

    def wall() -> datetime:
        return datetime.now(UTC)

    return Setting(
        page=config.page,
        tariff=tariff,
        rules=PlateRules(config.plates.grammars, config.plates.own_patterns),
        chinese=CHINA in config.plates.grammars,
        kept_h=config.store.dispute_h + ceil(SWEEP_S / 3600.0),
        zone=tariff.zone if isinstance(tariff, EngineTariff) else None,
        counter=PageSide(folder / COUNTER_NAME),
        reader=StayReader(folder, config.store.keys_folder, wall=wall),
        clock=time.monotonic,
        wall=wall,
    )


def serve(config: PageConfig) -> int:
    """Serve until SIGTERM or SIGINT; returns the process's exit code."""
    os.nice(NICE)
    return asyncio.run(_serve(config))


async def _serve(config: PageConfig) -> int:
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(log_fault)
    ended = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    desk = PayDesk(setting_of(config))
    proxies = config.page.trusted_proxies
    server = PageServer(config.page.listen, desk.answer, lambda peer: is_trusted(peer, proxies))
    watchdog = Watchdog(lambda: True)
    try:
        await server.start()
    except OSError as error:
        raise PortError(f"page.listen: {server.address}: {error.strerror}") from error
    try:
        _tidy(loop, desk)
        _beat(loop, desk)
        watchdog.ready(loop)
        log.info(listening(server))
        await ended.wait()
        return 0
    finally:
        watchdog.stopping()
        server.close()
        log.info(line_of("page.stopped", answered=server.answered, away=server.turned_away))


def _tidy(loop: asyncio.AbstractEventLoop, desk: PayDesk) -> None:
    try:
        desk.tidy()
    except Exception as error:
        log.error(fault_line("page.tidy.failed", error))
    loop.call_later(TIDY_S, _tidy, loop, desk)


def _beat(loop: asyncio.AbstractEventLoop, desk: PayDesk) -> None:
    # A counter that fails is told of by whatever needs it, and by the lanes.
    with suppress(sqlite3.Error, OSError):
        desk.beat()
    loop.call_later(BEAT_S, _beat, loop, desk)
