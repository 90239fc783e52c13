"""`kiosk-sim --fault`: devices that are served begin with a fault, named as in docs/faults.md."""

from argparse import Namespace
from io import StringIO
from random import Random

import pytest

from kiosk.core.health.catalogue import CATALOGUE
from kiosk.errors import UsageError
from kiosk_hw.ports.party import NEVER
from kiosk_sim.__main__ import _fault, _parser
from kiosk_sim.faults.catalogue import FAULTS
from kiosk_sim.site.planting import UNSERVED, Later, names, plant, stage_of
from kiosk_sim.world.lane_world import LaneWorld


def asked(*words):
    return _fault(_parser().parse_args(words))


@pytest.mark.parametrize(
    ("words", "name"),
    [
        (("board", "--pty", "b", "--fault", "limits-swapped"), "barrier.limits-swapped"),
        (("terminal", "--pty", "t", "--fault", "lrc"), "terminal.lrc"),
        (("camera", "--pty", "c", "--fault", "camera.echo"), "camera.echo"),
        (("lane", "--folder", "f", "--fault", "terminal.silent"), "terminal.silent"),
        (("lane", "--folder", "f"), None),
    ],
)
def test_a_fault_is_asked_for_by_its_short_or_its_whole_name(words, name):
    assert asked(*words) == name


@pytest.mark.parametrize(
    "words",
    [
        ("board", "--pty", "b", "--fault", "lrc"),
        ("lane", "--folder", "f", "--fault", "silent"),
        ("lane", "--folder", "f", "--fault", "disk.full"),
    ],
)
def test_a_fault_that_is_none_of_the_device_or_of_several_is_refused(words):
    with pytest.raises(UsageError, match="--fault: expected one of "):
        asked(*words)


def test_every_fault_of_a_device_can_be_served_but_what_no_pty_carries():
    devices = ("barrier.", "camera.", "terminal.")
    served = {name for name in CATALOGUE if name.startswith(devices)} - set(UNSERVED)
    assert set(names("board", "camera", "terminal")) == served


class Cable:
    way = None

    def disturb(self, way):
        self.way = way


def test_planting_says_what_it_planted_and_changes_the_device_that_it_is_about():
    out, world = StringIO(), LaneWorld(Random(1))
    plant("barrier.limits-swapped", stage_of({}, Random(1), world=world), 0.0, out)
    assert world.cabinet.swapped
    assert out.getvalue() == "fault: barrier.limits-swapped\n"
    plant(None, stage_of({}, Random(1)), 0.0, out)
    assert out.getvalue().count("fault") == 1


def test_a_fault_may_begin_after_a_while_of_sound_work_and_begins_once():
    out, world = StringIO(), LaneWorld(Random(1))
    later = Later("barrier.limits-swapped", 60.0, stage_of({}, Random(1), world=world), out)
    later.tick(5.0)
    assert later.deadline() == 65.0
    later.tick(64.9)
    assert (world.cabinet.swapped, out.getvalue()) == (False, "")
    later.tick(65.0)
    assert world.cabinet.swapped
    assert later.deadline() == NEVER
    later.tick(70.0)
    assert out.getvalue() == "fault: barrier.limits-swapped\n"


def test_noise_is_in_the_cable_and_no_served_plug_is_pulled():
    cable = Cable()
    stage = stage_of({"barrier": cable}, Random(1))
    plant("barrier.noise", stage, 0.0, StringIO())
    sent = bytes(range(256)) * 40
    assert cable.way(sent) != sent
    assert len(cable.way(sent)) == len(sent)
    with pytest.raises(ValueError, match="cannot be unplugged"):
        FAULTS["port.missing"](stage, 0.0)


def test_without_the_option_nothing_is_planted():
    assert _fault(Namespace(fault=None, kinds=("board",))) is None
