"""``stella policy explain``: why a rule says what it says."""

import argparse
import sys
from typing import TYPE_CHECKING

from stella_git.cli import policyrun

if TYPE_CHECKING:
    Verbs = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 - argparse has no public name for it


def configure(commands: "Verbs") -> None:
    """Describe ``stella policy explain``."""
    sub = commands.add_parser(
        "explain",
        help="show why a rule says what it says",
        description=(
            "Show why a rule says what it says about documents from disk: the value of every part of its\n"
            "expressions for each violation, or for one element that passes; which evidence was selected\n"
            "or refused, and why; who answers for it, what to do, and how to waive it. Without\n"
            "--policies: those in policies."
        ),
        epilog=(
            "examples:\n"
            "  stella policy explain vuln.no-kev --policies policies --evidence bom.json findings.json\n"
            "  stella policy explain vuln.no-kev/kev --evidence bom.json findings.json \\\n"
            "    --fp vfp:0123456789abcdef\n"
            "exit codes:\n"
            "  0  explained, whatever the rule says: asked was why\n"
            "  1  a document is not what it is said to be\n"
            "  2  usage, such as a rule that there is not, or policies that cannot be used\n"
            "  4  a file cannot be read\n"
        ),
    )
    sub.add_argument(
        "rule", metavar="POLICY[/RULE]", help="id of a policy, or of a policy and one of its rules"
    )
    policyrun.add_arguments(sub)
    sub.add_argument("--fp", metavar="FP", help="explain the element with this fingerprint, vfp:...")
    sub.add_argument("--key", metavar="K", help="explain the element with this key")
    sub.add_argument("--format", choices=("text", "json"), default="text", help="output (default: text)")
    sub.set_defaults(handler=run)


def run(arguments: argparse.Namespace) -> int:
    """Print explanations."""
    from stella_git.cli.files import print_json, use_colour
    from stella_git.flows import policyeval
    from stella_git.policy.explain import Wanted
    from stella_git.report.policies import tree, treejson

    arguments.policies = arguments.policies or ["policies"]
    question = policyrun.question(arguments, only=[arguments.rule])
    prepared = policyeval.prepare(question)
    wanted = Wanted(fp=arguments.fp, key=arguments.key)
    found = policyeval.explained(question, prepared, wanted)
    if arguments.format == "json":
        print_json(treejson.render(found, question.context))
    else:
        sys.stdout.write(_harmless(tree.text(found, colour=use_colour(arguments.color))))
    return 0


def _harmless(text: str) -> str:
    """Return text in which GitHub Actions, where it runs this, obeys nothing that a document says."""
    from stella_git.config import environment

    if environment().get("GITHUB_ACTIONS") != "true":
        return text
    from stella_git.report.github import shielded

    return shielded(text, "\n")
