"""`kiosk-sim gateway` and `kiosk-sim pay` as programs: keys, tables, TLS, faults, many clients."""

import json
import os
import re
import signal
import socket
import ssl
import stat
import subprocess
import sys
import threading
import time
import tomllib
from contextlib import contextmanager
from http.client import HTTPConnection
from io import StringIO
from pathlib import Path
from random import Random

import pytest
from wechatpayv3 import WeChatPay, WeChatPayType

from kiosk_hw.ports.party import NEVER
from kiosk_sim.__main__ import main
from kiosk_sim.devices.gateway.faults import Fault
from kiosk_sim.devices.gateway.gateway import Gateway
from kiosk_sim.devices.gateway.line import GatewayLine
from kiosk_sim.devices.gateway.orders import Payer, Terms
from kiosk_sim.devices.gateway.settings import Keyring, WechatSettings
from kiosk_sim.site.gateway_keys import API_V3, MERCHANT, PLATFORM_PUBLIC, keys_in
from kiosk_sim.site.gateway_service import tap, traced
from kiosk_sim.wires.notifier import WAITING_MAX, Notifier
from kiosk_sim.wires.real_time import RealTimeHost
from kiosk_sim.wires.service import CLIENTS_MAX, UNSENT_BYTES_MAX
from sim.gateway_stage import SEED, Stage

pytestmark = [pytest.mark.slow, pytest.mark.timeout(60)]

ANY = ("--tcp", "127.0.0.1:0")


