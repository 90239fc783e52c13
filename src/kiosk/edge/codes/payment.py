"""Puts payment by code together for one lane: its gateways, its page's addresses, the counter.

Nothing is decided here. The key that makes addresses unguessable lives as long as the process.
"""

import secrets
from collections.abc import Callable
from typing import Any, Final

from kiosk.config import Config
from kiosk.core.lane.codes.bill import nowhere
from kiosk.core.lane.codes.desk import CodePayment
from kiosk.edge.counter.lane_side import LaneSide
from kiosk.edge.counter.port import CounterPort, Post
from kiosk.edge.counter.tokens import PageAddresses
from kiosk.edge.counter.words import COUNTER_NAME

KEY_BYTES: Final = 32
"""As long as the hash's output, as RFC 2104 section 3 advises."""


def addresses_of(config: Config) -> PageAddresses | None:
    """Where this lane's orders and receipts are on the public page; None without one."""
    if config.codes is None or config.codes.page_url is None:
        return None
    return PageAddresses(config.codes.page_url, secrets.token_bytes(KEY_BYTES))


def payment_of(config: Config, addresses: PageAddresses | None) -> CodePayment | None:
    """What the lane needs to know of its gateways and of its page."""
    if config.codes is None:
        return None
    return CodePayment(
        tuple(config.codes.gateways),
        None if addresses is None else addresses.offer_url,
        nowhere if addresses is None else addresses.return_url,
        config.codes.ask_ms / 1000,
    )


def counter_of(
    config: Config, addresses: PageAddresses | None, post: Post, tell: Callable[[Any], None]
) -> CounterPort | None:
    """The way between this lane and the pay page; None without a public page."""
    if config.codes is None or addresses is None:
        return None
    path = config.store.folder / COUNTER_NAME
    side = LaneSide(path, config.lane.name, tuple(config.codes.gateways), addresses)
    return CounterPort(side, post, tell)
