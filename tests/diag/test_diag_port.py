"""The socket: watching needs no control, control ends with its connection, and floods die."""

import asyncio
import contextlib
import json
import socket
import struct
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from edge.waiting import until
from kiosk.core.lane.control_events import (
    ControlReason,
    ControlReleased,
    ControlRenewed,
    ControlRequested,
    ExitTrialRequested,
    MoveHeld,
    MoveLetGo,
    PaymentTrialRequested,
    TrialStopped,
    Way,
)
from kiosk.core.shows import ControlShown, StepTaken, as_record
from kiosk.edge.diag.port import DiagPort
from kiosk.edge.diag.tap import CHUNKS_MAX, Tap
from kiosk.edge.diag.wishes import wish_of
from kiosk.edge.sockets import line_port
from kiosk_hw.tracing.frame import Direction, Frame
from kiosk_hw.tracing.modbus import ModbusTracer

POLL = bytes.fromhex("01 02 00 00 00 08 79 CC")
REPLY = bytes.fromhex("01 02 01 05 61 8B")


@dataclass
class Wire:
    """A port as the tap sees it."""

    on_bytes: Any = None


@dataclass
class Lane:
    told: list[Any] = field(default_factory=list)
    wires: dict[str, Wire] = field(default_factory=lambda: {"barrier": Wire(), "spare": Wire()})
    snapshots: int = 0

    def snapshot(self) -> dict[str, Any]:
        self.snapshots += 1
        return {"number": self.snapshots}


@contextlib.asynccontextmanager
async def served() -> AsyncIterator[tuple[DiagPort, Lane, Tap]]:
    lane = Lane()
    tap = Tap(lane.wires, {"barrier": ModbusTracer})
    port = DiagPort("127.0.0.1:0", {"lane": "exit-1"}, lane.snapshot, lane.told.append, tap)
    await port.start()
    try:
        yield port, lane, tap
    finally:
        port.close()


class Tool:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    @classmethod
    async def connect(cls, port: DiagPort) -> "Tool":
        tool = cls(*await asyncio.open_connection("127.0.0.1", port.port()))
        assert "hello" in await tool.hear()
        return tool

    def say(self, **message: Any) -> None:
        self.writer.write(json.dumps(message).encode() + b"\n")

    async def hear(self) -> Any:
        line = await asyncio.wait_for(self.reader.readline(), 5)
        return json.loads(line) if line else None

    def hang_up(self) -> None:
        self.writer.close()


def test_a_tool_is_greeted_and_sees_nothing_that_it_did_not_ask_for() -> None:
    async def run() -> None:
        async with served() as (port, _lane, _):
            reader, writer = await asyncio.open_connection("127.0.0.1", port.port())
            hello = json.loads(await asyncio.wait_for(reader.readline(), 5))
            assert hello == {"hello": {"format": 1, "lane": "exit-1"}}
            port.publish(StepTaken("gate.opening"), {"show": "step"})
            tool = Tool(reader, writer)
            tool.say(do="snapshot")
            assert await tool.hear() == {"snapshot": {"number": 1}}
            tool.hang_up()

    asyncio.run(run())


@pytest.mark.slow
def test_a_watcher_sees_snapshots_again_and_again_and_every_show() -> None:
    async def run() -> None:
        async with served() as (port, _lane, _):
            tool = await Tool.connect(port)
            tool.say(do="watch")
            assert await tool.hear() == {"snapshot": {"number": 1}}
            port.publish(StepTaken("gate.opening"), as_record(StepTaken("gate.opening")))
            assert (await tool.hear())["step"] == "gate.opening"
            assert await tool.hear() == {"snapshot": {"number": 2}}
            tool.say(do="unwatch")
            tool.say(do="nonsense")
            assert "error" in await tool.hear()
            tool.hang_up()
            await until(lambda: port._timer is None)
            assert port.snapshots == 1

    asyncio.run(run())


@pytest.mark.slow
def test_two_watchers_cost_one_snapshot() -> None:
    async def run() -> None:
        async with served() as (port, _lane, _):
            tools = [await Tool.connect(port) for _ in range(2)]
            for tool in tools:
                tool.say(do="watch")
                await tool.hear()
            seen = [await tool.hear() for tool in tools]
            assert seen[0] == seen[1]
            for tool in tools:
                tool.hang_up()

    asyncio.run(run())


