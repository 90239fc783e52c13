"""What lines, cameras and terminals prove, as tables: events and counters in, names out."""

import pytest

from health.told import CAR, CAR_GONE, approved, found, holding, read, told
from kiosk_hw.ports import barrier, camera, terminal
from kiosk_hw.ports.party import LineSettings
from kiosk_hw.ports.plate import PlateText
from kiosk_hw.ports.search import (
    BoardFound,
    BoardNowhere,
    Dialect,
    TerminalFound,
    TerminalNowhere,
)

LINE = LineSettings(9600)
SILENT = barrier.BoardSilent("no answer to ReadInputs, 3 failures")
READY_AGAIN = barrier.BoardReady(barrier.Inputs(barrier.Arm.LOWERED, False, False))


def board(**grown):
    return {"barrier": grown}


def board_found(line=LINE, unit=1):
    return ("barrier", BoardFound(line, unit, LINE, 1))


def heard(**grown):
    return {"camera": grown}


def zvt(**grown):
    return {"terminal": grown}


def told_to_terminal(event):
    return ("terminal", event)


def every(count, what, every_s=3.0, at=10.0):
    return [(at + n * every_s, what) for n in range(count)]


def cars(count, *said, every_s=20.0):
    """Cars that come and go, and what the camera says half a second after each came."""
    lines = []
    for number in range(count):
        at = 10.0 + number * every_s
        lines += [(at, CAR), *((at + 0.5, what) for what in said), (at + 9.0, CAR_GONE)]
    return lines


NO_PLATE = camera.PlateNotRead("nothing")
DOUBTED = camera.PlateUncertain(PlateText("BWY2917"), 0.3)
BLOCKED = {
    0x51: "initialisation",
    0x62: "clock-wrong",
    0xC2: "diagnosis",
    0xDC: "card-left",
    0xDF: "out-of-order",
    0xE1: "card-left",
    0xE2: "reader-faulty",
    0xE3: "reader-faulty",
    0xE4: "not-activated",
    0xF0: "end-of-day",
    0x83: "wrong-password",
    0x6F: "wrong-currency",
    0xB1: "blocked",
}
DIALECTS = {
    Dialect.OTHER_BAUD: "wrong-baud",
    Dialect.LRC: "lrc",
    Dialect.OTHER_CRC: "other-crc",
    Dialect.TCP_FRAMING: "tcp-framing",
    Dialect.SERIAL_FRAMING: "serial-framing",
    Dialect.TEXT: "wrong-port",
}
MUTE = terminal.TerminalSilent("no acknowledgement came (T2), 3 times")

STORIES = [
    ("barrier.silent", [(10.0, SILENT), (30.0, ("barrier", BoardNowhere(255)))]),
    ("barrier.wrong-baud", [(10.0, SILENT), (15.0, board_found(LineSettings(19200)))]),
    ("barrier.wrong-parity", [(10.0, SILENT), (15.0, board_found(LineSettings(9600, parity="E")))]),
    ("barrier.wrong-unit", [(10.0, SILENT), (15.0, board_found(unit=7))]),
    ("barrier.refuses", [(10.0, barrier.BoardSilent("refused: ExceptionReply(2, 2)"))]),
    ("barrier.noise", every(3, board(crc_errors=1, exchanges=50))),
    ("barrier.noise", every(3, board(short=1, exchanges=50))),
    ("barrier.noise", every(3, board(timeouts=1, exchanges=50))),
    ("camera.silent", cars(2)),
    ("camera.garbled", cars(2, heard(bytes_heard=22, bytes_text=5))),
    ("camera.garbled", cars(2, heard(bytes_heard=2, bytes_text=2))),
    ("camera.wrong-template", cars(2, heard(bytes_heard=14, bytes_text=12))),
    ("camera.wrong-template", cars(2, heard(bytes_heard=14, telegrams=1, telegrams_refused=1))),
    ("camera.reads-nothing", cars(3, NO_PLATE)),
    ("camera.low-confidence", cars(3, DOUBTED)),
    ("camera.low-confidence", cars(3, read(0.5))),
    ("camera.echo", cars(3, read(), read())),
    *((f"terminal.{name}", [(10.0, terminal.TerminalBlocked(status, ""))])
      for status, name in BLOCKED.items()),
    *((f"terminal.{name}", [(10.0, MUTE), (14.0, told_to_terminal(TerminalFound(dialect, "")))])
      for dialect, name in DIALECTS.items()),
    ("terminal.refuses-frames",
     [(10.0, MUTE), *every(2, told_to_terminal(TerminalFound(Dialect.NAK_ONLY, "NAK")))]),
    ("terminal.silent", [(10.0, MUTE), (14.0, told_to_terminal(TerminalNowhere(8)))]),
    ("terminal.noise", every(3, zvt(crc_errors=1, blocks=9))),
    ("terminal.noise", every(4, zvt(naks_received=1, blocks=9))),
    ("terminal.noise", every(4, zvt(bytes_skipped=4, blocks=9))),
    ("terminal.host-unreachable", [(10.0, terminal.PaymentNotTaken("o-1", 0xA3, ""))]),
]  # fmt: skip


