from documents_cases import check, vex
from stella_git.documents.models import Product, RawClaim
from stella_git.documents.openvex import claims


def test_one_claim_for_each_product():
    statement = {
        "vulnerability": {"name": "cve-2026-0001", "aliases": ["GHSA-JFH8-c2jp-5v3q", "CVE-2026-0001"]},
        "products": [
            {"@id": "pkg:NPM/left-pad@1.3.0"},
            {"@id": "https://example.com/app", "subcomponents": [{"@id": "pkg:npm/right-pad@1"}]},
        ],
        "status": "not_affected",
        "justification": "component_not_present",
        "timestamp": "2026-02-01T00:00:00Z",
    }
    value = vex(statements=[statement], version=4)
    assert check(value).ok
    first, second = claims(value)
    assert first == RawClaim(
        vulnerability="CVE-2026-0001",
        aliases=("GHSA-jfh8-c2jp-5v3q",),
        product=Product(purl="pkg:npm/left-pad@1.3.0"),
        status="not_affected",
        justification="component_not_present",
        timestamp="2026-02-01T00:00:00Z",
        version=4,
        author="Example <security@example.com>",
        pointer="/statements/0",
    )
    assert second.product == Product(ids=("https://example.com/app",))
    assert second.subcomponents == (Product(purl="pkg:npm/right-pad@1"),)


def test_the_time_is_inherited_from_the_document():
    (claim,) = claims(vex())
    assert claim.timestamp == "2026-01-31T09:30:00Z"
    assert not claim.impact_statement


def test_identifiers_name_a_product():
    product = {
        "@id": "https://example.com/app",
        "identifiers": {"purl": "pkg:npm/left-pad@1.3.0", "cpe23": "cpe:2.3:a:b:c:1:*:*:*:*:*:*:*"},
        "hashes": {"sha-256": "AB" * 32},
    }
    value = vex(
        statements=[
            {
                "vulnerability": {"name": "CVE-2026-0001"},
                "products": [product],
                "status": "not_affected",
                "impact_statement": "because",
            }
        ]
    )
    assert check(value).ok
    (claim,) = claims(value)
    assert claim.impact_statement
    assert claim.product == Product(
        purl="pkg:npm/left-pad@1.3.0",
        ids=("cpe:2.3:a:b:c:1:*:*:*:*:*:*:*", "https://example.com/app", "sha-256:" + "ab" * 32),
    )


def test_a_statement_without_products_claims_nothing_here():
    assert claims(vex(statements=[{"vulnerability": {"name": "CVE-2026-0001"}, "status": "fixed"}])) == ()


def test_what_is_no_statement_claims_nothing():
    products = [{"@id": "pkg:npm/left-pad@1.3.0"}]
    wrong = [
        1,
        {"vulnerability": {"name": "CVE-x"}, "products": products, "status": "fixed"},
        {"vulnerability": {"name": "CVE-2026-0001"}, "products": products, "status": "safe"},
        {"vulnerability": "CVE-2026-0001", "products": products, "status": "fixed"},
        {"vulnerability": {"name": "CVE-2026-0001"}, "products": 1, "status": "fixed"},
    ]
    assert claims(vex(statements=wrong)) == ()
    assert claims(None) == ()
