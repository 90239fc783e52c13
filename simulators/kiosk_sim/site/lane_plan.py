"""What a virtual lane is made of, with or without payment by code. Nothing is made here."""

from dataclasses import dataclass, field, replace
from typing import Any, Final

from kiosk.core.settings import LaneSettings
from kiosk.core.tariff import Tariff
from kiosk_hw.barriers.model import BarrierModel, Wiring
from kiosk_hw.barriers.waveshare_relay_d import DEVICE as WAVESHARE
from kiosk_hw.cameras.model import CameraModel
from kiosk_hw.cameras.stx_etx import DEVICE as STX_ETX
from kiosk_hw.ports.party import NEVER
from kiosk_hw.terminals.model import TerminalModel
from kiosk_hw.terminals.zvt_serial import DEVICE as ZVT_SERIAL
from kiosk_hw.zvt.currencies import NUMBERS
from kiosk_sim.devices.camera import Sight
from kiosk_sim.devices.terminal.settings import TerminalSettings
from kiosk_sim.site.scenario import DEMO_TARIFF
from kiosk_sim.wires.virtual import COMMIT_S
from kiosk_sim.world.car import READ_ON_LOOP, Geometry
from kiosk_sim.world.profiles import TYPICAL, Profile

YUAN_TARIFF: Final = replace(DEMO_TARIFF, currency="CNY")
"""The demo's tariff in the one currency that the gateways charge."""

IN_YUAN: Final = TerminalSettings(currency=NUMBERS["CNY"])
"""A card terminal whose acquirer books in the gateways' currency."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CodePlan:
    """Which gateways a virtual lane has, and whether phones and notifications find its page."""

    providers: tuple[str, ...] = ("wechat",)
    notices: bool = False
    page: bool = False
    """The screen shows the lane's own code, which leads to the lane's page."""
    app: bool = False
    """Drivers scan that code with a provider's app, which says at which gateway they pay; else with
    the phone's camera, and choose by their tap where there are two."""
    tells_paying: bool = True
    """The gateways say that somebody confirms; else an order is unpaid until it is paid."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LanePlan:
    """What a simulated lane is made of; the defaults are a typical exit at 9600 baud."""

    seed: int = 1
    profile: Profile = TYPICAL
    settings: LaneSettings = field(default_factory=LaneSettings)
    tariff: Tariff = DEMO_TARIFF
    barrier: BarrierModel = WAVESHARE
    wiring: Wiring = field(default_factory=Wiring)
    camera: CameraModel = STX_ETX
    terminal: TerminalModel | None = ZVT_SERIAL
    terminal_settings: TerminalSettings = field(default_factory=TerminalSettings)
    sight: Sight | None = None
    piece: int = 0
    """Bytes that arrive together at most; 0 for whole messages."""
    commit_s: float = COMMIT_S
    """How long the store takes for a batch."""
    geometry: Geometry = READ_ON_LOOP
    tune_out_s: float = NEVER
    """After how long the detectors take a standing car for the road."""
    close_after_s: float = NEVER
    """After how long the barrier closes itself although no car passed."""
    codes: CodePlan | None = None
    """Which gateways the lane has; they charge in yuan alone."""
    doctor: bool = True
    """Whether the lane's health is watched, as it is in a real one."""


def plan_with_codes(codes: CodePlan | None = None, **more: Any) -> LanePlan:
    """A typical exit in yuan, where fees can be paid by code beside the card."""
    yuan = {"tariff": YUAN_TARIFF, "terminal_settings": IN_YUAN}
    return LanePlan(codes=codes or CodePlan(), **{**yuan, **more})
