"""What `cel_generator` makes expressions of: names, their types, literals worth a try; and inputs."""

import random
from typing import Any

Kind = Any
"""A type: "int", "string" and so on, ``("list", T)``, ``("map", K, V)``, ``("opt", T)``."""

SCALARS = ("int", "uint", "double", "bool", "string", "bytes", "null", "timestamp", "duration", "type")
NAMES: dict[str, Kind] = {
    "i": "int",
    "j": "int",
    "u": "uint",
    "d": "double",
    "s": "string",
    "z": "string",
    "y": "bytes",
    "b": "bool",
    "t": "timestamp",
    "r": "duration",
    "li": ("list", "int"),
    "lu": ("list", "uint"),
    "ld": ("list", "double"),
    "ls": ("list", "string"),
    "ll": ("list", ("list", "int")),
    "m": ("map", "string", "int"),
    "mi": ("map", "int", "string"),
    "mm": ("map", "string", ("map", "string", ("list", "int"))),
    "x": "dyn",
}
KEYS = ("a", "b", "c", "é", "in", "a b")
INTS = (
    0,
    1,
    -1,
    2,
    3,
    5,
    7,
    10,
    12,
    63,
    64,
    100,
    1_000,
    86_400,
    2**31,
    2**53,
    2**53 + 1,
    2**63 - 1,
    -(2**63),
)
UINTS = (0, 1, 2, 3, 7, 63, 64, 2**32, 2**53 + 1, 2**63, 2**64 - 1)
DOUBLES = (
    0.0,
    -0.0,
    1.0,
    -1.0,
    0.5,
    1.5,
    2.5,
    -2.5,
    3.0,
    1e-7,
    5e-324,
    1e15,
    2.0**53,
    2.0**63,
    -(2.0**63),
    1e308,
)
TEXTS = (
    *(
        "",
        "a",
        "b",
        "abc",
        "aXbXc",
        "a,b,,c",
        "  trim me\t",
        "é",
        "ÿ",
        "日本語",
        "𝄞x",
        "e\u0301",
        "AbC",
        "ß",
        "ǅ",
    ),
    *(
        "12",
        "-7",
        "+3",
        " 4",
        "1.5",
        "1e3",
        "true",
        "TRUE",
        "t",
        "no",
        "NaN",
        "inf",
        "0x10",
        "\n\r\t\"'\\",
        "%d",
    ),
    *("1970-01-01T00:00:00Z", "1h30m", "YWJj", "YWI=", "\x00", "\x7f", "\u2028", "9223372036854775808"),
)
PATTERNS = (
    *(
        "a",
        "^a",
        "c$",
        "^abc$",
        "a.c",
        "[a-z]+",
        "[^a-z]",
        "a|b",
        "(a|b)*c",
        "a{2,3}",
        "a*?",
        r"\\d+",
        r"\\bX",
    ),
    *(
        r"\\w+@\\w+",
        "(?i)ABC",
        "(?s)a.b",
        "(?m)^b",
        "é",
        ".",
        "^.$",
        "^..$",
        "[é-ÿ]",
        r"\\pL",
        r"\\p{Lu}",
        "()",
        "",
    ),
    *(
        "a**",
        "(",
        "[",
        "a{1001}",
        r"\\1",
        "(?=a)",
        "[[:alpha:]]",
        r"\\x{1D11E}",
        r"\\Qa.b\\E",
        "(?P<n>a)",
        "x{,2}",
    ),
)
TIMES = (
    *(
        "1970-01-01T00:00:00Z",
        "2026-02-28T23:59:59.999999999Z",
        "2024-02-29T12:00:00+05:30",
        "0001-01-01T00:00:00Z",
    ),
    *(
        "9999-12-31T23:59:59.999999999Z",
        "1969-12-31T23:59:59.5Z",
        "2000-12-31T00:00:00-11:00",
        "2023-02-29T00:00:00Z",
    ),
    *(
        "2026-01-01",
        "2026-01-01T00:00:00",
        "2026-06-30T23:59:60Z",
        "2026-01-01t00:00:00z",
        "2026-01-01T24:00:00Z",
    ),
)
SPANS = (
    *(
        "0s",
        "1s",
        "-1s",
        "1.5s",
        "1h",
        "90m",
        "1h30m5s",
        "100ms",
        "-2.000000001s",
        "1us",
        "1ns",
        "0.5ns",
        "+1s",
    ),
    *("315576000000s", "9223372036s", "9223372037s", "1d", "s", "", "1", "1.s", ".5s", "-1h30m", "1h-30m"),
)
ZONES = ("UTC", "+01:00", "-08:30", "02:00", "+00:00", "-23:59", "+14:00", "1:00", "+1:0")
GETTERS = (
    *("getFullYear", "getMonth", "getDate", "getDayOfMonth", "getDayOfWeek", "getDayOfYear"),
    *("getHours", "getMinutes", "getSeconds", "getMilliseconds"),
)
FORMATS = ("%s", "%d", "%f", "%.2f", "%e", "%x", "%X", "%b", "%o", "%%", "%q", "%.0f", "%.3e")
TYPE_NAMES = (
    *("int", "uint", "double", "bool", "string", "bytes", "list", "map", "null_type", "type"),
    *("google.protobuf.Timestamp", "google.protobuf.Duration"),
)


