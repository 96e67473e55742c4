"""``stella policy init``: a first set of policies."""

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    Verbs = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 - argparse has no public name for it

_DESCRIPTION = """\
Write a first set of policies: a policy set that says what runs, one small policy of your own
with its test, which warns until you make it deny, and copies of the reference packs that you
name, with their tests. What is there already is never written over: then nothing is written
at all."""
_EXAMPLES = """\
examples:
  stella policy init
  stella policy init --list
  stella policy init --pack baseline --pack vuln --dry-run
exit codes:
  0  the files are written, or only listed
  2  usage, such as a pack that there is not, or files that are there already
  4  a file cannot be written
"""


def configure(commands: "Verbs") -> None:
    """Describe ``stella policy init``."""
    sub = commands.add_parser(
        "init", help="write a first set of policies", description=_DESCRIPTION, epilog=_EXAMPLES
    )
    sub.add_argument(
        "folder", metavar="DIR", nargs="?", default="policies", help="where to (default: policies)"
    )
    sub.add_argument(
        "--pack",
        metavar="NAME",
        action="append",
        default=[],
        help="copy this reference pack as well; may be repeated",
    )
    sub.add_argument("--list", action="store_true", help="list the reference packs, and write nothing")
    sub.add_argument("--dry-run", action="store_true", help="say what would be written, and write nothing")
    sub.set_defaults(handler=init)


def init(arguments: argparse.Namespace) -> int:
    """Write the files, or say which they are."""
    from stella_git.flows.policyinit import plan, write
    from stella_git.report.text import printable

    if arguments.list:
        return _list()
    files = plan(arguments.pack)
    folder = arguments.folder.rstrip("/") or arguments.folder
    write(folder, files, dry=arguments.dry_run)
    shown = printable(folder)
    for path, _ in files:
        print(f"{'would write' if arguments.dry_run else 'wrote'} {shown}/{path}")
    if not arguments.dry_run:
        print("house.banned, the policy of your own, only warns; to make it deny, add this to spec in")
        print(f"{shown}/policy-set.yaml:")
        print("  modes: {house.banned: deny}")
        print("next:")
        print(f"  stella policy lint {shown}    # after every change: is it all in order?")
        print(f"  stella policy test {shown}    # does every rule do what its test says?")
        print(f"  git add {shown}               # what is on the trusted branch decides")
    return 0


def _list() -> int:
    from stella_git.flows.policyinit import find_pack, pack_names

    for name in pack_names():
        print(name)
        for policy, title in find_pack(name).titles:
            print(f"  {policy}: {title}")
    return 0
