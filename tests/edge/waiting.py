"""Waiting for real ports in tests: by the loop, up to a deadline, never for a fixed time."""

import asyncio
from collections.abc import Callable


async def until(condition: Callable[[], object], within_s: float = 5.0) -> None:
    """Return as soon as `condition()` holds; TimeoutError after `within_s`."""

    async def poll() -> None:
        while not condition():
            await asyncio.sleep(0.001)

    await asyncio.wait_for(poll(), within_s)
