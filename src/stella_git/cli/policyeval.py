"""``stella policy eval``: try what policies are made of, or whole policies over documents."""

import argparse
from typing import TYPE_CHECKING

from stella_git.cli import policyrun

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stella_git.canon.values import Json
    from stella_git.policy import baseline
    from stella_git.policy.cel import Step
    from stella_git.report.policies.outcome import Outcome

    Verbs = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 - argparse has no public name for it

FORMATS = ("text", "json", "sarif", "junit", "github", "gitlab", "markdown")
_FUEL = 2_000_000
_YAML = (".yaml", ".yml")


def configure(commands: "Verbs") -> None:
    """Describe ``stella policy eval``."""
    sub = commands.add_parser(
        "eval",
        help="evaluate an expression, or policies, over documents",
        description=(
            "Evaluate an expression (CEL) over documents, and print its value as the language writes it.\n"
            "Names and functions are checked first.\n\n"
            "With --policies: ask policies about documents from disk. This is no verdict: nobody signs it,\n"
            "and the clock says the time unless --as-of or SOURCE_DATE_EPOCH does. `stella decide` asks the\n"
            "same rules of a commit."
        ),
        epilog=(
            "examples:\n"
            '  stella policy eval "sbom.components.all(c, has(c.version))" --input sbom=bom.json\n'
            '  stella policy eval "f.findings.size() < 10" --input f=findings.json --trace\n'
            "  stella policy eval --policies policies --evidence bom.json findings.json \\\n"
            "    --environment prod --stage release\n"
            "  stella policy eval --policies policies --evidence bom.json --write-baseline known.json\n"
            "  stella policy eval --policies policies --evidence bom.json --baseline known.json --new-only\n"
            "exit codes:\n"
            "  0  the value is printed; with --policies: they hold, or only warn\n"
            "  1  there is no value for this input; with --policies: they deny, or could not be asked\n"
            "  2  usage, such as no expression, or policies that cannot be used\n"
            "  4  a file cannot be read or written\n"
        ),
    )
    sub.add_argument("expression", metavar="EXPRESSION", nargs="?", help="the expression, at most 8 KiB")
    sub.add_argument(
        "--input",
        metavar="NAME=FILE",
        action="append",
        default=[],
        help="bind NAME to a JSON or YAML document; may be repeated",
    )
    sub.add_argument("--fuel", metavar="N", type=int, default=_FUEL, help=f"units of work (default: {_FUEL})")
    sub.add_argument(
        "--trace", action="store_true", help="print what every part of the expression was as well"
    )
    policyrun.add_arguments(sub)
    sub.add_argument(
        "--only",
        metavar="POLICY[/RULE]",
        action="append",
        default=[],
        help="ask this policy or rule alone; may be repeated",
    )
    _add_baseline_arguments(sub)
    sub.add_argument("--format", choices=FORMATS, default="text", help="output (default: text)")
    sub.add_argument("--verbose", action="store_true", help="list rules that pass or do not apply as well")
    sub.set_defaults(handler=run)


