import re
from pathlib import Path

import pytest

from stella_git.documents.rules import all_rules, find, rule
from stella_git.documents.schema.explain import _WORDS
from stella_git.documents.syntax import _DEFECT_RULES
from stella_git.errors import DefectError


@pytest.mark.parametrize("name", all_rules())
def test_every_rule_is_explained(name):
    found = rule(name)
    for sentence in (found.what, found.why, found.remedy):
        assert sentence[0].isupper() or sentence[0] == "`", sentence
        assert sentence.endswith("."), sentence
        assert len(sentence) <= 300
    assert find(name) is found


def test_what_is_no_rule_is_none():
    assert [find(name) for name in ("", "C999", "c001", "J0001", "K-", "C001\n", "١")] == [None] * 7
    with pytest.raises(DefectError) as caught:
        rule("C999")
    assert caught.value.code == "rule-unknown"


def test_every_rule_that_can_be_reported_exists():
    assert {f"K-{keyword}" for keyword in _WORDS} | set(_DEFECT_RULES.values()) <= set(all_rules())


def test_every_defect_of_the_reader_has_a_rule():
    from stella_git.canon import scanner

    codes = set(re.findall(r'"(json-[a-z-]+)"', Path(scanner.__file__).read_text("utf-8")))
    assert codes - set(_DEFECT_RULES) == {"json-syntax", "json-trailing-data"}
