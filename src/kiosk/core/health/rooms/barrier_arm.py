"""What the arm's limits prove: swapped, stuck or dead switches, a slow, jammed or forced arm.

An *episode* begins with each OPEN pulse. What the limits said before it, and how they changed
since, tells the faults apart; where they cannot be told apart yet, nothing is named.
"""

from typing import Any, Final

from kiosk.core.health.findings import Findings
from kiosk.core.health.rooms.both_limits import BLIP_S, NAMES, BothLimits
from kiosk.core.health.rooms.episode import PULSE_S, TRACE_MAX, Episode
from kiosk.core.health.rooms.never_up import WHOLE_WAY_S, NeverUp
from kiosk.core.health.rooms.standing_open import StandingOpen
from kiosk.core.health.rooms.travel import LATE_S, SLOW_TIMES, Travels
from kiosk.core.health.rooms.unasked import Unasked
from kiosk_hw.ports import barrier as port
from kiosk_hw.ports.barrier import Arm
from kiosk_hw.ports.party import NEVER

JUDGED_S: Final = 1.0
"""What an arm gets beyond its longest travel until it is judged; the lane's retry comes later."""

PATIENCE_S: Final = 8.0
"""How long a car stands before an arm between its limits before the arm counts as jammed: a driver
who sees it upright has driven off by then."""

_OF_ARM: Final = {
    port.ArmRaised: Arm.RAISED,
    port.ArmLowered: Arm.LOWERED,
    port.ArmLeftLimit: Arm.BETWEEN,
    port.ArmContradictory: Arm.CONTRADICTORY,
}

_REFUTED: Final = (
    *NAMES,
    *(f"barrier.{what}" for what in ("no-movement", "arm-jammed", "open-limit-dead")),
    "barrier.limits-swapped",
)
"""What an arm cannot have that was told to open, and then reached its upper limit."""


