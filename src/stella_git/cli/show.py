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
    from stella_git.cli.log import print_history
    from stella_git.errors import UsageError
    from stella_git.report.verification import show_text

    if ".." in arguments.revision:
        raise UsageError(
            f"{arguments.revision!r} is a range, and one commit is shown",
            code="range-unsupported",
            remedy="name one commit, or list them: stella log RANGE",
        )
    return print_history(arguments, arguments.revision, 1, show_text)
