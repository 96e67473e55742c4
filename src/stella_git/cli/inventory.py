"""``stella sbom normalize``, ``diff``, ``stats``, ``tree`` and ``convert-check``."""

import argparse
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stella_git.cli.validating import Verbs
    from stella_git.flows.inventorydiff import Side

_FORMATS = "CycloneDX 1.4 to 1.7, SPDX 2.3 and SPDX 3.0.1 (JSON)"


def configure(commands: "Verbs") -> None:
    """Describe the verbs that compare and show inventories."""
    _configure_normalize(commands)
    _configure_diff(commands)
    _configure_stats(commands)
    _configure_tree(commands)
    _configure_convert_check(commands)


def _configure_normalize(commands: "Verbs") -> None:
    sub = commands.add_parser(
        "normalize",
        help="print the inventory of an SBOM in its normal form, or its digest",
        description=(
            f"Print what an SBOM says there is, in one form for {_FORMATS}.\n"
            "Parts go by purl, else CPE, else group and name; order, refs and format do not matter: the\n"
            "same content has the same digest. What not every format can say is beside it, in `details`,\n"
            "and is not digested. Give the normal form to diff, stats, tree or convert-check like an SBOM."
        ),
        epilog=(
            "examples:\n"
            "  stella sbom normalize bom.cdx.json > app.inventory.json\n"
            "  stella sbom normalize --digest bom.spdx.json\n"
        ),
    )
    sub.add_argument("file", metavar="FILE", help="document, or - for standard input")
    sub.add_argument("--digest", action="store_true", help="print the digest alone")
    sub.add_argument("--no-details", action="store_true", help="leave out what is not digested")
    sub.set_defaults(handler=normalize)


def _configure_diff(commands: "Verbs") -> None:
    sub = commands.add_parser(
        "diff",
        help="show what changed between two SBOMs, or since a revision",
        description=(
            "Show which parts came, went, have another version, other licences or hashes, and which\n"
            f"links changed. Reads {_FORMATS}, in any\n"
            "combination. Exits with 0 if the inventories are equal, 1 if they differ, or if one of them\n"
            "cannot be read, which standard error says."
        ),
        epilog=(
            "examples:\n"
            "  stella sbom diff old.cdx.json new.spdx.json\n"
            "  stella sbom diff --git HEAD~1 sbom/app.cdx.json\n"
            "  stella sbom diff --git v1.0..v1.1 --format markdown sbom/app.cdx.json\n"
        ),
    )
    sub.add_argument(
        "files", metavar="FILE", nargs="+", help="the two documents, or one with --git; - is standard input"
    )
    sub.add_argument(
        "--git", metavar="REV", help="compare FILE at REV with the file now; REV1..REV2: at both revisions"
    )
    sub.add_argument(
        "--format", choices=("text", "json", "markdown"), default="text", help="output (default: text)"
    )
    sub.set_defaults(handler=diff)


def _configure_stats(commands: "Verbs") -> None:
    sub = commands.add_parser(
        "stats",
        help="count what there is in an SBOM, and what it does not say",
        description=(
            "Count parts by ecosystem, kind and licence, those without purl, version, licence or hash,\n"
            f"and how deep the dependencies go. Reads {_FORMATS}."
        ),
        epilog="example:\n  stella sbom stats --format json bom.json\n",
    )
    sub.add_argument("file", metavar="FILE", help="document, or - for standard input")
    _add_format(sub)
    sub.set_defaults(handler=stats)


def _configure_tree(commands: "Verbs") -> None:
    sub = commands.add_parser(
        "tree",
        help="show what depends on what, as a tree",
        description=(
            "Show what each part depends on and contains, from the root down. Each part is opened once:\n"
            "(*) marks one whose children stand above, (cycle) one that depends on itself, … one that\n"
            f"has children deeper than --depth. Reads {_FORMATS}."
        ),
        epilog=(
            "examples:\n"
            "  stella sbom tree --depth 2 bom.json\n"
            "  stella sbom tree --invert pkg:npm/left-pad bom.json    # why is it there?\n"
        ),
    )
    sub.add_argument("file", metavar="FILE", help="document, or - for standard input")
    sub.add_argument("--depth", metavar="N", type=int, help="show N levels below the roots (default: all)")
    sub.add_argument(
        "--invert", metavar="PART", help="show what leads to PART: a purl, with or without version, or a name"
    )
    _add_format(sub)
    sub.set_defaults(handler=tree)


def _configure_convert_check(commands: "Verbs") -> None:
    sub = commands.add_parser(
        "convert-check",
        help="check that a converted SBOM holds the same inventory",
        description=(
            "Check that CONVERTED, made of ORIGINAL in another format, holds the same inventory, and name\n"
            "what was lost, added or changed. Details that a format cannot say (copyright, properties, ...)\n"
            "are named too, but do not count. Exits with 0 if it holds, 1 if it does not,\n"
            "or if a document cannot be read, which standard error says."
        ),
        epilog="example:\n  stella sbom convert-check bom.cdx.json bom.spdx.json\n",
    )
    sub.add_argument("original", metavar="ORIGINAL", help="document, or - for standard input")
    sub.add_argument("converted", metavar="CONVERTED", help="the same in another format")
    _add_format(sub)
    sub.set_defaults(handler=convert_check)


