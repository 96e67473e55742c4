"""Expressions and inputs made at random, ours against cel-expr-python (the C++ engine).

    python tests/fuzz/fuzz_cel_oracle.py --cases 200000 --seed 1
    python tests/fuzz/fuzz_cel_oracle.py --seconds 60 --seed 1

What is compared: whether there is a value, its type all the way down, and the value; and that our checker
takes what theirs takes. Messages are not compared. Writes differences that `cel_differences` does not
explain, and exits with 1 if there are any; names explanations that explained nothing.
"""

import argparse
import ctypes
import datetime as dt
import math
import random
import re
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from fuzz.cel_differences import DIFFERENCES, Case
from fuzz.cel_generator import Generator
from fuzz.cel_material import NAMES, inputs
from stella_git.errors import ConfigError, StellaError
from stella_git.policy import cel
from stella_git.policy.cel import types
from stella_git.policy.cel.values import (
    Duration,
    Optional,
    Timestamp,
    TypeValue,
    UInt,
    kind,
    value_of,
)

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
MICRO = 1_000
LONG_RUN = 100_000
LOOSE = cel.Options(check=False)
THEIR_TYPES = {
    "NULL": "null_type",
    "TIMESTAMP": "google.protobuf.Timestamp",
    "DURATION": "google.protobuf.Duration",
}
NOT_AN_EXPRESSION = "not an expression"


class Theirs:
    """The other engine."""

    def __init__(self) -> None:
        from cel_expr_python import cel as oracle
        from cel_expr_python.ext import ext_bindings, ext_encoders, ext_math, ext_optional, ext_strings

        self.oracle = oracle
        self.environment = oracle.NewEnv(
            variables={name: self.type(of) for name, of in NAMES.items()},
            extensions=[
                ext_bindings.ExtBindings(),
                ext_encoders.ExtEncoders(),
                ext_math.ExtMath(),
                ext_optional.ExtOptional(),
                ext_strings.ExtStrings(),
            ],
        )

    def type(self, of):
        of_type = self.oracle.Type
        if isinstance(of, str):
            return getattr(of_type, of.upper())
        made = {"list": of_type.List, "map": of_type.Map}[of[0]]
        return made(*map(self.type, of[1:]))

    def outcome(self, source: str, data: dict[str, Any]) -> tuple[tuple[str, Any], bool]:
        """Return what becomes of an expression, and whether the checker took it."""
        checked = True
        try:
            program = self.environment.compile(source)
        except RuntimeError:
            checked = False
            try:
                program = self.environment.compile(source, disable_check=True)
            except RuntimeError as error:
                return ("error", f"{NOT_AN_EXPRESSION}: {error}"), False
        try:
            value = program.eval(data=data)
        except RuntimeError as error:
            return ("error", str(error)), checked
        if value.type() == self.oracle.Type.ERROR:
            return ("error", str(value.value())), checked
        return ("value", self.tagged(value)), checked

    def tagged(self, value) -> Any:
        name = value.type().name()
        try:
            plain = value.value()
        except TypeError:
            return "opaque", None  # an optional: the binding does not give it out
        if isinstance(plain, list):
            return "list", [self.tagged(item) for item in plain]
        if isinstance(plain, dict):
            return "map", {key: self.tagged(item) for key, item in plain.items()}
        if isinstance(plain, dt.datetime):
            return "timestamp", (plain - EPOCH) // dt.timedelta(microseconds=1)
        if isinstance(plain, dt.timedelta):
            return "duration", plain // dt.timedelta(microseconds=1)
        if isinstance(plain, self.oracle.Type):
            shown = re.sub("<.*", "", plain.name())
            return "type", THEIR_TYPES.get(shown, shown.lower())
        return name.lower(), bytes(plain) if isinstance(plain, bytearray) else plain


def for_them(value):
    if isinstance(value, list):
        return [for_them(item) for item in value]
    if isinstance(value, dict):
        return {key: for_them(item) for key, item in value.items()}
    if isinstance(value, tuple):
        tag, held = value
        span = dt.timedelta(microseconds=0 if tag == "uint" else held)
        return (
            {"uint": held, "timestamp": None, "duration": span}[tag] if tag != "timestamp" else EPOCH + span
        )
    return value


def for_us(value):
    if isinstance(value, list):
        return [for_us(item) for item in value]
    if isinstance(value, dict):
        return {key: for_us(item) for key, item in value.items()}
    if isinstance(value, tuple):
        tag, held = value
        if tag == "uint":
            return UInt(held)
        return Duration(held * MICRO) if tag == "duration" else Timestamp(*divmod(held * MICRO, 10**9))
    return value


