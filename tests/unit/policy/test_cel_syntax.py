"""Words, literals, precedence, macros and limits of expressions."""

import pytest

from stella_git.errors import ConfigError
from stella_git.policy import cel
from stella_git.policy.cel.nodes import DEPTH, NODES
from stella_git.policy.cel.parser import parse
from stella_git.policy.cel.values import UInt

REFUSED = {
    "": "an operand is missing, not at the end",
    "1 +": "an operand is missing, not at the end",
    "(1": ") is missing, not at the end",
    "[1 2]": "] is missing, not at 2",
    "{1: 2 3": "} is missing, not at 3",
    "{1 2}": ": is missing, not at 2",
    "f(1 2)": ") is missing, not at 2",
    "a[1": "] is missing, not at the end",
    "true ? 1": ": is missing, not at the end",
    "1 2": "the expression should end here, not at 2",
    "a.": "a member has a name, not at the end",
    "a.in": "a member has a name, not at in",
    "rb'a'": "the expression should end here, not at 'a'",
    "a.'b'": "a member has a name, not at 'b'",
    ".1a": ".1a is no number",
    ".'a'": "a name has to follow the dot, not at 'a'",
    "in": "an operand is missing, not at in",
    "for": "for is a reserved word",
    "1a": "1a is no number",
    "0x": "0x is no number",
    "9223372036854775808": "9223372036854775808 does not fit into 64 bits",
    "-9223372036854775809": "9223372036854775809 does not fit into 64 bits",
    "18446744073709551616u": "18446744073709551616u does not fit into 64 bits",
    "'a": "the string does not end",
    "'''a''": "the string does not end",
    "'a\nb'": "the line ends inside of a string",
    r"'\q'": r"\q means nothing here",
    r"'\x1'": "the escape needs 2 hexadecimal digits",
    r"'\uD800'": "U+D800 is no character",
    r"'\U00110000'": "U+110000 is no character",
    r"b'\u0041'": r"\u means nothing here",
    r"'\400'": r"\4 means nothing here",
    "\x00": "'\\x00' begins nothing that an expression has",
    "a = b": "'=' begins nothing that an expression has",
    "'\ud800'": "a lone surrogate is no character",
    "has(a)": "has() asks for a member",
    "has(a.?b)": "has() asks for a member",
    "has(has(a.b))": "has() asks for a member",
    "a.all(1, true)": "1 cannot be the name of a variable",
    "a.all(.b, true)": ".b cannot be the name of a variable",
    "a.all(b, b, true)": "both variables have the name b",
    "a.optMap(1, 2)": "1 cannot be the name of a variable",
    "cel.bind(a, 1)": "cel.bind takes a name, a value, and what uses the name",
    "cel.block(a, 1)": "cel.block takes a list of values, and what uses them",
    "cel.block([?a], 1)": "cel.block takes a list of values, and what uses them",
    "cel.index(a)": "cel.index takes 1 numbers that are written out",
    "cel.iterVar(1)": "cel.iterVar takes 2 numbers that are written out",
}


@pytest.mark.parametrize("source", REFUSED, ids=ascii)
def test_what_is_no_expression_is_refused_with_a_place(source):
    with pytest.raises(ConfigError) as caught:
        parse(source)
    assert caught.value.message == REFUSED[source]
    assert caught.value.code == "cel-syntax"
    assert caught.value.where.line is not None


def test_a_place_is_line_and_column():
    with pytest.raises(ConfigError) as caught:
        parse("a &&\n  b &&\n    )")
    assert str(caught.value) == ":3:5: an operand is missing, not at )"


