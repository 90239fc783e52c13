"""What a `kiosk.toml` may hold, and what is said about one that cannot be used."""

from pathlib import Path

import pytest

from edge.config_samples import ENTRY, EXIT, faults, with_key
from kiosk.config import CONFIG_BYTES_MAX, load, parse
from kiosk.core.settings import LaneSettings, Role, WhenStuck
from kiosk.errors import ConfigError
from kiosk_hw.barriers.model import Contact


def test_the_least_configuration_has_the_defaults_of_the_lane() -> None:
    config = parse(EXIT, Path("/etc/kiosk"))
    defaults = LaneSettings()
    assert [getattr(config.lane, name) for name in LaneSettings.__slots__] == [
        getattr(defaults, name) for name in LaneSettings.__slots__
    ]
    assert config.store.folder == Path("/etc/kiosk/state")
    assert config.barrier.wiring.fire == Contact(5, inverted=True)
    assert config.barrier.wiring.close_output is None


def test_an_entry_lane_needs_neither_terminal_nor_tariff() -> None:
    config = parse(ENTRY)
    assert (config.lane.role, config.terminal, config.tariff) == (Role.ENTRY, None, None)


def test_an_exit_lane_may_lack_a_terminal() -> None:
    start, end = EXIT.index("[terminal]"), EXIT.index("[tariff]")
    assert parse(EXIT[:start] + EXIT[end:]).terminal is None


@pytest.mark.parametrize(
    ("table", "key", "value", "expected"),
    [
        ("lane", "role", '"entry"', None),
        ("lane", "when_stuck", '"call"', WhenStuck.CALL),
        ("lane", "pay_s", "30", 30.0),
        ("barrier", "baud", "115200", 115200),
        ("barrier", "port", '"socket://10.0.0.5:4001"', "socket://10.0.0.5:4001"),
        ("barrier.wiring", "fire", '"none"', None),
        ("barrier.wiring", "open_limit", '"DI1 NC"', Contact(1, inverted=True)),
        ("barrier.wiring", "close_output", '"DO2"', 2),
        ("store", "folder", '"/var/lib/kiosk"', Path("/var/lib/kiosk")),
        ("tariff", "class_times", "{ large = 2 }", {"large": 2}),
        ("plates", "own_patterns", '["TEMP[0-9]{4}"]', ("TEMP[0-9]{4}",)),
        ("screen", "listen", '"unix:/run/kiosk.sock"', "unix:/run/kiosk.sock"),
        ("screen", "listen", '"[::1]:0"', "[::1]:0"),
    ],
)
def test_a_value_arrives_as_what_it_means(
    table: str, key: str, value: str, expected: object
) -> None:
    if expected is None and key == "role":
        config = parse(ENTRY)
        expected = Role.ENTRY
    else:
        config = parse(with_key(table, key, value), Path("/etc/kiosk"))
    got: object = config
    for name in (*table.split("."), key):
        got = getattr(got, name)
    assert got == expected
    assert type(got) is type(expected)


