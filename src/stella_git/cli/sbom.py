"""``stella sbom``: what can be done with software bills of materials."""

import argparse

from stella_git.cli import verbs

VERBS: verbs.Verbs = {
    "validate": ("validating", "configure_sbom"),
    "fix": ("fixing", "configure_sbom"),
    "elements": ("elements", "configure"),
    **dict.fromkeys(("normalize", "diff", "stats", "tree", "convert-check"), ("inventory", "configure")),
}


def configure(parser: argparse.ArgumentParser, verb: str = "") -> None:
    """Describe the sub-commands and their arguments, or only the one that runs."""
    verbs.describe(parser, VERBS, verb)
