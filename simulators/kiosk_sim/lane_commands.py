"""The command `lane` of `kiosk-sim`: its options, and what runs it."""

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from pathlib import Path
from typing import Final

from kiosk_sim.gateway_commands import GATEWAY, Address

SCREEN: Final = "127.0.0.1:8080"
PAY_PAGE: Final = "127.0.0.1:8081"


def add_lane(lane: ArgumentParser, pause: Callable[[str], float], address: Address) -> None:
    """The options of `kiosk-sim lane`."""
    lane.add_argument("--folder", type=Path, required=True, help="ports and kiosk.toml go here")
    lane.add_argument("--tcp", metavar="HOST", help="on sockets of this host instead of ptys")
    lane.add_argument("--every-s", type=pause, default=0.0, help="a car every so often (0: none)")
    lane.add_argument(
        "--fault-after-s", type=pause, default=0.0, metavar="S", help="sound for so long first"
    )
    lane.add_argument("--seed", type=int, default=7)
    lane.add_argument(
        "--codes", action="store_true", help="WeChat Pay and Alipay too, in CNY, with pay page"
    )
    codes = lane.add_argument_group("with --codes")
    for option, usual in (("gateway", GATEWAY), ("pay-page", PAY_PAGE), ("screen", SCREEN)):
        codes.add_argument(
            f"--{option}", type=address, metavar="HOST:PORT", default=address(usual), help=usual
        )
    codes.add_argument("--by-hand", action="store_true", help="paying by code is left to you")


def serve(parsed: Namespace, fault: str | None) -> int:
    """Serve until stopped."""
    from kiosk_sim.site.open_lane import CodesWished, serve_lane

    codes = None
    if parsed.codes:
        screen, pay_page = (f"{host}:{port}" for host, port in (parsed.screen, parsed.pay_page))
        codes = CodesWished(
            gateway=parsed.gateway, pay_page=pay_page, screen=screen, by_hand=parsed.by_hand
        )
    where = parsed.folder, parsed.tcp
    serve_lane(
        *(*where, parsed.seed, parsed.every_s, sys.stdout),
        fault=fault,
        fault_after_s=parsed.fault_after_s,
        codes=codes,
    )
    return 0
