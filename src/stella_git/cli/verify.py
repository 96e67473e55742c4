"""``stella verify [REV|RANGE]``: verify the verdicts of commits."""

import argparse


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    parser.epilog = (
        "Exit code 0 if and only if each commit has, for each environment that is required of its ref, a\n"
        "valid verdict of pass or warn. Keyring, budgets and environments come from the trusted revision\n"
        "(--policy-ref, git config stella.trustRef, or the remote's default branch), never from the commit\n"
        "under test.\n\n"
        "examples:\n  stella verify\n  stella verify v1.2..HEAD --recompute\n"
        "  stella verify --root-key 3b1f... --format json\n"
    )
    parser.add_argument(
        "revisions", metavar="REV|RANGE", nargs="?", default="HEAD", help="commit or A..B (default: HEAD)"
    )
    parser.add_argument("--recompute", action="store_true", help="recompute every verdict, byte for byte")
    parser.add_argument(
        "--policy-ref", metavar="REV", help="trusted revision to take keyring and budgets from"
    )
    parser.add_argument(
        "--keyring", metavar="F", help="keyring file to use instead of the trusted revision's"
    )
    parser.add_argument(
        "--root-key",
        metavar="FP",
        action="append",
        default=[],
        help="fingerprint of a key that must stand behind the keyring",
    )
    parser.add_argument(
        "--environment", metavar="E", action="append", default=[], help="require this environment"
    )
    parser.add_argument(
        "--ref", metavar="REF", help="ref whose required environments count (default: the branch checked out)"
    )
    parser.add_argument("--at", metavar="T", help="verify as of this time, RFC 3339 (default: now)")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="output (default: text)")
    parser.set_defaults(handler=run)


def run(arguments: argparse.Namespace) -> int:
    """Print a report; 1 unless everything that was asked about stands."""
    from pathlib import Path

    from stella_git.canon.clock import SystemClock
    from stella_git.cli.decide import parse_time
    from stella_git.cli.files import print_json, use_colour
    from stella_git.errors import EXIT_CLEAN, EXIT_FINDINGS
    from stella_git.flows import summaries
    from stella_git.flows.standing import Demand
    from stella_git.flows.verify import verify
    from stella_git.flows.workspace import open_workspace
    from stella_git.report import verification

    demand = Demand(
        policy_ref=arguments.policy_ref,
        keyring_file=Path(arguments.keyring) if arguments.keyring else None,
        root_keys=tuple(arguments.root_key),
        environments=tuple(arguments.environment),
        ref=arguments.ref,
        recompute=arguments.recompute,
        now=parse_time(arguments.at, "--at") or SystemClock().now(),
    )
    with open_workspace(bulk=".." in arguments.revisions) as workspace:
        result = verify(workspace, arguments.revisions, demand)
        summaries.refresh(workspace, result, demand)
    if arguments.format == "json":
        print_json(verification.verification_json(result))
    else:
        print(verification.verification_text(result, colour=use_colour(arguments.color)), end="")
    return EXIT_CLEAN if result.ok else EXIT_FINDINGS
