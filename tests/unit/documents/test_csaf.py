import pytest

from csaf_cases import HEX, csaf, product, related, tracking, tree, vulnerability
from growth_cases import grows_in_proportion
from stella_git.canon import jcs
from stella_git.documents import csaf_tree
from stella_git.documents.csaf import claims, version_number
from stella_git.documents.models import Product

A, B, C = (Product(purl=f"pkg:npm/{name}@1.0.0") for name in "abc")


def found(**members):
    """Return (product, parts, status) of each claim of a document."""
    return [(claim.product, claim.subcomponents, claim.status) for claim in claims(csaf(**members))]


def said(**status):
    return [vulnerability(product_status=status)]


def test_the_claims_of_a_document():
    flagged, affected, open_ = sorted(claims(csaf()), key=lambda claim: claim.product.purl)
    assert (flagged.product, flagged.status) == (A, "not_affected")
    assert (affected.product, affected.status) == (B, "affected")
    assert (open_.product, open_.status) == (C, "under_investigation")
    assert flagged.justification == "vulnerable_code_not_present"
    assert (affected.justification, open_.justification) == (None, None)
    for claim in (flagged, affected, open_):
        assert (claim.vulnerability, claim.aliases) == ("CVE-2026-0001", ())
        assert (claim.timestamp, claim.version) == ("2026-01-01T09:30:00Z", 1)
        assert (claim.author, claim.pointer) == ("Example", "/vulnerabilities/0")


@pytest.mark.parametrize(
    ("group", "status"),
    [
        ("first_affected", "affected"),
        ("known_affected", "affected"),
        ("last_affected", "affected"),
        ("known_not_affected", "not_affected"),
        ("first_fixed", "fixed"),
        ("fixed", "fixed"),
        ("under_investigation", "under_investigation"),
    ],
)
def test_every_group_has_a_status(group, status):
    assert found(vulnerabilities=said(**{group: ["A"]})) == [(A, (), status)]


def test_what_is_recommended_may_be_affected():
    assert found(vulnerabilities=said(recommended=["A"])) == []


def test_two_groups_of_one_status_make_one_claim():
    assert found(vulnerabilities=said(first_fixed=["A"], fixed=["A"])) == [(A, (), "fixed")]


def test_contradictions_are_all_told():
    assert found(vulnerabilities=said(known_affected=["A"], fixed=["A"])) == [
        (A, (), "fixed"),
        (A, (), "affected"),
    ]


def test_another_category_makes_no_claims():
    assert claims(csaf("csaf_security_advisory")) == ()


def test_products_are_known_by_all_their_identifiers():
    helper = {
        "purl": "pkg:PyPI/A_b@1",
        "cpe": "cpe:2.3:a:x:y:1:*:*:*:*:*:*:*",
        "hashes": [{"filename": "a", "file_hashes": [{"algorithm": "SHA256", "value": HEX.upper()}]}],
        "x_generic_uris": [{"namespace": "https://example.com", "uri": "urn:cdx:1/1#a"}],
    }
    one = tree(branches=[{"category": "vendor", "name": "x", "product": product("D", **helper)}])
    wanted = Product(
        purl="pkg:pypi/a-b@1", ids=("cpe:2.3:a:x:y:1:*:*:*:*:*:*:*", f"sha256:{HEX}", "urn:cdx:1/1#a")
    )
    assert found(product_tree=one, vulnerabilities=said(fixed=["D"])) == [(wanted, (), "fixed")]


def test_a_product_without_identifiers_is_nobody():
    one = tree(full_product_names=[product("D"), product("E", purl="pkg:bad")])
    assert found(product_tree=one, vulnerabilities=said(fixed=["D", "E"])) == [(Product(), (), "fixed")] * 2


def test_a_relationship_is_a_part_in_a_whole():
    one = tree(relationships=[related("AB", "A", "B")])
    assert found(product_tree=one, vulnerabilities=said(fixed=["AB"])) == [(B, (A,), "fixed")]


def test_of_a_chain_of_relationships_the_ends_count():
    one = tree(relationships=[related("BC", "B", "C"), related("ABC", "A", "BC"), related("X", "ABC", "C")])
    assert found(product_tree=one, vulnerabilities=said(fixed=["ABC", "X"])) == [(C, (A,), "fixed")] * 2


@pytest.mark.parametrize(
    "relations",
    [
        [related("X", "A", "X")],
        [related("X", "X", "A")],
        [related("X", "A", "Y"), related("Y", "B", "X")],
        [related("X", "A", "nobody")],
        [{**related("X", "A", "B"), "product_reference": 1}],
    ],
)
def test_what_is_nobody_claims_nothing(relations):
    assert found(product_tree=tree(relationships=relations), vulnerabilities=said(fixed=["X"])) == []
    assert found(product_tree=tree(relationships=relations), vulnerabilities=said(known_affected=["X"])) == []


def test_an_id_of_two_products_is_believed_only_where_that_is_cautious():
    one = tree(branches=[{"category": "vendor", "name": "x", "product": product("A", purl="pkg:npm/z@1")}])
    z = Product(purl="pkg:npm/z@1")
    assert found(product_tree=one, vulnerabilities=said(fixed=["A"])) == []
    assert found(product_tree=one, vulnerabilities=said(known_not_affected=["A"])) == []
    assert found(product_tree=one, vulnerabilities=said(known_affected=["A"])) == [
        (z, (), "affected"),
        (A, (), "affected"),
    ]
    related_ = {**one, "relationships": [related("AB", "A", "B")]}
    assert found(product_tree=related_, vulnerabilities=said(fixed=["AB"])) == []


