"""``stella init``: set a repository up."""

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stella_git.flows.setup import Step


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    parser.epilog = (
        "Writes stella.toml, a key (in the git directory, never in the tree), a keyring signed by it and\n"
        "a starter budget; tells git to fetch notes and to show verdicts in `git log`. Running it again\n"
        "changes nothing. In a clone that has these files it only sets git up, and makes no key.\n"
        "`skip` marks a step that is done already, or is not for this clone.\n\n"
        "next:\n  git add stella.toml stella.keyring.json stella.keyring.sigs.json policies && git commit\n"
        "  stella attest create\n"
    )
    parser.add_argument("--dry-run", action="store_true", help="print what would be done, and do nothing")
    parser.add_argument("--name", metavar="NAME", help="name of the repository (default: its directory)")
    parser.add_argument("--repository-id", metavar="UUID", help="id of the repository (default: a new UUID)")
    parser.add_argument(
        "--key-name", metavar="NAME", default="maintainer", help="name of the first key (default: maintainer)"
    )
    parser.add_argument(
        "--owner",
        metavar="OWNER",
        help="who answers for it, user:NAME or team:NAME (default: user: and git's user.email)",
    )
    parser.add_argument(
        "--remote", metavar="NAME", default="origin", help="remote to fetch notes from (default: origin)"
    )
    parser.add_argument(
        "--keyring-days",
        metavar="N",
        type=int,
        default=365,
        help="days the first keyring is valid (default: 365)",
    )
    parser.set_defaults(handler=run)


def run(arguments: argparse.Namespace) -> int:
    """Carry the plan out, or print it."""
    from stella_git.flows import setup
    from stella_git.flows.workspace import open_workspace

    options = setup.Options(
        key_name=arguments.key_name,
        repository_id=arguments.repository_id,
        repository_name=arguments.name,
        remote=arguments.remote,
        keyring_days=arguments.keyring_days,
        owner=arguments.owner,
    )
    with open_workspace() as workspace:
        return carry_out(setup.plan_init(workspace, options), dry_run=arguments.dry_run)


def carry_out(steps: "tuple[Step, ...]", *, dry_run: bool) -> int:
    """Apply the steps that are needed, and say so line by line."""
    for step in steps:
        if not step.needed:
            print(f" skip  {step.what}")
        elif dry_run:
            print(f"would  {step.what}")
        else:
            step.apply()
            print(f" done  {step.what}")
    return 0
