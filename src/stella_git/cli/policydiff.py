"""``stella policy diff``: which stored verdicts would be otherwise under other policies."""

import argparse
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    Verbs = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 - argparse has no public name for it


def configure(commands: "Verbs") -> None:
    """Describe ``stella policy diff``."""
    sub = commands.add_parser(
        "diff",
        help="show which stored verdicts would be otherwise under other policies",
        description=(
            "Judge the stored evidence of commits under two sets of policies and budgets, and list the\n"
            "verdicts that change, with every violation that comes, goes, or counts differently. A set is a\n"
            "revision (what its stella.toml names) or a folder. Nothing is written. Keyring, trust file and\n"
            "the time of the decision stay those of the stored verdict.\n\n"
            "In a folder nobody knows who wrote a waiver, so none of its waivers counts."
        ),
        epilog=(
            "examples:\n"
            "  stella policy diff main HEAD --over HEAD~20..main\n"
            "  stella policy diff HEAD policies/ --over v1.4 --format markdown\n"
            "exit codes:\n"
            "  0  no verdict changes\n"
            "  1  a verdict does, or its evidence cannot be judged\n"
            "  2  usage, such as a revision that there is not, or policies that cannot be used\n"
            "  4  git or the disk does not answer\n"
        ),
    )
    sub.add_argument("before", metavar="A", help="the one set: a revision, or a folder")
    sub.add_argument("after", metavar="B", help="the other")
    sub.add_argument("--over", metavar="REVS", default="HEAD", help="commit, or range A..B (default: HEAD)")
    sub.add_argument(
        "--format", choices=("text", "json", "markdown"), default="text", help="output (default: text)"
    )
    sub.set_defaults(handler=diff)


def diff(arguments: argparse.Namespace) -> int:
    """Print which verdicts change; 1 if any does."""
    from stella_git.cli.files import print_json, use_colour
    from stella_git.errors import EXIT_CLEAN, EXIT_FINDINGS
    from stella_git.flows.policydiff import difference
    from stella_git.flows.workspace import open_workspace
    from stella_git.report.policies import differences as report

    with open_workspace() as workspace:
        found = difference(workspace, arguments.before, arguments.after, arguments.over)
    if arguments.format == "json":
        print_json(report.as_json(found))
    elif arguments.format == "markdown":
        sys.stdout.write(report.markdown(found))
    else:
        sys.stdout.write(report.text(found, colour=use_colour(arguments.color)))
    return EXIT_CLEAN if not found.failed and all(each.same for each in found.compared) else EXIT_FINDINGS
