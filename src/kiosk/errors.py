"""What a person can cure: configuration, journal, ports. Device faults are events, never errors."""


class KioskError(Exception):
    """Something that a person can cure; its text says what was expected and what came."""

    exit_code = 1
    """What the command ends with; argparse itself ends with 2 for wrong arguments."""


class UsageError(KioskError):
    """What was typed names nothing that is there; scripts tell it from a lane that is ill."""

    exit_code = 2


class ConfigError(KioskError):
    """A configuration cannot be used. `faults` names every fault, one line each."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


class JournalError(KioskError):
    """The store cannot be opened, read or written."""


class PortError(KioskError):
    """A port cannot be opened or set."""
