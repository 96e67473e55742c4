"""``stella policy fmt``: one layout for the files of policies."""

import argparse
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stella_git.flows.policyfmt import LaidOut

    Verbs = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 - argparse has no public name for it

_DESCRIPTION = """\
Put policies, policy sets, budgets, waivers, trust files, tests and profiles into one layout:
members in the order of the schema, two spaces, quotes only where they are needed, long
expressions as blocks. A file says the same afterwards, and keeps its comments; expressions
are left alone. A folder stands for the files of these kinds in it. A file is replaced in one
step, or not at all. With --check or --diff nothing is written, and the exit code is 1 if
something would be."""
_EXAMPLES = """\
examples:
  stella policy fmt
  stella policy fmt --check policies
  stella policy fmt --diff policies/packs/house/owner.yaml
exit codes:
  0  all files are laid out
  1  --check or --diff: a file is not
  2  usage, such as a file that is not there, or is no policy file
  4  a file cannot be read or written
"""


def configure(commands: "Verbs") -> None:
    """Describe ``stella policy fmt``."""
    sub = commands.add_parser(
        "fmt", help="lay policy files out in one way", description=_DESCRIPTION, epilog=_EXAMPLES
    )
    sub.add_argument(
        "paths",
        metavar="PATH",
        nargs="*",
        help="file or folder (default: policies), or - to lay standard input out on standard output",
    )
    sub.add_argument("--check", action="store_true", help="list what would change, and write nothing")
    sub.add_argument("--diff", action="store_true", help="print it as a patch, and write nothing")
    sub.set_defaults(handler=fmt)


def fmt(arguments: argparse.Namespace) -> int:
    """Lay files out one after the other; one that cannot be does not keep the others from it."""
    from stella_git.cli.files import complain, read_argument
    from stella_git.errors import EXIT_CLEAN, EXIT_FINDINGS, StellaError, UsageError
    from stella_git.flows.policyfmt import DEFAULT, files_in, lay_out
    from stella_git.policy.load import LIMIT

    def read(name: str) -> bytes:
        return read_argument(name, limit=LIMIT)

    paths = arguments.paths or [DEFAULT]
    if "-" in paths and len(paths) > 1:
        raise UsageError(
            "standard input is laid out on standard output, so it cannot be one of several",
            code="policy-fmt-stdin",
            remedy="give - alone",
        )
    looking = arguments.check or arguments.diff
    results: list[LaidOut] = []
    failures: list[StellaError] = []
    for name in files_in(paths, read):
        try:
            results.append(lay_out(name, read, write=not looking))
        except StellaError as error:
            failures.append(error)
    _print(results, arguments)
    for failure in failures:
        complain(failure)
    if failures:
        return max(failure.exit_code for failure in failures)
    return EXIT_FINDINGS if looking and any(result.changed for result in results) else EXIT_CLEAN


def _print(results: "Sequence[LaidOut]", arguments: argparse.Namespace) -> None:
    from stella_git.report.layout import patch_of
    from stella_git.report.text import count, printable

    changed = [result for result in results if result.changed]
    if arguments.diff:
        for result in changed:
            sys.stdout.write(patch_of(result.path, result.before, result.after))
        return
    if arguments.paths == ["-"] and not arguments.check:
        for result in results:
            sys.stdout.buffer.write(result.after)
            sys.stdout.buffer.flush()
        return
    for result in changed:
        print(printable(result.path))
    verb = "to lay out" if arguments.check else "laid out"
    summary = f"{len(changed)} {verb}" if changed else "nothing to lay out"
    print(f"{count(len(results), 'file')}: {summary}", file=sys.stderr)
