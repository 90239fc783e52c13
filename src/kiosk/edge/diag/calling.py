"""The technician's screen on its line to a lane: connects again and again, and hands batches on."""

import asyncio
import json
from collections.abc import Callable
from typing import Any, Final

from kiosk.edge.diag.client import LINE_BYTES_MAX
from kiosk.edge.diag.port import FORMAT
from kiosk.edge.sockets.loopback import local_address
from kiosk.errors import KioskError

AGAIN_S: Final = 1.0
"""How long after a failure it is tried again: a lane starts in less."""

GREETING_S: Final = 3.0
"""How long a lane may take to greet."""

BATCH_S: Final = 0.05
"""How long what comes is gathered: a trace at full rate would wake the screen for each frame."""

UNSENT_BYTES_MAX: Final = 64 * 1024
"""Of wishes to a lane that does not read: more than minutes of a held key."""

Met = Callable[[Any], None]
Take = Callable[[list[dict[str, Any]]], None]
Lost = Callable[[str], None]


class Calling:
    """One connection at a time to the lane whose address is looked up anew for each."""

    def __init__(self, address: Callable[[], str]) -> None:
        self._address = address
        self._writer: asyncio.StreamWriter | None = None
        self._closed = False

    def say(self, message: dict[str, Any]) -> None:
        """Send this, if a lane is there; one that does not read is hung up on."""
        writer = self._writer
        if writer is None:
            return
        writer.write(json.dumps(message).encode() + b"\n")
        if writer.transport.get_write_buffer_size() > UNSENT_BYTES_MAX:
            writer.transport.abort()

    async def listen(self, met: Met, take: Take, lost: Lost) -> None:
        """Connect, hand on what comes, and begin again; ends when it is closed."""
        while not self._closed:
            try:
                await self._connection(met, take)
                why = "the lane hung up"
            except KioskError as error:
                why = str(error)
            except (FileNotFoundError, ConnectionRefusedError):
                why = "no lane runs here"
            except (OSError, ValueError, RecursionError) as error:
                why = getattr(error, "strerror", None) or str(error) or type(error).__name__
            finally:
                self._hang_up()
            if not self._closed:
                lost(why)
                await asyncio.sleep(AGAIN_S)

    def close(self) -> None:
        """Hang up; what was said is on its way already."""
        self._closed = True
        self._hang_up()

    def _hang_up(self) -> None:
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    async def _connection(self, met: Met, take: Take) -> None:
        reader, self._writer = await asyncio.wait_for(self._open(), GREETING_S)
        greeting = await asyncio.wait_for(reader.readline(), GREETING_S)
        hello = json.loads(greeting or b"{}").get("hello")
        if not isinstance(hello, dict):
            raise ValueError("what listens there does not greet as a lane")
        if hello.get("format") != FORMAT:
            raise ValueError(f"the lane speaks format {hello.get('format')!r}, this is {FORMAT}")
        met(hello)
        unread = b""
        while data := await reader.read(LINE_BYTES_MAX):
            *whole, unread = (unread + data).split(b"\n")
            if len(unread) > LINE_BYTES_MAX:
                raise ValueError("a record without an end")
            take([record for each in whole if isinstance(record := json.loads(each), dict)])
            await asyncio.sleep(BATCH_S)

    async def _open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        where = local_address(self._address())
        if isinstance(where, str):
            return await asyncio.open_unix_connection(where, limit=LINE_BYTES_MAX)
        return await asyncio.open_connection(where[0], where[1], limit=LINE_BYTES_MAX)
