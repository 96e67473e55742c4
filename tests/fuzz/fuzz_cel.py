"""Fuzz target for expressions: whatever the bytes, only our errors come out, watching changes nothing, and
what compiling refuses is among the problems.

How to run it: `harness`.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from fuzz.fuzz_attest import mutate
from fuzz.harness import main
from stella_git.errors import ConfigError, InputError
from stella_git.policy import cel

BINDINGS = {"a": {"b": [1, 2.5, "x", None, {"c": True}]}, "x": [1, 2, 3], "s": "text"}
START = rb"""x.all(i, i > 0 && has(a.b)) ? a.?b[?0].orValue(r'\x')
  : [s.size(), -1u, b'\xff'].map(y, {y: cel.bind(z, y, z)})"""


def expression(data: bytes) -> None:
    source, options = data.decode("utf-8", "replace"), cel.Options(check=len(data) % 2 == 0)
    problems = cel.problems(source, options=options)
    try:
        program = cel.compile(source, options=options)
    except ConfigError as error:
        if str(error) not in map(str, problems):
            raise AssertionError(error) from None
        raise
    assert not problems
    assert all(source[slice(*cel.span(node))] for node in program.tree.walk())
    trace = program.trace(BINDINGS, fuel=10_000)
    assert shown(program) == str(trace.error or repr(trace.value))


def shown(program: cel.Program) -> str:
    try:
        return repr(program.evaluate(BINDINGS, fuel=10_000))
    except InputError as error:
        return str(error)


if __name__ == "__main__":
    main({"expression": (expression, START)}, mutate)
