"""``stella policy eval``: try what policies are made of."""

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stella_git.canon.values import Json
    from stella_git.policy.cel import Step

    Verbs = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 - argparse has no public name for it


def configure(commands: "Verbs") -> None:
    """Describe ``stella policy eval``."""
    sub = commands.add_parser(
        "eval",
        help="evaluate an expression over documents",
        description=(
            "Evaluate an expression (CEL) over JSON documents, and print its value as the language\n"
            "writes it. Names and functions are checked first. Exits with 1 if the expression has no\n"
            "value for this input, with 2 if it is no expression."
        ),
        epilog=(
            "examples:\n"
            '  stella policy eval "sbom.components.all(c, has(c.version))" --input sbom=bom.json\n'
            '  stella policy eval "f.findings.size() < 10" --input f=findings.json --trace\n'
        ),
    )
    sub.add_argument("expression", metavar="EXPRESSION", help="the expression, at most 8 KiB")
    sub.add_argument(
        "--input",
        metavar="NAME=FILE",
        action="append",
        default=[],
        help="bind NAME to a JSON document; may be repeated",
    )
    sub.add_argument(
        "--fuel", metavar="N", type=int, default=2_000_000, help="units of work (default: 2000000)"
    )
    sub.add_argument(
        "--trace", action="store_true", help="print what every part of the expression was as well"
    )
    sub.set_defaults(handler=run_eval)


def run_eval(arguments: argparse.Namespace) -> int:
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
    return name, reader.parse_json(read_argument(path), path=path)


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