def _add_baseline_arguments(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("--baseline", metavar="FILE", help="violations that are known, and which are gone")
    sub.add_argument(
        "--new-only", action="store_true", help="let violations of the baseline not count; errors always do"
    )
    sub.add_argument("--write-baseline", metavar="FILE", help="write what is violated now as a baseline")


def run(arguments: argparse.Namespace) -> int:
    """Evaluate an expression, or ask policies."""
    from stella_git.errors import UsageError

    if arguments.evidence and arguments.expression is None:
        arguments.policies = arguments.policies or ["policies"]
    if bool(arguments.policies) == (arguments.expression is not None):
        raise UsageError(
            "either an expression is evaluated or policies are",
            code="policy-eval-arguments",
            remedy="give EXPRESSION, or --policies PATH with --evidence FILE",
        )
    if arguments.policies:
        _refuse(
            {"--input": arguments.input, "--trace": arguments.trace, "--fuel": arguments.fuel != _FUEL},
            "goes with an expression, not with --policies",
        )
        return run_policies(arguments)
    given = policyrun.given(arguments) | {
        "--only": arguments.only,
        "--baseline": arguments.baseline,
        "--new-only": arguments.new_only,
        "--write-baseline": arguments.write_baseline,
        "--verbose": arguments.verbose,
        "--format": arguments.format != "text",
    }
    _refuse(given, "goes with --policies, not with an expression")
    return run_expression(arguments)


def _refuse(given: "dict[str, object]", why: str) -> None:
    from stella_git.errors import UsageError

    wrong = [option for option, value in given.items() if value]
    if wrong:
        raise UsageError(f"{wrong[0]} {why}", code="policy-eval-arguments", remedy="leave one of them out")


def run_policies(arguments: argparse.Namespace) -> int:
    """Print what policies say; 1 if they deny or could not be asked."""
    from stella_git.errors import EXIT_CLEAN, EXIT_FINDINGS
    from stella_git.flows import policyeval
    from stella_git.policy import baseline
    from stella_git.report.policies.outcome import Outcome

    question = policyrun.question(arguments, only=arguments.only)
    known = _baseline(arguments)
    prepared = policyeval.prepare(question)
    found = policyeval.evaluate(question, prepared)
    compared = None if known is None else baseline.compare(found, known)
    outcome = Outcome(
        run=found,
        context=question.context,
        waivers={waiver.id: waiver for waiver in prepared.rules.waivers},
        compared=compared,
        new_only=arguments.new_only,
    )
    if arguments.write_baseline:
        kept = compared.unasked if compared is not None else ()
        _write(arguments.write_baseline, baseline.dumps((*baseline.entries(found), *kept)))
    _print(outcome, arguments)
    return EXIT_CLEAN if outcome.decision in {"pass", "warn"} else EXIT_FINDINGS


def _baseline(arguments: argparse.Namespace) -> "tuple[baseline.Entry, ...] | None":
    from stella_git.cli.files import read_argument
    from stella_git.errors import UsageError
    from stella_git.policy import baseline

    if arguments.new_only and not arguments.baseline:
        raise UsageError(
            "--new-only compares with a baseline",
            code="policy-eval-arguments",
            remedy="name it: --baseline FILE",
        )
    if not arguments.baseline:
        return None
    return baseline.read(read_argument(arguments.baseline, limit=baseline.LIMIT), path=arguments.baseline)


def _write(name: str, data: bytes) -> None:
    from stella_git.cli.files import write_argument

    write_argument(name, data)


def _print(outcome: "Outcome", arguments: argparse.Namespace) -> None:
    import sys

    from stella_git import __version__
    from stella_git.cli.files import print_json, use_colour
    from stella_git.report.policies import formats

    colour = use_colour(arguments.color)
    made = formats.render(
        outcome, arguments.format, version=__version__, colour=colour, verbose=arguments.verbose
    )
    if isinstance(made, str):
        sys.stdout.write(_beside(made, outcome) if arguments.format == "text" else made)
    else:
        print_json(made)


def _beside(text: str, outcome: "Outcome") -> str:
    """Return text with annotations behind it where GitHub Actions runs this."""
    from stella_git.config import environment

    if environment().get("GITHUB_ACTIONS") != "true":
        return text
    from stella_git.report.github import shielded
    from stella_git.report.policies import github as policiesgithub

    return shielded(text, policiesgithub.render(outcome))


def run_expression(arguments: argparse.Namespace) -> int:
    """Print the value of an expression."""
    from stella_git.errors import ConfigError
    from stella_git.policy import cel

    bindings = dict(map(_bound, arguments.input))
    try:
        program = cel.compile(arguments.expression, names=dict.fromkeys(bindings))
    except ConfigError as error:
        error.where = error.where.within("EXPRESSION")
        raise
    trace = program.trace(bindings, fuel=arguments.fuel)
    if arguments.trace:
        print("\n".join(_lines(trace.steps(), 0)))
    if trace.error is not None:
        trace.error.place(trace.error.where.within("EXPRESSION"))
        raise trace.error
    print(cel.written(trace.value))
    return 0


def _bound(argument: str) -> "tuple[str, Json]":
    from stella_git.canon import reader
    from stella_git.cli.files import read_argument
    from stella_git.errors import UsageError

    name, sign, path = argument.partition("=")
    if not sign or not name.isidentifier():
        raise UsageError(
            f"{argument!a} is not NAME=FILE", code="policy-input", remedy="write for example sbom=bom.json"
        )
    data = read_argument(path)
    if path.lower().endswith(_YAML):
        return name, reader.parse_yaml(data, path=path).value
    return name, reader.parse_json(data, path=path)


def _lines(step: "Step", depth: int) -> "Iterator[str]":
    from stella_git.policy import cel

    shown = "never asked"
    if step.times:
        last = step.last
        shown = f"error: {last.message}" if isinstance(last, cel.EvalError) else cel.written(last, limit=100)
    if step.times > 1:
        shown += f"  (last of {step.times})"
    yield f"{'  ' * depth}{' '.join(ascii(step.text)[1:-1].split())[:60]}  ->  {shown}"
    for part in step.parts:
        yield from _lines(part, depth + 1)
