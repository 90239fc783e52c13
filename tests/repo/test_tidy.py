"""The tree keeps the form that CONTRIBUTING.md asks for: small modules, plain names."""

import ast
import re
from collections import Counter
from itertools import chain
from pathlib import Path

from repo.tree import FOLDERS, ROOT, SOURCES, TOP_FILES, files, modules, parsed, text

MODULE_LINES_MAX = 250
TEST_MODULE_LINES_MAX = 800
"""A test module is a bench and its tables: long, flat, and never read in one piece."""

FUNCTION_LINES_MAX = 40
"""Lines below the signature; parameters stand on a line each without making a function longer."""

LINE_CHARS_MAX = 100
FILE_BYTES_MAX = 100_000
FIRST_LINE = re.compile(r'r?"""\S')

LONGER: dict[str, tuple[int, str]] = {
    "src/kiosk/core/lane/till.py": (450, "all actions of one table; a table is read in one piece"),
    "src/kiosk/core/lane/tables/visit.py": (490, "one row per line; splitting hides the gaps"),
    "hw/kiosk_hw/hosts/barrier_board.py": (330, "one party: its polls and its recovery interlock"),
}
"""Modules over the limit, each with its own limit and its reason. The list may only shrink."""

STRAY_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "base", "misc"}

SOURCE = modules(*SOURCES)
TESTS = modules("tests")
ALL_MODULES = [*SOURCE, *TESTS, *modules("scripts")]
EVERYTHING = [*files(*FOLDERS), *(Path(name) for name in TOP_FILES if (ROOT / name).exists())]


def _limit(path: Path) -> int:
    return TEST_MODULE_LINES_MAX if path.parts[0] == "tests" else MODULE_LINES_MAX


def test_each_module_says_first_what_lives_in_it():
    silent = [
        str(path)
        for path in ALL_MODULES
        if text(path) and not (ast.get_docstring(parsed(path)) and FIRST_LINE.match(text(path)))
    ]
    assert silent == []


def test_no_module_grows_beyond_one_sitting():
    longer = {
        str(path): lines
        for path in ALL_MODULES
        if (lines := text(path).count("\n")) > LONGER.get(str(path), (_limit(path), ""))[0]
    }
    assert longer == {}


def test_a_module_that_was_made_short_leaves_the_list_of_long_ones():
    lines = {str(path): text(path).count("\n") for path in ALL_MODULES}
    short = [name for name in LONGER if lines.get(name, 0) <= _limit(Path(name))]
    assert short == []


def test_no_function_is_longer_than_a_screen():
    longer = [
        f"{path}:{node.lineno} {node.name}"
        for path in ALL_MODULES
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.body[0].lineno + 1 > FUNCTION_LINES_MAX
    ]
    assert longer == []


def test_no_line_of_a_script_is_longer_than_the_limit():
    longer = [
        f"{path}:{number}"
        for path in files("scripts", ".ci")
        for number, line in enumerate(text(path).splitlines(), 1)
        if len(line) > LINE_CHARS_MAX
    ]
    assert longer == [], "Ruff measures Python only"


def test_nothing_is_put_off():
    later = re.compile(r"\b(TO[D]O|FIX[M]E|HAC[K])\b")
    assert [str(path) for path in EVERYTHING if later.search(text(path))] == []


def test_no_name_says_nothing():
    folders = {parent for path in EVERYTHING for parent in path.parents}
    stray = [
        str(path)
        for path in chain(EVERYTHING, folders)
        if STRAY_NAMES & set(re.split(r"[_\W]+", path.stem.lower()))
    ]
    stray += [
        f"{path}:{node.lineno} {node.name}"
        for path in ALL_MODULES
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.ClassDef)
        and STRAY_NAMES & {word.lower() for word in re.findall("[A-Z][a-z0-9]*", node.name)}
    ]
    assert stray == []


def test_no_file_names_a_folder_of_somebodys_machine():
    machine = re.compile(r"(?<![\w.])/(?:root|work|home|Users)/")
    assert [str(path) for path in EVERYTHING if machine.search(text(path))] == []


def test_no_file_is_a_burden():
    assert [str(p) for p in EVERYTHING if (ROOT / p).stat().st_size > FILE_BYTES_MAX] == []


def test_every_file_of_tests_tests_something():
    idle = [
        str(path)
        for path in TESTS
        if path.stem.startswith("test_")
        and not any(
            isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
            for node in ast.walk(parsed(path))
        )
        and "RuleBasedStateMachine" not in text(path)
    ]
    assert idle == []


def test_no_test_hides_behind_a_file_name_that_pytest_does_not_collect():
    hidden = [
        str(path)
        for path in TESTS
        if not path.stem.startswith("test_")
        and any(
            isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
            for node in parsed(path).body
        )
    ]
    assert hidden == []


def test_two_tests_of_one_file_never_share_a_name():
    twice = []
    for path in TESTS:
        names = [node.name for node in parsed(path).body if isinstance(node, ast.FunctionDef)]
        twice += [f"{path} {name}" for name in set(names) if names.count(name) > 1]
    assert twice == []


PROGRAM = 'if __name__ == "__main__":\n    sys.exit(main())'
"""How a module ends that is run as a process of its own."""

FOUND_BY_NAME = {"barriers", "cameras", "terminals", "gateways", "commands", "texts"}
"""Folders whose modules are found by their file names: nothing imports them."""


def test_no_module_is_dead():
    imported = set()
    for path in SOURCE:
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.Import):
                imported |= {name.name for name in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                imported |= {node.module, *(f"{node.module}.{name.name}" for name in node.names)}
    dead = [
        str(path)
        for path in SOURCE
        if path.stem not in ("__init__", "__main__")
        and path.parent.name not in FOUND_BY_NAME
        and not text(path).rstrip().endswith(PROGRAM)
        and ".".join(path.with_suffix("").parts[1:]) not in imported
    ]
    assert dead == []


CALLED_BY_OTHERS = {
    *("_moveTo", "_lineTo", "_curveToOne", "_closePath"),  # fontTools' pens
    *("CSS", "DEFAULT_CSS", "BINDINGS", "compose", "on_mount", "on_key", "on_resize"),  # Textual
    *("render_line", "_check_value"),  # Textual and argparse
}
"""What a library of others calls by its name."""


def test_no_function_class_or_constant_is_named_where_it_is_made_alone():
    words = Counter(
        word
        for path in files(*SOURCES, "tests", "scripts")
        if path.suffix in (".py", ".js", ".html", "")
        for word in re.findall(r"\w+", text(path))
    )
    dead = [
        f"{path}:{node.lineno} {name}"
        for path in SOURCE
        for node, name in _named(parsed(path))
        if words[name] < 2 and not name.startswith("__") and name not in CALLED_BY_OTHERS
    ]
    assert dead == []


def _named(module):
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node, node.name
    for node in module.body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            yield node, node.target.id
        elif isinstance(node, ast.Assign):
            yield from (
                (node, target.id) for target in node.targets if isinstance(target, ast.Name)
            )
