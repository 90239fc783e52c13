"""A simulated ZVT payment terminal, written from the terminal's side of PA00P015 and PA00P016."""

from kiosk_sim.devices.terminal.books import Booking, Books, Transaction
from kiosk_sim.devices.terminal.faults import Edge, Faults, Step
from kiosk_sim.devices.terminal.settings import TerminalSettings, Unanswered
from kiosk_sim.devices.terminal.terminal import SimulatedTerminal

__all__ = (
    "Booking",
    "Books",
    "Edge",
    "Faults",
    "SimulatedTerminal",
    "Step",
    "TerminalSettings",
    "Transaction",
    "Unanswered",
)
