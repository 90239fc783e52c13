"""Brings a gateway's notices to the merchant's address over HTTP, on a thread of its own.

Only to this machine: whatever address an order names, a simulator calls nobody else.
"""

from collections import deque
from http.client import HTTPConnection, HTTPException
from queue import Full, Queue
from threading import Thread
from typing import Final
from urllib.parse import urlsplit

from kiosk_hw.ports.party import NEVER
from kiosk_sim.devices.gateway.gateway import Gateway
from kiosk_sim.devices.gateway.messages import Notice

WAITING_MAX: Final = 256
"""Notices that wait for the thread; one more counts as not heard, and comes again later."""

PATIENCE_S: Final = 5.0
"""What the merchant's address may take (both providers: 5 s)."""

ANSWER_BYTES_MAX: Final = 4_096
"""What is read of an answer: the word success, or a small JSON."""

LOOK_S: Final = 0.02
"""How often the thread's answers are looked for while there are some to come."""

OURS: Final = frozenset({"127.0.0.1", "::1", "localhost"})


class Notifier:
    """A party of the real-time loop. `to` (HOST, PORT) takes the place of each address's host."""

    def __init__(self, gateway: Gateway, to: tuple[str, int] | None = None) -> None:
        self.unreachable = 0
        """Notices whose address is not on this machine, or was not answered."""
        self._gateway = gateway
        self._to = to
        self._under_way = 0
        self._look_at = NEVER
        self._out: Queue[Notice | None] = Queue(WAITING_MAX)
        self._answers: deque[tuple[int, int, bytes]] = deque()
        self._thread = Thread(target=self._bring_all, name="notices", daemon=True)
        self._thread.start()

    def __repr__(self) -> str:
        return f"<Notifier under_way={self._under_way} unreachable={self.unreachable}>"

    def deadline(self) -> float:
        """When the gateway has something to do, or an answer may have come."""
        return min(self._gateway.deadline(), self._look_at)

    def tick(self, now: float) -> None:
        """Take what is due to the thread, and its answers to the gateway."""
        for notice in self._gateway.take_notices(now):
            try:
                self._out.put_nowait(notice)
            except Full:
                self.unreachable += 1
                continue
            self._under_way += 1
        while self._answers:
            number, status, body = self._answers.popleft()
            self._under_way -= 1
            self.unreachable += status == 0
            self._gateway.notice_answered(number, status, body, now)
        self._look_at = now + LOOK_S if self._under_way else NEVER

    def close(self) -> None:
        """Let the thread end when it is through with the notice it has."""
        while not self._out.empty():
            self._out.get_nowait()
        self._out.put(None)
        self._thread.join(2 * PATIENCE_S)

    # On the thread.

    def _bring_all(self) -> None:
        while (notice := self._out.get()) is not None:
            self._answers.append((notice.number, *self._bring(notice)))

    def _bring(self, notice: Notice) -> tuple[int, bytes]:
        parts = urlsplit(notice.url)
        host, port = self._to or (parts.hostname or "", parts.port or 80)
        if host not in OURS or (self._to is None and parts.scheme != "http"):
            return 0, b""
        link = HTTPConnection(host, port, timeout=PATIENCE_S)
        try:
            target = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
            link.request("POST", target, notice.body, dict(notice.headers))
            answer = link.getresponse()
            return answer.status, answer.read(ANSWER_BYTES_MAX)
        except (OSError, HTTPException, ValueError):
            return 0, b""
        finally:
            link.close()
