"""Links to web servers: real TLS on this machine, with every certificate that must be refused."""

import asyncio
import logging
import socket
import ssl
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from edge.tls_server import Authority, echo, echo_once, serving
from edge.waiting import until
from kiosk.edge.links import CalledLink, LinkEars, LinkLost, LinkState
from kiosk.edge.links import retried as retried_room
from kiosk.edge.links import web_link as room
from kiosk.edge.links.retried import RETRY_FIRST_S, RETRY_MAX_S
from kiosk.edge.links.web_link import UNSENT_BYTES_MAX
from kiosk_hw.ports.party import LineSettings, LinkWish

pytestmark = pytest.mark.slow


@dataclass
class Called:
    """A called link with what it told."""

    url: str
    ca_file: Path | None = None
    told: list[str] = field(default_factory=list)
    lost: list[LinkLost] = field(default_factory=list)
    troubles: list[LinkLost] = field(default_factory=list)
    came_in: bytearray = field(default_factory=bytearray)

    def __post_init__(self) -> None:
        self.link = CalledLink(
            "wechat",
            self.url,
            LineSettings(9600),
            asyncio.get_running_loop(),
            ears=LinkEars(
                self.came_in.extend,
                lambda: self.told.append("up"),
                self._down,
                self.troubles.append,
            ),
            ca_file=self.ca_file,
        )
        self.link.start()

    def _down(self, error: LinkLost) -> None:
        self.told.append("down")
        self.lost.append(error)


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


def test_a_link_opens_on_a_wish_and_carries_bytes_both_ways(authority: Authority) -> None:
    async def run() -> None:
        async with serving(echo, authority.context()) as port:
            called = Called(f"https://localhost:{port}/gateway.do", authority.ca_file)
            called.link.heed(LinkWish.KEEP)
            await asyncio.sleep(0.02)
            assert called.link.link.state is LinkState.CLOSED, "nobody asked yet"
            called.link.heed(LinkWish.CALL)
            await until(lambda: called.told == ["up"])
            called.link.heed(LinkWish.CALL)
            data = bytes(range(256)) * 200
            called.link.write(data)
            await until(lambda: bytes(called.came_in) == data)
            assert called.link.unsent() == 0
            assert f"in={len(data)} out={len(data)} dropped=0 opens=1" in repr(called.link)
            called.link.close()
            called.link.heed(LinkWish.CALL)
            await asyncio.sleep(0.02)
            assert called.told == ["up"], "nothing comes after the end"

    asyncio.run(run())


def _foreign(authority: Authority, tmp_path: Path) -> ssl.SSLContext:
    return Authority(tmp_path, "stranger").context()


REFUSED = [
    ("wrong name", lambda a, t: a.context("pay.example"), "ca_file", "not valid for"),
    ("expired", lambda a, t: a.context(days=-1), "ca_file", "expired"),
    ("unknown authority", _foreign, "ca_file", "unable to get local issuer"),
    ("system's store", lambda a, t: a.context(), "", "unable to get local issuer"),
    ("no TLS", lambda a, t: None, "ca_file", "no TLS"),
]


@pytest.mark.parametrize(("what", "context", "trust", "why"), REFUSED, ids=[r[0] for r in REFUSED])
def test_a_server_that_cannot_be_trusted_is_never_spoken_to(
    what: str, context: object, trust: str, why: str, authority: Authority, tmp_path: Path
) -> None:
    heard = bytearray()

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.extend(await reader.read(65536))
        writer.write(b"220 hello, I speak no TLS\r\n")
        await writer.drain()

    async def run() -> None:
        async with serving(listen, context(authority, tmp_path)) as port:  # type: ignore[operator]
            called = Called(f"https://localhost:{port}", authority.ca_file if trust else None)
            called.link.heed(LinkWish.CALL)
            await until(lambda: called.told)
            called.link.write(b"secret request")
            called.link.close()
        assert called.told == ["down"]
        assert called.troubles == called.lost
        assert why in called.lost[0].why
        assert called.lost[0].cure
        assert b"secret" not in heard
        assert called.link.link.bytes_dropped == len(b"secret request")

    asyncio.run(run())


def test_tls_1_1_is_not_spoken(authority: Authority) -> None:
    async def run() -> None:
        context = authority.context()
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.set_ciphers("ALL:@SECLEVEL=0")
        context.maximum_version = ssl.TLSVersion.TLSv1_1
        async with serving(echo, context) as port:
            called = Called(f"https://localhost:{port}", authority.ca_file)
            called.link.heed(LinkWish.CALL)
            await until(lambda: called.told)
            called.link.close()
        assert called.told == ["down"]
        assert "broken off" in called.lost[0].why or "no TLS" in called.lost[0].why

    with pytest.warns(DeprecationWarning, match="TLSv1"):
        asyncio.run(run())


