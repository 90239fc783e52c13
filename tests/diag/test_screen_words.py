"""Texts in three languages, cells and ASCII: what a terminal can hold, harmless."""

import ast
import re
from pathlib import Path

import pytest

from kiosk.core.lane.control_events import ROLES, ControlReason
from kiosk.core.lane.tables.control import ControlState
from kiosk.core.lane.tables.entry import EntryState
from kiosk.core.lane.tables.gate import GateState
from kiosk.core.lane.tables.till import TillState
from kiosk.core.lane.tables.visit import VisitState
from kiosk.core.shows import Picture
from kiosk.edge.diag_arguments import UI_LANGUAGES
from kiosk.screens import technician
from kiosk.screens.technician.cells import (
    DEPTH_MAX,
    ITEMS_MAX,
    TEXT_CHARS_MAX,
    as_ascii,
    clean,
    cleaned,
    cut,
    pad,
    width,
    wrap,
)
from kiosk.screens.technician.words import (
    LANGUAGES,
    Words,
    is_ascii,
    is_plain,
    language_of,
    texts,
)
from kiosk_hw.ports.barrier import Arm
from repo.tree import ROOT


def test_every_language_says_the_same_things_with_the_same_values() -> None:
    assert set(UI_LANGUAGES) == set(LANGUAGES)
    english = texts("en")
    for language in LANGUAGES:
        told = texts(language)
        assert told.keys() == english.keys()
        for key, text in told.items():
            values = sorted(re.findall(r"{(\w+)}", text))
            assert values == sorted(re.findall(r"{(\w+)}", english[key])), f"{language} {key}"


@pytest.mark.parametrize(
    ("kind", "named"),
    [
        ("state", [s.value for e in (VisitState, EntryState, GateState, TillState) for s in e]),
        ("state", [state.value for state in ControlState]),
        ("picture", [picture.value for picture in Picture]),
        ("arm", [arm.value for arm in Arm]),
        ("role", ROLES),
        ("reason", [reason.value for reason in ControlReason]),
    ],
)
def test_every_word_that_a_lane_can_say_has_its_text(kind: str, named: list[str]) -> None:
    assert [word for word in named if f"{kind}.{word}" not in texts("en")] == []


def test_no_text_is_said_that_nobody_shows() -> None:
    folder = Path(technician.__file__).parent
    code = "".join(path.read_text(encoding="utf-8") for path in folder.rglob("*.py"))
    idle = []
    for key in texts("en"):
        head, _, _ = key.partition(".")
        spoken = f'"{key}"' in code or f"'{key}'" in code
        if not spoken and not re.search(rf"""[f(]["']{head}\.|named\(\s*["']{head}["']""", code):
            idle.append(key)
    assert idle == []


@pytest.mark.parametrize(
    ("environment", "language", "ascii_only", "plain"),
    [
        ({"LANG": "de_DE.UTF-8", "TERM": "xterm"}, "de", False, False),
        ({"LANG": "zh_CN.UTF-8", "TERM": "xterm"}, "zh", False, False),
        ({"LANG": "zh_CN.UTF-8", "TERM": "linux"}, "en", False, False),
        ({"LANG": "fr_FR.UTF-8"}, "en", False, False),
        ({"LC_ALL": "C", "LANG": "de_DE.UTF-8"}, "en", True, False),
        ({"LC_CTYPE": "C.UTF-8", "LANG": "C"}, "en", True, False),
        ({"LC_CTYPE": "C.UTF-8"}, "en", True, False),
        ({"LANG": "C.UTF-8"}, "en", False, False),
        ({}, "en", True, False),
        ({"TERM": "vt100", "LANG": "de_DE.UTF-8"}, "de", True, True),
        ({"TERM": "xterm", "LANG": "de_DE.UTF-8", "NO_COLOR": "1"}, "de", False, True),
        ({"LC_MESSAGES": "de_DE", "LANG": "en_US.UTF-8"}, "de", False, False),
    ],
    ids=str,
)
def test_what_a_terminal_can_show(
    environment: dict[str, str], language: str, ascii_only: bool, plain: bool
) -> None:
    assert language_of(environment) == language
    assert is_ascii(environment) is ascii_only
    assert is_plain(environment) is plain


