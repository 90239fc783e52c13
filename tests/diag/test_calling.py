"""The screen's line to a lane: met, lost, met again; what is no lane harms nothing."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest

from diag.test_diag_port import served
from edge.waiting import until
from kiosk.edge.diag import calling
from kiosk.edge.diag.calling import Calling
from kiosk.errors import ConfigError


class Ear:
    def __init__(self, address: Callable[[], str]) -> None:
        self.met: list[Any] = []
        self.taken: list[dict[str, Any]] = []
        self.lost: list[str] = []
        self.calling = Calling(address)
        self.task = asyncio.create_task(
            self.calling.listen(self.met.append, self.taken.extend, self.lost.append)
        )

    async def ends(self) -> None:
        self.calling.close()
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)


def test_a_lane_is_met_asked_lost_and_met_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calling, "AGAIN_S", 0.01)

    async def run() -> None:
        where = ["127.0.0.1:1"]
        ear = Ear(lambda: where[0])
        await until(lambda: len(ear.lost) == 1)
        assert ear.lost == ["no lane runs here"]
        for rounds in (1, 2):
            async with served() as (port, lane, _tap):
                where[0] = f"127.0.0.1:{port.port()}"
                await met(ear, rounds)
                ear.calling.say({"do": "snapshot"})
                ear.calling.say({"do": "renew"})
                await until(lambda lane=lane: bool(lane.told))  # type: ignore[misc]
            await met(ear, rounds, lost=rounds + 1)
        assert ear.met[0] == {"format": 1, "lane": "exit-1"}
        assert ear.taken == [{"snapshot": {"number": 1}}] * 2
        await ear.ends()

    asyncio.run(run())


async def met(ear: Ear, times: int, lost: int = 0) -> None:
    await until(lambda: len(ear.met) >= times and len(ear.lost) >= lost)


def test_control_goes_back_when_the_screen_closes_its_line() -> None:
    async def run() -> None:
        async with served() as (port, lane, _tap):
            ear = Ear(lambda: f"127.0.0.1:{port.port()}")
            await until(lambda: len(ear.met) == 1)
            ear.calling.say({"do": "release"})
            await ear.ends()
            await until(lambda: len(lane.told) == 2)
            assert [event.why for event in lane.told] == ["released", "its connection is gone"]
            assert ear.lost == [], "who closes is not told of a loss"

    asyncio.run(run())


def hello(format_number: int) -> bytes:
    return json.dumps({"hello": {"format": format_number}}).encode() + b"\n"


STRANGERS = [
    (b"HTTP/1.1 400\r\n\r\n", ""),
    (b"{}\n", "does not greet as a lane"),
    (hello(2), "the lane speaks format 2, this is 1"),
    (hello(1) + b"\xff\xfe{\n", ""),
    (hello(1) + b"[" * 100_000 + b"\n", ""),
    (hello(1) + b"x" * 5000, "a record without an end"),
]


@pytest.mark.parametrize(("said", "why"), STRANGERS, ids=lambda item: str(item)[:20])
def test_what_is_no_lane_is_told_and_tried_again(
    said: bytes, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calling, "LINE_BYTES_MAX", 4096 if why.endswith("end") else 2**20)
    monkeypatch.setattr(calling, "AGAIN_S", 0.01)

    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(said)
        await reader.read()
        writer.close()

    async def run() -> None:
        server = await asyncio.start_server(greet, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        ear = Ear(lambda: f"127.0.0.1:{port}")
        await until(lambda: len(ear.lost) >= 2)
        assert why in ear.lost[0]
        await ear.ends()
        server.close()

    asyncio.run(run())


def test_a_configuration_that_is_broken_meanwhile_is_told_and_read_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(calling, "AGAIN_S", 0.01)

    def broken() -> str:
        raise ConfigError(("line 3: no value",))

    async def run() -> None:
        ear = Ear(broken)
        await until(lambda: len(ear.lost) >= 2)
        assert "line 3: no value" in ear.lost[0]
        await ear.ends()

    asyncio.run(run())


def test_a_lane_that_does_not_read_is_hung_up_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calling, "UNSENT_BYTES_MAX", 1024)
    monkeypatch.setattr(calling, "AGAIN_S", 0.01)

    writers: list[asyncio.StreamWriter] = []

    async def deaf(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(hello(1))
        writers.append(writer)
        writer.transport.pause_reading()  # type: ignore[attr-defined]

    async def run() -> None:
        server = await asyncio.start_server(deaf, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        ear = Ear(lambda: f"127.0.0.1:{port}")
        await until(lambda: len(ear.met) == 1)
        for _ in range(100):
            ear.calling.say({"do": "x" * 100_000})
        await until(lambda: len(ear.met) >= 2)
        await ear.ends()
        for writer in writers:
            writer.transport.abort()
        server.close()

    asyncio.run(run())
