"""The desk that a lane's machines share: deadlines, what was decided this turn, ids, what is known.

Machines never call each other: they `post` events, which the lane delivers one by one.
"""

from collections import Counter, deque
from dataclasses import dataclass, field, replace
from typing import Any, Final

from kiosk.core.controller import Turn
from kiosk.core.lane.events import AnswerOver, PayOver
from kiosk.core.lane.passage import Passage
from kiosk.core.records import Batch, IncidentNoted, Query, Row
from kiosk.core.settings import LaneSettings
from kiosk.core.shows import AlarmChanged, Picture, ScreenCode, ScreenShown, Show, StepTaken
from kiosk_hw.ports.barrier import Arm, Inputs
from kiosk_hw.ports.party import NEVER

BARRIER: str = "barrier"
CAMERA: str = "camera"
TERMINAL: str = "terminal"
"""The names of a lane's ports, as commands are addressed."""

AFTER_PAYING: Final = (Picture.APPROVED, Picture.DRIVE)
RETURNED: Final = "returned"
"""The note of these pictures where the money goes back: the stay had been paid for already."""

CALLS: Final[dict[Picture, type[Any]]] = {Picture.ASK_PLATE: AnswerOver, Picture.DUE: PayOver}
"""The pictures that a person is called after by itself, and the deadline of each."""


