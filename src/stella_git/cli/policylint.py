"""``stella policy lint``: every problem of policy files."""

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    Verbs = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 - argparse has no public name for it


def configure(commands: "Verbs") -> None:
    """Describe ``stella policy lint``."""
    from stella_git.cli.problems import FORMATS

    sub = commands.add_parser(
        "lint",
        help="report every problem of policy files",
        description=(
            "Report every problem of policies, policy sets, waivers and their tests at once: strict YAML,\n"
            "schemas, expressions (syntax, names, members of the evidence, types), and what names what is\n"
            "not there. A file stands for the whole set that it belongs to: the nearest policy-set.yaml\n"
            "above it. `stella rule ID` explains a rule."
        ),
        epilog=(
            "examples:\n"
            "  stella policy lint\n"
            "  stella policy lint --strict --format sarif policies > problems.sarif\n"
            "  stella policy lint --as-of 2026-12-01T00:00:00Z policies/packs/vuln/no-kev.yaml\n"
            "exit codes:\n"
            "  0  no errors; warnings do not count, but with --strict\n"
            "  1  a file has an error\n"
            "  2  usage, such as a file that is not there\n"
        ),
    )
    sub.add_argument("paths", metavar="PATH", nargs="*", help="files and folders (default: policies)")
    sub.add_argument("--format", choices=FORMATS, default="text", help="output (default: text)")
    sub.add_argument("--strict", action="store_true", help="let warnings count as well")
    sub.add_argument(
        "--as-of",
        metavar="T",
        help="time at which expiry is judged, RFC 3339 (default: SOURCE_DATE_EPOCH, else now)",
    )
    sub.set_defaults(handler=run)


def run(arguments: argparse.Namespace) -> int:
    """Print problems; 1 if there is an error, or with ``--strict`` a warning."""
    from stella_git.cli.policyrun import as_of
    from stella_git.cli.problems import print_report
    from stella_git.errors import EXIT_CLEAN, EXIT_FINDINGS
    from stella_git.flows.policylint import lint_paths

    linted = lint_paths(arguments.paths, now=as_of(arguments))
    print_report(linted.results, arguments, linted.passed_over)
    counted = {"error", "warning"} if arguments.strict else {"error"}
    found = {problem.severity for result in linted.results for problem in result.problems}
    return EXIT_FINDINGS if found & counted else EXIT_CLEAN
