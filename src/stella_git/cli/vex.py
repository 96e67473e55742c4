"""``stella vex validate``: every problem of VEX documents."""

import argparse

from stella_git.cli.sbom import add_validate_arguments, validate_files

SUMMARY = "validate VEX documents"


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the sub-commands and their arguments."""
    commands = parser.add_subparsers(dest="verb", metavar="COMMAND", title="commands", required=True)
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
    sub.set_defaults(handler=validate)


def validate(arguments: argparse.Namespace) -> int:
    """Validate VEX files; 1 if a document has an error."""
    return validate_files(arguments, frozenset({"vex"}))
