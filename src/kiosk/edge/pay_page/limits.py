"""The limits of the pay page: how often one source, one token, one plate and all together may ask.

Many drivers may share one address (a mall's Wi-Fi, a mobile network), so what one source may do is
generous, and what it could harm is held by the limits of each plate, each token, and of all.
"""

# ruff: noqa: RUF009 - Rate is frozen: a default that nobody can change.

from collections.abc import Hashable
from dataclasses import dataclass, field

from kiosk.screens.pay.limits import Buckets, Rate


@dataclass(slots=True, kw_only=True)
class Limits:
    """One bucket table for each; a test or a measurement may set others."""

    requests: Rate = Rate(120, 0.1)
    """Of one source: 120 at once, then ten a second."""
    requests_of_all: Rate = Rate(600, 1 / 300)
    """Of all: 300 a second, well below what one core answers."""
    token: Rate = Rate(30, 0.5)
    """Of one token: a page that waits asks every 2 s."""
    plates: Rate = Rate(20, 6.0)
    """Plates looked up by one source: 20 at once, then ten a minute."""
    plates_of_all: Rate = Rate(60, 0.5)
    """Plates looked up by all: two a second. All 45 million of one city would take 260 days."""
    plate: Rate = Rate(6, 120.0)
    """How often one plate is looked up: nobody watches a car from afar."""
    taps: Rate = Rate(12, 5.0)
    """Taps of one source."""
    opened: Rate = Rate(12, 5.0)
    """Pages of lanes that one source opens and that have an order made before any tap."""
    notices: Rate = Rate(120, 0.05)
    """Notifications of all: each costs every lane the check of a signature."""


@dataclass(slots=True)
class Limiter:
    """The buckets of one page process."""

    limits: Limits = field(default_factory=Limits)
    _buckets: dict[str, Buckets] = field(default_factory=dict)

    def take(self, what: str, who: Hashable, now: float) -> bool:
        """Take one of `what` for `who`; False if there is none left."""
        buckets = self._buckets.get(what)
        if buckets is None:
            buckets = self._buckets[what] = Buckets(getattr(self.limits, what))
        return buckets.take(who, now)
