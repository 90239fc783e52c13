"""One port of a lane: its party, its link, and who may watch its bytes. No turn is decided here."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

from kiosk.core.controller import Controller
from kiosk.core.health.observations import Observation, PortOpened
from kiosk.edge.links import (
    CalledLink,
    KeptLink,
    LinkEars,
    LinkLost,
    Recorder,
    Redact,
    keep_all,
)
from kiosk.edge.links.shown import shown_url
from kiosk.edge.links.web_link import SCHEMES
from kiosk.edge.logs import frame_line
from kiosk.edge.monitor.machine import port_lost
from kiosk_hw.ports.party import Caller

Step = Callable[..., None]
"""`step(now, verb, *arguments)`: one turn of the shell."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PortConfig:
    """Where a device is, and what a technician may see of its bytes."""

    url: str
    record: str | None = None
    """The file that a recording goes to, or None for no recording."""
    redact: Redact | None = None
    """What of this port's bytes may be recorded; None keeps lengths only.

    Only a port whose bytes are kept whole (`keep_all`) shows them in a trace.
    """
    ca_file: Path | None = None
    """Whom a web server's certificate must come from; None: the system's own store."""


class Port:
    """A party of the controller and its link: what comes in on the wire is one turn each."""

    def __init__(
        self,
        name: str,
        config: PortConfig,
        controller: Controller,
        loop: asyncio.AbstractEventLoop,
        step: Step,
    ) -> None:
        self.name = name
        self.party = controller.parties[name]
        self.recorder: Recorder | None = None
        if config.record is not None:
            line = str(self.party.line)
            self.recorder = Recorder(config.record, name, config.url, line, config.redact)
        self._controller = controller
        self._loop = loop
        self._step = step
        self._shown = config.redact is keep_all
        self._trace = log.isEnabledFor(logging.DEBUG)
        self.watched = self._trace or self.recorder is not None
        self.on_bytes: Callable[[Literal["rx", "tx"], bytes, float], None] | None = None
        """Whoever follows what passes here, decoded; told before the turn, and not to dawdle."""
        self.heard_at: float | None = None
        self.spoke_at: float | None = None
        self.why_down = ""
        self.link = self._link_to(config)

    def flush(self, now: float) -> None:
        """Set the line as the party wants it now, and write what the party has to send."""
        line = self.party.line
        if line is not self.link.link.line:
            self.link.reset_line(line)
        data = self._controller.bytes_to_send(self.name)
        if data:
            self.spoke_at = now
            if self.watched:
                self._note("tx", data, now)
            if self.on_bytes is not None:
                self.on_bytes("tx", data, now)
            self.link.write(data)
        if isinstance(self.link, CalledLink):
            self.link.heed(cast(Caller, self.party).link_wish())

    def close(self) -> None:
        """Close the link; nothing more comes in or leaves."""
        self.link.close()

    def _link_to(self, config: PortConfig) -> KeptLink | CalledLink:
        ears = LinkEars(self._came_in, self._came_up, self._went_down, self._is_troubled)
        line, loop = self.party.line, self._loop
        if config.url.partition("://")[0] not in SCHEMES:
            return KeptLink(self.name, config.url, line, loop, ears=ears)
        return CalledLink(self.name, config.url, line, loop, ears=ears, ca_file=config.ca_file)

    def _came_in(self, data: bytes) -> None:
        self.heard_at = now = self._loop.time()
        if self.watched:
            self._note("rx", data, now)
        if self.on_bytes is not None:
            self.on_bytes("rx", data, now)
        self._step(now, self._controller.receive, self.name, data)

    def _came_up(self) -> None:
        now = self._loop.time()
        self.why_down = ""
        self._observe(PortOpened(self.name, shown_url(self.link.link.url)), now)
        if self.recorder is not None:
            self.recorder.note("up", b"", now)
        self._step(now, self._controller.connected, self.name)

    def _went_down(self, error: LinkLost) -> None:
        now = self._loop.time()
        if self.recorder is not None:
            self.recorder.note("down", b"", now)
        self._step(now, self._controller.disconnected, self.name)

    def _is_troubled(self, error: LinkLost) -> None:
        self.why_down = f"{error.why}: {error.cure}"
        self._observe(port_lost(self.name, error, self.link.link.url), self._loop.time())

    def _observe(self, seen: Observation, now: float) -> None:
        if self._controller.observer is not None:
            self._controller.observer.observe(seen, now)

    def _note(self, direction: Literal["rx", "tx"], data: bytes, now: float) -> None:
        if self.recorder is not None:
            self.recorder.note(direction, data, now)
        if self._trace:
            log.debug(frame_line(self.name, direction, data, self._shown))
