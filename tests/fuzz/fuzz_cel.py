"""Fuzz target for expressions: whatever the bytes, only our errors come out, and watching changes nothing.

How to run it: `harness`.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from fuzz.fuzz_attest import mutate
from fuzz.harness import main
from stella_git.errors import InputError
from stella_git.policy import cel

BINDINGS = {"a": {"b": [1, 2.5, "x", None, {"c": True}]}, "x": [1, 2, 3], "s": "text"}
START = rb"""x.all(i, i > 0 && has(a.b)) ? a.?b[?0].orValue(r'\x')
  : [s.size(), -1u, b'\xff'].map(y, {y: cel.bind(z, y, z)})"""


def expression(data: bytes) -> None:
    program = cel.compile(data.decode("utf-8", "replace"), options=cel.Options(check=len(data) % 2 == 0))
    trace = program.trace(BINDINGS, fuel=10_000)
    assert shown(program) == str(trace.error or repr(trace.value))


def shown(program: cel.Program) -> str:
    try:
        return repr(program.evaluate(BINDINGS, fuel=10_000))
    except InputError as error:
        return str(error)


if __name__ == "__main__":
    main({"expression": (expression, START)}, mutate)
