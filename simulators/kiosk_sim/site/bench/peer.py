"""pymodbus as a peer: its asyncio client reads the inputs of the same simulated board on a pty."""

import asyncio
from pathlib import Path
from random import Random
from threading import Thread
from time import thread_time

from kiosk_sim.devices.relay_board import RelayBoard
from kiosk_sim.site.bench.figures import Figure, figure
from kiosk_sim.wires.real_time import RealTimeHost
from kiosk_sim.world.lane_world import LaneWorld


def pymodbus_poll(folder: Path, runs: int, polls: int) -> Figure | None:
    """CPU of the client's thread per poll exchange; None where pymodbus is not installed."""
    try:
        from pymodbus.client import AsyncModbusSerialClient
    except ImportError:
        return None
    world = LaneWorld(Random(0))
    board = RelayBoard(world.inputs, world.relay)
    port = folder / "peer"

    async def polled() -> float:
        client = AsyncModbusSerialClient(str(port), baudrate=board.line.baud, timeout=1.0)
        await client.connect()
        began = thread_time()
        for _ in range(polls):
            reply = await client.read_discrete_inputs(0, count=8, device_id=1)
            assert not reply.isError(), reply
        took_s = thread_time() - began
        client.close()
        return took_s * 1e6 / polls

    with RealTimeHost() as host:
        host.add_pty(board, port)
        serving = Thread(target=host.run)
        serving.start()
        try:
            costs = [asyncio.run(polled()) for _ in range(runs)]
        finally:
            host.stop()
            serving.join()
    return figure("CPU per poll exchange, pymodbus client", "us", costs)
