"""How fast people and devices are: best, typical and slow figures of an exit. No behaviour is here.

Sources: detector reaction 25 and 50 ms (MATRIX loop-sensor guide 42057001) and FEIG's 200 ms
minimum signal; arm opening below 0.7 s for class F (GB/T 24973-2010 5.6) and 1, 3 or 6 s settings
(Chamberlain BAR manual); contactless card 250 to 640 ms in the field (transit practice). The
seconds of drivers, of phones and of plate reads rest on practice, not on a published measurement.
"""

from dataclasses import dataclass
from math import exp
from random import Random
from typing import Final


@dataclass(frozen=True, slots=True)
class Spread:
    """A time that differs from person to person: log-normal around a median, cut at both ends."""

    median_s: float
    sigma: float = 0.0
    """0 makes everybody equal, and draws nothing from the seed."""
    low_s: float = 0.0
    high_s: float = 3600.0

    def draw(self, rng: Random) -> float:
        """One person's time in seconds."""
        if self.sigma == 0.0:
            return self.median_s
        return min(max(self.median_s * exp(rng.gauss(0.0, self.sigma)), self.low_s), self.high_s)


@dataclass(frozen=True, slots=True)
class Profile:
    """One row of figures: how fast this lane's people and devices are."""

    name: str
    detector_delay_s: float
    """From a vehicle at the loop's edge to the detector's contact, both ways."""
    plate_read_s: float
    """From a plate in view to the camera's telegram."""
    price_to_card: Spread
    """From the price on the screen to the card at the reader, for a car that stands."""
    card_field_s: float
    """How long the card must be held in the field."""
    host_s: float
    """How long the card's host takes to authorise."""
    arm_travel_s: float
    """The arm's way from one end to the other."""
    reach_s: float
    """From standing still to an arm stretched out of the window: nobody pays while rolling."""
    reaction_s: float
    """From the arm being up to the wheels turning."""
    acceleration_mps2: float
    braking_mps2: float
    typing: Spread
    """From being asked for the plate to the last character confirmed."""
    scan: Spread
    """From a code on the screen, or on a post, to the phone showing what it is."""
    confirm: Spread
    """From the payment sheet on the phone to the finger, the face or the password given."""
    gateway: Spread
    """How long a payment gateway takes to answer, the network included."""


BEST: Final = Profile(
    name="best",
    detector_delay_s=0.025,
    plate_read_s=0.0,
    price_to_card=Spread(1.0),
    card_field_s=0.25,
    host_s=0.0,
    arm_travel_s=0.7,
    reach_s=0.3,
    reaction_s=0.5,
    acceleration_mps2=2.0,
    braking_mps2=2.0,
    typing=Spread(3.0),
    scan=Spread(1.5),
    confirm=Spread(1.5),
    gateway=Spread(0.05),
)
"""A practised driver, a fast arm, an authorisation that is deferred."""

TYPICAL: Final = Profile(
    name="typical",
    detector_delay_s=0.05,
    plate_read_s=0.3,
    price_to_card=Spread(2.5, sigma=0.35, low_s=1.0, high_s=6.0),
    card_field_s=0.45,
    host_s=1.5,
    arm_travel_s=2.0,
    reach_s=0.8,
    reaction_s=1.0,
    acceleration_mps2=1.75,
    braking_mps2=1.5,
    typing=Spread(5.0, sigma=0.3, low_s=3.0, high_s=15.0),
    scan=Spread(2.2, sigma=0.3, low_s=1.5, high_s=5.0),
    confirm=Spread(2.0, sigma=0.25, low_s=1.5, high_s=5.0),
    gateway=Spread(0.12, sigma=0.4, low_s=0.04, high_s=1.0),
)
"""Drivers: median 2.5 s, 95 of 100 below 2.5 * e^(1.645 * 0.35) = 4.45 s, none above 6 s."""

SLOW: Final = Profile(
    name="slow",
    detector_delay_s=0.2,
    plate_read_s=1.0,
    price_to_card=Spread(6.0),
    card_field_s=0.64,
    host_s=3.0,
    arm_travel_s=6.0,
    reach_s=1.5,
    reaction_s=1.5,
    acceleration_mps2=1.5,
    braking_mps2=1.0,
    typing=Spread(15.0),
    scan=Spread(6.0),
    confirm=Spread(5.0),
    gateway=Spread(0.6),
)
"""Everything at its slow end: ten seconds are out of reach, and the waterfall says why."""

PROFILES: Final = {profile.name: profile for profile in (BEST, TYPICAL, SLOW)}
