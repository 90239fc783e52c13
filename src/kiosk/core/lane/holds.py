"""Money held for the car at the arming loop, or for one that is not known yet. No table is here.

A driver may have paid by code while his car is away from the loop for a moment, and a restart
forgets which car stands there: what was paid for a stay waits here until that car is known, or goes
back.
"""

from typing import Any

from kiosk.core.lane.car import CarAtLoop
from kiosk.core.lane.codes.events import StayPaid
from kiosk.core.lane.desk import Desk
from kiosk.core.lane.events import GoodsWithheld, MoneyHeld
from kiosk.core.lane.reader import PlateReader
from kiosk.core.records import StayFound


class HeldCar(CarAtLoop):
    """The car at the arming loop, and whose money is whose."""

    def __init__(self, desk: Desk, reader: PlateReader) -> None:
        super().__init__(desk, reader)
        self._holds: dict[str, MoneyHeld] = {}
        """What was paid by code for a stay which no car is known by yet, or no more: one of each
        stay, and no more than the order book holds."""

    # Guards.

    def _is_ours(self, event: Any) -> bool:
        return self.car is not None and self.car.order_id == event.order_id

    def _is_our_stay(self, event: StayPaid) -> bool:
        return self.car is not None and self.car.stay_id == event.stay_id

    def _holds_for_us(self, event: MoneyHeld) -> bool:
        """By our order, or by code for our stay: whichever of its orders was paid counts."""
        return self._is_ours(event) or self._is_our_stays(event)

    def _is_our_stays(self, event: MoneyHeld) -> bool:
        return bool(event.stay_id) and self.car is not None and self.car.stay_id == event.stay_id

    def _may_keep(self, event: MoneyHeld) -> bool:
        """For a car that is away from the loop for a moment, or that a restart made unknown."""
        unknown = self.car is None or self.car.stay_id is None
        since_start = self._is_start or (self.car is not None and self.here_since_start)
        return self._is_our_stays(event) or (bool(event.stay_id) and unknown and since_start)

    def _is_held_for(self, event: StayFound) -> bool:
        return event.stay.stay_id in self._holds

    def _has_hold(self, event: Any) -> bool:
        return self._car().stay_id in self._holds

    # Held until it is known for whom.

    def _decline_hold(self, event: MoneyHeld) -> None:
        """Held for a car that is gone, or leaves another way: it is not charged."""
        self.desk.post(GoodsWithheld(event.order_id))

    def _keep_hold(self, event: MoneyHeld) -> None:
        """One for each stay: what was paid for it besides goes back at once."""
        if event.stay_id in self._holds:
            self._decline_hold(event)
        else:
            self._holds[event.stay_id] = event

    def _let_go_of_holds(self) -> None:
        """Nobody stands here for whom they were paid: they go back."""
        for held in self._holds.values():
            self.desk.post(GoodsWithheld(held.order_id))
        self._holds.clear()
