"""Strangers at the pay page's socket: slow, long, broken and many; and what a browser sends."""

import socket
import subprocess
import sys
import time
from contextlib import ExitStack, suppress
from pathlib import Path
from urllib.parse import urlencode

import pytest

from kiosk.edge.counter.lane_side import LaneSide
from kiosk.edge.counter.tokens import PageAddresses
from kiosk.edge.counter.words import COUNTER_NAME
from kiosk.edge.pay_page import server as server_module
from kiosk.edge.pay_page import visitor as visitor_module
from kiosk.edge.pay_page.limits import Limits
from kiosk.screens.pay.limits import Rate
from page.page_bench import CONFIG, PLATE
from page.served_pay_page import ServedPayPage, until

pytestmark = [pytest.mark.slow, pytest.mark.measured, pytest.mark.timeout(60)]

WIDE = Rate(10**9, 1e-9)
NO_LIMITS = Limits(
    **dict.fromkeys(
        ("requests", "requests_of_all", "token", "plates", "plates_of_all", "plate"), WIDE
    )
)
GET = b"GET /p/site-1 HTTP/1.1\r\nHost: pay.example\r\n\r\n"


@pytest.fixture
def page(tmp_path):
    with ServedPayPage(tmp_path, limits=NO_LIMITS) as served:
        yield served


def said(page, *chunks):
    """Everything that comes back until the other end hangs up."""
    with page.connect() as line:
        with suppress(OSError):
            for chunk in chunks:
                line.sendall(chunk)
        return heard(line)


def heard(line):
    whole = b""
    with suppress(ConnectionResetError):
        while chunk := line.recv(65536):
            whole += chunk
    return whole


def status(answer):
    return int(answer.split(b" ", 2)[1]) if answer else 0


def post(body, path="/p/site-1", more=b""):
    return (
        f"POST {path} HTTP/1.1\r\nHost: pay.example\r\nOrigin: https://pay.example\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
    ).encode() + (more + b"\r\n" + body)


def test_one_answer_has_its_heads_and_is_below_14_kib_and_the_line_is_closed(page):
    answer = said(page, GET)
    head, _, body = answer.partition(b"\r\n\r\n")
    assert status(answer) == 200
    assert len(answer) < 14 * 1024
    for line in (b"Content-Security-Policy: default-src 'none'", b"Cache-Control: no-store"):
        assert line in head
    assert b"set-cookie" not in head.lower()
    assert f"Content-Length: {len(body)}".encode() in head


def test_a_request_may_come_byte_by_byte(page):
    with page.connect() as line:
        for byte in GET:
            line.sendall(bytes([byte]))
        assert status(heard(line)) == 200


def test_a_head_only_request_has_no_body(page):
    answer = said(page, GET.replace(b"GET", b"HEAD"))
    assert status(answer) == 200
    assert answer.endswith(b"\r\n\r\n")


