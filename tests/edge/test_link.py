"""Every kind of link URL carries bytes both ways, notices its loss, and never blocks the loop."""

import asyncio
import contextlib
import os
import pty
import socket
import termios
import threading
import tty
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
import serial
import serial.rfc2217

from edge.waiting import until
from kiosk.edge.links import Link, LinkLost, LinkState
from kiosk.edge.links import fd_port as fd_port_room
from kiosk.edge.links import link as link_room
from kiosk.edge.links.fd_port import PENDING_BYTES_MAX
from kiosk.edge.links.opening import open_port
from kiosk_hw.ports.party import LineSettings

LINE = LineSettings(9600)
EVEN = LineSettings(19200, 8, "E", 1)

pytestmark = pytest.mark.slow


@dataclass
class Watched:
    """A link and all that it told."""

    url: str
    line: LineSettings = LINE
    came_in: bytearray = field(default_factory=bytearray)
    losses: list[LinkLost] = field(default_factory=list)
    opened: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.link = Link(self.url, self.line, self.loop, self.came_in.extend, self.losses.append)

    async def open(self) -> Link:
        self.link.open(lambda: self.opened.append(self.loop.time()))
        await until(lambda: self.opened or self.losses)
        assert not self.losses, self.losses
        return self.link


@dataclass
class Pty:
    master: int
    slave: int
    path: str

    def unplug(self) -> None:
        os.close(self.master)
        os.close(self.slave)
        self.master = self.slave = -1


@pytest.fixture
def device() -> Iterator[Pty]:
    master, slave = pty.openpty()
    tty.setraw(slave)
    end = Pty(master, slave, os.ttyname(slave))
    os.set_blocking(master, False)
    yield end
    for fd in (end.master, end.slave):
        if fd >= 0:
            os.close(fd)


@contextlib.contextmanager
def listening() -> Iterator[tuple[socket.socket, int]]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(5)
        yield server, server.getsockname()[1]


def taken(fd: int) -> bytes:
    try:
        return os.read(fd, 65536)
    except BlockingIOError:
        return b""


@pytest.mark.parametrize("pattern", ["{}", "alt://{}?class=PosixPollSerial", "spy://{}"])
def test_a_device_carries_every_byte_both_ways(device: Pty, pattern: str) -> None:
    every = bytes(range(256))
    url = pattern.format(device.path)

    async def run() -> None:
        watched = Watched(url)
        link = await watched.open()
        os.write(device.master, every)
        await until(lambda: len(watched.came_in) == 256)
        assert watched.came_in == every
        link.write(every)
        arrived = bytearray()
        await until(lambda: arrived.extend(taken(device.master)) or len(arrived) == 256)
        assert arrived == every
        # What an option is set to is shown nowhere: it may be a password.
        shown = url.replace("PosixPollSerial", "***")
        assert repr(link) == (
            f"<Link {shown} open 9600 8N1 in=256 out=256 dropped=0 opens=1 losses=0>"
        )
        link.close()

    asyncio.run(run())


def test_a_loop_url_gives_back_what_was_written() -> None:
    async def run() -> None:
        watched = Watched("loop://")
        link = await watched.open()
        link.reset_line(LineSettings(115200))
        for number in range(200):
            link.write(bytes([number]) * 3)
            await until(lambda number=number: len(watched.came_in) == 3 * number + 3)
        assert watched.came_in == b"".join(bytes([number]) * 3 for number in range(200))
        assert link.unsent() == 0
        link.close()
        await until(lambda: not link.closing())

    asyncio.run(run())


def test_a_tcp_serial_server_carries_bytes_and_its_hang_up_is_noticed() -> None:
    async def run() -> None:
        with listening() as (server, port):
            watched = Watched(f"socket://127.0.0.1:{port}")
            link = await watched.open()
            peer, _ = server.accept()
            peer.sendall(b"\x02\x05")
            await until(lambda: watched.came_in == b"\x02\x05")
            link.write(b"hello")
            assert peer.recv(16) == b"hello"
            peer.close()
            await until(lambda: watched.losses)
            assert link.state is LinkState.CLOSED
            assert watched.losses[0].cure == "check its plug and its power"
            link.write(b"late")
            assert link.bytes_dropped == 4

    asyncio.run(run())