VALUES = {
    "-1": -1,
    "- 1": -1,
    "--1": 1,
    "2-1": 1,
    "1 - -1": 2,
    "-9223372036854775808": -(2**63),
    "-0x10": -16,
    "0XffU": UInt(255),
    ".5": 0.5,
    "1e3": 1000.0,
    "1.5E-1": 0.15,
    r"r'\'": "\\",
    r"br'\x'": b"\\x",
    r"bR'\n'": b"\\n",
    r"'\'\"\`\?\\'": "'\"`?\\",
    "'''a'b''c'''": "a'b''c",
    '"""a\nb"""': "a\nb",
    "b'\u00ff'": b"\xc3\xbf",
    "1 // a comment\n + 2 // another": 3,
    "1 + 2 * 3 - 4 / 2": 5,
    "1 - 2 - 3": -4,
    "!true || true": True,
    "1 + 1 == 2 && 3 > 2 ? 'a' : 'b'": "a",
    "false ? 1 : true ? 2 : 3": 2,
    "(true ? false : true) ? 1 : 2": 2,
    "{'a': 1,}.a + [1, 2,][1]": 3,
    "{'a-b': 1}.`a-b`": 1,
    "{'for': 1}.for": 1,
    "[1, 2].map(x, x > 1, x * 2)": [4],
    ".x.size()": 2,
    "has({'a': 1}.a)": True,
    "-1.5": -1.5,
    "-x[0]": -10,
}


@pytest.mark.parametrize("source", VALUES, ids=ascii)
def test_literals_and_precedence(source):
    found = cel.compile(source).evaluate({"x": [10, 20]})
    assert found == VALUES[source]
    assert type(found) is type(VALUES[source])


NESTED = {
    "parentheses": lambda n: "(" * n + "1" + ")" * n,
    "lists": lambda n: "[" * n + "]" * n,
    "maps": lambda n: "{1:" * n + "1" + "}" * n,
    "not": lambda n: "!" * n + "true",
    "minus": lambda n: "-" * n + "x",
    "members": lambda n: "x" + ".a" * n,
    "indices": lambda n: "x" + "[0]" * n,
    "inner indices": lambda n: "x[" * n + "0" + "]" * n,
    "sums": lambda n: "1" + " + 1" * n,
    "conditionals": lambda n: "true ? 1 : " * n + "1",
    "tests": lambda n: "(" * n + "true" + " ? true : true)" * n,
    "calls": lambda n: "size(" * n + "'a'" + ")" * n,
    "methods": lambda n: "x" + ".size()" * n,
    "macros": lambda n: "[1].map(x, " * n + "1" + ")" * n,
    "bindings": lambda n: "cel.bind(x, 1, " * n + "1" + ")" * n,
    "mixed logic": lambda n: "true && (true || " * (n // 2) + "true" + ")" * (n // 2),
}


@pytest.mark.parametrize("shape", NESTED)
def test_nesting_has_an_end_long_before_the_stack_has(shape):
    cel.compile(NESTED[shape](DEPTH - 3), options=cel.Options(check=False)).trace({"x": {}})
    for depth in (DEPTH + 4, 600):
        with pytest.raises(ConfigError) as caught:
            parse(NESTED[shape](depth))
        assert caught.value.code == "cel-limit"
        assert caught.value.remedy


def test_a_long_row_of_conditions_is_not_nested():
    assert cel.compile(" && ".join(["true"] * 1_000)).evaluate({}) is True
    assert cel.compile(" || ".join(["false"] * 900)).evaluate({}) is False


def test_parts_and_bytes_are_counted():
    assert len(parse("[" + "1," * (NODES - 2000) + "]").parts()) == NODES - 2000
    for source in ("!1," * 2_600, "1 " * 4_097, "\u00e4" * 4_097):
        with pytest.raises(ConfigError) as caught:
            parse(f"[{source}]")
        assert caught.value.code in {"cel-limit", "cel-syntax"}


def test_more_parts_than_there_may_be():
    with pytest.raises(ConfigError, match="more than 5000 parts"):
        parse("[" + "-x," * 2_600 + "]")
    with pytest.raises(ConfigError, match="larger than 8192 bytes"):
        parse("'" + "\u00e4" * 4_096 + "'")
