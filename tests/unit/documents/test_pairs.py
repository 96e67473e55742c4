"""VEX of every format beside SBOMs of every format, and what a shelf costs."""

import json

import pytest

from documents_cases import GOLDEN, bom, data, vex
from stella_git.documents import counterparts
from stella_git.documents.context import Context, Subject
from stella_git.documents.detect import detect
from stella_git.documents.lint.pairs import pairs

APP = "pkg:generic/app@1.0"
LEFT = "pkg:npm/left-pad@1.3.0"
SERIAL = "3e671687-395b-41f5-a30f-a58921a69b79"


class Shelf:
    def __init__(self, **documents):
        self.files = tuple(sorted((name, data(value)) for name, value in documents.items()))
        self.asked = 0

    def documents(self):
        self.asked += 1
        return self.files


def sbom(*components, **members):
    value = bom(**members)
    value["metadata"]["component"]["purl"] = APP
    value["components"] += components
    return value


def statement(**members):
    value = {**vex()["statements"][0], **members}
    return {name: member for name, member in value.items() if member is not None}


def openvex(product, **members):
    return vex(statements=[statement(products=[product], **members)])


def told(value, **beside):
    found = detect(value)
    subject = Subject(value=value, format=found, path="in-hand.json")
    return [(one.rule, one.severity) for one in pairs(subject, Context(shelf=Shelf(**beside)))]


def spdx3(product=LEFT, kind="NotAffected", justification="componentNotPresent", part=None):
    base = "https://example.com/"
    relationship = {
        "type": f"security_Vex{kind}VulnAssessmentRelationship",
        "spdxId": base + "claim",
        "creationInfo": "_:info",
        "from": base + "CVE-2026-0001",
        "to": [product],
    }
    if justification:
        relationship["security_justificationType"] = justification
    if part:
        relationship["security_assessedElement"] = part
    return {
        "@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld",
        "@graph": [
            {"type": "CreationInfo", "@id": "_:info", "created": "2026-01-31T09:30:00Z", "createdBy": [base]},
            relationship,
        ],
    }


def csaf(product=LEFT, status="known_not_affected", date="2026-01-31T09:30:00Z"):
    vulnerability = {"cve": "CVE-2026-0001", "product_status": {status: ["P"]}}
    if status == "known_not_affected":
        vulnerability["flags"] = [{"label": "component_not_present", "product_ids": ["P"]}]
    helper = {"purl": product}
    return {
        "document": {
            "category": "csaf_vex",
            "csaf_version": "2.0",
            "publisher": {"category": "vendor", "name": "Example", "namespace": "https://example.com"},
            "title": "T",
            "tracking": {
                "id": "EX-1",
                "status": "final",
                "version": "1",
                "initial_release_date": date,
                "current_release_date": date,
                "revision_history": [{"date": date, "number": "1", "summary": "first"}],
            },
        },
        "product_tree": {
            "full_product_names": [{"product_id": "P", "name": "p", "product_identification_helper": helper}]
        },
        "vulnerabilities": [vulnerability],
    }


@pytest.mark.parametrize("make", [csaf, spdx3])
def test_every_format_is_held_against_sboms(make):
    assert told(make("pkg:npm/right-pad@1"), sbom=sbom()) == [("X001", None)]
    assert told(make(LEFT), sbom=sbom()) == [("X002", "warning")]


def test_a_fix_of_a_version_that_is_gone():
    old = "pkg:npm/left-pad@1.2.0"
    assert told(csaf(old, "fixed"), sbom=sbom()) == [("X003", None)]
    assert told(spdx3(old, "Fixed", None), sbom=sbom()) == [("X003", None)]
    assert told(openvex({"@id": old}, status="fixed", justification=None), sbom=sbom()) == [("X003", None)]
    newer = {"@id": "pkg:npm/left-pad@1.10.0"}
    assert told(openvex(newer, status="fixed", justification=None), sbom=sbom()) == [("X001", None)]
    odd = {"@id": "pkg:npm/left-pad@one"}
    assert told(openvex(odd, status="fixed", justification=None), sbom=sbom()) == [("X001", None)]