@pytest.mark.measured
def test_a_slow_close_of_a_socket_never_blocks_the_loop() -> None:
    async def run() -> None:
        with listening() as (server, port):
            watched = Watched(f"socket://127.0.0.1:{port}")
            link = await watched.open()
            before = watched.loop.time()
            link.close()
            assert watched.loop.time() - before < 0.2, "pyserial sleeps 0.3 s in close()"
            assert link.closing()
            peer, _ = server.accept()
            assert await asyncio.to_thread(peer.recv, 1) == b"", "the peer sees the end at once"
            peer.close()

    asyncio.run(run())


class Rfc2217Server:
    """pyserial's own PortManager over a loop:// port, in a thread."""

    def __init__(self) -> None:
        self.server = socket.create_server(("127.0.0.1", 0))
        self.port = self.server.getsockname()[1]
        self.serial = serial.serial_for_url("loop://", timeout=0.01)
        self.peer: socket.socket | None = None
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def write(self, data: bytes) -> None:
        assert self.peer is not None
        self.peer.sendall(data)

    def run(self) -> None:
        self.peer, _ = self.server.accept()
        self.peer.settimeout(0.005)
        manager = serial.rfc2217.PortManager(self.serial, self)
        with contextlib.suppress(OSError):
            while True:
                try:
                    data = self.peer.recv(1024)
                    if not data:
                        return
                    self.serial.write(b"".join(manager.filter(data)))
                except TimeoutError:
                    pass
                back = self.serial.read(self.serial.in_waiting)
                if back:
                    self.write(b"".join(manager.escape(back)))

    def close(self) -> None:
        if self.peer is not None:
            with contextlib.suppress(OSError):
                self.peer.shutdown(socket.SHUT_RDWR)
            self.peer.close()
        self.server.close()
        self.thread.join(5)


@pytest.mark.filterwarnings("ignore:setDaemon", "ignore:setName", "ignore:isAlive")
def test_an_rfc2217_server_carries_bytes_a_new_speed_and_its_hang_up() -> None:
    async def run() -> None:
        server = Rfc2217Server()
        watched = Watched(f"rfc2217://127.0.0.1:{server.port}")
        link = await watched.open()
        link.write(b"\xff\x00ab")
        await until(lambda: watched.came_in == b"\xff\x00ab")
        assert server.serial.baudrate == 9600
        link.reset_line(LineSettings(19200, 8, "E", 1))
        await until(lambda: (server.serial.baudrate, server.serial.parity) == (19200, "E"))
        link.write(b"after")
        await until(lambda: watched.came_in.endswith(b"after"))
        await asyncio.to_thread(server.close)
        await until(lambda: watched.losses)
        assert link.state is LinkState.CLOSED

    asyncio.run(run())


def test_a_pty_that_is_asked_for_parity_opens_again_and_again(device: Pty) -> None:
    async def run() -> None:
        for _ in range(3):
            watched = Watched(device.path, EVEN)
            link = await watched.open()
            link.close()
            await until(lambda link=link: not link.closing())

    asyncio.run(run())


def test_a_new_speed_reaches_the_open_port(device: Pty) -> None:
    async def run() -> None:
        watched = Watched(device.path)
        link = await watched.open()
        assert termios.tcgetattr(device.slave)[4] == termios.B9600
        link.reset_line(LineSettings(115200, 8, "E", 2))
        attributes = termios.tcgetattr(device.slave)
        assert attributes[4] == termios.B115200
        assert attributes[2] & termios.CSTOPB
        assert not watched.losses
        assert str(link.line) == "115200 8E2"
        link.close()

    asyncio.run(run())


def test_a_speed_set_during_the_opening_is_not_forgotten(device: Pty) -> None:
    async def run() -> None:
        watched = Watched(device.path)
        watched.link.open(lambda: watched.opened.append(0.0))
        watched.link.reset_line(LineSettings(38400))
        await until(lambda: watched.opened)
        assert termios.tcgetattr(device.slave)[4] == termios.B38400
        watched.link.close()

    asyncio.run(run())


def test_a_second_program_is_refused_the_device(device: Pty) -> None:
    async def run() -> None:
        first = await Watched(device.path).open()
        second = Watched(device.path)
        second.link.open(lambda: None)
        await until(lambda: second.losses)
        assert "another program" in second.losses[0].cure
        first.close()

    asyncio.run(run())


