"""``stella vex``: what can be done with VEX documents."""

import argparse

from stella_git.cli import verbs

VERBS: verbs.Verbs = {
    "validate": ("validating", "configure_vex"),
    "fix": ("fixing", "configure_vex"),
    "diff": ("vexdiff", "configure"),
}


def configure(parser: argparse.ArgumentParser, verb: str = "") -> None:
    """Describe the sub-commands and their arguments, or only the one that runs."""
    verbs.describe(parser, VERBS, verb)
