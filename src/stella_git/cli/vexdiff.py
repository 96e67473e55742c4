"""``stella vex diff``: what two VEX documents claim differently."""

import argparse
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    Verbs = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 - argparse has no public name for it


def configure(commands: "Verbs") -> None:
    """Describe ``stella vex diff``."""
    sub = commands.add_parser(
        "diff",
        help="show what two VEX documents claim differently",
        description=(
            "Show which claims were added (+), removed (-) or changed (~) between two VEX documents of any\n"
            "format: status, justification and time, by vulnerability and product. Of several statements\n"
            "about one vulnerability and product the latest counts. Exits with 0 if both claim the same,\n"
            "1 if they differ, or if one of them cannot be read, which standard error says."
        ),
        epilog=(
            "examples:\n"
            "  stella vex diff old.vex.json new.vex.json\n"
            "  stella vex diff product.openvex.json product.csaf.json\n"
            "  stella vex diff --git HEAD .vex/app.openvex.json\n"
            "  stella vex diff --git v1.0..v1.1 .vex/app.openvex.json\n"
        ),
    )
    sub.add_argument(
        "files", metavar="FILE", nargs="+", help="the two documents, or one with --git; - is standard input"
    )
    sub.add_argument(
        "--git", metavar="REV", help="compare FILE at REV with the file now; REV1..REV2: at both revisions"
    )
    sub.add_argument("--format", choices=("text", "json"), default="text", help="output (default: text)")
    sub.set_defaults(handler=diff)


def diff(arguments: argparse.Namespace) -> int:
    """Compare two VEX documents; 1 if they differ."""
    from stella_git.cli.files import print_json, use_colour
    from stella_git.documents import vexdiff
    from stella_git.errors import EXIT_CLEAN, EXIT_FINDINGS
    from stella_git.report import vexdiff as report

    (before, old), (after, new) = _sides(arguments)
    found = vexdiff.diff(vexdiff.read_claims(old, path=before), vexdiff.read_claims(new, path=after))
    if arguments.format == "json":
        print_json(report.as_json(found, before=before, after=after))
    else:
        sys.stdout.write(report.text(found, colour=use_colour(arguments.color)))
    return EXIT_CLEAN if found.equal else EXIT_FINDINGS


def _sides(arguments: argparse.Namespace) -> list[tuple[str, bytes]]:
    """Return names and bytes of the two documents.

    Raises:
        UsageError: too few, too many, or standard input where it cannot be.
    """
    from stella_git.cli.files import read_argument
    from stella_git.errors import UsageError

    names, spec = arguments.files, arguments.git
    if len(names) != (1 if spec else 2) or (spec and names == ["-"]):
        raise UsageError(
            "one file is compared with a revision" if spec else "two documents are compared",
            code="diff-arguments",
            remedy="give two files, or --git REV and one",
        )
    if names.count("-") > 1:
        raise UsageError("standard input can be read only once", code="stdin-repeated", remedy="give - once")
    if not spec:
        return [(name, read_argument(name)) for name in names]
    from stella_git.flows.vexdiff import revisions

    sides = revisions(names[0], spec)
    return sides if len(sides) > 1 else [*sides, (names[0], read_argument(names[0]))]
