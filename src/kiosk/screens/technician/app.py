"""The Textual app: shows the frame's lines, hands keys on, and asks its shell for all else.

It decides nothing: keys mean what `handling` says, lines are what `frame` made.
"""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from typing import Any, ClassVar, Final

from textual import events
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message

from kiosk.screens.technician.frame import frame
from kiosk.screens.technician.handling import Act, Do, Handling, Say
from kiosk.screens.technician.session import Session
from kiosk.screens.technician.sheet import Sheet
from kiosk.screens.technician.shell import Shell
from kiosk.screens.technician.told import Snapshot
from kiosk.screens.technician.view import View
from kiosk.screens.technician.walk import Walk
from kiosk.screens.technician.words import Words

TICK_S: Final = 0.25
"""How often held keys are judged, and the screen is drawn where its line is fast enough."""

SURROUNDINGS_S: Final = 10.0
"""How often this machine is looked at: it asks the disk."""


class TechnicianApp(App[None]):
    """One screen over one lane."""

    CSS = "Screen { background: ansi_default; }"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+c,ctrl+q,ctrl+d", "leave", show=False, priority=True)
    ]

    def __init__(self, shell: Shell, handling: Handling, ascii_only: bool, plain: bool) -> None:
        super().__init__(ansi_color=True)
        self.handling = handling
        self.session = handling.session
        self.ascii_only = ascii_only
        self.sheet = Sheet(ascii_only, plain)
        self._shell = shell
        self._looked_at = self._drawn_at = float("-inf")
        self._tasks: set[asyncio.Task[None]] = set()
        self._leaving = False

    def compose(self) -> ComposeResult:
        """One widget: everything else is lines."""
        yield self.sheet

    def on_mount(self) -> None:
        """Listen, and tick."""
        self._shell.on_hang_up(self.action_leave)
        self._start(self._shell.listen(self._met, self._take, self._lost))
        self.set_interval(TICK_S, self.tick)
        self.draw()

    def on_key(self, event: events.Key) -> None:
        """A key goes to whoever knows what it means."""
        event.stop()
        event.prevent_default()
        key = event.character if event.is_printable and event.character else event.key
        lag_s = Message().time - event.time
        self.act(self.handling.press(key, self._shell.now(), lag_s))
        self.draw()

    def on_resize(self) -> None:
        """The terminal has another size."""
        self.draw()

    def tick(self) -> None:
        """Time goes on."""
        now = self._shell.now()
        self.act(self.handling.tick(now))
        if now - self._looked_at >= SURROUNDINGS_S:
            self._looked_at = now
            self._start(self._look())
        if now - self._drawn_at >= self._shell.draw_s():
            self.draw()

    def draw(self) -> None:
        """Show what is known now."""
        size = self.size
        if not size.width or not size.height or self._leaving:
            return
        words = Words(self.handling.language)
        now = self._drawn_at = self._shell.now()
        self.sheet.show(
            frame(View(self.session, self.handling, words, size.width, size.height, now))
        )

    def act(self, acts: list[Act]) -> None:
        """Carry out what a key or the time asks for."""
        for each in acts:
            match each:
                case Say(message):
                    self._shell.say(message)
                case Do("quit"):
                    self.action_leave()
                case Do("save"):
                    self._save()
                case Do("report"):
                    self._start(self._report())
                case Do("probe"):
                    self._start(self._probe())

    def action_leave(self) -> None:
        """Give everything back, then end."""
        if not self._leaving:
            self._leaving = True
            self.act(self.handling.leave())
            self._shell.close()
            self.exit()

    # Inside.

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        error = None if task.cancelled() else task.exception()
        if isinstance(error, Exception):
            self._handle_exception(error)

    def _met(self, hello: Any) -> None:
        self.session.met(hello, self._shell.now())
        self._shell.say({"do": "watch"})
        self.act(self.handling.follows())

    def _take(self, records: list[dict[str, Any]]) -> None:
        now = self._shell.now()
        for record in records:
            self.session.take(record, now)
        for at, sample in self.session.samples:
            self.handling.walk.take(sample, at)
        self.session.samples.clear()

    def _lost(self, why: str) -> None:
        self.session.lost(why, self._shell.now())

    def _save(self) -> None:
        lines = self.session.trace.everything()
        try:
            told = {"count": len(lines), "file": self._shell.save(lines)}
        except OSError as error:
            self._note("checks.failed", why=error.strerror or error)
        else:
            self._note("trace.saved", **told)

    async def _report(self) -> None:
        await self._work(self._shell.report, lambda file: self._note("checks.reported", file=file))

    async def _probe(self) -> None:
        def done(health: Mapping[str, Any]) -> None:
            if self.session.is_up:
                return
            self.session.snapshot = Snapshot.of({"health": dict(health)})
            self.session.snapshot_at = None
            self._note("checks.probed", count=len(self.session.snapshot.faults))

        await self._work(self._shell.probe, done)

    async def _work(self, work: Callable[[], Any], done: Callable[[Any], None]) -> None:
        self._note("checks.working")
        self.draw()
        try:
            told = await asyncio.to_thread(work)
        except Exception as error:
            # Whatever a disk or a port does, it is told and harms no screen.
            self._note("checks.failed", why=str(error) or type(error).__name__)
        else:
            done(told)
        self.draw()

    async def _look(self) -> None:
        self.session.surroundings = await asyncio.to_thread(self._shell.surroundings)

    def _note(self, key: str, **values: object) -> None:
        self.handling.note = Words(self.handling.language)(key, **values)


def app_of(shell: Shell, language: str, walk: Walk, ascii_only: bool, plain: bool) -> TechnicianApp:
    """The app, ready to run."""
    handling = Handling(Session(shell.now()), language, walk)
    return TechnicianApp(shell, handling, ascii_only, plain)