def test_an_unplugged_device_is_lost_once_and_can_be_opened_again(device: Pty) -> None:
    async def run() -> None:
        watched = Watched(device.path)
        link = await watched.open()
        device.unplug()
        await until(lambda: watched.losses)
        link.write(b"late")
        link.open(lambda: None)
        await until(lambda: len(watched.losses) == 2)
        assert "plug the device in" in watched.losses[1].cure
        assert (link.opens, link.losses, link.bytes_dropped) == (1, 2, 4)

    asyncio.run(run())


@pytest.mark.measured
def test_a_reader_that_does_not_read_never_stops_the_loop_and_gets_all_later(device: Pty) -> None:
    block = bytes(range(256)) * 200

    async def run() -> None:
        watched = Watched(device.path)
        link = await watched.open()
        before = watched.loop.time()
        link.write(block)
        assert watched.loop.time() - before < 0.2
        assert link.unsent() > 0
        arrived = bytearray()
        await until(lambda: arrived.extend(taken(device.master)) or len(arrived) == len(block))
        assert arrived == block
        assert link.unsent() == 0
        link.write(b"and on")
        await until(lambda: arrived.extend(taken(device.master)) or arrived.endswith(b"and on"))
        assert not watched.loop.remove_writer(link._port._fd), (
            "nothing to write, nothing to wait for"
        )
        link.close()

    asyncio.run(run())


def test_more_bytes_than_may_wait_lose_the_link(device: Pty) -> None:
    async def run() -> None:
        watched = Watched(device.path)
        link = await watched.open()
        link.write(bytes(PENDING_BYTES_MAX))
        assert not watched.losses
        link.write(bytes(PENDING_BYTES_MAX))
        assert not watched.losses, "a loss is never told from inside a write"
        await until(lambda: watched.losses)
        assert "does not read" in watched.losses[0].cure

    asyncio.run(run())


def test_bytes_that_did_not_leave_before_the_close_never_leave(device: Pty) -> None:
    async def run() -> None:
        link = await Watched(device.path).open()
        link.write(bytes(PENDING_BYTES_MAX))
        link.close()
        await until(lambda: not link.closing())
        link.open(lambda: link.write(b"fresh"))
        arrived = bytearray()
        await until(lambda: arrived.extend(taken(device.master)) or arrived.endswith(b"fresh"))
        assert len(arrived) < 2 * 4096, "no more than what the other end's own buffer held"
        link.close()

    asyncio.run(run())


def test_more_bytes_than_may_wait_for_a_thread_lose_the_link(device: Pty) -> None:
    async def run() -> None:
        watched = Watched(f"spy://{device.path}?raw")
        link = await watched.open()
        link.write(bytes(PENDING_BYTES_MAX))
        link.write(bytes(PENDING_BYTES_MAX))
        await until(lambda: watched.losses)
        assert "does not read" in watched.losses[0].cure
        device.unplug()

    asyncio.run(run())


@pytest.mark.parametrize("pattern", ["{}", "alt://{}?class=VTIMESerial"])
def test_a_false_alarm_of_the_kernel_is_no_hang_up(device: Pty, pattern: str) -> None:
    async def run() -> None:
        watched = Watched(pattern.format(device.path))
        link = await watched.open()
        link._port._readable()  # type: ignore[union-attr]
        os.write(device.master, b"still here")
        await until(lambda: watched.came_in == b"still here")
        assert not watched.losses
        link.close()

    asyncio.run(run())


