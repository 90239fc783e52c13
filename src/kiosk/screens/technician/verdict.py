"""The first line of the screen: what is at fault and what cures it, or that nothing is."""

from typing import Final

from kiosk.core.health.catalogue import CATALOGUE
from kiosk.core.health.model import Severity
from kiosk.screens.technician.lines import Tone
from kiosk.screens.technician.session import Session
from kiosk.screens.technician.told import FaultTold
from kiosk.screens.technician.words import Words

PROOF_CHARS_MAX: Final = 40
"""Of a proof in the first line: half a line; the overview has all of it."""

_RANKS: Final = {Severity.STOPS: 0, Severity.HINDERS: 1, Severity.THREATENS: 2}


def ranked(faults: tuple[FaultTold, ...]) -> list[FaultTold]:
    """The worst first, and of those the oldest."""
    return sorted(faults, key=lambda found: (rank(found.code), -found.since_s, found.code))


def rank(code: str) -> int:
    """0 for what stops a lane; what the catalogue does not know comes before what hinders."""
    fault = CATALOGUE.get(code)
    return 0 if fault is None else _RANKS[fault.severity]


def verdict(session: Session, words: Words, now: float) -> tuple[str, Tone]:
    """What a stranger must know first."""
    if not session.is_up:
        return _lost(session, words, now)
    told = session.snapshot
    if session.snapshot_at is None:
        return words("verdict.waiting"), "late"
    if told.faults:
        return _worst(told.faults, words), "alert"
    for port in told.ports.values():
        if port.state not in ("open", "") and port.why:
            device = words.named("device", port.name)
            return words("verdict.port", device=device, why=port.why), "alert"
    if told.alarms:
        kind, why = next(iter(told.alarms.items()))
        return words("verdict.alarm", kind=words.named("alarm", kind), why=words.said(why)), "alert"
    if told.suspected:
        return words("verdict.suspected", fault=_worst(told.suspected, words)), "late"
    if not told.devices:
        return words("verdict.blind"), "late"
    return words("verdict.well"), "good"


def _worst(found: tuple[FaultTold, ...], words: Words) -> str:
    worst, *others = ranked(found)
    said = words.fault(worst.code)
    device = words.named("device", worst.device)
    name = said.name.rstrip(".") + _proof(worst)
    more = words("verdict.more", count=len(others)) if others else ""
    return more + words("verdict.fault", device=device, name=name, cure=said.cure)


def _proof(found: FaultTold) -> str:
    """What was found, where it is short: the address that a board has, the speed that answers."""
    told = ", ".join(f"{name} {value}" for name, value in found.evidence.items())
    return f" ({told})" if told and len(told) <= PROOF_CHARS_MAX else ""


def _lost(session: Session, words: Words, now: float) -> tuple[str, Tone]:
    if not session.why_lost:
        return words("verdict.connecting"), "late"
    asked = session.snapshot.faults if session.snapshot_at is None else ()
    if asked:
        # No lane runs, and its ports were asked themselves: that is newer than the loss.
        return words("verdict.asked") + _worst(asked, words), "alert"
    since = words.age(max(0.0, now - session.lost_at))
    return words("verdict.lost", why=words.said(session.why_lost), since=since), "alert"
