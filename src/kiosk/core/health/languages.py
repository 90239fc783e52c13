"""The languages that faults are told in. Apart, so that a command line need not load a word."""

from typing import Final

LANGUAGES: Final = ("en", "zh", "de")
"""The first is what stands in documents, logs and metrics."""
