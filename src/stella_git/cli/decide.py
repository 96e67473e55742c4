"""``stella decide [REV]``: compute a verdict and print it."""

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stella_git.canon.clock import Instant
    from stella_git.flows.decide import Answer, Question

# As in `config.model`: the help of a command loads no floor.
STAGES = ("pre-commit", "pre-push", "ci", "release", "deploy", "audit")


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    parser.epilog = (
        "The verdict is a function of the commit's tree, the documents, and the budgets of the trusted\n"
        "revision; nothing is written. Exit code 1 when it denies.\n\n"
        "examples:\n  stella decide\n  stella decide HEAD~1 --environment prod --as-of 2026-11-02T12:00:00Z\n"
        "  stella decide --findings scan.json --format json > release.verdict.json\n"
        "  stella decide --format sarif > stella.sarif\n"
    )
    add_question(parser)
    parser.add_argument(
        "--format",
        choices=("text", "json", "sarif", "junit", "github", "gitlab", "markdown"),
        default="text",
        help="output (default: text); json is the verdict, the others are for services",
    )
    parser.set_defaults(handler=run)


def add_question(parser: argparse.ArgumentParser) -> None:
    """Add the arguments that `decide` and `attest create` share."""
    parser.add_argument("revision", metavar="REV", nargs="?", default="HEAD", help="commit (default: HEAD)")
    parser.add_argument(
        "--environment", metavar="E", help="environment to decide for (default: decide.environment)"
    )
    parser.add_argument("--component", metavar="NAME", help="component of a monorepo")
    parser.add_argument(
        "--stage",
        choices=STAGES,
        default="ci",
        help="stage recorded in the verdict (default: ci)",
    )
    parser.add_argument(
        "--as-of", metavar="T", help="time, RFC 3339 (default: SOURCE_DATE_EPOCH, else the committer time)"
    )
    kinds = (
        ("sbom", "SBOM"),
        ("vex", "VEX document"),
        ("findings", "findings document"),
        ("attestation", "signed envelope or bundle"),
    )
    for role, what in kinds:
        parser.add_argument(
            f"--{role}",
            metavar="F",
            action="append",
            default=[],
            help=f"{what} to use instead of the configured ones",
        )
    parser.add_argument("--policy-ref", metavar="REV", help="take budgets and keyring from this revision")
    parser.add_argument(
        "--ref", metavar="REF", help="ref the verdict is for (default: the branch checked out)"
    )


def question(arguments: argparse.Namespace) -> "Question":
    """Return what the arguments ask."""
    from stella_git.flows.decide import Question

    return Question(
        revision=arguments.revision,
        environment=arguments.environment,
        stage=arguments.stage,
        as_of=parse_time(arguments.as_of, "--as-of"),
        given={
            "sbom": arguments.sbom,
            "vex": arguments.vex,
            "findings": arguments.findings,
            "attestation": arguments.attestation,
        },
        component=arguments.component,
        policy_ref=arguments.policy_ref,
        ref=arguments.ref,
    )


def parse_time(text: str | None, option: str) -> "Instant | None":
    """Return the time an option gives.

    Raises:
        UsageError: it is not RFC 3339.
    """
    from stella_git.canon.clock import parse_rfc3339
    from stella_git.errors import StellaError, UsageError

    if text is None:
        return None
    try:
        return parse_rfc3339(text)
    except StellaError as error:
        raise UsageError(
            f"{option} {text!r} is not a time: {error.message}",
            code="time-malformed",
            remedy="write it like 2026-11-02T12:00:00Z",
        ) from error


def _print_for_services(answer: "Answer", name: str) -> None:
    import sys

    from stella_git import __version__
    from stella_git.cli.files import print_json
    from stella_git.report import decisions
    from stella_git.report.policies import formats

    made = formats.render(decisions.outcome(answer), name, version=__version__)
    if isinstance(made, str):
        sys.stdout.write(made)
    else:
        print_json(made)


def run(arguments: argparse.Namespace) -> int:
    """Print the verdict; 1 when it denies."""
    from stella_git.cli.files import print_json, use_colour
    from stella_git.errors import EXIT_CLEAN, EXIT_FINDINGS
    from stella_git.flows.decide import decide
    from stella_git.flows.workspace import open_workspace
    from stella_git.report import verdicts

    with open_workspace() as workspace:
        answer = decide(workspace, question(arguments))
    if arguments.format == "json":
        verdict = answer.decision.verdict
        print_json({"verdictId": verdict.verdict_id, "verdict": verdict.to_json()})
    elif arguments.format != "text":
        _print_for_services(answer, arguments.format)
    else:
        print(verdicts.decision_text(answer, colour=use_colour(arguments.color)), end="")
    return EXIT_CLEAN if answer.decision.verdict.decision in {"pass", "warn"} else EXIT_FINDINGS
