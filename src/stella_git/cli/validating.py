"""Validating files, the same way for every kind of document."""

import argparse
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stella_git.documents.validate import Validated

    Verbs = argparse._SubParsersAction[argparse.ArgumentParser]

_PROGRESS_FROM = 50


def configure_sbom(commands: "Verbs") -> None:
    """Describe ``stella sbom validate``."""
    sub = commands.add_parser(
        "validate",
        help="report every problem of CycloneDX documents",
        description=(
            "Report every problem of CycloneDX 1.4 to 1.7 documents (JSON): bytes that readers understand\n"
            "differently, violations of the official schema, and references that lead nowhere. Works offline."
        ),
        epilog=(
            "examples:\n  stella sbom validate bom.json\n  stella sbom validate --format sarif sboms/*.json\n"
        ),
    )
    add_validate_arguments(sub)
    sub.set_defaults(handler=validate_sbom)


def configure_vex(commands: "Verbs") -> None:
    """Describe ``stella vex validate``."""
    sub = commands.add_parser(
        "validate",
        help="report every problem of OpenVEX and CycloneDX VEX documents",
        description=(
            "Report every problem of OpenVEX 0.2.0 documents, and of CycloneDX 1.4 to 1.7 documents with\n"
            "vulnerabilities. Works offline."
        ),
        epilog="example:\n  stella vex validate .vex/*.json\n",
    )
    add_validate_arguments(sub)
    sub.set_defaults(handler=validate_vex)


def add_validate_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments that validation of every kind of document takes."""
    parser.add_argument("files", metavar="FILE", nargs="+", help="document, or - for standard input")
    parser.add_argument(
        "--format",
        choices=("text", "concise", "json", "sarif"),
        default="text",
        help="output (default: text)",
    )


def validate_sbom(arguments: argparse.Namespace) -> int:
    """Validate SBOM files; 1 if a document has an error."""
    return validate_files(arguments, frozenset({"sbom"}))


def validate_vex(arguments: argparse.Namespace) -> int:
    """Validate VEX files; 1 if a document has an error."""
    return validate_files(arguments, frozenset({"vex"}))


def validate_files(arguments: argparse.Namespace, expect: frozenset[str]) -> int:
    """Validate files, print one report, and return the exit code.

    A file that cannot be read does not keep the others from being reported: its error goes to standard
    error, and its exit code (4 before 2) wins over that of the documents.

    Args:
        arguments: ``files``, ``format`` and ``color``.
        expect: kinds or roles that the command takes.
    """
    from stella_git.cli.files import complain
    from stella_git.errors import EXIT_CLEAN, EXIT_FINDINGS, StellaError

    results: list[Validated] = []
    failures: list[StellaError] = []
    for name in _progress(arguments.files):
        try:
            results.append(_validate_file(name, expect, repeated=arguments.files.count(name) > 1))
        except StellaError as error:
            failures.append(error)
    _print(results, arguments)
    for failure in failures:
        complain(failure)
    if failures:
        return max(failure.exit_code for failure in failures)
    return EXIT_CLEAN if all(result.ok for result in results) else EXIT_FINDINGS


def _validate_file(name: str, expect: frozenset[str], *, repeated: bool) -> "Validated":
    from dataclasses import replace

    from stella_git.cli.files import read_argument
    from stella_git.documents import validate as documents
    from stella_git.errors import EnvironmentFault, UsageError, Where

    if name == "-" and repeated:
        raise UsageError(
            "standard input can be read only once",
            code="stdin-repeated",
            where=Where(name),
            remedy="give - once",
        )
    try:
        data = read_argument(name, limit=documents.DOCUMENT_LIMIT)
    except OSError as error:
        raise EnvironmentFault(
            f"cannot be read: {error.strerror}",
            code="file-unreadable",
            where=Where(name),
            remedy="check its permissions",
        ) from error
    # What was parsed is not needed for the report: a thousand documents would not fit in memory.
    return replace(documents.validate(data, path=name, expect=expect), value=None)


def _print(results: "Sequence[Validated]", arguments: argparse.Namespace) -> None:
    from stella_git import __version__
    from stella_git.cli.files import print_json, use_colour
    from stella_git.report import problems

    if arguments.format == "json":
        print_json(problems.as_json(results))
    elif arguments.format == "sarif":
        from stella_git.report.sarif import sarif

        print_json(sarif(results, version=__version__))
    elif arguments.format == "concise":
        sys.stdout.write(problems.concise(results))
    elif results:
        sys.stdout.write(problems.text(results, colour=use_colour(arguments.color)))


def _progress(files: "Sequence[str]") -> "Iterator[str]":
    """Return the files one by one; with many of them, and somebody watching, say how far we are."""
    watched = len(files) >= _PROGRESS_FROM and sys.stderr.isatty()
    for number, name in enumerate(files, 1):
        if watched:
            print(f"\r{number}/{len(files)} files", end="", file=sys.stderr, flush=True)
        yield name
    if watched:
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)
