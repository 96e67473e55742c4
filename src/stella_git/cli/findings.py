"""``stella findings normalize|merge|validate``: what scanners wrote, as one document."""

import argparse
import sys
from typing import TYPE_CHECKING

from stella_git.cli import validating

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stella_git.documents.ingest import Options, Report

    Verbs = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 - argparse has no public name for it

_FORMATS = (
    "Reports of Grype, Trivy and OSV-Scanner (JSON), SARIF 2.1.0, CycloneDX with vulnerabilities, in-toto\n"
    "vulns predicates (v0.1, v0.2, cosign's) and Findings documents are told apart by their content.\n"
)
_OUTPUT = (
    "Standard output gets the Findings document as canonical JSON, standard error a summary with the age\n"
    "of each vulnerability database. What cannot be mapped is counted as an unknown, never dropped."
)


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the sub-commands and their arguments."""
    commands = parser.add_subparsers(dest="verb", metavar="COMMAND", title="commands", required=True)
    normalize = commands.add_parser(
        "normalize",
        help="turn the report of a scanner into a Findings document",
        description=f"Turn the report of one scanner into a Findings document.\n\n{_FORMATS}{_OUTPUT}",
        epilog=(
            "examples:\n"
            "  grype -o json sbom:bom.json | stella findings normalize - > findings/grype.json\n"
            "  stella findings normalize trivy.json --database-date 2026-11-20T06:00:00Z -o findings/t.json\n"
        ),
    )
    normalize.add_argument("file", metavar="FILE", help="report, or - for standard input")
    normalize.add_argument(
        "--source", metavar="NAME", help="call the scanner this (default: what the report says)"
    )
    normalize.add_argument(
        "--database-date",
        metavar="T",
        help="state of the vulnerability database, RFC 3339, for reports that do not say it",
    )
    _add_common(normalize)
    normalize.set_defaults(handler=run_normalize)
    _configure_merge(commands)
    _configure_validate(commands)


def _configure_merge(commands: "Verbs") -> None:
    sub = commands.add_parser(
        "merge",
        help="merge reports of several scanners into one Findings document",
        description=(
            "Merge reports to one finding for each vulnerability and component: aliases are brought\n"
            "together, and where scanners disagree, the worst that anybody says stands. Order and\n"
            f"repetition change nothing.\n\n{_FORMATS}{_OUTPUT}"
        ),
        epilog="example:\n  stella findings merge grype.json osv.json -o findings/all.json\n",
    )
    sub.add_argument("files", metavar="FILE", nargs="+", help="report, or - for standard input")
    _add_common(sub)
    sub.set_defaults(handler=run_merge)


def _configure_validate(commands: "Verbs") -> None:
    sub = commands.add_parser(
        "validate",
        help="report every problem of Findings documents",
        description=(
            "Report every problem of Findings documents, and of CycloneDX with vulnerabilities. Reports of\n"
            "scanners have no schema: `stella findings normalize` reads them."
        ),
        epilog="example:\n  stella findings validate findings/*.json\n" + validating.EXIT_CODES,
    )
    validating.add_validate_arguments(sub)
    sub.set_defaults(handler=run_validate)


def _add_common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("-o", "--output", metavar="OUT", help="write to this file instead of standard output")
    parser.add_argument(
        "--rating-source",
        metavar="NAME",
        action="append",
        default=[],
        help="source whose severities count, such as nvd; may be repeated, the best one first "
        "(default: decide.rating_sources of stella.toml)",
    )


def run_normalize(arguments: argparse.Namespace) -> int:
    """Print the Findings document of one report."""
    from dataclasses import replace

    from stella_git.cli.decide import parse_time
    from stella_git.errors import UsageError, Where

    report = _read(arguments.file, _options(arguments), arguments.source)
    if arguments.source is not None and any(each.name != arguments.source for each in report.sources):
        raise UsageError(
            "the document names the scanners that it was made from, and they keep their names",
            code="findings-source",
            where=Where(arguments.file),
            remedy="leave --source out, or give the report of the scanner itself",
        )
    date = parse_time(arguments.database_date, "--database-date")
    if date is not None:
        dated = (
            each if each.database_date else replace(each, database_date=str(date)) for each in report.sources
        )
        report = replace(report, sources=tuple(dated))
    return _write([report], arguments.output)


def run_merge(arguments: argparse.Namespace) -> int:
    """Print the Findings document of all reports together."""
    from stella_git.errors import UsageError, Where

    if arguments.files.count("-") > 1:
        raise UsageError(
            "standard input can be read only once",
            code="stdin-repeated",
            where=Where("-"),
            remedy="give - once",
        )
    options = _options(arguments)
    return _write([_read(name, options) for name in arguments.files], arguments.output)


def run_validate(arguments: argparse.Namespace) -> int:
    """Validate Findings documents; 1 if one has an error."""
    return validating.validate_files(arguments, frozenset({"findings"}))


def _options(arguments: argparse.Namespace) -> "Options":
    from stella_git.documents.ingest import Options

    if arguments.rating_source:
        return Options(rating_sources=tuple(arguments.rating_source))
    from stella_git.flows.surroundings import find_work_tree, read_config

    top = find_work_tree()
    config = read_config(top) if top else None
    return Options(rating_sources=config.rating_sources if config else ())


def _read(name: str, options: "Options", source: str | None = None) -> "Report":
    from stella_git.cli.files import read_argument
    from stella_git.documents import ingest

    return ingest.read(read_argument(name, limit=ingest.LIMIT), path=name, options=options, name=source)


def _write(reports: "Sequence[Report]", output: str | None) -> int:
    from stella_git.canon import jcs
    from stella_git.canon.clock import SystemClock
    from stella_git.cli.files import write_argument
    from stella_git.documents import ingest
    from stella_git.report import findings

    merged = ingest.merge(reports)
    data = jcs.dumps(ingest.to_json(merged)) + b"\n"
    if output is None or output == "-":
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    else:
        write_argument(output, data)
    sys.stderr.write(findings.summary(merged, now=SystemClock().now()))
    return 0
