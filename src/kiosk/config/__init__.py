"""The `kiosk.toml` of one lane: what may be set, and every fault in it named at once.

Nothing is opened but the file itself and the tariff file that it names: no port, no store, no
file of a password or key.
"""

from kiosk.config.codes import Alipay, Codes, Wechat
from kiosk.config.devices import Barrier, Camera, CustomCameraTable, Terminal, Wiring
from kiosk.config.loading import CONFIG_BYTES_MAX, load, load_page, page_url_in, parse, parse_page
from kiosk.config.schema import (
    Config,
    Diag,
    Lane,
    Monitor,
    Page,
    PageConfig,
    Plates,
    Screen,
    Store,
    TariffTable,
)

__all__ = [
    "CONFIG_BYTES_MAX",
    "Alipay",
    "Barrier",
    "Camera",
    "Codes",
    "Config",
    "CustomCameraTable",
    "Diag",
    "Lane",
    "Monitor",
    "Page",
    "PageConfig",
    "Plates",
    "Screen",
    "Store",
    "TariffTable",
    "Terminal",
    "Wechat",
    "Wiring",
    "load",
    "load_page",
    "page_url_in",
    "parse",
    "parse_page",
]
