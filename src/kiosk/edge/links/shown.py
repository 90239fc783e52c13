"""How the address of a port is told: without the name, password and options that it may carry."""

import re
from typing import Final

_USER: Final = re.compile(r"(?<=://)\S*@")
"""Up to the last `@`: a password may have one, too."""

_OPTION: Final = re.compile(r"(?<=[?&])([^=&\s]+)=[^&\s]*")


def shown_url(url: str) -> str:
    """This address, for people, logs and reports."""
    return _OPTION.sub(r"\1=***", _USER.sub("***@", url))
