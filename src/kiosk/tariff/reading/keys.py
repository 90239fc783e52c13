"""How a key of a tariff file is declared. No key is named here."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from kiosk.tariff.reading.spelling import Reader


class Shape(Enum):
    """How tables of one key stand in the file."""

    ONE = "a table"
    NAMED = "tables with names"
    LIST = "a list of tables"


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One key with a value."""

    read: Reader
    purpose: str
    default: object = None
    required: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One key with a table, or several, under it."""

    keys: Mapping[str, "Item"]
    shape: Shape
    purpose: str
    most: int = 1
    required: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairs:
    """One key with a table whose own keys are free."""

    left: Reader
    right: Reader
    purpose: str
    most: int
    required: bool = False


Item = Key | Table | Pairs
