"""``stella policy schema``: what editors want to know about policy files."""

import argparse
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    Verbs = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 - argparse has no public name for it

_DESCRIPTION = """\
Print the JSON Schema of a kind of policy file, for editors. Without a kind, list the kinds,
and the line that tells an editor which schema a file keeps to."""
_EXAMPLES = """\
examples:
  stella policy schema
  stella policy schema Policy > policy.v1.schema.json
  stella policy schema --write .vscode/stella
exit codes:
  0  the schema is printed, or all are written
  2  usage, such as a kind that there is not
  4  a file cannot be written
"""

# Kind -> where files of it lie, in the folder of policies.
_PLACES = {
    "Budget": ("budgets/*.yaml",),
    "MinimumElements": ("minimum-elements/*.yaml",),
    "Policy": ("packs/**/*.yaml",),
    "PolicyLock": ("policy.lock",),
    "PolicySet": ("policy-set.yaml",),
    "Test": ("tests/**/*.test.yaml",),
    "Trust": ("trust.yaml", "trust/*.yaml"),
    "Waiver": ("waivers/*.yaml",),
}


def configure(commands: "Verbs") -> None:
    """Describe ``stella policy schema``."""
    sub = commands.add_parser(
        "schema",
        help="print the JSON Schema of a kind of policy file",
        description=_DESCRIPTION,
        epilog=_EXAMPLES,
    )
    sub.add_argument("kind", metavar="KIND", nargs="?", choices=sorted(_PLACES), help="such as Policy")
    sub.add_argument(
        "--write", metavar="DIR", help="write all schemas there, and print the setting for Visual Studio Code"
    )
    sub.set_defaults(handler=schema)


def schema(arguments: argparse.Namespace) -> int:
    """Print a schema, write all, or list them."""
    from stella_git.errors import UsageError
    from stella_git.resources import schema as read_schema

    if arguments.kind and arguments.write:
        raise UsageError(
            "--write writes the schemas of all kinds",
            code="policy-schema",
            remedy="leave out the kind, or --write",
        )
    if arguments.kind:
        sys.stdout.buffer.write(read_schema(_file(arguments.kind)))
        sys.stdout.buffer.flush()
    elif arguments.write:
        _write(arguments.write)
    else:
        _list()
    return 0


def _identifier(kind: str) -> str:
    from stella_git.documents.schema.registry import ROOTS

    return ROOTS["stella", f"stella.ops/v1 {kind}"][0]


def _file(kind: str) -> str:
    from stella_git.documents.schema.registry import FILES

    return FILES[_identifier(kind)]


def _list() -> None:
    from stella_git.documents.schema.registry import load

    for kind, places in _PLACES.items():
        print(f"{kind}: {load(_identifier(kind))['title']}")
        print(f"  {_file(kind).rpartition('/')[2]}, for {', '.join(places)}")
        print(f"  # yaml-language-server: $schema={_identifier(kind)}")


def _write(folder: str) -> None:
    """Write the schemas, and print what to put into ``.vscode/settings.json``."""
    from pathlib import Path

    from stella_git.cli.files import write_argument
    from stella_git.flows.lockfile import unwritable
    from stella_git.resources import schema as read_schema

    root = Path(folder)
    try:
        root.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise unwritable(root, error) from error
    settings: dict[str, list[str]] = {}
    for kind, places in _PLACES.items():
        path = root / _file(kind).rpartition("/")[2]
        write_argument(str(path), read_schema(_file(kind)))
        settings[path.as_posix()] = [f"policies/{place}" for place in places]
    print(_indented(settings))


def _indented(settings: dict[str, list[str]]) -> str:
    """Return the setting as JSON for people."""
    from stella_git.canon import jcs

    rows = [
        f"    {jcs.dumps(path).decode()}: {jcs.dumps(list(places)).decode()}"
        for path, places in settings.items()
    ]
    return '{\n  "yaml.schemas": {\n' + ",\n".join(rows) + "\n  }\n}"
