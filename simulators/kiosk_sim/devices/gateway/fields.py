"""What may stand in a request's body: rules as tables, and the first breach in words."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol


@dataclass(frozen=True, slots=True)
class Text:
    """A string of so many characters, of one form."""

    low: int = 1
    high: int = 128
    form: str = ""
    required: bool = False

    def breach(self, value: object) -> str:
        """What is wrong with it; empty when nothing is."""
        if not isinstance(value, str):
            return f"expected a string, got {_kind(value)}"
        if not self.low <= len(value) <= self.high:
            return f"expected {self.low} to {self.high} characters, got {len(value)}"
        if not value.isascii() and any("\ud800" <= char <= "\udfff" for char in value):
            return "expected whole characters, got half of a pair"
        if self.form and not re.fullmatch(self.form, value, re.ASCII):
            return f"expected the form {self.form}"
        return ""


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number between two bounds."""

    low: int
    high: int
    required: bool = False

    def breach(self, value: object) -> str:
        """What is wrong with it; empty when nothing is."""
        if not isinstance(value, int) or isinstance(value, bool):
            return f"expected an integer, got {_kind(value)}"
        if not self.low <= value <= self.high:
            return f"expected {self.low} to {self.high}, got {value}"
        return ""


@dataclass(frozen=True, slots=True)
class Flag:
    """true or false."""

    required: bool = False

    def breach(self, value: object) -> str:
        """What is wrong with it; empty when nothing is."""
        return "" if isinstance(value, bool) else f"expected true or false, got {_kind(value)}"


@dataclass(frozen=True, slots=True)
class Many:
    """An array of anything, not too long."""

    high: int
    required: bool = False

    def breach(self, value: object) -> str:
        """What is wrong with it; empty when nothing is."""
        if not isinstance(value, list):
            return f"expected an array, got {_kind(value)}"
        return "" if len(value) <= self.high else f"expected at most {self.high} items"


@dataclass(frozen=True, slots=True)
class Part:
    """An object with rules of its own."""

    rules: "Mapping[str, Rule]" = field(default_factory=dict)
    required: bool = False

    def breach(self, value: object) -> str:
        """What is wrong with it; empty when nothing is."""
        return first_breach(value, self.rules)


class Rule(Protocol):
    """One field's rule; a provider may have kinds of its own."""

    @property
    def required(self) -> bool: ...
    def breach(self, value: object) -> str: ...


NAMES: Final = {dict: "an object", list: "an array", str: "a string", bool: "true or false"}


def first_breach(value: object, rules: Mapping[str, Rule]) -> str:
    """The first field that breaks its rule, and how; empty when all is well.

    A field without a rule is a breach: a misspelt one would be ignored in silence otherwise.
    """
    if not isinstance(value, dict):
        return f"expected an object, got {_kind(value)}"
    record: dict[str, Any] = value
    for name in record:
        if name not in rules:
            return f"{name[:32]!a}: no such field"
    for name, rule in rules.items():
        if name not in record:
            if rule.required:
                return f"{name}: missing"
            continue
        if breach := rule.breach(record[name]):
            separator = "." if isinstance(rule, Part) and ": " in breach else ": "
            return f"{name}{separator}{breach}"
    return ""


def _kind(value: object) -> str:
    return NAMES.get(type(value), "null" if value is None else "a number")
