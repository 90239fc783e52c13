"""What keys do: nothing moves without control, a key is held only while it repeats."""

from itertools import pairwise
from typing import Any

import pytest

from diag.told_lane import EXIT, HELLO, Seen, snapshot
from kiosk.core.lane.tenure import CONTROL_S, HOLD_S, LET_GO_S
from kiosk.edge.sockets.line_port import LINES_PER_S_MAX
from kiosk.screens.technician import session as sessions
from kiosk.screens.technician.handling import RENEW_S, SCROLL_LINES_MAX, Do, Say
from kiosk.screens.technician.hold import LAG_S_MAX, REPEAT_S, SAY_S, HeldKey
from kiosk.screens.technician.trace_buffer import FILTER_CHARS_MAX, FRAMES_MAX, TraceBuffer

LOCKED = {"show": "control", "mine": True, "state": "locked", "why": "", "who": "technician"}


def said(acts: list[Any]) -> list[dict[str, Any]]:
    return [act.message for act in acts if isinstance(act, Say)]


def in_control() -> Seen:
    seen = Seen(snapshot())
    seen.press("c", "enter")
    seen.take(LOCKED)
    return seen


def test_control_is_asked_for_as_chosen_and_only_once() -> None:
    seen = Seen(snapshot())
    assert said(seen.press("c", "w", "r", "r", "e", "v", "enter", "enter")) == [
        {"do": "control", "who": "installer", "reason": "wiring", "wait": True, "vouched": True}
    ]


def test_before_control_is_taken_it_says_what_it_does() -> None:
    seen = Seen(snapshot())
    seen.press("c")
    assert "out of service" in seen.shown()
    assert "the journal keeps" in seen.shown()


@pytest.mark.parametrize("pane", ["1", "2", "8", "0", "c"])
def test_without_control_no_key_moves_or_tries_anything(pane: str) -> None:
    seen = Seen(snapshot())
    wishes = said(seen.press(pane, "u", "d", "n", "t", "p", "y", "s"))
    assert {wish["do"] for wish in wishes} <= {"trace", "untrace"}


@pytest.mark.parametrize(
    ("keys", "wishes"),
    [
        (("u",), [{"do": "move", "way": "open"}]),
        (("d",), [{"do": "move", "way": "close"}]),
        (
            ("u", "d"),
            [{"do": "move", "way": "open"}, {"do": "let-go"}, {"do": "move", "way": "close"}],
        ),
        (("u", "x"), [{"do": "move", "way": "open"}, {"do": "let-go"}]),
        (("u", "1"), [{"do": "move", "way": "open"}, {"do": "let-go"}]),
        (("t",), [{"do": "try-exit", "car": True}]),
        (("n",), [{"do": "try-exit", "car": False}]),
        (("p",), []),
        (("p", "x"), []),
        (("p", "y"), [{"do": "try-payment"}]),
        (("p", "x", "y"), []),
        (("s",), [{"do": "stop-trial"}]),
        (("g",), [{"do": "release"}]),
    ],
    ids=str,
)
def test_with_control_each_key_asks_for_its_one_thing(keys: Any, wishes: Any) -> None:
    assert said(in_control().press(*keys)) == wishes


def test_a_payment_is_warned_of_before_it_can_be_confirmed() -> None:
    seen = in_control()
    assert "WARNING" not in seen.shown()
    seen.press("p")
    assert "WARNING: this takes 0.01 from a real card" in seen.shown()


def held(times: list[float], until: float) -> list[tuple[float, str]]:
    """What the lane hears of a key that is pressed at these times."""
    key, told, now = HeldKey(), [], 0.0
    presses = list(times)
    while now <= until:
        wishes = key.tick(now)
        while presses and presses[0] <= now:
            presses.pop(0)
            wishes += key.press("open", now)
        told += [(round(now, 2), wish["do"]) for wish in wishes]
        now += 0.01
    return told


def test_a_key_that_repeats_is_held_and_one_that_stops_is_let_go_in_time() -> None:
    repeats = [0.0, *(0.5 + 0.03 * n for n in range(60))]
    told = held(repeats, 5.0)
    moves = [at for at, do in told if do == "move"]
    assert max(b - a for a, b in pairwise(moves)) < LET_GO_S
    (ended,) = [at for at, do in told if do == "let-go"]
    assert ended == pytest.approx(repeats[-1] + REPEAT_S, abs=0.03)
    assert len(moves) <= 2.3 / SAY_S + 2, "well below what a lane takes a second"


