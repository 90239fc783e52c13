"""What a request's path, query and form mean: bytes from strangers, bounded, never raising.

Paths mean the same in capitals, because small codes are spelt in them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final
from urllib.parse import unquote_to_bytes

PATH_CHARS_MAX: Final = 96
"""Longer than any path of the page: two letters and a token."""

FIELDS_MAX: Final = 16
"""Fields of one form; ours have four at most."""

VALUE_CHARS_MAX: Final = 64
"""A longer value of a form is cut there: a plate with every separator doubled fits."""


WAIT_QUERY: Final = "wait="
"""What a page that waits asks with: answer when there is news, or after a while."""


class Place(Enum):
    """The pages, by the first part of their path."""

    OFFER = "L"
    PLATE = "P"
    STATUS = "S"
    RECEIPT = "R"
    NOTIFY = "NOTIFY"
    PRIVACY = "PRIVACY"
    ROBOTS = "ROBOTS.TXT"
    NONE = ""


_NAME: Final = {
    Place.OFFER: re.compile("[A-Z2-7]{26}"),
    Place.STATUS: re.compile("[A-Z2-7]{26}"),
    Place.RECEIPT: re.compile("[A-Z2-7]{26}"),
    Place.PLATE: re.compile("[A-Z0-9-]{1,32}"),
    Place.NOTIFY: re.compile("[A-Z0-9_]{1,16}"),
    Place.PRIVACY: re.compile(""),
    Place.ROBOTS: re.compile(""),
}


@dataclass(frozen=True, slots=True)
class Route:
    """Where a request wants to go, and the token, site or gateway that it names, in capitals."""

    place: Place
    name: str = ""


NOWHERE: Final = Route(Place.NONE)


def route(path: str) -> Route:
    """Where this path leads, without its query."""
    if len(path) > PATH_CHARS_MAX:
        return NOWHERE
    first, _, name = path[1:].upper().partition("/")
    place = next((each for each in _NAME if each.value == first), None)
    if place is None or not _NAME[place].fullmatch(name):
        return NOWHERE
    return Route(place, name)


def query_language(query: str) -> str:
    """The language that `?lang=de` asks for; whatever else a scanner adds is not looked at."""
    found = re.search("(?:^|&)lang=([a-z]{2})(?:&|$)", query[:PATH_CHARS_MAX])
    return found[1] if found else ""


def waits_on(query: str) -> str:
    """What a page has shown that waits for news; "" for one that does not."""
    found = re.search(f"(?:^|&){WAIT_QUERY}([a-z]{{1,8}})(?:&|$)", query[:PATH_CHARS_MAX])
    return found[1] if found else ""


def form(body: bytes) -> Mapping[str, str]:
    """The fields of a form as browsers send it; the first of a name counts, what is odd is ""."""
    fields: dict[str, str] = {}
    for pair in body.split(b"&", FIELDS_MAX)[:FIELDS_MAX]:
        name, _, value = pair.partition(b"=")
        fields.setdefault(_text(name), _text(value))
    return fields


def _text(coded: bytes) -> str:
    try:
        return unquote_to_bytes(coded.replace(b"+", b" ")).decode()[:VALUE_CHARS_MAX]
    except UnicodeDecodeError:
        return ""
