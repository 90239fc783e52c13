"""Faults of barrier, loops and board, as they arise at the kerb. Each draws how bad it is."""

from collections.abc import Mapping
from typing import Final

from kiosk_hw.modbus.messages import ExceptionCode
from kiosk_hw.ports.party import LineSettings
from kiosk_sim.faults.stage import Plant, Stage, noise
from kiosk_sim.world.loops import Stuck

FOR_EVER_S: Final = 1e9
BAUDS: Final = (4800, 9600, 19200, 38400, 57600, 115200)


def _silent(stage: Stage, now: float) -> None:
    stage.board.power_cycle(now, FOR_EVER_S)


def _wrong_baud(stage: Stage, now: float) -> None:
    line = stage.board.line
    baud = stage.rng.choice([baud for baud in BAUDS if baud != line.baud])
    stage.board.refit(LineSettings(baud, line.data_bits, line.parity, line.stop_bits))


def _wrong_parity(stage: Stage, now: float) -> None:
    line = stage.board.line
    parity = stage.rng.choice([parity for parity in "NEO" if parity != line.parity])
    stage.board.refit(LineSettings(line.baud, line.data_bits, parity, line.stop_bits))


def _wrong_unit(stage: Stage, now: float) -> None:
    stage.board.refit(unit=stage.rng.choice([*range(2, 17), stage.rng.randint(17, 247), 255]))


def _refuses(stage: Stage, now: float) -> None:
    codes = (ExceptionCode.ILLEGAL_ADDRESS, ExceptionCode.ILLEGAL_FUNCTION)
    stage.board.refuses = stage.rng.choice(codes)


def _noise(stage: Stage, now: float) -> None:
    assert stage.lines is not None
    stage.lines.disturb("barrier", noise(stage.rng, stage.rng.uniform(0.002, 0.01)))


def _limits_swapped(stage: Stage, now: float) -> None:
    stage.world.cabinet.swapped = True


def _limits_joined(stage: Stage, now: float) -> None:
    stage.world.cabinet.joined = True


def _open_limit_dead(stage: Stage, now: float) -> None:
    stage.world.arm.upper_stuck = False


def _open_limit_stuck(stage: Stage, now: float) -> None:
    stage.world.arm.upper_stuck = True


def _closed_limit_dead(stage: Stage, now: float) -> None:
    stage.world.arm.lower_stuck = False


def _closed_limit_stuck(stage: Stage, now: float) -> None:
    stage.world.arm.lower_stuck = True


def _arm_slow(stage: Stage, now: float) -> None:
    stage.world.arm.slow_down(stage.rng.uniform(1.35, 2.6), now)


def _arm_jammed(stage: Stage, now: float) -> None:
    stage.world.arm.jam(stage.rng.uniform(20.0, 70.0), now)


def _no_movement(stage: Stage, now: float) -> None:
    stage.world.cabinet.open_relay_stuck = False


def _stays_open(stage: Stage, now: float) -> None:
    stage.world.cabinet.open_relay_stuck = True


def _arm_forced(stage: Stage, now: float) -> None:
    stage.world.arm.force(stage.rng.uniform(12.0, 80.0), now)


def _swung_off(stage: Stage, now: float) -> None:
    stage.world.arm.knock_off(True)


def _chatter(stage: Stage, now: float) -> None:
    loop = stage.rng.choice((stage.world.arming, stage.world.safety))
    loop.chatter(stage.rng.uniform(0.4, 4.0), now)


def _arming_stuck(stage: Stage, now: float) -> None:
    stage.world.arming.break_down(Stuck.OCCUPIED, now)


def _arming_dead(stage: Stage, now: float) -> None:
    if stage.rng.random() < 0.5:
        stage.world.arming.break_down(Stuck.FREE, now)
    else:
        stage.world.arming.tune_out_s = stage.rng.uniform(1.0, 4.0)


def _safety_stuck(stage: Stage, now: float) -> None:
    stage.world.safety.break_down(Stuck.OCCUPIED, now)


def _safety_dead(stage: Stage, now: float) -> None:
    stage.world.safety.break_down(Stuck.FREE, now)


def _fire(stage: Stage, now: float) -> None:
    stage.world.fire(True, now)


_MECHANICAL: Final[Mapping[str, Plant]] = {
    "barrier.limits-swapped": _limits_swapped,
    "barrier.limits-both": _limits_joined,
    "barrier.open-limit-dead": _open_limit_dead,
    "barrier.open-limit-stuck": _open_limit_stuck,
    "barrier.closed-limit-dead": _closed_limit_dead,
    "barrier.closed-limit-stuck": _closed_limit_stuck,
    "barrier.arm-slow": _arm_slow,
    "barrier.arm-jammed": _arm_jammed,
    "barrier.no-movement": _no_movement,
    "barrier.stays-open": _stays_open,
    "barrier.arm-forced": _arm_forced,
    "barrier.arm-swung-off": _swung_off,
    "barrier.loop-chatter": _chatter,
    "barrier.arming-loop-stuck": _arming_stuck,
    "barrier.arming-loop-dead": _arming_dead,
    "barrier.safety-loop-stuck": _safety_stuck,
    "barrier.safety-loop-dead": _safety_dead,
    "barrier.fire-input": _fire,
}

_ELECTRICAL: Final[Mapping[str, Plant]] = {
    "barrier.silent": _silent,
    "barrier.wrong-baud": _wrong_baud,
    "barrier.wrong-parity": _wrong_parity,
    "barrier.wrong-unit": _wrong_unit,
    "barrier.refuses": _refuses,
    "barrier.noise": _noise,
}


def _settled(plant: Plant) -> Plant:
    """The world looks at itself afterwards: contacts follow at once."""

    def planted(stage: Stage, now: float) -> None:
        plant(stage, now)
        stage.world.touch(now)

    return planted


FAULTS: Final[Mapping[str, Plant]] = {
    **_ELECTRICAL,
    **{name: _settled(plant) for name, plant in _MECHANICAL.items()},
}
