"""Tabs of the panels that terminals have."""

from collections.abc import Iterator
from typing import Any, Final

import pytest

SIZES: Final = {"landscape": (800, 480), "upright": (1080, 1920)}
"""The panels of small terminals, and of tall ones."""


@pytest.fixture
def tab(browser: Any) -> Iterator[Any]:
    """A fresh landscape tab that fails the test with what the page itself complains about."""
    yield from opened_tab(browser, "landscape")


@pytest.fixture(params=[*SIZES])
def any_tab(browser: Any, request: pytest.FixtureRequest) -> Iterator[Any]:
    """The same in both sizes."""
    yield from opened_tab(browser, request.param)


def opened_tab(browser: Any, size: str) -> Iterator[Any]:
    width, height = SIZES[size]
    context = browser.new_context(viewport={"width": width, "height": height}, has_touch=True)
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert complaints == []
