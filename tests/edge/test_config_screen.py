"""`[screen]`: where the driver's page and the staff tools' port are served, and nowhere else."""

import pytest

from kiosk.config import parse
from kiosk.config.sample import sample
from kiosk.errors import ConfigError

SAMPLE = sample()
PAGE = 'page = "127.0.0.1:8080"'
LANGUAGE = 'language = "en"'
LISTEN = 'listen = "unix:/run/kiosk/screen.sock"'


def screen(old: str, new: str):
    assert SAMPLE.count(old) == 1
    return parse(SAMPLE.replace(old, new)).screen


def test_without_its_keys_nothing_is_served_and_english_is_spoken():
    text = SAMPLE.replace(PAGE, "").replace(LISTEN, "").replace(LANGUAGE, "")
    told = parse(text).screen
    assert (told.page, told.listen, told.language) == (None, None, "en")


@pytest.mark.parametrize("address", ["127.0.0.1:0", "127.0.0.1:65535", "[::1]:8080"])
def test_a_page_is_served_on_this_machine(address):
    assert screen(PAGE, f'page = "{address}"').page == address


@pytest.mark.parametrize(
    "address",
    ["0.0.0.0:8080", "localhost:8080", "unix:/run/page", "127.0.0.1", "127.0.0.1:65536", ":80", ""],
)
def test_a_page_is_served_nowhere_else(address):
    with pytest.raises(ConfigError, match=r"screen\.page: expected 127\.0\.0\.1:port, got "):
        screen(PAGE, f'page = "{address}"')


@pytest.mark.parametrize("address", ["unix:/run/a.sock", "127.0.0.1:8641", "[::1]:0"])
def test_staff_tools_come_by_a_socket_or_on_this_machine(address):
    assert screen(LISTEN, f'listen = "{address}"').listen == address


@pytest.mark.parametrize("address", ["unix:run", "localhost:80", "192.0.2.1:80", "unix:/a\\nb"])
def test_staff_tools_come_from_nowhere_else(address):
    with pytest.raises(ConfigError, match=r"screen\.listen: expected unix:/path or 127"):
        screen(LISTEN, f'listen = "{address}"')


@pytest.mark.parametrize("language", ["zh", "en", "de"])
def test_a_page_speaks_each_language_that_has_texts(language):
    assert screen(LANGUAGE, f'language = "{language}"').language == language


def test_a_page_speaks_no_other_language():
    with pytest.raises(ConfigError, match=r"screen\.language: expected one of zh, en, de"):
        screen(LANGUAGE, 'language = "fr"')
