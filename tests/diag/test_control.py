"""A lane is locked out for a technician, and given back whatever becomes of him."""

import pytest

from diag.locked_lane import TOOL, LockedLane
from kiosk.core.lane.control_events import (
    ROLES,
    ControlReason,
    ControlReleased,
    ControlRenewed,
    PaymentTrialRequested,
    Way,
    is_role,
)
from kiosk.core.lane.events import HelpRequested, LaneReleased, OpenRequested, StopRequested
from kiosk.core.lane.tenure import CONTROL_S, PRESENCE_S
from kiosk.core.records import IncidentNoted
from kiosk.core.settings import LaneSettings, Role
from kiosk_hw.barriers.model import Wiring
from kiosk_sim.site.scenario import Kind
from kiosk_sim.site.virtual_lane import LanePlan
from kiosk_sim.world.loops import Stuck
from lane.watched_lane import READY_S, all_is_well

EXIT = LanePlan(seed=7)
ENTRY = LanePlan(seed=7, settings=LaneSettings(role=Role.ENTRY))
LANES = pytest.mark.parametrize("plan", [EXIT, ENTRY], ids=["exit", "entry"])
LOWERS_BY_ITSELF = LanePlan(seed=7, close_after_s=8.0)


def visit_of(lane):
    return lane.state("entry" if lane.plan.settings.role is Role.ENTRY else "visit")


def ended_because(lane):
    assert lane.told()[-1].state == "ended", lane.story()
    return lane.told()[-1].why


@LANES
def test_an_empty_lane_is_out_of_service_while_a_technician_has_it(plan):
    lane = LockedLane(plan)
    assert lane.take() == "locked"
    assert visit_of(lane) == "locked"
    lane.work(60.0)
    assert visit_of(lane) == "locked"
    lane.says(ControlReleased(TOOL))
    assert visit_of(lane) == "free"
    assert lane.state("control") == "nobody"


def test_who_why_begin_end_and_its_reason_are_in_the_journal():
    lane = LockedLane()
    lane.take()
    lane.says(ControlReleased(TOOL))
    lane.run(lane.now + 1.0)
    rows = [(row.kind, row.why) for row in lane.written(IncidentNoted)]
    assert rows == [
        ("control-taken", "technician: fault"),
        ("control-ended", "technician: released"),
    ]


@LANES
def test_a_car_in_the_lane_is_served_first_and_the_technician_is_told_which(plan):
    lane = LockedLane(plan)
    lane.expect(Kind.CARD, READY_S + 1.0)
    seen = set()
    for _ in range(400):
        before = visit_of(lane)
        if lane.take() == "locked":
            lane.says(ControlReleased(TOOL))
            assert before in ("free", "reading"), before
        else:
            seen.add(lane.told()[-1].why)
        lane.run(lane.now + 0.1)
    assert "a car is in the lane" in seen
    assert "a car is leaving" in seen
    assert ("a car is paying" in seen) is (plan is EXIT)
    assert lane.stood[0].passed


def test_a_lane_that_is_waited_for_is_locked_when_the_car_has_gone():
    lane = LockedLane()
    lane.expect(Kind.CARD, READY_S + 1.0)
    lane.run_until(lambda: visit_of(lane) == "paying", READY_S + 30.0)
    assert lane.take(wait=True) == "waiting"
    assert lane.told()[-1].why == "a car is paying"
    for _ in range(30):
        lane.work(2.0)
    assert visit_of(lane) == "locked", lane.story()
    assert lane.stood[0].passed
    lane.says(ControlReleased(TOOL))
    all_is_well(lane, 15.0)


@pytest.mark.parametrize("wait", [True, False])
def test_whoever_waits_or_works_and_is_not_heard_loses_the_lane_after_ten_seconds(wait):
    lane = LockedLane()
    if wait:
        lane.lane.world.arming.break_down(Stuck.OCCUPIED, lane.now)
        lane.lane.world.touch(lane.now)
        lane.run(lane.now + 1.0)
    assert lane.take(wait=wait) == ("waiting" if wait else "locked")
    lane.run(lane.now + CONTROL_S - 0.1)
    assert lane.state("control") == ("waiting" if wait else "locked")
    lane.run(lane.now + 0.2)
    assert lane.state("control") == "nobody"
    assert "not heard" in ended_because(lane) or "waits" in ended_because(lane)
    assert visit_of(lane) != "locked"


