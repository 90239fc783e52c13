"""What the driver's page is told of its lane, read off the configuration."""

from typing import Final

from kiosk.config import Config
from kiosk.core.plates.grammar import PROVINCES
from kiosk.screens.driver.bundle import Setup

CHINESE: Final = "zh"


def setup_of(config: Config, *, sweep_h: int) -> Setup:
    """The page's settings for this lane, whose store is swept every `sweep_h` hours.

    Keyboards follow the plates that are known here; the one of the lane's language comes up first.
    """
    language = config.screen.language
    wanted = ("cn", "eu") if language == CHINESE else ("eu", "cn")
    keyboards = tuple(each for each in wanted if each in config.plates.grammars)
    return Setup(
        language=language,
        keyboards=keyboards or ("eu",),
        provinces=PROVINCES,
        role=config.lane.role.value,
        hours=config.store.dispute_h + sweep_h,
    )
