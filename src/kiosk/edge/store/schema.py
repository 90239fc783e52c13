"""The tables of the two database files, as SQL. No code that runs it lives here.

A file's version is the number of migrations that it has been through. A migration is never changed
once it has been released; a new one is added behind it.
"""

from typing import Final

Migration = tuple[str, ...]

JOURNAL_MIGRATIONS: Final[tuple[Migration, ...]] = (
    (
        # The journal proper. `seq` is the order of writing and holds when the clock jumps.
        """CREATE TABLE journal (
            seq INTEGER PRIMARY KEY,
            utc_us INTEGER NOT NULL,
            exit_id TEXT NOT NULL,
            kind TEXT NOT NULL,
            body TEXT NOT NULL
        )""",
        """CREATE TRIGGER journal_is_never_changed BEFORE UPDATE ON journal
            BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END""",
        """CREATE TRIGGER journal_is_never_deleted BEFORE DELETE ON journal
            BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END""",
        # Partial, so that only the two rows that a restart asks for cost an index entry.
        """CREATE INDEX journal_openings ON journal (exit_id, kind)
            WHERE kind IN ('opening-ordered', 'barrier-opened')""",
        # What the journal amounts to now, kept in the same transaction.
        """CREATE TABLE stays (
            seq INTEGER PRIMARY KEY,
            stay_id TEXT NOT NULL UNIQUE,
            day TEXT NOT NULL,
            fingerprint BLOB NOT NULL,
            vehicle_class TEXT NOT NULL,
            entered_us INTEGER NOT NULL,
            closed_us INTEGER,
            closed_because TEXT,
            superseded_by TEXT
        )""",
        "CREATE INDEX stays_by_fingerprint ON stays (fingerprint)",
        "CREATE INDEX stays_by_day ON stays (day, closed_us)",
        """CREATE INDEX stays_superseded ON stays (superseded_by)
            WHERE superseded_by IS NOT NULL""",
        """CREATE TABLE payments (
            seq INTEGER PRIMARY KEY,
            order_id TEXT UNIQUE,
            stay_id TEXT NOT NULL,
            amount_minor INTEGER NOT NULL,
            currency TEXT NOT NULL,
            paid_us INTEGER NOT NULL
        )""",
        "CREATE INDEX payments_by_stay ON payments (stay_id)",
        """CREATE TABLE orders (
            seq INTEGER PRIMARY KEY,
            order_id TEXT NOT NULL UNIQUE,
            exit_id TEXT NOT NULL,
            stay_id TEXT NOT NULL,
            amount_minor INTEGER NOT NULL,
            currency TEXT NOT NULL,
            last_receipt_no INTEGER,
            held_receipt_no INTEGER,
            state TEXT NOT NULL,
            why TEXT NOT NULL DEFAULT '',
            changed_us INTEGER NOT NULL
        )""",
        "CREATE INDEX orders_without_end ON orders (state) WHERE state IN ('open', 'unresolved')",
        """CREATE TABLE seasons (
            fingerprint BLOB NOT NULL,
            valid_from_us INTEGER NOT NULL,
            valid_until_us INTEGER NOT NULL
        )""",
        "CREATE INDEX seasons_by_fingerprint ON seasons (fingerprint)",
    ),
    (
        # Orders that are paid by code: at which gateway, and whether their money goes back.
        "ALTER TABLE orders ADD COLUMN gateway TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE orders ADD COLUMN reference TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE orders ADD COLUMN refund_id TEXT NOT NULL DEFAULT ''",
    ),
    (
        # What had been paid when an order was priced: more than that came besides it.
        "ALTER TABLE orders ADD COLUMN paid_before_minor INTEGER NOT NULL DEFAULT 0",
    ),
)

KEY_MIGRATIONS: Final[tuple[Migration, ...]] = (
    (
        """CREATE TABLE keys (
            seq INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE,
            key BLOB NOT NULL
        )""",
    ),
)
