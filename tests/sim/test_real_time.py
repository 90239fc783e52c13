"""Real ports, real time: foreign Modbus clients talk to the simulated board over a pty and TCP."""

import os
import shutil
import socket
import subprocess
import termios
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

import minimalmodbus
import pytest
import serial
from pymodbus.client import ModbusSerialClient

from kiosk_sim.devices.relay_board import RelayBoard
from kiosk_sim.wires.pty_host import PtyPort
from kiosk_sim.wires.real_time import RealTimeHost
from kiosk_sim.world.cabinet import FIRE_HEALTHY, LOWER_LIMIT, UPPER_LIMIT
from kiosk_sim.world.lane_world import LaneWorld

pytestmark = [pytest.mark.slow, pytest.mark.measured, pytest.mark.timeout(30)]

POLL = bytes.fromhex("01 02 00 00 00 08 79 CC")
AT_REST = bytes.fromhex("01 02 01 12 21 85")
"""Lower limit and a healthy fire contact: 0x12."""


class Lane:
    """A world and its board, served to whoever connects."""

    def __init__(self, host: RealTimeHost, **options: Any) -> None:
        self.host = host
        self.world = LaneWorld(Random(1))
        self.board = RelayBoard(self.world.inputs, self.world.relay, **options)
        host.add(self.world)


@contextmanager
def serving(build: Callable[[Lane], None], **options: Any) -> Iterator[Lane]:
    """Run the host in a thread for as long as the block lasts."""
    with RealTimeHost() as host:
        lane = Lane(host, **options)
        build(lane)
        thread = threading.Thread(target=host.run)
        thread.start()
        try:
            yield lane
        finally:
            host.stop()
            thread.join(5.0)
            assert not thread.is_alive()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "board"


@contextmanager
def on_pty(path: Path, **options: Any) -> Iterator[Lane]:
    with serving(lambda lane: lane.host.add_pty(lane.board, path) and None, **options) as lane:
        yield lane


def test_minimalmodbus_reads_and_writes_the_board(path: Path) -> None:
    with on_pty(path) as lane:
        client = minimalmodbus.Instrument(str(path), 1)
        client.serial.baudrate = 9600
        client.serial.timeout = 0.5
        assert client.read_bits(0, 8, functioncode=2) == [0, 1, 0, 0, 1, 0, 0, 0]
        client.write_bit(3, 1)
        assert client.read_bits(0, 8, functioncode=1) == [0, 0, 0, 1, 0, 0, 0, 0]
        assert lane.world.cabinet.lamp
        client.write_bits(0, [0] * 8)
        assert client.read_register(0x8000) == 200
        with pytest.raises(minimalmodbus.IllegalRequestError):
            client.read_bits(0, 9, functioncode=2)
        client.serial.close()
    assert lane.board.grades.bad_crcs == lane.board.grades.fragments == 0


def test_pymodbus_reads_and_writes_the_board(path: Path) -> None:
    with on_pty(path) as lane:
        client = ModbusSerialClient(str(path), baudrate=9600, timeout=0.5, retries=0)
        assert client.connect()
        read = client.read_discrete_inputs(0, count=8, device_id=1)
        assert read.bits == [False, True, False, False, True, False, False, False]
        assert not client.write_coil(3, True, device_id=1).isError()
        assert client.read_coils(0, count=8, device_id=1).bits[3]
        assert client.read_coils(5, count=8, device_id=1).exception_code == 2
        client.close()
        assert lane.world.cabinet.lamp


@pytest.mark.skipif(shutil.which("mbpoll") is None, reason="mbpoll is not installed")
def test_mbpoll_reads_the_boards_inputs(path: Path) -> None:
    with on_pty(path):
        told = subprocess.run(
            [
                "mbpoll",
                "-m",
                "rtu",
                "-a1",
                "-b9600",
                "-Pnone",
                "-t1",
                "-r1",
                "-c8",
                "-1",
                str(path),
            ],
            capture_output=True,
            text=True,
            timeout=10,
            check=True,
        ).stdout
    values = [line.split()[-1] for line in told.splitlines() if line.startswith("[")]
    assert values == ["0", "1", "0", "0", "1", "0", "0", "0"]


def test_a_flash_raises_the_arm_of_the_world_behind_the_board(path: Path) -> None:
    with on_pty(path) as lane, serial.Serial(str(path), 9600, timeout=1.0) as client:
        client.write(bytes.fromhex("01 05 02 00 00 05 0C 71"))
        assert client.read(8) == bytes.fromhex("01 05 02 00 00 05 0C 71")
        time.sleep(2.1)
        assert lane.world.inputs() == FIRE_HEALTHY | UPPER_LIMIT
        assert lane.board.map.relays == 0
    assert FIRE_HEALTHY | LOWER_LIMIT == 0x12


