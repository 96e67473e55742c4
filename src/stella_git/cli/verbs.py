"""Nouns whose verbs have modules of their own: only the module of the verb that runs is loaded."""

import argparse
from importlib import import_module

# Verb -> module of this package, and its function that describes the verb, maybe with others of the table.
Verbs = dict[str, tuple[str, str]]


def describe(parser: argparse.ArgumentParser, verbs: Verbs, verb: str) -> None:
    """Describe one verb of a noun and its arguments, or all of them if ``verb`` is none of them."""
    commands = parser.add_subparsers(dest="verb", metavar="COMMAND", title="commands", required=True)
    wanted = [verbs[verb]] if verb in verbs else dict.fromkeys(verbs.values())
    for module, function in wanted:
        getattr(import_module(f"stella_git.cli.{module}"), function)(commands)