def test_one_press_never_lasts_as_long_as_a_lane_waits_before_the_arm_moves() -> None:
    (begun, (ended, do)) = held([0.0], 3.0)
    assert (begun, do) == ((0.0, "move"), "let-go")
    assert ended == pytest.approx(REPEAT_S, abs=0.02)
    assert REPEAT_S < LET_GO_S < HOLD_S
    assert 1.0 / SAY_S + 1.0 / RENEW_S < LINES_PER_S_MAX / 2


def test_a_stalled_line_lets_go_and_a_burst_after_it_begins_anew() -> None:
    told = held([0.0, 0.3, 0.6, 2.0, 2.0, 2.0], 4.0)
    dos = [do for _, do in told]
    assert dos.count("let-go") == 2
    assert told[-1][0] - 2.0 < HOLD_S


def test_presses_that_waited_behind_a_slow_screen_move_nothing() -> None:
    seen = in_control()
    assert said(seen.press("u")) == [{"do": "move", "way": "open"}]
    late = seen.handling.press("u", seen.now + 0.2, LAG_S_MAX + 0.01)
    assert said(late) == [{"do": "let-go"}]
    assert said(seen.handling.press("u", seen.now + 0.3, LAG_S_MAX + 1.0)) == []


def test_control_is_renewed_and_says_whether_somebody_is_there() -> None:
    seen = in_control()
    seen.press("1")
    first = said(seen.handling.tick(seen.now))
    assert first == [{"do": "renew", "present": True}]
    assert said(seen.handling.tick(seen.now + 0.5)) == []
    assert said(seen.handling.tick(seen.now + RENEW_S)) == [{"do": "renew", "present": False}]
    assert RENEW_S * 3 < CONTROL_S


def test_whoever_goes_gives_everything_back() -> None:
    seen = in_control()
    seen.press("u")
    assert said(seen.handling.leave()) == [{"do": "let-go"}, {"do": "release"}]
    assert Seen(snapshot()).handling.leave() == []
    assert Do("quit") in Seen(snapshot()).press("q")


def test_a_lost_line_ends_control_here_as_it_does_at_the_lane() -> None:
    seen = in_control()
    seen.session.lost("the lane hung up", seen.now)
    assert not seen.session.is_mine
    assert said(seen.press("u")) == []
    assert said(seen.handling.tick(seen.now + 10.0)) == []


@pytest.mark.parametrize("pane", ["1", "2", "3", "8", "9", "c", "h"])
def test_a_locked_lane_says_so_over_every_pane_with_the_seconds_left(pane: str) -> None:
    control = {"state": "locked", "who": "technician", "reason": "fault", "ends_s": 8.0}
    seen = in_control()
    seen.take(snapshot(control=control))
    seen.press(pane)
    seen.now += 2.0
    assert "YOU HAVE THE LANE (fault)" in seen.shown()
    assert "ends in 6 s" in seen.shown()
    other = Seen(snapshot(control=control))
    other.press(pane)
    assert "LOCKED by technician (fault)" in other.shown()


def test_what_another_technician_is_told_is_not_taken_for_ones_own() -> None:
    seen = Seen(snapshot())
    seen.press("c", "enter")
    for state in ("locked", "refused", "move-refused"):
        seen.take({**LOCKED, "mine": False, "state": state, "why": "not yours"})
    assert not seen.session.is_mine
    assert seen.session.is_asked
    assert "not yours" not in seen.shown()


def test_a_refusal_is_told_in_words() -> None:
    seen = Seen(snapshot(), language="de")
    seen.press("c", "enter")
    why = "technician has control of this lane"
    seen.take({"show": "control", "mine": True, "state": "refused", "why": why})
    assert "Abgelehnt: Techniker hat diese Spur" in seen.shown()
    held_lane = in_control()
    held_lane.take({**LOCKED, "state": "move-refused", "why": "the arm is up"})
    assert "move refused: the arm is up already" in held_lane.shown()


def test_a_trial_is_shown_step_by_step_with_its_end() -> None:
    seen = in_control()
    seen.press("n")
    for what, passed in (("OPEN ordered", None), ("done", True)):
        seen.take({"show": "trial", "what": what, "at_s": 0.5, "passed": passed, "trial": "t"})
    assert "0.500 s  OPEN ordered" in seen.shown()
    assert "PASSED" in seen.shown()


def test_an_end_that_was_missed_is_learnt_from_the_next_snapshot() -> None:
    seen = in_control()
    seen.take(snapshot())
    assert not seen.session.is_mine


# The trace.


