"""Verdicts from SPDX and CSAF: the same decisions as from CycloneDX and OpenVEX, recomputed elsewhere."""

import json

import pytest

from csaf_cases import csaf, product, vulnerability
from flows_cases import finding, findings, sbom, story, vex
from spdx_cases import spdx2, spdx3

PAD = "pkg:npm/left-pad@1.3.0"
SBOMS = {"spdx-2.3": spdx2(), "spdx-3.0.1": spdx3(), "cyclonedx": sbom(PAD)}


def claim(status="known_not_affected"):
    one = vulnerability(
        product_status={status: ["A"]},
        flags=[{"label": "vulnerable_code_not_present", "product_ids": ["A"]}],
        remediations=[],
    )
    del one["remediations"]
    if status != "known_not_affected":
        del one["flags"]
    tree = {"full_product_names": [product("A", purl=PAD)]}
    return csaf(vulnerabilities=[one], product_tree=tree)


OPENVEX = vex(
    "not_affected",
    identifier="CVE-2026-0001",
    purl=PAD,
    justification="vulnerable_code_not_present",
    when="2026-01-01T09:30:00Z",
)


def files(document, **vexes):
    found = finding(identifier="CVE-2026-0001", purl=PAD)
    names = {f"vex/{name}.vex.json": value for name, value in vexes.items()}
    return {"sbom/app.cdx.json": document, "findings/scan.json": findings(found), **names}


@pytest.mark.parametrize("form", SBOMS)
def test_a_verdict_from_every_format_is_recomputed_elsewhere(tmp_path, form):
    place = story(tmp_path / "r", files(SBOMS[form]))
    place.now += 60 * 86_400
    stored = place.attest("--as-of", "2026-03-01T00:00:00Z", expect=1)
    assert stored["decision"] == "fail"
    other = place.clone()
    other.now = place.now
    assert other.json("verdict", "replay", "HEAD")[0]["identical"] is True


@pytest.mark.parametrize("document", [claim(), OPENVEX], ids=["csaf", "openvex"])
def test_a_claim_that_it_is_not_affected_suppresses_in_either_format(tmp_path, document):
    place = story(tmp_path / "r", files(SBOMS["spdx-2.3"], app=document))
    place.now += 60 * 86_400
    stored = place.attest("--as-of", "2026-03-01T00:00:00Z")
    assert stored["decision"] == "pass"


@pytest.mark.parametrize(
    ("bom", "told"),
    [
        ("sbom/app.spdx.json", ".vex/app.openvex.json"),
        ("app.spdx.json", "app.vex.json"),
        ("sbom/app.cdx.json", "app.csaf.json"),
    ],
)
def test_the_names_that_init_writes_take_every_format(tmp_path, bom, told):
    given = {"findings/scan.json": files(None)["findings/scan.json"], bom: SBOMS["spdx-2.3"]}
    place = story(tmp_path / "r", {**given, told: claim() if "csaf" in told else OPENVEX})
    place.now += 60 * 86_400
    assert place.attest("--as-of", "2026-03-01T00:00:00Z")["decision"] == "pass"


def test_a_claim_that_it_is_affected_does_not(tmp_path):
    document = claim("known_affected")
    document["vulnerabilities"][0]["remediations"] = [
        {"category": "none_available", "details": "None.", "product_ids": ["A"]}
    ]
    place = story(tmp_path / "r", files(SBOMS["spdx-2.3"], app=document))
    place.now += 60 * 86_400
    assert place.attest("--as-of", "2026-03-01T00:00:00Z", expect=1)["decision"] == "fail"


def test_what_is_only_validated_is_no_evidence(tmp_path):
    later = json.loads(json.dumps(claim()))
    later["document"]["csaf_version"] = "2.1"
    place = story(tmp_path / "r", files(SBOMS["cyclonedx"], app=later))
    assert "not yet taken as evidence" in place.run("decide", expect=1)
