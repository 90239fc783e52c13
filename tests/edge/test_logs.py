"""Log lines are one line each, fit for journald and for a terminal, and hold no plate."""

import io
import logging
import re
from collections.abc import Iterator

import pytest

from kiosk.edge.logs import VALUE_CHARS_MAX, fault_line, frame_line, line_of, set_up
from kiosk_hw.ports.plate import PlateText

PLATE = "BWY2917"


@pytest.fixture(autouse=True)
def handlers_as_before() -> Iterator[None]:
    root, ours = logging.getLogger(), logging.getLogger("kiosk")
    before = root.handlers[:], root.level, ours.level
    yield
    root.handlers[:], root.level, ours.level = before


def written(environ: dict[str, str], trace: bool = False) -> tuple[io.StringIO, logging.Logger]:
    stream = io.StringIO()
    set_up(trace, stream, environ)
    return stream, logging.getLogger("kiosk.edge.some")


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"exit": "x7", "took_s": 3.14159}, "lane.exit.opened exit=x7 took_s=3.142"),
        ({"ok": True, "n": 5}, "lane.exit.opened ok=yes n=5"),
        ({"why": 'a "b" c\\'}, r'lane.exit.opened why="a \"b\" c\\"'),
        ({"why": "two\nlines"}, 'lane.exit.opened why="two | lines"'),
        ({"why": ""}, 'lane.exit.opened why=""'),
        ({"why": "a=b"}, 'lane.exit.opened why="a=b"'),
        ({"plate": PlateText(PLATE)}, "lane.exit.opened plate=B****17"),
    ],
)
def test_a_step_is_one_line_of_keys_and_values(fields: dict[str, object], expected: str) -> None:
    assert line_of("lane.exit.opened", **fields) == expected


def test_a_long_value_is_cut() -> None:
    assert len(line_of("e", why="x" * 10_000)) == len("e why=") + VALUE_CHARS_MAX + 3


def test_journald_gets_priorities_and_no_second_time() -> None:
    stream, log = written({"JOURNAL_STREAM": "8:1"})
    log.info("one")
    log.critical("two")
    log.debug("unseen")
    assert stream.getvalue() == "<6>one\n<2>two\n"


def test_a_terminal_gets_utc_times() -> None:
    stream, log = written({})
    log.warning("one")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z WARNING one\n", stream.getvalue())


def test_a_traceback_becomes_one_line_that_never_quotes_what_it_choked_on() -> None:
    stream, log = written({"JOURNAL_STREAM": "8:1"})
    try:
        int(PLATE)
    except ValueError:
        log.exception("store.job.failed")
    with pytest.raises(ValueError, match=PLATE) as caught:
        int(PLATE)
    assert PLATE not in fault_line("f", caught.value)
    text = stream.getvalue()
    assert PLATE not in text
    assert text.count("\n") == 1
    assert "error=ValueError" in text
    assert "test_logs.py:" in text


def test_an_assertion_of_ours_is_told_in_full() -> None:
    with pytest.raises(AssertionError) as caught:
        raise AssertionError("1001 events in one turn")
    assert 'said="1001 events in one turn"' in fault_line("f", caught.value)


def test_a_trace_shows_bytes_only_of_ports_that_see_no_driver() -> None:
    assert frame_line("barrier", "tx", b"\x01\x05", shown=True) == "wire.barrier tx 01 05"
    assert frame_line("camera", "rx", PLATE.encode(), shown=False) == "wire.camera rx 7 bytes"


def test_asyncio_never_logs_at_debug_because_it_shows_arguments() -> None:
    stream, log = written({"JOURNAL_STREAM": "8:1"}, trace=True)
    logging.getLogger("asyncio").debug("Handle._came_in(b'BWY2917')")
    log.debug("frame")
    assert stream.getvalue() == "<7>frame\n"
