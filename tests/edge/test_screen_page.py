"""The driver's page over raw sockets: what it answers, whom it refuses, and what it bounds."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from edge.waiting import until
from kiosk.core.lane.events import HelpRequested, PlateEntered
from kiosk.core.plates.grammar import PROVINCES
from kiosk.edge.driver_screen import page as room
from kiosk.edge.driver_screen import visitor as page_visitor
from kiosk.edge.driver_screen.page import (
    CONNECTIONS_MAX,
    STREAMS_MAX,
    TOUCHES_PER_S_MAX,
    ScreenPage,
)
from kiosk.edge.driver_screen.touches import driver_touched
from kiosk.edge.http.request import BODY_BYTES_MAX
from kiosk.screens.driver.bundle import Setup, bundle
from kiosk_hw.ports.plate import PlateText

SETUP = Setup("en", ("eu", "cn"), PROVINCES, "exit", 25)
PLATE = {"touch": "plate", "plate": "BAB1234"}


@asynccontextmanager
async def served() -> AsyncIterator[tuple[ScreenPage, list[Any]]]:
    told: list[Any] = []
    page = ScreenPage("127.0.0.1:0", bundle(SETUP), driver_touched, told.append)
    await page.start()
    try:
        yield page, told
    finally:
        page.close()
        await until(lambda: not page._visitors)


async def connect(page: ScreenPage) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    return await asyncio.open_connection("127.0.0.1", page.port())


async def ask(page: ScreenPage, data: bytes) -> bytes:
    """The whole answer to these bytes; empty if it hung up without one."""
    reader, writer = await connect(page)
    writer.write(data)
    try:
        return await asyncio.wait_for(reader.read(), 5)
    except ConnectionError:
        return b""
    finally:
        writer.close()


def get(page: ScreenPage, path: str = "/", **headers: str) -> bytes:
    told = {"Host": f"127.0.0.1:{page.port()}", **headers}
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in told.items())
    return f"GET {path} HTTP/1.1\r\n{lines}\r\n".encode()


def post(page: ScreenPage, message: Any, **headers: str) -> bytes:
    body = message if isinstance(message, bytes) else json.dumps(message).encode()
    host = f"127.0.0.1:{page.port()}"
    told = {
        "Host": host,
        "Origin": f"http://{host}",
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in told.items() if value)
    return f"POST /touch HTTP/1.1\r\n{lines}\r\n".encode() + body


async def read_on(reader: asyncio.StreamReader) -> None:
    while await reader.read(65_536):
        pass


def status(answer: bytes) -> int:
    found = re.match(rb"HTTP/1\.1 ([0-9]{3}) ", answer)
    return int(found[1]) if found else 0


def test_the_page_and_all_it_links_to_are_served_with_their_types():
    async def story() -> None:
        async with served() as (page, _):
            index = await ask(page, get(page))
            assert status(index) == 200
            assert b"Cache-Control: no-store" in index
            linked = re.findall(r'"(/[^"]+\.(?:js|css))"', index.decode())
            assert len(linked) == 2
            for path, asset in page.bundle.assets.items():
                answer = await ask(page, get(page, path))
                head, _, body = answer.partition(b"\r\n\r\n")
                assert (status(answer), body) == (200, asset.body)
                assert f"Content-Type: {asset.content_type}".encode() in head
                assert (b"immutable" in head) == (path != "/")
                assert set(linked) <= set(page.bundle.assets)

    asyncio.run(story())


def test_every_answer_forbids_all_but_the_page_itself():
    async def story() -> None:
        async with served() as (page, _):
            for data in (get(page), get(page, "/nothing"), post(page, PLATE), b"\r\n\r\n\r\n"):
                answer = await ask(page, data)
                assert b"default-src 'none'" in answer
                assert b"frame-ancestors 'none'" in answer
                assert b"nosniff" in answer
                assert b"Set-Cookie" not in answer
                assert b"Access-Control" not in answer

    asyncio.run(story())


def test_a_page_is_told_the_build_the_latest_picture_and_every_later_one():
    async def story() -> None:
        async with served() as (page, _):
            page.publish({"picture": "welcome"})
            reader, writer = await connect(page)
            writer.write(get(page, "/events"))
            head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 5)
            assert b"text/event-stream" in head
            told = []
            for _ in range(3):
                told.append(await asyncio.wait_for(reader.readuntil(b"\n\n"), 5))
                if len(told) == 2:
                    page.publish({"picture": "due", "plate": "沪A·**34*"})
            build = f"event: build\ndata: {page.bundle.build}\n\n"
            assert told[0] == build.encode()
            assert told[1] == b'event: message\ndata: {"picture":"welcome","codes":[]}\n\n'
            # A beat may come between.
            while b"beat" in told[-1]:
                told.append(await asyncio.wait_for(reader.readuntil(b"\n\n"), 5))
            assert json.loads(told[-1].partition(b"data: ")[2])["plate"] == "沪A·**34*"
            writer.close()
            await until(lambda: "pages=0" in repr(page))

    asyncio.run(story())


def test_a_silent_lane_is_still_heard(monkeypatch):
    monkeypatch.setattr(room, "BEAT_S", 0.02)

    async def story() -> None:
        async with served() as (page, _):
            reader, writer = await connect(page)
            writer.write(get(page, "/events"))
            for _ in range(3):
                await asyncio.wait_for(reader.readuntil(b"event: beat\ndata: 1\n\n"), 5)
            writer.close()
            await until(lambda: page._beat is None)

    asyncio.run(story())


def test_a_driver_types_a_plate_and_calls_for_help():
    async def story() -> None:
        async with served() as (page, told):
            assert status(await ask(page, post(page, PLATE))) == 204
            assert status(await ask(page, post(page, {"touch": "help"}))) == 204
            assert told == [PlateEntered(PlateText("BAB1234")), HelpRequested()]
            assert page.touches == 2

    asyncio.run(story())


@pytest.mark.parametrize(
    "message",
    [
        {"touch": "open", "who": "desk"},
        {"touch": "release", "who": "desk"},
        {"touch": "plate", "plate": ""},
        {"touch": "plate", "plate": "A" * 33},
        {"touch": "plate", "plate": 7},
        {},
        [],
        b"touch",
        b"[" * 900,
        b"\xff",
    ],
    ids=repr,
)
def test_a_driver_can_do_nothing_else(message):
    async def story() -> None:
        async with served() as (page, told):
            assert status(await ask(page, post(page, message))) == 422
            assert told == []

    asyncio.run(story())


@pytest.mark.parametrize(
    ("headers", "why"),
    [
        ({"Host": "attacker.example"}, 403),
        ({"Host": "127.0.0.1:1"}, 403),
        ({"Host": ""}, 403),
        ({"Origin": "http://attacker.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": ""}, 403),
        ({"Sec_Fetch_Site": "cross-site"}, 403),
        ({"Sec_Fetch_Site": "same-site"}, 403),
        ({"Content_Type": "text/plain"}, 415),
        ({"Content_Type": ""}, 415),
    ],
    ids=repr,
)
def test_a_touch_of_a_foreign_page_is_refused(headers, why):
    async def story() -> None:
        async with served() as (page, told):
            assert status(await ask(page, post(page, PLATE, **headers))) == why
            assert (told, page.refused) == ([], 1)

    asyncio.run(story())


@pytest.mark.parametrize("path", ["/", "/events"])
@pytest.mark.parametrize(
    "headers",
    [{"Host": "rebound.example:80"}, {"Origin": "http://a"}, {"Sec_Fetch_Site": "cross-site"}],
    ids=repr,
)
def test_nobody_reads_under_a_foreign_name(path, headers):
    async def story() -> None:
        async with served() as (page, _):
            page.publish({"picture": "due"})
            answer = await ask(page, get(page, path, **headers))
            assert status(answer) == 403
            assert b"due" not in answer

    asyncio.run(story())


def test_other_paths_and_methods_are_refused():
    async def story() -> None:
        async with served() as (page, _):
            host = f"Host: 127.0.0.1:{page.port()}\r\n\r\n".encode()
            for line, why in (
                (b"GET /../kiosk.toml", 404),
                (b"GET /touch", 405),
                (b"HEAD /", 405),
                (b"DELETE /", 405),
                (b"OPTIONS /touch", 405),
            ):
                assert status(await ask(page, line + b" HTTP/1.1\r\n" + host)) == why

    asyncio.run(story())


def test_garbage_and_what_is_too_long_is_answered_and_hung_up_on():
    async def story() -> None:
        async with served() as (page, told):
            assert status(await ask(page, b"\x16\x03\x01" * 20 + b"\r\n\r\n")) == 400
            assert status(await ask(page, b"GET / HTTP/1.1\r\nA: " + b"a" * 8192)) == 431
            long = b'{"touch":"help","x":"' + b"x" * BODY_BYTES_MAX + b'"}'
            assert status(await ask(page, post(page, long))) in (413, 0)
            assert told == []
            assert page.refused == 3

    asyncio.run(story())


def test_who_says_nothing_is_hung_up_on(monkeypatch):
    monkeypatch.setattr(page_visitor, "REQUEST_S", 0.05)

    async def story() -> None:
        async with served() as (page, _):
            assert await ask(page, b"GET / HT") == b""

    asyncio.run(story())


def test_one_connection_too_many_is_turned_away():
    async def story() -> None:
        async with served() as (page, _):
            held = [await connect(page) for _ in range(CONNECTIONS_MAX)]
            await until(lambda: len(page._visitors) == CONNECTIONS_MAX)
            assert await ask(page, get(page)) == b""
            assert page.turned_away == 1
            held.pop()[1].close()
            await until(lambda: len(page._visitors) < CONNECTIONS_MAX)
            assert status(await ask(page, get(page))) == 200
            for _, writer in held:
                writer.close()

    asyncio.run(story())


def test_one_page_too_many_is_refused_and_the_files_are_not():
    async def story() -> None:
        async with served() as (page, _):
            held = [await connect(page) for _ in range(STREAMS_MAX)]
            for _, writer in held:
                writer.write(get(page, "/events"))
            await until(lambda: f"pages={STREAMS_MAX}" in repr(page))
            assert status(await ask(page, get(page, "/events"))) == 503
            assert status(await ask(page, get(page))) == 200
            for _, writer in held:
                writer.close()

    asyncio.run(story())


def test_a_page_that_does_not_read_is_dropped_and_the_others_go_on(monkeypatch):
    monkeypatch.setattr(page_visitor, "UNSENT_BYTES_MAX", 4096)

    async def story() -> None:
        async with served() as (page, _):
            slow, quick = await connect(page), await connect(page)
            for _, writer in (slow, quick):
                writer.write(get(page, "/events"))
            await until(lambda: "pages=2" in repr(page))
            slow[1].transport.pause_reading()  # type: ignore[attr-defined]
            reading = asyncio.ensure_future(read_on(quick[0]))
            for _ in range(2000):
                if page.dropped:
                    break
                page.publish({"filler": "x" * 16000})
                await asyncio.sleep(0)
            assert page.dropped == 1
            assert "pages=1" in repr(page)
            assert not reading.done()
            reading.cancel()
            for _, writer in (slow, quick):
                writer.close()

    asyncio.run(story())


def test_touches_faster_than_fingers_do_not_count():
    async def story() -> None:
        async with served() as (page, told):
            answers = [
                status(await ask(page, post(page, {"touch": "help"})))
                for _ in range(3 * TOUCHES_PER_S_MAX)
            ]
            assert 429 in answers
            assert len(told) <= 2 * TOUCHES_PER_S_MAX

    asyncio.run(story())


@pytest.mark.parametrize("address", ["0.0.0.0:80", "192.0.2.1:80", "unix:/x", "localhost:80", ""])
def test_it_serves_this_machine_alone(address):
    with pytest.raises(ValueError, match="page address"):
        ScreenPage(address, bundle(SETUP), driver_touched, print)
