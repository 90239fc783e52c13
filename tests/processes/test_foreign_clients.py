"""Single simulated devices as processes, and clients that share no line of code with us."""

import os
import re
import shutil
import socket
import subprocess
from contextlib import closing
from pathlib import Path
from signal import SIGTERM

import minimalmodbus
import pytest
import serial
from pymodbus.client import ModbusSerialClient

from processes.command import Command, ran

pytestmark = [pytest.mark.slow, pytest.mark.timeout(30)]

REGISTRATION = """
> 06 00 06 00 00 00 3E 09 78
< 80 00 00
< 06 0F 0A 19 10 29 52 50 00 41 49 09 78
> 80 00 00
"""
"""Intermediate status and payment by the register; bitmap 19 with the status comes back."""

UP_TO_APPROVAL = """
> 06 01 0A 04 00 00 00 00 12 50 49 09 78
< 80 00 00
< 04 FF 01 0A
> 80 00 00
< 04 FF 01 17
> 80 00 00
< 04 FF 01 04
> 80 00 00
< 04 0F 58 27 00 04 00 00 00 00 12 50
"""

ONCE_MORE_THEN_TAKEN = """
> 84 9C 00
< 04 0F 58 27 00 04 00 00 00 00 12 50
> 80 00 00
< 06 0F 00
> 80 00 00
"""


def _on_pty(name: str, path: Path, *options: str) -> Command:
    device = Command("kiosk_sim", name, "--pty", str(path), *options)
    device.wait_for(f"{name}: {path} (")
    return device


def _played(client: socket.socket, dialogue: str) -> None:
    """Each line in turn; of what must come, as many bytes as are written there are compared."""
    for line in filter(None, dialogue.splitlines()):
        wanted = bytes.fromhex(line[2:])
        if line.startswith(">"):
            client.sendall(wanted)
            continue
        head = _exactly(client, 3)
        said = head + _exactly(client, head[2])
        assert said[: len(wanted)].hex(" ") == wanted.hex(" ")


def _exactly(client: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        part = client.recv(count - len(data))
        assert part, f"hung up after {data.hex(' ')}"
        data += part
    return data


@pytest.mark.skipif(shutil.which("mbpoll") is None, reason="mbpoll is not installed")
def test_mbpoll_opens_the_barrier_and_sees_the_arm_come_up(tmp_path: Path) -> None:
    path = tmp_path / "board"
    line = ("-1", "-q", "-m", "rtu", "-a", "1", "-b", "9600", "-P", "none")

    def mbpoll(*words: str) -> str:
        command = ("mbpoll", *line, *words)
        done = subprocess.run(command, capture_output=True, text=True, timeout=10, check=True)
        return re.sub(r"\s+", "", done.stdout)

    with _on_pty("board", path):
        assert "[1]:0[2]:1" in mbpoll("-t", "1", "-r", "1", "-c", "8", str(path))
        assert "Written1" in mbpoll("-t", "0", "-r", "1", str(path), "1")
        seen = ""
        for _ in range(100):
            seen = mbpoll("-t", "1", "-r", "1", "-c", "8", str(path))
            if "[1]:1[2]:0" in seen:
                break
        assert "[1]:1[2]:0" in seen
        assert "[1]:1" in mbpoll("-t", "0", "-r", "1", "-c", "8", str(path))


def test_minimalmodbus_uses_every_function_of_the_board(tmp_path: Path) -> None:
    path = tmp_path / "board"
    with _on_pty("board", path):
        board = minimalmodbus.Instrument(str(path), 1)
        board.serial.baudrate = 9600
        board.serial.timeout = 0.5
        with closing(board.serial):
            assert board.read_bits(0, 8, functioncode=2) == [0, 1, 0, 0, 1, 0, 0, 0]
            board.write_bit(3, 1, functioncode=5)
            assert board.read_bits(0, 8, functioncode=1) == [0, 0, 0, 1, 0, 0, 0, 0]
            board.write_bits(0, [0] * 8)
            assert board.read_bits(0, 8, functioncode=1) == [0] * 8
            assert board.read_register(0x8000, functioncode=3) == 200
            board.write_register(0x4000, 1, functioncode=6)


def test_pymodbus_uses_every_function_of_the_board(tmp_path: Path) -> None:
    path = tmp_path / "board"
    with _on_pty("board", path):
        client = ModbusSerialClient(port=str(path), baudrate=9600, timeout=0.5, retries=0)
        assert client.connect()
        with closing(client):
            assert client.read_discrete_inputs(0, count=8).bits[:2] == [False, True]
            assert not client.write_coil(3, True).isError()
            assert client.read_coils(0, count=8).bits[3]
            assert not client.write_coils(0, [False] * 8).isError()
            assert client.read_holding_registers(0x8000, count=1).registers == [200]
            assert not client.write_register(0x4000, 1).isError()


def test_a_flash_typed_by_hand_raises_the_arm_and_ends_by_itself(tmp_path: Path) -> None:
    path = tmp_path / "board"
    flash = bytes.fromhex("01 05 02 00 00 05 0C 71")
    inputs = bytes.fromhex("01 02 00 00 00 08 79 CC")
    with _on_pty("board", path), serial.Serial(str(path), 9600, timeout=1.0) as client:
        client.write(flash)
        assert client.read(8) == flash
        seen = b""
        for _ in range(200):
            client.write(inputs)
            seen = client.read(6)
            if seen[3:4] == b"\x11":
                break
        assert seen[3:4] == b"\x11", "the upper limit, and a healthy fire contact"
        client.write(bytes.fromhex("01 01 00 00 00 08 3D CC"))
        assert client.read(6)[:4] == bytes.fromhex("01 01 01 00"), "every relay is off again"


def test_a_payment_typed_by_hand_over_tcp_waits_once_for_the_goods() -> None:
    with Command("kiosk_sim", "terminal", "--tcp", "127.0.0.1:0") as terminal:
        said = terminal.wait_for("terminal: socket://127.0.0.1:")
        port = int(said.rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port), timeout=10.0) as client:
            _played(client, REGISTRATION + UP_TO_APPROVAL + ONCE_MORE_THEN_TAKEN)
        assert terminal.stop() == 0


