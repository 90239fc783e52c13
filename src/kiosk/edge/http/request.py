"""One HTTP/1.1 request, taken from bytes as they come in; anything unusual is refused.

Only what a browser sends to a page of its own machine is understood (RFC 9112): no chunks, no
folded lines, no trailers. It knows no path and no socket.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

HEAD_BYTES_MAX: Final = 8192
"""The longest head of a request; Chromium's are below one kilobyte."""

BODY_BYTES_MAX: Final = 1024
"""The longest body: a plate, or the name of a touch."""

HEADERS_MAX: Final = 64
"""Header lines of one request; Chromium sends about fifteen."""

_END: Final = b"\r\n\r\n"
_REQUEST: Final = re.compile(r"([A-Z]{1,16}) (/[!-~]{0,255}) HTTP/1\.[01]")
_HEADER: Final = re.compile(r"([A-Za-z0-9-]{1,64}):[ \t]*([ -~]*?)[ \t]*")
_LENGTH: Final = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True, slots=True, repr=False)
class Request:
    """A whole request; its body may hold a plate, so it shows itself nowhere."""

    method: str
    path: str
    headers: Mapping[str, str]
    """By lower-case name; a name that came twice is no request at all."""
    body: bytes = b""


class Refused(Exception):
    """This is no request that is answered here; `status` says why."""

    def __init__(self, status: int) -> None:
        super().__init__(str(status))
        self.status = status


def take(data: bytes | bytearray) -> Request | None:
    """The request at the start of `data`, or None until it is whole. Raises `Refused`."""
    end = data.find(_END, 0, HEAD_BYTES_MAX)
    if end < 0:
        if len(data) >= HEAD_BYTES_MAX:
            raise Refused(431)
        return None
    request = _head(bytes(data[:end]))
    length = _body_length(request.headers)
    start = end + len(_END)
    if len(data) < start + length:
        return None
    body = bytes(data[start : start + length])
    return Request(request.method, request.path, request.headers, body)


def check_origin(request: Request, hosts: frozenset[str]) -> None:
    """Raise `Refused` for who came by a foreign name or page (DNS rebinding, other sites).

    Only a page of one of `hosts` may post; a browser names the page in Origin with every POST.
    """
    headers = request.headers
    host, origin = headers.get("host", ""), headers.get("origin")
    if host not in hosts:
        raise Refused(403)
    if origin != f"http://{host}" and (request.method == "POST" or origin is not None):
        raise Refused(403)
    if headers.get("sec-fetch-site", "none") not in ("same-origin", "none"):
        raise Refused(403)


def _head(head: bytes) -> Request:
    try:
        first, *lines = head.decode("ascii").split("\r\n")
    except UnicodeDecodeError as error:
        raise Refused(400) from error
    asked = _REQUEST.fullmatch(first)
    if asked is None:
        raise Refused(400)
    if len(lines) > HEADERS_MAX:
        raise Refused(431)
    headers: dict[str, str] = {}
    for line in lines:
        found = _HEADER.fullmatch(line)
        if found is None or found[1].lower() in headers:
            raise Refused(400)
        headers[found[1].lower()] = found[2]
    return Request(asked[1], asked[2], headers)


def _body_length(headers: Mapping[str, str]) -> int:
    if "transfer-encoding" in headers:
        raise Refused(411)
    text = headers.get("content-length", "0")
    if not _LENGTH.fullmatch(text):
        raise Refused(400)
    if int(text) > BODY_BYTES_MAX:
        raise Refused(413)
    return int(text)
