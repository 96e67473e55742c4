"""Expressions made at random, ours against cel-expr-python (the C++ engine), which has to be installed.

    python tests/fuzz/fuzz_cel_oracle.py --seconds 60 --seed 1

What is compared are booleans, numbers and strings, and whether there is a value at all. Not compared, because
the engines are known to differ: two signs in a row (``!!x`` is ``x`` there, whatever x is), how very large
doubles are written, and zones that are empty strings. Writes what differs, and exits with 1.
"""

import argparse
import random
import sys
import time

from stella_git.errors import StellaError
from stella_git.policy import cel

NAMES = ("a", "b", "c", "d")
LITERALS = (
    *("1", "-1", "0", "2u", "1.5", "9223372036854775807", "-9223372036854775808", "18446744073709551615u"),
    *("'s'", "''", "b'x'", "true", "false", "null", "[]", "{}", "[1, 2]", "{'a': 1}", "{true: 1}"),
    *("duration('1s')", "timestamp(0)", "int", "type(1)"),
)
SIGNS = ("+", "-", "*", "/", "%", "==", "!=", "<", "<=", ">", ">=", "in", "&&", "||")
FUNCTIONS = (
    "size",
    "int",
    "uint",
    "double",
    "string",
    "bytes",
    "bool",
    "type",
    "dyn",
    "duration",
    "timestamp",
)
METHODS = ("size", "contains", "startsWith", "endsWith", "matches", "getHours", "getSeconds")
BINDINGS = {
    "a": {"a": 1, "b": [1, 2, {"c": "x"}], "d": 1.5},
    "b": ["1", "x", True],
    "c": "text",
    "d": 7,
}


def expression(chance: random.Random, depth: int) -> str:
    if depth <= 0:
        return chance.choice(LITERALS + NAMES)

    def inner() -> str:
        return expression(chance, depth - 1)

    forms = (
        lambda: f"({inner()} {chance.choice(SIGNS)} {inner()})",
        lambda: f"({inner()} {chance.choice(SIGNS)} {inner()})",
        lambda: f"({inner()} ? {inner()} : {inner()})",
        lambda: f"{inner()}[{inner()}]",
        lambda: f"{inner()}.{chance.choice(NAMES)}",
        lambda: f"[{inner()}, {inner()}]",
        lambda: f"{inner()}.{chance.choice(('all', 'exists', 'exists_one', 'map', 'filter'))}(x, {inner()})",
        lambda: f"{chance.choice('!-')}({inner()})",
        lambda: f"{chance.choice(FUNCTIONS)}({inner()})",
        lambda: f"{inner()}.{chance.choice(METHODS)}({inner()})",
        lambda: f"has(({inner()}).{chance.choice(NAMES)})",
    )
    return chance.choice(forms)()


def theirs(environment, source):
    """Return whether there is a value, and which; None if it is not an expression there."""
    from cel_expr_python import cel as oracle

    try:
        found = environment.compile(source).eval(data=BINDINGS)
    except Exception as error:  # noqa: BLE001 - whatever it raises
        text = str(error)
        return None if "overload" in text or "INVALID" in text or "undeclared" in text else (False, None)
    return (False, None) if found.type() == oracle.Type.ERROR else (True, found.value())


def ours(source):
    try:
        return True, cel.compile(source, options=cel.Options(check=False)).evaluate(BINDINGS)
    except StellaError:
        return False, None


def differ(one, other) -> bool:
    if one[0] is not other[0]:
        return True
    plain = (bool, int, float, str)
    if not isinstance(one[1], plain) or not isinstance(other[1], plain):
        return False
    return one[1] != other[1] and str(one[1]) != str(other[1])


def main() -> int:
    from cel_expr_python import cel as oracle

    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    environment = oracle.NewEnv(variables=dict.fromkeys(NAMES, oracle.Type.DYN))
    chance = random.Random(arguments.seed)
    end = time.monotonic() + arguments.seconds
    compared = different = 0
    while time.monotonic() < end:
        source = expression(chance, chance.randrange(1, 5))
        right = theirs(environment, source)
        if right is None or ("'')" in source and ".get" in source):
            continue
        compared += 1
        found = ours(source)
        if differ(found, right):
            different += 1
            sys.stdout.write(f"{source}\n    ours {found}\n    theirs {right}\n")
    sys.stdout.write(f"{compared} compared, {different} different\n")
    return int(different > 0)


if __name__ == "__main__":
    sys.exit(main())
