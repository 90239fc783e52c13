"""The other end of the diagnostic socket: lines out, records in, for commands that wait."""

import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from kiosk.config import load
from kiosk.edge.diag.address import address_of
from kiosk.edge.sockets.loopback import local_address
from kiosk.errors import ConfigError, KioskError, UsageError

ANSWER_S: Final = 3.0
"""How long a lane may take to answer: it writes its journal off its loop."""

LINE_BYTES_MAX: Final = 1024 * 1024
"""The longest record of a lane: a snapshot has some 10 KB."""

PLACES: Final = (Path("kiosk.toml"), Path("/etc/kiosk/kiosk.toml"))
"""Where a configuration is looked for that nobody names."""


class NoLane(KioskError):
    """No lane listens there."""

    exit_code = 3


def no_port(name: str, ports: list[str]) -> UsageError:
    """Somebody wants to see a port that this lane does not have."""
    return UsageError(f"{name}: this lane has no such port; expected one of {', '.join(ports)}")


def config_file(named: Path | None) -> Path:
    """The configuration that is meant. Raises ConfigError where none is found."""
    if named is not None:
        return named
    for place in PLACES:
        if place.exists():
            return place
    looked = " nor ".join(map(str, PLACES))
    raise ConfigError((f"expected a configuration, found neither {looked}: give --config FILE",))


def connected(config: Path | None, address: str | None) -> "LaneClient":
    """The lane that is meant, greeted. Raises NoLane."""
    if address is None:
        file = config_file(config)
        address = address_of(load(file))
        if address is None:
            raise NoLane(f"{file}: [diag] listen is none, so that nobody can look into this lane")
    return LaneClient(address)


class LaneClient:
    """A connection to one lane; use it in a `with`."""

    def __init__(self, address: str) -> None:
        try:
            where = local_address(address)
        except ValueError as error:
            raise UsageError(str(error)) from None
        family = socket.AF_UNIX if isinstance(where, str) else socket.AF_INET
        if not isinstance(where, str) and ":" in where[0]:
            family = socket.AF_INET6
        self._socket = socket.socket(family, socket.SOCK_STREAM)
        self._unread = b""
        try:
            self._socket.settimeout(ANSWER_S)
            self._socket.connect(where)
            greeting = self.hear(ANSWER_S)
        except PermissionError:
            self._socket.close()
            raise NoLane(f"{address}: this user may not look into the lane; be its user") from None
        except OSError as error:
            self._socket.close()
            raise NoLane(f"{address}: no lane runs here ({error.strerror or error})") from None
        if greeting is None or "hello" not in greeting:
            self._socket.close()
            why = (greeting or {}).get("error", "it does not greet")
            raise NoLane(f"{address}: no lane that can be looked into ({why})")
        self.hello: dict[str, Any] = greeting["hello"]

    def __enter__(self) -> "LaneClient":
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def say(self, do: str, **more: Any) -> None:
        """Ask for something. Raises NoLane where the lane is gone."""
        try:
            self._socket.settimeout(ANSWER_S)
            self._socket.sendall(json.dumps({"do": do, **more}).encode() + b"\n")
        except OSError as error:
            raise NoLane(f"the lane hung up ({error.strerror or error})") from None

    def hear(self, within_s: float) -> dict[str, Any] | None:
        """The next record, or None if none came in time. Raises NoLane where the lane is gone."""
        ends = time.monotonic() + within_s
        while b"\n" not in self._unread:
            left_s = ends - time.monotonic()
            if left_s <= 0 or not self._receive(left_s):
                return None
        line, _, self._unread = self._unread.partition(b"\n")
        try:
            record: dict[str, Any] = json.loads(line)
        except ValueError:
            raise NoLane("what answers there is no lane: it speaks no JSON") from None
        return record

    def records(self, for_s: float | None) -> Iterator[dict[str, Any]]:
        """Every record, until so many seconds are over."""
        ends = None if for_s is None else time.monotonic() + for_s
        while ends is None or time.monotonic() < ends:
            left_s = 1.0 if ends is None else min(1.0, ends - time.monotonic())
            record = self.hear(max(left_s, 0.001))
            if record is not None:
                yield record

    def snapshot(self) -> dict[str, Any]:
        """What the lane is now."""
        self.say("snapshot")
        for record in self.records(ANSWER_S):
            if "snapshot" in record:
                told: dict[str, Any] = record["snapshot"]
                return told
        raise NoLane(f"the lane did not answer within {ANSWER_S:.0f} s")

    def _receive(self, left_s: float) -> bool:
        try:
            self._socket.settimeout(left_s)
            data = self._socket.recv(65536)
        except TimeoutError:
            return False
        except OSError as error:
            raise NoLane(f"the lane hung up ({error.strerror or error})") from None
        if not data or len(self._unread) > LINE_BYTES_MAX:
            raise NoLane("the lane hung up")
        self._unread += data
        return True