def test_an_absent_part_that_the_sbom_of_the_product_lists():
    product = {"@id": APP, "subcomponents": [{"@id": LEFT}]}
    assert told(openvex(product, justification="component_not_present"), sbom=sbom()) == [("X002", None)]
    assert told(spdx3(APP, part=LEFT), sbom=sbom()) == [("X002", None)]
    # The SBOM of another product says nothing about this one.
    other = sbom()
    other["metadata"]["component"]["purl"] = "pkg:generic/other@1"
    other["components"].append({"type": "application", "name": "app", "purl": APP})
    assert told(openvex(product, justification="component_not_present"), sbom=other) == []


@pytest.mark.parametrize(
    ("product", "listed"),
    [
        ({"@id": LEFT}, True),
        ({"@id": "pkg:npm/left-pad"}, True),
        ({"@id": "pkg:npm/left-pad@1.3.0?arch=x"}, False),
        ({"@id": "pkg:deb/debian/curl@7?arch=amd64"}, True),
        ({"@id": "pkg:deb/debian/curl@7"}, True),
        ({"@id": "pkg:deb/debian/curl@7?arch=arm64"}, False),
        ({"@id": "https://example.com/x", "identifiers": {"cpe23": "cpe:2.3:a:x:y:1:*:*:*:*:*:*:*"}}, True),
        ({"@id": "https://example.com/x", "identifiers": {"cpe23": "cpe:2.3:a:x:z:1:*:*:*:*:*:*:*"}}, False),
        ({"@id": "https://example.com/x", "hashes": {"sha-256": "AB" * 32}}, True),
        ({"@id": "https://example.com/x", "hashes": {"sha-256": "cd" * 32}}, False),
        ({"@id": "urn:example:part"}, True),
    ],
)
def test_a_product_is_found_by_what_it_is_called(product, listed):
    curl = {
        "type": "library",
        "bom-ref": "urn:example:part",
        "name": "curl",
        "purl": "pkg:deb/debian/curl@7?arch=amd64&distro=12",
        "cpe": "cpe:2.3:a:x:y:1:*:*:*:*:*:*:*",
        "hashes": [{"alg": "SHA-256", "content": "ab" * 32}],
    }
    assert told(openvex(product), sbom=sbom(curl)) == ([] if listed else [("X001", None)])


def test_a_bom_link_leads_to_the_sbom_beside():
    analysis = {"state": "in_triage"}
    affects = [{"ref": f"urn:cdx:{SERIAL}/1#left"}, {"ref": f"urn:cdx:{SERIAL}/2#left"}]
    value = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "vulnerabilities": [{"id": "CVE-2026-0001", "analysis": analysis, "affects": affects}],
    }
    assert told(value, sbom=sbom()) == [("X001", None)]
    affects.pop()
    assert told(value, sbom=sbom()) == []


@pytest.mark.parametrize(
    ("case", "boms"), [("VEX_CISA-Use-Cases_Case-8", (1, 2)), ("VEX_Use-Cases_Case-6", (1, 2, 3))]
)
def test_published_examples_find_their_sboms(case, boms):
    def read(name):
        return json.loads((GOLDEN / f"bom-examples/{case}_{name}.json").read_bytes())

    beside = {f"b{number}": read(f"bom-{number}") for number in boms}
    assert told(read("vex"), **beside) == []
    del beside["b2"]
    assert {rule for rule, _ in told(read("vex"), **beside)} == {"X001"}


def test_an_sbom_of_an_older_version_is_one():
    assert told(openvex({"@id": LEFT}), old=sbom(specVersion="1.3")) == []
    assert told(openvex({"@id": "pkg:npm/x@1"}), old=sbom(specVersion="1.3")) == [("X001", None)]


def test_without_an_sbom_nothing_is_said_about_products():
    elsewhere = vex(**{"@id": "https://example.com/vex/2"})
    assert told(openvex({"@id": "pkg:npm/right-pad@1"}), other=elsewhere) == []
    assert list(pairs(Subject(value=vex(), format=detect(vex())), Context())) == []


def later(status="fixed", **members):
    one = statement(status=status, justification=None)
    return vex(
        **{"@id": "https://example.com/vex/2", "timestamp": "2026-02-01T00:00:00Z", "statements": [one]}
        | members
    )


def test_a_later_statement_of_the_same_author_holds():
    assert told(vex(), later=later()) == [("X004", None)]
    assert told(later(), earlier=vex()) == []
    assert told(vex(), later=later(author="Somebody else")) == []
    assert told(vex(), later=later(timestamp="2026-01-31T09:30:00Z")) == []
    again = vex(**{"@id": "https://example.com/vex/2", "timestamp": "2026-02-01T00:00:00Z"})
    assert told(vex(), later=again) == [("X004", "info")]


