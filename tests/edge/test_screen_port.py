"""Screens on this machine see the latest show and may touch; nothing that they send can do harm."""

import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from edge.waiting import until
from kiosk.edge.driver_screen.port import ScreenPort
from kiosk.edge.sockets import line_port as room
from kiosk.edge.sockets.line_port import CLIENTS_MAX, LINE_BYTES_MAX, LINES_PER_S_MAX


@dataclass
class Lane:
    told: list[Any] = field(default_factory=list)

    def meaning(self, message: dict[str, Any]) -> Any:
        match message:
            case {"release": True}:
                return "release"
            case {"plate": str(text)}:
                return ("plate", text)
            case {"broken": _}:
                raise KeyError("BWY2917")
        return None


@contextlib.asynccontextmanager
async def screens(address: str = "127.0.0.1:0") -> AsyncIterator[tuple[ScreenPort, Lane]]:
    lane = Lane()
    port = ScreenPort(address, lane.meaning, lane.told.append)
    await port.start()
    try:
        yield port, lane
    finally:
        port.close()


Screen = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def connect(port: ScreenPort) -> Screen:
    return await asyncio.open_connection("127.0.0.1", port.port())


async def hear(screen: Screen) -> Any:
    line = await asyncio.wait_for(screen[0].readline(), 5)
    return json.loads(line) if line else None


def test_every_screen_sees_every_show_and_a_late_one_the_latest() -> None:
    async def run() -> None:
        async with screens() as (port, _):
            one = await connect(port)
            await until(lambda: "screens=1" in repr(port))
            port.publish({"state": "idle"})
            port.publish({"state": "pay", "fee": "¥12.50"})
            assert await hear(one) == {"state": "idle"}
            assert await hear(one) == {"state": "pay", "fee": "¥12.50"}
            late = await connect(port)
            assert await hear(late) == {"state": "pay", "fee": "¥12.50"}
            for screen in (one, late):
                screen[1].close()
            await until(lambda: "screens=0" in repr(port))

    asyncio.run(run())


def test_touches_reach_the_lane_in_order_whole_or_byte_by_byte() -> None:
    text = b'{"plate": "BWY2917"}\n\n{"release": true}\r\n'

    async def run() -> None:
        async with screens() as (port, lane):
            whole = await connect(port)
            whole[1].write(text)
            await until(lambda: len(lane.told) == 2)
            pieces = await connect(port)
            for number in range(len(text)):
                pieces[1].write(text[number : number + 1])
                await pieces[1].drain()
            await until(lambda: len(lane.told) == 4)
            assert lane.told == [("plate", "BWY2917"), "release"] * 2
            for screen in (whole, pieces):
                screen[1].close()

    asyncio.run(run())


@pytest.mark.parametrize("line", [b'{"open": "now"}', b"{}", b'{"broken": 1}'])
def test_a_message_without_a_meaning_is_answered_counted_and_forgiven(line: bytes) -> None:
    async def run() -> None:
        async with screens() as (port, lane):
            screen = await connect(port)
            screen[1].write(line + b'\n{"release": true}\n')
            assert await hear(screen) == {"error": "this message means nothing here"}
            await until(lambda: lane.told == ["release"])
            assert port.lines_refused == 1
            screen[1].close()

    asyncio.run(run())


@pytest.mark.parametrize(
    "garbage",
    [
        b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        b"\xff\xfe\x00\n",
        b"[1]\n",
        b"[" * 4000 + b"\n",
        b"x" * LINE_BYTES_MAX,
        b"POST\n" + b"x" * 3 * LINE_BYTES_MAX,
    ],
)
def test_what_is_no_json_object_is_hung_up_on_before_a_body_can_touch(garbage: bytes) -> None:
    async def run() -> None:
        async with screens() as (port, lane):
            screen = await connect(port)
            screen[1].write(garbage + b'\n{"release": true}\n')
            answer = await hear(screen)
            assert list(answer) == ["error"]
            assert await hear(screen) is None, "hung up"
            assert lane.told == []
            assert port.lines_refused == 1
            screen[1].close()

    asyncio.run(run())


