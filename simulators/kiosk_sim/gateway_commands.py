"""The commands `gateway` and `pay` of `kiosk-sim`: their options, and what runs them."""

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from pathlib import Path
from typing import Final

from kiosk_sim.world.profiles import PROFILES

GATEWAY: Final = "127.0.0.1:8090"

Address = Callable[[str], tuple[str, int]]
"""The type of an option that takes HOST:PORT."""


def add_gateway(gateway: ArgumentParser, address: Address) -> None:
    """The options of `kiosk-sim gateway`."""
    gateway.set_defaults(run=_gateway)
    gateway.add_argument("--tcp", type=address, default=address(GATEWAY), metavar="HOST:PORT")
    gateway.add_argument("--folder", type=Path, required=True, help="throwaway keys go here")
    gateway.add_argument(
        "--fault",
        action="append",
        default=[],
        metavar="NAME[@OPERATION][:TIMES]",
        help="what goes wrong, more than once if wanted (`list` names them all)",
    )
    gateway.add_argument("--profile", choices=tuple(PROFILES), default="", help="how fast it is")
    gateway.add_argument("--payer", choices=tuple(PROFILES), default="", help="pays every code")
    gateway.add_argument("--trace", action="store_true", help="a line for each request")
    gateway.add_argument("--tls", action="store_true", help="HTTPS, under a throwaway CA")
    gateway.add_argument(
        "--notify-to", type=address, metavar="HOST:PORT", help="bring notices here instead"
    )


def add_pay(pay: ArgumentParser, address: Address) -> None:
    """The options of `kiosk-sim pay`."""
    pay.set_defaults(run=_pay)
    pay.add_argument("code", help="what the code says, or the link")
    pay.add_argument("--gateway", type=address, default=address(GATEWAY), metavar="HOST:PORT")
    pay.add_argument("--ca", type=Path, metavar="FILE", help="with --tls: its tls-ca.pem")
    pay.add_argument("--act", choices=("pay", "decline", "look"), default="pay")


def _gateway(parsed: Namespace) -> int:
    try:
        from kiosk_sim.devices.gateway.faults import WHAT
        from kiosk_sim.site.gateway_service import GatewayPlan, serve_gateway
    except ModuleNotFoundError as error:
        raise ValueError(f"{error.name} is missing: pip install 'kiosk[codes]'") from None

    if "list" in parsed.fault:
        print("\n".join(f"{fault.value:<16} {what}" for fault, what in WHAT.items()))
        return 0
    plan = GatewayPlan(
        parsed.tcp,
        parsed.folder,
        parsed.fault,
        profile=parsed.profile,
        payer=parsed.payer,
        tls=parsed.tls,
        trace=parsed.trace,
        notify_to=parsed.notify_to,
    )
    serve_gateway(plan, sys.stdout)
    return 0


def _pay(parsed: Namespace) -> int:
    from kiosk_sim.site.gateway_service import tap

    return tap(parsed.code, parsed.act, parsed.gateway, sys.stdout, ca=parsed.ca)
