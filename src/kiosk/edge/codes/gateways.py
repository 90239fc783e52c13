"""Makes the gateways of payment codes out of `[codes]`: keys are read here, nothing is opened.

Only a lane with codes imports this room: it loads cryptography and h11.
"""

import secrets
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final, TypeVar, cast
from urllib.parse import urlsplit

from kiosk.config import Alipay, Codes, Wechat
from kiosk.edge.secret_file import read_public, read_secret
from kiosk.errors import ConfigError
from kiosk_hw import catalog
from kiosk_hw.gateways.model import GatewayModel
from kiosk_hw.hosts.gateway_host import GatewayHost
from kiosk_hw.paycodes.merchant import Merchant
from kiosk_hw.paycodes.rsa_keys import PlatformKey, SigningKey, platform_key, signing_key
from kiosk_hw.paycodes.wechat_signing import API_V3_KEY_BYTES

KEY_BYTES_MAX: Final = 64 * 1024
"""A PEM file of one RSA key or certificate chain; a longer one is something else."""

T = TypeVar("T")


def hosts_of(codes: Codes) -> dict[str, GatewayHost]:
    """The host of each gateway by the name of its port. Raises ConfigError with all faults."""
    faults: list[str] = []
    made: dict[str, GatewayHost] = {}
    for name, table in codes.gateways.items():
        model = model_of(table)
        merchant = _merchant(name, table, codes.page_url, faults)
        if merchant is not None:
            host = urlsplit(merchant.url).netloc
            made[name] = GatewayHost(
                name,
                model.codec(merchant),
                host,
                wall_s=_wall_s,
                nonce=_nonce,
                currency=model.currency,
            )
    if faults:
        raise ConfigError(tuple(faults))
    return made


def model_of(table: Wechat | Alipay) -> GatewayModel:
    """The gateway's declaration."""
    return cast(GatewayModel, catalog.model("gateways", table.model))


def url_of(table: Wechat | Alipay) -> str:
    """Where the gateway's API is."""
    return table.url or model_of(table).url


def _merchant(
    name: str, table: Wechat | Alipay, page_url: str | None, faults: list[str]
) -> Merchant | None:
    """The merchant of this table; None, and a line in `faults` for each file that is not right."""
    prefix = f"codes.{name}"
    key = _take(lambda: _signing_key(table.key_file, f"{prefix}.key_file"), faults)
    platform = [
        _take(partial(_platform_key, key_id, path, prefix), faults)
        for key_id, path in table.platform_keys.items()
    ]
    api_v3_key: bytes | None = b""
    if isinstance(table, Wechat):
        file, where = table.api_v3_key_file, f"{prefix}.api_v3_key_file"
        api_v3_key = _take(lambda: _api_v3_key(file, where), faults)
    found = [each for each in platform if each is not None]
    if key is None or api_v3_key is None or len(found) < len(platform):
        return None
    return Merchant(
        url=url_of(table),
        app_id=table.app_id,
        merchant_id=table.merchant_id,
        key=key,
        platform_keys=tuple(found),
        serial_no=table.serial_no if isinstance(table, Wechat) else "",
        api_v3_key=api_v3_key,
        notify_url="" if page_url is None else f"{page_url}/notify/{name}",
    )


def _signing_key(path: Path, where: str) -> SigningKey:
    pem = read_secret(path, where, KEY_BYTES_MAX)
    return _in(where, path, lambda: signing_key(pem))


def _platform_key(key_id: str, path: Path, prefix: str) -> PlatformKey:
    where = f"{prefix}.platform_keys.{key_id}"
    pem = read_public(path, where, KEY_BYTES_MAX)
    return _in(where, path, lambda: platform_key(key_id, pem))


def _api_v3_key(path: Path, where: str) -> bytes:
    key = read_secret(path, where, KEY_BYTES_MAX).strip()
    if len(key) != API_V3_KEY_BYTES or not all(0x21 <= byte <= 0x7E for byte in key):
        fault = f"{where}: expected {API_V3_KEY_BYTES} characters without a blank in {path}"
        raise ConfigError((fault,))
    return key


def _in(where: str, path: Path, read: Callable[[], T]) -> T:
    try:
        return read()
    except ValueError as error:
        raise ConfigError((f"{where}: {error}, in {path}",)) from None


def _take(read: Callable[[], T], faults: list[str]) -> T | None:
    try:
        return read()
    except ConfigError as error:
        faults.extend(error.faults)
        return None


def _wall_s(now: float) -> float:
    return time.time()


def _nonce() -> str:
    return secrets.token_hex(16)
