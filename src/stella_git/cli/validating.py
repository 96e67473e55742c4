"""Validating files, the same way for every kind of document."""

import argparse
import sys
from typing import TYPE_CHECKING

from stella_git.cli.problems import FORMATS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from stella_git.config import Config
    from stella_git.documents.settings import Settings
    from stella_git.documents.validate import Validated
    from stella_git.flows.validation import Job, Outcome

    Verbs = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 - argparse has no public name for it

_PROGRESS_FROM = 50
EXIT_CODES = (
    "exit codes:\n"
    "  0  no errors; warnings do not count\n"
    "  1  a document has an error\n"
    "  2  usage or configuration, such as a file that is not there\n"
    "  4  a file or git cannot be read\n"
)


def configure_sbom(commands: "Verbs") -> None:
    """Describe ``stella sbom validate``."""
    sub = commands.add_parser(
        "validate",
        help="report every problem of CycloneDX and SPDX documents",
        description=(
            "Report every problem of CycloneDX 1.4 to 1.7, SPDX 2.3 and SPDX 3.0.1 documents (JSON):\n"
            "bytes that readers understand differently, violations of the official schema, references\n"
            "that lead nowhere, and what changed since HEAD without saying so. Works offline.\n"
            "`stella rule ID` explains a rule."
        ),
        epilog=(
            "examples:\n"
            "  stella sbom validate bom.json\n"
            "  stella sbom validate --profile ntia-2021 bom.json\n"
            "  stella sbom validate --format sarif sboms/*.json > problems.sarif\n" + EXIT_CODES
        ),
    )
    add_validate_arguments(sub)
    sub.add_argument(
        "--profile",
        metavar="ID[,ID...]",
        action="append",
        default=[],
        help="hold documents to the minimum elements of a profile; may be repeated",
    )
    sub.set_defaults(handler=validate_sbom)


def configure_vex(commands: "Verbs") -> None:
    """Describe ``stella vex validate``."""
    sub = commands.add_parser(
        "validate",
        help="report every problem of OpenVEX, CSAF and CycloneDX VEX documents",
        description=(
            "Report every problem of OpenVEX 0.2.0, CSAF 2.0 and 2.1 (profile VEX), CycloneDX with\n"
            "vulnerabilities and SPDX 3 with security elements. What they claim is held against the\n"
            "SBOMs that are staged beside them. Works offline. `stella rule ID` explains a rule."
        ),
        epilog="example:\n  stella vex validate .vex/*.json\n" + EXIT_CODES,
    )
    add_validate_arguments(sub)
    sub.set_defaults(handler=validate_vex)


def configure_evidence(commands: "Verbs") -> None:
    """Describe ``stella evidence validate``."""
    sub = commands.add_parser(
        "validate",
        help="report every problem of whatever is a document among the files",
        description=(
            "Find out what each file is, by its content, and report every problem of those that are\n"
            "SBOM, VEX, findings, SARIF, in-toto statements, envelopes, bundles or policy files. Other\n"
            "files are passed over, unless their name says that they are one of these."
        ),
        epilog=("example:\n  git ls-files -z '*.json' | xargs -0 stella evidence validate --\n" + EXIT_CODES),
    )
    add_validate_arguments(sub)
    sub.set_defaults(handler=validate_evidence)


def configure_attestation(commands: "Verbs") -> None:
    """Describe ``stella attestation validate``."""
    sub = commands.add_parser(
        "validate",
        help="report every problem of statements, envelopes and bundles",
        description=(
            "Report every problem of in-toto statements, DSSE envelopes and Sigstore bundles (also one\n"
            "per line), of the predicates that we know, and of the SBOM or VEX inside them. Signatures\n"
            "are not looked at: that is `stella attest verify`."
        ),
        epilog="example:\n  stella attestation validate build.intoto.jsonl\n" + EXIT_CODES,
    )
    add_validate_arguments(sub)
    sub.set_defaults(handler=validate_attestation)