def test_a_tool_that_goes_on_without_its_person_loses_the_lane():
    lane = LockedLane()
    lane.take()
    lane.work(PRESENCE_S - 2.0, present=False)
    assert visit_of(lane) == "locked"
    lane.work(4.0, present=False)
    assert visit_of(lane) == "free"
    assert "nobody touched" in ended_because(lane)


def test_a_person_who_works_on_keeps_the_lane():
    lane = LockedLane()
    lane.take()
    lane.work(2 * PRESENCE_S)
    assert visit_of(lane) == "locked"


def test_a_second_technician_is_told_who_has_the_lane_and_cannot_use_it():
    lane = LockedLane()
    lane.take()
    assert lane.take("tool-2") == "refused"
    assert lane.told()[-1].why == "technician has control of this lane"
    lane.says(ControlReleased("tool-2"))
    assert visit_of(lane) == "locked"
    lane.says(PaymentTrialRequested("tool-2"))
    assert lane.state("control") == "locked"


@LANES
def test_fire_ends_control_at_once_and_opens(plan):
    lane = LockedLane(plan)
    lane.take()
    lane.lane.world.fire(True, lane.now)
    lane.lane.shell.touched()
    lane.run(lane.now + 1.0)
    assert lane.state("gate") == "held"
    assert visit_of(lane) == "fire"
    assert lane.state("control") == "nobody"
    assert "fire" in ended_because(lane)
    assert lane.take() == "refused"
    assert lane.told()[-1].why == "the fire contact asks for an open lane"


@LANES
def test_a_car_that_comes_meanwhile_is_met_afterwards(plan):
    lane = LockedLane(plan)
    lane.take()
    lane.expect(Kind.FREE, lane.now + 2.0)
    lane.work(14.0)
    assert visit_of(lane) == "locked"
    assert not lane.stood[0].passed
    lane.says(ControlReleased(TOOL))
    lane.run(lane.now + 40.0)
    assert lane.stood[0].passed, lane.story()


def test_a_restart_forgets_that_the_lane_was_locked():
    lane = LockedLane()
    lane.take()
    lane.die(1.0)
    lane.run(lane.now + 3.0)
    assert lane.state("control") == "nobody"
    assert visit_of(lane) == "free"


def test_a_stop_writes_down_that_control_ended():
    lane = LockedLane()
    lane.take()
    lane.says(StopRequested())
    assert "asked to end" in ended_because(lane)


def test_a_board_that_does_not_answer_is_worked_on_and_the_lane_stays_closed_until_it_does():
    lane = LockedLane()
    lane.lane.shell.unplug("barrier")
    lane.run(lane.now + 2.0)
    assert lane.take() == "locked"
    lane.says(ControlReleased(TOOL))
    assert visit_of(lane) == "out-of-service"
    lane.lane.shell.plug("barrier")
    lane.run(lane.now + 3.0)
    assert visit_of(lane) == "free"


def test_a_loop_that_lies_keeps_no_technician_out_who_has_looked():
    lane = LockedLane()
    lane.lane.world.arming.break_down(Stuck.OCCUPIED, lane.now)
    lane.lane.world.touch(lane.now)
    lane.run(lane.now + 5.0)
    assert lane.take() == "refused"
    assert lane.take(vouched=True) == "locked"
    lane.run(lane.now + 0.5)
    assert "lane-vouched-empty" in lane.incidents()


def test_no_word_of_a_technician_locks_out_a_car_whose_money_is_under_way():
    lane = LockedLane()
    lane.expect(Kind.CARD, READY_S + 1.0)
    lane.run_until(lambda: visit_of(lane) == "paying", READY_S + 30.0)
    assert lane.take(vouched=True) == "refused"
    lane.run(lane.now + 30.0)
    assert lane.stood[0].passed
    all_is_well(lane, 15.0)


def test_nor_one_whose_driver_asks_for_help_with_the_card_in_hand():
    lane = LockedLane()
    lane.expect(Kind.CARD, READY_S + 1.0)
    lane.run_until(lambda: visit_of(lane) == "due", READY_S + 30.0)
    lane.says(HelpRequested())
    assert visit_of(lane) == "help"
    assert lane.take(vouched=True) == "refused"


def test_staff_does_not_open_a_lane_that_is_worked_on():
    lane = LockedLane()
    lane.take()
    lane.says(OpenRequested("desk"))
    lane.run(lane.now + 2.0)
    assert not lane.pulses
    assert "open-refused" in lane.incidents()


@pytest.mark.parametrize("role", [*ROLES, *(f"{role}-2" for role in ROLES)])
def test_control_is_taken_by_a_role(role):
    assert is_role(role)