def test_a_device_opens_again_at_once_though_its_closing_takes_long(
    device: Pty, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_go = threading.Event()
    close_at_once = serial.Serial.close

    def close(port: serial.Serial) -> None:
        assert let_go.wait(5)
        close_at_once(port)

    async def run() -> None:
        watched = Watched(device.path)
        link = await watched.open()
        monkeypatch.setattr(serial.Serial, "close", close)
        link._port._fail(LinkLost(device.path, "told too late"))  # type: ignore[union-attr]
        link.close()
        link.open(lambda: watched.opened.append(0.0))
        watched.loop.call_later(0.05, let_go.set)
        await until(lambda: len(watched.opened) == 2)
        assert not watched.losses
        link.close()

    asyncio.run(run())


def test_a_stalled_output_loses_the_link(device: Pty, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fd_port_room, "STALL_S", 0.05)

    async def run() -> None:
        watched = Watched(device.path)
        link = await watched.open()
        link.write(bytes(PENDING_BYTES_MAX))
        await until(lambda: watched.losses)
        assert "no byte left" in watched.losses[0].why

    asyncio.run(run())


def test_an_opening_that_hangs_is_given_up_and_its_port_is_not_leaked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(link_room, "OPEN_S", 0.05)
    let_go = threading.Event()
    closed = threading.Event()

    class Late(serial.Serial):
        def close(self) -> None:
            closed.set()

    def hang(url: str, line: LineSettings) -> serial.Serial:
        assert let_go.wait(5)
        return Late()

    monkeypatch.setattr(link_room, "open_port", hang)

    async def run() -> None:
        watched = Watched("/dev/hangs")
        watched.link.open(lambda: watched.opened.append(0.0))
        await until(lambda: watched.losses)
        watched.link.open(lambda: watched.opened.append(0.0))
        await until(lambda: len(watched.losses) == 2)
        assert "still hangs" in watched.losses[1].why
        let_go.set()
        await until(closed.is_set)
        assert not watched.opened

    asyncio.run(run())


def test_no_callback_comes_after_close(device: Pty) -> None:
    async def run() -> None:
        opening = Watched(device.path)
        opening.link.open(lambda: opening.opened.append(0.0))
        opening.link.close()
        watched = Watched("loop://")
        link = await watched.open()
        port = link._port
        link.close()
        port._came_in(b"late")  # type: ignore[union-attr]
        await until(lambda: not link.closing() and not opening.link.closing())
        again = await Watched(device.path).open()
        assert again.state is LinkState.OPEN
        told = [*opening.opened, *opening.losses, *watched.losses, *watched.came_in]
        assert told == []
        again.close()

    asyncio.run(run())


@pytest.mark.parametrize(
    ("url", "cure"),
    [
        ("/dev/kiosk-no-such-port", "plug the device in"),
        ("/etc/hostname", "no serial port"),
        ("nonsense://x", "configuration"),
        ("socket://127.0.0.1:99999", "configuration"),
        ("socket://127.0.0.1:{closed}", "refuses"),
        ("alt:///dev/null?class=Nonsense", "configuration"),
        ("rfc2217://127.0.0.1:{closed}", "refuses"),
    ],
)
def test_a_port_that_cannot_open_says_what_to_do(url: str, cure: str) -> None:
    async def run() -> None:
        with listening() as (server, port):
            server.close()
            watched = Watched(url.format(closed=port))
            watched.link.open(lambda: None)
            await until(lambda: watched.losses)
            assert cure in watched.losses[0].cure, watched.losses[0]

    asyncio.run(run())


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (serial.SerialException("x"), "SerialException: x"),
        (OSError(5, "x"), "Input/output error"),
        (
            serial.SerialException(2, "could not open port x: [Errno 2] x"),
            "No such file or directory",
        ),
        (termios.error(22, "x"), "error: (22, 'x')"),
        (TypeError("x"), "TypeError: x"),
        (ValueError("x"), "ValueError: x"),
    ],
)
def test_every_fault_of_pyserial_becomes_one_error(
    error: Exception, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(serial, "serial_for_url", fails)

    async def run() -> None:
        watched = Watched("/dev/ttyS0")
        watched.link.open(lambda: None)
        await until(lambda: watched.losses)
        assert watched.losses[0].why == why

    asyncio.run(run())


def test_a_network_device_that_lost_its_power_counts_as_gone_in_seconds() -> None:
    """It sends no FIN: only the kernel's probes find out."""
    with listening() as (_server, port):
        opened = open_port(f"socket://127.0.0.1:{port}", LINE)
        try:
            with socket.socket(fileno=os.dup(opened.fileno())) as connection:
                tcp = socket.IPPROTO_TCP
                assert connection.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
                quiet_s = connection.getsockopt(tcp, socket.TCP_KEEPIDLE)
                probe_s = connection.getsockopt(tcp, socket.TCP_KEEPINTVL)
                probes = connection.getsockopt(tcp, socket.TCP_KEEPCNT)
                gone_ms = connection.getsockopt(tcp, socket.TCP_USER_TIMEOUT)
        finally:
            opened.close()
    assert quiet_s + probe_s * probes <= 15
    assert gone_ms == (quiet_s + probe_s * probes) * 1000
