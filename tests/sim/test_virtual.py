"""The virtual shell: bytes take their time, plugs lose them, and a livelock ends."""

from dataclasses import dataclass, field, replace

import pytest

from kiosk_hw.ports.party import NEVER, LineSettings
from kiosk_sim.site import campaign
from kiosk_sim.site.virtual_lane import LanePlan
from kiosk_sim.wires.line import BYTES_WAITING_MAX, Direction
from kiosk_sim.wires.virtual import STEPS_PER_SECOND_MAX, STEPS_SPARE, Livelock, VirtualShell

LINE = LineSettings(9600)
CHAR_S = 10 / 9600


@dataclass
class Ear:
    """A device that keeps what it hears, and says each of `says` at its time."""

    line: LineSettings = LINE
    says: list[tuple[float, bytes]] = field(default_factory=list)
    heard: list[tuple[float, bytes]] = field(default_factory=list)
    plugs: list[str] = field(default_factory=list)
    out: bytes = b""

    def connected(self, now: float) -> None:
        self.plugs.append("in")

    def disconnected(self, now: float) -> None:
        self.plugs.append("out")

    def receive(self, data: bytes, now: float) -> None:
        self.heard.append((now, data))

    def tick(self, now: float) -> None:
        while self.says and self.says[0][0] <= now:
            self.out += self.says.pop(0)[1]

    def deadline(self) -> float:
        return self.says[0][0] if self.says else NEVER

    def bytes_to_send(self) -> bytes:
        data, self.out = self.out, b""
        return data


@dataclass
class Closer(Ear):
    """A device that closes the link as soon as it has said something."""

    hung_up: bool = False

    def connected(self, now: float) -> None:
        super().connected(now)
        self.hung_up = False

    def tick(self, now: float) -> None:
        super().tick(now)
        self.hung_up = bool(self.out)


class Mouth:
    """A host with the port `a` that keeps and says as an `Ear` does, and may have a batch."""

    def __init__(self, says: list[tuple[float, bytes]], batch: bytes = b"") -> None:
        self.outbox: dict[str, bytes] = {}
        self.batch = batch
        self._own = Ear(says=says)
        self.heard, self.plugs = self._own.heard, self._own.plugs
        self.deadline = self._own.deadline

    def connected(self, port: str, now: float) -> None:
        self._own.connected(now)

    def disconnected(self, port: str, now: float) -> None:
        self._own.disconnected(now)

    def receive(self, port: str, data: bytes, now: float) -> None:
        self._own.receive(data, now)

    def tick(self, now: float) -> None:
        self._own.tick(now)
        self.outbox["a"] = self._own.bytes_to_send()

    def line(self, port: str) -> LineSettings:
        return LINE

    def hangs_up(self, port: str) -> bool:
        return False

    def settle(self, now: float) -> bool:
        return bool(self.batch)

    def carry_out(self, now: float) -> None:
        self.outbox["a"], self.batch = self.batch, b""


class Nothing:
    """A world in which nothing happens."""

    def tick(self, now: float) -> None: ...

    def deadline(self) -> float:
        return NEVER


def plugged(host: Mouth, device: Ear, commit_s: float = 0.001) -> VirtualShell:
    shell = VirtualShell(host, {"a": device}, Nothing(), commit_s=commit_s)
    shell.plug()
    return shell


def test_bytes_arrive_both_ways_when_their_last_bit_has():
    host, device = Mouth([(1.0, b"12345678")]), Ear(says=[(1.0, b"abc")])
    plugged(host, device).run(2.0)
    assert device.heard == [(pytest.approx(1.0 + 8 * CHAR_S, abs=1e-9), b"12345678")]
    assert host.heard == [(pytest.approx(1.0 + 3 * CHAR_S, abs=1e-9), b"abc")]


def test_what_is_sent_while_the_line_is_busy_waits_for_it():
    host = Mouth([(1.0, b"12345678"), (1.0 + CHAR_S, b"9")])
    device = Ear()
    plugged(host, device).run(2.0)
    assert [data for _, data in device.heard] == [b"12345678", b"9"]
    assert device.heard[1][0] == pytest.approx(1.0 + 9 * CHAR_S, abs=1e-9)


def test_another_speed_makes_garbage_of_every_byte_at_the_senders_pace():
    said = bytes(range(256))
    host, device = Mouth([(1.0, said)]), Ear(LineSettings(19200), says=[(1.0, said)])
    plugged(host, device).run(2.0)
    for (at_s, heard), char_s in ((device.heard[0], 10 / 9600), (host.heard[0], 10 / 19200)):
        assert at_s == pytest.approx(1.0 + 256 * char_s, abs=1e-9)
        assert heard != said


def test_a_pulled_plug_loses_what_is_under_way_and_both_ends_notice():
    host, device = Mouth([(1.0, b"12345678")]), Ear(says=[(1.0, b"abcdefgh")])
    shell = plugged(host, device)
    shell.run(1.0 + 4 * CHAR_S)
    shell.unplug("a")
    shell.run(2.0)
    shell.plug("a")
    shell.run(3.0)
    assert (host.heard, device.heard) == ([], [])
    assert host.plugs == device.plugs == ["in", "out", "in"]


