"""``stella sbom elements``: what an SBOM has of the minimum elements of a profile."""

import argparse
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stella_git.documents.elements import Asked, Held, Profile

    Verbs = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 - argparse names it no other way

_LARGEST = 1000


def configure(commands: "Verbs") -> None:
    """Describe ``stella sbom elements``."""
    sub = commands.add_parser(
        "elements",
        help="count what SBOMs have of the minimum elements of a profile",
        description=(
            "Count what SBOMs have of the minimum elements of a profile: of NTIA, CISA, BSI or your own.\n"
            "Prints a table, the places of the worst offenders and a score from 0 to 1000. Works offline;\n"
            "the schema is not looked at, that is `stella sbom validate`. Exits with 1 if an element of a\n"
            "baseline level is missing somewhere, or the score is below --min-score."
        ),
        epilog=(
            "examples:\n"
            "  stella sbom elements --list\n"
            "  stella sbom elements bom.json --profile ntia-2021,cisa-2026\n"
            "  stella sbom elements sboms/*.json --profile bsi-tr-03183-2-2.1.0 --format markdown\n"
            "  stella sbom elements bom.json --profile fsct3-2024 --level recommended --min-score 800\n"
        ),
    )
    sub.add_argument("files", metavar="FILE", nargs="*", help="CycloneDX or SPDX, or - for standard input")
    sub.add_argument(
        "--profile",
        metavar="ID[,ID...]",
        action="append",
        default=[],
        help="profile that comes with the program; may be repeated",
    )
    sub.add_argument(
        "--profile-file",
        metavar="FILE",
        action="append",
        default=[],
        help="profile of your own, kind MinimumElements; may be repeated",
    )
    sub.add_argument("--list", action="store_true", help="list the profiles, or the elements of those given")
    sub.add_argument(
        "--level", metavar="NAME", default="", help="let nothing be missing down to this level of the profile"
    )
    sub.add_argument(
        "--min-score", metavar="N", type=int, default=0, help="least score, 0 to 1000 (default: 0)"
    )
    sub.add_argument(
        "--format", choices=("text", "json", "markdown"), default="text", help="output (default: text)"
    )
    sub.set_defaults(handler=elements)


def elements(arguments: argparse.Namespace) -> int:
    """Hold SBOM files to profiles; 1 if one does not have what is asked for."""
    from stella_git.cli.files import complain
    from stella_git.errors import EXIT_CLEAN, EXIT_FINDINGS, StellaError

    profiles = _profiles(arguments)
    if arguments.list:
        return _list(profiles, arguments.format)
    asked = _asked(arguments, profiles)
    results: list[Held] = []
    failures: list[StellaError] = []
    for name in arguments.files:
        try:
            results.append(_hold(name, profiles))
        except StellaError as error:
            failures.append(error)
    _print(results, asked, arguments)
    for failure in failures:
        complain(failure)
    if failures:
        return max(failure.exit_code for failure in failures)
    met = all(judgement.satisfies(asked) for held in results for judgement in held.judgements)
    return EXIT_CLEAN if met else EXIT_FINDINGS


def _profiles(arguments: argparse.Namespace) -> "list[Profile]":
    from stella_git.cli.files import read_argument
    from stella_git.documents.elements import find, parse
    from stella_git.documents.elements.load import LIMIT
    from stella_git.errors import UsageError, Where

    if [*arguments.files, *arguments.profile_file].count("-") > 1:
        message = "standard input can be read only once"
        raise UsageError(message, code="stdin-repeated", where=Where("-"), remedy="give - once")
    names = [name for given in arguments.profile for name in given.split(",")]
    found = [find(name) for name in dict.fromkeys(names)]
    return found + [parse(read_argument(name, limit=LIMIT), path=name) for name in arguments.profile_file]


def _list(profiles: "list[Profile]", kind: str) -> int:
    from stella_git.cli.files import print_json
    from stella_git.documents.elements import builtin, ids
    from stella_git.errors import EXIT_CLEAN, UsageError
    from stella_git.report import elements as report

    if kind == "markdown":
        remedy = "give --format text or json"
        raise UsageError("--list is not written as Markdown", code="elements-usage", remedy=remedy)
    listed = profiles or [builtin(name) for name in ids()]
    if kind == "json":
        print_json(report.listing_json(listed))
    else:
        sys.stdout.write(report.listing(listed, elements=bool(profiles)))
    return EXIT_CLEAN


def _asked(arguments: argparse.Namespace, profiles: "list[Profile]") -> "Asked":
    from stella_git.documents.elements import Asked
    from stella_git.errors import UsageError

    if not profiles:
        remedy = "give --profile or --profile-file; `stella sbom elements --list` lists the profiles"
        raise UsageError("no profile is given", code="elements-usage", remedy=remedy)
    if not arguments.files:
        raise UsageError("no file is given", code="elements-usage", remedy="name a file, or -")
    if not 0 <= arguments.min_score <= _LARGEST:
        message = f"--min-score {arguments.min_score} is no score"
        raise UsageError(message, code="elements-usage", remedy=f"give a number from 0 to {_LARGEST}")
    for profile in profiles:
        levels = [level.id for level in profile.levels]
        if arguments.level and arguments.level not in levels:
            message = f"{ascii(arguments.level)[:60]} is no level of {profile.id}"
            raise UsageError(message, code="elements-usage", remedy=f"give one of {', '.join(levels)}")
    return Asked(level=arguments.level, min_score=arguments.min_score)


def _hold(name: str, profiles: "list[Profile]") -> "Held":
    from stella_git.cli.files import read_argument
    from stella_git.documents.elements import hold

    return hold(read_argument(name), profiles, path=name)


def _print(results: "list[Held]", asked: "Asked", arguments: argparse.Namespace) -> None:
    from stella_git.cli.files import print_json, use_colour
    from stella_git.report import elements as report

    if arguments.format == "json":
        print_json(report.as_json(results, asked))
    elif arguments.format == "markdown":
        sys.stdout.write(report.markdown(results, asked))
    elif results:
        sys.stdout.write(report.text(results, asked, colour=use_colour(arguments.color)))
