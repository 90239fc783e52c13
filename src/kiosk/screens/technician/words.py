"""What the technician's screen says, in three languages, and which of them fits a terminal."""

import json
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Final

from kiosk.core.health.languages import LANGUAGES as FAULT_LANGUAGES
from kiosk.core.health.wording import Words as FaultWords
from kiosk.core.health.wording import words as fault_words

LANGUAGES: Final = ("en", "de", "zh")
"""The languages of the texts; the first is what a terminal gets that says nothing."""

_AROUND: Final = {
    "said-has": (" has control of this lane", "role"),
    "said-busy": (": let that end first", "state"),
    "said-pay": (" asked for: hold your own card to the reader", "amount"),
    "said-not-taken": ("not taken: ", "why"),
}
"""Sentences with something in them: what stands around it, and of which kind it is."""


@cache
def texts(language: str) -> Mapping[str, str]:
    """Every text of the screen in this language."""
    path = Path(__file__).parent / "texts" / f"{language}.json"
    read: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return read


class Words:
    """Texts in one language; what the lane says in English is put into it where it is known."""

    def __init__(self, language: str) -> None:
        if language not in LANGUAGES:
            raise LookupError(f"expected one of {', '.join(LANGUAGES)}, got {language!r}")
        self.language = language
        self._texts = texts(language)

    def __call__(self, key: str, **values: object) -> str:
        """The text of this key, with its values put in."""
        told = self._texts[key]
        return told.format(**values) if values else told

    def named(self, kind: str, word: str) -> str:
        """A word of the lane: `state locked`, `alarm fire`; as it is where nobody knows it."""
        return self._texts.get(f"{kind}.{word}", word)

    def said(self, sentence: str) -> str:
        """A sentence that the lane says of control and trials; as it is where nobody knows it."""
        told = self._texts.get(f"said.{sentence}")
        if told is not None:
            return told
        for key, (piece, kind) in _AROUND.items():
            before, found, after = sentence.partition(piece)
            if found and not (before and after):
                return self(key, what=self.named(kind, before or after))
        return sentence

    @property
    def colon(self) -> str:
        """What stands between a label and what it labels."""
        return self("colon")

    def listed(self, items: Iterable[str]) -> str:
        """Several things in one line."""
        return self("comma").join(items)

    def fault(self, code: str) -> FaultWords:
        """A fault's words, in English where nobody wrote them in this language."""
        language = self.language if self.language in FAULT_LANGUAGES else FAULT_LANGUAGES[0]
        try:
            return fault_words(code, language)
        except LookupError:
            return FaultWords(code, "", "", "")

    def age(self, seconds: float) -> str:
        """An age as people say it."""
        if seconds < 120:
            return f"{seconds:.0f} s"
        if seconds < 7200:
            return f"{seconds / 60:.0f} min"
        return f"{seconds / 3600:.0f} h"


def language_of(environment: Mapping[str, str]) -> str:
    """The language that this terminal is set to, among ours."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if environment.get(name):
            spoken = environment[name][:2].lower()
            # A Linux console has no Chinese font, whatever its language.
            if spoken in LANGUAGES and not (spoken == "zh" and environment.get("TERM") == "linux"):
                return spoken
            break
    return LANGUAGES[0]


def is_ascii(environment: Mapping[str, str]) -> bool:
    """Whether this terminal is told to show nothing but ASCII, or is too old for more."""
    if environment.get("TERM", "").startswith(("vt", "dumb", "ansi")):
        return True
    for name in ("LC_ALL", "LC_CTYPE", "LANG"):
        value = environment.get(name, "")
        # Python itself sets LC_CTYPE so where the locale is C.
        if value and not (name == "LC_CTYPE" and value == "C.UTF-8"):
            return "utf" not in value.lower()
    return True


def is_plain(environment: Mapping[str, str]) -> bool:
    """Whether this terminal shows no colours."""
    return bool(environment.get("NO_COLOR")) or environment.get("TERM", "").startswith(
        ("vt", "dumb")
    )
