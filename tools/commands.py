"""Read the commands out of the argument parsers, so that every page about them has one source."""

import argparse
from collections.abc import Iterator
from typing import NamedTuple

from stella_git.cli.main import build_parser


class Argument(NamedTuple):
    """One argument: how it is written, and what it does."""

    syntax: str
    help: str
    required: bool


class Command(NamedTuple):
    """One command with everything its ``--help`` says."""

    name: str
    summary: str
    description: str
    epilog: str
    positionals: tuple[Argument, ...]
    options: tuple[Argument, ...]

    @property
    def synopsis(self) -> str:
        """Return the command line, options in brackets."""
        options = [item.syntax if item.required else f"[{item.syntax}]" for item in self.options]
        return " ".join([self.name, *options, *(item.syntax for item in self.positionals)])


def commands() -> list[Command]:
    """Return the program itself and then every command that can be run, in the order of ``--help``."""
    return list(_walk(build_parser("*"), "stella", ""))


def _walk(parser: argparse.ArgumentParser, name: str, summary: str) -> Iterator[Command]:
    groups = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    if name == "stella" or not groups:
        yield _command(parser, name, summary)
    for group in groups:
        texts = {choice.dest: choice.help or "" for choice in group._choices_actions}
        for word, child in group.choices.items():
            yield from _walk(child, f"{name} {word}", texts[word])


def _command(parser: argparse.ArgumentParser, name: str, summary: str) -> Command:
    shown = [
        action
        for action in parser._actions
        if not isinstance(action, argparse._SubParsersAction | argparse._HelpAction)
        and action.help != argparse.SUPPRESS
    ]
    return Command(
        name,
        summary,
        (parser.description or "").strip(),
        (parser.epilog or "").strip(),
        tuple(_argument(action) for action in shown if not action.option_strings),
        tuple(_argument(action) for action in shown if action.option_strings),
    )


def _argument(action: argparse.Action) -> Argument:
    value = action.metavar or ("|".join(map(str, action.choices)) if action.choices else action.dest.upper())
    if isinstance(value, tuple):
        value = " ".join(value)
    text = (action.help or "") % {"default": action.default, "prog": "stella"}
    if not action.option_strings:
        shape = {"?": f"[{value}]", "*": f"[{value}...]", "+": f"{value}..."}.get(str(action.nargs), value)
        return Argument(shape, text, action.nargs not in {"?", "*"})
    option = ", ".join(action.option_strings)
    many = "..." if action.nargs == "+" else ""
    syntax = option if action.nargs == 0 else f"{option} {value}{many}"
    if isinstance(action, argparse._AppendAction) and "may be repeated" not in text:
        text += "; may be repeated"
    return Argument(syntax, text, action.required)
