"""``stella trust show|update``: the trusted roots of Sigstore."""

import argparse
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from stella_git.canon.reader import Json


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the command's sub-commands and arguments."""
    verbs = parser.add_subparsers(metavar="COMMAND", title="commands", required=True, dest="verb")
    show = verbs.add_parser(
        "show",
        help="show whom a trusted root trusts, and how old it is",
        description="Show whom trusted roots trust for what, and from when to when.",
    )
    show.add_argument("files", nargs="*", metavar="FILE", help="trusted_root.json (default: those installed)")
    show.add_argument("--format", choices=("text", "json"), default="text", help="output (default: text)")
    show.set_defaults(handler=run_show)
    update = verbs.add_parser(
        "update",
        help="fetch the newest trusted root over TUF",
        description="Fetch the newest trusted root of a Sigstore instance over TUF, and write it to a file.",
        epilog="The file counts in a repository once its digest is in the keyring.\n",
    )
    which = update.add_mutually_exclusive_group()
    which.add_argument("--staging", action="store_true", help="of the staging instance")
    which.add_argument("--url", metavar="URL", help="of another TUF repository; see --root")
    update.add_argument("--root", metavar="FILE", help="first root.json of that repository, the first time")
    update.add_argument(
        "--output", "-o", metavar="FILE", help="file to write (default: stella.trusted-root.json)"
    )
    update.set_defaults(handler=run_update)


def run_show(arguments: argparse.Namespace) -> int:
    """Print what trusted roots say."""
    from stella_git.canon.clock import SystemClock
    from stella_git.cli.files import print_json, read_argument
    from stella_git.flows import trustedroots
    from stella_git.trust.roots import LIMIT

    now = SystemClock().now()
    files = [(name, read_argument(name, limit=LIMIT)) for name in arguments.files]
    rows = [trustedroots.describe(found, now) for found in trustedroots.known(files)]
    if arguments.format == "json":
        print_json([dict(row) for row in rows])
        return 0
    for row in rows:
        _print(row)
    return 0


def _print(row: "dict[str, Json]") -> None:
    from stella_git.report.text import printable

    age = f", {row['ageDays']} days old" if "ageDays" in row else ""
    print(f"{printable(str(row['source']))}{age}\n  {row['digest']}")
    for member, title in (
        ("authorities", "certificates"),
        ("ctLogs", "certificate log"),
        ("logs", "log"),
        ("timestampAuthorities", "timestamps"),
    ):
        for one in cast("list[dict[str, str]]", row[member]):
            until = f" to {one['to']}" if "to" in one else ""
            print(f"  {title:<15}  {printable(one['url'])}, from {one['from']}{until}")


def run_update(arguments: argparse.Namespace) -> int:
    """Fetch a trusted root and say where it is."""
    from pathlib import Path

    from stella_git.flows import trustedroots

    done = trustedroots.update(
        Path(arguments.output or trustedroots.DEFAULT_FILE),
        staging=arguments.staging,
        url=arguments.url,
        first=Path(arguments.root) if arguments.root else None,
    )
    print(f"{'written' if done.changed else 'unchanged'}  {done.path}")
    print(f"digest   {done.digest}")
    return 0
