"""Every function has a row in the reference, with its signatures and an example that is true."""

import re
from pathlib import Path

import pytest

from stella_git.policy import cel
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
