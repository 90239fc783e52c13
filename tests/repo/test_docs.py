"""What the documents say can be done: commands parse, links lead somewhere, examples work."""

import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from kiosk.__main__ import _parser as kiosk_parser
from kiosk.__main__ import main as kiosk
from kiosk.edge.font_outlines import FontOutlines
from kiosk.errors import KioskError
from kiosk_hw import catalog
from kiosk_sim.__main__ import _parser as kiosk_sim_parser
from repo.tree import FOLDERS, ROOT, SOURCES, modules
from tariff.files import text as tariff_text

README = (ROOT / "README.md").read_text(encoding="utf-8")
CHANGELOG = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
ADDING = (ROOT / "docs" / "adding-a-device.md").read_text(encoding="utf-8")
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md"))]
PROGRAMS = {"kiosk": kiosk_parser, "kiosk-sim": kiosk_sim_parser}


def commands(page):
    """Every command in a fenced block: whole lines of `sh`, lines after `$` of transcripts."""
    for kind, block in re.findall(r"^```(\w+)\n(.*?)^```", page, re.MULTILINE | re.DOTALL):
        for line in block.splitlines():
            if kind == "sh" and line.strip():
                yield line
            elif kind == "text" and line.startswith("$ "):
                yield line[2:]


COMMANDS = [
    pytest.param(line, id=f"{path.name}: {line}")
    for path in PAGES
    for line in commands(path.read_text(encoding="utf-8"))
]


@pytest.mark.parametrize("line", COMMANDS)
def test_a_documented_command_is_one_that_can_be_given(line):
    words = shlex.split(line.partition(">")[0], comments=True)
    program, arguments = words[0], words[1:]
    if program in PROGRAMS:
        assert PROGRAMS[program]().parse_args(arguments)
    elif "/" in program:
        assert os.access(ROOT / program, os.X_OK), f"{program} is no program of this tree"
        for path in (word for word in arguments if word.startswith("tests")):
            assert (ROOT / path).exists(), path
    else:
        assert program == "mbpoll", f"nobody vouches for {program}"


def test_the_first_screen_of_the_readme_runs_the_demonstration_and_the_tests():
    first = list(commands(README))[:2]
    assert [line.split()[0] for line in first] == ["scripts/demo", "scripts/test"]


def test_the_subcommands_of_both_programs_are_in_the_readme():
    for program, parser in PROGRAMS.items():
        (choices,) = (action.choices for action in parser()._actions if action.dest == "command")
        told = {line.split()[1] for line in commands(README) if line.split()[0] == program}
        untold = set(choices) - told - {"states", "demo"}
        assert untold == set(), f"{program} {untold}"


def test_every_device_model_is_in_the_readme():
    named = {name for kind in catalog.KINDS for name in catalog.names(kind)}
    assert {name for name in named if f"`{name}`" not in README} == set()


def anchors(page):
    headings = re.findall(r"^#+ (.+)$", page, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_every_link_inside_the_tree_leads_somewhere(path):
    page = path.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)\s]+)\)", page):
        if "://" in target:
            continue
        file, _, anchor = target.partition("#")
        led_to = (path.parent / file).resolve() if file else path
        assert led_to.exists(), target
        if anchor:
            assert anchor in anchors(led_to.read_text(encoding="utf-8")), target


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_every_file_that_a_page_names_is_there(path):
    page = path.read_text(encoding="utf-8")
    roots = [ROOT, *(ROOT / folder for folder in ("src", "src/kiosk", "hw", "simulators"))]
    made = set(re.findall(r"^`([\w/]+\.py)`:$", page, re.MULTILINE))
    for name in set(re.findall(r"`([\w./-]+/[\w.-]+\.(?:py|toml|md|lock))`", page)) - made:
        assert any((root / name).exists() for root in roots), name


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_every_room_that_a_page_names_is_there(path):
    """Modules with dots (`kiosk.edge.diag`, or a name in one) and folders with slashes."""
    prose = re.sub(r"^```.*?^```", "", path.read_text(encoding="utf-8"), flags=re.M | re.S)
    roots = [ROOT / folder for folder in (*SOURCES, "src/kiosk", "hw/kiosk_hw", "")]
    for name in set(re.findall(r"`((?:kiosk|kiosk_hw|kiosk_sim|hosts)(?:\.[a-z_]+)+)`", prose)):
        room = name.replace(".", "/")
        homes = [root / each for root in roots for each in (room, f"{room}.py")]
        assert name.endswith(".toml") or any(home.exists() for home in homes), name
    for name in set(
        re.findall(r"`((?:core|edge|screens|src|hw|simulators|docs)/[a-z_/]+)`", prose)
    ):
        assert any((root / name).is_dir() for root in roots), name


