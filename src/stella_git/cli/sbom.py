"""``stella sbom``: what can be done with software bills of materials."""

import argparse

from stella_git.cli import elements, fixing, inventory, validating


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the sub-commands and their arguments."""
    commands = parser.add_subparsers(dest="verb", metavar="COMMAND", title="commands", required=True)
    validating.configure_sbom(commands)
    fixing.configure_sbom(commands)
    elements.configure(commands)
    inventory.configure(commands)
