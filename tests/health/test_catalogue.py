"""The catalogue of faults is whole: every code has an owner, and words in every language."""

import re

import pytest

from kiosk.core.health.catalogue import CATALOGUE
from kiosk.core.health.languages import LANGUAGES
from kiosk.core.health.page import page
from kiosk.core.health.wording import texts, words
from repo.tree import ROOT


@pytest.mark.parametrize("code", CATALOGUE)
def test_every_fault_belongs_to_a_device_or_to_any_port(code):
    assert re.fullmatch(r"[a-z]+\.[a-z-]+", code)
    assert (CATALOGUE[code].device is None) is code.startswith("port.")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_fault_has_words_and_no_words_lack_a_fault(language):
    assert set(texts(language)) == set(CATALOGUE)
    for code, said in texts(language).items():
        assert all(part.strip() == part and part for part in said), code
        assert not said.name.endswith((".", "。")), code
        assert all(part.endswith((".", "。")) for part in said[1:]), code


def test_a_language_that_nobody_wrote_is_refused_by_name():
    with pytest.raises(LookupError, match="fr"):
        words("barrier.silent", "fr")


def test_the_page_of_faults_is_what_the_catalogue_says():
    assert (ROOT / "docs" / "faults.md").read_text(encoding="utf-8") == page(LANGUAGES[0])


def test_the_page_tells_of_every_fault_in_plain_words():
    told = page("en")
    for code in CATALOGUE:
        assert f"`{code}`" in told
        assert words(code).cure in told
