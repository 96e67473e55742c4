"""``stella vex``: what can be done with VEX documents."""

import argparse

from stella_git.cli import fixing, validating, vexdiff


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the sub-commands and their arguments."""
    commands = parser.add_subparsers(dest="verb", metavar="COMMAND", title="commands", required=True)
    validating.configure_vex(commands)
    fixing.configure_vex(commands)
    vexdiff.configure(commands)
