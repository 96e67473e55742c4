"""``stella evidence``: whatever is a document, found out by its content."""

import argparse

from stella_git.cli import validating


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the sub-commands and their arguments."""
    commands = parser.add_subparsers(dest="verb", metavar="COMMAND", title="commands", required=True)
    validating.configure_evidence(commands)
