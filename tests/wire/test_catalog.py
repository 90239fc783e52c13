"""Every file that calls itself a device model is one, is documented, and has golden frames."""

import re
from importlib import import_module
from pathlib import Path

import pytest

from kiosk_hw import catalog
from kiosk_hw.barriers.model import BarrierModel
from kiosk_hw.cameras.model import CameraModel
from kiosk_hw.gateways.model import GatewayModel
from kiosk_hw.terminals.model import TerminalModel

TESTS = Path(__file__).parents[1]

CAMERA_FILES = ("wire/test_telegram_cameras.py",)
BARRIER_FILES = ("link/test_barrier_board_open.py",)

GOLDEN_FILES = {
    "alipay": ("wire/test_gateways_alipay.py",),
    "axxon_stx": CAMERA_FILES,
    "custom": CAMERA_FILES,
    "generic_modbus_relay": BARRIER_FILES,
    "lumo": CAMERA_FILES,
    "nedap_protocolled": CAMERA_FILES,
    "nedap_raw": CAMERA_FILES,
    "stx_etx": CAMERA_FILES,
    "vaxtor": CAMERA_FILES,
    "vivotek": CAMERA_FILES,
    "waveshare_relay_d": BARRIER_FILES,
    "wechat_pay_v3": ("wire/test_gateways_wechat.py",),
    "zvt_serial": ("wire/test_zvt_serial_framing.py", "link/zvt_bench.py"),
    "zvt_tcp": ("wire/test_zvt_tcp_framing.py", "link/zvt_bench.py"),
}
"""Where each model's golden frames are: bytes typed by hand, never made by our encoder.

Each file holds such bytes, and one of them names the model: frames that models have in common may
stand in a file of their own.
"""

TYPED_BYTES = re.compile(r'"(?:[0-9A-Fa-f]{2} ?){4}|biz_content|/v3/pay/transactions')
"""Hexadecimal, or what a web API is asked: its requests are text, and typed as text."""

TYPES = {
    "barriers": BarrierModel,
    "cameras": CameraModel,
    "gateways": GatewayModel,
    "terminals": TerminalModel,
}

MODELS = [(kind, name) for kind in catalog.KINDS for name in catalog.names(kind)]


@pytest.mark.parametrize(("kind", "name"), MODELS)
def test_every_model_declares_a_device_of_its_kind(kind: str, name: str) -> None:
    assert isinstance(catalog.model(kind, name), TYPES[kind])
    assert catalog.models(kind)[name] is catalog.model(kind, name)


@pytest.mark.parametrize(("kind", "name"), MODELS)
def test_every_model_says_its_port_settings_and_its_dialogue(kind: str, name: str) -> None:
    text = import_module(f"kiosk_hw.{kind}.{name}").__doc__ or ""
    assert "Port: " in text, "expected a sentence 'Port: ...'"
    settings = text.partition("Port: ")[2]
    assert re.search(r"\d{4,6} 8[NEO][12]|TCP|20007|HTTPS", settings), (
        "expected speed and frame, or TCP, or HTTPS"
    )
    assert re.search(r"^    (controller|register|camera|server|host) .*  \S", text, re.MULTILINE), (
        "expected a dialogue in two columns, each with who speaks above it"
    )


@pytest.mark.parametrize(("kind", "name"), MODELS)
def test_every_model_has_golden_frames(kind: str, name: str) -> None:
    assert name in GOLDEN_FILES, f"no golden frames for {kind}/{name}.py: write some, name the file"
    texts = []
    for file in GOLDEN_FILES[name]:
        assert (TESTS / file).is_file(), f"{file} does not exist"
        texts.append((TESTS / file).read_text("utf-8"))
        assert TYPED_BYTES.search(texts[-1]), f"{file} holds no typed bytes"
    assert any(re.search(rf"\b{name}\b", text) for text in texts), f"no file names {name}"


def test_no_golden_file_is_named_for_a_model_that_is_gone() -> None:
    assert set(GOLDEN_FILES) <= {name for _, name in MODELS}


@pytest.mark.parametrize(
    ("kind", "name", "near"),
    [
        ("cameras", "lummo", "lumo"),
        ("cameras", "nedap", "nedap_raw"),
        ("barriers", "waveshare", "waveshare_relay_d"),
        ("cameras", "zzz", "axxon_stx, custom, lumo"),
        ("cameras", "model", "a model of cameras"),
        ("camera", "lumo", "barriers, cameras, terminals"),
    ],
)
def test_an_unknown_model_is_answered_with_the_nearest(kind: str, name: str, near: str) -> None:
    with pytest.raises(LookupError, match=near):
        catalog.model(kind, name)
