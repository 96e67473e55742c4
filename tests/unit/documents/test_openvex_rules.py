"""What each rule about OpenVEX says, where the fixtures only say that it does."""

import pytest

from documents_cases import bom, check, data, facts, vex
from stella_git.canon.clock import parse_rfc3339
from stella_git.documents.context import Context

SCHEMA = "https://github.com/openvex/spec/openvex_json_schema_0.2.0.json"


def statement(**members):
    value = {**vex()["statements"][0], **members}
    return {name: member for name, member in value.items() if member is not None}


def one(**members):
    return vex(statements=[statement(**members)])


def remedies(value):
    return [(problem.rule, problem.remedy) for problem in check(value).problems]


class Before:
    def __init__(self, value):
        self.bytes = value if isinstance(value, bytes) or value is None else data(value)

    def earlier(self, _path):
        return self.bytes

    def committed(self):
        return None


def since(before, value):
    return facts(check(value, context=Context(history=Before(before))))


@pytest.mark.parametrize(
    ("members", "meant"),
    [
        ({"status": "known_not_affected"}, "not_affected"),
        ({"status": "Not_Affected"}, "not_affected"),
        ({"status": "exploitable"}, "affected"),
        ({"justification": "code_not_reachable"}, "vulnerable_code_not_in_execute_path"),
        ({"justification": "vulnerable_code_not_presnt"}, "vulnerable_code_not_present"),
    ],
)
def test_a_label_of_another_format_is_translated_in_place_of_the_schema(members, meant):
    assert remedies(one(**members)) == [("V011", f'Write "{meant}".')]


def test_a_label_of_nobody_gets_the_list():
    (problem,) = check(one(status="zzz")).problems
    assert problem.rule == "V011"
    assert "`under_investigation`" in problem.message
    # A state of CycloneDX is no justification.
    assert remedies(one(justification="in_triage")) == [("V011", "Write one of the labels.")]


def test_the_schema_speaks_where_the_rule_does_not():
    assert set(facts(check(one(status=None)))) == {("K-required", "/statements/0")}
    assert ("K-type", "/statements/0/status") in facts(check(one(status=1)))
    assert [rule for rule, _ in facts(check(one(status=1)))].count("K-enum") == 0


def test_tools_write_the_time_of_the_document_a_moment_before():
    moment = "2026-01-31T09:30:00.000001Z"
    assert facts(check(one(timestamp=moment))) == []
    assert facts(check(vex(last_updated=moment))) == []
    assert facts(check(vex(timestamp=moment, last_updated="2026-01-31T09:30:00Z"))) == []


def test_the_end_of_time_is_no_crash():
    context = Context(now=parse_rfc3339("9999-12-31T23:59:59Z"))
    assert facts(check(vex(timestamp="9999-12-31T23:59:59Z"), context=context)) == []


def test_a_leap_second_is_not_compared():
    assert facts(check(vex(timestamp="2016-12-31T23:59:60Z", last_updated="2016-12-31T00:00:00Z"))) == []


def test_an_id_of_the_document_is_none_of_a_statement():
    value = vex(statements=[statement(**{"@id": vex()["@id"]})])
    assert facts(check(value)) == [("V002", "/statements/0/@id")]


@pytest.mark.parametrize(
    ("name", "severities"),
    [
        ("CVE-2026-0001", []),
        ("ACME-1", []),
        ("log4shell, the bug", ["warning"]),
        ("cve-2026-0001", ["warning"]),
        ("CVE-2026-1", ["error"]),
        ("ghsa-1", ["error"]),
        ("", ["error"]),
    ],
)
def test_names_of_vulnerabilities(name, severities):
    problems = check(one(vulnerability={"name": name})).problems
    assert [problem.severity for problem in problems] == severities
    assert {problem.rule for problem in problems} <= {"V010"}


def test_products_are_missing_from_all_statements_or_from_some():
    nameless = statement(products=None, vulnerability={"name": "CVE-2026-0002"})
    some = check(vex(statements=[statement(), nameless])).problems
    assert [(one.rule, one.severity, one.pointer) for one in some] == [("V012", "error", "/statements/1")]
    empty = check(one(products=[])).problems
    assert [(one.rule, one.severity, one.pointer) for one in empty] == [("V012", "warning", "/statements")]


