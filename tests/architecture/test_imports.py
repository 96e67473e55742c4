"""Which packages of others each floor may import; import-linter holds the floors themselves."""

import ast
import sys

from house_cases import modules

ALLOWED = {
    "canon": {"yaml", "blake3"},
    "trust": {"cryptography", "rfc3161_client"},
    "gitstore": {"pygit2"},
    "documents": {"jsonschema", "jsonschema_rs", "referencing"},
}
HEAVY = {"yaml", "blake3", "cryptography", "pygit2", "jsonschema", "referencing", "rfc3161_client"}


def imported(node):
    if isinstance(node, ast.Import):
        return {alias.name.partition(".")[0] for alias in node.names}
    if isinstance(node, ast.ImportFrom):
        return {(node.module or "").partition(".")[0]}
    return set()


def foreign(names):
    return {name for name in names if name not in sys.stdlib_module_names and name != "stella_git"}


def test_each_floor_imports_only_the_packages_it_owns():
    wrong = [
        (path, name)
        for path, tree in modules().items()
        for node in ast.walk(tree)
        for name in foreign(imported(node))
        if name not in ALLOWED.get(path.partition("/")[0], set())
    ]
    assert wrong == []


def test_every_declared_dependency_is_imported_somewhere():
    used = set()
    for tree in modules().values():
        for node in ast.walk(tree):
            used |= foreign(imported(node))
    assert HEAVY - {"referencing"} <= used


def test_heavy_packages_are_imported_inside_functions():
    wrong = [
        (path, name)
        for path, tree in modules().items()
        for node in tree.body
        for name in foreign(imported(node))
    ]
    assert wrong == []
