"""`kiosk diag` without a tool: the technician's screen, in a process of its own."""

import os
import sys
from argparse import Namespace
from typing import TextIO

from kiosk.errors import KioskError


def execute(arguments: Namespace, out: TextIO) -> int:
    """Show it until it is left."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise KioskError(
            "expected a terminal; for scripts: kiosk diag list, watch, trace, check, report"
        )
    try:
        from kiosk.screens.technician.app import app_of
    except ModuleNotFoundError as error:
        if error.name is None or error.name.split(".")[0] not in ("textual", "rich"):
            raise
        raise KioskError(
            "the technician's screen needs Textual: pip install 'kiosk[diag]'; without it: "
            "kiosk diag list, watch, trace, check, capture, report, test-exit, test-payment,"
            " release-lane"
        ) from None
    from kiosk.edge.diag.own_screen import OwnScreen
    from kiosk.edge.diag.walking import wires_of
    from kiosk.screens.technician.walk import Walk
    from kiosk.screens.technician.words import is_ascii, is_plain, language_of

    environment = dict(os.environ)
    ascii_only = arguments.ascii or is_ascii(environment)
    language = arguments.language or language_of(environment)
    if ascii_only and language == "zh":
        language = "en"
    shell = OwnScreen(arguments)
    walk = Walk(() if shell.config is None else wires_of(shell.config))
    app = app_of(shell, language, walk, ascii_only, is_plain(environment))
    # A serial console knows no mouse, and one that does selects text with it.
    app.run(mouse=False)
    return app.return_code or 0
