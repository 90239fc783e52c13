"""When a gateway tells the merchant by itself, again and again until it is heard. Sends nothing."""

from collections import deque
from dataclasses import dataclass
from random import Random
from typing import Final, Protocol

from kiosk_hw.ports.party import NEVER
from kiosk_sim.devices.gateway.faults import NOTICE, Fault, Faults
from kiosk_sim.devices.gateway.messages import Headers, Notice
from kiosk_sim.devices.gateway.orders import News

FIRST_S: Final = 0.2
"""From the payment to the first notice."""

LATE_S: Final = 10.0
"""How late a late notice is."""

REPLAY_S: Final = 600.0
"""After how long an old notice is played again: twice as long as it is fresh."""

WECHAT_AFTER_S: Final = (
    *(15.0, 15.0, 30.0, 180.0, 600.0, 1_200.0, 1_800.0, 1_800.0, 1_800.0, 3_600.0),
    *(10_800.0, 10_800.0, 10_800.0, 21_600.0, 21_600.0),
)
"""15/15/30 s, 3/10/20 min, 30 min x3, 60 min, 3 h x3, 6 h x2: 24 h 4 min in all (APIv3 manual)."""

ALIPAY_AFTER_S: Final = (240.0, 600.0, 600.0, 3_600.0, 7_200.0, 21_600.0, 54_000.0)
"""4 m, 10 m, 10 m, 1 h, 2 h, 6 h, 15 h (open platform, asynchronous notices)."""

PENDING_MAX: Final = 1_000
"""Notices under way: a thousand payments that nobody hears of. The oldest is given up first."""

REPLAYS_MAX: Final = 100
"""Old notices waiting to be played again."""


class Teller(Protocol):
    """The face that words and signs a notice, and knows when it was heard."""

    def notice(self, news: News, now_s: float, number: int) -> tuple[Headers, bytes]: ...
    def is_heard(self, status: int, body: bytes) -> bool: ...


@dataclass(slots=True)
class _Pending:
    news: News
    teller: Teller
    url: str
    after_s: tuple[float, ...]
    at: float
    attempt: int = 0


class Notices:
    """Every notice that was not heard yet. `now` is the gateway's running time."""

    def __init__(self, faults: Faults, rng: Random) -> None:
        self.given_up = 0
        """Notices that were never heard, or had no room."""
        self._faults = faults
        self._rng = rng
        self._numbers = 0
        self._pending: dict[int, _Pending] = {}
        self._replays: deque[tuple[float, Notice]] = deque(maxlen=REPLAYS_MAX)

    def __repr__(self) -> str:
        return f"<Notices pending={len(self._pending)} given_up={self.given_up}>"

    def add(
        self, news: News, teller: Teller, url: str, after_s: tuple[float, ...], now: float
    ) -> None:
        """Tell this news at this address from now on; without an address nobody is told."""
        if not url or self._faults.due(Fault.NOTICE_LOST, NOTICE):
            return
        if len(self._pending) >= PENDING_MAX:
            del self._pending[next(iter(self._pending))]
            self.given_up += 1
        late_s = LATE_S if self._faults.due(Fault.NOTICE_LATE, NOTICE) else 0.0
        self._numbers += 1
        self._pending[self._numbers] = _Pending(news, teller, url, after_s, now + FIRST_S + late_s)

    def due(self, now: float, now_s: float) -> list[Notice]:
        """What leaves now, signed now; `now_s` is the wall clock that the notices bear."""
        leaving: list[Notice] = []
        for number, pending in list(self._pending.items()):
            if pending.at <= now:
                leaving += self._attempt(number, pending, now, now_s)
        while self._replays and self._replays[0][0] <= now:
            leaving.append(self._replays.popleft()[1])
        return leaving

    def answered(self, number: int, status: int, body: bytes) -> None:
        """The merchant's address answered this notice; 0 stands for no answer at all."""
        pending = self._pending.get(number)
        if pending is not None and pending.teller.is_heard(status, body):
            del self._pending[number]

    def deadline(self) -> float:
        """When something leaves next."""
        due = min((pending.at for pending in self._pending.values()), default=NEVER)
        return min(due, self._replays[0][0]) if self._replays else due

    def _attempt(self, number: int, pending: _Pending, now: float, now_s: float) -> list[Notice]:
        headers, body = pending.teller.notice(pending.news, now_s, number)
        if pending.attempt < len(pending.after_s):
            pending.at = now + pending.after_s[pending.attempt]
            pending.attempt += 1
        else:
            # The last attempt: whatever the answer is, nothing follows.
            del self._pending[number]
            self.given_up += 1
        if self._faults.due(Fault.NOTICE_TAMPERED, NOTICE):
            body = self._tampered(body)
        notice = Notice(number, pending.url, headers, body)
        if self._faults.due(Fault.NOTICE_REPLAYED, NOTICE):
            self._replays.append((now + REPLAY_S, notice))
        return [notice] * (2 if self._faults.due(Fault.NOTICE_TWICE, NOTICE) else 1)

    def _tampered(self, body: bytes) -> bytes:
        """One letter of it becomes another, so that it is still text."""
        letters = [at for at, byte in enumerate(body) if chr(byte).isalpha() and byte < 128]
        at = self._rng.choice(letters)
        other = b"x" if body[at : at + 1] != b"x" else b"y"
        return body[:at] + other + body[at + 1 :]
