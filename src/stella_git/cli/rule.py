"""``stella rule``: what a rule of the validators says, why, and how to mend what it finds."""

import argparse
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stella_git.canon.reader import Json
    from stella_git.documents.rules import Rule

SCHEMA = "stella.rules/1"
_COLUMN = len("K-unevaluatedProperties")


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
    parser.description = (
        "Print what a rule says, why it matters, how to mend what it finds, and where it is from.\n"
        "Without an ID, list all rules."
    )
    parser.epilog = "examples:\n  stella rule C010\n  stella rule --format json\n"
    parser.add_argument("ids", metavar="ID", nargs="*", help="as reports print it: C010, K-required, V014")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="output (default: text)")
    parser.set_defaults(handler=explain)


def explain(arguments: argparse.Namespace) -> int:
    """Print rules.

    Raises:
        UsageError: ``rule-not-found``.
    """
    from stella_git.cli.files import print_json, use_colour
    from stella_git.documents.rules import all_rules
    from stella_git.errors import EXIT_CLEAN

    chosen = dict(map(_find, arguments.ids)) or all_rules()
    if arguments.format == "json":
        print_json({"schema": SCHEMA, "rules": [_as_json(name, rule) for name, rule in chosen.items()]})
    elif arguments.ids:
        colour = use_colour(arguments.color)
        sys.stdout.write("\n".join(_page(name, rule, colour=colour) for name, rule in chosen.items()))
    else:
        # Most ids are four characters long; those that name a profile and an element need no column.
        for name, rule in chosen.items():
            print(f"{name:<{_COLUMN}}  {rule.severity:<7}  {rule.what}")
    return EXIT_CLEAN


def _find(name: str) -> "tuple[str, Rule]":
    from stella_git.documents.rules import all_rules
    from stella_git.documents.wording import nearest
    from stella_git.errors import UsageError

    rules = all_rules()
    known = {each.casefold(): each for each in rules}.get(name.casefold())
    if known is None:
        meant = nearest(name, rules)
        hint = f"; did you mean {meant}?" if meant else ""
        raise UsageError(
            f"{name!r} is no rule{hint}", code="rule-not-found", remedy="list them with: stella rule"
        )
    return known, rules[known]


def _page(name: str, rule: "Rule", *, colour: bool) -> str:
    from stella_git.report.text import paint

    lines = [
        f"{paint(name, 'bold', colour=colour)}  {paint(rule.severity, rule.severity, colour=colour)}",
        f"  {rule.what}",
        f"  why: {rule.why}",
        f"  to mend it: {rule.remedy}",
    ]
    if rule.fixable:
        noun = "vex" if name.startswith("V") else "sbom"
        lines.append(f"  `stella {noun} fix` mends what is certain.")
    if rule.source:
        lines.append(f"  source: {rule.source}")
    return "\n".join(lines) + "\n"


def _as_json(name: str, rule: "Rule") -> "Json":
    members: dict[str, Json] = {
        "id": name,
        "severity": rule.severity,
        "what": rule.what,
        "why": rule.why,
        "remedy": rule.remedy,
        "fixable": rule.fixable,
    }
    return members | ({"source": rule.source} if rule.source else {})
