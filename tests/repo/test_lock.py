"""requirements.lock pins all that is installed, by hash, and tells nobody's servers."""

import re
import tomllib

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from repo.tree import ROOT

LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

PINNED = {
    canonicalize_name(requirement.name): requirement
    for requirement in map(Requirement, re.findall(r"^([^\s#].*?) \\$", LOCK, re.MULTILINE))
}
WANTED = [
    *PROJECT["project"]["dependencies"],
    *PROJECT["project"]["optional-dependencies"]["dev"],
    *PROJECT["build-system"]["requires"],
]


def test_each_pin_is_one_exact_version_with_its_hashes():
    pins = re.split(r"\n(?=\S)", LOCK.strip())
    assert len(pins) == len(PINNED) > 0
    for pin in pins:
        first, *hashes = pin.replace("\\\n", "\n").splitlines()
        assert re.fullmatch(r"[a-z0-9.-]+==[\w.]+( ; [^@]+)? ?", first), first
        assert hashes, first
        assert all(re.fullmatch(r"    --hash=sha256:[0-9a-f]{64} ?", line) for line in hashes), (
            first
        )


def test_the_lock_names_no_server_and_no_file():
    assert re.search(r"://| @ |--(extra-)?index|--find-links|--trusted|file:", LOCK) is None


def test_the_lock_answers_every_wish_of_the_project():
    for wish in map(Requirement, WANTED):
        (pin,) = PINNED[canonicalize_name(wish.name)].specifier
        assert wish.specifier.contains(pin.version), f"{wish} is pinned as {pin}"
