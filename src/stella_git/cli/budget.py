"""``stella budget check``: findings against a risk budget."""

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stella_git.budget.check import BudgetCheck


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the command's sub-commands and arguments."""
    verbs = parser.add_subparsers(metavar="COMMAND", title="commands", required=True, dest="verb")
    check = verbs.add_parser(
        "check",
        help="check findings against a budget",
        description="Check findings against a budget. Without --budget and --inputs: what is staged in git,\n"
        "under the budgets and documents that stella.toml names.",
        epilog="examples:\n  stella budget check\n"
        "  stella budget check --budget budget.yaml --inputs inputs.json --environment prod \\\n"
        "    --as-of 2026-11-20T00:00:00Z\n",
    )
    check.add_argument("--budget", metavar="F", help="budget file (YAML or JSON)")
    check.add_argument(
        "--inputs", metavar="F", help="inputs: {findings, unknowns, waivers}, or - for standard input"
    )
    check.add_argument("--environment", metavar="E", help="environment (default: decide.environment)")
    check.add_argument("--as-of", metavar="T", help="time at which grace and waivers are judged, RFC 3339")
    check.add_argument(
        "--format",
        choices=("text", "json"),
        default="text",
        help="output; json is the canonical predicate (default: text)",
    )
    check.set_defaults(handler=run)


def run(arguments: argparse.Namespace) -> int:
    """Print one check a budget; 1 when one fails."""
    from stella_git.cli.files import print_json, use_colour
    from stella_git.errors import EXIT_CLEAN, EXIT_FINDINGS, UsageError
    from stella_git.report import verdicts

    if bool(arguments.budget) != bool(arguments.inputs):
        raise UsageError(
            "--budget and --inputs go together",
            code="budget-arguments",
            remedy="give both, or neither to use stella.toml",
        )
    checks = _named(arguments) if arguments.budget else _staged(arguments)
    for check in checks:
        if arguments.format == "json":
            print_json(check.to_predicate())
        else:
            print(verdicts.budget_text(check, colour=use_colour(arguments.color)), end="")
    return EXIT_FINDINGS if any(check.result == "fail" for check in checks) else EXIT_CLEAN


def _named(arguments: argparse.Namespace) -> "tuple[BudgetCheck, ...]":
    from stella_git.budget.check import check
    from stella_git.budget.inputs import BudgetInputs
    from stella_git.budget.model import Budget
    from stella_git.cli.decide import parse_time
    from stella_git.cli.files import read_argument
    from stella_git.errors import UsageError

    as_of = parse_time(arguments.as_of, "--as-of")
    if arguments.environment is None or as_of is None:
        raise UsageError(
            "--budget needs --environment and --as-of",
            code="budget-arguments",
            remedy="name both: a check does not look at the clock",
        )
    budget = Budget.from_bytes(read_argument(arguments.budget), path=arguments.budget)
    inputs = BudgetInputs.from_bytes(read_argument(arguments.inputs), path=arguments.inputs)
    return (check(budget, inputs, environment=arguments.environment, as_of=as_of),)


def _staged(arguments: argparse.Namespace) -> "tuple[BudgetCheck, ...]":
    from stella_git.cli.decide import parse_time
    from stella_git.flows.staged import check_staged
    from stella_git.flows.workspace import open_workspace

    with open_workspace() as workspace:
        return check_staged(
            workspace,
            environment=arguments.environment,
            as_of=parse_time(arguments.as_of, "--as-of"),
        )
