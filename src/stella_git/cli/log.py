"""``stella log [RANGE]``: commits with their verdicts."""

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    parser.epilog = (
        "One line a commit, newest first: what stands for each required environment, and the subject.\n"
        "Every signature is verified before it is shown. `git log` shows the short form of it too.\n"
    )
    parser.add_argument(
        "range",
        metavar="RANGE",
        nargs="?",
        default="HEAD",
        help="A..B, or a commit and what it builds on (default: HEAD)",
    )
    parser.add_argument(
        "--max-count", "-n", metavar="N", type=int, default=20, help="show at most N commits (default: 20)"
    )
    parser.add_argument(
        "--policy-ref", metavar="REV", help="trusted revision to take keyring and budgets from"
    )
    parser.add_argument("--format", choices=("text", "json"), default="text", help="output (default: text)")
    parser.set_defaults(handler=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the commits."""
    from stella_git.report.verification import log_text

    return print_history(arguments, arguments.range, arguments.max_count, log_text)


def print_history(
    arguments: argparse.Namespace, revisions: str, most: int, text: "Callable[..., str]"
) -> int:
    """Verify up to ``most`` commits of ``revisions`` and print what was found, as ``text`` or as JSON."""
    from stella_git.canon.clock import SystemClock
    from stella_git.cli.files import print_json, use_colour
    from stella_git.flows.standing import Demand
    from stella_git.flows.verify import history_of
    from stella_git.flows.workspace import open_workspace
    from stella_git.report.verification import verification_json

    demand = Demand(policy_ref=arguments.policy_ref, now=SystemClock().now())
    with open_workspace() as workspace:
        result = history_of(workspace, revisions, demand, most=most)
    if arguments.format == "json":
        print_json(verification_json(result))
    else:
        print(text(result, colour=use_colour(arguments.color)), end="")
    return 0
