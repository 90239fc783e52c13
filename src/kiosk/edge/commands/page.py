"""`kiosk page`: serves the pay page to drivers' phones, in a process of its own."""

from argparse import Namespace
from importlib.util import find_spec
from typing import TextIO

from kiosk.config import load_page
from kiosk.errors import ConfigError


def execute(arguments: Namespace, out: TextIO) -> int:
    """Serve until SIGTERM or SIGINT."""
    config = load_page(arguments.config)
    if find_spec("h11") is None:
        raise ConfigError(("kiosk page: expected the extra `page`: pip install 'kiosk[page]'",))

    from kiosk.edge import logs
    from kiosk.edge.pay_page.composition import serve

    logs.set_up()
    return serve(config)
