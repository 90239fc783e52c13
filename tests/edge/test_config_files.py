"""A file that a person names is read, or one line says why not; a pipe never keeps anybody."""

import os
import threading

import pytest

from kiosk.config import files
from kiosk.config.files import text_of
from kiosk.errors import ConfigError


def test_a_pipe_that_nobody_writes_to_is_given_up(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "PIPE_WAIT_S", 0.01)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ConfigError, match="a pipe that brings nothing"):
        text_of(tmp_path / "pipe", 100)


def test_what_comes_through_a_pipe_is_read_up_to_its_bound(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "PIPE_WAIT_S", 60.0)  # the writer's thread may be kept waiting
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for text, most in (("x" * 70_000, 70_000), ("y", 1)):
        writer = threading.Thread(target=pipe.write_text, args=(text,))
        writer.start()
        assert text_of(pipe, most) == text
        writer.join()
    writer = threading.Thread(target=pipe.write_text, args=("zz",))
    writer.start()
    with pytest.raises(ConfigError, match="at most 1 bytes"):
        text_of(pipe, 1)
    writer.join()


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (lambda path: path.mkdir(), "expected a file, got a directory"),
        (lambda path: path.symlink_to(path), "cannot be read"),
        (lambda path: None, "there is no such file"),
        (lambda path: path.write_bytes(b"a\n\xff"), "line 2: expected UTF-8, got byte FF"),
    ],
    ids=["a folder", "a loop of links", "nothing", "bytes"],
)
def test_what_is_no_text_is_named(tmp_path, made, said):
    made(tmp_path / "tariff.toml")
    with pytest.raises(ConfigError, match=said):
        text_of(tmp_path / "tariff.toml", 100)


def test_a_mark_of_byte_order_and_other_ends_of_lines_are_none_of_the_text(tmp_path):
    path = tmp_path / "tariff.toml"
    path.write_bytes(b"\xef\xbb\xbfa = 1\r\n")
    assert text_of(path, 100) == "a = 1\r\n"
