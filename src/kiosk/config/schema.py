"""What may stand in `kiosk.toml`: one frozen dataclass for each table, one field for each key."""
# ruff: noqa: RUF009 - key() makes a dataclass field, it is no default value.

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path

from kiosk.config import spelling
from kiosk.config.codes import Codes
from kiosk.config.devices import Barrier, Camera, Terminal
from kiosk.config.keys import key, table
from kiosk.core.settings import LaneSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane(LaneSettings):
    """`[lane]`: the lane's name, and every setting of the lane's own."""

    name: str = key("what screens and logs call the lane", read=spelling.name, example="exit-1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """`[store]`: where stays, journal and day keys are kept."""

    folder: Path = key(
        "the folder of stays, journal and day keys, from this file's folder", example="state"
    )
    keys_folder: Path | None = key(
        "the folder of the keys, better on another disk; without it `keys` in folder",
        default=None,
        example="keys",
        idle=True,
    )
    dispute_h: int = key(
        "hours after which the fingerprint of a closed stay can no longer be tested",
        default=24,
        low=0,
        high=168,
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TariffTable:
    """`[tariff]`: what a stay costs: a tariff file, or the keys of a `SimpleTariff`.

    Each is its own, so that the tariff it was once made into can be kept with it.
    """

    file: Path | None = key(
        "a tariff file, from this file's folder, instead of all other keys of this table;"
        " its lost entries, validations and fees that are added by hand are a person's to charge",
        default=None,
        example="tariff.toml",
        idle=True,
    )
    currency: str | None = key(
        "ISO 4217 code; without file it is required",
        default=None,
        read=spelling.currency,
        example="EUR",
    )
    block_min: int | None = key(
        "minutes of one block; without file it is required",
        default=None,
        low=1,
        high=10080,
        example=60,
    )
    block_amount_minor: int | None = key(
        "price of a started block, in cents; without file it is required",
        default=None,
        low=1,
        high=1_000_000,
        example=200,
    )
    free_min: int = key(
        "who leaves within these minutes pays nothing", default=0, low=0, high=1440, example=15
    )
    grace_min: int = key("minutes to leave after paying", default=15, low=0, high=240)
    cap_24h_amount_minor: int | None = key(
        "most that 24 h cost, in cents; without it no cap",
        default=None,
        low=1,
        high=100_000_000,
        example=1500,
    )
    class_times: Mapping[str, int] = field(
        default_factory=dict,
        metadata={
            "purpose": "how often a vehicle class pays each amount; others once",
            "low": 0,
            "high": 100,
            "example": {"large": 2, "motorcycle": 0},
        },
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Plates:
    """`[plates]`: what a number plate looks like here."""

    grammars: tuple[str, ...] = key(
        "countries whose plates are known", default=("cn", "eu"), choices=("cn", "eu")
    )
    own_patterns: tuple[str, ...] = key(
        "regular expressions for plates of no such country",
        default=(),
        read=spelling.pattern,
        example=("TEMP[0-9]{4}",),
        idle=True,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """`[screen]`: what the driver sees; never served beyond this machine."""

    page: str | None = key(
        "address of the driver's page for a browser on this machine; without it no page",
        default=None,
        read=spelling.page,
        example="127.0.0.1:8080",
    )
    language: str = key(
        "what the page speaks until a driver chooses", default="en", choices=("zh", "en", "de")
    )
    listen: str | None = key(
        "where staff tools see the screen, open and release, as lines of JSON:"
        " 127.0.0.1:port or unix:/path; without it nowhere",
        default=None,
        read=spelling.listen,
        example="unix:/run/kiosk/screen.sock",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """`[page]`: the pay page, which `kiosk page` serves to drivers' phones."""

    listen: str = key(
        "where the proxy that speaks TLS finds the page: address:port or unix:/path",
        read=spelling.served,
        example="127.0.0.1:8081",
    )
    site: str = key(
        "what the posted code calls this site, in its address /p/site",
        read=spelling.site,
        example="site-1",
    )
    operator: str = key(
        "who takes the money and answers for the data: name and address, on one line",
        read=spelling.line,
        example="Example Parking Ltd, 1 Example Road, Exampletown",
    )
    languages: tuple[str, ...] = key(
        "what the page speaks; the first where a phone asks for none of them",
        default=("zh", "en", "de"),
        choices=("zh", "en", "de"),
    )
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...] = key(
        "whose word on the phone's address (X-Forwarded-For) counts",
        default=(IPv4Network("127.0.0.1"), IPv6Network("::1")),
        read=spelling.network,
        example=("127.0.0.1", "::1"),
    )
    province: str | None = key(
        "the province that the form for plates begins with; without it none",
        default=None,
        read=spelling.province,
        example="沪",
        idle=True,
    )
    tax_percent: float = key(
        "the tax that prices include, for receipts; 0: none is stated",
        default=0.0,
        low=0.0,
        high=50.0,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Diag:
    """`[diag]`: the way in for technicians; never served beyond this machine."""

    listen: str = key(
        "where `kiosk diag` reaches this lane: state (a socket in the folder of [store]),"
        " unix:/path, 127.0.0.1:port, or none",
        default="state",
        read=spelling.diag_listen,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Monitor:
    """`[monitor]`: what watches the lane from outside; it holds no plate and no payment."""

    metrics: str | None = key(
        "IP address and port of /metrics for Prometheus, in plain HTTP; without it nowhere",
        default=None,
        read=spelling.collected,
        example="127.0.0.1:9105",
    )
    collectors: tuple[IPv4Network | IPv6Network, ...] = key(
        "who may collect, addresses or networks that you trust; nobody else is answered",
        default=(IPv4Network("127.0.0.1"), IPv6Network("::1")),
        read=spelling.network,
        example=("127.0.0.1", "::1"),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PageConfig:
    """What `kiosk page` reads of a `kiosk.toml`, or a file of its own with these tables."""

    store: Store = field(metadata={"purpose": "what is kept, and where"})
    tariff: TariffTable = field(metadata={"purpose": "what a stay costs"})
    page: Page = field(metadata={"purpose": "the pay page"})
    plates: Plates = table(Plates, "what a number plate looks like here")


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """One lane, whole and checked."""

    lane: Lane = field(metadata={"purpose": "the lane and its times in seconds"})
    store: Store = field(metadata={"purpose": "what is kept, and where"})
    barrier: Barrier = field(metadata={"purpose": "the board that moves the arm"})
    camera: Camera = field(metadata={"purpose": "the plate camera"})
    terminal: Terminal | None = field(
        default=None, metadata={"purpose": "the payment terminal; an entry lane has none"}
    )
    tariff: TariffTable | None = field(
        default=None, metadata={"purpose": "what a stay costs; an entry lane has none"}
    )
    codes: Codes | None = field(
        default=None,
        metadata={
            "purpose": "payment by code, in yuan; needs pip install 'kiosk[codes]'",
            "idle": True,
        },
    )
    plates: Plates = table(Plates, "what a number plate looks like here")
    screen: Screen = table(Screen, "the driver's screen, and the way in for staff tools")
    page: Page | None = field(
        default=None, metadata={"purpose": "the pay page for phones, served by `kiosk page`"}
    )
    diag: Diag = table(Diag, "the way in for technicians")
    monitor: Monitor = table(Monitor, "what watches the lane from outside")
