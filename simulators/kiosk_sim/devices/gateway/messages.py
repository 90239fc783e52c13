"""HTTP as values: what a merchant asks, what a gateway answers and tells. No bytes of a socket."""

import json
from dataclasses import dataclass, field
from typing import Final

JSON: Final = "application/json; charset=utf-8"
HTML: Final = "text/html; charset=utf-8"

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, repr=False)
class Request:
    """One request, whole. Names of headers are in lower case."""

    method: str
    target: str
    """Path and query as they stood in the request line: what was signed."""
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def path(self) -> str:
        """The target without its query."""
        return self.target.partition("?")[0]

    @property
    def query(self) -> str:
        """The target's query, still encoded."""
        return self.target.partition("?")[2]


@dataclass(frozen=True, slots=True, repr=False)
class Answer:
    """One answer. Content-Length is the line's business."""

    status: int
    body: bytes = b""
    content_type: str = JSON
    headers: Headers = ()

    def with_headers(self, *headers: tuple[str, str]) -> "Answer":
        """The same answer with more headers."""
        return Answer(self.status, self.body, self.content_type, (*self.headers, *headers))


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer and what becomes of it on its way."""

    answer: Answer | None
    """None: there is never one, and the merchant waits for nothing."""
    after_s: float = 0.0
    cut: bool = False
    """The connection ends in the middle of the body; without an answer it ends at once."""


@dataclass(frozen=True, slots=True, repr=False)
class Notice:
    """What the gateway brings to the merchant's address by itself."""

    number: int
    url: str
    headers: Headers
    body: bytes


def as_json(record: object) -> bytes:
    """The record as JSON in UTF-8, without spaces, as both providers write it."""
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode()
