"""How a key of `kiosk.toml` is declared, and what its metadata may say. No key is named here.

`purpose` (units stand last in a key's name), `low` and `high`, `choices`, `read` (a function of
`spelling`), `catalog` (the folder of models), `example` (for the sample file), `secret` (never
shown) and `idle` (a comment in the sample file) are all that checker, messages and sample know.
"""

from collections.abc import Callable
from dataclasses import MISSING, field
from typing import Any


def key(
    purpose: str, *, default: Any = MISSING, read: Callable[[str], Any] | None = None, **more: Any
) -> Any:
    """One key; like `dataclasses.field`, it is typed as whatever the key holds.

    With `read`, a default text is given as the file would spell it.
    """
    metadata = {"purpose": purpose, **more}
    if read is not None:
        metadata["read"] = read
        if isinstance(default, str):
            metadata["example"], default = default, read(default)
    return field(default=default, metadata=metadata, repr=not more.get("secret"))


def table(kind: type, purpose: str) -> Any:
    """A table within a table; without it, all its keys have their defaults."""
    return field(default_factory=kind, metadata={"purpose": purpose})
