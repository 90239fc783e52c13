"""What may stand in the tables of the devices: `[barrier]`, `[camera]` and `[terminal]`."""
# ruff: noqa: RUF009 - key() makes a dataclass field, it is no default value.

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from kiosk.config import spelling
from kiosk.config.keys import key, table
from kiosk_hw.barriers.model import Contact

BAUDS: Final = (9600, 19200, 38400, 57600, 115200)
"""The line speeds that the devices of the catalog offer."""

BAUD_PURPOSE: Final = "line speed; without it the model's own"
RECORD_PURPOSE: Final = "what passes the port is recorded here, without plates and cards"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wiring:
    """`[barrier.wiring]`: which contact of the board is what."""

    open_output: int = key("pulse that opens", default="DO1", read=spelling.wired_output)
    close_output: int | None = key(
        "pulse that closes; none: the barrier closes by its own loop",
        default="none",
        read=spelling.optional_output,
    )
    stop_output: int | None = key(
        "never switched, only kept free", default="DO3", read=spelling.optional_output
    )
    lamp_output: int | None = key(
        "green while a car may leave", default="DO4", read=spelling.optional_output
    )
    open_limit: Contact = key("arm is up", default="DI1", read=spelling.wired_input)
    closed_limit: Contact = key("arm is down", default="DI2", read=spelling.wired_input)
    arming_loop: Contact = key("loop in front of the arm", default="DI3", read=spelling.wired_input)
    safety_loop: Contact = key("loop under the arm", default="DI4", read=spelling.wired_input)
    fire: Contact | None = key(
        "fire alarm; NC, so that a cut wire opens the lane",
        default="DI5 NC",
        read=spelling.optional_input,
    )
    swung_off: Contact | None = key(
        "arm knocked out of its holder", default="DI6", read=spelling.optional_input
    )
    manual_key: Contact | None = key(
        "key switch that opens", default="DI7", read=spelling.optional_input
    )
    door: Contact | None = key(
        "the cabinet's door is open", default="DI8", read=spelling.optional_input
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Barrier:
    """`[barrier]`: the board that moves the arm and feels the loops."""

    model: str = key("the board's model", example="waveshare_relay_d", catalog="barriers")
    port: str = key(
        "serial device or URL",
        read=spelling.port,
        example="/dev/serial/by-id/usb-1a86_USB_Single_Serial_barrier-if00",
    )
    baud: int | None = key(BAUD_PURPOSE, default=None, choices=BAUDS, example=9600, idle=True)
    unit: int = key("the board's Modbus address", default=1, low=1, high=247)
    pulse_ms: int = key("length of the open pulse", default=500, low=100, high=5000)
    poll_busy_ms: int = key(
        "between two readings while a car is in the lane", default=50, low=20, high=500
    )
    poll_idle_ms: int = key("between two readings of an empty lane", default=100, low=20, high=1000)
    record_file: Path | None = key(
        RECORD_PURPOSE, default=None, example="barrier.recording", idle=True
    )
    wiring: Wiring = table(Wiring, "which contact is what; NC behind an input: normally closed")


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomCameraTable:
    """`[camera.custom]`: the telegrams of a camera that the catalog does not know."""

    pattern: str = key(
        "what stands between the marks, with groups plate, country, confidence, uncertain",
        read=spelling.pattern,
        example="(?P<plate>[^;]{1,16});(?P<country>[A-Z]{0,3});(?P<confidence>[0-9]{1,3})",
    )
    start_hex: str = key("bytes that a telegram starts with", default="", example="02")
    end_hex: str = key(
        "bytes that a telegram ends with; empty: a silent line ends it",
        default="0D 0A",
        example="03",
    )
    idle_gap_ms: int = key(
        "a telegram whose line is silent this long has ended", default=1000, low=5, high=5000
    )
    no_read_texts: tuple[str, ...] = key(
        "telegrams of a car without a readable plate", default=(), example=("NOREAD",)
    )
    encoding: str = key("text encoding", default="utf-8")
    telegram_bytes_max: int = key("longer telegrams are dropped", default=64, low=4, high=512)
    confidence_max: float = key(
        "the confidence that means entirely sure", default=100.0, low=1.0, high=10000.0
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Camera:
    """`[camera]`: the plate camera on its serial line."""

    model: str = key("the camera's model", example="nedap_raw", catalog="cameras")
    port: str = key(
        "serial device or URL",
        read=spelling.port,
        example="/dev/serial/by-id/usb-1a86_USB_Single_Serial_camera-if00",
    )
    baud: int | None = key(BAUD_PURPOSE, default=None, choices=BAUDS, example=9600, idle=True)
    confidence_min_percent: int = key(
        "a plate read with less is uncertain", default=80, low=0, high=100
    )
    record_file: Path | None = key(
        RECORD_PURPOSE, default=None, example="camera.recording", idle=True
    )
    custom: CustomCameraTable | None = field(
        default=None,
        metadata={"purpose": 'the telegrams of model = "custom"', "idle": True},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Terminal:
    """`[terminal]`: the payment terminal. An exit without it lets out only whoever owes nothing."""

    model: str = key("the terminal's model", example="zvt_serial", catalog="terminals")
    port: str = key(
        "serial device or URL; zvt_tcp: socket://address:20007",
        read=spelling.port,
        example="/dev/serial/by-id/usb-1a86_USB_Single_Serial_terminal-if00",
    )
    baud: int | None = key(BAUD_PURPOSE, default=None, choices=BAUDS, example=9600, idle=True)
    password: str | None = key(
        "the terminal's 6 digits; better kept in password_file",
        default=None,
        read=spelling.password,
        secret=True,
        example="000000",
        idle=True,
    )
    password_file: Path | None = key(
        "the file that holds the terminal's 6 digits", default=None, example="terminal.password"
    )
    goods_timeout_s: int = key(
        "how long the terminal holds the money for the arm to open", default=30, low=10, high=99
    )
    record_file: Path | None = key(
        RECORD_PURPOSE, default=None, example="terminal.recording", idle=True
    )
