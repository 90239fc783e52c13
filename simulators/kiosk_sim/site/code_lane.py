"""What a served lane has beside its devices when it takes payment by code, and who pays how.

Only a lane with codes imports this room: it loads cryptography.
"""

from pathlib import Path
from typing import Final, TextIO

from kiosk_sim.devices.gateway.gateway import Gateway
from kiosk_sim.site.came_in import came_in
from kiosk_sim.site.open_lane import CodesWished
from kiosk_sim.site.phones import Phones
from kiosk_sim.site.screen_watcher import ScreenWatcher
from kiosk_sim.site.served_codes import ServedCodes
from kiosk_sim.site.served_lane import ServedLane
from kiosk_sim.world.traffic import Visit

PARKED: Final = "沪A12345"
"""An invented car that is parked and does not come: it can be paid for at the posted code."""

_TABLES: Final = """
[codes]
page_url = "http://{pay_page}"
{gateways}
[page]
listen = "{pay_page}"
site = "site-1"
operator = "Example Parking Ltd, 1 Example Road, Exampletown"
province = "沪"

[diag]
listen = "state"
"""


class CodeLane:
    """Both gateways, the eyes of the drivers, and the cars that came in before they leave."""

    def __init__(self, lane: ServedLane, folder: Path, seed: int, wished: CodesWished) -> None:
        self.wished = wished
        self._store = folder / "state"
        profile = lane.world.profile
        self._codes = ServedCodes(lane.host, folder / "gateway", profile, wished.gateway)
        self._phones = Phones(self._codes.gateway, lane.world, profile, seed)
        self._watcher = ScreenWatcher(folder / "screen.sock", lane.world, self._see)
        self._host = lane.host
        lane.world.on_answer(self._watcher.type_plate)
        lane.host.add(self._phones)
        lane.host.add(self._watcher)
        self._cars = 0
        self.tables = _TABLES.format(pay_page=wished.pay_page, gateways=self._codes.tables)
        came_in(self._store, PARKED)

    def visit(self, plate: str, now: float) -> Visit:
        """This car was here for a while and leaves now; every other driver has no card with him."""
        came_in(self._store, plate)
        self._cars += 1
        if self._cars % 2:
            return Visit(plate, at_s=now)
        if not self.wished.by_hand:
            self._phones.expect(plate)
        return Visit(plate, at_s=now, cards=())

    def say_where(self, config: Path, out: TextIO) -> None:
        """What can be looked at, and how."""
        host, port = self._codes.address
        print(
            f"gateway: http://{host}:{port} (kiosk-sim pay CODE --gateway {host}:{port})", file=out
        )
        print(f"screen: http://{self.wished.screen}/", file=out)
        print(f"posted code: http://{self.wished.pay_page}/p/site-1 ({PARKED} is here)", file=out)
        print(f"pay page: kiosk page --config {config}", file=out)

    @property
    def gateway(self) -> Gateway:
        """Both gateways, whose books say who was charged."""
        return self._codes.gateway

    def close(self) -> None:
        """Drivers and gateways say no more."""
        self._phones.close()
        self._watcher.close()
        self._codes.close()

    def _see(self, picture: dict[str, object]) -> None:
        self._phones.see(picture, self._host.now())
