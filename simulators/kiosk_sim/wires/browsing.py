"""A phone's browser: brings a code of the pay page to the payment, on a thread of its own.

Blocking HTTP must not hold up the loop that serves the devices, and the gateway, of this very lane.
"""

import re
from collections import deque
from http.client import HTTPConnection, HTTPException
from queue import Full, Queue
from threading import Thread
from typing import Final
from urllib.parse import urlencode, urlsplit

PATIENCE_S: Final = 10.0
"""What the page may take: a lane gives its link within 6 s, or never."""

PAGE_BYTES_MAX: Final = 65_536
"""What is read of a page; ours have 4 KiB."""

VISITS_MAX: Final = 16
"""Visits that wait for the thread: one driver stands before a screen at a time."""

OURS: Final = frozenset({"127.0.0.1", "::1", "localhost"})
"""Pages on this machine alone are visited, whatever a code says."""

FORM: Final = "application/x-www-form-urlencoded"

_TICKET: Final = re.compile(r'name="ticket" value="([A-Z2-7]+)"')
_BUTTON: Final = re.compile(r'<button name="gateway" value="([a-z_]+)"')


class Browser:
    """Opens a page, taps one of its buttons, and says where that leads."""

    def __init__(self) -> None:
        self.under_way = 0
        self._visits: Queue[tuple[str, int] | None] = Queue(VISITS_MAX)
        self._found: deque[tuple[str, str]] = deque()
        self._thread = Thread(target=self._visit_all, name="browser", daemon=True)
        self._thread.start()

    def __repr__(self) -> str:
        return f"<Browser under_way={self.under_way}>"

    def open(self, url: str, button: int) -> bool:
        """Open this page and tap its button of this number; False when too many wait."""
        try:
            self._visits.put_nowait((url, button))
        except Full:
            return False
        self.under_way += 1
        return True

    def found(self) -> list[tuple[str, str]]:
        """(the page, the link that it led to or "") of the visits that are over."""
        over = [self._found.popleft() for _ in range(len(self._found))]
        self.under_way -= len(over)
        return over

    def close(self) -> None:
        """Let the thread end when it is through with the page it has."""
        while not self._visits.empty():
            self._visits.get_nowait()
        self._visits.put(None)
        self._thread.join(2 * PATIENCE_S)

    # On the thread.

    def _visit_all(self) -> None:
        while (visit := self._visits.get()) is not None:
            self._found.append((visit[0], pay_link(*visit)))


def pay_link(url: str, button: int = 0, plate: str = "") -> str:
    """Where a tap on this page's button leads, or "" where there is none to tap.

    `plate` is entered first, where the page is the one of a posted code.
    """
    parts = urlsplit(url)
    if parts.hostname not in OURS or parts.scheme != "http":
        return ""
    where = (parts.hostname, parts.port or 80, parts.path or "/")
    try:
        page, _ = _asked(*where, form={"plate": plate} if plate else None)
        ticket, buttons = _TICKET.search(page), _BUTTON.findall(page)
        if ticket is None or not buttons:
            return ""
        tapped = {"ticket": ticket[1], "gateway": buttons[button % len(buttons)]}
        return _asked(*where, form=tapped)[1]
    except (OSError, HTTPException, ValueError):
        return ""


def _asked(host: str, port: int, path: str, *, form: dict[str, str] | None) -> tuple[str, str]:
    """The page, and where its answer leads."""
    link = HTTPConnection(host, port, timeout=PATIENCE_S)
    try:
        if form is None:
            link.request("GET", path)
        else:
            link.request("POST", path, urlencode(form), {"Content-Type": FORM})
        answer = link.getresponse()
        page = answer.read(PAGE_BYTES_MAX).decode("utf-8", "replace")
        return page, answer.getheader("Location") or ""
    finally:
        link.close()