@pytest.mark.parametrize(
    ("request_bytes", "wanted"),
    [
        (b"\r\n\r\n\r\nrubbish\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc", 400),
        (b"GET / HTCPCP/1.0\r\nHost: a\r\n\r\n", 400),
        (b"GET /p/site-1 HTTP/1.1\r\n\r\n", 400),
        (b"GET /p/site-1 HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
        (b"GET /p/site-1 HTTP/1.1\r\nHost: a\r\nX: " + b"x" * 9000 + b"\r\n\r\n", 431),
        (b"GET /" + b"x" * 9000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", 431),
        (b"POST /p/site-1 HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", 400),
        (
            b"POST /p/site-1 HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            403,
        ),
        (post(b"x" * 20_000), 413),
        (post(b"x" * 2_000), 413),
        (b"GET http://evil.example/p/site-1 HTTP/1.1\r\nHost: a\r\n\r\n", 404),
        (b"OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", 405),
        (b"CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n\r\n", 405),
    ],
)
def test_what_is_no_request_is_refused_in_one_line(page, request_bytes, wanted):
    assert status(said(page, request_bytes)) == wanted
    assert status(said(page, GET)) == 200
    assert page.server.faults == 0


def test_a_browser_that_asks_before_it_sends_is_told_to_go_on(page):
    with page.connect() as line:
        head, body = post(b"plate=A", more=b"Expect: 100-continue\r\n").split(b"\r\n\r\n")
        line.sendall(head + b"\r\n\r\n")
        assert line.recv(100).startswith(b"HTTP/1.1 100 ")
        line.sendall(body)
        assert status(heard(line)) == 200


def test_a_second_request_on_the_same_line_is_not_answered(page):
    answer = said(page, GET + GET)
    assert answer.count(b"HTTP/1.1 200") == 1
    assert b"Connection: close" in answer


def test_who_asks_slowly_is_hung_up_on_and_nobody_waits_for_it(tmp_path, monkeypatch):
    monkeypatch.setattr(visitor_module, "REQUEST_S", 0.3)
    with ServedPayPage(tmp_path, limits=NO_LIMITS) as page, ExitStack() as lines:
        slow = [lines.enter_context(page.connect()) for _ in range(20)]
        began = time.monotonic()
        for line in slow:
            line.sendall(b"GET /p/site-1 HTTP/1.1\r\nHost: a\r\nX-A: ")
        assert status(said(page, GET)) == 200
        assert time.monotonic() - began < 0.3
        for line in slow:
            assert heard(line) == b""
        assert time.monotonic() - began < 2.0
        until(lambda: "visitors=0" in repr(page.server))


def test_who_does_not_take_its_answer_is_hung_up_on(tmp_path, monkeypatch):
    monkeypatch.setattr(visitor_module, "ANSWER_S", 0.3)
    with ServedPayPage(tmp_path, limits=NO_LIMITS) as page, page.connect() as line:
        line.sendall(post(urlencode({"plate": "A1"}).encode()))
        until(lambda: "visitors=0" in repr(page.server))


def test_connections_of_one_address_and_of_all_are_bounded(page, monkeypatch):
    with ExitStack() as lines:
        most = server_module.CONNECTIONS_OF_ONE_MAX
        for _ in range(most):
            lines.enter_context(page.connect())
        until(lambda: f"visitors={most}" in repr(page.server))
        assert said(page, GET) == b""
        assert page.server.turned_away == 1
        monkeypatch.setattr(server_module, "CONNECTIONS_OF_ONE_MAX", 1000)
        monkeypatch.setattr(server_module, "CONNECTIONS_MAX", most)
        assert said(page, GET) == b""
        assert page.server.turned_away == 2
    until(lambda: "visitors=0" in repr(page.server))
    assert status(said(page, GET)) == 200
    assert dict(page.server._of_one) == {}


def test_a_flood_is_let_in_at_its_pace_and_nobody_is_lost(tmp_path):
    slow = Rate(5, 0.05)
    with ServedPayPage(tmp_path, limits=NO_LIMITS, entries=slow) as page, ExitStack() as lines:
        began = time.monotonic()
        asked = [lines.enter_context(page.connect()) for _ in range(15)]
        for line in asked:
            line.sendall(GET)
        assert [status(heard(line)) for line in asked] == [200] * 15
        took_s = time.monotonic() - began
        assert page.server.door.pauses >= 5
        assert 0.1 < took_s < 5.0


def test_who_hangs_up_while_a_tap_waits_leaves_nothing_behind(page):
    page.offer()
    token = page.addresses.offer_token("o-1")
    form = {"ticket": page.setting.ticket_of(token), "gateway": "wechat"}
    with page.connect() as line:
        line.sendall(post(urlencode(form).encode(), f"/l/{token}"))
        until(lambda: page.told)
    until(lambda: page.setting.waiters == 0)
    until(lambda: "visitors=0" in repr(page.server))
    assert page.desk._in_flight == {}


def test_looking_takes_the_same_time_whether_a_car_is_here_or_not(page):
    """The same steps are proven on the test's clock; here is the real one, seen from outside."""
    page.enter()
    spans = {"here": [], "not here": [], "no plate": []}
    for _ in range(8):
        for name, plate in (("here", PLATE.text), ("not here", "沪B00000"), ("no plate", "!")):
            began = time.monotonic()
            answer = said(page, post(urlencode({"plate": plate}).encode()))
            spans[name].append(time.monotonic() - began)
            assert status(answer) == 200
    medians = [sorted(each)[4] for each in spans.values()]
    assert min(medians) >= 0.3
    assert max(medians) - min(medians) < 0.02, spans


def test_the_command_serves_says_so_and_stops_when_told(tmp_path):
    config = tmp_path / "kiosk.toml"
    socket_path = tmp_path / "page.sock"
    config.write_text(CONFIG.replace('"127.0.0.1:0"', f'"unix:{socket_path}"'), encoding="utf-8")
    command = [sys.executable, "-m", "kiosk", "page", "--config", str(config)]
    with subprocess.Popen(command, stderr=subprocess.PIPE) as process:
        assert b"page.ready" in process.stderr.readline()
        assert socket_path.stat().st_mode & 0o777 == 0o660
        mapped = Path(f"/proc/{process.pid}/maps").read_text(encoding="utf-8")
        counter = LaneSide(tmp_path / "state" / COUNTER_NAME, "exit-1", (), PageAddresses("", b""))
        until(lambda: counter.has_page(time.time_ns() // 1000))
        counter.file.close()
        process.terminate()
        assert process.wait(5) == 0
    assert "sqlite" in mapped


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]"])
def test_it_listens_where_it_is_told_and_says_where_it_cannot(tmp_path, host):
    page = CONFIG.replace("127.0.0.1:0", f"{host}:1")
    config = tmp_path / "kiosk.toml"
    command = [sys.executable, "-m", "kiosk", "page", "--config", str(config)]
    with socket.create_server(
        (host.strip("[]"), 0), family=socket.AF_INET6 if "[" in host else socket.AF_INET
    ) as holder:
        port = holder.getsockname()[1]
        config.write_text(page.replace(f"{host}:1", f"{host}:{port}"), encoding="utf-8")
        ran = subprocess.run(command, capture_output=True, text=True, check=False, timeout=20)
    assert ran.returncode == 1
    assert ran.stderr.startswith(f"page.listen: {host}:{port}: Address already in use")


LOADED = """
import sys
import kiosk.edge.pay_page.composition
print([name for name in sys.modules if name.startswith((
    "serial", "transitions", "cryptography", "kiosk_hw.hosts", "kiosk.core.lane.lane",
    "kiosk_hw.paycodes", "kiosk.edge.runtime", "kiosk.edge.composition", "kiosk_hw.zvt.messages",
))])
"""


def test_the_process_that_strangers_reach_loads_no_lane_device_or_key():
    ran = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, check=True, text=True)
    assert ran.stdout.strip() == "[]"


@pytest.mark.parametrize("holds", ["a file", "a socket in use"])
def test_what_is_no_socket_of_a_killed_page_is_never_removed(tmp_path, holds):
    path, config = tmp_path / "page.sock", tmp_path / "kiosk.toml"
    config.write_text(CONFIG.replace('"127.0.0.1:0"', f'"unix:{path}"'), encoding="utf-8")
    command = [sys.executable, "-m", "kiosk", "page", "--config", str(config)]
    with socket.socket(socket.AF_UNIX) as held:
        if holds == "a file":
            path.write_bytes(b"a journal")
        else:
            held.bind(str(path))
            held.listen()
        node = path.stat().st_ino
        ran = subprocess.run(command, capture_output=True, text=True, check=False, timeout=20)
    assert ran.returncode == 1
    assert ran.stderr.startswith(f"page.listen: unix:{path}: Address already in use")
    assert path.stat().st_ino == node


def test_the_socket_that_a_killed_page_left_is_replaced(tmp_path):
    path, config = tmp_path / "page.sock", tmp_path / "kiosk.toml"
    config.write_text(CONFIG.replace('"127.0.0.1:0"', f'"unix:{path}"'), encoding="utf-8")
    command = [sys.executable, "-m", "kiosk", "page", "--config", str(config)]
    for _ in range(2):
        with subprocess.Popen(command, stderr=subprocess.PIPE) as process:
            assert b"page.ready" in process.stderr.readline()
            process.kill()
    assert path.is_socket()