def sentences(path: str) -> set[str]:
    """Every sentence in a module of the lane that is no docstring and no part of another."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    parts = {
        id(value)
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr | ast.Expr)
        for value in ast.walk(node)
        if isinstance(node, ast.JoinedStr) or isinstance(node.value, ast.Constant)
    }
    return {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and " " in node.value
        and id(node) not in parts
    }


UNSAID = {
    "a technician saw no car in the lane",
    "the terminal could not say; see `kiosk journal --unresolved`",
}
"""Of the journal, and of a command that must be typed as it is."""


@pytest.mark.parametrize(
    "path",
    [
        "src/kiosk/core/lane/control.py",
        "src/kiosk/core/lane/tenure.py",
        "src/kiosk/core/lane/lockable.py",
        "hw/kiosk_hw/hosts/board/close_contact.py",
    ],
)
def test_every_sentence_of_control_and_trials_is_known(path: str) -> None:
    said = sentences(path) - UNSAID
    assert said, path
    english, leads = texts("en"), ("", "camera: ")
    known = {each for each in said for lead in leads if f"said.{lead}{each}" in english}
    assert said - known == set()


def test_a_sentence_of_the_lane_is_put_into_words_where_it_is_known() -> None:
    german = Words("de")
    assert german.said("a car is paying") == "ein Auto zahlt gerade"
    assert german.said("office has control of this lane") == "Büro hat diese Spur"
    assert german.said("office-2 has control of this lane") == "office-2 hat diese Spur"
    assert german.said("something new") == "something new"
    assert german.said("testing: let that end first") == "Probeausfahrt: das zuerst beenden"
    asked = "0.01 EUR asked for: hold your own card to the reader"
    assert german.said(asked).startswith("0.01 EUR angefordert: ")
    assert german.said("not taken: declined") == "nicht genommen: declined"
    assert german.fault("no.such-code").name == "no.such-code"


@pytest.mark.parametrize(
    ("raw", "harmless"),
    [
        ("plain", "plain"),
        ("\x1b[31mred", "?[31mred"),
        ("a\nb\tc\r", "a?b?c?"),
        ("[red]not markup[/red]", "[red]not markup[/red]"),
        ("\u202eevil\u200b", "?evil?"),
        ("e\u0301", "e?"),
        ("沪A", "沪A"),
        ("x" * 1000, "x" * TEXT_CHARS_MAX),
    ],
)
def test_a_text_out_of_a_lane_moves_no_cursor(raw: str, harmless: str) -> None:
    assert clean(raw) == harmless


def test_records_out_of_a_lane_are_bounded_in_every_direction() -> None:
    lists: object = "bottom"
    tables: object = "bottom"
    for _ in range(DEPTH_MAX + 3):
        lists, tables = [lists], {"in": tables}
    assert "bottom" not in repr((cleaned(lists), cleaned(tables)))
    assert len(cleaned(list(range(10_000)))) == ITEMS_MAX
    assert len(cleaned({str(n): n for n in range(10_000)})) == ITEMS_MAX
    assert cleaned({"a\x1b": {"b": ["\x07", 1.5, None, True]}}) == {
        "a?": {"b": ["?", 1.5, None, True]}
    }


def test_cells_are_counted_as_terminals_draw_them() -> None:
    assert width("沪A1") == 4
    assert cut("沪沪沪", 5) == "沪沪…"
    assert cut("沪沪沪", 4) == "沪…"
    assert width(pad("沪", 5)) == 5
    assert pad("abcdef", 4) == "abc…"
    assert cut("abc", 0) == ""


@pytest.mark.parametrize("text", ["a bb ccc " * 20, "沪" * 50, "x" * 100, "", "沪，" * 20, "a 沪b"])
def test_a_wrapped_text_is_whole_and_never_too_wide(text: str) -> None:
    lines = wrap(text, 20)
    assert all(width(line) <= 20 for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_has_a_likeness_in_ascii_of_its_width_or_a_spelling(language: str) -> None:
    for text in texts(language).values():
        assert as_ascii(text).isascii()
    assert as_ascii("┌─┐ █ äß 沪") == "+-+ # aess ??"
    if language == "de":
        assert "?" not in "".join(
            as_ascii(text).replace("? ? ?", "") for text in texts("de").values()
        )
