"""`kiosk journal`: prints the journal's last rows, or the payments that a person must settle."""

from argparse import Namespace
from typing import TextIO

from kiosk.config import load
from kiosk.edge.composition import open_store
from kiosk.edge.store.inspection import last_rows


def execute(arguments: Namespace, out: TextIO) -> int:
    """Print one line for each row; a journal holds no plate."""
    config = load(arguments.config)
    # Asked first in either case: opening the store itself would create one where there is none.
    rows = last_rows(config.store.folder, 1 if arguments.unresolved else arguments.rows)
    if not arguments.unresolved:
        for row in rows:
            when = row.written_utc.isoformat(" ", "milliseconds")
            out.write(f"{row.seq:8} {when} {row.exit_id or '-':12} {row.kind:18} {row.body}\n")
        return 0
    store = open_store(config)
    try:
        for order in store.unresolved():
            when = order.noted_utc.isoformat(" ", "seconds")
            out.write(f"{when} {order.order_id} {order.stay_id} {order.amount} {order.why}\n")
    finally:
        store.close()
    return 0
