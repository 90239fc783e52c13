"""Finds the device models by the names of their files. It knows no model's name itself.

A file in `barriers/`, `cameras/`, `terminals/` or `gateways/` that declares a `DEVICE` is a model,
and its file name is what a configuration calls it. `model.py` in each folder says what a
declaration is.
"""

from difflib import get_close_matches
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Final, Union

from kiosk_hw.barriers.model import BarrierModel
from kiosk_hw.cameras.model import CameraModel
from kiosk_hw.terminals.model import TerminalModel

if TYPE_CHECKING:
    # A lane without codes loads no cryptography, so it never imports a gateway's file.
    from kiosk_hw.gateways.model import GatewayModel

KINDS: Final = ("barriers", "cameras", "terminals", "gateways")

Model = Union[BarrierModel, CameraModel, TerminalModel, "GatewayModel"]

_NOT_A_MODEL: Final = "model"


def names(kind: str) -> tuple[str, ...]:
    """The models of one kind by name, in alphabetical order; imports none of them."""
    if kind not in KINDS:
        raise LookupError(f"expected a kind of device out of {', '.join(KINDS)}, got {kind!r}")
    folder = import_module(f"kiosk_hw.{kind}")
    found = (module.name for module in iter_modules(folder.__path__))
    return tuple(sorted(name for name in found if name != _NOT_A_MODEL))


def models(kind: str) -> "dict[str, Model]":
    """Every model of one kind by its name."""
    return {name: _device(kind, name) for name in names(kind)}


def model(kind: str, name: str) -> Model:
    """The model of this name; LookupError names the nearest that there are."""
    known = names(kind)
    if name in known:
        return _device(kind, name)
    near = get_close_matches(name, known, n=3, cutoff=0.5) or known
    raise LookupError(f"expected a model of {kind} such as {', '.join(near)}, got {name!r}")


def _device(kind: str, name: str) -> Model:
    device: Model = import_module(f"kiosk_hw.{kind}.{name}").DEVICE
    return device
