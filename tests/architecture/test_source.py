"""How the source looks: sizes, docstrings, words."""

import ast
import re
import subprocess

import pytest

from house_cases import FLOORS, ROOT, modules

LONGEST_MODULE = 330
LONGEST_FUNCTION = 60
# Modules that are a table of data.
TABLES = {"documents/rules/policies.py", "policy/cel/regex_unicode.py"}


def public(tree):
    """Yield public functions and classes of a module, and the public functions of those classes."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            yield node


@pytest.mark.parametrize("path", [path for path in modules() if path.partition("/")[0] in FLOORS])
def test_public_names_have_a_docstring_whose_first_line_is_a_sentence(path):
    tree = modules()[path]
    wrong = [
        node.name
        for node in public(tree)
        if not (ast.get_docstring(node) or "").partition("\n")[0].endswith(".")
    ]
    assert wrong == []


@pytest.mark.parametrize("floor", FLOORS)
def test_a_package_says_which_floor_it_is(floor):
    assert re.search(r"floor \d", ast.get_docstring(modules()[f"{floor}/__init__.py"]) or "")


def test_modules_hold_one_thing():
    long = {path: tree.body[-1].end_lineno for path, tree in modules().items() if tree.body}
    assert {
        path: lines for path, lines in long.items() if lines > LONGEST_MODULE and path not in TABLES
    } == {}


def test_functions_fit_in_one_look():
    long = [
        f"{path}:{node.lineno} {node.name}"
        for path, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and node.end_lineno - node.lineno >= LONGEST_FUNCTION
    ]
    assert long == []


def test_no_package_is_a_drawer():
    assert {
        path for path in modules() if re.search(r"\b(utils?|helpers?|common|managers?|misc)\b", path)
    } == set()


# Written apart, so that this file does not name them.
FORBIDDEN = [
    "/wo" + "rk/",
    "sha" + "red/(spec|vectors|data)",
    r"\bspec [0-9]\b",
    r"\bTO" + r"DO\b",
    r"\bFIX" + r"ME\b",
    r"\bX" + r"XX\b",
]
# Files of others, unmodified.
FOREIGN = (
    "roots/sigstore/",
    "schemas/cyclonedx/",
    "schemas/openvex/",
    "schemas/sarif/",
    "tests/golden/",
    "tests/vectors/",
    "examples/",
)


def tracked():
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    return [name for name in done.stdout.decode().split("\0") if name and not name.startswith(FOREIGN)]


def test_no_forbidden_word_in_the_tree():
    pattern = re.compile("|".join(FORBIDDEN), re.IGNORECASE)
    found = []
    for name in tracked():
        path = ROOT / name
        if path.is_file():
            text = path.read_bytes().decode("utf-8", "replace")
            found += [f"{name}: {match[0]}" for match in pattern.finditer(text)]
    assert found == []
