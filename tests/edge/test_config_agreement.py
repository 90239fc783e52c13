"""What the tables of a `kiosk.toml` demand of each other; garbage is never worse than a fault."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.config_samples import ENTRY, EXIT, faults, faults_if_any, with_key
from kiosk.config import parse
from kiosk.errors import ConfigError
from kiosk_hw import catalog

CUSTOM = """
[camera.custom]
pattern = "(?P<plate>[A-Z0-9]{1,10})"
"""


def custom(key: str, value: str) -> str:
    text = EXIT.replace('"nedap_raw"', '"custom"') + CUSTOM
    kept = "\n".join(line for line in text.splitlines() if not line.startswith(f"{key} ="))
    return f"{kept}\n{key} = {value}\n"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (
            EXIT.replace('"/dev/camera"', '"/dev/barrier"'),
            "camera.port: expected a port of its own, got that of barrier",
        ),
        (
            EXIT.replace('"waveshare_relay_d"', '"waveshare"'),
            f"barrier.model: expected one of {', '.join(catalog.names('barriers'))},"
            " got 'waveshare'",
        ),
        (
            EXIT[: EXIT.index("[tariff]")],
            "tariff: missing (an exit lane must know what a stay costs)",
        ),
        (
            ENTRY + EXIT[EXIT.index("[tariff]") :],
            "tariff: expected no such table in an entry lane, which takes no money",
        ),
        (
            ENTRY + EXIT[EXIT.index("[terminal]") : EXIT.index("[tariff]")],
            "terminal: expected no such table in an entry lane, which takes no money",
        ),
        (
            with_key("barrier", "poll_busy_ms", "200"),
            "barrier.poll_busy_ms: expected at most poll_idle_ms = 100, got 200",
        ),
        (
            with_key("barrier.wiring", "fire", '"DI4 NC"'),
            "barrier.wiring.fire: DI4 is wired as safety_loop already",
        ),
        (
            with_key("barrier.wiring", "close_output", '"DO1"'),
            "barrier.wiring.close_output: DO1 is wired as open_output already",
        ),
        (
            with_key("barrier.wiring", "door", '"DI9"'),
            "barrier.wiring.door: waveshare_relay_d has no DI9",
        ),
        (
            with_key("barrier.wiring", "lamp_output", '"DO9"'),
            "barrier.wiring.lamp_output: waveshare_relay_d has no DO9",
        ),
        (
            EXIT + CUSTOM,
            "camera.custom: expected model = \"custom\" with it, got 'nedap_raw'",
        ),
        (
            EXIT.replace('"nedap_raw"', '"custom"'),
            'camera.custom: missing (the telegrams of model = "custom")',
        ),
        (
            custom("start_hex", '"0x02"'),
            "camera.custom.start: expected hex bytes like 02 or 0D 0A, got '0x02'",
        ),
        (
            custom("pattern", '"[A-Z]{1,9}"'),
            "camera.custom.pattern: expected a group (?P<plate>...) and none but confidence,"
            " country, plate, uncertain, got no named group",
        ),
        (
            EXIT.replace('password_file = "terminal.password"', ""),
            "terminal.password_file: expected this or password, got neither",
        ),
        (
            with_key("terminal", "password", '"000000"'),
            "terminal.password_file: expected this or password, got both",
        ),
        (
            EXIT.replace("zvt_serial", "zvt_tcp"),
            "terminal.port: expected socket://address:20007, got '/dev/terminal'",
        ),
        (
            with_key("terminal", "baud", "9600")
            .replace("zvt_serial", "zvt_tcp")
            .replace("/dev/terminal", "socket://10.0.0.5:20007"),
            "terminal.baud: expected none, for zvt_tcp has no line speed",
        ),
        (
            with_key("lane", "arm_travel_s", "15"),
            "terminal.goods_timeout_s: expected more than twice lane.arm_travel_s = 15.0, got 30",
        ),
        (
            with_key("tariff", "class_times", "{ large = 100 }")
            .replace("block_min = 60", "block_min = 1")
            .replace("= 200", "= 1_000_000"),
            "tariff: expected 366 days to cost at most 999999999999, got",
        ),
        (
            with_key("tariff", "currency", '"XAU"'),
            "tariff.currency: expected one of AUD, BGN,",
        ),
        (
            with_key("plates", "grammars", "[]"),
            "plates.grammars: expected a country, or a pattern in own_patterns, got neither",
        ),
        (
            with_key("plates", "own_patterns", '["([A-Z]+)+"]'),
            "plates.own_patterns[0]: expected bounded repeats such as [A-Z0-9]{1,12}, got",
        ),
    ],
)
def test_tables_that_disagree_are_one_line(text: str, line: str) -> None:
    (got,) = faults(text)
    assert got[: len(line)] == line if line.endswith(("got", ",")) else got == line


def test_a_custom_camera_is_taken() -> None:
    parse(custom("start_hex", '"02"'))


def test_all_disagreements_are_named_at_once() -> None:
    text = with_key("barrier.wiring", "door", '"DI7"').replace("/dev/camera", "/dev/terminal")
    assert faults(text) == [
        "terminal.port: expected a port of its own, got that of camera",
        "barrier.wiring.door: DI7 is wired as manual_key already",
    ]


values = st.recursive(
    st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["[", "(?P<plate>a)", "/dev/x", "DI5 NC", "EUR", "custom", "zvt_tcp"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


def as_toml(value: object) -> str:
    match value:
        case bool():
            return str(value).lower()
        case str():
            quoted = "".join(
                f"\\U{ord(each):08X}" if each in '"\\' or not each.isprintable() else each
                for each in value
            )
            return f'"{quoted}"'
        case list():
            return f"[{', '.join(map(as_toml, value))}]"
        case dict():
            return f"{{{', '.join(f'{as_toml(k)} = {as_toml(v)}' for k, v in value.items())}}}"
    return str(value)


@given(st.text() | st.binary().map(lambda data: data.decode("utf-8", "ignore")))
def test_any_text_is_a_configuration_or_a_config_error(text: str) -> None:
    with pytest.raises(ConfigError):
        parse(text)


KEYS = [
    *(("lane", key) for key in ("name", "role", "pay_s", "asks_max", "zzz")),
    *(("store", key) for key in ("folder", "dispute_h")),
    *(("barrier", key) for key in ("model", "port", "baud", "unit", "wiring", "pulse_ms")),
    *(("barrier.wiring", key) for key in ("open_output", "fire")),
    *(("camera", key) for key in ("model", "custom", "confidence_min_percent")),
    *(("terminal", key) for key in ("model", "port", "password", "password_file")),
    *(("tariff", key) for key in ("currency", "block_min", "class_times")),
    *(("plates", key) for key in ("grammars", "own_patterns")),
    ("screen", "listen"),
]


@given(st.sampled_from(KEYS), values)
def test_any_value_is_taken_or_is_a_fault_of_one_line(
    where: tuple[str, str], value: object
) -> None:
    assert all(line.isprintable() for line in faults_if_any(with_key(*where, as_toml(value))))


@given(st.text(alphabet="()[]{}?P<plate>:|*+\\1A-Z^$,. #", max_size=30))
def test_any_pattern_is_taken_or_is_a_fault(pattern: str) -> None:
    for text in (
        with_key("plates", "own_patterns", as_toml([pattern])),
        custom("pattern", as_toml(pattern)),
    ):
        assert len(faults_if_any(text)) <= 1
