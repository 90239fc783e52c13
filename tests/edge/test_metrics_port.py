"""Collectors get one text for one GET; whatever else is asked is refused, and nobody stays."""

import asyncio
import contextlib
from ipaddress import IPv4Network, IPv6Network

import pytest

from edge.config_samples import with_key
from edge.waiting import until
from kiosk.config import parse
from kiosk.edge.http.request import HEAD_BYTES_MAX
from kiosk.edge.monitor.metrics_port import COLLECTORS_MAX, MetricsPort
from kiosk.errors import ConfigError

TEXT = "kiosk_faults 0\n"


LOCAL = (IPv4Network("127.0.0.1"), IPv6Network("::1"))
OFFICE = (IPv4Network("192.0.2.0/24"), IPv6Network("2001:db8::/48"))


@contextlib.asynccontextmanager
async def served(collectors=LOCAL):
    port = MetricsPort("127.0.0.1:0", lambda: TEXT, collectors)
    await port.start()
    try:
        yield port
    finally:
        port.close()


async def ask(port, request):
    reader, writer = await asyncio.open_connection("127.0.0.1", port.port())
    writer.write(request)
    answer = await asyncio.wait_for(reader.read(), 5)
    writer.close()
    return answer.decode()


def test_a_get_of_metrics_is_answered_with_the_text_of_now():
    async def run():
        async with served() as port:
            head, _, body = (
                await ask(port, b"GET /metrics HTTP/1.1\r\nHost: lane\r\n\r\n")
            ).partition("\r\n\r\n")
            assert head.splitlines()[0] == "HTTP/1.1 200 OK"
            assert "Content-Type: text/plain; version=0.0.4; charset=utf-8" in head
            assert f"Content-Length: {len(TEXT)}" in head
            assert body == TEXT
            assert port.served == 1

    asyncio.run(run())


REFUSED = [
    (b"GET / HTTP/1.1\r\n\r\n", "404 Not Found"),
    (b"GET /metrics/../etc HTTP/1.1\r\n\r\n", "404 Not Found"),
    (b"POST /metrics HTTP/1.1\r\n\r\n", "405 Method Not Allowed"),
    (b"no request\r\n\r\n", "400 Bad Request"),
    (b"A" * (HEAD_BYTES_MAX + 100), "400 Bad Request"),
]


@pytest.mark.parametrize(("request_", "status"), REFUSED)
def test_anything_else_is_refused(request_, status):
    async def run():
        async with served() as port:
            assert (await ask(port, request_)).startswith(f"HTTP/1.1 {status}\r\n")
            assert port.refused == 1
            assert port.served == 0

    asyncio.run(run())


def test_more_collectors_than_there_may_be_are_turned_away():
    async def run():
        async with served() as port:
            held = [
                await asyncio.open_connection("127.0.0.1", port.port())
                for _ in range(COLLECTORS_MAX)
            ]
            await until(lambda: len(port.collectors) == COLLECTORS_MAX)
            with contextlib.suppress(OSError):
                assert await ask(port, b"GET /metrics HTTP/1.1\r\n\r\n") == ""
            await until(lambda: port.refused == 1)
            for _, writer in held:
                writer.close()

    asyncio.run(run())


def test_whoever_may_not_collect_is_hung_up_on_before_a_word():
    async def run():
        async with served(OFFICE) as port:
            with contextlib.suppress(OSError):
                assert await ask(port, b"GET /metrics HTTP/1.1\r\n\r\n") == ""
            await until(lambda: port.refused == 1)
            assert port.served == 0

    asyncio.run(run())


@pytest.mark.parametrize(
    ("peer", "may"),
    [("192.0.2.9", True), ("2001:db8::7", True), ("2001:db8::7%eth0", True), ("127.0.0.1", False),
     ("198.51.100.1", False), ("2001:db9::7", False), ("", False), ("office", False)],
)  # fmt: skip
def test_only_who_is_named_is_admitted(peer, may):
    assert MetricsPort("127.0.0.1:0", lambda: TEXT, OFFICE).admits(peer) is may


@pytest.mark.parametrize("address", ["192.0.2.7:9105", "0.0.0.0:9105", "[::]:9105"])
def test_an_address_that_others_reach_needs_those_who_may_collect(address):
    text = with_key("monitor", "metrics", f'"{address}"')
    with pytest.raises(ConfigError, match=r"monitor\.collectors: expected who may collect from"):
        parse(text)
    parse(text.replace("[monitor]", '[monitor]\ncollectors = ["192.0.2.0/24"]'))
    with pytest.raises(ConfigError, match=r"monitor\.collectors\[0\]: expected a network of /8"):
        parse(text.replace("[monitor]", '[monitor]\ncollectors = ["0.0.0.0/0"]'))


@pytest.mark.parametrize("address", ["127.0.0.1:9105", "[::1]:0"])
def test_metrics_are_collected_at_an_address(address):
    assert parse(with_key("monitor", "metrics", f'"{address}"')).monitor.metrics == address


@pytest.mark.parametrize("address", ["localhost:9105", "unix:/run/m", "9105", "127.0.0.1:99999"])
def test_metrics_are_collected_nowhere_else(address):
    with pytest.raises(ConfigError, match=r"monitor\.metrics: expected an IP address and port"):
        parse(with_key("monitor", "metrics", f'"{address}"'))
