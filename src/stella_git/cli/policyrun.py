"""What commands that ask policies about documents from disk have in common."""

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stella_git.canon.clock import Instant
    from stella_git.flows.policyeval import Question

_KEYRING_LIMIT = 1 << 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what says which policies are asked, about what, and where."""
    from stella_git.cli.decide import STAGES

    parser.add_argument(
        "--policies",
        metavar="PATH",
        nargs="+",
        action="extend",
        default=[],
        help="policy files, or folders with policies, policy set, waivers, budgets, trust "
        "(default, with --evidence: policies)",
    )
    parser.add_argument(
        "--evidence",
        metavar="FILE",
        nargs="+",
        action="extend",
        default=[],
        help="documents: SBOM, VEX, findings, statements, envelopes, bundles",
    )
    parser.add_argument(
        "--keyring",
        metavar="FILE",
        help="who counts as a signer; without it nobody has signed or approved anything",
    )
    parser.add_argument("--environment", metavar="E", help="environment (default: local)")
    parser.add_argument("--stage", choices=STAGES, help="stage (default: ci)")
    parser.add_argument("--ref", metavar="REF", help="full name of the ref, such as refs/heads/main")
    parser.add_argument(
        "--subject",
        metavar="NAME",
        help="name of what this is about (default: the id of the repository around)",
    )
    parser.add_argument(
        "--as-of", metavar="T", help="time of the decision, RFC 3339 (default: SOURCE_DATE_EPOCH, else now)"
    )
    parser.add_argument(
        "--param",
        metavar="POLICY.NAME=VALUE",
        action="append",
        default=[],
        help="value of a parameter, within its bounds; may be repeated",
    )


def given(arguments: argparse.Namespace) -> "dict[str, object]":
    """Return those options by name, but for ``--policies``."""
    return {
        "--evidence": arguments.evidence,
        "--keyring": arguments.keyring,
        "--environment": arguments.environment,
        "--stage": arguments.stage,
        "--ref": arguments.ref,
        "--subject": arguments.subject,
        "--as-of": arguments.as_of,
        "--param": arguments.param,
    }


def question(arguments: argparse.Namespace, *, only: "Sequence[str]") -> "Question":
    """Return what the options ask, with the documents that they name.

    Raises:
        UsageError: a file is not there, a time is none, standard input is named twice.
        EnvironmentFault: a file cannot be read.
    """
    from stella_git.cli.files import read_argument
    from stella_git.cli.validating import read_document
    from stella_git.errors import UsageError, Where
    from stella_git.flows.policyeval import Question, repository_id
    from stella_git.policy.context import Context

    if arguments.evidence.count("-") > 1:
        raise UsageError(
            "standard input can be read only once",
            code="stdin-repeated",
            where=Where("-"),
            remedy="give - once",
        )
    keyring = arguments.keyring
    return Question(
        policies=tuple(arguments.policies),
        evidence=tuple((path, read_document(path)) for path in dict.fromkeys(arguments.evidence)),
        keyring=read_argument(keyring, limit=_KEYRING_LIMIT) if keyring else None,
        context=Context(
            environment=arguments.environment or "local",
            stage=arguments.stage or "ci",
            as_of=as_of(arguments),
            ref=arguments.ref,
            subject=arguments.subject or repository_id(),
        ),
        params=tuple(arguments.param),
        only=tuple(only),
    )


def as_of(arguments: argparse.Namespace) -> "Instant":
    """Return the time that ``--as-of`` gives, else that of ``SOURCE_DATE_EPOCH``, else the present.

    Raises:
        UsageError: ``time-malformed``, and what is wrong with the variable.
    """
    from stella_git.canon.clock import SystemClock
    from stella_git.cli.decide import parse_time
    from stella_git.config import environment

    given = parse_time(arguments.as_of, "--as-of")
    if given is None and environment().get("SOURCE_DATE_EPOCH"):
        from stella_git.flows.decide import source_date

        given = source_date(environment())
    return given or SystemClock().now()
