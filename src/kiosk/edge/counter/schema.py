"""The counter's tables, as SQL, and how many rows each may have. No code that runs it lives here.

Nothing in them outlives a day, and nothing names a driver: plates come masked, tokens hashed. Every
row has an end, `until_us`.
"""

from typing import Final

VERSION: Final = 3
"""A file of another version is begun anew: nothing in it is worth a migration."""

ENDED_S: Final = 900.0
"""How long the page says what became of an order that is over."""

PAGES_MAX: Final = 4096
"""SQLite's pages of 4 KiB: 16 MiB, all tables full."""

OFFERS_MAX: Final = 256
"""Orders of all lanes of a site that are payable now or were a moment ago."""

TAPS_MAX: Final = 256
"""Taps that no lane has taken yet; a lane takes them every 50 ms."""

PAYMENTS_MAX: Final = 2048
"""Taps elsewhere whose end the page still tells: some a second for the quarter of an hour."""

NOTICES_MAX: Final = 64
"""Notifications in the file. Gateways are asked anyway, so that one too many is no loss."""

RECEIPTS_MAX: Final = 8192
"""Receipts of a day; the busiest sites have some thousand exits."""

TABLES: Final = (
    """CREATE TABLE lanes (
        lane TEXT PRIMARY KEY,
        gateways TEXT NOT NULL,
        until_us INTEGER NOT NULL
    )""",
    """CREATE TABLE pages (
        page TEXT PRIMARY KEY,
        until_us INTEGER NOT NULL
    )""",
    """CREATE TABLE offers (
        order_id TEXT PRIMARY KEY,
        mark BLOB NOT NULL UNIQUE,
        lane TEXT NOT NULL,
        plate TEXT NOT NULL,
        amount_minor INTEGER NOT NULL,
        currency TEXT NOT NULL,
        state TEXT NOT NULL,
        gateway TEXT NOT NULL DEFAULT '',
        link TEXT NOT NULL DEFAULT '',
        why TEXT NOT NULL DEFAULT '',
        until_us INTEGER NOT NULL
    )""",
    """CREATE TABLE payments (
        request_id TEXT PRIMARY KEY,
        lane TEXT NOT NULL,
        amount_minor INTEGER NOT NULL,
        currency TEXT NOT NULL,
        state TEXT NOT NULL,
        receipt_id TEXT NOT NULL DEFAULT '',
        link TEXT NOT NULL DEFAULT '',
        why TEXT NOT NULL DEFAULT '',
        until_us INTEGER NOT NULL
    )""",
    """CREATE TABLE taps (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        request_id TEXT NOT NULL UNIQUE,
        lane TEXT NOT NULL,
        stay_id TEXT NOT NULL,
        amount_minor INTEGER NOT NULL,
        currency TEXT NOT NULL,
        gateway TEXT NOT NULL,
        payer_address TEXT NOT NULL,
        until_us INTEGER NOT NULL
    )""",
    """CREATE TABLE notices (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        gateway TEXT NOT NULL,
        headers TEXT NOT NULL,
        body BLOB NOT NULL,
        until_us INTEGER NOT NULL
    )""",
    """CREATE TABLE receipts (
        receipt_id TEXT PRIMARY KEY,
        mark BLOB NOT NULL UNIQUE,
        amount_minor INTEGER NOT NULL,
        currency TEXT NOT NULL,
        lines TEXT NOT NULL,
        paid_by TEXT NOT NULL,
        issued_us INTEGER NOT NULL,
        until_us INTEGER NOT NULL
    )""",
)

NAMES: Final = ("lanes", "pages", "offers", "payments", "taps", "notices", "receipts")
"""All tables; each has `until_us`."""