def test_a_newer_state_of_the_same_document_supersedes_nothing():
    assert told(vex(), staged=later(**{"@id": vex()["@id"], "version": 2})) == []


def test_an_alias_is_superseded_too():
    ghsa = {"name": "GHSA-2222-3333-4444", "aliases": ["CVE-2026-0001"]}
    newer = later()
    newer["statements"][0]["vulnerability"] = ghsa
    assert told(vex(), later=newer) == [("X004", None)]


def test_two_documents_of_one_name_and_version():
    assert told(vex(), other=vex(role="x")) == [("V002", None)]
    assert told(vex(), other=vex(role="x", version=2)) == []
    assert told(vex(), copy=vex()) == []


def test_the_file_itself_is_not_another_document():
    subject = Subject(value=vex(), format=detect(vex()), path="../repo/vex/a.json")
    shelf = Shelf(**{"vex/a.json": vex(role="staged")})
    assert list(pairs(subject, Context(shelf=shelf))) == []


def test_what_is_no_document_is_passed_over():
    files = (("a.json", b"{"), ("b.json", b'{"CycloneDX": 1}'), ("c.json", b"x"), ("d.json", data(sbom())))
    shelf = Shelf()
    shelf.files = files
    assert [one.path for one in counterparts.of(shelf).sboms] == ["d.json"]


def test_a_shelf_is_read_once(monkeypatch):
    read = []
    monkeypatch.setattr(
        counterparts, "read_shelf", lambda shelf: read.append(shelf) or counterparts.Counterparts()
    )
    first, again, other = Shelf(a=vex()), Shelf(a=vex()), Shelf(a=later())
    for shelf in (first, first, again, other, other):
        counterparts.of(shelf)
    assert read == [first, other]
    assert first.asked == 1


def test_many_spellings_of_one_package_are_not_many_looks():
    parts = [
        {"type": "library", "name": "p", "purl": f"pkg:npm/p@1.0.0?n={number}"} for number in range(1000)
    ]
    (listed,) = counterparts.read_shelf(Shelf(sbom=sbom(*parts))).sboms
    assert len(listed.packages["pkg:npm/p@1.0.0"]) == 64
    assert len(listed.packages["pkg:npm/p"]) == 64


def test_a_root_is_found_among_many():
    parts = [{"type": "library", "name": "a", "purl": f"{APP}?n={number}"} for number in range(100)]
    many = {f"a{number:03}": sbom(serialNumber=f"urn:uuid:{number:08}" + SERIAL[8:]) for number in range(70)}
    for value in many.values():
        value["metadata"]["component"]["purl"] = f"pkg:generic/x@{json.dumps(len(value))}"
        value["components"] += parts
    product = {"@id": APP, "subcomponents": [{"@id": LEFT}]}
    found = told(openvex(product, justification="component_not_present"), **many, z=sbom())
    assert found == [("X002", None)]


def test_the_epoch_of_an_rpm_is_part_of_its_version():
    curl = {"type": "library", "name": "curl", "purl": "pkg:rpm/fedora/curl@7.50-1?arch=x86_64&epoch=1"}
    fixed = openvex({"@id": "pkg:rpm/fedora/curl@8.0-1"}, status="fixed", justification=None)
    assert told(fixed, sbom=sbom(curl)) == [("X003", None)]
    newer = openvex({"@id": "pkg:rpm/fedora/curl@8.0-1?epoch=2"}, status="fixed", justification=None)
    assert told(newer, sbom=sbom(curl)) == [("X001", None)]


def test_statements_of_all_formats_supersede_each_other():
    def by(author):
        return {"author": author, "timestamp": "2026-01-01T00:00:00Z"}

    assert told(vex(**by("Example")), csaf=csaf()) == [("X004", None)]
    spdx = spdx3(justification=None)
    spdx["@graph"][1]["to"] = ["pkg:npm/left-pad@1.3.0"]
    del spdx["@graph"][0]["createdBy"]
    assert told(vex(**by("https://example.com/")), spdx=spdx) == []
    spdx["@graph"][0]["createdBy"] = ["https://example.com/"]
    assert told(vex(**by("https://example.com/")), spdx=spdx) == [("X004", None)]


def test_a_statement_without_time_supersedes_nothing():
    untimed = later(timestamp="soon")
    assert told(vex(), later=untimed) == []
    assert told(vex(timestamp="soon"), later=later()) == []