def our_type(of):
    if isinstance(of, str):
        return getattr(types, of.upper())
    return (types.list_of if of[0] == "list" else types.map_of)(*map(our_type, of[1:]))


def ours(source: str, data: dict[str, Any]) -> tuple[str, Any]:
    try:
        return "value", tagged(cel.compile(source, options=LOOSE).evaluate(data))
    except ConfigError as error:
        return "error", f"{NOT_AN_EXPRESSION}: {error}"
    except StellaError as error:
        return "error", str(error)


def tagged(value) -> Any:
    if isinstance(value, list | tuple):
        return "list", [tagged(item) for item in value]
    if isinstance(value, dict):
        return "map", {_plain(key): tagged(item) for key, item in value.items()}
    if isinstance(value, Timestamp):
        return "timestamp", value.total // MICRO
    if isinstance(value, Duration):
        micros = abs(value.nanos) // MICRO
        return "duration", -micros if value.nanos < 0 else micros
    if isinstance(value, TypeValue):
        return "type", value.name
    if isinstance(value, Optional):
        return "opaque", None
    return {"null_type": "null"}.get(kind(value), kind(value)), int(value) if isinstance(
        value, UInt
    ) else value


def _plain(key):
    plain = value_of(key)
    return int(plain) if isinstance(plain, UInt) else plain


def same(one, other) -> bool:
    """Return whether two tagged values are one; nothing is known of what the binding does not give out."""
    if "opaque" in (one[0], other[0]):
        return one[0] == other[0]
    if one[0] != other[0]:
        return False
    if one[0] == "list":
        return len(one[1]) == len(other[1]) and all(map(same, one[1], other[1]))
    if one[0] == "map":
        return one[1].keys() == other[1].keys() and all(same(one[1][key], other[1][key]) for key in one[1])
    if one[0] == "double":
        return (math.isnan(one[1]) and math.isnan(other[1])) or repr(one[1]) == repr(other[1])
    return bool(one[1] == other[1])


def alike(one, other) -> bool:
    if one[0] != other[0]:
        return False
    if one[0] == "error":
        return one[1].startswith(NOT_AN_EXPRESSION) == other[1].startswith(NOT_AN_EXPRESSION)
    return same(one[1], other[1])


def refused(source: str) -> str | None:
    try:
        cel.compile(source, names=OUR_NAMES)
    except ConfigError as error:
        return str(error)
    return None


OUR_NAMES = {name: our_type(of) for name, of in NAMES.items()}


def hold_null() -> None:
    """Take references to None: the binding gives back one that it does not have whenever it converts one."""
    for _ in range(100):
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(None))


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--cases", type=int, default=50_000)
    parser.add_argument("--seconds", type=float, help="stop then, however many cases there were")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", type=int, default=30, help="differences to write out")
    arguments = parser.parse_args()
    theirs = Theirs()
    chance = random.Random(arguments.seed)
    generator = Generator(chance)
    end = time.monotonic() + (arguments.seconds or math.inf)
    explained: Counter[str] = Counter()
    outcomes: Counter[str] = Counter()
    unexplained = 0
    for _ in range(arguments.cases):
        hold_null()
        if time.monotonic() > end:
            break
        source, data = generator.expression(), inputs(chance)
        right, checked = theirs.outcome(source, for_them(data))
        left = ours(source, here := for_us(data))
        outcomes[right[0]] += 1
        if checked and right[0] == "value" and (why := refused(source)):
            left = "error", f"refused: {why}"
        if alike(left, right):
            continue
        case = Case(source, left, right, here)
        names = [each.name for each in DIFFERENCES if each.holds(case)]
        explained.update(names)
        if not names:
            unexplained += 1
            if unexplained <= arguments.show:
                sys.stdout.write(f"{source}\n    ours   {left}\n    theirs {right}\n")
                used = {name: value for name, value in data.items() if re.search(rf"\b{name}\b", source)}
                sys.stdout.write(f"    {used}\n")
    total = sum(outcomes.values())
    sys.stdout.write(f"{total} compared ({dict(outcomes)}), {unexplained} unexplained, {dict(explained)}\n")
    for each in DIFFERENCES:
        if total >= LONG_RUN and not explained[each.name]:
            sys.stdout.write(f"explains nothing: {each.name}\n")
    return int(unexplained > 0)


if __name__ == "__main__":
    sys.exit(main())