OFFLINE = ("sample", "faults", "states", "tariff", "sign")
"""Commands of `kiosk` that need neither a lane nor a device, only a reader's own files."""


def offline(line):
    words = shlex.split(line.partition(">")[0], comments=True)
    return words[1:] if words[0] == "kiosk" and words[1] in OFFLINE else []


def has_font():
    try:
        FontOutlines(None)
    except KioskError:
        return False
    return True


def lay_out(folder):
    """The files that documents name as the reader's own."""
    (folder / "examples").symlink_to(ROOT / "examples")
    sample = (ROOT / "docs" / "kiosk.toml").read_text(encoding="utf-8")
    codes = '[codes]\npage_url = "https://pay.example.com"\n'
    (folder / "kiosk.toml").write_text(f"{sample}\n{codes}", encoding="utf-8")
    for name in ("tariff.toml", "old.toml", "new.toml"):
        (folder / name).write_text(tariff_text(), encoding="utf-8")
    assert kiosk(["tariff", "export", "tariff.toml", "--out", "rates.json"]) == 0


@pytest.mark.parametrize("line", [line for line in COMMANDS if offline(line.values[0])])
def test_a_documented_command_that_needs_no_device_does_its_work(
    line, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    lay_out(tmp_path)
    words = offline(line)
    made = tmp_path / words[words.index("--out") + 1] if "--out" in words else None
    if made is not None and made.suffix == ".pdf" and not has_font():
        pytest.skip("no font with Chinese: apt-get install fonts-noto-cjk")
    if made is not None:
        made.unlink(missing_ok=True)
    capsys.readouterr()
    assert kiosk(words) == 0
    assert capsys.readouterr().out != ""
    assert made is None or made.stat().st_size > 0


def test_the_changelog_tells_of_the_version_that_is_built():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    first = re.search(r"^## \[(.+?)\]", CHANGELOG, re.MULTILINE)
    assert first is not None
    assert first[1] == project["version"]


def test_the_map_of_rooms_names_folders_and_every_source_package():
    rooms = re.findall(r"^\| `([\w/]+)` \|", README, re.MULTILINE)
    assert rooms != []
    assert all((ROOT / room).is_dir() for room in rooms)
    told = [Path(room) for room in rooms]
    strays = {path.parent for path in modules(*SOURCES) if path.name == "__init__.py"}
    untold = {
        p for p in strays if not any(r == p or r in p.parents or p in r.parents for r in told)
    }
    assert untold == set()


def pytest_on(tree, *arguments):
    """Pytest on the copy of the tree."""
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments],
        cwd=tree,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(str(tree / f) for f in SOURCES)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.slow
def test_a_device_is_added_by_following_the_page(tmp_path):
    for folder in FOLDERS:
        shutil.copytree(
            ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__")
        )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    files = dict(re.findall(r"^`([\w/]+\.py)`:\n\n```python\n(.*?)^```", ADDING, re.M | re.S))
    (model,) = (Path(path).stem for path in files if path.startswith("hw/"))
    for path, code in files.items():
        (tmp_path / path).write_text(code, encoding="utf-8")

    catalogue = tmp_path / "tests/wire/test_catalog.py"
    outcome = pytest_on(tmp_path, str(catalogue))
    assert f"test_every_model_has_golden_frames[barriers-{model}]" in outcome.stdout
    assert "1 failed" in outcome.stdout, "a model without golden frames must not pass"

    (row,) = re.findall(r'^```python\n(    "\w+": \(.*\),\n)```', ADDING, re.M)
    table = catalogue.read_text(encoding="utf-8").replace(
        "GOLDEN_FILES = {\n", "GOLDEN_FILES = {\n" + row
    )
    catalogue.write_text(table, encoding="utf-8")
    outcome = pytest_on(tmp_path, "tests/wire")
    assert outcome.returncode == 0, outcome.stdout

    for path in files:
        style = [sys.executable, "-m", "ruff", "check", path]
        assert subprocess.run(style, cwd=tmp_path, check=False).returncode == 0
