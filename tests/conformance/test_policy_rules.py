"""Every rule of policy files fires on a folder made for it, and is silent about one like it that is right."""

import json

import pytest

from house_cases import ROOT
from stella_git.canon.clock import parse_rfc3339
from stella_git.canon.digest import sha256
from stella_git.documents.rules import all_rules
from stella_git.policy.lint import lint
from stella_git.trust.approvals import payload

RULES = ROOT / "tests/golden/policies/rules"
FOLDERS = sorted(path for path in RULES.iterdir() if path.is_dir())
FAMILY = {name for name in all_rules() if name.startswith("P")}


def said(case):
    """Return the problems of a folder of policy files."""
    facts_of = case.parent / "context.json"
    facts = json.loads(facts_of.read_bytes()) if facts_of.exists() else {}
    assert set(facts) <= {"now", "repository", "signers"}
    repository = facts.get("repository")
    signers = facts.get("signers")
    found = lint(
        (
            (path.relative_to(case).as_posix(), path.read_bytes())
            for path in case.rglob("*")
            if path.name.endswith((".yaml", ".schema.json", "policy.lock"))
        ),
        now=parse_rfc3339(facts["now"]) if "now" in facts else None,
        other=lambda path: (case / path).read_bytes() if (case / path).is_file() else None,
        digest=lambda waiver: str(sha256(payload(waiver, repository))) if repository else None,
        signers=lambda: signers and {name: frozenset(roles) for name, roles in signers.items()},
    )
    return [problem for one in found for problem in one.problems]


def cases(pattern):
    return [path for folder in FOLDERS for path in sorted(folder.glob(pattern))]


def name_of(path):
    return f"{path.parent.name}/{path.name}"


def test_every_rule_has_fixtures():
    assert {folder.name for folder in FOLDERS} == FAMILY
    for folder in FOLDERS:
        assert sorted(folder.glob("fires*")), folder.name
        assert sorted(folder.glob("passes*")), folder.name


@pytest.mark.parametrize("case", cases("fires*"), ids=name_of)
def test_it_fires_and_nothing_else_does(case):
    found = said(case)
    assert {problem.rule for problem in found} == {case.parent.name}
    for problem in found:
        # of a type that can only be misspelt P108 is an error
        worse = {"error"} if problem.rule == "P108" else set()
        assert problem.severity in {all_rules()[problem.rule].severity, *worse}
        assert problem.pointer
        assert problem.remedy
        line = (case / problem.path).read_text().splitlines()[problem.line - 1]
        assert problem.column <= len(line) + 1


@pytest.mark.parametrize("case", cases("passes*"), ids=name_of)
def test_it_passes(case):
    assert said(case) == []
