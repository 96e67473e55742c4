"""The reference: every function with its signatures and an example that is true; codes, macros, limits."""

import re
from pathlib import Path

import pytest

from stella_git.policy import cel
from stella_git.policy.cel import lexer, macros, nodes
from stella_git.policy.cel.registry import FUNCTIONS

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "cel.md"
ROW = re.compile(r"\| `(?P<name>[^`]+)` \| (?P<signatures>.*?) \| .+? \| .+? \| `(?P<example>.*)` \|")
ROWS = {found["name"]: found for found in map(ROW.fullmatch, PAGE.read_text("utf-8").splitlines()) if found}


def signature(name, overload):
    """Return a signature as the page writes it: a method after the type that it is called on."""
    types = [*map(str, overload.arguments)]
    head = f"{types.pop(0)}{name}" if name.startswith(".") else name
    return f"`{head}({', '.join(types)}{'...' * overload.variadic}): {overload.result}`"


def test_every_function_has_a_row_and_every_row_a_function():
    assert set(ROWS) == set(FUNCTIONS)


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_a_row_has_every_signature(name):
    assert ROWS[name]["signatures"].split("<br>") == [signature(name, each) for each in FUNCTIONS[name]]


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_an_example_is_true_and_calls_the_function(name):
    example = ROWS[name]["example"].replace("\\|", "|")
    assert f"{name}(" in example
    assert cel.compile(example, names={}).evaluate({}) is True


def test_every_code_of_an_expression_is_there():
    codes = (PAGE.parents[1] / "errors.d" / "policy.md").read_text("utf-8")
    wanted = set(re.findall(r"`(cel-[a-z]+)`", codes)) - {"cel-defect"}
    assert set(re.findall(r"\| `(cel-[a-z]+)` \|", PAGE.read_text("utf-8"))) == wanted


def test_every_macro_is_there():
    text = PAGE.read_text("utf-8")
    for name in {name for name, _ in macros._LOOPS} | {"optMap", "optFlatMap", "cel.bind"}:
        assert f"{name}(" in text, name
    assert "has(" in text


def test_limits_are_those_that_hold():
    text = " ".join(PAGE.read_text("utf-8").split())
    assert f"at most {lexer.SOURCE_BYTES // 1024} KiB, {nodes.NODES:,} parts and {nodes.DEPTH} levels" in text
    assert f"A rule has {cel.FUEL:,}, and so has each `let`." in text


TRUE = (
    "1 == 0x1 && 3u == 3 && 1.5 < 1e3 && r'\\d' == '\\\\d' && b'a' == br'a'",
    "{'a': 1}.?b.orValue(2) == 2 && [?optional.none(), 1] == [1] && {?'a': optional.none()} == {}",
    "{'b': 1, 'a': 2}.map(k, k) == ['a', 'b'] && [1, 2].map(e, e > 1, e * 2) == [4]",
    "{'a': 1}.all(k, v, k == 'a' && v == 1) && [7].exists(i, e, i < e) && [1].existsOne(i, e, e > 0)",
    "[1].transformList(i, e, e + i) == [1] && {'a': 1}.transformMapEntry(k, v, {v: k}) == {1: 'a'}",
    "!(dyn({}).kev && has({}.kev)) && !(has({}.kev) && dyn({}).kev) && (dyn({}).kev || true)",
)


@pytest.mark.parametrize("source", TRUE)
def test_what_the_page_says_of_expressions_is_true(source):
    assert cel.compile(source, names={}).evaluate({}) is True