@pytest.mark.parametrize(
    "text", ["", "Li Wei", "BWY2917", "technician-", "technician-123", "technician 1", "tech\n"]
)
def test_a_name_a_plate_or_anything_else_is_no_role(text):
    assert not is_role(text)


def test_every_reason_is_a_plain_word_of_the_list():
    assert all(reason.value.isalpha() for reason in ControlReason)


# The arm.


def sense(lane, loop):
    """The detector of this loop reports a car for ever."""
    loop.break_down(Stuck.OCCUPIED, lane.now)
    lane.lane.world.touch(lane.now)
    lane.run(lane.now + 1.0)


def arm(lane):
    return lane.lane.world.arm


def test_the_arm_opens_only_while_the_key_is_held_for_a_second():
    lane = LockedLane()
    lane.take()
    lane.hold(Way.OPEN, 0.2)
    lane.run(lane.now + 3.0)
    assert not lane.pulses, "one press alone moves nothing"
    lane.hold(Way.OPEN, 1.4)
    lane.work(4.0)
    assert len(lane.pulses) == 1
    assert arm(lane).upper_limit(lane.now)
    lane.hold(Way.OPEN, 2.0)
    assert lane.told()[-1].why == "the arm is up"


def test_a_held_key_gives_one_pulse_however_long_it_is_held():
    lane = LockedLane(LOWERS_BY_ITSELF)
    lane.take()
    lane.hold(Way.OPEN, 6.0)
    assert len(lane.pulses) == 1


def test_without_control_no_key_moves_the_arm():
    lane = LockedLane()
    lane.hold(Way.OPEN, 3.0)
    assert not lane.pulses


def test_nothing_moves_by_itself_while_a_technician_has_the_lane():
    lane = LockedLane()
    lane.take()
    arm(lane).jam(20.0, lane.now)
    lane.hold(Way.OPEN, 1.4)
    lane.work(40.0)
    assert len(lane.pulses) == 1, "no second pulse for an arm that somebody's hand may be at"


WITH_CLOSE = LanePlan(seed=7, wiring=Wiring(close_output=2))


def raised(plan=WITH_CLOSE):
    lane = LockedLane(plan)
    lane.take()
    lane.hold(Way.OPEN, 1.4)
    lane.work(10.0)
    assert arm(lane).upper_limit(lane.now)
    lane.oracle.next_car()
    return lane


def test_the_arm_closes_while_the_key_is_held_where_a_close_output_is_wired():
    lane = raised()
    lane.hold(Way.CLOSE, 6.0)
    assert arm(lane).lower_limit(lane.now), lane.story()
    assert "maintenance-close" in lane.incidents()
    assert not lane.oracle.violations


def test_without_a_close_output_the_board_refuses_and_the_technician_reads_why():
    lane = raised(EXIT)
    lane.hold(Way.CLOSE, 2.0)
    assert "no CLOSE output is wired" in [shown.why for shown in lane.told()]
    assert arm(lane).upper_limit(lane.now)


def test_let_go_in_the_middle_of_closing_and_the_arm_goes_up_again():
    lane = raised()
    lane.hold(Way.CLOSE, 2.0)
    assert not arm(lane).upper_limit(lane.now)
    pulses = len(lane.pulses)
    lane.work(6.0)
    assert len(lane.pulses) == pulses + 1
    assert arm(lane).upper_limit(lane.now), lane.story()


@pytest.mark.parametrize("way", Way)
def test_a_slow_store_lets_nothing_move_after_the_key_was_let_go(way):
    plan = LanePlan(seed=7, wiring=Wiring(close_output=2), commit_s=4.0)
    lane = LockedLane(plan)
    lane.run(lane.now + 30.0)
    lane.take()
    lane.work(6.0)
    if way is Way.CLOSE:
        lane.hold(Way.OPEN, 1.4)
        lane.work(20.0)
        lane.oracle.next_car()
    lane.hold(way, 1.4)
    let_go_at = lane.now
    closing = []
    while lane.now < let_go_at + 12.0:
        lane.says(ControlRenewed(TOOL, True))
        lane.run(lane.now + 0.1)
        closing.append(lane.relay(2))
    assert not any(closing[5:]), "no CLOSE leaves late"
    late = [at for at, _ in lane.pulses if at > let_go_at + 1.5]
    assert not late, lane.story()
    assert arm(lane).upper_limit(lane.now), lane.story()