WISHES = [
    ({"do": "renew", "present": True}, ControlRenewed("t", True)),
    ({"do": "renew"}, ControlRenewed("t", False)),
    ({"do": "renew", "present": "yes"}, ControlRenewed("t", False)),
    ({"do": "release"}, ControlReleased("t")),
    ({"do": "move", "way": "open"}, MoveHeld("t", Way.OPEN)),
    ({"do": "let-go"}, MoveLetGo("t")),
    ({"do": "try-exit"}, ExitTrialRequested("t", with_car=True)),
    ({"do": "try-exit", "car": False}, ExitTrialRequested("t", with_car=False)),
    ({"do": "try-payment"}, PaymentTrialRequested("t")),
    ({"do": "stop-trial"}, TrialStopped("t")),
    (
        {"do": "control", "who": "office-2", "reason": "wiring", "wait": True},
        ControlRequested("t", "office-2", ControlReason.WIRING, wait=True),
    ),
    (
        {"do": "control", "who": "technician", "reason": "fault", "vouched": True},
        ControlRequested("t", "technician", ControlReason.FAULT, vouched=True),
    ),
    ({"do": "control", "who": "Li Wei", "reason": "fault"}, None),
    ({"do": "control", "who": "technician"}, None),
    ({"do": "open"}, None),
    ({}, None),
]


@pytest.mark.parametrize(("message", "wish"), WISHES, ids=lambda item: str(item)[:40])
def test_what_a_line_asks_of_the_lane(message: dict[str, Any], wish: Any) -> None:
    assert wish_of(message, "t") == wish


@pytest.mark.parametrize(
    "message",
    [
        {"do": "control", "who": "technician", "reason": "沪A12345"},
        {"do": "move", "way": "sideways"},
        {"do": "trace", "port": "elsewhere"},
        {"do": "trace", "port": "spare"},
        {"do": "trace"},
        {"do": "control", "who": 7, "reason": None},
    ],
    ids=str,
)
def test_a_line_that_asks_for_what_there_is_not_is_refused_and_forgiven(
    message: dict[str, Any],
) -> None:
    async def run() -> None:
        async with served() as (port, lane, _):
            tool = await Tool.connect(port)
            tool.say(**message)
            assert await tool.hear() == {"error": "this message means nothing here"}
            tool.say(do="renew")
            await until(lambda: len(lane.told) == 1)
            tool.hang_up()

    asyncio.run(run())


def test_each_connection_has_a_name_of_its_own_whatever_it_claims() -> None:
    async def run() -> None:
        async with served() as (port, lane, _):
            first, second = await Tool.connect(port), await Tool.connect(port)
            first.say(do="renew", holder="tool-2")
            second.say(do="renew", holder="tool-1")
            await until(lambda: len(lane.told) == 2)
            assert {event.holder for event in lane.told} == {"tool-1", "tool-2"}
            first.hang_up()
            second.hang_up()

    asyncio.run(run())


def test_control_is_given_back_when_its_connection_is_gone() -> None:
    async def run() -> None:
        async with served() as (port, lane, _):
            tool = await Tool.connect(port)
            tool.hang_up()
            await until(lambda: bool(lane.told))
            assert lane.told == [ControlReleased("tool-1", "its connection is gone")]

    asyncio.run(run())


def test_only_the_holder_and_watchers_hear_of_control_and_nobody_the_holders_name() -> None:
    async def run() -> None:
        async with served() as (port, _lane, _):
            holder, watcher, other = [await Tool.connect(port) for _ in range(3)]
            watcher.say(do="watch")
            await watcher.hear()
            shown = ControlShown("tool-1", "locked", "", "technician", "fault")
            port.publish(shown, as_record(shown))
            told = await holder.hear()
            assert told["state"] == "locked"
            assert told["mine"] is True
            assert "holder" not in told
            assert (await watcher.hear())["mine"] is False
            other.say(do="snapshot")
            assert "snapshot" in await other.hear(), "nothing of control before it"
            for tool in (holder, watcher, other):
                tool.hang_up()

    asyncio.run(run())


# What passes a port.


def test_whoever_follows_a_port_sees_its_frames_and_nobody_else_does() -> None:
    async def run() -> None:
        async with served() as (port, lane, _tap):
            wire = lane.wires["barrier"]
            tool, other = await Tool.connect(port), await Tool.connect(port)
            assert wire.on_bytes is None, "nobody follows: nothing is decoded"
            tool.say(do="trace", port="barrier")
            await until(lambda: wire.on_bytes is not None)
            wire.on_bytes("tx", POLL, 1.0)
            wire.on_bytes("rx", REPLY, 1.02)
            first, second = await tool.hear(), await tool.hear()
            assert first["port"] == "barrier"
            assert first["frame"]["text"] == "unit 1: inputs 0x0000 to 0x0007?"
            assert second["frame"]["text"] == "unit 1: inputs 10100000 (1 first)"
            other.say(do="snapshot")
            assert "snapshot" in await other.hear()
            tool.say(do="untrace")
            await until(lambda: wire.on_bytes is None)
            tool.hang_up()
            other.hang_up()

    asyncio.run(run())


