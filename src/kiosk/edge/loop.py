"""The asyncio loop of a lane: timers to the microsecond, and faults reported without bytes."""

import asyncio
import logging
import selectors
from collections.abc import Mapping
from typing import Any

from kiosk.edge.logs import fault_line, line_of

log = logging.getLogger(__name__)


def new_loop() -> asyncio.AbstractEventLoop:
    """The loop for `asyncio.Runner(loop_factory=new_loop)`.

    select() waits to the microsecond, where epoll() rounds every timer up to the next millisecond,
    and a lane polls its board every few milliseconds over a handful of descriptors.
    """
    return asyncio.SelectorEventLoop(selectors.SelectSelector())


def log_fault(loop: asyncio.AbstractEventLoop, context: Mapping[str, Any]) -> None:
    """Report a failed callback without its arguments: asyncio's own report would show bytes."""
    error = context.get("exception")
    if isinstance(error, BaseException):
        log.error(fault_line("runtime.callback.failed", error))
    else:
        log.error(line_of("runtime.callback.failed", why=context.get("message", "")))
