"""Every file that calls itself a device model is one, is documented, and has golden frames."""

import re
from importlib import import_module
from pathlib import Path

import pytest

from kiosk_hw import catalog
from kiosk_hw.barriers.model import BarrierModel
from kiosk_hw.cameras.model import CameraModel
from kiosk_hw.terminals.model import TerminalModel

TESTS = Path(__file__).parents[1]

GOLDEN_FILES = {
    "axxon_stx": "wire/test_telegram_cameras.py",
    "custom": "wire/test_telegram_cameras.py",
    "generic_modbus_relay": "wire/test_barriers.py",
    "lumo": "wire/test_telegram_cameras.py",
    "nedap_protocolled": "wire/test_telegram_cameras.py",
    "nedap_raw": "wire/test_telegram_cameras.py",
    "stx_etx": "wire/test_telegram_cameras.py",
    "vaxtor": "wire/test_telegram_cameras.py",
    "vivotek": "wire/test_telegram_cameras.py",
    "waveshare_relay_d": "wire/test_barriers.py",
    "zvt_serial": "wire/test_terminals.py",
    "zvt_tcp": "wire/test_terminals.py",
}
"""Where each model's golden frames are: bytes typed by hand, never made by our encoder."""

TYPES = {"barriers": BarrierModel, "cameras": CameraModel, "terminals": TerminalModel}

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
    assert re.search(r"\d{4,6} 8[NEO][12]|TCP|20007", settings), "expected speed and frame, or TCP"
    assert re.search(r"^    (controller|register|camera|server) .*  \S", text, re.MULTILINE), (
        "expected a dialogue in two columns, each with who speaks above it"
    )


@pytest.mark.parametrize(("kind", "name"), MODELS)
def test_every_model_has_golden_frames(kind: str, name: str) -> None:
    assert name in GOLDEN_FILES, f"no golden frames for {kind}/{name}.py: write some, name the file"
    golden = TESTS / GOLDEN_FILES[name]
    assert golden.is_file(), f"{golden} does not exist"
    text = golden.read_text("utf-8")
    assert name in text, f"{golden.name} does not name {name}"
    assert re.search(r"(?:[0-9A-F]{2} ){4}", text), f"{golden.name} holds no typed bytes"


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
