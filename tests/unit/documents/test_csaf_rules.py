import copy
import random

import pytest

from csaf_cases import csaf, header, product, related, tracking, tree, vulnerability
from documents_cases import check, containers, facts, mutate
from growth_cases import grows_in_proportion, seconds
from stella_git.documents import csaf_tree
from stella_git.documents.context import ALONE, Subject
from stella_git.documents.detect import Format
from stella_git.documents.languages import unknown_subtag
from stella_git.documents.lint import lint

CSAF = Format(kind="csaf", version="2.0")


def rules(value, version="2.0"):
    """Return (rule, JSON Pointer) of what the rules alone say."""
    subject = Subject(value=value, format=Format(kind="csaf", version=version), path="x.json")
    return [(complaint.rule, complaint.pointer) for complaint in lint(subject, ALONE)]


def test_a_small_document_is_valid():
    assert facts(check(csaf())) == []
    assert check(csaf(), expect=frozenset({"vex"})).ok


def test_another_category_is_validated_by_its_own_tests_and_is_no_vex():
    value = csaf("csaf_security_advisory", vulnerabilities=[{"title": "x"}])
    assert facts(check(value, expect=frozenset({"csaf", "vex"}))) == [
        ("CSAF-6.1.27.5", "/vulnerabilities/0"),
        ("CSAF-6.1.27.6", "/vulnerabilities/0"),
    ]
    (problem,) = check(value, expect=frozenset({"vex"})).problems
    assert problem.rule == "D003"
    assert "csaf_vex" in problem.message


def test_version_2_1_is_held_to_its_schema_only():
    value = csaf(vulnerabilities=[vulnerability(), vulnerability()], lang="EZ")
    assert len(rules(value)) == 2
    assert rules(value, "2.1") == []


@pytest.mark.parametrize("value", [None, 1, "x", [], {}, {"document": None}, {"document": {"category": []}}])
def test_documents_that_are_none_are_passed_over(value):
    assert rules(value) == []


def test_no_shape_is_too_strange():
    rng = random.Random("csaf shapes")
    groups = [{"group_id": "G", "product_ids": ["A", "B"]}]
    relations = [related("AB", "A", "B")]
    branches = [
        {"category": "vendor", "name": "x", "branches": [{"category": "product_version", "name": "1"}]}
    ]
    value = csaf(
        product_tree=tree(product_groups=groups, relationships=relations, branches=branches),
        vulnerabilities=[
            vulnerability(scores=[{"products": ["A"], "cvss_v3": {}}], cwe={}, involvements=[{}])
        ],
        lang="de",
    )
    for _ in range(3000):
        mutant = mutate(value, rng)
        for container in rng.sample(containers(mutant), 1):
            for key in list(container) if isinstance(container, dict) else range(len(container)):
                if rng.random() < 0.3:
                    container[key] = rng.choice(
                        [None, True, 1, -1.5, 1e300, "", "x", [], {}, [[]], [{}], {"x": 1}]
                    )
        rules(mutant)


def test_a_tree_of_a_thousand_branches_is_refused_by_the_reader():
    branch = {"category": "vendor", "name": "x", "product": product("Z")}
    for _ in range(400):
        branch = {"category": "vendor", "name": "x", "branches": [branch]}
    value = csaf()
    value["product_tree"]["branches"] = [branch]
    assert [rule for rule, _ in facts(check(value))] == ["J005"]


def large(count):
    """Return a document in which everything is `count` times."""
    names = [f"P{index}" for index in range(count)]
    named = [product(name, purl=f"pkg:npm/{name.lower()}@1.0.0") for name in names]
    relations = [related("R0", "P0", "P1")]
    relations += [related(f"R{index}", f"R{index - 1}", "P0") for index in range(1, count)]
    return {
        "document": header(tracking=tracking(*[str(index) for index in range(1, 50)])),
        "product_tree": {
            "full_product_names": named,
            "relationships": relations,
            "product_groups": [
                {"group_id": f"G{index}", "product_ids": names[index : index + 2]} for index in range(count)
            ],
        },
        "vulnerabilities": [
            {
                "cve": "CVE-2026-0001",
                "notes": [],
                "product_status": {"known_not_affected": names, "known_affected": ["nobody"] * count},
                "flags": [
                    {"label": "component_not_present", "group_ids": [f"G{index}"]} for index in range(count)
                ],
                "remediations": [{"product_ids": [name]} for name in names],
            }
        ],
    }


def test_time_is_in_proportion_to_size():
    grows_in_proportion(rules, large, 1_000)


def test_only_so_many_names_are_compared():
    names = [f"CSAFPID-{index}" for index in range(400)]
    named = [product(name) for name in names]
    absent = [f"CSAFPID-X{index}" for index in range(100_000)]
    value = csaf(
        product_tree={"full_product_names": named}, vulnerabilities=[{"product_status": {"fixed": absent}}]
    )
    assert seconds(rules, value, rounds=1) < 20