def test_a_tool_that_dies_in_the_middle_of_closing_lets_the_arm_go_up_again():
    lane = raised()
    lane.hold(Way.CLOSE, 2.0)
    lane.says(ControlReleased(TOOL, "its connection is gone"))
    lane.run(lane.now + 6.0)
    assert arm(lane).upper_limit(lane.now), lane.story()


def test_the_arm_is_never_closed_on_what_the_safety_loop_feels():
    lane = raised()
    lane.lane.world.safety.break_down(Stuck.OCCUPIED, lane.now)
    lane.lane.world.touch(lane.now)
    lane.work(2.0)
    lane.hold(Way.CLOSE, 3.0)
    assert arm(lane).upper_limit(lane.now)
    assert not lane.relay(2)
    assert not lane.oracle.violations


def test_what_comes_under_a_closing_arm_turns_it_round():
    lane = raised()
    lane.hold(Way.CLOSE, 1.8)
    lane.lane.world.safety.break_down(Stuck.OCCUPIED, lane.now)
    lane.lane.world.touch(lane.now)
    lane.hold(Way.CLOSE, 6.0)
    assert arm(lane).upper_limit(lane.now), lane.story()


def test_an_arm_that_is_lowered_by_hand_is_not_opened_again_for_metal_on_the_loop():
    lane = LockedLane()
    sense(lane, lane.lane.world.arming)
    lane.take(vouched=True)
    lane.hold(Way.OPEN, 1.4)
    lane.work(6.0)
    assert arm(lane).upper_limit(lane.now)
    arm(lane).force(0.0, lane.now)
    lane.lane.world.touch(lane.now)
    lane.work(20.0)
    assert len(lane.pulses) == 1, lane.story()


def test_a_lane_that_is_given_back_tries_again_by_itself():
    lane = LockedLane()
    lane.take()
    lane.says(ControlReleased(TOOL))
    arm(lane).jam(20.0, lane.now)
    lane.expect(Kind.FREE, lane.now + 1.0)
    lane.run(lane.now + 40.0)
    assert len(lane.pulses) == 2, lane.story()


def test_a_board_that_is_silent_keeps_nobody_out_by_what_it_felt_last():
    lane = LockedLane()
    sense(lane, lane.lane.world.safety)
    assert lane.take() == "refused"
    assert lane.told()[-1].why == "a loop is occupied"
    lane.lane.shell.unplug("barrier")
    lane.run(lane.now + 2.0)
    assert lane.take() == "locked"


def test_a_board_that_goes_silent_ends_the_move_and_says_so():
    lane = LockedLane()
    lane.take()
    lane.hold(Way.OPEN, 0.4)
    lane.lane.shell.unplug("barrier")
    lane.work(2.0)
    assert lane.state("control") == "locked"
    lane.hold(Way.OPEN, 0.4)
    assert lane.told()[-1].why == "the barrier board does not answer"


def test_whoever_waits_is_told_once_what_for():
    lane = LockedLane()
    lane.expect(Kind.CARD, READY_S + 1.0)
    lane.run_until(lambda: visit_of(lane) == "paying", READY_S + 30.0)
    lane.take(wait=True)
    lane.run(lane.now + 3.0)
    waits = [shown.why for shown in lane.told() if shown.state == "waiting"]
    assert len(waits) == len(set(waits))


# The lamp.


def test_the_lamp_is_green_from_the_raised_arm_until_the_car_is_under_it():
    lane = LockedLane()
    lane.expect(Kind.FREE, READY_S + 1.0)
    green = []
    for _ in range(400):
        lane.run(lane.now + 0.05)
        if lane.relay(4):
            green.append((arm(lane).upper_limit(lane.now), lane.state("gate")))
    assert green, "a driver was shown green"
    assert all(up for up, _ in green[2:]), green
    assert not lane.relay(4)
    assert lane.stood[0].passed


def test_the_lamp_is_green_while_fire_holds_the_arm_and_red_afterwards():
    lane = LockedLane()
    lane.lane.world.fire(True, lane.now)
    lane.lane.shell.touched()
    lane.run(lane.now + 2.0)
    assert lane.relay(4)
    lane.lane.world.fire(False, lane.now)
    lane.lane.shell.touched()
    lane.run(lane.now + 2.0)
    lane.says(LaneReleased("technician"))
    lane.run(lane.now + 2.0)
    assert not lane.relay(4)


def test_the_lamp_stays_red_while_a_technician_lets_the_arm_stand_open():
    lane = raised(EXIT)
    lane.work(10.0)
    assert not lane.relay(4)