@pytest.mark.parametrize(("code", "lines"), STORIES)
def test_what_a_line_did_is_called_by_its_name(code, lines):
    assert found(told(lines, 75.0)) == {code}


SOUND = {
    "two damaged replies are a coincidence": every(2, board(crc_errors=1, exchanges=50)),
    "text of another device on the board's line is no noise of it": every(9, board(short=3)),
    "a board that answers nobody has no noise": [(9.0, SILENT), *every(9, board(timeouts=1))],
    "what is found on a board that is not silent is old news": [(15.0, board_found(unit=7))],
    "two cars without a plate": cars(2, NO_PLATE),
    "a doubted read that a sure one follows": [
        *cars(3, DOUBTED), *((at + 11.2, read()) for at in (0.0, 20.0, 40.0))
    ],
    "one car that the camera overlooks": [*cars(1), *cars(3, read())[3:]],
    "a camera whose port is down": [(5.0, camera.CameraSilent("")), *cars(3)],
    "cars that are read": cars(4, read(), heard(bytes_heard=15, bytes_text=10, telegrams=1)),
    "a second look half a second later": [
        (at + later_s, what)
        for at in (10.0, 40.0, 70.0)
        for later_s, what in ((0.0, CAR), (0.5, read()), (1.0, read()))
    ],
    "a status that a cure took away": [
        (10.0, terminal.TerminalBlocked(0x51, "")), (14.0, terminal.TerminalReady("1"))
    ],
    "a terminal that is busy": [
        (10.0, terminal.TerminalBlocked(0x9C, "")), (50.0, terminal.TerminalReady("1"))
    ],
    "a terminal that refuses a frame, and is silent then": [
        (10.0, zvt(naks_received=3, blocks=9)), (11.0, MUTE), (40.0, zvt(blocks=9))
    ],
    "one search that met NAK": [
        (10.0, MUTE), (14.0, told_to_terminal(TerminalFound(Dialect.NAK_ONLY, "NAK")))
    ],
    "a card that was declined": [(10.0, terminal.PaymentNotTaken("o-1", 0x05, ""))],
}  # fmt: skip


@pytest.mark.parametrize("why", SOUND)
def test_a_sound_line_has_no_name(why):
    assert found(told(SOUND[why], 75.0)) == set(), why


MENDED = [
    ("barrier.wrong-unit", [(10.0, SILENT), (15.0, board_found(unit=7)), (20.0, READY_AGAIN)]),
    ("barrier.noise", every(3, board(crc_errors=1, exchanges=50))),
    ("camera.reads-nothing", [*cars(3, NO_PLATE), *cars(4, read())[9:]]),
    ("camera.echo", [*cars(3, read(), read()), *((at, read()) for at in (66.0, 70.0))]),
    ("terminal.lrc", [(10.0, MUTE), (14.0, told_to_terminal(TerminalFound(Dialect.LRC, ""))),
                      (30.0, terminal.TerminalReady("1"))]),
    ("terminal.end-of-day", [(10.0, terminal.TerminalBlocked(0xF0, "")),
                             (30.0, terminal.TerminalReady("1"))]),
    ("terminal.host-unreachable", [(10.0, terminal.PaymentNotTaken("o-1", 0x9B, "")),
                                   (30.0, approved("080000"))]),
]  # fmt: skip


@pytest.mark.parametrize(("code", "lines"), MENDED)
def test_a_line_that_works_again_loses_its_name(code, lines):
    doctor = told(lines, 90.0)
    assert code in found(doctor)
    assert code not in holding(doctor)


def test_a_board_under_another_name_is_not_called_silent_as_well():
    nowhere = ("barrier", BoardNowhere(255))
    doctor = told([(10.0, SILENT), (30.0, nowhere), (60.0, board_found(unit=9))], 70.0)
    assert holding(doctor) == {"barrier.wrong-unit"}
