"""What each pane says of a record, in three languages, at 80 x 24, of hostile records too."""

from typing import Any

import pytest

from diag.told_lane import (
    EXIT,
    HELLO,
    QUIET,
    Seen,
    device,
    port,
    sick,
    snapshot,
    suspected,
    with_gateways,
)
from kiosk.core.checks.wiring import Wire
from kiosk.core.health.catalogue import CATALOGUE
from kiosk.core.health.wording import words
from kiosk.screens.technician.cells import as_ascii, width
from kiosk.screens.technician.frame import VERDICT_LINES_MAX
from kiosk.screens.technician.handling import PANES
from kiosk.screens.technician.lane_drawing import WIDTH, drawing
from kiosk.screens.technician.lines import SIGNS
from kiosk.screens.technician.session import AIM_CARS_MAX
from kiosk.screens.technician.trace_buffer import frame_text
from kiosk.screens.technician.verdict import PROOF_CHARS_MAX
from kiosk.screens.technician.walk import Walk
from kiosk.screens.technician.words import LANGUAGES

WORST = {
    "control": {"state": "locked", "who": "office", "reason": "repair", "ends_s": 9.0},
    "alarms": {"help:asked": "the driver asks for a person", "new-kind": "w" * 300},
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("pane", PANES.values())
@pytest.mark.parametrize(("wide", "high"), [(80, 24), (160, 50), (40, 12), (20, 3)])
def test_a_pane_fills_its_screen_and_never_more(
    language: str, pane: str, wide: int, high: int
) -> None:
    seen = Seen(snapshot(**WORST), language=language)
    seen.handling.pane = pane
    lines = seen.lines(wide, high)
    assert len(lines) == high
    assert max(map(width, lines)) <= wide
    if (wide, high) == (80, 24):
        assert all(width(as_ascii(line)) <= wide + 20 for line in lines)


@pytest.mark.parametrize("code", sorted(CATALOGUE))
def test_the_first_line_names_each_fault_of_the_catalogue_and_its_cure(code: str) -> None:
    owner = CATALOGUE[code].device
    name = owner.value if owner else "barrier"
    seen = Seen(sick(name, code))
    first = " ".join(seen.lines()[:3])
    said = seen.shown(80, 200)
    assert words(code).name.rstrip(".")[:40] in first
    assert "cure: " in first
    assert f"{SIGNS['bad']} " in said
    assert "FAULT" in said
    assert code in said


FIRST = [
    (snapshot(), "Nothing is at fault."),
    (sick("barrier", "barrier.limits-swapped"), "Barrier: "),
    (
        snapshot(alarms={"fire": "the fire contact asks for an open lane"}),
        "No fault is named, but a person is called: fire: ",
    ),
    (
        snapshot(ports={"camera": port(state="waiting", why="no such file")}),
        "Camera: its port is not open (no such file)",
    ),
    (suspected("camera", "camera.echo"), "Suspected: Camera: "),
    (snapshot(health=None), "The lane runs, but keeps no health."),
    ({"show": "step", "step": "visit.arrived"}, "waiting for the first answer"),
]


@pytest.mark.parametrize(("record", "first"), FIRST, ids=[first for _, first in FIRST])
def test_the_first_line_says_what_is_at_fault(record: dict[str, Any], first: str) -> None:
    assert first in " ".join(Seen(record).lines()[:2])


def test_of_several_faults_the_one_that_stops_the_lane_comes_first() -> None:
    told = snapshot()
    devices = told["snapshot"]["health"]["devices"]
    devices["camera"] = device("camera", "camera.echo")
    devices["terminal"] = device("terminal", "terminal.silent")
    first = Seen(told).lines()[0]
    assert first.startswith("[+1 more] Terminal: ")


def test_a_lane_that_is_gone_is_said_first_and_what_is_old_is_marked() -> None:
    seen = Seen(snapshot())
    seen.session.lost("no lane runs here", seen.now)
    seen.now += 60.0
    seen.session.lost("no lane runs here", seen.now)
    seen.now += 5.0
    shown = seen.shown()
    assert "No lane answers (no lane runs here) since 65 s" in shown.replace("\n", " ")
    assert "OLD DATA" in shown
    assert "Nothing is at fault" not in shown
    seen.session.met({"run": "r2"}, seen.now)
    assert "OLD DATA" not in seen.shown(), "a lane that runs anew is asked anew"


def test_the_frames_of_a_connection_that_broke_stand_beside_no_newer_ones() -> None:
    seen = Seen(snapshot())
    seen.session.trace.follow("barrier")
    seen.take({"frame": {"text": "inputs", "d": "rx"}, "port": "barrier"})
    assert len(seen.session.trace.everything()) == 1
    seen.session.lost("the lane hung up", seen.now)
    seen.session.met(HELLO, seen.now)
    assert seen.session.trace.everything() == []


def test_a_wish_for_control_that_the_lane_does_not_understand_is_refused() -> None:
    seen = Seen(snapshot())
    seen.take({"error": "of another wish"})
    assert seen.session.refused == ""
    seen.session.is_asked = True
    seen.take({"error": "reason: expected one of fault, repair"})
    assert (seen.session.is_asked, seen.session.refused) == (
        False,
        "reason: expected one of fault, repair",
    )


@pytest.mark.parametrize(
    ("chars", "is_told"), [(PROOF_CHARS_MAX, True), (PROOF_CHARS_MAX + 1, False)]
)
def test_a_proof_stands_in_the_first_line_where_it_is_short(chars: int, is_told: bool) -> None:
    told = sick("barrier", "barrier.wrong-unit")
    proof = "9" * (chars - len("unit "))
    told["snapshot"]["health"]["devices"]["barrier"]["faults"][0]["evidence"] = {"unit": proof}
    assert (f"(unit {proof})" in " ".join(Seen(told).lines(wide=160)[:2])) is is_told


def test_the_first_words_take_so_many_lines_of_a_narrow_screen_and_no_more() -> None:
    shown = Seen(sick("barrier", "barrier.wrong-unit")).lines(wide=30)
    assert shown[VERDICT_LINES_MAX].startswith("exit-1 (exit)"), shown


WHOLE = {"at_s": 1.5, "gap_s": 0.25, "d": "rx", "n": 8, "text": "inputs", "fault": "crc"}
BYTES = {"hex": "01 02", "inner_gap_s": 0.0042}
FRAMES = [
    (WHOLE | BYTES, "    1.5000  +0.2500 <-   8 inputs !! crc (4.2 ms) [01 02]"),
    (WHOLE, "    1.5000  +0.2500 <-   8 inputs !! crc"),
    ({"d": "tx", "n": 3, "text": "ACK"}, "    0.0000          ->   3 ACK"),
]


@pytest.mark.parametrize(("frame", "line"), FRAMES)
def test_a_frame_is_a_line_with_its_times_size_fault_and_bytes(
    frame: dict[str, object], line: str
) -> None:
    assert frame_text(frame) == line


@pytest.mark.parametrize(
    ("seen_s", "colour", "word"),
    [
        (0.2, "ok", "● Barrier      ok"),
        (60.0, "recent", "◐ Barrier      late, 60 s ago"),
        (600.0, "old", "✗ Barrier      not heard, 10 min ago"),
        (None, "old", "○ Barrier      nothing heard yet"),
    ],
)
def test_a_devices_age_has_a_sign_and_a_word_beside_its_colour(
    seen_s: float | None, colour: str, word: str
) -> None:
    told = snapshot()
    told["snapshot"]["health"]["devices"]["barrier"] = device(
        "barrier", seen_s=seen_s, colour=colour
    )
    assert word in Seen(told).shown()


DRAWN = [
    ("lowered", {}, "══╡", None),
    ("raised", {}, "║", "══╡"),
    ("between", {}, "╲╲", "══╡"),
    ("contradictory", {}, "? ? ?", None),
    ("lowered", {"arming_loop": True}, "-(o)---(o)-", None),
    ("lowered", {"safety_loop": True}, "████████████████", None),
    ("lowered", {"swung_off": True}, "/ / /", None),
    ("new-word", {}, "?", "║"),
]


@pytest.mark.parametrize(("arm", "inputs", "there", "not_there"), DRAWN, ids=str)
def test_the_lane_is_drawn_as_its_inputs_say(
    arm: str, inputs: dict[str, bool], there: str, not_there: str | None
) -> None:
    sheet = "\n".join(drawing(arm, inputs))
    assert there in sheet
    assert not_there is None or not_there not in sheet
    assert max(map(len, sheet.splitlines())) <= WIDTH
    assert as_ascii(sheet).isascii()


def test_every_drawing_differs_so_that_no_two_states_look_alike() -> None:
    states = [(arm, inputs) for arm, inputs, *_ in DRAWN]
    assert len({"\n".join(drawing(arm, inputs)) for arm, inputs in states}) == len(states)


@pytest.mark.parametrize("name", [name for name in QUIET if name != "arm"])
def test_each_input_is_told_in_words_as_well(name: str) -> None:
    calm, busy = Seen(snapshot()), Seen(snapshot(inputs={**QUIET, name: True}))
    for seen in (calm, busy):
        seen.handling.pane = "lane"
    assert calm.shown() != busy.shown()
    assert busy.shown().upper().count("OCCUPIED") == (name.endswith("loop"))


@pytest.mark.parametrize("pane", ["lane", "camera", "terminal"])
def test_a_port_is_told_with_the_silence_of_each_direction_and_its_counts(pane: str) -> None:
    seen = Seen(snapshot())
    seen.handling.pane = pane
    assert "heard: 0 s ago, spoke: never" in seen.shown()
    assert "bytes in 1, out 2, dropped 0; opened 1 times, lost 0 times" in seen.shown()


def test_a_silent_board_is_said_over_the_drawing() -> None:
    seen = Seen(snapshot(board_answers=False))
    seen.handling.pane = "lane"
    assert "does not answer: what is drawn is what it said last" in seen.shown()


def test_the_camera_shows_masked_reads_with_confidence() -> None:
    read = {"confidence": 0.91, "doubtful": True}
    frame = {"d": "rx", "text": "plate 沪L·**DE*", "read": read}
    seen = Seen(snapshot(), {"port": "camera", "frame": frame})
    seen.handling.pane = "camera"
    assert "91%  plate 沪L·**DE*  DOUBTFUL" in seen.shown()
    assert "Mean confidence 91% over 1 reads, 1 doubtful." in seen.shown()


def test_the_screen_shows_what_the_driver_sees_now() -> None:
    shown = {"show": "screen", "picture": "due", "plate": "沪L·**DE*", "amount": "5.00 EUR"}
    seen = Seen(snapshot(), {**shown, "codes": [{"content": "https://x/secret"}], "card": True})
    seen.handling.pane = "screen"
    text = seen.shown()
    assert "Fee due" in text
    assert "5.00 EUR" in text
    assert "1 code(s) to scan" in text
    assert "secret" not in text
    assert "a card can be tapped" in text


def test_an_exit_is_drawn_against_ten_seconds() -> None:
    slow = {**EXIT, "exit": "x-2", "total_s": 20.0, "laps": [["arm", "devices", 0.0, 20.0]]}
    seen = Seen(snapshot(exits=[EXIT, slow]))
    seen.handling.pane = "exits"
    fast, late = (
        next(line for line in seen.lines() if f"{total} s " in line and "arm up" in line)
        for total in ("7.800", "20.000")
    )
    assert "in time" in fast
    assert "slow" in late
    bars = [line for line in seen.lines() if line.startswith("people")]
    assert bars[0].count("░") == pytest.approx((80 - 46) * 3.36 / 10, abs=1)


def test_a_walk_shows_each_input_as_it_changes() -> None:
    walk = Walk((Wire("arming_loop", 1), Wire("safety_loop", 2, inverted=True)))
    seen = Seen(snapshot(), walk=walk)
    seen.press("0", "w")
    assert seen.handling.pane == "control"
    assert "The walk needs the lane" in seen.shown(), "or a car on a loop would be a driver's"
    seen.press("enter")
    seen.take({"show": "control", "mine": True, "state": "locked"})
    seen.press("0", "w")
    assert "Waiting for the board" in seen.shown()
    for packed, crc in (("00", "A1 88"), ("03", "E1 89")):
        # Manual of the board: unit 1, function 2, one byte of inputs.
        walk.take({"d": "rx", "fault": "", "hex": f"01 02 01 {packed} {crc}"}, seen.now)
        seen.now += 1.0
    assert walk.is_done
    assert "Every input was seen on and off." in seen.shown()
    walk.take({"d": "rx", "fault": "", "hex": "zz"}, seen.now)
    walk.take({"d": "rx", "fault": "crc", "hex": "01 02 01 00 A1 88"}, seen.now)


def test_each_device_has_its_verdict_among_the_checks() -> None:
    told = sick("barrier", "barrier.silent")
    told["snapshot"]["health"]["devices"]["camera"]["facts"] = {"heard": "沪L·**DE*"}
    seen = Seen(told)
    seen.press("0")
    shown = seen.shown(80, 60)
    assert "✗ Barrier      The barrier's board does not answer" in shown
    assert "● Camera       no fault found (heard 沪L·**DE*)" in shown
    assert "cure" in shown


def test_what_one_car_spoke_for_is_marked_as_a_suspicion_wherever_it_stands() -> None:
    seen = Seen(suspected("camera", "camera.echo"))
    name = words("camera.echo").name.rstrip(".")
    for pane in ("1", "3", "0"):
        seen.press(pane)
        shown = " ".join(seen.shown(120, 60).split())
        assert f"◐ Camera: one car speaks for: {name} (the next cars tell) for 4 s" in shown
        assert "camera.echo: cars 1" in shown
        assert words("camera.echo").cure in shown
        assert "FAULT" not in shown


def test_the_cameras_aim_is_told_over_the_next_cars() -> None:
    seen = Seen(snapshot())
    seen.press("0", "a")
    assert "Camera aim: 0 car(s) so far" in seen.shown()
    read = {"port": "camera", "frame": {"d": "rx", "read": {"confidence": 0.9, "doubtful": False}}}
    for records in (({"show": "step", "step": "visit.arrived"}, read), ()):
        seen.take(*records)
    assert "1 car(s) so far, 100% read (90%): good enough" in seen.shown()
    seen.take({"show": "step", "step": "visit.arrived"})
    assert "look at angle" in seen.shown()
    for _ in range(AIM_CARS_MAX + 5):
        seen.take({"show": "step", "step": "visit.arrived"})
    assert seen.session.aim is not None
    assert seen.session.aim.cars == AIM_CARS_MAX
    seen.press("a")
    assert "Camera aim:" not in seen.shown()


NAN, INF = float("nan"), float("inf")
HOSTILE: list[Any] = [
    {"snapshot": None},
    {"snapshot": {"health": {"devices": {"barrier": None}}, "ports": {"x": 7}, "exits": [3, None]}},
    {"snapshot": {"lane": "[red]\x1b[2J" * 500, "alarms": {"\x1b[31m": "\x07" * 900}}},
    {"snapshot": {"exits": [{"laps": [[1, 2], ["a", "b", "c", "d"], ["n", "s", -1e11, 1e11]]}]}},
    {"snapshot": {"up_s": 1e300, "control": {"state": 3, "ends_s": "soon"}, "inputs": [1, 2]}},
    {"snapshot": {"exits": [{"total_s": NAN, "laps": [["a", "b", NAN, INF]]}], "up_s": INF}},
    {"snapshot": {"control": {"state": "locked", "ends_s": NAN}, "up_s": 1e300}},
    {"frame": None, "port": "barrier"},
    {"frame": {"at_s": INF, "gap_s": NAN, "n": 1e300}, "port": "barrier"},
    {"frame": {"text": "\x1b[31m" * 99, "hex": 5, "at_s": None, "n": "many"}, "port": "barrier"},
    {"frame": {"read": {"confidence": "high"}, "text": "[b]\x1b"}, "port": "camera"},
    {"show": "control", "state": ["x"], "mine": "yes"},
    {"show": "trial", "at_s": "now", "what": {}},
    {"show": "screen", "picture": "[red]x", "codes": 5, "plate": "\x1b"},
    {"error": 5},
    {},
]


@pytest.mark.parametrize("record", HOSTILE, ids=lambda record: str(record)[:40])
@pytest.mark.parametrize("pane", PANES.values())
def test_no_record_harms_a_pane_or_reaches_the_terminal_raw(record: Any, pane: str) -> None:
    seen = Seen(snapshot(), record)
    seen.session.trace.follow("barrier")
    seen.take(record)
    seen.handling.pane = pane
    shown = seen.shown()
    assert all(line.isprintable() for line in shown.splitlines())
    assert "nan" not in shown
    assert "inf" not in shown.replace("inform", "")


def test_markup_in_a_text_stays_the_text_that_it_is() -> None:
    seen = Seen(snapshot(lane="[red]lane[/red]"))
    assert "[red]lane[/red]" in seen.shown()


def test_each_gateway_has_one_line_with_the_health_that_they_have_together():
    shown = Seen(with_gateways()).lines()
    lines = [line for line in shown if "example" in line]
    assert [line.split()[1:3] for line in lines] == [["wechat", "ok"], ["alipay", "ok"]]
    assert not any("gateway" in line and "example" not in line for line in shown[:14])