@contextmanager
def gateway(folder, *options, rest=None):
    """The program, until the block ends; yields its address and its tables.

    What it says from then on is put into `rest`.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", "kiosk_sim", "gateway", "--folder", str(folder), *ANY, *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ,
    )
    try:
        text = ""
        while "[codes.alipay]" not in text or "platform_keys" not in text.rpartition("alipay]")[2]:
            line = process.stdout.readline()
            assert line, process.stderr.read()
            text += line
        found = re.search(r"gateway: https?://(127.0.0.1):(\d+)", text)
        tables = tomllib.loads(text[text.index("[codes.wechat]") :])["codes"]
        yield (found[1], int(found[2])), tables, text
    finally:
        process.send_signal(signal.SIGTERM)
        said, _ = process.communicate(timeout=20)
        if rest is not None:
            rest.append(said)
    assert process.returncode == 0


def merchant(tables):
    """The public SDK, set up by nothing but the printed tables."""
    table = tables["wechat"]
    ((serial, public),) = table["platform_keys"].items()
    sdk = WeChatPay(
        wechatpay_type=WeChatPayType.NATIVE,
        mchid=table["merchant_id"],
        private_key=Path(table["key_file"]).read_text(),
        cert_serial_no=table["serial_no"],
        apiv3_key=Path(table["api_v3_key_file"]).read_text().strip(),
        appid=table["app_id"],
        notify_url="https://kiosk.example.org/notice",
        public_key=Path(public).read_text(),
        public_key_id=serial,
        timeout=(5, 5),
    )
    sdk._core._gate_way = table["url"]
    return sdk


def order(sdk, number="order-0001"):
    """The code of a new order."""
    status, text = sdk.pay("Parking", number, {"total": 1250, "currency": "CNY"})
    assert status == 200, text
    return json.loads(text)["code_url"]


def test_the_printed_tables_are_all_that_a_merchant_needs(tmp_path, capsys):
    with gateway(tmp_path) as (address, tables, _):
        sdk = merchant(tables)
        where = "{}:{}".format(*address)
        code = order(sdk)
        assert main(["pay", code, "--gateway", where, "--act", "look"]) == 0
        assert main(["pay", code, "--gateway", where]) == 0
        assert main(["pay", code, "--gateway", where]) == 1
        assert capsys.readouterr().out.splitlines() == [
            "due: 12.50 CNY, Parking",
            "paid: 12.50 CNY, Parking",
            "not payable: 12.50 CNY, Parking",
        ]
        assert json.loads(sdk.query(out_trade_no="order-0001")[1])["trade_state"] == "SUCCESS"


def test_what_cannot_be_paid_is_one_line(tmp_path, capsys):
    with gateway(tmp_path) as (address, _, _):
        assert main(["pay", "weixin://none", "--gateway", "{}:{}".format(*address)]) == 1
        assert "expected a code or a link of a standing order" in capsys.readouterr().err
    assert main(["pay", "x", "--gateway", "{}:{}".format(*address)]) == 1
    assert capsys.readouterr().err.count("\n") == 1


def test_keys_are_secret_from_the_first_moment_and_found_again(tmp_path):
    with gateway(tmp_path):
        first = (tmp_path / MERCHANT).read_bytes()
    modes = {p.name: stat.S_IMODE(p.stat().st_mode) for p in tmp_path.iterdir() if p.is_file()}
    assert modes[PLATFORM_PUBLIC] == 0o644
    del modes[PLATFORM_PUBLIC]
    assert set(modes.values()) == {0o600}
    assert API_V3 in modes
    with gateway(tmp_path):
        assert (tmp_path / MERCHANT).read_bytes() == first


def test_a_file_that_is_no_key_is_told(tmp_path):
    (tmp_path / MERCHANT).write_text("nonsense")
    with pytest.raises(ValueError, match="expected an RSA key in PEM; delete it"):
        keys_in(tmp_path)


def test_faults_of_the_command_line_befall_whoever_asks(tmp_path):
    with gateway(tmp_path, "--fault", "5xx@create:1", "--fault", "429@close") as (_, tables, text):
        assert text.startswith("fault: 5xx: 502 from the front")
        sdk = merchant(tables)
        assert sdk.pay("Parking", "order-0001", {"total": 1, "currency": "CNY"})[0] == 502
        order(sdk)
        assert sdk.close("order-0001")[0] == 429


def test_a_trace_says_of_each_request_what_it_was_and_why_it_was_refused():
    stage, told = Stage(), []
    stage.gateway.witness = lambda operation, reply: told.append(traced(operation, reply))
    stage.native()
    stage.native(description="")
    stage.gateway.counter.pay(stage.code(), 0.0)
    stage.query()
    stage.alipay("query", {"out_trade_no": "order_0001"})
    stage.wechat("GET", "/v3/nothing")
    stage.gateway.faults.set(Fault.CUT, 1)
    stage.query()
    stage.line.connected(0.0)
    stage.gateway.faults.set(Fault.DOWN, 1)
    stage.line.receive(stage.wechat_bytes("GET", "/v3/certificates"), 0.0)
    assert told == [
        "create: 200",
        "create: 400 PARAM_ERROR: description: expected 1 to 127 characters, got 0",
        "create: 200",
        "query: 200",
        "query: 200 ACQ.TRADE_NOT_EXIST: no such order",
        "?: 404 RESOURCE_NOT_EXISTS: nothing is under this path",
        "query: 200, cut",
        "certificates: no answer",
    ]


def test_the_program_prints_its_trace(tmp_path):
    said = []
    with gateway(tmp_path, "--trace", rest=said) as (_, tables, _):
        order(merchant(tables))
    assert "create: 200\n" in said[0]


@pytest.mark.parametrize(
    ("options", "says"),
    [(["--fault", "none"], "expected NAME[@OPERATION][:TIMES]"), (["--tcp", "x"], "HOST:PORT")],
)
def test_wrong_usage_is_one_clear_line(tmp_path, capsys, options, says):
    try:
        status = main(["gateway", "--folder", str(tmp_path), *options])
    except SystemExit as end:
        status = end.code
    assert status in (1, 2)
    assert says in capsys.readouterr().err


def test_the_list_of_faults_is_printed(tmp_path, capsys):
    assert main(["gateway", "--folder", str(tmp_path), "--fault", "list"]) == 0
    assert "answer-lost " in capsys.readouterr().out


def test_somebody_pays_every_code_by_himself_when_asked_to(tmp_path):
    with gateway(tmp_path, "--payer", "best") as (_, tables, _):
        sdk = merchant(tables)
        order(sdk)
        state, deadline = "", time.monotonic() + 20.0
        while state != "SUCCESS" and time.monotonic() < deadline:
            state = json.loads(sdk.query(out_trade_no="order-0001")[1])["trade_state"]
        assert state == "SUCCESS"


def test_https_under_the_throwaway_authority_and_under_no_other(tmp_path):
    with gateway(tmp_path, "--tls") as (address, tables, _):
        assert tables["wechat"]["url"].startswith("https://127.0.0.1:")
        trust = ssl.create_default_context(cafile=tables["wechat"]["ca_file"])
        out = StringIO()
        with pytest.raises(ValueError, match="standing order"):
            tap("none", "pay", address, out, ca=tmp_path / "tls-ca.pem")
        with (
            socket.create_connection(address, 5) as plain,
            trust.wrap_socket(plain, server_hostname="127.0.0.1") as link,
        ):
            link.sendall(b"GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n")
            assert link.recv(100).startswith(b"HTTP/1.1 404")
        strange = ssl.create_default_context()
        with socket.create_connection(address, 5) as plain, pytest.raises(ssl.SSLError):
            strange.wrap_socket(plain, server_hostname="127.0.0.1")
        with socket.create_connection(address, 5) as plain:
            assert not heard(plain).startswith(b"HTTP")


def heard(client):
    """What a client without TLS hears."""
    try:
        return says(client)
    except ConnectionError:
        return b""


# Many clients.


@pytest.fixture
def port():
    """A gateway of WeChat Pay on a socket of this process."""
    with RealTimeHost() as host:
        made = Gateway(WechatSettings.of(Keyring.seeded(SEED)), None, Random(1), wall_s=time.time())
        port = host.add_service(lambda: GatewayLine(made), "127.0.0.1", 0)
        thread = threading.Thread(target=host.run)
        thread.start()
        yield port
        host.stop()
        thread.join(5.0)
        assert not thread.is_alive()


def says(client, data=b"GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n"):
    """What comes back first."""
    client.sendall(data)
    return client.recv(12)


def test_clients_have_a_line_each_and_one_too_many_is_hung_up_on(port):
    clients = [socket.create_connection(port.address, 5) for _ in range(CLIENTS_MAX)]
    try:
        assert {says(client) for client in clients} == {b"HTTP/1.1 404"}
        with socket.create_connection(port.address, 5) as another:
            assert another.recv(1) == b""
        clients.pop().close()
        deadline = time.monotonic() + 10.0
        answer = b""
        while not answer and time.monotonic() < deadline:
            with socket.create_connection(port.address, 5) as another:
                answer = heard(another)
        assert answer == b"HTTP/1.1 404"
    finally:
        for client in clients:
            client.close()
    assert port.turned_away >= 1


def test_a_client_that_goes_in_the_middle_leaves_the_others_alone(port):
    link = HTTPConnection(*port.address, timeout=5)
    link.request("GET", "/nothing")
    link.getresponse().read()
    for _ in range(3):
        with socket.create_connection(port.address, 5) as rude:
            rude.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n")
            rude.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    link.request("GET", "/nothing")
    assert link.getresponse().status == 404
    link.close()


def test_a_client_that_is_hung_up_on_has_its_answer_first(port):
    with socket.create_connection(port.address, 5) as client:
        client.sendall(b"nonsense\r\n\r\n")
        data = b""
        while piece := client.recv(4096):
            data += piece
    assert data.startswith(b"HTTP/1.1 400")


class Flood:
    """A line that answers a byte with as much as a socket takes, and more."""

    hung_up = False

    def __init__(self):
        self.out = b""

    def connected(self, now):
        """Nothing is said unasked."""

    def disconnected(self, now):
        """Nothing is left to do."""

    def receive(self, data, now):
        self.out += bytes(4 * UNSENT_BYTES_MAX) * len(data)

    def tick(self, now):
        """Nothing is ever due."""

    def deadline(self):
        return NEVER

    def bytes_to_send(self):
        data, self.out = self.out, b""
        return data


def test_a_client_that_does_not_read_is_hung_up_on():
    with RealTimeHost() as host:
        port = host.add_service(Flood, "127.0.0.1", 0)
        with socket.create_connection(port.address, 5) as client:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            client.sendall(b"xxxx")
            host.run(host.now() + 0.5)
            assert repr(port).endswith("clients=0 turned_away=1>")


def test_notices_wait_in_a_bounded_queue():
    made = Gateway(WechatSettings.of(Keyring.seeded(SEED)), None, Random(1), wall_s=time.time())
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        notifier = Notifier(made, deaf.getsockname())
        books = made.wechat.books
        for n in range(WAITING_MAX + 10):
            terms = Terms(1, "Parking", "native", 1e12, "https://kiosk.example.org/n")
            books.pay(books.create(str(n), terms, f"c{n}", 0.0), Payer("o", "x"), 0.0)
        notifier.tick(0.0)
        notifier.tick(1.0)
        assert notifier.unreachable >= 9
        assert made.notices.given_up == 0
    notifier.close()
