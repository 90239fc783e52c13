"""The driver against a slave that others wrote: pymodbus' RTU server at a real pseudo terminal.

It knows reads and plain coils only. It answers a flash-on with another frame, and so cannot stand
in for a board with timed pulses; the board here is one that is switched on and off.
"""

import os
import select
import subprocess
import sys
import time
import tty
from collections.abc import Callable, Iterator

import pytest

from kiosk_hw.barriers.model import BarrierModel, BoardProfile
from kiosk_hw.hosts.barrier_board import BarrierBoard
from kiosk_hw.ports.barrier import (
    Arm,
    BoardReady,
    HoldOpen,
    Inputs,
    OpenBarrier,
    OpenPulsed,
    ReleaseHold,
    SwitchLamp,
)
from kiosk_hw.ports.party import LineSettings

pytestmark = [pytest.mark.slow, pytest.mark.timeout(30)]

pytest.importorskip("pymodbus.simulator")

PLAIN_BOARD = BarrierModel(
    name="plain coils", line=LineSettings(115200), profile=BoardProfile(), unit=1
)

SERVER = """
import asyncio, sys
from pymodbus.server import StartAsyncSerialServer
from pymodbus.simulator import DataType, SimData, SimDevice

def told(is_reply, pdu):
    if is_reply and pdu.function_code == 5:
        print("coil", pdu.address, int(pdu.bits[0]), flush=True)
    return pdu

def block(bits):
    return [SimData(0, values=bits, datatype=DataType.BITS)]

async def serve():
    inputs = [False, True, True, False, True, False, False, False]
    words = [SimData(0, values=[0], datatype=DataType.REGISTERS)]
    device = SimDevice(1, simdata=(block([True] * 8), block(inputs), words, words))
    print("serving", flush=True)
    await StartAsyncSerialServer(device, port=sys.argv[1], baudrate=115200, trace_pdu=told)

asyncio.run(serve())
"""


class Slave:
    """The server's process, and the driver's end of its line."""

    def __init__(self) -> None:
        self.fd, far_fd = os.openpty()
        tty.setraw(self.fd)
        tty.setraw(far_fd)
        command = [sys.executable, "-c", SERVER, os.ttyname(far_fd)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self._far_fd = far_fd
        assert self.process.stdout is not None
        self.is_serving = self.process.stdout.readline() == "serving\n"

    def told(self) -> list[str]:
        """What was written to its coils, one line per write; it serves no longer."""
        self.process.kill()
        return self.process.communicate()[0].splitlines()

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()
        os.close(self.fd)
        os.close(self._far_fd)


@pytest.fixture
def slave() -> Iterator[Slave]:
    served = Slave()
    try:
        assert served.is_serving
        yield served
    finally:
        served.close()


def drive(
    driver: BarrierBoard, fd: int, is_over: Callable[[list[object]], bool], within_s: float = 10.0
) -> list[object]:
    """Drive one party in real time until its events are what is waited for."""
    events: list[object] = []
    end = time.monotonic() + within_s
    while not is_over(events):
        now = time.monotonic()
        assert now < end, f"{driver!r} told {events}"
        events += driver.tick(now)
        data = driver.bytes_to_send()
        if data:
            os.write(fd, data)
        wait_s = min(max(driver.deadline() - time.monotonic(), 0.0), 0.1)
        if select.select([fd], [], [], wait_s)[0]:
            events += driver.receive(os.read(fd, 256), time.monotonic())
    return events


def resting(for_s: float) -> Callable[[list[object]], bool]:
    end = time.monotonic() + for_s
    return lambda events: time.monotonic() >= end


def test_the_driver_starts_reads_opens_holds_and_lights_at_pymodbus(slave) -> None:
    driver = BarrierBoard(PLAIN_BOARD, pulse_ms=200)
    driver.connected(time.monotonic())
    (ready,) = drive(driver, slave.fd, bool)
    assert ready == BoardReady(Inputs(arm=Arm.LOWERED, arming_loop=True, safety_loop=False))

    driver.command(OpenBarrier("exit-1"), time.monotonic())
    assert drive(driver, slave.fd, bool) == [OpenPulsed("exit-1")]
    drive(driver, slave.fd, resting(0.5))
    for command in (SwitchLamp(on=True), HoldOpen(), ReleaseHold()):
        driver.command(command, time.monotonic())
        drive(driver, slave.fd, resting(0.2))

    counters = driver.host.counters
    assert (counters.crc_errors, counters.garbage_bytes, counters.exceptions) == (0, 0, 0)
    assert counters.exchanges >= 20
    cleared = [f"coil {coil} 0" for coil in range(8)]
    switched = ["coil 0 1", "coil 0 0", "coil 3 1", "coil 0 1", "coil 0 0"]
    assert slave.told() == cleared + switched