def frame(number: int, **more: Any) -> dict[str, Any]:
    told = {"d": "rx", "at_s": float(number), "n": 8, "text": f"frame {number}", "hex": "01 02"}
    return {"port": "barrier", "frame": {**told, "fault": "", "gap_s": 0.01, **more}}


def test_a_trace_keeps_no_more_than_its_bound_and_says_what_it_counted() -> None:
    buffer = TraceBuffer()
    for number in range(FRAMES_MAX + 10):
        buffer.take(frame(number, fault="crc" if number % 2 else "")["frame"])
    assert len(buffer.everything()) == FRAMES_MAX
    assert buffer.missed == 10
    assert buffer.counts["rx"] == FRAMES_MAX + 10
    assert buffer.counts["!crc"] == (FRAMES_MAX + 10) // 2


def test_a_trace_is_filtered_held_still_looked_back_in_and_cleared() -> None:
    seen = Seen(snapshot())
    seen.press("8")
    seen.take(*(frame(number, fault="crc" if number == 3 else "") for number in range(30)))
    assert "frame 29" in seen.shown()
    seen.press("/", "!", "!", " ", "C", "backspace", "enter")
    assert "frame 3 !! crc" in seen.shown()
    assert "frame 29" not in seen.shown()
    seen.press("/", "escape", "p")
    seen.take(frame(99))
    assert "PAUSED" in seen.shown()
    assert "frame 99" not in seen.shown()
    seen.press("up", "up", "up")
    assert "3 newer lines below" in seen.shown()
    assert "frame 29" not in seen.shown()
    seen.press("home", "p")
    assert "frame 99" in seen.shown()
    assert seen.press("s") == [Do("save")]
    seen.press("x")
    assert "frame 99" not in seen.shown()


def test_keys_that_are_typed_into_a_filter_do_nothing_else_and_end_at_its_bound() -> None:
    seen = Seen(snapshot())
    seen.press("8", "/")
    assert seen.press("q", *"1c" * FILTER_CHARS_MAX) == []
    assert seen.handling.pane == "trace"
    assert len(seen.session.trace.filter) == FILTER_CHARS_MAX


def test_only_what_is_looked_at_is_followed() -> None:
    seen = Seen(snapshot())
    assert said(seen.press("8")) == [
        {"do": "untrace"},
        {"do": "trace", "port": "barrier"},
        {"do": "trace", "port": "camera"},
    ]
    assert {"do": "trace", "port": "camera"} in said(seen.press("right"))
    assert seen.session.trace.port == "camera"
    assert {"do": "trace", "port": "barrier"} not in said(seen.press("1"))


# Bounds of what is remembered.


def test_what_is_remembered_of_a_lane_is_bounded() -> None:
    seen = in_control()
    for number in range(sessions.SAMPLES_MAX + 10):
        seen.take({**LOCKED, "state": "move-refused", "why": f"why {number}"})
        seen.take({"show": "trial", "what": f"step {number}", "at_s": 1.0, "passed": None})
        seen.take({"show": "step", "step": f"step {number}"})
        seen.take({"port": "camera", "frame": {"d": "rx", "read": {"confidence": 1.0}}})
        seen.take(frame(number))
    session = seen.session
    assert len(session.news) == len(session.trial) == sessions.NEWS_MAX
    assert len(session.reads) == sessions.READS_MAX
    assert len(session.steps) == sessions.STEPS_MAX
    assert len(session.samples) == sessions.SAMPLES_MAX


def test_a_key_that_is_held_down_scrolls_no_further_than_its_bound() -> None:
    seen = Seen(snapshot())
    for _ in range(SCROLL_LINES_MAX // 12 + 10):
        seen.press("pagedown")
    assert seen.handling.scroll == SCROLL_LINES_MAX


def test_a_lane_that_runs_anew_is_not_mixed_with_the_one_before() -> None:
    seen = Seen(snapshot(exits=[EXIT]))
    seen.session.met({**HELLO, "run": "r2"}, seen.now)
    assert seen.session.snapshot.exits == ()
    seen.session.met({**HELLO, "run": "r2"}, seen.now)


def test_keys_walk_through_panes_and_languages_and_long_panes() -> None:
    seen = Seen(snapshot())
    seen.press("tab")
    assert seen.handling.pane == "lane"
    seen.press("shift+tab", "shift+tab")
    assert seen.handling.pane == "help"
    seen.press("l")
    assert "Tasten" in seen.shown()
    seen.press("l")
    assert "按键" in seen.shown()
    seen.press("1", *["pagedown"] * 9)
    seen.lines(80, 14)
    assert 0 < seen.handling.scroll < 40, "what was scrolled beyond the end comes back at once"
