"""``stella policy eval``."""

import json

import pytest

from stella_git.cli.main import main
from stella_git.policy import cel
from stella_git.policy.cel.values import NONE, TRUE_KEY, Duration, Optional, Timestamp, TypeValue, UInt


@pytest.fixture
def sbom(tmp_path):
    path = tmp_path / "bom.json"
    path.write_text(
        json.dumps({"components": [{"name": "a", "version": "1"}, {"name": "b"}]}), encoding="utf-8"
    )
    return f"sbom={path}"


def test_a_value_is_printed_as_the_language_writes_it(sbom, capsys):
    assert main(["policy", "eval", "sbom.components.map(c, c.name)", "--input", sbom]) == 0
    assert capsys.readouterr().out == '["a", "b"]\n'


def test_a_trace_shows_every_part(sbom, capsys):
    expression = "sbom.components.all(c, has(c.version)) || sbom.components.all(c, c.version == '')"
    assert main(["policy", "eval", expression, "--input", sbom, "--trace"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == "false"
    assert "    has(c.version)  ->  false  (last of 2)" in lines
    assert main(["policy", "eval", "sbom.a == 1 && false", "--input", sbom, "--trace"]) == 0
    assert "    sbom.a  ->  error: there is no member 'a'" in capsys.readouterr().out.splitlines()
    assert main(["policy", "eval", "has(sbom.a) ? sbom.a : 1", "--input", sbom, "--trace"]) == 0
    assert "  sbom.a  ->  never asked" in capsys.readouterr().out.splitlines()


def test_no_value_is_1_and_no_expression_is_2(sbom, capsys):
    assert main(["policy", "eval", "sbom.x", "--input", sbom]) == 1
    assert "EXPRESSION:1:1" in capsys.readouterr().err
    assert main(["policy", "eval", "sbon", "--input", sbom]) == 2
    assert "write sbom" in capsys.readouterr().err
    assert main(["policy", "eval", "1 +"]) == 2
    assert main(["policy", "eval", "1", "--input", "bom.json"]) == 2
    assert "policy-input" in capsys.readouterr().err
    assert main(["policy", "eval", "[1, 2].all(x, true)", "--fuel", "1"]) == 1
    assert "cel-fuel" in capsys.readouterr().err


WRITTEN = [
    (None, "null"),
    ([True, 1, UInt(2), 1.0, -0.5, 1e30, float("inf")], "[true, 1, 2u, 1.0, -0.5, 1e+30, Infinity]"),
    ((), "[]"),
    ({}, "{}"),
    ({"b": 1, "a": [2], TRUE_KEY: None}, '{true: null, "a": [2], "b": 1}'),
    ('"\\\n\x1b\u00e4\U0001f600', '"\\"\\\\\\n\\u001b\\u00e4\\U0001f600"'),
    (b"a\xff'", 'b"a\\xff\'"'),
    (Timestamp(1), "timestamp(1)"),
    (Timestamp(1, 5), "timestamp(1) + duration('5ns')"),
    (Duration(-1), "duration('-1ns')"),
    (TypeValue("int"), "int"),
    (NONE, "optional.none()"),
    (Optional([1]), "optional.of([1])"),
]


@pytest.mark.parametrize(("value", "text"), WRITTEN, ids=ascii)
def test_what_is_written_is_read_again(value, text):
    assert cel.written(value) == text
    if "Infinity" not in text:
        assert cel.written(cel.compile(text).evaluate({})) == text


def test_what_is_written_has_an_end():
    deep = []
    for _ in range(1_000):
        deep = [deep, deep]
    assert len(cel.written(deep)) < 10_100
    assert cel.written("a" * 100_000, limit=20) == '"' + "a" * 19 + "..."
    nested = 1
    for _ in range(200):
        nested = [nested]
    assert "..." in cel.written(nested)
