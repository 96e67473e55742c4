"""Conformance cases of the expression language: their tagged values, and how they are run."""

import base64
import json
import math
from functools import cache
from pathlib import Path

from stella_git.policy import cel
from stella_git.policy.cel import values
from stella_git.policy.cel.types import Type
from stella_git.policy.cel.values import NONE, BoolKey, Duration, Optional, Timestamp, TypeValue, UInt

VECTORS = Path(__file__).parent / "vectors" / "cel-spec"
FILES = sorted(path.stem for path in VECTORS.glob("*.json"))


@cache
def cases(name):
    return json.loads((VECTORS / f"{name}.json").read_bytes())["cases"]


def value_of(tagged):
    """Return the value that a case writes as {"int": "5"}."""
    ((tag, held),) = tagged.items()
    return {
        "int": int,
        "uint": lambda text: UInt(int(text)),
        "double": float,
        "bool": bool,
        "null": lambda _: None,
        "string": str,
        "bytes": base64.b64decode,
        "type": TypeValue,
        "list": lambda items: [value_of(item) for item in items],
        "map": lambda items: {values.key_of(value_of(key)): value_of(item) for key, item in items},
    }[tag](held)


def alike(found, wanted):
    """Return whether two values are the same: of one type, all the way down; not a number is like itself."""
    if type(found) is tuple:
        found = list(found)
    if type(found) is not type(wanted):
        return False
    if isinstance(found, float):
        return found == wanted or (math.isnan(found) and math.isnan(wanted))
    if isinstance(found, list):
        return len(found) == len(wanted) and all(map(alike, found, wanted))
    if isinstance(found, dict):
        kinds = lambda of: {key: type(key) for key in of}  # noqa: E731
        return kinds(found) == kinds(wanted) and all(alike(found[key], wanted[key]) for key in wanted)
    return found == wanted


def run(case):
    """Return the value of a case, compiled and evaluated as the case asks."""
    bindings = {name: value_of(tagged) for name, tagged in case.get("bindings", {}).items()}
    checked = not case.get("unchecked")
    names = {name: Type(name=values.kind(value)) for name, value in bindings.items()} if checked else None
    program = cel.compile(case["expr"], names=names, options=cel.Options(check=checked))
    return program.evaluate(bindings)


__all__ = [
    "FILES",
    "NONE",
    "VECTORS",
    "BoolKey",
    "Duration",
    "Optional",
    "Timestamp",
    "alike",
    "cases",
    "run",
    "value_of",
]
