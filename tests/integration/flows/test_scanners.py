"""What a scanner wrote, on its way to a verdict."""

import json

from flows_cases import PURL, make, sbom
from ingest_cases import expected, fixture, grype, match, trivy
from trust_cases import envelope, private

SCAN = grype(
    match(
        "GHSA-8q59-q68h-6hv4",
        purl=PURL,
        severity="Critical",
        related=[{"id": "CVE-2020-14343"}],
        fix={"versions": ["5.4"], "state": "fixed"},
        epss=[{"cve": "CVE-2020-14343", "epss": 0.01, "date": "2025-12-28"}],
    )
)
SCAN["descriptor"]["db"] = {"status": {"built": "2025-12-28T00:00:00Z"}, "providers": {"kev": {}}}


def scanned(path, scan):
    place = make(path)
    place.write({"sbom/app.cdx.json": sbom(PURL), "scan.json": scan})
    (place.path / "findings").mkdir()
    place.run("findings", "normalize", "scan.json", "-o", "findings/grype.json")
    (place.path / "scan.json").unlink()
    place.commit(message="Scan")
    return place


def test_a_report_of_grype_denies_as_a_findings_document(tmp_path):
    place = scanned(tmp_path / "shop", SCAN)
    verdict = place.json("decide", expect=1)["verdict"]
    assert verdict["decision"] == "fail"
    written = json.loads((place.path / "findings/grype.json").read_bytes())
    assert written["findings"][0]["fp"] in json.dumps(place.json("budget", "check", expect=1))


def test_a_clean_report_passes(tmp_path):
    place = scanned(tmp_path / "shop", grype())
    assert place.json("decide")["verdict"]["decision"] == "pass"
    place.run("budget", "check")


def test_a_report_itself_is_no_evidence(tmp_path):
    place = make(tmp_path / "shop")
    place.commit({"sbom/app.cdx.json": sbom(PURL), "findings/grype.json": SCAN}, "Commit the report itself")
    said = place.run("decide", expect=1)
    assert "stella findings normalize" in said


def test_two_scanners_are_one_finding_of_the_verdict(tmp_path):
    other = trivy(
        {"VulnerabilityID": "CVE-2020-14343", "PkgIdentifier": {"PURL": PURL}, "Severity": "HIGH"},
        {
            "VulnerabilityID": "CVE-2020-14343",
            "PkgName": "pyyaml",
            "InstalledVersion": "5.3.1",
            "Severity": "HIGH",
        },
    )
    place = make(tmp_path / "shop")
    place.write({"sbom/app.cdx.json": sbom(PURL), "a.json": SCAN, "b.json": other})
    (place.path / "findings").mkdir()
    place.run("findings", "merge", "a.json", "b.json", "-o", "findings/all.json")
    (place.path / "a.json").unlink()
    (place.path / "b.json").unlink()
    place.commit(message="Scan")
    verdict = place.json("decide", expect=1)["verdict"]
    merged = json.loads((place.path / "findings/all.json").read_bytes())["findings"]
    # what has no purl is a component of its own
    assert [(each.get("purl"), each["sources"]) for each in merged] == [
        (PURL, ["grype", "trivy"]),
        (None, ["trivy"]),
    ]
    assert verdict["budgets"][0]["result"] == "fail"


def test_a_signed_report_is_verified_and_then_read(stella, tmp_path):
    (tmp_path / "ci.pub").write_bytes(private("ci").public.to_pem())
    found = envelope("ci", data=fixture("vulns.json"))
    (tmp_path / "scan.dsse.json").write_bytes(found.to_bytes())
    argv = ("attest", "verify", "scan.dsse.json", "--key", "ci.pub", "--payload")
    verified = stella(*argv, cwd=tmp_path)
    assert verified.code == 0
    assert stella("findings", "normalize", "-", stdin=verified.raw).raw == expected("vulns.json")
    refused = stella("findings", "normalize", tmp_path / "scan.dsse.json")
    assert refused.code == 1
    assert "stella attest verify" in refused.err