@dataclass(slots=True)
class Desk:
    """What the machines of one lane have in common."""

    settings: LaneSettings
    run_id: str
    """Unique to this run of the process, so that ids never repeat across restarts."""
    lane_tag: str = ""
    """How the `run_id` of every run of this lane begins, and of no other lane of the site."""
    now: float = 0.0
    inputs: Inputs = field(default_factory=lambda: Inputs(Arm.LOWERED, False, False))
    """The board's inputs as the events told them; kept by the lane."""
    posted: deque[Any] = field(default_factory=deque)
    passages: dict[str, Passage] = field(default_factory=dict)
    """The cars in the lane, by exit id: the one at the arming loop, and those before it."""
    store_is_down: bool = False
    """The last batch failed: what must not wait for a row cannot wait for this one."""
    board_answers: bool = False
    """The barrier board is there, so that `inputs` are what is; kept by the lane."""
    locked: bool = False
    """Somebody has control of the lane; kept by the machine that grants it, for others' guards."""
    refused: Counter[str] = field(default_factory=Counter)
    alarms: dict[str, str] = field(default_factory=dict)
    _ids: int = 0
    _deadlines: dict[type[Any], float] = field(default_factory=dict)
    _next_deadline: float = NEVER
    _rows: list[Row] = field(default_factory=list)
    _queries: list[Query] = field(default_factory=list)
    _turn: Turn = field(default_factory=Turn)
    _screen: ScreenShown | None = None
    _help_at: float = NEVER

    def new_id(self, letter: str) -> str:
        """An id that no other exit or order of any run has: `x-<run>-000012`."""
        self._ids += 1
        return f"{letter}-{self.run_id}-{self._ids:06d}"

    def post(self, event: Any) -> None:
        """Tell the other machines; delivered after the event in hand is done with."""
        self.posted.append(event)

    # Deadlines: at most one of each kind.

    def wait(self, deadline: type[Any], seconds: float) -> None:
        """Let this deadline fall due `seconds` from now, instead of when it was due before."""
        self._deadlines[deadline] = self.now + seconds
        self._next_deadline = min(self._deadlines.values())

    def wait_until(self, deadline: type[Any], at: float) -> None:
        """Let this deadline fall due then and only then; `NEVER` forgets it."""
        if at == NEVER:
            self.stop_waiting(deadline)
        elif self._deadlines.get(deadline) != at:
            self._deadlines[deadline] = at
            self._next_deadline = min(self._deadlines.values())

    def stop_waiting(self, *deadlines: type[Any]) -> None:
        """Forget these deadlines."""
        for deadline in deadlines:
            self._deadlines.pop(deadline, None)
        self._next_deadline = min(self._deadlines.values(), default=NEVER)

    def deadline(self) -> float:
        """When the next deadline falls due."""
        return self._next_deadline

    def due_at(self, deadline: type[Any]) -> float:
        """When this deadline falls due; `NEVER` if it is not waited for."""
        return self._deadlines.get(deadline, NEVER)

    def take_due(self) -> Any | None:
        """The earliest deadline that fell due by now, as an event; None when there is none."""
        if self._next_deadline > self.now:
            return None
        kind = min(self._deadlines, key=lambda kind: (self._deadlines[kind], kind.__name__))
        self.stop_waiting(kind)
        return kind()

    # Decisions of this turn.

    def write(self, row: Row) -> None:
        """Commit this row before the commands of this turn leave."""
        self._rows.append(row)

    def ask(self, query: Query) -> None:
        """Ask the store."""
        self._queries.append(query)

    def order(self, port: str, command: Any) -> None:
        """Command a device, once the rows of this turn are committed."""
        self._turn.commands.append((port, command))

    def order_at_once(self, port: str, command: Any) -> None:
        """Command a device without waiting for the store: to open or hold for safety, by a held
        key, and the lamp, which must not stay green because a disk is full."""
        self._turn.urgent.append((port, command))

    def show(self, show: Show) -> None:
        """Let people see this."""
        self._turn.shows.append(show)

    def step(self, step: str, exit_id: str = "", **facts: object) -> None:
        """One line of the log."""
        self.show(StepTaken(step, exit_id, tuple((key, str(fact)) for key, fact in facts.items())))

    def screen(
        self,
        picture: Picture,
        passage: Passage | None = None,
        note: str = "",
        receipt: tuple[ScreenCode, ...] = (),
    ) -> None:
        """Change the driver's screen, if that is a change."""
        due = passage if picture in (Picture.DUE, Picture.HELP) else None
        help_at = self.due_at(CALLS[picture]) if picture in CALLS else NEVER
        if passage is not None and passage.returned and picture in AFTER_PAYING:
            note = RETURNED
        shown = ScreenShown(
            picture,
            passage.exit_id if passage else "",
            passage.plate if passage else None,
            passage.amount if passage else None,
            note,
            due.codes if due else receipt,
            due.by_card if due else False,
            due.codes_coming if due else 0,
            None if help_at == NEVER else help_at - self.now,
        )
        self._change_screen(shown, help_at)

    def renew_ways_to_pay(self, passage: Passage) -> None:
        """While a person is on the way, show what this fee can be paid with now."""
        shown = self._screen
        if shown and shown.picture is Picture.HELP and shown.exit_id == passage.exit_id:
            codes, coming = passage.codes, passage.codes_coming
            card = passage.by_card
            self._change_screen(replace(shown, codes=codes, card=card, codes_coming=coming))

    def show_returned(self, order_id: str, exit_id: str) -> None:
        """Tell its driver that this order's money goes back; it has no receipt."""
        passage, shown = self.passages.get(exit_id), self._screen
        if passage is None:
            return
        passage.returned = True
        codes = shown.codes if shown else ()
        if order_id in (passage.order_id, passage.receipt_id):
            passage.receipt_id, codes = "", ()
        if shown and shown.exit_id == exit_id and shown.picture in AFTER_PAYING:
            self._change_screen(replace(shown, note=RETURNED, codes=codes))

    def _change_screen(self, shown: ScreenShown, help_at: float = NEVER) -> None:
        if shown != self._screen or help_at != self._help_at:
            self._screen, self._help_at = shown, help_at
            self.show(shown)

    def note(self, kind: str, why: str = "", exit_id: str = "") -> None:
        """Write an incident down and log it."""
        self.write(IncidentNoted(exit_id, kind, why))
        self.step(f"incident.{kind}", exit_id, why=why)

    def alarm(self, kind: str, why: str = "", exit_id: str = "") -> None:
        """Call a person for this, once until `calm`."""
        if kind not in self.alarms:
            self.alarms[kind] = why
            self.note(kind, why, exit_id)
            self.show(AlarmChanged(kind, True, why))

    def calm(self, kind: str) -> None:
        """What the alarm was for is over."""
        if kind in self.alarms:
            del self.alarms[kind]
            self.show(AlarmChanged(kind, False))

    def take(self) -> Turn:
        """Everything decided since the last call."""
        turn = self._turn
        if self._rows or self._queries:
            turn.batch = Batch(tuple(self._rows), tuple(self._queries))
            self._rows, self._queries = [], []
        elif not turn:
            return turn
        self._turn = Turn()
        return turn
