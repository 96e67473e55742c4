"""``stella attestation``: the shape of statements, envelopes and bundles."""

import argparse

from stella_git.cli import validating


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the sub-commands and their arguments."""
    commands = parser.add_subparsers(dest="verb", metavar="COMMAND", title="commands", required=True)
    validating.configure_attestation(commands)