def written(text: str, chance: random.Random) -> str:
    """Return a literal of a text, in one of the ways to write it."""
    quote = chance.choice(("'", '"', "'''", '"""'))
    if chance.random() < 0.2 and quote[0] not in text and "\\" not in text and text.isprintable():
        return f"{chance.choice('rR')}{quote}{text}{quote}"
    plain = chance.random() < 0.7
    return quote + "".join(_character(one, plain=plain) for one in text) + quote


def _character(one: str, *, plain: bool) -> str:
    special = {"\n": "\\n", "\r": "\\r", "\t": "\\t", "\\": "\\\\", "'": "\\'", '"': '\\"', "\x00": "\\000"}
    if one in special:
        return special[one]
    if plain and one.isprintable():
        return one
    code = ord(one)
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def inputs(chance: random.Random) -> dict[str, Any]:
    """Return a value for each of `NAMES`: plain Python, times in microseconds, which both engines take."""
    return {name: _value(kind, chance, 3) for name, kind in NAMES.items()}


def _value(kind: Kind, chance: random.Random, depth: int) -> Any:
    if kind == "dyn":
        kind = _json(chance, depth)
    if isinstance(kind, tuple):
        count = chance.choice((0, 1, 2, 3)) if depth else 0
        if kind[0] == "list":
            return [_value(kind[1], chance, depth - 1) for _ in range(count)]
        keys = KEYS if kind[1] == "string" else INTS
        return {chance.choice(keys): _value(kind[2], chance, depth - 1) for _ in range(count + 1)}
    return _scalar(kind, chance)


def _json(chance: random.Random, depth: int) -> Kind:
    if depth and chance.random() < 0.7:
        return chance.choice((("list", "dyn"), ("map", "string", "dyn")))
    return chance.choice(("int", "double", "string", "bool", "null"))


def _scalar(kind: str, chance: random.Random) -> Any:
    return {
        "int": lambda: chance.choice(INTS),
        "uint": lambda: ("uint", chance.choice(UINTS)),
        "double": lambda: chance.choice((*DOUBLES, float("inf"), float("nan"))),
        "bool": lambda: chance.random() < 0.5,
        "string": lambda: chance.choice(TEXTS).replace("\0", "0"),  # the binding ends a text there
        "bytes": lambda: chance.choice((b"", b"a", b"abc", b"\xff\x01", "é".encode())),
        "null": lambda: None,
        "timestamp": lambda: (
            "timestamp",
            chance.choice((0, 1, -1, 10**15, 1_700_000_000_123_456, -(10**16))),
        ),
        "duration": lambda: ("duration", chance.choice((0, 1, -1, 1_500_000, 3_600_000_000, -(10**15)))),
    }[kind]()