GROUPS = tree(product_groups=[{"group_id": "G", "product_ids": ["A", "B"]}])


def not_affected(**members):
    value = vulnerability(product_status={"known_not_affected": ["A", "B"]}, **members)
    rows = claims(csaf(product_tree=GROUPS, vulnerabilities=[value]))
    return [(row.justification, row.impact_statement) for row in rows]


def test_flags_and_impacts_reach_products_through_groups():
    flag = {"label": "component_not_present", "group_ids": ["G"], "product_ids": ["A"]}
    threat = {"category": "impact", "details": "None.", "group_ids": ["G"]}
    assert not_affected(flags=[flag]) == [("component_not_present", False)] * 2
    assert not_affected(flags=[flag], threats=[threat]) == [("component_not_present", True)] * 2
    assert not_affected(flags=[], threats=[{**threat, "category": "exploit_status"}]) == [(None, False)] * 2
    assert not_affected(flags=[], threats=[{"category": "impact", "details": "None."}]) == [(None, False)] * 2


def test_two_different_flags_are_none():
    flags = [
        {"label": "component_not_present", "group_ids": ["G"]},
        {"label": "vulnerable_code_not_present", "product_ids": ["A"]},
    ]
    assert not_affected(flags=flags) == [(None, False), ("component_not_present", False)]


def test_a_flag_says_nothing_about_what_is_affected():
    flag = {"label": "component_not_present", "product_ids": ["A"]}
    value = vulnerability(product_status={"known_affected": ["A"]}, flags=[flag])
    assert [row.justification for row in claims(csaf(vulnerabilities=[value]))] == [None]


@pytest.mark.parametrize(
    ("members", "wanted"),
    [
        ({"ids": [{"system_name": "GHSA", "text": "GHSA-jfh8-c2jp-5v3q"}]}, ("GHSA-jfh8-c2jp-5v3q",)),
        ({"ids": [{"system_name": "x", "text": "not an id"}]}, ()),
        ({"ids": 1}, ()),
    ],
)
def test_other_ids_are_aliases(members, wanted):
    (row,) = claims(csaf(vulnerabilities=[vulnerability(product_status={"fixed": ["A"]}, **members)]))
    assert (row.vulnerability, row.aliases) == ("CVE-2026-0001", wanted)


def test_without_a_cve_another_id_serves_and_without_any_nothing_is_claimed():
    value = vulnerability(product_status={"fixed": ["A"]}, ids=[{"text": "EX-2"}, {"text": "EX-1"}])
    value.pop("cve")
    (row,) = claims(csaf(vulnerabilities=[value]))
    assert (row.vulnerability, row.aliases) == ("EX-1", ("EX-2",))
    value.pop("ids")
    assert claims(csaf(vulnerabilities=[value])) == ()


@pytest.mark.parametrize(
    ("version", "number"),
    [
        ("1", 1), ("12", 12), ("0", 0), ("1.2.3", 100020003), ("1.2.3-rc", 100020003), ("1.2.3+b", 100020003),
        ("1.2", 100020000), ("2.99999.1", 299990001), ("", 0), ("x", 0), ("1.x", 0), ("\u0661", 0),
        ("9" * 5000, 10**15 - 1), ("9" * 5000 + ".1.1", 10**15 + 10001),
    ],
)  # fmt: skip
def test_versions_are_integers_that_json_can_hold(version, number):
    assert version_number(version) == number
    assert jcs.dumps(number)


def test_the_version_is_that_of_the_document():
    rows = claims(csaf(tracking=tracking("1.0.0", "1.1.0")))
    assert {(row.version, row.timestamp) for row in rows} == {(100010000, "2026-01-02T09:30:00Z")}


@pytest.mark.parametrize("value", [None, 1, [], {}, {"document": 1}, {"document": {"category": "csaf_vex"}}])
def test_odd_documents_claim_nothing(value):
    assert claims(value) == ()


@pytest.mark.parametrize("name", ["document", "product_tree", "vulnerabilities"])
@pytest.mark.parametrize("odd", [None, 1, "x", [], {}, [None, 1, "x", [], {}]])
def test_odd_parts_are_passed_over(name, odd):
    claims({**csaf(), name: odd})


def test_a_long_chain_of_relationships_takes_time_in_proportion():
    def chain(count):
        relations = [related("R0", "A", "B")]
        relations += [related(f"R{i}", "A", f"R{i - 1}") for i in range(1, count)]
        return csaf(
            product_tree=tree(relationships=relations),
            vulnerabilities=said(fixed=[f"R{i}" for i in range(count)]),
        )

    assert len(claims(chain(2_000))) == 2_000
    grows_in_proportion(claims, chain, 1_000)


def test_groups_that_mean_more_than_anybody_counts_justify_nothing(monkeypatch):
    monkeypatch.setattr(csaf_tree.Groups, "LIMIT", 3)
    flag = {"label": "component_not_present", "group_ids": ["G"]}
    assert not_affected(flags=[flag]) == [("component_not_present", False)] * 2
    assert not_affected(flags=[flag, flag]) == [(None, False)] * 2