@pytest.mark.parametrize(
    ("table", "key", "value", "line"),
    [
        (
            "barrier",
            "baud",
            "19201",
            "barrier.baud: expected one of 9600, 19200, 38400, 57600, 115200, got 19201",
        ),
        (
            "barrier",
            "baud",
            '"9600"',
            "barrier.baud: expected one of 9600, 19200, 38400, 57600, 115200, got '9600'",
        ),
        ("terminal", "pport", "1", "terminal.pport: unknown key (did you mean 'port'?)"),
        ("terminal", "zzz", "1", "terminal.zzz: unknown key"),
        ("lane", "pay_s", "5", "lane.pay_s: expected 10.0 to 600.0, got 5"),
        ("lane", "pay_s", "nan", "lane.pay_s: expected 10.0 to 600.0, got nan"),
        ("lane", "pay_s", "true", "lane.pay_s: expected a number from 10.0 to 600.0, got true"),
        ("lane", "asks_max", "6", "lane.asks_max: expected 1 to 5, got 6"),
        ("lane", "asks_max", "2.0", "lane.asks_max: expected a whole number from 1 to 5, got 2"),
        ("lane", "role", '"exti"', "lane.role: expected one of exit, entry, got 'exti'"),
        ("lane", "role", "[]", "lane.role: expected one of exit, entry, got a list"),
        (
            "lane",
            "name",
            '"a\\nb"',
            "lane.name: expected 1 to 32 letters, digits, blanks, dots or dashes, got 'a\\nb'",
        ),
        ("store", "folder", "7", "store.folder: expected a path, got 7"),
        ("store", "folder", '""', "store.folder: expected a path, got ''"),
        ("store", "folder", '"a\\u0000b"', "store.folder: expected a path, got 'a\\x00b'"),
        (
            "camera",
            "port",
            '"/dev/a b"',
            "camera.port: expected a path like /dev/serial/by-id/... or a URL like"
            " socket://host:4001, got '/dev/a b'",
        ),
        (
            "camera",
            "port",
            '"COM3"',
            "camera.port: expected a path like /dev/serial/by-id/... or a URL like"
            " socket://host:4001, got 'COM3'",
        ),
        (
            "camera",
            "port",
            '"spy:///dev/camera"',
            "camera.port: expected a path like /dev/serial/by-id/... or a URL like"
            " socket://host:4001, got 'spy:///dev/camera'",
        ),
        (
            "camera",
            "port",
            "7",
            "camera.port: expected a path like /dev/serial/by-id/... or a URL like"
            " socket://host:4001, got 7",
        ),
        ("camera", "custom", "1", "camera.custom: expected a table, got 1"),
        ("camera", "model", "1979-05-27", "camera.model: expected a text, got a date or time"),
        (
            "barrier.wiring",
            "fire",
            '"DI5 inverted"',
            "barrier.wiring.fire: expected DI1 to DI32, with NC behind it if normally closed,"
            " or none, got 'DI5 inverted'",
        ),
        (
            "barrier.wiring",
            "arming_loop",
            '"none"',
            "barrier.wiring.arming_loop: expected DI1 to DI32, with NC behind it if normally"
            " closed, got 'none'",
        ),
        (
            "barrier.wiring",
            "open_output",
            '"DI1"',
            "barrier.wiring.open_output: expected DO1 to DO32, got 'DI1'",
        ),
        (
            "barrier.wiring",
            "lamp_output",
            '"DO33"',
            "barrier.wiring.lamp_output: expected DO1 to DO32, or none, got 'DO33'",
        ),
        (
            "tariff",
            "currency",
            '"eur"',
            "tariff.currency: expected three capital letters like EUR, got 'eur'",
        ),
        (
            "tariff",
            "class_times",
            "{ large = 101 }",
            "tariff.class_times.large: expected 0 to 100, got 101",
        ),
        ("tariff", "class_times", "2", "tariff.class_times: expected a table, got 2"),
        ("plates", "grammars", '"cn"', "plates.grammars: expected a list, got 'cn'"),
        (
            "plates",
            "grammars",
            '["cn", "de"]',
            "plates.grammars[1]: expected one of cn, eu, got 'de'",
        ),
        (
            "plates",
            "own_patterns",
            '["[A-Z"]',
            "plates.own_patterns[0]: expected a regular expression (unterminated character set"
            " at position 0), got '[A-Z'",
        ),
        (
            "screen",
            "listen",
            '"0.0.0.0:80"',
            "screen.listen: expected unix:/path or 127.0.0.1:port, got '0.0.0.0:80'",
        ),
        (
            "screen",
            "listen",
            '"127.0.0.1:65536"',
            "screen.listen: expected unix:/path or 127.0.0.1:port, got '127.0.0.1:65536'",
        ),
    ],
)
def test_one_wrong_value_is_one_line(table: str, key: str, value: str, line: str) -> None:
    assert faults(with_key(table, key, value)) == [line]


def test_all_faults_are_named_at_once() -> None:
    text = (
        with_key("barrier", "baud", "19201")
        .replace('name = "exit-1"', "nam = 1")
        .replace('currency = "EUR"', "block_mins = 3")
        .replace("[store]", "[stores]")
    )
    assert faults(text) == [
        "lane.nam: unknown key (did you mean 'name'?)",
        "lane.name: missing (what screens and logs call the lane)",
        "stores: unknown key (did you mean 'store'?)",
        "barrier.baud: expected one of 9600, 19200, 38400, 57600, 115200, got 19201",
        "tariff.block_mins: unknown key (did you mean 'block_min'?)",
        "store: missing (what is kept, and where)",
        "tariff.currency: missing (ISO 4217 code; without file it is required)",
    ]