def add_validate_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments that validation of every kind of document takes."""
    parser.add_argument("files", metavar="FILE", nargs="+", help="document, or - for standard input")
    parser.add_argument("--format", choices=FORMATS, default="text", help="output (default: text)")
    parser.add_argument(
        "--rules",
        metavar="FILE",
        help="severities of your own, kind DocumentRules (default: documents.rules of stella.toml)",
    )
    parser.add_argument(
        "--strict", action="store_true", help="let rules speak that most producers do not satisfy"
    )
    parser.add_argument("--against", metavar="REV", help="compare with this revision (default: HEAD)")
    parser.add_argument(
        "--no-git", action="store_true", help="look at the files alone: no revision, no other documents"
    )
    parser.add_argument(
        "--jobs",
        metavar="N",
        type=_processes,
        default=0,
        help="processes for many files (default: as many as fit)",
    )


def _processes(text: str) -> int:
    number = int(text) if text.isascii() and text.isdecimal() else 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of processes, from 1 on")
    return number


def validate_sbom(arguments: argparse.Namespace) -> int:
    """Validate SBOM files; 1 if a document has an error."""
    return validate_files(arguments, frozenset({"sbom"}))


def validate_vex(arguments: argparse.Namespace) -> int:
    """Validate VEX files; 1 if a document has an error."""
    # A CSAF document of another category makes no claims, but is validated by the tests for its own.
    return validate_files(arguments, frozenset({"csaf", "vex"}))


def validate_evidence(arguments: argparse.Namespace) -> int:
    """Validate whatever is a document; 1 if one has an error."""
    return validate_files(arguments, None)


def validate_attestation(arguments: argparse.Namespace) -> int:
    """Validate statements, envelopes and bundles; 1 if one has an error."""
    return validate_files(arguments, frozenset({"attestation"}))


def validate_files(arguments: argparse.Namespace, expect: frozenset[str] | None) -> int:
    """Validate files, print one report, and return the exit code.

    A file that cannot be read does not keep the others from being reported: its error goes to standard
    error, and its exit code (4 before 2) wins over that of the documents.

    Args:
        arguments: as ``add_validate_arguments`` makes them, and ``color``.
        expect: kinds or roles that the command takes; None for whatever is a document.
    """
    from stella_git.cli.files import complain
    from stella_git.cli.problems import print_report
    from stella_git.errors import EXIT_CLEAN, EXIT_FINDINGS, StellaError
    from stella_git.flows.validation import outcomes

    job = _job(arguments, expect)
    results: list[Validated] = []
    failures: list[StellaError] = []
    passed_over = 0
    found = outcomes(job, arguments.files, processes=arguments.jobs or _processors())
    for outcome in _progress(found, len(arguments.files)):
        if isinstance(outcome, StellaError):
            failures.append(outcome)
        elif outcome is not None:
            results.append(outcome)
        else:
            passed_over += 1
    print_report(results, arguments, passed_over)
    # One revision that git does not know is one mistake, however many files were to be compared with it.
    for failure in {(failure.code, str(failure)): failure for failure in failures}.values():
        complain(failure)
    if failures:
        return max(failure.exit_code for failure in failures)
    return EXIT_CLEAN if all(result.ok for result in results) else EXIT_FINDINGS


def _processors() -> int:
    import os

    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _job(arguments: argparse.Namespace, expect: frozenset[str] | None) -> "Job":
    from stella_git.canon.clock import SystemClock
    from stella_git.errors import UsageError, Where
    from stella_git.flows.validation import Job

    if arguments.files.count("-") > 1:
        raise UsageError(
            "standard input can be read only once",
            code="stdin-repeated",
            where=Where("-"),
            remedy="give - once",
        )
    top = None if arguments.no_git else _work_tree()
    if arguments.against and top is None:
        raise UsageError(
            "there is no git work tree to find it in"
            if not arguments.no_git
            else "--no-git asks no revision",
            code="revision-unknown",
            where=Where(ref=arguments.against),
            remedy="run it in a clone, or leave out --against",
        )
    config, settings = _configured(arguments.rules, top) if arguments.rules or top else (None, None)
    return Job(
        read=read_document,
        expect=expect,
        settings=settings,
        strict=arguments.strict,
        now=SystemClock().now(),
        git=top is not None,
        against=arguments.against or "HEAD",
        config=config,
        profiles=tuple(name for given in getattr(arguments, "profile", ()) for name in given.split(",")),
    )


def _work_tree() -> "Path | None":
    from stella_git.flows.surroundings import find_work_tree

    return find_work_tree()


def _configured(rules: str | None, top: "Path | None") -> "tuple[Config | None, Settings | None]":
    """Return the configuration of the work tree, and the severities of an option or of that configuration."""
    from pathlib import Path

    from stella_git.flows.surroundings import read_config, read_settings

    config = read_config(top) if top else None
    if rules:
        return config, read_settings(Path(rules), name=rules)
    if top and config and config.document_rules:
        return config, read_settings(top / config.document_rules, name=config.document_rules)
    return config, None


def read_document(name: str) -> bytes:
    """Return the bytes of a file argument, as ``cli.files.read_argument``, up to the size of a document."""
    from stella_git.cli.files import read_argument
    from stella_git.documents import validate as documents

    return read_argument(name, limit=documents.DOCUMENT_LIMIT)


def _progress(outcomes: "Iterable[Outcome]", total: int) -> "Iterator[Outcome]":
    """Return outcomes one by one; with many of them, and somebody watching, say how far we are."""
    watched = total >= _PROGRESS_FROM and sys.stderr.isatty()
    for number, outcome in enumerate(outcomes, 1):
        if watched:
            print(f"\r{number}/{total} files", end="", file=sys.stderr, flush=True)
        yield outcome
    if watched:
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)
