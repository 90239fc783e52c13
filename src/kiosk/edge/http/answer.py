"""What is sent to the browser of this machine: heads that allow it nothing but its own page."""

from typing import Final

HEADERS: Final = (
    "Connection: close\r\n"
    "Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self';"
    " connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'none'; require-trusted-types-for 'script'\r\n"
    "Cross-Origin-Opener-Policy: same-origin\r\n"
    "Cross-Origin-Resource-Policy: same-origin\r\n"
    "Permissions-Policy: camera=(), microphone=(), geolocation=()\r\n"
    "Referrer-Policy: no-referrer\r\n"
    "X-Content-Type-Options: nosniff\r\n"
)
"""Sent with every answer: nothing but this page's own files is run, fetched or framed."""

REASONS: Final = {
    200: "OK",
    204: "No Content",
    400: "Bad Request",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    411: "Length Required",
    413: "Content Too Large",
    415: "Unsupported Media Type",
    422: "Unprocessable Content",
    429: "Too Many Requests",
    431: "Request Header Fields Too Large",
    503: "Service Unavailable",
}

KEPT: Final = "Cache-Control: public, max-age=31536000, immutable\r\n"
"""For what never changes under its path."""

UNKEPT: Final = "Cache-Control: no-store\r\n"
"""For everything else: a picture or a page of yesterday must not be seen today."""


def event(data: str, name: str = "message") -> bytes:
    """One Server-Sent Event; `data` is one line."""
    return f"event: {name}\ndata: {data}\n\n".encode()


def head(status: int, more: str) -> bytes:
    """The head of an answer, whose body follows."""
    return f"HTTP/1.1 {status} {REASONS[status]}\r\n{HEADERS}{more}\r\n".encode()


def answer(status: int, more: str, body: bytes = b"") -> bytes:
    """A whole answer."""
    length = "" if status == 204 else f"Content-Length: {len(body)}\r\n"
    return head(status, more + length) + body
