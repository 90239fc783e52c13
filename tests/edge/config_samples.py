"""The least configurations of an exit and an entry lane, and ways to spoil them."""

import pytest

from kiosk.config import parse
from kiosk.errors import ConfigError

EXIT = """
[lane]
name = "exit-1"

[store]
folder = "state"

[barrier]
model = "waveshare_relay_d"
port = "/dev/barrier"

[camera]
model = "nedap_raw"
port = "/dev/camera"

[terminal]
model = "zvt_serial"
port = "/dev/terminal"
password_file = "terminal.password"

[tariff]
currency = "EUR"
block_min = 60
block_amount_minor = 200
"""
"""The least that an exit lane needs."""

ENTRY = EXIT[: EXIT.index("[terminal]")].replace('"exit-1"', '"entry-1"\nrole = "entry"')


def with_key(table: str, key: str, value: str) -> str:
    """`EXIT`, with this key set in its table, or in a table of its own."""
    lines = EXIT.splitlines()
    kept = [
        line for line in lines if not (line.startswith(f"{key} =") and _table_of(line) == table)
    ]
    at = kept.index(f"[{table}]") + 1 if f"[{table}]" in kept else len(kept)
    new = [f"{key} = {value}"] if at < len(kept) else [f"[{table}]", f"{key} = {value}"]
    return "\n".join([*kept[:at], *new, *kept[at:]])


def _table_of(line: str) -> str:
    return EXIT[: EXIT.index(line)].rsplit("[", 1)[1].partition("]")[0]


def faults(text: str) -> list[str]:
    """What is said about this text, which cannot be used."""
    with pytest.raises(ConfigError) as raised:
        parse(text)
    return list(raised.value.faults)


def faults_if_any(text: str) -> list[str]:
    """What is said about this text; nothing where it can be used."""
    try:
        parse(text)
    except ConfigError as error:
        return list(error.faults)
    return []
