"""Every error code is documented, and every documented code exists."""

import ast

import pytest

from house_cases import ROOT, modules, table

TABLES = sorted((ROOT / "docs" / "errors.d").glob("*.md"))


def documented(path):
    return [row[0].strip("`") for row in table(path, 3) if row[0] != "code"]


def constants(tree):
    return {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def code_positions(tree):
    """Return, for each function of a module that takes a ``code``, at which position of a call it stands."""
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            names = [argument.arg for argument in node.args.posonlyargs + node.args.args]
            if "code" in names:
                found[node.name] = names.index("code") - (names[0] in {"self", "cls"})
    return found


def called(node):
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def codes_in_source():
    """Yield (module, code) of every code that a call is given, written out or as a constant of its module."""
    for path, tree in modules().items():
        positions = code_positions(tree)
        known = constants(tree)
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            given = [keyword.value for keyword in call.keywords if keyword.arg == "code"]
            position = positions.get(called(call))
            if position is not None and position < len(call.args):
                given.append(call.args[position])
            for value in given:
                options = [value.body, value.orelse] if isinstance(value, ast.IfExp) else [value]
                for option in options:
                    text = (
                        option.value
                        if isinstance(option, ast.Constant)
                        else known.get(getattr(option, "id", ""))
                    )
                    if isinstance(text, str) and text:
                        yield path, text


def strings_in_source():
    return {
        node.value
        for tree in modules().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def test_every_code_is_documented():
    known = {code for path in TABLES for code in documented(path)}
    assert sorted({(path, code) for path, code in codes_in_source() if code not in known}) == []


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.stem)
def test_every_documented_code_is_used_and_the_table_is_sorted(path):
    codes = documented(path)
    assert codes
    assert sorted(set(codes) - strings_in_source()) == []
    assert codes == sorted(set(codes))


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.stem)
def test_every_row_has_a_meaning_and_a_remedy(path):
    assert [row for row in table(path, 3) if not all(row)] == []
