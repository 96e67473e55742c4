from stella_git.documents.detect import detect
from stella_git.documents.spdx3vex import claims

BASE = "https://example.com/"


def document(*elements, **members):
    relationship = {
        "type": "security_VexNotAffectedVulnAssessmentRelationship",
        "spdxId": BASE + "claim",
        "creationInfo": "_:info",
        "from": BASE + "vulnerability",
        "to": [BASE + "left-pad"],
        "relationshipType": "doesNotAffect",
        "security_justificationType": "vulnerableCodeNotPresent",
    }
    return {
        "@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld",
        "@graph": [
            {
                "type": "CreationInfo",
                "@id": "_:info",
                "created": "2026-01-31T09:30:00Z",
                "createdBy": [BASE + "me"],
            },
            {"type": "Organization", "spdxId": BASE + "me", "name": "Example"},
            {
                "type": "security_Vulnerability",
                "spdxId": BASE + "vulnerability",
                "externalIdentifier": [
                    {"externalIdentifierType": "cve", "identifier": "cve-2026-0001"},
                    {"externalIdentifierType": "securityOther", "identifier": "GHSA-2222-3333-4444"},
                ],
            },
            {
                "type": "software_Package",
                "spdxId": BASE + "left-pad",
                "software_packageUrl": "pkg:NPM/left-pad@1.3.0",
                "verifiedUsing": [{"type": "Hash", "algorithm": "sha256", "hashValue": "AB"}],
            },
            {**relationship, **members},
            *elements,
        ],
    }


def test_a_relationship_is_a_claim():
    (claim,) = claims(document())
    assert (claim.vulnerability, claim.aliases) == ("CVE-2026-0001", ("GHSA-2222-3333-4444",))
    assert claim.product.purl == "pkg:npm/left-pad@1.3.0"
    assert claim.product.ids == (BASE + "left-pad", "sha256:ab")
    assert (claim.status, claim.justification) == ("not_affected", "vulnerable_code_not_present")
    assert (claim.timestamp, claim.author) == ("2026-01-31T09:30:00Z", "Example")
    assert claim.pointer == "/@graph/4"


def test_every_class_has_its_status():
    for name, status in [
        ("Affected", "affected"),
        ("Fixed", "fixed"),
        ("NotAffected", "not_affected"),
        ("UnderInvestigation", "under_investigation"),
    ]:
        (claim,) = claims(document(type=f"security_Vex{name}VulnAssessmentRelationship"))
        assert claim.status == status
    assert claims(document(type="security_CvssV3VulnAssessmentRelationship")) == ()


def test_each_product_has_its_claim_and_an_unknown_one_its_id():
    first, second = claims(document(to=[BASE + "left-pad", "pkg:npm/right-pad@1"]))
    assert first.product.purl == "pkg:npm/left-pad@1.3.0"
    assert second.product.purl == "pkg:npm/right-pad@1"


def test_the_assessed_element_is_the_part_that_is_meant():
    (claim,) = claims(document(to=[BASE + "app"], security_assessedElement=BASE + "left-pad"))
    assert claim.product.ids == (BASE + "app",)
    assert [part.purl for part in claim.subcomponents] == ["pkg:npm/left-pad@1.3.0"]


def test_the_time_is_that_of_the_last_modification():
    published = {"security_publishedTime": "2026-02-01T00:00:00Z"}
    modified = {"security_modifiedTime": "2026-02-02T00:00:00Z"}
    assert claims(document(**published))[0].timestamp == "2026-02-01T00:00:00Z"
    assert claims(document(**published, **modified))[0].timestamp == "2026-02-02T00:00:00Z"


def test_a_vulnerability_that_is_not_in_the_document_is_known_by_its_id():
    (claim,) = claims(document(**{"from": "https://nvd.example/CVE-2026-0009"}))
    assert claim.vulnerability == "CVE-2026-0009"
    assert claims(document(**{"from": "https://nvd.example/a b"})) == ()


def test_hostile_shapes_claim_nothing():
    for value in (
        None,
        [],
        {"@graph": 1},
        {"@graph": [1, {"type": []}]},
        document(to="x"),
        document(**{"from": []}),
    ):
        assert claims(value) == ()
    assert claims(document(to=[1, {}])) == ()


def test_a_document_with_assessments_is_vex():
    assert detect(document()).roles == {"sbom", "vex"}
    assert detect(document(type="Relationship")).roles == {"sbom"}


def test_a_product_is_known_by_its_external_identifiers():
    package = {
        "type": "software_Package",
        "spdxId": BASE + "other",
        "externalIdentifier": [
            {"externalIdentifierType": "packageUrl", "identifier": "pkg:npm/other@1"},
            {"externalIdentifierType": "cpe23", "identifier": "cpe:2.3:a:x:y:1:*:*:*:*:*:*:*"},
            {"externalIdentifierType": "email", "identifier": "a@example.com"},
            {"externalIdentifierType": "cpe22"},
        ],
    }
    (claim,) = claims(document(package, to=[BASE + "other"]))
    assert claim.product.purl == "pkg:npm/other@1"
    assert claim.product.ids == ("cpe:2.3:a:x:y:1:*:*:*:*:*:*:*", BASE + "other")


def test_the_supplier_of_an_assessment_is_its_author():
    assert claims(document(suppliedBy=BASE + "me"))[0].author == "Example"
    assert claims(document(suppliedBy=BASE + "nobody"))[0].author == BASE + "nobody"