def test_an_empty_file_lacks_every_required_table() -> None:
    assert [line.partition(":")[0] for line in faults("")] == [
        "lane",
        "store",
        "barrier",
        "camera",
    ]


@pytest.mark.parametrize(
    "value", ['"12345"', '"1234567"', '"12345x"', "123456", "{ a = 123456 }", '["123456"]']
)
def test_a_wrong_password_is_never_shown(value: str) -> None:
    (line,) = faults(with_key("terminal", "password", value))
    assert line.startswith("terminal.password: expected 6 digits, got ")
    assert "12345" not in line


def test_a_password_is_in_no_repr() -> None:
    text = EXIT.replace('password_file = "terminal.password"', 'password = "135790"')
    config = parse(text)
    assert config.terminal is not None
    assert config.terminal.password == "135790"
    assert "135790" not in repr(config)


@pytest.mark.parametrize(
    ("value", "cut"),
    [
        ('"' + "x" * 500 + '"', "'" + "x" * 59 + "..."),
        ("9" * 400, "9" * 60 + "..."),
        ("0x" + "f" * 5000, "a number of thousands of digits"),
    ],
)
def test_a_long_value_is_cut(value: str, cut: str) -> None:
    (line,) = faults(with_key("lane", "asks_max", value))
    assert line == f"lane.asks_max: expected a whole number from 1 to 5, got {cut}" or (
        line == f"lane.asks_max: expected 1 to 5, got {cut}"
    )


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[lane", "end of file: not TOML: Expected ']' at the end of a table declaration"),
        ("a = 1\nb = = 2", "line 2, column 5: not TOML: Invalid value"),
        ("a = 1\na = 2", "end of file: not TOML: Cannot overwrite a value"),
    ],
)
def test_a_syntax_fault_says_where(text: str, line: str) -> None:
    assert faults(text) == [line]


@pytest.mark.parametrize("text", ["a = " + "[" * 5000, "a = " + "9" * 5000, "a" + ".a" * 5000])
def test_a_hostile_text_is_a_fault_like_any_other(text: str) -> None:
    assert len(faults(text)) >= 1


def test_a_pattern_that_python_cannot_even_read_is_a_fault() -> None:
    (line,) = faults(with_key("plates", "own_patterns", f'["{"(" * 5000}"]'))
    assert line.startswith("plates.own_patterns[0]: expected a regular expression (")


def test_a_dubious_pattern_is_no_warning_on_the_console() -> None:
    """Python warns of `[[`; here every warning is an error."""
    assert parse(with_key("plates", "own_patterns", '["[[]A"]')).plates.own_patterns == ("[[]A",)


def loaded(path: Path) -> str:
    with pytest.raises(ConfigError) as raised:
        load(path)
    (line,) = raised.value.faults
    return line.replace(str(path), "FILE")


def test_a_file_is_loaded_with_its_folder_as_base(tmp_path: Path) -> None:
    path = tmp_path / "kiosk.toml"
    path.write_bytes(b"\xef\xbb\xbf" + EXIT.replace("\n", "\r\n").encode())
    assert load(path).store.folder == tmp_path / "state"


def test_a_file_that_is_none_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "kiosk.toml"
    assert loaded(path) == "FILE: there is no such file"
    assert loaded(tmp_path) == "FILE: expected a file, got a directory"
    path.write_bytes(b"[lane]\nname = '\xe9'\n")
    assert loaded(path) == "line 2: expected UTF-8, got byte E9"
    path.write_bytes(b"#" * (CONFIG_BYTES_MAX + 1))
    assert loaded(path) == f"FILE: expected at most {CONFIG_BYTES_MAX} bytes"


def test_a_file_as_long_as_allowed_is_read(tmp_path: Path) -> None:
    path = tmp_path / "kiosk.toml"
    path.write_bytes(EXIT.encode().ljust(CONFIG_BYTES_MAX, b"#"))
    assert load(path).lane.name == "exit-1"