def test_groups_that_mean_too_much_are_an_error_and_not_forever(monkeypatch):
    monkeypatch.setattr(csaf_tree.Groups, "LIMIT", 1000)
    names = [f"P{index}" for index in range(500)]
    flags = [{"label": "component_not_present", "group_ids": ["G"]} for _ in range(100)]
    value = csaf(
        product_tree={
            "full_product_names": [product(name) for name in names],
            "product_groups": [{"group_id": "G", "product_ids": names}],
        },
        vulnerabilities=[
            vulnerability(product_status={"under_investigation": names}, flags=flags, remediations=[])
        ],
    )
    said = rules(value)
    assert {rule for rule, _ in said} == {"CSAF-6.1.33"}
    assert ("CSAF-6.1.33", "/vulnerabilities/0/flags/99") in said
    status = {"known_not_affected": ["P0"]}
    value["vulnerabilities"] = [vulnerability(product_status=status, flags=flags[:1], remediations=[])] * 3
    for index, item in enumerate(value["vulnerabilities"]):
        value["vulnerabilities"][index] = {**item, "cve": f"CVE-2026-000{index}"}
    assert [pair for pair in rules(value) if pair[0] == "CSAF-6.1.27.9"] == [
        ("CSAF-6.1.27.9", "/vulnerabilities/2/product_status/known_not_affected/0")
    ]


def test_a_reference_to_nobody_is_helped():
    value = csaf(
        product_tree=tree(full_product_names=[product("CSAFPID-0001")]),
        vulnerabilities=[
            vulnerability(product_status={"under_investigation": ["CSAFPID-001"]}, flags=[], remediations=[])
        ],
    )
    (problem,) = [each for each in check(value).problems if each.rule == "CSAF-6.1.1"]
    assert problem.pointer == "/vulnerabilities/0/product_status/under_investigation/0"
    assert problem.remedy == 'Write "CSAFPID-0001".'


def test_what_leads_into_a_circle_is_not_on_it():
    relations = [related("X", "A", "Y"), related("Y", "B", "X"), related("Z", "A", "X")]
    said = rules(csaf(product_tree=tree(relationships=relations)))
    assert [pointer for rule, pointer in said if rule == "CSAF-6.1.3"] == [
        "/product_tree/relationships/0/full_product_name/product_id",
        "/product_tree/relationships/1/full_product_name/product_id",
    ]


@pytest.mark.parametrize(
    ("numbers", "wanted"),
    [
        (["1.0.0", "1.0.1", "1.1.0", "2.0.0"], set()),
        (["1.0.0", "1.10.0", "1.9.0"], {"CSAF-6.1.14"}),
        (["0", "1", "2"], {"CSAF-6.1.18"}),
        (["1", "2", "4"], {"CSAF-6.1.21"}),
        (["9" * 5000], set()),
        (["1", "x", "2"], set()),
    ],
)
def test_histories(numbers, wanted):
    assert {rule for rule, _ in rules(csaf(tracking=tracking(*numbers)))} == wanted


@pytest.mark.parametrize(
    ("before", "after"),
    [("alpha", "beta"), ("alpha", "alpha.1"), ("1", "alpha"), ("9", "10"), ("rc.9", "rc.10"), ("rc", "")],
)
def test_pre_releases_are_in_the_order_of_semantic_versioning(before, after):
    from stella_git.documents.csaf_versions import parse

    later = f"1.0.0-{after}" if after else "1.0.0"
    assert parse(f"1.0.0-{before}").order < parse(later).order


@pytest.mark.parametrize(
    "tag",
    [
        "en", "EN-us", "zh-Hant-TW", "zh-yue-HK", "sl-rozaj-biske", "de-CH-1996", "de-DE-u-co-phonebk",
        "x-own",
        "i-default", "en-x-own", "qaa", "qtz", "en-QM", "en-Qaaa", "es-419", "en-GB-oed", "sr-Latn-RS",
        "art-lojban",
    ],
)  # fmt: skip
def test_languages_that_exist(tag):
    assert unknown_subtag(tag) is None


@pytest.mark.parametrize(
    ("tag", "subtag"),
    [
        ("EZ", "ez"), ("", ""), ("-", ""), ("en-UU", "uu"), ("en-Abcd", "abcd"), ("english", "english"),
        ("qua-", ""), ("en-999", "999"), ("en-US-Latn", "latn"), ("qty-zz-qua", "qua"), ("en-foobar",
        "foobar"),
        ("quz-x", None), ("e" * 300, "e" * 200),
    ],
)  # fmt: skip
def test_languages_that_do_not(tag, subtag):
    assert unknown_subtag(tag) == subtag


@pytest.mark.parametrize(
    "text", [None, "", "1.2", "01", "1.0.0-", "1.0.0-a..b", "1.0.0+", "v1", "1" * 30, "1" * 201]
)
def test_what_is_no_version(text):
    from stella_git.documents.csaf_versions import parse

    assert parse(text) is None


def test_values_are_not_changed():
    value = csaf(vulnerabilities=[vulnerability(cve=1, flags={})])
    before = copy.deepcopy(value)
    rules(value)
    assert value == before
