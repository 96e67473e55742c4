"""``stella policy test``, ``coverage`` and ``mutate``: policies are code, and are tested like code."""

import argparse
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stella_git.policy.testing.mutate import Mutated
    from stella_git.policy.testing.session import Session

    Verbs = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 - argparse has no public name for it

_WHOLE = 1000
_DIGITS = 9
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


def configure_coverage(commands: "Verbs") -> None:
    """Describe ``stella policy coverage``."""
    sub = commands.add_parser(
        "coverage",
        help="show which ways the conditions of policies never came out",
        description=(
            "Try the cases of policies, and show every condition of a rule or a let that was never true,\n"
            "never false, or never asked. A condition is what has to be true or false: what is asserted,\n"
            "operands of && and ||, tests of ? :, what macros ask of elements, and comparisons."
        ),
        epilog=(
            "examples:\n"
            "  stella policy coverage\n"
            "  stella policy coverage --min 1000 policies\n"
            + _EXIT_CODES.format("of a policy, less was seen than --min")
        ),
    )
    _add_paths(sub)
    sub.add_argument(
        "--min",
        dest="least",
        metavar="PERMILLE",
        type=_permille,
        default=0,
        help="exit with 1 if of a policy less was seen, of 1000 (default: 0)",
    )
    formats = ("text", "json", "markdown")
    sub.add_argument("--format", choices=formats, default="text", help="output (default: text)")
    sub.set_defaults(handler=run_coverage)


def _permille(text: str) -> int:
    number = int(text) if text.isascii() and text.isdecimal() and len(text) <= len("1000") else -1
    if not 0 <= number <= _WHOLE:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 0 to {_WHOLE}")
    return number


def configure_mutate(commands: "Verbs") -> None:
    """Describe ``stella policy mutate``."""
    sub = commands.add_parser(
        "mutate",
        help="change policies a little, and report what no case notices",
        description=(
            "Change policies in small ways, one at a time, and try their cases until one does not hold.\n"
            "Conditions are turned round, operands dropped, boundaries and numbers moved, all and exists\n"
            "exchanged, texts changed, rules and requirements removed. Each change that no case notices\n"
            "is reported with its place, and with what a case has to be like to notice it."
        ),
        epilog=(
            "examples:\n"
            "  stella policy mutate\n"
            "  stella policy mutate policies/tests/vuln --limit 20\n"
            + _EXIT_CODES.format("a change was not noticed, or a case fails without any")
        ),
    )
    _add_paths(sub)
    sub.add_argument(
        "--limit", metavar="N", type=_positive, help="try at most N changes of a policy, spread over it"
    )
    formats = ("text", "json", "markdown")
    sub.add_argument("--format", choices=formats, default="text", help="output (default: text)")
    sub.set_defaults(handler=run_mutate)


def _positive(text: str) -> int:
    number = int(text) if text.isascii() and text.isdecimal() and len(text) <= _DIGITS else 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 on")
    return number


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
    from stella_git.report.policies import cases as report

    kind = arguments.format
    if kind == "text":
        sys.stdout.write(report.text(session, colour=use_colour(arguments.color)))
    elif kind == "json":
        from stella_git.report.policies.casesjson import as_json

        print_json(as_json(session))
    elif kind == "junit":
        from stella_git.report.policies.casesjunit import render as junit

        sys.stdout.write(junit(session))
    elif kind == "markdown":
        from stella_git.report.policies.casesmarkdown import render as markdown

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


def run_coverage(arguments: argparse.Namespace) -> int:
    """Show what no case asked; 1 if less was seen than was wanted."""
    from stella_git.cli.files import print_json, use_colour
    from stella_git.errors import EXIT_CLEAN, EXIT_FINDINGS
    from stella_git.flows.policytests import with_cases
    from stella_git.policy.testing.coverage import cover
    from stella_git.report.policies import coverage as report

    found = cover(with_cases(arguments.paths))
    least = arguments.least
    if arguments.format == "json":
        print_json(report.as_json(found, least=least))
    elif arguments.format == "markdown":
        sys.stdout.write(report.markdown(found, least=least))
    else:
        sys.stdout.write(report.text(found, least=least, colour=use_colour(arguments.color)))
    return EXIT_FINDINGS if report.below(found, least) else EXIT_CLEAN


def run_mutate(arguments: argparse.Namespace) -> int:
    """Report changes that no case notices; 1 if there are any."""
    from stella_git.cli.files import print_json, use_colour
    from stella_git.errors import EXIT_CLEAN, EXIT_FINDINGS
    from stella_git.flows.policytests import with_cases
    from stella_git.policy.testing.mutate import mutate
    from stella_git.report.policies import mutation as report

    policies = with_cases(arguments.paths)
    found = list(_progress(mutate(policies, limit=arguments.limit), len(policies)))
    if arguments.format == "json":
        print_json(report.as_json(found))
    elif arguments.format == "markdown":
        sys.stdout.write(report.markdown(found))
    else:
        sys.stdout.write(report.text(found, colour=use_colour(arguments.color)))
    return EXIT_CLEAN if report.ok(found) else EXIT_FINDINGS


def _progress(found: "Iterator[Mutated]", total: int) -> "Iterator[Mutated]":
    """Return policies one by one; if somebody watches, say how far we are."""
    watched = sys.stderr.isatty()
    for number, each in enumerate(found, 1):
        if watched:
            print(f"\r{number}/{total} policies", end="", file=sys.stderr, flush=True)
        yield each
    if watched:
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)