def test_bytes_take_their_time_in_both_directions(path: Path) -> None:
    with on_pty(path), serial.Serial(str(path), 9600, timeout=1.0) as client:
        fastest_s = 9.9
        for _ in range(5):
            began = time.monotonic()
            client.write(POLL)
            assert client.read(6) == AT_REST
            fastest_s = min(fastest_s, time.monotonic() - began)
            time.sleep(0.01)
        # 8 + 6 characters and t3.5 between them, at 10 bits each.
        assert 17.5 * 10 / 9600 <= fastest_s < 0.03


def test_a_client_at_another_speed_gets_nothing_and_is_heard_as_noise(path: Path) -> None:
    with on_pty(path) as lane:
        with serial.Serial(str(path), 19200, timeout=0.1) as client:
            client.write(POLL)
            assert client.read(6) == b""
        assert lane.board.grades.bad_crcs + lane.board.grades.fragments == 1
        with serial.Serial(str(path), 9600, timeout=1.0) as client:
            client.write(POLL)
            assert client.read(6) == AT_REST


def test_clients_come_and_go_and_the_path_stays(path: Path) -> None:
    with on_pty(path):
        for _ in range(3):
            with serial.Serial(str(path), 9600, timeout=1.0, exclusive=True) as client:
                client.write(POLL)
                assert client.read(6) == AT_REST
    assert not path.is_symlink()


def test_a_stopped_host_takes_its_port_away_from_the_client(path: Path) -> None:
    with on_pty(path):
        client = serial.Serial(str(path), 9600, timeout=1.0)
    with client, pytest.raises((serial.SerialException, termios.error)):
        client.read(1)


def test_a_stale_link_is_replaced_and_a_file_is_not(tmp_path: Path) -> None:
    stale, file = tmp_path / "stale", tmp_path / "file"
    stale.symlink_to(tmp_path / "nowhere")
    file.write_text("precious")
    with RealTimeHost() as host:
        lane = Lane(host)
        assert os.readlink(host.add_pty(lane.board, stale).path).startswith("/dev/pts/")
        with pytest.raises(FileExistsError):
            host.add_pty(lane.board, file)
    assert file.read_text() == "precious"


def test_a_pty_that_nobody_reads_drops_and_counts(path: Path) -> None:
    class Talker(RelayBoard):
        def bytes_to_send(self) -> bytes:
            return bytes(20_000)

    board = Talker(lambda: 0, lambda _channel, _on, _now: None)
    port = PtyPort(board, path, 0.0)
    port.pump(0.0)
    port.pump(60.0)
    port.close()
    assert port.unheard > 0


def test_a_board_behind_a_serial_server_answers_and_survives_a_new_client() -> None:
    where: list[tuple[str, int]] = []
    with serving(lambda lane: where.append(lane.host.add_tcp(lane.board).address)) as lane:
        assert where[0][1] != 0
        with socket.create_connection(where[0], timeout=2.0) as first:
            first.sendall(POLL)
            assert first.recv(64)[:1] == b"\x01"
            with socket.create_connection(where[0], timeout=2.0) as second:
                time.sleep(0.05)
                assert drained(first) == b"", "the old client was hung up on"
                began = time.monotonic()
                second.sendall(POLL)
                assert exactly(second, 6) == AT_REST
                assert time.monotonic() - began >= 17.5 * 10 / 9600
        with serial.serial_for_url(f"socket://{where[0][0]}:{where[0][1]}", timeout=2.0) as third:
            third.write(POLL)
            assert third.read(6) == AT_REST
    assert lane.board.grades.replies == 3


def test_a_network_device_is_not_paced() -> None:
    where: list[tuple[str, int]] = []
    with serving(
        lambda lane: where.append(lane.host.add_tcp(lane.board, paced=False).address),
        gaps_graded=False,
    ):
        with socket.create_connection(where[0], timeout=2.0) as client:
            took_s = []
            for _ in range(5):
                began = time.monotonic()
                client.sendall(POLL)
                assert exactly(client, 6) == AT_REST
                took_s.append(time.monotonic() - began)
        assert min(took_s) < 14 * 10 / 9600


def test_run_ends_at_its_time_and_goes_on_where_it_was(path: Path) -> None:
    with RealTimeHost() as host:
        lane = Lane(host)
        host.add_pty(lane.board, path)
        host.run(until=0.05)
        assert path.is_symlink()
        assert 0.05 <= host.now() < 0.5
        host.run(until=0.1)
        host.stop()
        host.run()
        assert not path.is_symlink()


def exactly(client: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        part = client.recv(count - len(data))
        assert part, f"hung up after {data.hex(' ')}"
        data += part
    return data


def drained(client: socket.socket) -> bytes:
    """What comes after everything that was under way."""
    while data := client.recv(64):
        pass
    return data
