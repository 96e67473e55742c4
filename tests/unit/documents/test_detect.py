import pytest

from documents_cases import GOLDEN, expected
from stella_git.documents.detect import SUPPORTED, detect, may_be_document, recognised


@pytest.mark.parametrize(
    ("value", "kind", "version", "roles"),
    [
        ({"bomFormat": "CycloneDX", "specVersion": "1.6"}, "cyclonedx", "1.6", {"sbom"}),
        ({"bomFormat": "Other", "specVersion": "1.4"}, "cyclonedx", "1.4", {"sbom"}),
        ({"specVersion": 1.5}, "cyclonedx", "", {"sbom"}),
        ({"$schema": "http://cyclonedx.org/schema/bom-1.5.schema.json"}, "cyclonedx", "", {"sbom"}),
        (
            {"bomFormat": "CycloneDX", "specVersion": "1.4", "vulnerabilities": []},
            "cyclonedx",
            "1.4",
            {"sbom", "vex", "findings"},
        ),
        ({"@context": "https://openvex.dev/ns/v0.2.0"}, "openvex", "0.2.0", {"vex"}),
        ({"@context": "https://openvex.dev/ns"}, "openvex", "0.0.1", {"vex"}),
        ({"@context": ["https://openvex.dev/ns/v0.2.0"]}, "openvex", "0.2.0", {"vex"}),
        ({"spdxVersion": "SPDX-2.3"}, "spdx", "2.3", {"sbom"}),
        ({"@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld"}, "spdx", "3.0.1", {"sbom"}),
        ({"@context": ["https://spdx.org/rdf/3.0.0/x", {}]}, "spdx", "3.0.0", {"sbom"}),
        ({"@context": "https://spdx.org/rdf/3.0.1/x", "specVersion": "3.0.1"}, "spdx", "3.0.1", {"sbom"}),
        ({"document": {"csaf_version": "2.0", "category": "csaf_vex"}}, "csaf", "2.0", {"vex"}),
        ({"document": {"csaf_version": "2.1", "category": "csaf_base"}}, "csaf", "2.1", set()),
        ({"version": "2.1.0", "runs": []}, "sarif", "2.1.0", set()),
        ({"_type": "https://in-toto.io/Statement/v1"}, "in-toto", "v1", {"attestation"}),
        ({"payloadType": "x", "payload": "", "signatures": []}, "dsse", "", {"attestation"}),
        (
            {"mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json"},
            "sigstore-bundle",
            "0.3",
            {"attestation"},
        ),
        (
            {"mediaType": "application/vnd.dev.sigstore.bundle+json;version=0.2"},
            "sigstore-bundle",
            "0.2",
            {"attestation"},
        ),
        ({"verdictId": "", "verdict": {}, "binding": {}}, "verdict", "", {"attestation"}),
        ({"checkId": "", "check": {}}, "budget-check", "", {"attestation"}),
        ({"apiVersion": "stella.ops/v1", "kind": "Findings"}, "findings", "stella.ops/v1", {"findings"}),
        ({"apiVersion": "stella.ops/v1", "kind": "RiskBudget"}, "stella", "stella.ops/v1 RiskBudget", set()),
    ],
)
def test_content_tells_the_format(value, kind, version, roles):
    found = detect(value)
    assert (found.kind, found.version, found.roles) == (kind, version, roles)


@pytest.mark.parametrize(
    "value",
    [None, [], "CycloneDX", {}, {"name": "left-pad", "version": "1.3.0"}, {"@context": 7}, {"document": []}],
)
def test_anything_else_is_no_document(value):
    assert detect(value) is None


def test_a_name_that_only_begins_like_the_context_is_not_openvex():
    assert detect({"@context": "https://openvex.dev/nsx"}) is None


def test_only_listed_versions_are_supported():
    assert detect({"bomFormat": "CycloneDX", "specVersion": "1.7"}).supported
    assert not detect({"bomFormat": "CycloneDX", "specVersion": "1.3"}).supported
    assert detect({"spdxVersion": "SPDX-2.3"}).supported
    assert not detect({"spdxVersion": "SPDX-2.2"}).supported


def test_every_supported_version_has_a_schema():
    from stella_git.documents.schema.registry import FILES, ROOTS

    pairs = {(kind, version) for kind, versions in SUPPORTED.items() for version in versions}
    # The reader of bundles is the only judge of their shape.
    assert {pair for pair in pairs if pair[0] != "sigstore-bundle"} == set(ROOTS)
    assert {identifier for identifier, _ in ROOTS.values()} <= set(FILES)


def test_serves_by_kind_or_by_role():
    found = detect({"bomFormat": "CycloneDX", "specVersion": "1.6"})
    assert found.serves(frozenset({"sbom"}))
    assert found.serves(frozenset({"cyclonedx", "openvex"}))
    assert not found.serves(frozenset({"vex", "openvex"}))


def test_the_filter_lets_every_document_through():
    assert all(may_be_document((GOLDEN / name).read_bytes()) for name, _, _ in expected())
    assert may_be_document(b'{"bom\\u0046ormat": "x"}')


@pytest.mark.parametrize(
    "data",
    [
        rb'{"@context":"https:\/\/openvex.dev\/ns\/v0.2.0","statements":[]}',
        rb'{"_type":"https:\/\/in-toto.io\/Statement\/v1"}',
        rb'{"apiVersion":"stella.ops\/v1","kind":"Budget"}',
        rb'{"apiVersion":"stella.\u006fps\u002Fv1","kind":"Budget"}',
        b'{"$schema":"http://cyclonedx.org/schema/bom-1.5.schema.json","components":[]}',
        b'{"version":"2.1.0","runs":[]}',
        rb'{"bom\u0046ormat":"CycloneDX","x":1,"x":2}',
        b'{"specVersion":"1.6","components":[],"x":1,"x":2}',
        b'{"verdictId":1,"verdict":2,"binding":3,"verdict":2}',
        b'{"$schema":"https://json.schemastore.org/sarif-2.1.0.json","runs":[],"runs":[]}',
        '{"bomFormat":"CycloneDX","specVersion":"1.6"}'.encode("utf-16"),
        '{"bomFormat":"CycloneDX","specVersion":"1.6"}'.encode("utf-16-be"),
        '{"bomFormat":"CycloneDX","specVersion":"1.6"}'.encode("utf-32"),
        b'apiVersion: "stella.ops\\x2fv1"\nkind: Budget\n',
    ],
)
def test_no_spelling_of_a_document_is_passed_over(data):
    assert may_be_document(data)
    assert recognised(data)


def test_the_filter_stops_what_is_certainly_something_else():
    assert not may_be_document(b'{"name": "left-pad", "version": "1.3.0", "dependencies": {}}')
