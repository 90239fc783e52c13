"""Faults of a payment terminal, as they arise in it or in its cable. Each draws how bad it is."""

from collections.abc import Callable, Mapping
from typing import Final

from kiosk_hw.ports.party import LineSettings
from kiosk_hw.terminals.model import Transport
from kiosk_sim.devices.terminal.links.odd_checks import Check
from kiosk_sim.devices.terminal.links.serial import SerialLink
from kiosk_sim.devices.terminal.links.tcp import BareLink
from kiosk_sim.devices.terminal.terminal import SimulatedTerminal
from kiosk_sim.faults.stage import Plant, Stage, noise

BAUDS: Final = (19200, 38400, 57600, 115200, 9600)
DOLLAR: Final = 840
BANNERS: Final = (
    b'VER|APP 4.12|TERMINAL READY|PORT 5001"',
    b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n",
    b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n",
)
OTHER_CLOCK_S: Final = (1800.0, 3600.0, -3600.0, 7200.0, -1800.0)

TerminalPlant = Callable[[SimulatedTerminal, Stage, float], None]


def _silent(terminal: SimulatedTerminal, stage: Stage, now: float) -> None:
    terminal.power_cut(now)


def _wrong_baud(terminal: SimulatedTerminal, stage: Stage, now: float) -> None:
    line = terminal.line
    baud = stage.rng.choice([baud for baud in BAUDS if baud != line.baud])
    terminal.refit(LineSettings(baud, line.data_bits, line.parity, line.stop_bits))


def _refuses_frames(terminal: SimulatedTerminal, stage: Stage, now: float) -> None:
    terminal.faults.refuses_frames = True


def _lrc(terminal: SimulatedTerminal, stage: Stage, now: float) -> None:
    terminal.relink(SerialLink(terminal.faults, Check.LRC))


def _other_crc(terminal: SimulatedTerminal, stage: Stage, now: float) -> None:
    terminal.relink(SerialLink(terminal.faults, Check.XMODEM))


def _tcp_framing(terminal: SimulatedTerminal, stage: Stage, now: float) -> None:
    terminal.relink(BareLink())


def _serial_framing(terminal: SimulatedTerminal, stage: Stage, now: float) -> None:
    terminal.relink(SerialLink(terminal.faults))


def _wrong_port(terminal: SimulatedTerminal, stage: Stage, now: float) -> None:
    terminal.faults.babbles = stage.rng.choice(BANNERS)


def _noise(terminal: SimulatedTerminal, stage: Stage, now: float) -> None:
    assert stage.lines is not None
    stage.lines.disturb("terminal", noise(stage.rng, stage.rng.uniform(0.015, 0.035)))


def _restarted(terminal: SimulatedTerminal, now: float) -> None:
    terminal.power_cut(now)
    terminal.power_on(now)


def _wrong_password(terminal: SimulatedTerminal, stage: Stage, now: float) -> None:
    terminal.faults.password = "918273"
    _restarted(terminal, now)


def _wrong_currency(terminal: SimulatedTerminal, stage: Stage, now: float) -> None:
    terminal.refit(currency=DOLLAR)
    _restarted(terminal, now)


def _clock_wrong(terminal: SimulatedTerminal, stage: Stage, now: float) -> None:
    terminal.faults.clock_off_s = stage.rng.choice(OTHER_CLOCK_S)


def _host_unreachable(terminal: SimulatedTerminal, stage: Stage, now: float) -> None:
    terminal.faults.host_down = True


def _locked(*statuses: int) -> TerminalPlant:
    """It comes into one of these statuses, and no cure helps."""

    def plant(terminal: SimulatedTerminal, stage: Stage, now: float) -> None:
        terminal.faults.incurable = True
        terminal.lock(stage.rng.choice(statuses))

    return plant


_PLANTS: Final[Mapping[str, TerminalPlant]] = {
    "terminal.silent": _silent,
    "terminal.wrong-baud": _wrong_baud,
    "terminal.refuses-frames": _refuses_frames,
    "terminal.lrc": _lrc,
    "terminal.other-crc": _other_crc,
    "terminal.tcp-framing": _tcp_framing,
    "terminal.serial-framing": _serial_framing,
    "terminal.wrong-port": _wrong_port,
    "terminal.noise": _noise,
    "terminal.wrong-password": _wrong_password,
    "terminal.wrong-currency": _wrong_currency,
    "terminal.initialisation": _locked(0x51),
    "terminal.diagnosis": _locked(0xC2),
    "terminal.end-of-day": _locked(0xF0),
    "terminal.clock-wrong": _clock_wrong,
    "terminal.out-of-order": _locked(0xDF),
    "terminal.card-left": _locked(0xDC, 0xE1),
    "terminal.reader-faulty": _locked(0xE2, 0xE3),
    "terminal.not-activated": _locked(0xE4),
    "terminal.blocked": _locked(0x85, 0xB1),
    "terminal.host-unreachable": _host_unreachable,
}

NETWORK_ONLY: Final = ("terminal.serial-framing", "terminal.wrong-port")
"""Faults of a terminal that is connected by network."""


def transport_of(name: str) -> Transport:
    """How the terminal must be connected for this fault."""
    return Transport.TCP if name in NETWORK_ONLY else Transport.SERIAL


def _planted(plant: TerminalPlant) -> Plant:
    def planted(stage: Stage, now: float) -> None:
        assert stage.terminal is not None, "this lane has no terminal"
        plant(stage.terminal, stage, now)

    return planted


FAULTS: Final[Mapping[str, Plant]] = {name: _planted(plant) for name, plant in _PLANTS.items()}
