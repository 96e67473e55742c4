import re
from pathlib import Path

from stella_git.documents.explain import _WORDS
from stella_git.documents.rules import RULES
from stella_git.documents.validate import _DEFECT_RULES


def test_every_rule_stands_in_the_table_of_the_documentation():
    page = (Path(__file__).parents[3] / "docs" / "rules.d" / "documents.md").read_text("utf-8")
    rows = re.findall(r"^\| `([^`]+)` \| (\w+) \| (.*) \| (.*) \|$", page, re.MULTILINE)
    assert rows == [(name, rule.severity, rule.what, rule.remedy) for name, rule in sorted(RULES.items())]


def test_every_rule_that_can_be_reported_exists():
    assert {f"K-{keyword}" for keyword in _WORDS} | set(_DEFECT_RULES.values()) <= set(RULES)


def test_every_defect_of_the_reader_has_a_rule():
    from stella_git.canon import scanner

    codes = set(re.findall(r'"(json-[a-z-]+)"', Path(scanner.__file__).read_text("utf-8")))
    assert codes - set(_DEFECT_RULES) == {"json-syntax", "json-trailing-data"}