class ArmRoom:
    """Knows the arm by its limits, its pulses and the cars under it."""

    def __init__(self, findings: Findings, travel_max_s: float) -> None:
        self._findings = findings
        self._travel_max_s = travel_max_s
        self.travels = Travels(findings, travel_max_s)
        self._both = BothLimits(findings)
        self._never_up = NeverUp(findings)
        self._arm: Arm | None = None
        self._since = 0.0
        self._episode: Episode | None = None
        self._unasked = Unasked(findings)
        self._lowering_at = NEVER
        self._open = StandingOpen(findings)
        self._is_held = False
        self._key = False
        self._judged = True
        self._arming = False

    # What happens.

    def hear(self, event: Any, now: float) -> None:
        """One event of the board."""
        kind = type(event)
        if kind in _OF_ARM:
            self._moved(_OF_ARM[kind], now)
            return
        match event:
            case port.BoardReady(inputs=inputs):
                self._begin_anew(inputs, now)
            case port.BoardSilent():
                self._forget()
            case port.OpenPulsed() if self._episode is not None:
                self._episode.confirmed = True
            case port.SafetyLoopOccupied():
                self._crossing(now)
            case port.SafetyLoopCleared():
                self._open.passed(self._arm is Arm.RAISED, now)
                if self._episode is not None:
                    self._episode.crossed = True
            case port.ArmingLoopOccupied() | port.ArmingLoopCleared():
                self._arming = kind is port.ArmingLoopOccupied
            case port.FireRaised():
                self._is_held = True
            case port.ManualKeyTurned() | port.ManualKeyReleased():
                self._key = kind is port.ManualKeyTurned
                self._forget()

    def ordered(self, command: Any, now: float) -> None:
        """The lane commands the board."""
        match command:
            case port.OpenBarrier():
                self._pulsed(now)
            case port.HoldOpen() | port.ReleaseHold():
                self._is_held = isinstance(command, port.HoldOpen)
                self._forget()

    def tick(self, now: float) -> None:
        """Judge what had its time."""
        self._judge_episode(now)
        self._judge_rest(now)

    # Inside.

    def _begin_anew(self, inputs: port.Inputs, now: float) -> None:
        self._forget()
        self._arm, self._since, self._arming = inputs.arm, now, inputs.arming_loop
        self._is_held, self._key = inputs.fire, inputs.manual_key

    def _forget(self) -> None:
        self._episode = None
        self._judged = True
        self._unasked.forget()
        self._open.forget()
        self._lowering_at = NEVER

    def _pulsed(self, now: float) -> None:
        if self._arm is None or self._is_held:
            return
        episode = self._episode
        rising = episode is not None and not self._judged and episode.is_rising()
        if rising and self._arm is Arm.BETWEEN:
            return  # The lane's second try for an arm that is still on its way up.
        # A pulse on the way down turns a sound arm round; one that is late was down, or is stuck.
        due_s = self.travels.down.surely_s(self._travel_max_s)
        not_lowered = self._arm is Arm.BETWEEN and now - self._lowering_at > due_s
        self._episode = Episode(now, self._arm, self._unasked.waits, not_lowered)
        self._judged = False
        self._unasked.forget()
        self._open.forget()
        self._lowering_at = NEVER

    def _crossing(self, now: float) -> None:
        episode = self._episode
        # Its own safety loop turns an arm round that is on its way down.
        self._open.forget()
        self._lowering_at = NEVER
        if episode is None or episode.crossed:
            return
        episode.crossed = True
        if self._arm is Arm.BETWEEN and not self._judged and not episode.not_lowered:
            usual_s = self.travels.up.usual_s or self._travel_max_s
            self._judged = self._never_up.crossing(episode, now - self._since, usual_s, now)

    def _moved(self, arm: Arm, now: float) -> None:
        before, since, self._arm, self._since = self._arm, self._since, arm, now
        if arm in (Arm.RAISED, Arm.CONTRADICTORY):
            self._never_up.seen_up()
        episode = self._episode
        if episode is not None and len(episode.trace) < TRACE_MAX:
            episode.trace.append((now, arm))
        if before is None or self._is_held or self._key:
            return
        asked = episode is not None and episode.explains(now, self._travel_max_s + JUDGED_S)
        self._unasked.moved(before, arm, now, asked=asked)
        self._note_lowering(before, arm, now)
        if episode is None or self._judged:
            return
        match episode.start, arm:
            case Arm.RAISED, Arm.LOWERED:
                self._judge_swapped(episode, now)
            case ((Arm.LOWERED | Arm.BETWEEN), Arm.RAISED):
                self._judge_raised(episode, now)
            case Arm.LOWERED, Arm.LOWERED if before is Arm.BETWEEN:
                self._fell_back(episode, now - since, now)
            case Arm.CONTRADICTORY, (Arm.RAISED | Arm.BETWEEN):
                self._judged = self._both.parted(episode, arm, now)

    def _note_lowering(self, before: Arm, arm: Arm, now: float) -> None:
        if before is Arm.RAISED and arm is Arm.BETWEEN:
            self._lowering_at = now
            self._open.closes(now)
        elif arm is not Arm.BETWEEN:
            self._open.forget()
        if arm is Arm.LOWERED and self._lowering_at != NEVER:
            self.travels.lowered(now - self._lowering_at, now)
            self._lowering_at = NEVER
            self._findings.drop(now, "barrier.closed-limit-dead")
        elif arm is Arm.RAISED:
            self._lowering_at = NEVER

    def _judge_swapped(self, episode: Episode, now: float) -> None:
        left = episode.first(Arm.BETWEEN) or now
        if left - episode.at <= PULSE_S and now - episode.at <= self._travel_max_s + JUDGED_S:
            self._findings.find(
                "barrier.limits-swapped", now, down_after_open_s=f"{now - episode.at:.2f}"
            )
            self._judged = True
            self._lowering_at = NEVER

    def _judge_raised(self, episode: Episode, now: float) -> None:
        took, self._judged = now - episode.at, True
        usual = self.travels.up.usual_s
        left = episode.first(Arm.BETWEEN)
        if episode.start is Arm.LOWERED and (left is None or left - episode.at > PULSE_S):
            return  # Whatever moved it, it was not this pulse.
        self._findings.drop(now, *_REFUTED)
        if episode.start is Arm.LOWERED:
            if not episode.crossed:
                self.travels.raised(took, now)
            return
        if usual is None or took > usual * SLOW_TIMES + LATE_S:
            if usual is not None:
                self.travels.raised(took, now)
            return  # An arm that is slow says nothing of how far it came.
        whole = took >= usual - WHOLE_WAY_S
        if episode.not_lowered or episode.forced:
            short = "arm-jammed" if episode.not_lowered else "arm-forced"
            code = "closed-limit-dead" if whole else short
            self._findings.find(f"barrier.{code}", now, way_up_s=f"{took:.2f}")

    def _fell_back(self, episode: Episode, between_s: float, now: float) -> None:
        """It left its lower limit and came back to it, and was never up."""
        self._never_up.came_down(episode, now)
        if not episode.crossed and between_s > PULSE_S:
            self._findings.find("barrier.arm-jammed", now, between_s=f"{between_s:.1f}")
            self._judged = True

    def _judge_episode(self, now: float) -> None:
        episode = self._episode
        if episode is None or self._judged:
            return
        age = now - episode.at
        held_s = now - self._since
        if self._arm is Arm.CONTRADICTORY and held_s > BLIP_S and age > PULSE_S:
            self._both.met(episode, now)
            self._judged = True
        elif age > self._travel_max_s + JUDGED_S:
            if not episode.trace:
                self._judged = True
                if episode.start is Arm.LOWERED and episode.confirmed:
                    self._findings.find("barrier.no-movement", now, waited_s=f"{age:.1f}")
            elif self._arm is Arm.BETWEEN and episode.start is not Arm.RAISED:
                waited = held_s > self._travel_max_s + JUDGED_S + PATIENCE_S
                if waited and self._arming and not episode.crossed:
                    self._judged = True
                    self._findings.find("barrier.arm-jammed", now, between_s=f"{held_s:.1f}")

    def _judge_rest(self, now: float) -> None:
        if self._arm is Arm.CONTRADICTORY:
            if self._episode is None or self._judged:
                self._both.stays(now - self._since, now)
        elif self._arm is Arm.RAISED:
            way_down_s = self.travels.down.usual_s or self._travel_max_s
            self._open.tick(way_down_s, self._is_held, now)
        self._unasked.tick(now)
