"""``stella deinit``: undo what init did to this clone."""

import argparse


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    parser.epilog = "Notes, log, stella.toml, keyring, budgets and private keys stay where they are.\n"
    parser.add_argument("--dry-run", action="store_true", help="print what would be done, and do nothing")
    parser.add_argument(
        "--remote", metavar="NAME", default="origin", help="remote to leave alone again (default: origin)"
    )
    parser.set_defaults(handler=run)


def run(arguments: argparse.Namespace) -> int:
    """Carry the plan out, or print it."""
    from stella_git.cli.init import carry_out
    from stella_git.flows import setup
    from stella_git.flows.workspace import open_workspace

    with open_workspace() as workspace:
        code = carry_out(setup.plan_deinit(workspace, arguments.remote), dry_run=arguments.dry_run)
        print(f"kept   evidence, files, and keys in {setup.keys_directory(workspace)}")
    return code