def test_what_is_said_into_an_unplugged_port_is_gone():
    host, device = Mouth([(1.0, b"1"), (2.0, b"2")]), Ear(says=[(1.0, b"a"), (2.0, b"b")])
    shell = plugged(host, device)
    shell.unplug()
    shell.run(1.5)
    shell.plug()
    shell.run(3.0)
    assert [data for _, data in device.heard] == [b"2"]
    assert [data for _, data in host.heard] == [b"b"]


def test_bytes_of_a_batch_leave_only_after_the_commit():
    host, device = Mouth([], batch=b"open"), Ear()
    plugged(host, device, commit_s=0.25).run(1.0)
    assert device.heard == [(pytest.approx(0.25 + 4 * CHAR_S, abs=1e-9), b"open")]


def test_a_livelock_ends_at_the_named_maximum():
    class Busy(Ear):
        def deadline(self) -> float:
            return 1.0

    shell = plugged(Mouth([]), Busy())
    with pytest.raises(Livelock):
        shell.run(2.0)
    assert shell.steps == STEPS_SPARE + 2 * STEPS_PER_SECOND_MAX


def test_time_goes_on_to_its_end_where_nothing_happens():
    shell = plugged(Mouth([]), Ear())
    shell.run(1000.0)
    assert (shell.now, shell.steps) == (1000.0, 0)


def test_a_run_ends_after_the_step_that_is_enough():
    device = Ear(says=[(1.0, b"a"), (2.0, b"b")])
    host = Mouth([])
    shell = plugged(host, device)
    shell.run(9.0, lambda: bool(host.heard))
    assert shell.now == pytest.approx(1.0 + CHAR_S)


def test_a_line_holds_so_many_bytes_and_counts_what_it_drops():
    line = Direction()
    line.put(bytes(BYTES_WAITING_MAX), 0.0, LINE, LINE)
    line.put(b"x", 0.0, LINE, LINE)
    assert line.lost == 1
    assert len(line.take()) == BYTES_WAITING_MAX
    assert line.due == NEVER
    line.put(b"x", 0.0, LINE, LINE)
    assert line.lost == 1, "there is room again"
    line.cut()
    assert (line.lost, line.due) == (2, NEVER)


def test_pieces_arrive_as_they_are_carried():
    line = Direction()
    line.put(b"abcde", 1.0, LINE, LINE, piece=2)
    arrived = []
    while line.due != NEVER:
        arrived.append((round((line.due - 1.0) / CHAR_S), line.take()))
    assert arrived == [(2, b"ab"), (4, b"cd"), (5, b"e")]


@pytest.mark.parametrize("piece", [1, 3])
def test_lines_that_deliver_in_pieces_give_the_same_exits(piece):
    whole = campaign.run(LanePlan(seed=5), 8)
    torn = campaign.run(replace(LanePlan(seed=5), piece=piece), 8)
    assert torn.timeline_sha256 != whole.timeline_sha256
    assert (torn.exits, torn.taken_minor) == (whole.exits, whole.taken_minor)
    assert torn.violations == whole.violations == ()
    for one, other in zip(torn.records, whole.records, strict=True):
        assert one.total_s == pytest.approx(other.total_s, abs=0.2)


def test_one_seed_gives_one_timeline_and_another_seed_another():
    first, again, other = (campaign.run(LanePlan(seed=seed), 4) for seed in (7, 7, 8))
    assert first.timeline_sha256 == again.timeline_sha256 != other.timeline_sha256


def test_a_link_that_the_device_closes_carries_its_last_bytes_and_is_there_anew():
    device = Closer(says=[(1.0, b"bye"), (2.0, b"again")])
    host = Mouth([])
    shell = VirtualShell(host, {"a": device}, Nothing())
    shell.plug()
    shell.run(3.0)
    assert [data for _, data in host.heard] == [b"bye", b"again"]
    assert host.plugs == device.plugs == ["in", "out", "in", "out", "in"]


class Patient(Closer):
    """A device that could close the link, and leaves that to the host."""

    def tick(self, now: float) -> None:
        Ear.tick(self, now)


def test_a_link_that_the_host_gives_up_loses_what_is_on_the_way_and_is_there_anew():
    device = Patient(says=[(1.0, b"late"), (1.0001, b"lost"), (2.0, b"again")])

    class Picky(Mouth):
        def hangs_up(self, port: str) -> bool:
            return self.plugs == ["in"] and bool(self.heard)

    host = Picky([])
    shell = VirtualShell(host, {"a": device}, Nothing())
    shell.plug()
    shell.run(3.0)
    assert [data for _, data in host.heard] == [b"late", b"again"]
    assert host.plugs == device.plugs == ["in", "out", "in"]
