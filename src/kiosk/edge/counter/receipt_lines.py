"""The lines of a receipt as the counter's file keeps them: one JSON text. No SQL lives here."""

import json
from datetime import UTC, datetime
from typing import Final

from kiosk.core.receipt import Charge, ReceiptLine

LINES_MAX: Final = 32
"""Lines of one receipt; a tariff explains a month in fewer."""


def written(lines: tuple[ReceiptLine, ...]) -> str:
    """These lines, no more than `LINES_MAX`; times in seconds since 1970."""
    return json.dumps(
        [
            (
                *(each.charge.value, each.amount_minor, each.count, each.instead_minor),
                *(_seconds(each.begin), _seconds(each.end)),
            )
            for each in lines[:LINES_MAX]
        ]
    )


def read(text: str) -> tuple[ReceiptLine, ...]:
    """The lines again, their times in UTC."""
    return tuple(
        ReceiptLine(Charge(charge), minor, count, instead, _moment(begin), _moment(end))
        for charge, minor, count, instead, begin, end in json.loads(text)
    )


def _seconds(moment: datetime | None) -> int | None:
    return None if moment is None else int(moment.timestamp())


def _moment(seconds: int | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
