"""``stella policy test``, ``coverage`` and ``mutate``: policies are code, and are tested like code."""

import argparse
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stella_git.policy.testing.session import Session

    Verbs = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 - argparse has no public name for it

_EXIT_CODES = (
    "exit codes:\n"
    "  0  everything is as it should be\n"
    "  1  {}\n"
    "  2  usage or configuration, such as a policy that does not compile\n"
    "  4  a file cannot be read\n"
)


def configure_test(commands: "Verbs") -> None:
    """Describe ``stella policy test``."""
    sub = commands.add_parser(
        "test",
        help="try the cases of policies",
        description=(
            "Try the cases in files of the kind Test, and report what came out otherwise than expected.\n"
            "Each rule has to pass in one case and to fire in another. Every case is tried with its\n"
            "evidence in other orders as well, and a day later: what a rule says must not depend on\n"
            "order, and a case that depends on the time has to say at what time it is judged."
        ),
        epilog=(
            "examples:\n"
            "  stella policy test\n"
            "  stella policy test policies/tests/vuln -k kev\n"
            "  stella policy test --format junit > policies.xml\n"
            + _EXIT_CODES.format("a case failed, or a rule lacks one")
        ),
    )
    _add_paths(sub)
    sub.add_argument(
        "-k",
        dest="name",
        metavar="TEXT",
        help="try only cases in whose POLICY/CASE this stands; nothing is missing then",
    )
    formats = ("text", "json", "junit", "sarif", "github", "gitlab", "markdown")
    sub.add_argument("--format", choices=formats, default="text", help="output (default: text)")
    sub.set_defaults(handler=run_test)


def _add_paths(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "paths",
        metavar="PATH",
        nargs="*",
        help="policies, tests, or folders with them (default: policies)",
    )


def run_test(arguments: argparse.Namespace) -> int:
    """Try cases; 1 if one failed or something is missing."""
    from stella_git.errors import EXIT_CLEAN, EXIT_FINDINGS, UsageError
    from stella_git.flows.policytests import with_cases
    from stella_git.policy.testing.session import try_all

    session = try_all(with_cases(arguments.paths), name=arguments.name)
    if arguments.name is not None and not session.outcomes:
        raise UsageError(
            f"no case has {arguments.name!a} in its name",
            code="policy-test-none",
            remedy="give a part of POLICY/CASE, or leave out -k",
        )
    _print(session, arguments)
    return EXIT_CLEAN if session.ok else EXIT_FINDINGS


def _print(session: "Session", arguments: argparse.Namespace) -> None:
    from stella_git import __version__
    from stella_git.cli.files import print_json, use_colour
    from stella_git.report import policytests as report

    kind = arguments.format
    if kind == "text":
        sys.stdout.write(report.text(session, colour=use_colour(arguments.color)))
    elif kind == "json":
        from stella_git.report.policytestsjson import as_json

        print_json(as_json(session))
    elif kind == "junit":
        from stella_git.report.policytestsjunit import render as junit

        sys.stdout.write(junit(session))
    elif kind == "markdown":
        from stella_git.report.policytestsmarkdown import render as markdown

        sys.stdout.write(markdown(session))
    elif kind == "github":
        from stella_git.report.github import beside

        sys.stdout.write(beside(report.text(session), report.problems(session)))
    elif kind == "gitlab":
        from stella_git.report.gitlab import render as gitlab

        print_json(gitlab(report.problems(session)))
    else:
        from stella_git.report.sarif import sarif

        print_json(sarif(report.problems(session), version=__version__))
