"""Reads what was typed; what is wrong with it is one line, and exit code 2. No command is here."""

import re
import sys
from argparse import Action, ArgumentError, ArgumentParser, Namespace, _SubParsersAction
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import Final, NoReturn

WRONG: Final = 2
"""What a command ends with that was typed wrong."""

GOT_CHARS_MAX: Final = 60
"""Of what was typed, what a line repeats: a pasted file must not fill the screen."""

LISTED_MAX: Final = 12
"""So many things that would have been right are listed; of more, the nearest or the first few."""

NEAR_MAX: Final = 3
"""Near words that are asked about: who reads more of them reads `--help` as well."""

PART_CHARS_MIN: Final = 3
"""So many letters are enough to find a longer word by."""

_WORDINGS: Final = (
    (r"the following arguments are required: (.*)", r"expected \1 as well"),
    (r"one of the arguments (\S+) (\S+) is required", r"expected \1 or \2, got none"),
    (r"argument (.*?): not allowed with argument (.*)", r"expected \2 or \1, got both"),
    (r"argument (.*?): expected one argument", r"expected \1, got no value"),
    (r"argument (.*?): ignored explicit argument (.*)", r"\1 takes no value, got \2"),
    (r"ambiguous option: (.*) could match (.*)", r"\1 may be any of \2: write it out"),
    (r"argument (.*?): (.*)", r"\1: \2"),
)
"""What argparse says, and how that is said here. Anything else is passed on as it is."""


class CommandLine(ArgumentParser):
    """An argument parser of one command, or of one that has commands below it."""

    def error(self, message: str) -> NoReturn:
        """End with what is wrong, and where the right words are."""
        for said, ours in _WORDINGS:
            found = re.fullmatch(said, message, re.DOTALL)
            if found:
                message = found.expand(ours)
                break
        told = " ".join(self._with_values(message).split())
        sys.stderr.write(f"{self.prog}: {told}; `{self.prog} --help` says what there is\n")
        sys.exit(WRONG)

    def parse_known_args(  # type: ignore[override]
        self, args: Sequence[str] | None = None, namespace: Namespace | None = None
    ) -> tuple[Namespace, list[str]]:
        """Parse; the command that was given words of nobody is the one that says so."""
        for word in sys.argv[1:] if args is None else args:
            if not word.startswith("-") or word in ("-", "--"):
                break  # What stands behind it may be the value of an option, or of a command.
            name = word.partition("=")[0]
            if not any(each.startswith(name) for each in self._option_string_actions):
                self.error(self._unknown(name))
        told, rest = super().parse_known_args(args, namespace)
        if rest:
            self.error(self._unknown(rest[0]))
        return told, rest

    def _with_values(self, message: str) -> str:
        """Each missed option with what it takes, and a missed command as all that there are."""
        for action in self._actions:
            if isinstance(action, _SubParsersAction):
                commands = f"expected one of {', '.join(action.choices)}, got none"
                message = message.replace(f"expected {action.metavar} as well", commands)
            elif action.option_strings and action.metavar and message.startswith("expected "):
                name = action.option_strings[0]
                message = re.sub(rf"(?<= ){name}(?=[ ,]|$)", f"{name} {action.metavar}", message)
        return message

    def _unknown(self, word: str) -> str:
        if not word.startswith("-") or word == "--":
            return f"expected no more words, got {shown(word)}"
        name = word.partition("=")[0]
        options = [each for each in self._option_string_actions if each.startswith("--")]
        return f"expected an option that it has, got {shown(name)}{did_you_mean(name, options)}"

    def _check_value(self, action: Action, value: object) -> None:
        if action.choices is None or value in action.choices:
            return
        raise ArgumentError(action if action.option_strings else None, wrong(value, action.choices))


def wrong(value: object, right: Iterable[object]) -> str:
    """Says of a word what it should have been: all that is right, or the nearest of many."""
    known = [str(each) for each in right]
    near = did_you_mean(str(value), known)
    first = ", ".join(known[:LISTED_MAX])
    more = f" and {len(known) - LISTED_MAX} more" if len(known) > LISTED_MAX else ""
    expected = f"one of {len(known)} names" if more and near else f"one of {first}{more}"
    return f"expected {expected}, got {shown(value)}{near}"


def did_you_mean(word: str, known: Sequence[str]) -> str:
    """A question for the nearest of these words, or nothing if none is near."""
    # One that is all there, but for its device, is nearer than any with a letter in common.
    ends = [each for each in known if each.rpartition(".")[2] == word]
    parts = [each for each in known if len(word) >= PART_CHARS_MIN and word in each]
    short = {each.rpartition(".")[2]: each for each in known}
    close = [short[each] for each in get_close_matches(word, short, n=1)]
    near = ends or parts[:NEAR_MAX] or get_close_matches(word, known, n=1) or close
    return f": did you mean {' or '.join(near)}?" if near else ""


def shown(word: object) -> str:
    """What was typed, as a quoted word of one line."""
    text = str(word)
    return repr(text if len(text) <= GOT_CHARS_MAX else text[: GOT_CHARS_MAX - 3] + "...")
