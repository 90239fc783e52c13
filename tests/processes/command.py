"""A command as its users start it: a process of its own, its words as they come, and its end."""

import os
import resource
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from signal import SIG_DFL, SIGHUP, SIGKILL, SIGTERM, Signals, signal
from types import TracebackType
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]

SAID_BYTES_MAX: Final = 10_000_000
"""More than any command here says; a runaway is killed instead of filling the memory."""


class Command:
    """One process; leaving the block kills it and whatever it started."""

    def __init__(
        self,
        module: str,
        *arguments: str | Path,
        env: Mapping[str, str] | None = None,
        file_bytes_max: int | None = None,
        stdout: int | None = None,
    ) -> None:
        """`file_bytes_max` lets every file that it writes fill up, as on a full disk.

        It heeds a hang-up, even where these tests were started by `nohup`.
        """
        paths = os.pathsep.join(str(ROOT / name) for name in ("src", "hw", "simulators"))
        self.name = f"{module} {' '.join(map(str, arguments))}"
        self.said = ""
        self._more = threading.Condition()

        def prepared() -> None:
            signal(SIGHUP, SIG_DFL)
            if file_bytes_max is not None:
                resource.setrlimit(resource.RLIMIT_FSIZE, (file_bytes_max,) * 2)

        self.process = subprocess.Popen(
            [sys.executable, "-u", "-m", module, *map(str, arguments)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if stdout is None else stdout,
            stderr=subprocess.STDOUT,
            env={**os.environ, "PYTHONPATH": paths, **(env or {})},
            start_new_session=True,
            preexec_fn=prepared,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> "Command":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.kill()

    @property
    def pid(self) -> int:
        return self.process.pid

    def wait_for(self, text: str, by_s: float = 10.0, count: int = 1) -> str:
        """Until it has said `text` so often; returns all that it said."""
        with self._more:
            there = self._more.wait_for(lambda: self.said.count(text) >= count, by_s)
        assert there, f"{self.name}: no {text!r} within {by_s} s:\n{self.said}"
        return self.said

    def tell(self, number: Signals) -> None:
        self.process.send_signal(number)

    def ends(self, by_s: float = 5.0) -> int:
        """Its exit code, once it has ended by itself and said its last word."""
        try:
            code = self.process.wait(by_s)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"{self.name} still runs:\n{self.said}") from None
        self._reader.join(by_s)
        return code

    def stop(self, number: Signals = SIGTERM, by_s: float = 5.0) -> int:
        """Its exit code after this signal."""
        self.tell(number)
        return self.ends(by_s)

    def kill(self) -> None:
        """`kill -9`, for it and its children."""
        try:
            os.killpg(self.process.pid, SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait(5.0)
        self._reader.join(5.0)
        if self.process.stdout is not None:
            self.process.stdout.close()

    def _read(self) -> None:
        if self.process.stdout is None:
            return
        fd = self.process.stdout.fileno()
        pending = b""
        while data := os.read(fd, 65536):
            pending += data
            whole = pending.rfind(b"\n") + 1
            with self._more:
                self.said += pending[:whole].decode("utf-8", "replace")
                self._more.notify_all()
            pending = pending[whole:]
            if len(self.said) > SAID_BYTES_MAX:
                self.process.kill()
        with self._more:
            self.said += pending.decode("utf-8", "replace")
            self._more.notify_all()


def ran(module: str, *arguments: str | Path, by_s: float = 20.0) -> tuple[int, str]:
    """The exit code and all words of a command that ends by itself."""
    with Command(module, *arguments) as command:
        return command.ends(by_s), command.said