def test_what_is_not_there_is_told_with_a_cure(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "OPEN_S", 2.0)
    monkeypatch.setattr(room, "HANDSHAKE_S", 0.1)

    async def why(url: str, ca_file: Path | None) -> LinkLost:
        called = Called(url, ca_file)
        called.link.heed(LinkWish.CALL)
        await until(lambda: called.told)
        called.link.close()
        return called.lost[0]

    async def run() -> None:
        refused = await why("https://127.0.0.1:1", authority.ca_file)
        assert "Refused" in refused.why
        assert "port" in refused.cure
        nameless = await why("https://kiosk.invalid", authority.ca_file)
        assert "no such name" in nameless.why or "not open" in nameless.why
        missing = await why("https://localhost:1", authority.folder / "none.pem")
        assert "ca_file" in missing.cure
        garbage = authority.folder / "garbage.pem"
        garbage.write_text("no certificate")
        assert "ca_file" in (await why("https://localhost:1", garbage)).cure
        # A listener that never accepts: the handshake has no end of its own.
        with socket.create_server(("127.0.0.1", 0)) as deaf:
            silent = await why(f"https://127.0.0.1:{deaf.getsockname()[1]}", authority.ca_file)
        assert "not open after" in silent.why

    asyncio.run(run())


def test_a_server_that_closes_is_called_again_only_when_somebody_asks(
    authority: Authority, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)

    async def run() -> None:
        async with serving(echo_once, authority.context()) as port:
            called = Called(f"https://localhost:{port}", authority.ca_file)
            called.link._wait_s = RETRY_MAX_S
            for number in range(1, 4):
                called.link.heed(LinkWish.CALL)
                await until(lambda n=number: called.told.count("up") == n)
                called.link.heed(LinkWish.KEEP)
                called.link.write(b"?")
                await until(lambda n=number: called.told.count("down") == n)
                await asyncio.sleep(0.02)
                assert called.link.link.state is LinkState.CLOSED
            called.link.close()
        assert bytes(called.came_in) == b"???"
        assert called.link._wait_s == RETRY_FIRST_S, "it said something: it is there"
        assert called.troubles == [], "a server that closes what is idle is no trouble"

    asyncio.run(run())
    assert [record.levelname for record in caplog.records if "link." in record.message] == ["INFO"]
    assert "?" not in caplog.text


def test_hanging_up_is_told_and_the_next_call_is_a_new_connection(authority: Authority) -> None:
    async def run() -> None:
        async with serving(echo, authority.context()) as port:
            called = Called(f"https://localhost:{port}", authority.ca_file)
            called.link.heed(LinkWish.CALL)
            await until(lambda: called.told == ["up"])
            called.link.write(b"late answer")
            called.link.heed(LinkWish.HANG_UP)
            assert called.told == ["up"], "never from inside a call"
            await until(lambda: called.told == ["up", "down"])
            called.link.heed(LinkWish.CALL)
            await until(lambda: called.told == ["up", "down", "up"])
            called.link.close()
        assert called.came_in == b"", "what was on its way belongs to nobody"

    asyncio.run(run())


def test_a_server_that_is_away_is_tried_again_and_again_ever_more_slowly(
    authority: Authority, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(retried_room, "RETRY_FIRST_S", 0.01)
    monkeypatch.setattr(retried_room, "RETRY_MAX_S", 0.04)

    async def run() -> None:
        called = Called("https://127.0.0.1:1", authority.ca_file)
        called.link.heed(LinkWish.CALL)
        await until(lambda: len(called.lost) >= 5)
        assert called.link._wait_s == 0.04
        called.link.heed(LinkWish.KEEP)
        await asyncio.sleep(0.1)
        tried = len(called.lost)
        await asyncio.sleep(0.1)
        assert len(called.lost) == tried, "nobody wants it any more"
        called.link.close()
        assert len(called.troubles) == 1

    asyncio.run(run())
    assert caplog.text.count("link.lost") == 1, "one reason fills no log"
    assert RETRY_FIRST_S < RETRY_MAX_S


def test_a_server_that_takes_nothing_is_given_up_at_the_bound(authority: Authority) -> None:
    async def deaf(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.transport.pause_reading()  # type: ignore[attr-defined]
        await asyncio.sleep(5)

    async def run() -> None:
        async with serving(deaf, authority.context()) as port:
            called = Called(f"https://localhost:{port}", authority.ca_file)
            called.link.heed(LinkWish.CALL)
            await until(lambda: called.told == ["up"])
            for _ in range(10_000):
                called.link.write(b"x" * UNSENT_BYTES_MAX)
                await asyncio.sleep(0)
                if called.told[-1] == "down":
                    break
            assert called.told == ["up", "down"]
            called.link.close()

    asyncio.run(run())


def test_a_cut_without_a_goodbye_is_a_loss(authority: Authority) -> None:
    async def cut(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(b"half an ans")
        await writer.drain()
        writer.transport.abort()

    async def run() -> None:
        async with serving(cut, authority.context()) as port:
            called = Called(f"https://localhost:{port}", authority.ca_file)
            called.link.heed(LinkWish.CALL)
            await until(lambda: called.told == ["up"])
            called.link.write(b"?")
            await until(lambda: called.told == ["up", "down"])
            called.link.close()

    asyncio.run(run())


def test_plain_http_reaches_a_simulator_on_this_machine() -> None:
    async def run() -> None:
        async with serving(echo, None) as port:
            called = Called(f"http://127.0.0.1:{port}")
            called.link.heed(LinkWish.CALL)
            await until(lambda: called.told == ["up"])
            called.link.write(b"plain")
            await until(lambda: bytes(called.came_in) == b"plain")
            called.link.close()

    asyncio.run(run())
