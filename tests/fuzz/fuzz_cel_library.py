"""Fuzz target for what policies give to functions as text: patterns, versions, vectors, licences.

How to run it: `harness`.
"""

import random
import sys
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from fuzz.harness import main
from stella_git.policy.cel.library import FUNCTIONS
from stella_git.policy.cel.meter import Meter
from stella_git.policy.cel.regex import matches

FUEL = 100_000


def pattern(data: bytes) -> None:
    """The first line is the expression, the rest is searched, twice."""
    first, _, rest = data.decode("utf-8", "replace").partition("\n")
    found = matches(rest, first, Meter(FUEL))
    assert matches(rest, first, Meter(FUEL)) == found


def called(name: str) -> Callable[[bytes], None]:
    """Return a target: lines are the arguments of the function; numbers stay as they are."""
    overloads = FUNCTIONS[name]

    def target(data: bytes) -> None:
        lines = data.decode("utf-8", "replace").split("\n")
        for overload in overloads:
            if all(each.name == "string" for each in overload.arguments):
                count = len(overload.arguments)
                overload.function(*(lines + [""] * count)[:count], Meter(FUEL))

    return target


def mutate(start: bytes, source: random.Random) -> bytes:
    pieces = [
        b"|",
        b"(",
        b")",
        b"[",
        b"]",
        b"*",
        b"{9}",
        b"\\",
        b"@",
        b"/",
        b":",
        b".",
        b"-",
        b"+",
        b"%",
        b"<",
        b"0",
    ]
    data = bytearray(start)
    for _ in range(source.randint(1, 8)):
        at = source.randrange(len(data) + 1)
        data[at : at + source.randint(0, 2)] = source.choice([*pieces, bytes([source.randrange(256)])])
    return bytes(data)


STARTS = {
    "purl.parse": b"pkg:npm/%40angular/core@17.0.0?a=b#c",
    "purl.match": b"pkg:npm/%40angular/core@17.0.0\npkg:npm/@angular/*@17.*",
    "semver.compare": b"1.2.3-rc.1+b\n1.2.3",
    "vers.contains": b"vers:npm/>=1.0.0|<2.0.0|!=1.5.0\n1.4.0",
    "cvss.score": b"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
    "spdx.canonical": b"(MIT AND ISC) OR GPL-2.0-only WITH GCC-exception-2.0",
    "glob.match": b"a/b/c.py\na/**/*.p?",
    "timestamp": b"2026-11-21T16:00:00.5+01:00",
    "duration": b"1h30m2.5s",
    "base64.decode": b"aGVsbG8=",
}

if __name__ == "__main__":
    main(
        {
            "regex": (pattern, b"(?i)^[a-c]+(\\pL|x{2,3}?)*\\b$\naAxx"),
            **{name: (called(name), start) for name, start in STARTS.items()},
        },
        mutate,
    )
