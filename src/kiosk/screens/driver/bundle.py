"""The files of the driver's page, ready to be served: bytes, types, and one name for the build."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Final

LANGUAGES: Final = ("zh", "en", "de")
"""The languages of the texts, in the order of their buttons."""

NOTICE_VERSION: Final = "2"
"""The version of the notice that drivers read; changed with any word of it."""

NOTICE_PREFIX: Final = "notice."

_TYPES: Final = {
    "html": "text/html; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
}
_PAGE: Final = ("codes.js", "countdown.js", "driver.css", "driver.js", "link.js", "plates.js")
_BUILD_CHARS: Final = 16
_HERE: Final = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Setup:
    """What the page is told once: the lane's kind, its language, and its keyboards."""

    language: str
    """What the screen speaks when nobody chose another language; one of `LANGUAGES`."""
    keyboards: tuple[str, ...]
    """`cn` and `eu`, the one that comes up first in front."""
    provinces: str
    """The characters that Chinese plates start with."""
    role: str
    """`exit` or `entry`."""
    hours: int
    """Hours after which nothing is kept of a stay that is over."""
    notice: str = NOTICE_VERSION


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it is sent."""

    content_type: str
    body: bytes
    lasting: bool
    """Its path names its build, so that it never changes under this path."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """Every file of the page by its path, and the build that all of them belong to."""

    build: str
    assets: Mapping[str, Asset]


@cache
def texts(language: str) -> Mapping[str, str]:
    """Every text of the screen in this language."""
    read: dict[str, str] = json.loads(_file("texts", f"{language}.json"))
    return read


def notice_digest(language: str) -> str:
    """The SHA-256 of the notice in this language, for whoever must prove what was shown."""
    notice = {key: text for key, text in texts(language).items() if key.startswith(NOTICE_PREFIX)}
    return hashlib.sha256(json.dumps(notice, sort_keys=True).encode()).hexdigest()


def bundle(setup: Setup) -> Bundle:
    """The page for this lane. A changed byte anywhere gives another build."""
    told = {**asdict(setup), "texts": {each: texts(each) for each in LANGUAGES}}
    parts = {name: _file("page", name) for name in _PAGE}
    parts["setup.js"] = f"export default {json.dumps(told, ensure_ascii=False)};\n".encode()
    index = _file("page", "index.html")
    whole = b"\0".join([index, *(parts[name] for name in sorted(parts))])
    build = hashlib.sha256(whole).hexdigest()[:_BUILD_CHARS]
    assets = {f"/{build}/{name}": _asset(name, body, True) for name, body in parts.items()}
    assets["/"] = _asset("index.html", index.replace(b"%BUILD%", build.encode()), False)
    return Bundle(build, assets)


def _asset(name: str, body: bytes, lasting: bool) -> Asset:
    return Asset(_TYPES[name.rpartition(".")[2]], body, lasting)


def _file(folder: str, name: str) -> bytes:
    return (_HERE / folder / name).read_bytes()