def test_one_screen_too_many_is_turned_away_with_a_word() -> None:
    async def run() -> None:
        async with screens() as (port, _):
            opened = [await connect(port) for _ in range(CLIENTS_MAX)]
            await until(lambda: f"screens={CLIENTS_MAX}" in repr(port))
            extra = await connect(port)
            assert await hear(extra) == {"error": f"{CLIENTS_MAX} screens are connected already"}
            assert await hear(extra) is None
            assert port.clients_turned_away == 1
            opened[0][1].close()
            await until(lambda: f"screens={CLIENTS_MAX - 1}" in repr(port))
            again = await connect(port)
            await until(lambda: f"screens={CLIENTS_MAX}" in repr(port))
            for screen in (*opened, extra, again):
                screen[1].close()

    asyncio.run(run())


def test_a_screen_that_does_not_read_is_dropped_and_the_others_go_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(room, "UNSENT_BYTES_MAX", 1024)

    async def run() -> None:
        async with screens() as (port, _):
            with socket.socket() as deaf:
                deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
                deaf.connect(("127.0.0.1", port.port()))
                await until(lambda: "screens=1" in repr(port))
                for _ in range(20_000):
                    port.publish({"filler": "x" * 1000})
                    if port.clients_dropped:
                        break
                assert port.clients_dropped == 1
                assert "screens=0" in repr(port)
                deaf.settimeout(5)
                with contextlib.suppress(ConnectionResetError):
                    while deaf.recv(65536):
                        await asyncio.sleep(0)
            good = await connect(port)
            assert await hear(good) == {"filler": "x" * 1000}
            good[1].close()

    asyncio.run(run())


def test_more_lines_than_fingers_can_do_are_refused() -> None:
    async def run() -> None:
        async with screens() as (port, lane):
            screen = await connect(port)
            screen[1].write(b'{"release": true}\n' * 3 * LINES_PER_S_MAX)
            await until(lambda: port.lines_in == 3 * LINES_PER_S_MAX)
            assert LINES_PER_S_MAX <= len(lane.told) <= 2 * LINES_PER_S_MAX
            assert len(lane.told) + port.lines_refused == 3 * LINES_PER_S_MAX
            told = len(lane.told)
            (client,) = port._clients
            client._second -= 1
            screen[1].write(b'{"release": true}\n')
            await until(lambda: len(lane.told) == told + 1)
            screen[1].close()

    asyncio.run(run())


def test_a_unix_socket_is_for_the_group_only_and_survives_a_killed_process(tmp_path: Path) -> None:
    path = tmp_path / "screen.sock"
    with socket.socket(socket.AF_UNIX) as killed:
        killed.bind(str(path))

    async def run() -> None:
        async with screens(f"unix:{path}") as (port, lane):
            assert path.stat().st_mode & 0o007 == 0
            _, writer = await asyncio.open_unix_connection(str(path))
            writer.write(b'{"release": true}\n')
            await until(lambda: lane.told == ["release"])
            second = ScreenPort(str(path), lane.meaning, lane.told.append)
            with pytest.raises(OSError, match="in use"):
                await second.start()
            writer.close()
            assert repr(port).startswith(f"<ScreenPort unix:{path} screens=1 lines=1")
        assert not path.exists()

    asyncio.run(run())


def test_a_file_in_the_way_is_not_deleted(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("keep")

    async def run() -> None:
        with pytest.raises(OSError, match="in use"):
            await ScreenPort(str(path), dict, print).start()

    asyncio.run(run())
    assert path.read_text() == "keep"


@pytest.mark.parametrize(
    "address", ["0.0.0.0:80", "192.168.1.5:80", "[::]:80", "localhost:80", "127.0.0.1", ":1", ""]
)
def test_no_address_that_others_can_reach_is_taken(address: str) -> None:
    with pytest.raises(ValueError, match="loopback"):
        ScreenPort(address, dict, print)


@pytest.mark.parametrize(
    "address", ["127.0.0.1:8641", "127.9.9.9:1", "[::1]:8641", "unix:/x", "/x"]
)
def test_loopback_addresses_and_paths_are_taken(address: str) -> None:
    assert ScreenPort(address, dict, print).address == address
