"""A counter whose gateway keeps to itself that somebody confirms. Nothing is paid here."""

from kiosk_sim.world.phone import Counter, Sheet


class Quiet:
    """A gateway that never says that somebody confirms: unpaid until it is paid."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter

    def see(self, content: str, now: float) -> Sheet | None:
        """The sheet of this code or link."""
        return self._counter.see(content, now)

    def begin(self, content: str, now: float) -> None:
        """Somebody confirms, and it is kept a secret."""

    def pay(self, content: str, now: float, phone: int = 0) -> bool:
        """The proof is there."""
        return self._counter.pay(content, now, phone)

    def give_up(self, content: str, now: float) -> None:
        """The payer leaves the sheet."""
        self._counter.give_up(content, now)

    def decline(self, content: str, now: float) -> None:
        """The payer's bank says no."""
        self._counter.decline(content, now)
