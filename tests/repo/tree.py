"""The files of this checkout, as the tests of the tree see them."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]

SOURCES: Final = ("src", "hw", "simulators")

FOLDERS: Final = (*SOURCES, "tests", "scripts", "docs", "examples", ".ci")

TOP_FILES: Final = (
    "pyproject.toml",
    "requirements.lock",
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
)


def files(*folders: str) -> Iterator[Path]:
    """Every file in these folders that a person wrote, relative to the checkout."""
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.is_file() and not {"__pycache__", ".hypothesis"} & set(path.parts):
                yield path.relative_to(ROOT)


def modules(*folders: str) -> list[Path]:
    return [path for path in files(*folders) if path.suffix == ".py"]


@cache
def text(path: Path) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(text(path))
