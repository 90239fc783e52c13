"""Ports as bytes in, bytes out: opening, keeping open, recording. No protocol lives here."""

from kiosk.edge.links.calling import CalledLink
from kiosk.edge.links.link import Link, LinkState
from kiosk.edge.links.opening import LinkLost
from kiosk.edge.links.recorder import Recorder, Redact, keep_all, mask_text
from kiosk.edge.links.reopening import KeptLink
from kiosk.edge.links.replay import replay
from kiosk.edge.links.retried import LinkEars

__all__ = [
    "CalledLink",
    "KeptLink",
    "Link",
    "LinkEars",
    "LinkLost",
    "LinkState",
    "Recorder",
    "Redact",
    "keep_all",
    "mask_text",
    "replay",
]
