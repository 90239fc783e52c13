"""`kiosk-sim`: simulated devices for any client, whole lanes, and the demonstration."""

import json
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable, Sequence
from io import TextIOWrapper
from math import isfinite
from pathlib import Path
from tempfile import TemporaryDirectory

from kiosk.edge.command_line import WRONG, CommandLine, shown, wrong
from kiosk.errors import UsageError
from kiosk_hw import catalog
from kiosk_sim import gateway_commands, lane_commands
from kiosk_sim.world.cards import CardOutcome
from kiosk_sim.world.profiles import PROFILES, TYPICAL

EXITS_MAX = 10_000

GATEWAYS = ("wechat", "alipay")

PAGE = "127.0.0.1:8080"

EVERY_S_MAX = 86_400.0
"""The longest pause between two cars or plates: a day."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Parse and run; returns the exit code: 0 done, 1 something failed, 2 wrong usage."""
    if isinstance(sys.stdout, TextIOWrapper):
        # A masked plate or a bar that this terminal cannot show must not end a run.
        sys.stdout.reconfigure(errors="replace")
    parsed = _parser().parse_args(arguments)
    try:
        return int(parsed.run(parsed))
    except (UsageError, OSError, LookupError, ValueError) as error:
        print(f"kiosk-sim {parsed.command}: {_plain(error)}", file=sys.stderr)
        return WRONG if isinstance(error, UsageError) else 1


def _plain(error: Exception) -> str:
    """The error without its number, and with the file that it is about."""
    if not isinstance(error, OSError) or not error.strerror:
        return str(error)
    return f"{error.filename}: {error.strerror}" if error.filename else error.strerror