def test_what_is_unfinished_is_told_when_the_line_has_been_silent() -> None:
    async def run() -> None:
        async with served() as (port, lane, _):
            wire = lane.wires["barrier"]
            tool = await Tool.connect(port)
            tool.say(do="trace", port="barrier")
            await until(lambda: wire.on_bytes is not None)
            now = asyncio.get_running_loop().time()
            wire.on_bytes("rx", REPLY, now)
            wire.on_bytes("rx", b"\x55\x55", now)
            assert (await tool.hear())["frame"]["fault"] == ""
            assert (await tool.hear())["frame"]["fault"] == "garbage"
            tool.hang_up()

    asyncio.run(run())


class Broken(ModbusTracer):
    """A tracer with a defect."""

    def feed(self, direction: Direction, data: bytes, now: float) -> list[Frame]:
        raise ArithmeticError


def test_a_tracer_with_a_defect_keeps_no_other_port_from_being_told() -> None:
    async def run() -> None:
        faults: list[Any] = []
        asyncio.get_running_loop().set_exception_handler(lambda _loop, told: faults.append(told))
        async with served() as (port, lane, tap):
            tap._make = {"barrier": ModbusTracer, "spare": Broken}
            tool = await Tool.connect(port)
            for name in ("barrier", "spare"):
                tool.say(do="trace", port=name)
            await until(lambda: lane.wires["spare"].on_bytes is not None)
            lane.wires["spare"].on_bytes("tx", POLL, 1.0)
            lane.wires["barrier"].on_bytes("tx", POLL, 1.0)
            assert (await tool.hear())["port"] == "barrier"
            assert len(faults) == 1
            tool.hang_up()

    asyncio.run(run())


def test_a_follower_that_hangs_up_leaves_no_decoder_behind() -> None:
    async def run() -> None:
        async with served() as (port, lane, tap):
            tool = await Tool.connect(port)
            tool.say(do="trace", port="barrier")
            await until(lambda: lane.wires["barrier"].on_bytes is not None)
            tool.hang_up()
            await until(lambda: lane.wires["barrier"].on_bytes is None)
            assert "[]" in repr(tap)

    asyncio.run(run())


def test_bytes_beyond_the_bound_are_dropped_and_counted_before_they_cost_a_turn() -> None:
    async def run() -> None:
        async with served() as (port, lane, tap):
            wire = lane.wires["barrier"]
            tool = await Tool.connect(port)
            tool.say(do="trace", port="barrier")
            await until(lambda: wire.on_bytes is not None)
            for number in range(CHUNKS_MAX + 5):
                wire.on_bytes("tx", POLL, float(number))
            assert tap.chunks_dropped == 5
            assert len(tap._chunks) == CHUNKS_MAX
            tool.hang_up()

    asyncio.run(run())


def test_a_follower_that_does_not_read_is_dropped_and_loses_control(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(line_port, "UNSENT_BYTES_MAX", 1024)

    async def run() -> None:
        async with served() as (port, lane, tap):
            wire = lane.wires["barrier"]
            with socket.socket() as deaf:
                deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
                deaf.connect(("127.0.0.1", port.port()))
                deaf.sendall(b'{"do": "trace", "port": "barrier"}\n')
                await until(lambda: wire.on_bytes is not None)
                for number in range(40):
                    if wire.on_bytes is None:
                        break
                    for _ in range(500):
                        wire.on_bytes("tx", POLL, float(number))
                    await until(lambda: not tap._chunks)
                assert port.clients_dropped == 1
                await until(lambda: bool(lane.told))
                assert lane.told == [ControlReleased("tool-1", "its connection is gone")]
            assert wire.on_bytes is None

    asyncio.run(run())


def test_a_follower_that_was_killed_is_told_no_more_of_the_turn_in_which_it_went(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def run() -> None:
        async with served() as (port, lane, tap):
            wire = lane.wires["barrier"]
            with socket.socket() as killed:
                # A close without a goodbye, as from a process that was killed with unread lines.
                killed.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                killed.connect(("127.0.0.1", port.port()))
                killed.sendall(b'{"do": "trace", "port": "barrier"}\n')
                await until(lambda: wire.on_bytes is not None)
            for number in range(40):
                wire.on_bytes("tx", POLL, float(number))
                wire.on_bytes("rx", REPLY, number + 0.5)
            await until(lambda: wire.on_bytes is None)
            assert not tap._chunks

    asyncio.run(run())
    assert "socket.send()" not in caplog.text
