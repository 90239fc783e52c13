"""What all tests share: how drawn examples are run, and a Chromium for the tests of pages.

Without a Chromium they are skipped, and say what is missing. One for each module of tests: while
Playwright is started, its event loop runs in this thread, and tests of other modules run one of
their own.
"""

import shutil
from collections.abc import Iterator
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, settings

# The same examples at every run: what fails here fails everywhere, and again. How long one takes
# says how busy the machine is; a test that hangs is pytest-timeout's.
settings.register_profile(
    "kiosk",
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("kiosk")

FLAGS: Final = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
"""Chromium as root, on a machine that lets it reach nobody."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    api = pytest.importorskip(
        "playwright.sync_api", reason="playwright is missing: pip install '.[browser]'"
    )
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("chromium is missing: apt-get install chromium fonts-noto-cjk")
    with api.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=[*FLAGS])
        yield opened
        opened.close()