def _parser() -> CommandLine:
    parser = CommandLine(prog="kiosk-sim", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _demo_options(commands.add_parser("demo", help="a lane with cars, and its seconds"))
    for name, what in (("board", "a relay board"), ("terminal", "a ZVT payment terminal")):
        _served(commands.add_parser(name, help=f"{what}, until stopped")).set_defaults(
            run=_board if name == "board" else _terminal
        )
    terminal = commands.choices["terminal"]
    cards = [outcome.value for outcome in CardOutcome]
    terminal.add_argument("--card", choices=[*cards, "none"], default=CardOutcome.APPROVED.value)
    camera = _served(commands.add_parser("camera", help="a plate camera, until stopped"))
    camera.set_defaults(run=_camera)
    camera.add_argument("--model", default="stx_etx", help="a model of the catalog")
    camera.add_argument("--every-s", type=_pause(0.1), default=5.0, help="between two plates")
    for name in ("board", "terminal", "camera"):
        _faulty(commands.choices[name], name)
    replay = _served(commands.add_parser("replay", help="the device of a recording"))
    replay.set_defaults(run=_replay)
    replay.add_argument("recording", type=Path, metavar="RECORDING")
    lane = commands.add_parser("lane", help="all devices of a lane, and the kiosk.toml for them")
    lane_commands.add_lane(lane, _pause(0.0), _address)
    _faulty(lane, "board", "camera", "terminal")
    lane.set_defaults(run=lambda parsed: lane_commands.serve(parsed, _fault(parsed)))
    gateway = commands.add_parser("gateway", help="WeChat Pay and Alipay, until stopped")
    gateway_commands.add_gateway(gateway, _address)
    pay = commands.add_parser("pay", help="the hand on the phone: pay a code of a gateway")
    gateway_commands.add_pay(pay, _address)
    return parser


def _demo_options(demo: ArgumentParser) -> None:
    demo.set_defaults(run=_demo)
    demo.add_argument("--exits", type=_count, default=4, help="cars that leave (default 4)")
    demo.add_argument("--seed", type=int, default=7, help="one seed, one course of events")
    demo.add_argument(
        "--profile",
        choices=tuple(PROFILES),
        default=TYPICAL.name,
        help="how fast people and devices are (default typical)",
    )
    demo.add_argument(
        "--every-s",
        type=_pause(1.0),
        help="seconds between two cars (default 9; with --virtual 18)",
    )
    demo.add_argument("--virtual", action="store_true", help="in virtual time, in this process")
    demo.add_argument("--json", action="store_true", help="with --virtual: one JSON object")
    demo.add_argument(
        "--codes",
        type=_gateways,
        metavar="GATEWAY,...",
        help=f"with --virtual: everybody pays by code; of {', '.join(GATEWAYS)} (extra `codes`)",
    )
    demo.add_argument("--lane-page", action="store_true", help="with --codes: by the lane's page")
    demo.add_argument("--serve", action="store_true", help="keep the lane running afterwards")
    demo.add_argument(
        "--page",
        nargs="?",
        const=PAGE,
        metavar="HOST:PORT",
        help=f"the driver's screen as a page for a browser ({PAGE})",
    )


def _served(parser: ArgumentParser) -> ArgumentParser:
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--pty", type=Path, metavar="PATH", help="a link to the pty is made here")
    where.add_argument("--tcp", type=_address, metavar="HOST:PORT", help="port 0: any free one")
    return parser


def _faulty(parser: ArgumentParser, *kinds: str) -> None:
    parser.add_argument("--fault", metavar="NAME", help="begin with this fault of docs/faults.md")
    parser.set_defaults(kinds=kinds)


def _fault(parsed: Namespace) -> str | None:
    """The fault that is wished for, by its whole name. Raises UsageError for one that is not."""
    if parsed.fault is None:
        return None
    from kiosk_sim.site.planting import names

    known = names(*parsed.kinds)
    found = [name for name in known if parsed.fault in (name, name.partition(".")[2])]
    if len(found) != 1:
        raise UsageError(f"--fault: {wrong(parsed.fault, known)} (docs/faults.md has them all)")
    return found[0]


def _count(text: str) -> int:
    if not (text.isdecimal() and 1 <= int(text) <= EXITS_MAX):
        raise ArgumentTypeError(f"expected 1 to {EXITS_MAX}, got {shown(text)}")
    return int(text)


def _gateways(text: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(text.split(",")))
    if not set(names) <= set(GATEWAYS):
        raise ArgumentTypeError(f"expected {' or '.join(GATEWAYS)}, got {text!r}")
    return names


def _pause(low_s: float) -> Callable[[str], float]:
    """The type of an option that takes seconds from `low_s` to a day."""

    def seconds(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = -1.0
        if not (isfinite(value) and low_s <= value <= EVERY_S_MAX):
            raise ArgumentTypeError(
                f"expected {low_s:g} to {EVERY_S_MAX:g} seconds, got {shown(text)}"
            )
        return value

    return seconds


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not (host and port.isdecimal() and int(port) <= 65535):
        raise ArgumentTypeError(f"expected HOST:PORT like 127.0.0.1:20007, got {shown(text)}")
    return host.strip("[]"), int(port)


def _demo(parsed: Namespace) -> int:
    if parsed.virtual:
        return _virtual(parsed)
    from kiosk_sim.site.demo import HEADWAY_S, Demo
    from kiosk_sim.site.stopping import stopped_by_signals

    demo = Demo(parsed.seed, sys.stdout, PROFILES[parsed.profile], parsed.page)
    headway_s = parsed.every_s or HEADWAY_S
    # Told of signals before there is a folder, so that none is left behind.
    with stopped_by_signals(demo.stop), TemporaryDirectory(prefix="kiosk-demo-") as folder:
        return min(demo.run(Path(folder), parsed.exits, headway_s, serve=parsed.serve), 1)


def _virtual(parsed: Namespace) -> int:
    from kiosk_sim.site.campaign import run
    from kiosk_sim.site.lane_plan import CodePlan, LanePlan, plan_with_codes
    from kiosk_sim.site.scenario import HEADWAY_S, Kind
    from kiosk_sim.site.stages import as_lines, stages
    from kiosk_sim.world.phone import PhoneHabits

    profile, headway_s = PROFILES[parsed.profile], parsed.every_s or HEADWAY_S
    if parsed.codes:
        codes = CodePlan(providers=parsed.codes, page=parsed.lane_page)
        plan = plan_with_codes(codes, seed=parsed.seed, profile=profile)
        phone = PhoneHabits()
        outcome = run(plan, parsed.exits, [Kind.CARD], headway_s=headway_s, phone=phone)
    else:
        plan = LanePlan(seed=parsed.seed, profile=profile)
        outcome = run(plan, parsed.exits, headway_s=headway_s)
    record = outcome.as_record()
    if parsed.json:
        print(json.dumps(record))
    else:
        for name, value in record.items():
            print(f"{name:<22} {value}")
        print("\n".join([*as_lines(stages(outcome.records)), *outcome.worst().waterfall()]))
    return 0 if outcome.exits == parsed.exits and not outcome.violations else 1


def _board(parsed: Namespace) -> int:
    from kiosk_sim.site.single import Where, serve_board

    serve_board(Where(parsed.pty, parsed.tcp), sys.stdout, _fault(parsed))
    return 0


def _terminal(parsed: Namespace) -> int:
    from kiosk_sim.site.single import Where, serve_terminal

    card = None if parsed.card == "none" else CardOutcome(parsed.card)
    serve_terminal(Where(parsed.pty, parsed.tcp), card, sys.stdout, _fault(parsed))
    return 0


def _camera(parsed: Namespace) -> int:
    from kiosk_sim.site.single import Where, serve_camera

    where, fault = Where(parsed.pty, parsed.tcp), _fault(parsed)
    if parsed.model not in (known := catalog.names("cameras")):
        raise UsageError(f"--model: {wrong(parsed.model, known)}")
    serve_camera(where, parsed.model, parsed.every_s, sys.stdout, fault)
    return 0


def _replay(parsed: Namespace) -> int:
    from kiosk_sim.site.recording import serve_recording
    from kiosk_sim.site.single import Where

    serve_recording(parsed.recording, Where(parsed.pty, parsed.tcp), sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
