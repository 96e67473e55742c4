"""``stella config check|show|schema``: stella.toml."""

import argparse
import sys


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the command's sub-commands and arguments."""
    verbs = parser.add_subparsers(metavar="COMMAND", title="commands", required=True, dest="verb")
    check = verbs.add_parser(
        "check",
        help="check stella.toml, keyring and budgets",
        description="Check stella.toml, keyring, budgets and trust file of the work tree.",
    )
    check.add_argument("file", metavar="FILE", nargs="?", help="check only this stella.toml")
    check.set_defaults(handler=run_check)
    show = verbs.add_parser(
        "show",
        help="print the configuration in force",
        description="Print every key with its value, after defaults and environment variables.",
    )
    show.add_argument("--origin", action="store_true", help="say where each value comes from")
    show.add_argument("--format", choices=("text", "json"), default="text", help="output (default: text)")
    show.set_defaults(handler=run_show)
    schema = verbs.add_parser(
        "schema",
        help="print the JSON Schema of stella.toml",
        description="Print the JSON Schema of stella.toml, for editors.",
    )
    schema.set_defaults(handler=run_schema)


def run_check(arguments: argparse.Namespace) -> int:
    """Refuse a configuration that cannot be used; otherwise say what was checked."""
    from stella_git import config
    from stella_git.cli.files import read_argument
    from stella_git.flows.configcheck import check
    from stella_git.flows.workspace import open_workspace

    if arguments.file:
        config.parse(read_argument(arguments.file, limit=1 << 20), path=arguments.file)
        print(f"ok  {arguments.file}")
        return 0
    with open_workspace() as workspace:
        for line in check(workspace):
            print(f"ok  {line}")
    return 0


def run_show(arguments: argparse.Namespace) -> int:
    """Print the keys."""
    from stella_git.cli.files import print_json
    from stella_git.config import KEYS
    from stella_git.flows.workspace import open_workspace
    from stella_git.report.text import printable

    with open_workspace() as workspace:
        local = workspace.local
    rows = {key: getattr(local, attribute) for key, (attribute, _) in KEYS.items()}
    if arguments.format == "json":
        print_json(
            {
                key: list(value) if isinstance(value, tuple) else value
                for key, value in rows.items()
                if value is not None
            }
        )
        return 0
    for key, value in rows.items():
        text = ", ".join(value) if isinstance(value, tuple) else value
        origin = f"  ({local.origins.get(key, 'default')})" if arguments.origin else ""
        print(f"{key} = {printable(str(text)) if text else '-'}{origin}")
    return 0


def run_schema(arguments: argparse.Namespace) -> int:  # noqa: ARG001 - every handler takes its arguments
    """Print the schema file."""
    from stella_git.resources import schema

    sys.stdout.buffer.write(schema("stella/config.v1.schema.json"))
    return 0
