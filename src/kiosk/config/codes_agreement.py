"""What `[codes]` demands of the tariff, of the gateways' models and of what is installed."""

from collections.abc import Iterator
from importlib.util import find_spec
from typing import cast

from kiosk.config.codes import Codes
from kiosk.config.parts import tariff_of
from kiosk.config.schema import TariffTable
from kiosk.errors import ConfigError
from kiosk_hw import catalog


def drawing_disagreements(page: str | None) -> Iterator[str]:
    """One line if the driver's page shows codes here, and nothing is installed that draws them."""
    if page is not None and find_spec("pyqrcode") is None:
        yield "screen.page: pyqrcode, which draws codes, is missing: pip install 'kiosk[screen]'"


def codes_disagreements(codes: Codes, tariff: TariffTable | None) -> Iterator[str]:
    """One line for each fault between keys."""
    if not codes.gateways:
        yield "codes: expected [codes.wechat], [codes.alipay] or both, got neither"
        return
    for name, table in codes.gateways.items():
        if not table.platform_keys:
            yield f"codes.{name}.platform_keys: expected a key, got none"
    try:
        # A lane without codes loads no cryptography, and needs none installed.
        from kiosk_hw.gateways.model import GatewayModel
    except ImportError as error:
        yield f"codes: {error.name} is missing: pip install 'kiosk[codes]'"
        return
    try:
        currency = None if tariff is None else tariff_of(tariff).currency
    except (ConfigError, ValueError):
        return  # What is wrong with the tariff is named already.
    for name, table in codes.gateways.items():
        wanted = cast(GatewayModel, catalog.model("gateways", table.model)).currency
        if currency not in (None, wanted):
            yield f"codes.{name}: expected a tariff in {wanted}, got one in {currency}"
