"""Asks the pay page as often as it answers, from a process of its own: loopback, and bounded."""

import asyncio
import os
import sys
from time import monotonic
from typing import Final

CONNECTIONS: Final = 8
"""Asked at the same time; more only wait in the kernel."""

SECONDS_MAX: Final = 600.0

NICE: Final = 19
"""In the field the flood comes over the network: here it must not take the lane's own core."""


def main() -> int:
    """`flood PORT SECONDS PATH`: ask, and print how many answers there were, by status."""
    os.nice(NICE)
    port, seconds, path = int(sys.argv[1]), float(sys.argv[2]), sys.argv[3]
    counts = asyncio.run(_flood(port, min(seconds, SECONDS_MAX), path))
    print(" ".join(f"{status}={count}" for status, count in sorted(counts.items())))
    return 0


async def _flood(port: int, seconds: float, path: str) -> dict[int, int]:
    counts: dict[int, int] = {}
    end = monotonic() + seconds
    request = f"GET {path} HTTP/1.1\r\nHost: pay.example\r\n\r\n".encode()

    async def asker() -> None:
        while monotonic() < end:
            try:
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.write(request)
                answer = await reader.read(-1)
                writer.close()
            except OSError:
                await asyncio.sleep(0.01)
                continue
            status = int(answer[9:12] or b"0")
            counts[status] = counts.get(status, 0) + 1

    await asyncio.gather(*(asker() for _ in range(CONNECTIONS)))
    return counts


if __name__ == "__main__":
    sys.exit(main())
