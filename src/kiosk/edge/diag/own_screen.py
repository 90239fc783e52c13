"""The world of the technician's screen: its clock, its line to the lane, its files, its signals."""

import asyncio
import io
import os
import signal
import termios
import time
from argparse import Namespace
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from kiosk.config import Config, load
from kiosk.edge.diag.address import address_of
from kiosk.edge.diag.calling import Calling, Lost, Met, Take
from kiosk.edge.diag.client import NoLane, config_file
from kiosk.errors import ConfigError

SCREEN_BYTES: Final = 2000
"""A screen of 80 x 24 as it is painted anew, each byte as ten bits on a line."""

_SERIAL: Final = ("/dev/ttyS", "/dev/ttyAMA", "/dev/ttyUSB", "/dev/ttyACM", "/dev/console")

_SPEEDS: Final = {
    getattr(termios, f"B{baud}"): baud
    for baud in (1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200)
}


def console_baud() -> int:
    """The speed of the serial line that this terminal is on; 0 for any other terminal."""
    try:
        name, speed = os.ttyname(1), termios.tcgetattr(1)[5]
    except (OSError, termios.error):
        return 0
    return _SPEEDS.get(speed, 0) if name.startswith(_SERIAL) else 0


class OwnScreen:
    """What `kiosk.screens.technician.app.Shell` asks for."""

    def __init__(self, arguments: Namespace) -> None:
        self._arguments = arguments
        self._calling = Calling(self._address)
        self._draw_s = SCREEN_BYTES * 10 / console_baud() if console_baud() else 0.0
        self.config = self._load()

    def now(self) -> float:
        """The steady clock."""
        return time.monotonic()

    def draw_s(self) -> float:
        """A serial console is drawn no faster than its line carries a screen."""
        return self._draw_s

    def say(self, message: dict[str, Any]) -> None:
        """Send this to the lane."""
        self._calling.say(message)

    async def listen(self, met: Met, take: Take, lost: Lost) -> None:
        """Connect, again and again."""
        await self._calling.listen(met, take, lost)

    def on_hang_up(self, leave: Callable[[], None]) -> None:
        """The terminal is gone (an ssh line that broke), or the process is to end."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGHUP, signal.SIGTERM):
            loop.add_signal_handler(number, leave)

    def close(self) -> None:
        """Hang up."""
        self._calling.close()

    def save(self, lines: list[str]) -> str:
        """Write these lines to a new file here, for its owner alone. Raises OSError."""
        path = Path(f"kiosk-trace-{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime())}.txt")
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(fd, "w", encoding="utf-8") as file:
            file.writelines(f"{line}\n" for line in lines)
        return str(path)

    def report(self) -> str:
        """Write a report, as `kiosk diag report` does."""
        from kiosk.edge.commands import diag_report

        arguments = Namespace(**{**vars(self._arguments), "seconds": None, "save": None})
        said = io.StringIO()
        diag_report.execute(arguments, said)
        return said.getvalue().strip()

    def probe(self) -> Mapping[str, Any]:
        """Ask the ports, as `kiosk diag check` does where no lane runs."""
        from kiosk.edge.diag.probing import probed

        config = load(config_file(self._arguments.config))
        return probed(config, None, None)

    def surroundings(self) -> Mapping[str, str]:
        """Clock, disk and network."""
        from kiosk.edge.diag.surroundings import surroundings

        return surroundings(self.config)

    def _address(self) -> str:
        if self._arguments.socket is not None:
            return str(self._arguments.socket)
        # Read anew each time: mending kiosk.toml is what a technician may be here for.
        address = address_of(load(config_file(self._arguments.config)))
        if address is None:
            raise NoLane("[diag] listen is none: nobody can look into this lane")
        return address

    def _load(self) -> Config | None:
        try:
            return load(config_file(self._arguments.config))
        except ConfigError:
            if self._arguments.socket is None:
                raise
            return None
