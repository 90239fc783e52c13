"""Whatever is typed wrong is one line on stderr: expected, got, what to do; and exit code 2."""

import re

import pytest

from kiosk.__main__ import main as kiosk
from kiosk.edge.command_line import GOT_CHARS_MAX, LISTED_MAX, NEAR_MAX, did_you_mean, shown, wrong
from kiosk_sim.__main__ import main as kiosk_sim

PROGRAMS = {"kiosk": kiosk, "kiosk-sim": kiosk_sim}

WRONG = [
    ("kiosk", "expected a command: run, page, "),
    ("kiosk stauts", "expected one of run, page, .* got 'stauts': did you mean status?"),
    ("kiosk -x", "expected an option that it has, got '-x'"),
    ("kiosk run", "expected one configuration, such as --config kiosk.toml, got none"),
    ("kiosk journal a.toml --config b.toml", "expected one conf.* got 'a.toml' and 'b.toml'"),
    ("kiosk run --cofnig a", "got '--cofnig': did you mean --config?"),
    ("kiosk run --config=a b c", "expected no more words, got 'c'"),
    ("kiosk journal a --rows", "expected --rows N, got no value"),
    ("kiosk journal a --rows 0", "--rows: expected 1 to 100000, got '0'"),
    ("kiosk journal a --unresolvd", "got '--unresolvd': did you mean --unresolved?"),
    ("kiosk faults --language fr", "--language: expected one of en, zh, de, got 'fr'"),
    ("kiosk sign a", "expected --out FILE as well"),
    ("kiosk replay a --model nedap", "--model: expected one of .* nedap_raw"),
    ("kiosk diag capture", "expected PORT, --save FILE as well"),
    ("kiosk-sim camera --pty a --model nedap_rw", "got 'nedap_rw': did you mean nedap_raw?"),
    ("kiosk replay a", "expected --model NAME as well"),
    ("kiosk replay --model a", "expected RECORDING as well"),
    ("kiosk status --json=1", "--json takes no value, got '1'"),
    ("kiosk states extra", "expected no more words, got 'extra'"),
    ("kiosk tariff", "expected one of check, quote, .* import, got none"),
    ("kiosk tariff plto a", "expected one of check, .* got 'plto': did you mean plot?"),
    ("kiosk tariff quote a", "expected --leave TIME as well"),
    ("kiosk tariff quote a --leave b", "expected --enter TIME or --lost, got none"),
    ("kiosk tariff quote a --leave b --lost --enter c", "expected --lost or --enter TIME, got b"),
    ("kiosk tariff plot a --hours 9999", "--hours: expected 1 to 744, got '9999'"),
    ("kiosk diag lits", "expected one of list, watch, .* got 'lits': did you mean list?"),
    ("kiosk diag --langauge de", "got '--langauge': did you mean --language?"),
    ("kiosk diag trace", "expected PORT as well"),
    ("kiosk diag check --cars 0", "--cars: expected 1 to 1000 cars, got '0'"),
    ("kiosk diag watch --seconds soon", "--seconds: expected up to 86400 s, got 'soon'"),
    ("kiosk diag test-exit --who bob", "--who: expected one of technician, .* got 'bob'"),
    ("kiosk diag test-exit --reason repairs", "--reason: .* got 'repairs': did you mean repair?"),
    ("kiosk-sim", "expected one of demo, board, .* pay, got none"),
    ("kiosk-sim baord", "got 'baord': did you mean board?"),
    ("kiosk-sim board", "expected --pty PATH or --tcp HOST:PORT, got none"),
    ("kiosk-sim board --pty a --tcp b:1", "expected --pty PATH or --tcp HOST:PORT, got both"),
    ("kiosk-sim board --tcp 99", "--tcp: expected HOST:PORT like 127.0.0.1:20007, got '99'"),
    ("kiosk-sim board --pty a --fault swapped", "did you mean barrier.limits-swapped?"),
    ("kiosk-sim board --pty a --fault silnt", "got 'silnt': did you mean barrier.silent?"),
    ("kiosk-sim lane --folder f --fault silent", "camera.silent or terminal.silent?"),
    ("kiosk-sim demo --exits 0", "--exits: expected 1 to 10000, got '0'"),
    ("kiosk-sim demo --every-s nan", "--every-s: expected 1 to 86400 seconds, got 'nan'"),
    ("kiosk-sim demo --seed x", "--seed: invalid int value: 'x'"),
    ("kiosk-sim lane --evry-s 3", "got '--evry-s': did you mean --every-s?"),
    ("kiosk-sim terminal --pty a --card gold", "--card: expected one of approved, .* got 'gold'"),
]  # fmt: skip


@pytest.mark.parametrize(("typed", "said"), WRONG, ids=[typed for typed, _ in WRONG])
def test_a_command_that_was_typed_wrong_is_one_line_that_says_so(typed, said, capsys):
    program, *words = typed.split()
    try:
        code = PROGRAMS[program](words)
    except SystemExit as ended:
        code = ended.code
    out, err = capsys.readouterr()
    assert (code, out) == (2, "")
    assert err.endswith("\n")
    assert err.count("\n") == 1
    assert err.startswith(program)
    assert re.search(said.replace("?", r"\?"), err), err
    cures = ("--help` says what there is", "such as --config", "docs/", "--model: expected one of")
    assert any(cure in err for cure in cures), err


def test_an_option_may_stand_before_and_behind_what_it_is_about(capsys):
    with pytest.raises(SystemExit) as ended:
        kiosk(["journal", "--rows", "5", "--help"])
    assert ended.value.code == 0
    assert "usage: kiosk journal" in capsys.readouterr().out


def test_a_pasted_file_does_not_fill_the_screen(capsys):
    with pytest.raises(SystemExit):
        kiosk_sim(["board", "--tcp", "x\n\x1b[2J" * 5000])
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    assert "\x1b" not in err
    assert len(err) < GOT_CHARS_MAX * 4
    assert len(shown("x" * 5000)) == GOT_CHARS_MAX + 2


def test_of_many_right_words_the_nearest_are_said_or_the_first():
    names = [f"fault.number-{number}" for number in range(40)]
    assert wrong("nothing-like-it", names).count("fault.") == LISTED_MAX
    assert "28 more" in wrong("nothing-like-it", names)
    assert did_you_mean("number", names).count("fault.") == NEAR_MAX
    assert did_you_mean("nu", ["number"]) == ""