def test_a_declined_card_is_refused_over_tcp() -> None:
    with Command("kiosk_sim", "terminal", "--tcp", "127.0.0.1:0", "--card", "declined") as terminal:
        said = terminal.wait_for("terminal: socket://127.0.0.1:")
        port = int(said.rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port), timeout=10.0) as client:
            upto = UP_TO_APPROVAL[: UP_TO_APPROVAL.index("< 04 0F")]
            _played(client, REGISTRATION + upto + "< 04 0F 13 27 05\n> 80 00 00\n< 06 1E 01 05\n")


def test_framed_bytes_typed_by_hand_register_a_terminal_on_a_pty(tmp_path: Path) -> None:
    path = tmp_path / "terminal"
    with (
        _on_pty("terminal", path),
        serial.Serial(str(path), 9600, stopbits=2, timeout=3.0) as client,
    ):
        client.write(bytes.fromhex("10 02 06 00 06 12 34 56 BE 09 78 10 03 C8 B1"))
        assert client.read(1) == b"\x06"
        assert client.read(9) == bytes.fromhex("10 02 80 00 00 10 03 F5 1F")
        client.write(b"\x06")
        assert client.read(6) == bytes.fromhex("10 02 06 0F 0A 19")


def test_a_camera_on_a_pty_tells_its_plates_to_plain_pyserial(tmp_path: Path) -> None:
    path = tmp_path / "camera"
    with (
        _on_pty("camera", path, "--every-s", "0.5"),
        serial.Serial(str(path), 9600, timeout=3.0) as client,
    ):
        reads = [client.read_until(b"\x03") for _ in range(2)]
    assert all(re.fullmatch(rb"\x02[^;]{6,12};[A-Z]*;\d*\x03", read) for read in reads), "telegrams"
    assert reads[0] != reads[1]


# Links, and how a device ends.


def test_a_stopped_device_takes_its_link_along_and_comes_again_at_the_same_path(
    tmp_path: Path,
) -> None:
    path = tmp_path / "board"
    for _ in range(2):
        with _on_pty("board", path) as board:
            assert path.is_symlink()
            assert board.stop(SIGTERM) == 0
        assert not os.path.lexists(path)


def test_the_link_of_a_killed_device_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "board"
    _on_pty("board", path).kill()
    assert path.is_symlink()
    with _on_pty("board", path):
        assert path.is_char_device()


@pytest.mark.parametrize("kind", ["file", "folder", "link to a file"])
def test_what_is_no_link_of_ours_is_named_and_left_alone(tmp_path: Path, kind: str) -> None:
    path, precious = tmp_path / "board", tmp_path / "precious"
    precious.write_text("precious")
    match kind:
        case "file":
            precious = precious.rename(path)
        case "folder":
            path.mkdir()
        case _:
            path.symlink_to(precious)
    code, said = ran("kiosk_sim", "board", "--pty", path)
    assert (code, said.count("\n")) == (1, 1)
    assert f"{path}: expected no file or an old link to a pty" in said
    assert os.path.lexists(path)
    assert precious.read_text() == "precious"


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("board", "--pty", "no/such/board"), 1, "there is no folder no/such"),
        (("board", "--tcp", "127.0.0.1:99999"), 2, "expected HOST:PORT like 127.0.0.1:20007"),
        (("camera", "--tcp", "127.0.0.1:0", "--model", "nix"), 2, "got 'nix'"),
        (("camera", "--tcp", "127.0.0.1:0", "--every-s", "-5"), 2, "0.1 to 86400 seconds"),
    ],
)
def test_a_wrong_wish_is_one_clear_line(arguments: tuple[str, ...], code: int, said: str) -> None:
    ended, words = ran("kiosk_sim", *arguments)
    assert (ended, said in words, "Errno" in words) == (code, True, False), words
