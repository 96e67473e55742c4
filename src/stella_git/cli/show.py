"""``stella show REV``: what is attested about one commit."""

import argparse


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    parser.epilog = (
        "Accepted, superseded and refused attestations are all shown, each refusal with its code.\n"
    )
    parser.add_argument("revision", metavar="REV", nargs="?", default="HEAD", help="commit (default: HEAD)")
    parser.add_argument(
        "--policy-ref", metavar="REV", help="trusted revision to take keyring and budgets from"
    )
    parser.add_argument("--format", choices=("text", "json"), default="text", help="output (default: text)")
    parser.set_defaults(handler=run)


def run(arguments: argparse.Namespace) -> int:
    """Print every attestation on the commit."""
    from stella_git.canon.clock import SystemClock
    from stella_git.cli.files import print_json, use_colour
    from stella_git.flows.standing import Demand
    from stella_git.flows.verify import history_of
    from stella_git.flows.workspace import open_workspace
    from stella_git.report import verification

    demand = Demand(policy_ref=arguments.policy_ref, now=SystemClock().now())
    with open_workspace() as workspace:
        workspace.commit(arguments.revision)
        result = history_of(workspace, arguments.revision, demand, most=1)
    if arguments.format == "json":
        print_json(verification.verification_json(result))
    else:
        print(verification.show_text(result, colour=use_colour(arguments.color)), end="")
    return 0
