"""One request of a browser: taken however its bytes come, and refused if it is unusual."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.edge.http.request import (
    BODY_BYTES_MAX,
    HEAD_BYTES_MAX,
    HEADERS_MAX,
    Refused,
    take,
)

GET = b"GET /events HTTP/1.1\r\nHost: 127.0.0.1:8080\r\nAccept: */*\r\n\r\n"
POST = (
    b"POST /touch HTTP/1.1\r\nHost: 127.0.0.1:8080\r\nContent-Type: application/json\r\n"
    b'Content-Length: 16\r\n\r\n{"touch":"help"}'
)


def status(data: bytes) -> int:
    with pytest.raises(Refused) as refused:
        take(data)
    return refused.value.status


def outcome(data: bytes) -> int:
    try:
        take(data)
    except Refused as refused:
        return refused.status
    return 0


def test_a_request_is_taken_byte_by_byte_and_with_bytes_behind():
    for whole in (GET, POST):
        assert all(take(whole[:end]) is None for end in range(len(whole)))
        for data in (whole, whole + b"GET / HTTP/1.1\r\n"):
            request = take(data)
            assert request is not None
            assert (request.method.encode(), request.path.encode()) == tuple(whole.split()[:2])
            assert request.headers["host"] == "127.0.0.1:8080"
            assert request.body == whole.partition(b"\r\n\r\n")[2]


def test_a_request_never_shows_its_body():
    assert "help" not in repr(take(POST))


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"\x16\x03\x01\x02\x00\r\n\r\n", 400),
        (b"GET / HTTP/2.0\r\n\r\n", 400),
        (b"GET http://127.0.0.1:8080/ HTTP/1.1\r\n\r\n", 400),
        (b"get / HTTP/1.1\r\n\r\n", 400),
        (b"GET /\xff HTTP/1.1\r\n\r\n", 400),
        (b"GET /" + b"a" * 256 + b" HTTP/1.1\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\nhost: b\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nA: b\r\n folded\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nA: b\nB: c\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nContent-Length: 1e3\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", 411),
        (b"POST / HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % (BODY_BYTES_MAX + 1), 413),
        (b"GET / HTTP/1.1\r\n" + b"".join(b"A%d: b\r\n" % n for n in range(65)) + b"\r\n", 431),
        (b"GET / HTTP/1.1\r\nA: " + b"a" * HEAD_BYTES_MAX, 431),
    ],
    ids=lambda value: str(value[:40]) if isinstance(value, bytes) else str(value),
)
def test_what_no_browser_sends_is_refused(data, why):
    assert status(data) == why


def test_the_longest_request_is_taken():
    lines = b"".join(b"A%d: b\r\n" % number for number in range(HEADERS_MAX - 1))
    body = b"x" * BODY_BYTES_MAX
    request = take(
        b"POST / HTTP/1.1\r\n" + lines + b"Content-Length: %d\r\n\r\n" % len(body) + body
    )
    assert request is not None
    assert len(request.headers) == HEADERS_MAX
    assert request.body == body
    start = b"GET / HTTP/1.1\r\nA: "
    fill = b"a" * (HEAD_BYTES_MAX - len(start) - 4)
    assert take(start + fill + b"\r\n\r\n") is not None
    assert take(start + fill) is None


@given(st.binary(max_size=300), st.sampled_from([b"", GET[:30], POST[:80]]))
def test_no_bytes_break_it(garbage, start):
    assert outcome(start + garbage) in (0, 400, 411, 413, 431)
