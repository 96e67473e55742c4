import json

import pytest

from csaf_cases import csaf, cvss3, product, scored, tracking, tree, vulnerability
from documents_cases import check
from stella_git import resources
from stella_git.documents.schema import phrases, registry


def patterns():
    found = set()

    def walk(value):
        if isinstance(value, dict):
            if isinstance(value.get("pattern"), str):
                found.add(value["pattern"])
            value = list(value.values())
        for each in value if isinstance(value, list) else ():
            walk(each)

    for name in registry.FILES.values():
        walk(json.loads(resources.schema(name)))
    return found


def test_every_phrase_is_about_a_pattern_that_is_shipped():
    shipped = patterns()
    assert set(phrases.PATTERNS) <= shipped
    for begin in phrases.BEGINNINGS:
        assert [text for text in shipped if text.startswith(begin)], begin


def test_no_phrase_is_a_sentence():
    for words in [*phrases.PATTERNS.values(), *phrases.BEGINNINGS.values()]:
        assert words[0] in "a`"
        assert not words.endswith(".")


def test_other_patterns_have_none():
    assert phrases.pattern("^x$") is None


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (csaf(vulnerabilities=[vulnerability(cve="CVE-1")]), "a CVE id such as `CVE-2021-44228`"),
        (csaf(vulnerabilities=[vulnerability(cwe={"id": "79", "name": "x"})]), "a CWE id such as `CWE-79`"),
        (csaf(lang="d"), "a language tag such as `en` or `de-AT`"),
        (csaf(tracking=tracking("1", version="1.0")), "a version such as `3` or `1.2.0`"),
        (csaf(product_tree=tree(full_product_names=[product("A", cpe="cpe:3:x")])), "a CPE such as"),
        (csaf(vulnerabilities=[scored(cvss_v3=cvss3("AV:N/"))]), "a vector of CVSS 3.1 such as"),
    ],
)
def test_patterns_of_csaf_are_told_in_words(value, words):
    (problem,) = [each for each in check(value).problems if each.rule == "K-pattern"]
    assert f" is not {words}" in problem.message
    assert problem.remedy.startswith("Write a")


def test_members_are_counted_in_words():
    value = csaf(product_tree={}, distribution={})
    said = [each for each in check(value).problems if each.rule == "K-minProperties"]
    assert {each.pointer for each in said} == {"/product_tree", "/document/distribution"}
    assert said[0].message == "an object with 0 members has too few members: at least 1 required"


def test_an_unknown_member_of_cvss_4_is_named():
    score = {
        "version": "4.0",
        "vectorString": "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N",
        "baseScore": 9.3,
        "baseSeverity": "CRITICAL",
        "attackvector": "NETWORK",
    }
    from stella_git.documents.schema.engine import explained_errors
    from stella_git.documents.schema.explain import explain

    (said,) = explain(explained_errors(*registry.CVSS["4.0"], score), "CVSS 4.0")
    assert (said.rule, said.pointer) == ("K-unevaluatedProperties", "/attackvector")
    assert said.remedy == "Rename it to `attackVector`."
    score = {**score, "baseScore": 9.33}
    said = [each.rule for each in explain(explained_errors(*registry.CVSS["4.0"], score), "CVSS 4.0")]
    assert said == ["K-multipleOf", "K-unevaluatedProperties"]


@pytest.mark.parametrize(
    ("name", "text", "remedy"),
    [
        ("iri-reference", "git@github.com:left/pad.git", "Write `ssh://git@github.com/left/pad.git`."),
        (
            "iri-reference",
            "git+ssh://git@host.example:left/pad.git",
            "Write `ssh://git@host.example/left/pad.git`.",
        ),
        ("uri", "https://example.com/a b", "Write `https://example.com/a%20b`."),
        ("uri", "see our site", None),  # with the spaces replaced it is still no URI
        ("iri-reference", "git@github.com:x\x00", None),
        (
            "date-time",
            "2026-11-21 15:43:02.5",
            "Add the offset from UTC; write `2026-11-21T15:43:02.5Z` if it is a time in UTC.",
        ),
        ("date-time", "2026-13-21T15:43:02", None),
        ("date-time", "yesterday", None),
        ("email", "https://example.com", None),
    ],
)
def test_what_producers_write_is_rewritten_to_what_the_format_takes(name, text, remedy):
    assert phrases.rewritten(name, text) == remedy
