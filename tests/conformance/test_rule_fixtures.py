"""Every rule fires on a document made for it, and is silent about one that is like it but right."""

import json

import pytest

from documents_cases import GOLDEN
from stella_git.canon.clock import parse_rfc3339
from stella_git.documents.context import Context
from stella_git.documents.rules import all_rules
from stella_git.documents.validate import validate

RULES = GOLDEN / "rules"
FOLDERS = sorted(path for path in RULES.iterdir() if path.is_dir())
# What the schemas say is held to the corpora and to mutants; D004 takes a thousand problems.
# Those of profiles are tried element by element in test_minimum_elements.py, those of policies in
# test_policy_rules.py.
ELSEWHERE = {name for name in all_rules() if name.startswith(("K-", "E-", "P"))} | {"D004", "J007"}


class Folder:
    """The surroundings that a ``context.json`` describes; implements History and Shelf."""

    def __init__(self, folder):
        self.folder = folder
        path = folder / "context.json"
        self.facts = json.loads(path.read_bytes()) if path.exists() else {}
        assert set(self.facts) <= {"now", "strict", "earlier", "committed", "shelf", "also", "expect"}

    def earlier(self, path):
        return (self.folder / self.facts["earlier"]).read_bytes()

    def committed(self):
        return parse_rfc3339(self.facts["committed"]) if "committed" in self.facts else None

    def documents(self):
        return [(name, (self.folder / name).read_bytes()) for name in sorted(self.facts["shelf"])]

    def context(self):
        return Context(
            now=parse_rfc3339(self.facts["now"]) if "now" in self.facts else None,
            history=self if "earlier" in self.facts else None,
            shelf=self if "shelf" in self.facts else None,
            strict=self.facts.get("strict", False),
        )

    def rules(self, path):
        expect = frozenset(self.facts["expect"]) if "expect" in self.facts else None
        result = validate(path.read_bytes(), path=path.name, context=self.context(), expect=expect)
        return {problem.rule for problem in result.problems}


def fixtures(pattern):
    return [path for folder in FOLDERS for path in sorted(folder.glob(pattern))]


def name_of(path):
    return f"{path.parent.name}/{path.name}"


def test_every_rule_has_fixtures():
    assert {folder.name for folder in FOLDERS} == set(all_rules()) - ELSEWHERE
    for folder in FOLDERS:
        assert sorted(folder.glob("fires*")), folder.name
        assert sorted(folder.glob("passes*")), folder.name


@pytest.mark.parametrize("path", fixtures("fires*"), ids=name_of)
def test_it_fires_and_nothing_else_does(path):
    folder = Folder(path.parent)
    assert folder.rules(path) == {path.parent.name, *folder.facts.get("also", ())}


@pytest.mark.parametrize("path", fixtures("passes*"), ids=name_of)
def test_it_passes(path):
    folder = Folder(path.parent)
    assert folder.rules(path) <= set(folder.facts.get("also", ()))