def _add_format(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--format", choices=("text", "json"), default="text", help="output (default: text)")


def normalize(arguments: argparse.Namespace) -> int:
    """Print the normal form of an SBOM."""
    from stella_git.cli.files import print_json
    from stella_git.documents.inventory import digest, normal_form
    from stella_git.errors import EXIT_CLEAN

    inventory = _read(arguments.file).inventory
    if arguments.digest:
        print(digest(inventory))
        return EXIT_CLEAN
    normal = normal_form(inventory)
    if arguments.no_details:
        del normal["details"]
    print_json(normal)
    return EXIT_CLEAN


def diff(arguments: argparse.Namespace) -> int:
    """Print what changed between two SBOMs; 1 if something did."""
    from stella_git.cli.files import print_json, use_colour
    from stella_git.documents.inventory.compare import compare
    from stella_git.errors import EXIT_CLEAN, EXIT_FINDINGS
    from stella_git.report import inventory as report

    before, after = _sides(arguments)
    comparison = compare(before.inventory, after.inventory)
    names = before.name, after.name
    if arguments.format == "json":
        print_json(report.diff_json(comparison, names))
    elif arguments.format == "markdown":
        from stella_git.report.inventorymarkdown import diff_markdown

        sys.stdout.write(diff_markdown(comparison, names))
    else:
        sys.stdout.write(report.diff_text(comparison, names, colour=use_colour(arguments.color)))
    return EXIT_CLEAN if comparison.equal else EXIT_FINDINGS


def _sides(arguments: argparse.Namespace) -> "tuple[Side, Side]":
    from stella_git.errors import UsageError
    from stella_git.flows import inventorydiff

    wanted = 1 if arguments.git else 2
    if len(arguments.files) != wanted:
        raise UsageError(
            "--git takes one FILE" if arguments.git else "two documents are compared",
            code="diff-arguments",
            remedy="give two files, or --git REV and one",
        )
    if arguments.git is None:
        return _two(arguments.files[0], arguments.files[1])
    path = arguments.files[0]
    work = None if inventorydiff.is_range(arguments.git) else _read(path)
    return inventorydiff.revisions(path, arguments.git, work)


def _two(first: str, second: str) -> "tuple[Side, Side]":
    from stella_git.errors import UsageError, Where

    if first == second == "-":
        raise UsageError(
            "standard input can be read only once",
            code="stdin-repeated",
            where=Where("-"),
            remedy="give - once",
        )
    return _read(first), _read(second)


def _read(name: str) -> "Side":
    from stella_git.cli.files import read_argument
    from stella_git.flows.inventorydiff import load

    return load(read_argument(name), name)


def stats(arguments: argparse.Namespace) -> int:
    """Print the counts of an SBOM."""
    from stella_git.cli.files import print_json, use_colour
    from stella_git.documents.inventory.statistics import statistics
    from stella_git.errors import EXIT_CLEAN
    from stella_git.report import inventorytree as report

    found = statistics(_read(arguments.file).inventory)
    if arguments.format == "json":
        print_json(report.stats_json(found))
    else:
        sys.stdout.write(report.stats_text(found, colour=use_colour(arguments.color)))
    return EXIT_CLEAN


def tree(arguments: argparse.Namespace) -> int:
    """Print an SBOM as a tree."""
    from stella_git.cli.files import print_json, use_colour
    from stella_git.documents.inventory import tree as trees
    from stella_git.documents.inventory.merge import merge
    from stella_git.errors import EXIT_CLEAN, UsageError
    from stella_git.report import inventorytree as report

    if arguments.depth is not None and arguments.depth < 0:
        raise UsageError("--depth is less than 0", code="tree-depth", remedy="give the number of levels")
    merged = merge(_read(arguments.file).inventory)
    if arguments.invert is None:
        rows = trees.rows(merged, depth=arguments.depth)
    elif trees.find(merged, arguments.invert):
        rows = trees.inverted(merged, arguments.invert, depth=arguments.depth)
    else:
        meant = trees.near(merged, arguments.invert)
        raise UsageError(
            f"no part is called {arguments.invert[:200]!r}" + (f"; did you mean {meant}?" if meant else ""),
            code="part-unknown",
            remedy="give a purl, with or without its version, or a name; `stella sbom tree` shows all",
        )
    if arguments.format == "json":
        print_json(report.tree_json(rows))
    else:
        sys.stdout.writelines(report.tree_text(rows, colour=use_colour(arguments.color)))
    return EXIT_CLEAN


def convert_check(arguments: argparse.Namespace) -> int:
    """Print whether a conversion holds the same inventory; 1 if it does not."""
    from stella_git.cli.files import print_json, use_colour
    from stella_git.documents.inventory.conversion import check
    from stella_git.errors import EXIT_CLEAN, EXIT_FINDINGS
    from stella_git.report import inventory as report

    before, after = _two(arguments.original, arguments.converted)
    found = check(before.inventory, after.inventory)
    names = before.name, after.name
    if arguments.format == "json":
        print_json(report.conversion_json(found, names))
    else:
        sys.stdout.write(report.conversion_text(found, names, colour=use_colour(arguments.color)))
    return EXIT_CLEAN if found.comparison.equal else EXIT_FINDINGS
