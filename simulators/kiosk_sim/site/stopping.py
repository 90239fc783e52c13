"""How a serving simulator is stopped: by the signals of a terminal, a shell or a service."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from signal import SIG_IGN, SIGHUP, SIGINT, SIGTERM, getsignal, signal


@contextmanager
def stopped_by_signals(stop: Callable[[], None]) -> Iterator[None]:
    """Inside, SIGTERM, SIGINT and SIGHUP call `stop`; before and after they do what they did.

    A hang-up that is ignored stays so: `nohup` asks for it.
    """
    wanted = [SIGTERM, SIGINT]
    if getsignal(SIGHUP) is not SIG_IGN:
        wanted.append(SIGHUP)
    before = {number: signal(number, lambda *_: stop()) for number in wanted}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal(number, handler)
