"""``stella policy``: write, try, test and keep policies."""

import argparse

from stella_git.cli import verbs

VERBS: verbs.Verbs = {
    "coverage": ("policytest", "configure_coverage"),
    "diff": ("policydiff", "configure"),
    "eval": ("policyeval", "configure"),
    "explain": ("policyexplain", "configure"),
    "fmt": ("policyfmt", "configure"),
    "init": ("policyinit", "configure"),
    "lint": ("policylint", "configure"),
    "lock": ("policylock", "configure"),
    "mutate": ("policytest", "configure_mutate"),
    "schema": ("policyschema", "configure"),
    "test": ("policytest", "configure_test"),
    "waive": ("policywaive", "configure"),
}


def configure(parser: argparse.ArgumentParser, verb: str = "") -> None:
    """Describe the sub-commands and their arguments, or only the one that runs."""
    verbs.describe(parser, VERBS, verb)
