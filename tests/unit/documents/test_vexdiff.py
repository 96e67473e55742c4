import pytest

from documents_cases import bom, data, vex
from stella_git.documents.vexdiff import Said, diff, read_claims
from stella_git.errors import InputError

PURL = "pkg:npm/left-pad@1.3.0"


def statement(**members):
    value = {**vex()["statements"][0], **members}
    return {name: member for name, member in value.items() if member is not None}


def compared(before, after):
    return diff(read_claims(data(before), path="a"), read_claims(data(after), path="b"))


def doc(*statements, **members):
    return vex(statements=list(statements), **members)


FIXED = statement(status="fixed", justification=None)
OTHER = statement(vulnerability={"name": "CVE-2026-0002"})


def test_a_document_is_equal_to_itself():
    found = compared(vex(), vex(author="Somebody else", version=2))
    assert found.equal
    assert found.same == 1


def test_claims_come_and_go():
    found = compared(doc(statement()), doc(OTHER))
    assert [one.key for one in found.added] == [("CVE-2026-0002", PURL)]
    assert [one.key for one in found.removed] == [("CVE-2026-0001", PURL)]
    assert not found.equal


def test_what_changed_is_named():
    (change,) = compared(doc(statement()), doc(FIXED, timestamp="2026-02-01T01:00:00+01:00")).changed
    assert change.fields == ("status", "justification", "timestamp")
    assert change.after == Said(
        vulnerability="CVE-2026-0001", product=PURL, status="fixed", timestamp="2026-02-01T00:00:00Z"
    )


def test_the_spelling_of_a_time_is_no_change():
    assert compared(vex(), vex(timestamp="2026-01-31T10:30:00+01:00")).equal


def test_of_several_statements_the_latest_counts_wherever_it_stands():
    old = statement(timestamp="2026-01-01T00:00:00Z", status="under_investigation", justification=None)
    assert compared(doc(statement()), doc(statement(), old)).equal
    assert compared(doc(statement()), doc(old, statement())).equal


def test_of_one_time_the_last_counts():
    assert compared(doc(FIXED), doc(statement(), FIXED)).equal
    assert not compared(doc(FIXED), doc(FIXED, statement())).equal


def test_an_alias_is_the_same_vulnerability_where_it_leaves_no_choice():
    ghsa = {"name": "GHSA-2222-3333-4444", "aliases": ["CVE-2026-0001"]}
    assert compared(doc(statement()), doc(statement(vulnerability=ghsa))).equal
    twice = [statement(vulnerability=ghsa), statement(vulnerability={**ghsa, "name": "GHSA-2222-3333-5555"})]
    found = compared(doc(statement()), doc(*twice))
    assert (len(found.added), len(found.removed), found.same) == (2, 1, 0)


def test_formats_are_compared_with_each_other():
    analysis = {"state": "not_affected", "justification": "code_not_present"}
    cyclonedx = bom(
        vulnerabilities=[{"id": "CVE-2026-0001", "analysis": analysis, "affects": [{"ref": "left"}]}]
    )
    assert compared(vex(), cyclonedx).equal
    analysis["state"] = "in_triage"
    changed = compared(vex(), bom(vulnerabilities=cyclonedx["vulnerabilities"])).changed
    assert changed == ()  # the copy of the document is deep
    cyclonedx["vulnerabilities"][0]["analysis"]["state"] = "in_triage"
    assert compared(vex(), cyclonedx).changed[0].fields == ("status",)


def test_statements_about_the_subject_of_an_attestation_are_compared():
    nameless = statement(products=None)
    found = compared(doc(nameless), doc({**nameless, "justification": "component_not_present"}))
    assert [(one.before.product, one.fields) for one in found.changed] == [("", ("justification",))]


def test_what_nobody_can_apply_is_compared_too():
    private = {"name": "the bug in log4j"}
    found = compared(doc(statement(vulnerability=private)), doc())
    assert [one.vulnerability for one in found.removed] == ["the bug in log4j"]
    vulnerability = {"analysis": {"state": "in_triage"}, "affects": [{"ref": "urn:cdx:x/1#a"}]}
    before = bom(vulnerabilities=[{"id": "CVE-2026-0001", **vulnerability}])
    after = bom(vulnerabilities=[{"id": "our bug", **vulnerability}])
    found = compared(before, after)
    assert [one.key for one in found.removed] == [("CVE-2026-0001", "urn:cdx:x/1#a")]
    assert [one.key for one in found.added] == [("our bug", "urn:cdx:x/1#a")]
    nowhere = bom(vulnerabilities=[{"id": "CVE-2026-0001", "analysis": {"state": "in_triage"}}])
    assert [one.key for one in compared(nowhere, before).removed] == [("CVE-2026-0001", "")]


def test_products_of_csaf_without_identifiers_are_told_apart():
    def advisory(first, second):
        vulnerability = {"cve": "CVE-2026-0001", "product_status": {first: ["A"], second: ["B"]}}
        names = [{"product_id": one, "name": one} for one in "AB"]
        document = {"csaf_version": "2.0", "category": "csaf_vex"}
        return {
            "document": document,
            "product_tree": {"full_product_names": names},
            "vulnerabilities": [vulnerability],
        }

    before, after = advisory("fixed", "known_affected"), advisory("known_affected", "fixed")
    assert compared(before, before).same == 2
    assert not compared(before, advisory("fixed", "under_investigation")).equal
    assert [one.before.product for one in compared(before, after).changed] == ["A", "B"]


def test_parts_tell_products_apart():
    part = [{"@id": PURL, "subcomponents": [{"@id": "pkg:npm/a@1"}]}]
    found = compared(doc(statement()), doc(statement(products=part)))
    assert [one.product for one in found.added] == [f"{PURL} (pkg:npm/a@1)"]


@pytest.mark.parametrize("value", [{"a": 1}, bom(), vex(**{"@context": "https://openvex.dev/ns/v9"})])
def test_what_is_no_vex_is_not_compared(value):
    with pytest.raises(InputError) as caught:
        read_claims(data(value), path="a.json")
    assert caught.value.code == "vex-expected"


def test_what_is_no_json_is_not_compared():
    with pytest.raises(InputError):
        read_claims(b"{", path="a.json")