@pytest.mark.parametrize("digest", ["ab" * 31, "ab" * 33, "xy" * 32, ""])
def test_digests_that_cannot_be(digest):
    value = one(products=[{"@id": "pkg:npm/left-pad@1.3.0", "hashes": {"sha-256": digest}}])
    assert facts(check(value)) == [("V021", "/statements/0/products/0/hashes/sha-256")]


def test_the_names_and_lengths_of_digests_are_those_of_the_schema():
    from stella_git.documents.lint.openvex_statements import DIGITS
    from stella_git.documents.schema.registry import load

    assert set(load(SCHEMA)["$defs"]["hashes"]["properties"]) == set(DIGITS)


def test_the_labels_are_those_of_the_schema():
    from stella_git.documents.lint.openvex_statements import JUSTIFICATIONS
    from stella_git.documents.openvex import STATUSES
    from stella_git.documents.schema.registry import load

    members = load(SCHEMA)["properties"]["statements"]["items"]["properties"]
    assert set(members["justification"]["enum"]) == JUSTIFICATIONS
    assert set(members["status"]["enum"]) == STATUSES


def test_a_purl_that_can_be_mended_is():
    product = {"@id": "pkg:NPM/left-pad@1.3.0", "identifiers": {"purl": "pkg:NPM/left-pad@1.3.0"}}
    problems = check(one(products=[product])).problems
    told = {problem.pointer.rpartition("/")[2]: (problem.rule, problem.fixable) for problem in problems}
    # An @id may be referred to from elsewhere.
    assert told == {"@id": ("V020", False), "purl": ("V020", True)}


def test_statements_of_two_times_do_not_contradict_each_other():
    older = statement(status="fixed", justification=None, timestamp="2026-01-01T00:00:00Z")
    assert facts(check(vex(statements=[statement(), older]))) == []


def test_a_contradiction_is_told_once_for_a_statement():
    products = [{"@id": f"pkg:npm/p@{number}"} for number in range(5)]
    fixed = statement(status="fixed", justification=None, products=products)
    value = vex(statements=[statement(products=products), fixed])
    assert facts(check(value)) == [("V024", "/statements/1/status")]


def test_a_statement_that_says_more_is_no_repetition():
    wider = statement(products=[{"@id": "pkg:npm/left-pad@1.3.0"}, {"@id": "pkg:npm/right-pad@1"}])
    assert facts(check(vex(statements=[statement(), wider]))) == []


def test_the_version_has_to_grow_with_every_change():
    changed = vex(role="Vendor")
    assert since(vex(), changed) == [("V030", "/version")]
    assert since(vex(version=2), vex()) == [("V030", "/version")]
    assert since(vex(), {**changed, "version": 2}) == []
    assert since(vex(), {**changed, "@id": "https://example.com/vex/2"}) == []
    assert since(vex(), vex()) == []


def test_what_was_no_openvex_is_nothing_to_compare_with():
    for before in (None, b"{", b'{"@id": 1, "@id": 2}', bom(), [], vex(**{"@context": 1})):
        assert since(before, vex(role="Vendor")) == []


def test_order_of_statements_and_members_is_a_change_of_the_document_but_not_of_a_statement():
    other = statement(vulnerability={"name": "CVE-2026-0002"})
    before, after = vex(statements=[statement(), other]), vex(statements=[other, statement()])
    assert since(before, after) == [("V030", "/version")]
    reordered = vex(statements=[dict(reversed(statement().items()))])
    assert since(vex(), reordered) == []


def test_a_repeated_statement_may_keep_any_of_its_times():
    early, late = (statement(timestamp=f"2026-01-0{day}T00:00:00Z") for day in (1, 2))
    before = vex(statements=[early, late])
    assert since(before, vex(version=2, statements=[late])) == []
    moved = statement(timestamp="2026-01-03T00:00:00Z")
    assert since(before, vex(version=2, statements=[moved])) == [("V031", "/statements/0/timestamp")]
