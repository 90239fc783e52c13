"""Cars that came in before they leave: stays as an entry lane with the same store writes them.

This is composition: it may import the controller's store, devices may not.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from kiosk.core.records import Batch, StayOpened
from kiosk.edge.store.store import Store
from kiosk_hw.ports.plate import PlateText

STAYED_S: Final = 7000.0
"""How long every car was here: two blocks of the lane's tariff."""


def came_in(folder: Path, plate: str) -> None:
    """This car came in `STAYED_S` ago; its stay is in the store in `folder`."""
    moment = datetime.now(UTC) - timedelta(seconds=STAYED_S)
    # Opened for each car: what stays open would still know keys that the lane has destroyed.
    store = Store(folder, wall=lambda: moment)
    stay_id = f"s-{moment.timestamp():.3f}"
    store.carry_out(Batch((StayOpened("", stay_id, PlateText(plate), "car"),)))
    store.close()
