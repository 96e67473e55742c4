"""``stella sbom fix``, ``stella vex fix``: mend what is certain, and leave every other byte."""

import argparse
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import ExitStack
    from pathlib import Path

    from stella_git.documents.fix.mend import Fixed
    from stella_git.documents.settings import Settings
    from stella_git.flows.fixing import Job

    Verbs = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 - argparse has no public name for it

_DESCRIPTION = """\
Mend what is certain in {what}, and leave every other byte
as it is: indentation, order of members, line ends. {certain}
What nobody can be certain of is left to you: see `stella {noun} validate`. A file is replaced
in one step, or not at all. Exits with 1 if something was mended, as pre-commit expects."""
_EXAMPLES = """\
examples:
  stella {noun} fix {file}
  stella {noun} fix --diff {file}
  stella {noun} fix --only {rule} --check {file}
"""


def configure_sbom(commands: "Verbs") -> None:
    """Describe ``stella sbom fix``."""
    certain = (
        "Mended are the\n"
        "spelling of purls, of licence ids and of listed values, the form of timestamps, and items\n"
        "that a list has twice."
    )
    description = _DESCRIPTION.format(what="CycloneDX and SPDX documents", certain=certain, noun="sbom")
    epilog = _EXAMPLES.format(noun="sbom", file="bom.json", rule="C010")
    sub = commands.add_parser(
        "fix", help="mend what is certain in SBOMs", description=description, epilog=epilog
    )
    _add_arguments(sub)
    sub.set_defaults(handler=fix_sbom)


def configure_vex(commands: "Verbs") -> None:
    """Describe ``stella vex fix``."""
    certain = (
        "Mended are the\n"
        "spelling of purls and of labels, and the form of timestamps; never an @id: others refer to it."
    )
    what = "OpenVEX, CSAF and CycloneDX documents"
    description = _DESCRIPTION.format(what=what, certain=certain, noun="vex")
    epilog = _EXAMPLES.format(noun="vex", file=".vex/app.vex.json", rule="V020")
    sub = commands.add_parser(
        "fix", help="mend what is certain in VEX documents", description=description, epilog=epilog
    )
    _add_arguments(sub)
    sub.set_defaults(handler=fix_vex)


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "files", metavar="FILE", nargs="+", help="document, or - to mend standard input to standard output"
    )
    parser.add_argument("--check", action="store_true", help="say what would be mended, and write nothing")
    parser.add_argument("--diff", action="store_true", help="print it as a patch, and write nothing")
    parser.add_argument("--only", metavar="RULE", action="append", help="mend problems of this rule alone")
    parser.add_argument(
        "--bump",
        action="store_true",
        help="give a document that changed since HEAD, under the same version, its next version",
    )
    parser.add_argument(
        "--canonical-order",
        action="store_true",
        help="put members in the order of the official schema (not for SPDX 3 and CSAF)",
    )
    parser.add_argument(
        "--rules",
        metavar="FILE",
        help="severities of your own: what is off is left alone (default: documents.rules of stella.toml)",
    )
    parser.add_argument("--no-git", action="store_true", help="look at the files alone")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="output (default: text)")


def fix_sbom(arguments: argparse.Namespace) -> int:
    """Mend SBOM files; 1 if one was mended, or is no document."""
    return _fix_files(arguments, frozenset({"sbom"}))


def fix_vex(arguments: argparse.Namespace) -> int:
    """Mend VEX files; 1 if one was mended, or is no document."""
    # As ``vex validate``: a CSAF document of another category makes no claims, but is written alike.
    return _fix_files(arguments, frozenset({"csaf", "vex"}))


def _fix_files(arguments: argparse.Namespace, expect: frozenset[str]) -> int:
    """Mend files one after the other; one that cannot be mended does not keep the others from it."""
    from contextlib import ExitStack

    from stella_git.cli.files import complain
    from stella_git.errors import EXIT_CLEAN, EXIT_FINDINGS, StellaError
    from stella_git.flows.fixing import fix_file

    results: list[Fixed] = []
    failures: list[StellaError] = []
    with ExitStack() as opened:
        job = _job(arguments, expect, opened)
        for name in arguments.files:
            try:
                results.append(fix_file(name, job))
            except StellaError as error:
                failures.append(error)
    _print(results, arguments)
    for failure in failures:
        complain(failure)
    if failures:
        return max(failure.exit_code for failure in failures)
    return EXIT_FINDINGS if any(result.changed for result in results) else EXIT_CLEAN


def _job(arguments: argparse.Namespace, expect: frozenset[str], opened: "ExitStack") -> "Job":
    from contextlib import closing

    from stella_git.canon.clock import SystemClock
    from stella_git.cli.validating import read_document
    from stella_git.documents.context import Context
    from stella_git.errors import UsageError
    from stella_git.flows.fixing import Job
    from stella_git.flows.surroundings import GitSurroundings, find_work_tree

    _check(arguments)
    top = None if arguments.no_git else find_work_tree()
    bump = None
    if arguments.bump:
        if top is None:
            raise UsageError(
                "--bump compares with HEAD, and there is no repository here",
                code="fix-bump-alone",
                remedy="run it in the repository, without --no-git",
            )
        around = opened.enter_context(closing(GitSurroundings()))
        bump = Context(now=SystemClock().now(), history=around)
    return Job(
        read=read_document,
        expect=expect,
        only=frozenset(arguments.only) if arguments.only else None,
        settings=_settings(arguments, top),
        bump=bump,
        order=arguments.canonical_order,
        write=not (arguments.check or arguments.diff),
    )


def _check(arguments: argparse.Namespace) -> None:
    """Refuse arguments that do not go together."""
    from stella_git.documents.rules import all_rules
    from stella_git.errors import UsageError

    if "-" in arguments.files and len(arguments.files) > 1:
        raise UsageError(
            "standard input is mended to standard output, so it cannot be one of several",
            code="fix-stdin",
            remedy="give - alone",
        )
    if arguments.only:
        known = [name for name, rule in all_rules().items() if rule.fixable]
        unknown = [name for name in arguments.only if name not in known]
        if unknown:
            raise UsageError(
                f"no problem of {unknown[0]!r} is mended; those of these rules are: {', '.join(known)}",
                code="fix-rule",
                remedy="name one of them",
            )


def _settings(arguments: argparse.Namespace, top: "Path | None") -> "Settings | None":
    from pathlib import Path

    from stella_git.flows.surroundings import read_config, read_settings

    if arguments.rules:
        return read_settings(Path(arguments.rules), name=arguments.rules)
    config = read_config(top) if top else None
    if top and config and config.document_rules:
        return read_settings(top / config.document_rules, name=config.document_rules)
    return None


def _print(results: "Sequence[Fixed]", arguments: argparse.Namespace) -> None:
    from stella_git.cli.files import print_json, use_colour
    from stella_git.report import fixes
    from stella_git.report.patch import patch

    written = not (arguments.check or arguments.diff)
    if arguments.files == ["-"] and written:
        for result in results:
            sys.stdout.buffer.write(result.data)
            sys.stdout.buffer.flush()
            sys.stderr.write(fixes.text(results, written=written, colour=False))
    elif arguments.format == "json":
        print_json(fixes.as_json(results, written=written))
    elif arguments.diff:
        for result in results:
            sys.stdout.write(patch(result.path, result.before, result.edits))
    elif results:
        sys.stdout.write(fixes.text(results, written=written, colour=use_colour(arguments.color)))
