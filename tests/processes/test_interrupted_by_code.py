"""`kill -9` at each moment of a payment by code: its driver pays once, and the books agree."""

import json
import threading
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from kiosk.edge.store.inspection import last_rows
from kiosk_hw.paycodes.order_names import with_hyphen
from kiosk_sim.devices.gateway.orders import PAID
from kiosk_sim.site.open_lane import YUAN, CodesWished
from kiosk_sim.site.served_lane import ServedLane
from page.whole_site import free_port, until
from processes.command import Command
from processes.real_lane import NEAR, PROFILE

pytest.importorskip("cryptography", reason="extra codes")
pytest.importorskip("h11", reason="extra page")
pytest.importorskip("pyqrcode", reason="extra screen")

pytestmark = [pytest.mark.slow, pytest.mark.timeout(90)]

PLATE = "沪LX3DE4"


class Lane:
    """A lane with codes whose one driver has no card, and both programs on it."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        from kiosk_sim.site.code_lane import CodeLane  # It loads cryptography.

        self.folder = folder
        self.lane = ServedLane(3, PROFILE, NEAR, currency=YUAN)
        stack.enter_context(self.lane.host)
        gateway, page, screen = (f"127.0.0.1:{free_port()}" for _ in range(3))
        address = ("127.0.0.1", int(gateway.rpartition(":")[2]))
        wished = CodesWished(gateway=address, pay_page=page, screen=screen)
        ports = self.lane.on_ptys(folder)
        self.codes = CodeLane(self.lane, folder, 3, wished)
        stack.callback(self.codes.close)
        self.config = folder / "kiosk.toml"
        text = self.lane.kiosk_toml(ports, folder, screen, self.codes.tables)
        self.config.write_text(text, encoding="utf-8")
        self._stack = stack
        self._coming = [PLATE]
        self.lane.after_turn = self._let_in
        thread = threading.Thread(target=self.lane.host.run)
        thread.start()
        stack.callback(thread.join, 5.0)
        stack.callback(self.lane.host.stop)

    def start(self, command: str) -> Command:
        """`kiosk run` or `kiosk page`."""
        return self._stack.enter_context(Command("kiosk", command, "--config", self.config))

    def bodies(self, *kinds: str) -> list[dict[str, Any]]:
        """What the journal's rows of these kinds say."""
        rows = last_rows(self.folder / "state", 1000)
        return [json.loads(row.body) for row in rows if row.kind in kinds]

    def charged(self) -> list[str]:
        """The orders whose money the operator has, by the gateways' books."""
        faces = (self.codes.gateway.wechat, self.codes.gateway.alipay)
        orders = [order for face in faces if face is not None for order in face.books.orders()]
        paid = [order for order in orders if order.state in PAID and not order.refunded_minor]
        return [with_hyphen(order.number) or order.number for order in paid]

    def _let_in(self, now: float) -> None:
        while self._coming:
            # The first of a stream has a card, the second one a phone.
            self.codes.visit(PLATE + "X", now)
            self.lane.world.arrive(self.codes.visit(self._coming.pop(), now))


@pytest.mark.parametrize(
    "moment",
    ["code.created.asked", "code.offered", "code.held", "gate.opening", "gate.raised"],
)
def test_a_driver_who_pays_by_code_pays_once_whenever_the_power_fails(
    tmp_path: Path, moment: str
) -> None:
    with ExitStack() as stack:
        lane = Lane(tmp_path, stack)
        lane.start("page").wait_for("page.ready")
        run = lane.start("run")
        run.wait_for(moment, 30.0)
        run.kill()
        again = lane.start("run")
        left = lane.lane.world.ledger.exits
        until(lambda: left and left[-1].t2_s is not None, 40.0)
        until(lambda: len(lane.bodies("stay-closed")) == 1, 20.0)
        intended = {row["order_id"]: row for row in lane.bodies("payment-intended")}
        booked = {row["order_id"] for row in lane.bodies("payment-booked")}
        assert lane.charged() == list(booked), again.said
        (closed,) = lane.bodies("stay-closed")
        assert {intended[order]["stay_id"] for order in booked} == {closed["stay_id"]}
        assert lane.lane.terminal.taken_minor() == 0
        assert not lane.lane.world.oracle.violations
        assert PLATE not in run.said + again.said
