"""Documents as evidence for policies."""

import json

import pytest

from csaf_cases import csaf
from policyevidence_cases import (
    AS_OF,
    COMMIT,
    FINDINGS_V1,
    LEFT,
    OPENVEX_V020,
    PROVENANCE_V1,
    VULNS_V02,
    artifact,
    attested,
    bom,
    data,
    findings,
    offered,
    only,
    provenance,
    require_schema,
    ring,
    row,
    scan,
    statement,
    vex,
)
from spdx_cases import spdx2, spdx3
from stella_git.canon.digest import sha256
from stella_git.errors import ConfigError, InputError
from stella_git.flows.policyevidence.offered import of_document
from stella_git.policy import predicates
from stella_git.policy.evidence import Signer

TRUST = b"""apiVersion: stella.ops/v1
kind: Trust
metadata: {id: default, revision: 1, title: Who is believed, owner: team:appsec}
spec:
  issuers: {"key:ada": vendor}
"""


def test_an_sbom_is_itself_and_an_inventory():
    content = data(bom())
    raw, inventory = of_document("sbom.json", content)
    assert (raw.predicate_type, raw.version, raw.value) == (predicates.CYCLONEDX, "1.6", bom())
    assert (inventory.predicate_type, inventory.version) == (predicates.INVENTORY, "v1")
    (source,) = raw.sources
    assert (source.digest, source.path) == (str(sha256(content)), "sbom.json")
    assert str(source.made) == "2026-01-31T09:30:00Z"
    assert (source.signers, source.subjects) == ((), ())
    require_schema("evidence-inventory.v1", inventory.value)
    (component,) = inventory.value["components"]
    assert component["purl"] == LEFT
    assert component["licences"] == component["declared"] == ["MIT"]
    assert inventory.value["root"]["name"] == "app"
    assert inventory.value["format"] == {"kind": "cyclonedx", "version": "1.6"}


@pytest.mark.parametrize(("document", "version"), [(spdx2(), "2.3"), (spdx3(), "3.0.1")])
def test_an_inventory_has_one_shape_for_every_format(document, version):
    raw, inventory = of_document("sbom.json", data(document))
    assert (raw.predicate_type, raw.version) == (predicates.SPDX, version)
    require_schema("evidence-inventory.v1", inventory.value)
    assert inventory.value["format"]["version"] == version
    assert inventory.value["components"]
    assert raw.sources[0].made is not None
    where = inventory.place("/components/0/version")
    held = document
    for token in where.pointer.split("/")[1:]:
        held = held[int(token)] if isinstance(held, list) else held[token]
    assert inventory.value["components"][0]["name"] in json.dumps(held)


def test_a_place_is_that_of_the_component_whatever_was_asked_before():
    content = b'{"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1,\n "components": [\n'
    content += b'  {"type": "library", "name": "a", "components": [{"type": "file", "name": "b"}]}]}'
    raw, inventory = of_document("sbom.json", content)
    assert str(inventory.place("/components/1/name")) == "sbom.json:3:51 /components/0/components/0"
    assert str(raw.place("/components/0/name")) == "sbom.json:3:31 /components/0/name"
    assert str(inventory.place("/components/9")) == str(inventory.place("/links/0")) == "sbom.json:1:1"
    assert str(inventory.place("/root")) == str(inventory.place("")) == "sbom.json:1:1"
    assert str(raw.place("/components/0/nowhere/5")) == "sbom.json:3:3 /components/0"


def test_places_of_names_with_slashes_and_of_characters_beyond_ascii():
    content = '{"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1, "metadata":\n'
    content += ' {"properties": [{"name": "ä/~", "value": "𝒳"}]}}'
    raw, _ = of_document("x", content.encode())
    assert str(raw.place("/metadata/properties/0/value")) == "x:2:43 /metadata/properties/0/value"
    assert str(raw.place("/metadata/a~1b~0c")) == "x:2:2 /metadata"


def test_openvex_and_csaf_are_themselves():
    (item,) = of_document("vex.json", data(vex(last_updated="2026-02-01T00:00:00Z")))
    assert (item.predicate_type, item.version) == (predicates.OPENVEX, "0.2.0")
    assert str(item.sources[0].made) == "2026-02-01T00:00:00Z"
    (item,) = of_document("csaf.json", data(csaf()))
    assert (item.predicate_type, item.version) == (predicates.CSAF, "2.0")
    assert item.sources[0].made is not None


def test_what_only_all_documents_together_say_is_not_said_by_one():
    assert of_document("f.json", findings(row())) == ()
    said = statement(VULNS_V02, scan("CVE-2026-0001")).to_bytes()
    assert of_document("s.json", said) == ()


def test_a_statement_is_its_predicate():
    content = statement(PROVENANCE_V1, provenance()).to_bytes()
    (item,) = of_document("p.json", content)
    assert (item.predicate_type, item.version) == (predicates.PROVENANCE, "v1")
    assert item.value == provenance()
    (source,) = item.sources
    assert str(source.made) == "2026-05-31T00:00:00Z"
    assert {"gitCommit": COMMIT} in [one["digest"] for one in source.subjects]
    assert source.signers == ()
    assert item.place("/runDetails/builder/id").pointer == "/predicate/runDetails/builder/id"


def test_an_envelope_is_signed_by_whom_the_caller_says_or_the_keyring():
    content = attested(PROVENANCE_V1, provenance(), subjects=artifact())
    ada = Signer(name="key:ada", roles=("x",))
    (item,) = of_document("p.json", content, signers=(ada,))
    assert item.sources[0].signers == (ada,)
    assert item.place("/runDetails").pointer == "/payload"
    (unsigned,) = of_document("p.json", content)
    assert unsigned.sources[0].signers == ()
    (signed,) = offered(("p.json", content), keyring=ring())[predicates.PROVENANCE]
    (signer,) = signed.sources[0].signers
    assert signer.name == "key:ada"
    assert PROVENANCE_V1 in signer.roles
    (stranger,) = offered(("p.json", content), keyring=ring("ben"))[predicates.PROVENANCE]
    assert stranger.sources[0].signers == ()
    (roleless,) = offered(("p.json", content), keyring=ring(roles=(VULNS_V02,)))[predicates.PROVENANCE]
    assert roleless.sources[0].signers == ()


def test_a_signature_that_does_not_hold_is_nobodys():
    content = json.loads(attested(PROVENANCE_V1, provenance()))
    other = json.loads(attested(PROVENANCE_V1, provenance("f" * 40)))
    content["payload"] = other["payload"]
    (item,) = offered(("p.json", data(content)), keyring=ring())[predicates.PROVENANCE]
    assert item.sources[0].signers == ()


def test_a_document_in_an_envelope_is_that_document():
    found = offered(("a.json", attested(predicates.CYCLONEDX, bom())), keyring=ring())
    raw, inventory = only(found, predicates.CYCLONEDX), only(found, predicates.INVENTORY)
    assert raw.version == "1.6"
    assert raw.sources[0].signers == inventory.sources[0].signers != ()
    assert inventory.value["components"][0]["purl"] == LEFT
    assert inventory.place("/components/0").pointer == "/payload"
    assert str(raw.sources[0].made) == "2026-01-31T09:30:00Z"


def test_findings_are_merged_with_what_vex_says_of_them():
    found = offered(
        ("scan-b.json", findings(row(kev=True, epssPpm=5, epssDate="2026-05-01"))),
        ("scan-a.json", findings(row("GHSA-xxxx-yyyy-zzzz", aliases=["CVE-2026-0001"], cvssDeci=98))),
        ("sbom.json", bom()),
        ("vex.json", vex()),
    )
    item = only(found, predicates.FINDINGS)
    (finding,) = item.value
    require_schema("evidence-findings.v1", finding)
    assert (finding["id"], finding["kev"], finding["cvssDeci"]) == ("CVE-2026-0001", True, 98)
    assert finding["source"] == "scan-a.json"
    assert finding["vex"]["effective"] == "not_affected"
    (claim,) = finding["vex"]["claims"]
    assert (claim["issuer"], claim["issuerClass"], claim["outcome"]) == ("repository", "internal", "decides")
    assert [source.path for source in item.sources] == sorted(
        ["scan-a.json", "scan-b.json"], key=lambda name: [s.digest for s in item.sources if s.path == name]
    )
    assert str(item.place("/0/kev")).startswith("scan-a.json:11:")
    assert item.place("/0").pointer == "/findings/0"
    assert item.place("/7") is item.place("") is item.place("/x") is None


def test_nobody_looked_is_not_nothing_found():
    assert predicates.FINDINGS not in offered(("sbom.json", bom()), ("vex.json", vex()))
    assert only(offered(("f.json", findings())), predicates.FINDINGS).value == []
    looked = bom(vulnerabilities=[])
    assert only(offered(("sbom.json", looked)), predicates.FINDINGS).value == []
    assert predicates.VEX not in offered(("f.json", findings(row())))
    assert predicates.VULNS not in offered(("f.json", findings(row())))


def test_claims_are_shown_with_what_became_of_them():
    second = vex(
        **{"@id": "https://example.com/vex/2"},
        statements=[
            {
                "vulnerability": {"name": "CVE-2026-0009"},
                "products": [{"@id": LEFT}],
                "status": "affected",
                "action_statement": "Wait.",
            },
            {
                "vulnerability": {"name": "CVE-2026-0001"},
                "products": [{"@id": LEFT}],
                "status": "under_investigation",
                "timestamp": "2027-01-01T00:00:00Z",
            },
        ],
    )
    found = offered(("f.json", findings(row())), ("v.json", vex()), ("w.json", second))
    item = only(found, predicates.VEX)
    for value in item.value:
        require_schema("evidence-vex.v1", value)
    assert {(value["vulnerabilities"][0], value["outcome"]) for value in item.value} == {
        ("CVE-2026-0001", "decides"),
        ("CVE-2026-0001", "later"),
        ("CVE-2026-0009", "unmatched"),
    }
    (other,) = [value for value in item.value if value["outcome"] == "unmatched"]
    assert other["weight"] > 0
    assert "finding" not in other
    index = item.value.index(other)
    assert str(item.place(f"/{index}/status")).startswith("w.json:")
    assert item.place(f"/{index}").pointer == "/statements/0"
    assert {source.path for source in item.sources} == {"v.json", "w.json"}


def test_vex_weighs_what_its_signer_is_believed():
    content = attested(OPENVEX_V020, vex())
    files = (("f.json", findings(row())), ("vex.dsse.json", content))
    issuers = {
        "none": offered(*files),
        "unknown": offered(*files, keyring=ring()),
        "vendor": offered(*files, keyring=ring(), trust=TRUST),
    }
    claims = {
        name: only(found, predicates.FINDINGS).value[0]["vex"]["claims"][0] for name, found in issuers.items()
    }
    assert [claims[name]["issuer"] for name in issuers] == ["unsigned", "key:ada", "key:ada"]
    assert [claims[name]["weight"] > 0 for name in issuers] == [False, False, True]
    assert [claims[name]["outcome"] for name in issuers] == ["unverified", "unverified", "decides"]
    assert claims["vendor"]["issuerClass"] == "vendor"
    assert only(issuers["vendor"], predicates.FINDINGS).value[0]["vex"]["effective"] == "not_affected"


def test_attested_scans_are_findings_and_a_view_of_their_own():
    scanned = attested(VULNS_V02, scan("CVE-2026-0002"))
    found = offered(("f.json", findings(row())), ("s.json", scanned), ("v.json", vex()), keyring=ring())
    every, attested_only = only(found, predicates.FINDINGS), only(found, predicates.VULNS)
    assert [value["id"] for value in every.value] == ["CVE-2026-0001", "CVE-2026-0002"]
    assert [value["id"] for value in attested_only.value] == ["CVE-2026-0002"]
    assert attested_only.version == "v0.2"
    (source,) = attested_only.sources
    assert [signer.name for signer in source.signers] == ["key:ada"]
    assert str(source.made) == "2026-05-02T00:00:00Z"
    require_schema("evidence-findings.v1", attested_only.value[0])
    assert attested_only.place("/0").pointer == "/payload"
    bare = statement(VULNS_V02, scan("CVE-2026-0002")).to_bytes()
    assert only(offered(("s.json", bare)), predicates.VULNS).place("/0").pointer == (
        "/predicate/scanner/result/0"
    )


def test_the_scan_record_of_cosign_holds_findings():
    predicate = {
        "scanner": {"uri": "https://example.org/grype", "version": "1", "db": {}, "result": _grype()},
        "metadata": {"scanStartedOn": "2026-05-01T00:00:00Z", "scanFinishedOn": "2026-05-02T00:00:00Z"},
    }
    content = statement("https://cosign.sigstore.dev/attestation/vuln/v1", predicate).to_bytes()
    found = offered(("s.json", content))
    assert [value["id"] for value in only(found, predicates.FINDINGS).value] == ["CVE-2026-0003"]
    assert only(found, "https://cosign.sigstore.dev/attestation/vuln").value == predicate
    assert predicates.VULNS not in found
    assert only(found, predicates.FINDINGS).place("/0").path == "s.json"


def _grype():
    return {
        "matches": [
            {
                "vulnerability": {"id": "CVE-2026-0003", "severity": "High", "fix": {"versions": []}},
                "artifact": {"name": "left-pad", "version": "1.3.0", "purl": LEFT},
            }
        ],
        "descriptor": {"name": "grype", "version": "1", "timestamp": "2026-05-01T00:00:00Z"},
    }


def test_attested_findings_count_like_those_of_a_file():
    content = attested(FINDINGS_V1, json.loads(findings(row())))
    item = only(offered(("f.json", content), keyring=ring()), predicates.FINDINGS)
    assert [value["id"] for value in item.value] == ["CVE-2026-0001"]
    assert item.sources[0].signers != ()


def test_reports_of_scanners_count_as_they_are():
    report = {
        "runs": [{"tool": {"driver": {"name": "lint"}}, "results": []}],
        "version": "2.1.0",
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
    }
    grype = _grype()
    found = offered(("r.sarif", report), ("grype.json", grype))
    item = only(found, predicates.FINDINGS)
    assert [value["id"] for value in item.value] == ["CVE-2026-0003"]
    assert {str(source.made) for source in item.sources} == {"None", "2026-05-01T00:00:00Z"}
    with pytest.raises(InputError) as caught:
        offered(("g.json", {**grype, "matches": 1}))
    assert caught.value.where.path == "g.json"


def test_unknowns_are_those_of_a_decision():
    content = bom()
    content["components"][0].pop("purl")
    found = offered(
        ("sbom.json", content), ("f.json", findings(unknowns=[{"id": "feed", "reason": "FeedGap"}]))
    )
    item = only(found, predicates.UNKNOWNS)
    for value in item.value:
        require_schema("evidence-unknowns.v1", value)
    assert item.value == [
        {"id": "feed", "reason": "FeedGap"},
        {"id": "component:left-pad#left", "reason": "Identity"},
    ]
    assert str(item.place("/0")).startswith("f.json:")
    assert item.place("/1") is None


def test_the_same_bytes_twice_are_one_document():
    content = data(bom())
    found = offered(("b.json", content), ("a.json", content))
    assert only(found, predicates.INVENTORY).sources[0].path == "a.json"


def test_vex_in_cyclonedx_without_components_is_no_inventory():
    found = offered(("vex.json", _bov()))
    assert predicates.INVENTORY not in found
    assert only(found, predicates.FINDINGS).value[0]["id"] == "CVE-2026-0001"
    assert only(found, predicates.CYCLONEDX).version == "1.6"


def _bov():
    value = bom(
        vulnerabilities=[
            {
                "id": "CVE-2026-0001",
                "affects": [{"ref": "urn:cdx:3e671687-395b-41f5-a30f-a58921a69b79/1#pkg:npm/left-pad@1.3.0"}],
                "analysis": {"state": "exploitable"},
            }
        ]
    )
    del value["components"]
    return value


@pytest.mark.parametrize(
    ("content", "code", "place"),
    [
        (b"{", "json-syntax", "x.json:1:2"),
        (b"[1]", "document-invalid", "x.json:1:1"),
        (b'{"a": 1}', "document-invalid", "x.json:1:1"),
        (data(bom(components=1)), "document-invalid", "x.json"),
        (data({"apiVersion": "stella.ops/v1", "kind": "Policy"}), "document-invalid", "x.json:1:1"),
        (data({"payloadType": "text/plain", "payload": "e30=", "signatures": []}), None, "x.json"),
        (attested(predicates.CYCLONEDX, vex()), "policy-evidence-predicate", "x.json"),
        (attested(predicates.CYCLONEDX, bom(components=1)), "document-invalid", "x.json"),
        (statement(predicates.CYCLONEDX, {"a": 1}).to_bytes(), "policy-evidence-predicate", "x.json"),
        (statement(f"{predicates.VERDICT}/v1", {"a": 1}).to_bytes(), "verdict-member", "x.json"),
        (data({"checkId": "budget:sha256:" + "0" * 64, "check": {}}), "BUDGET_ID", "x.json"),
        (statement("https://in-toto.io/Statement", {}).to_bytes()[:-1], "json-syntax", "x.json"),
    ],
)
def test_what_is_not_valid_is_no_evidence(content, code, place):
    with pytest.raises(InputError) as caught:
        of_document("x.json", content)
    assert str(caught.value.where).startswith(place)
    assert caught.value.code == (code or caught.value.code)


def test_a_document_is_bounded():
    with pytest.raises(InputError) as caught:
        of_document("x.json", b'"' + b"a" * (64 << 20) + b'"')
    assert caught.value.code == "json-too-large"
    with pytest.raises(InputError) as caught:
        of_document("x.json", b"[" * 100_000)
    assert caught.value.code == "json-too-deep"


def test_a_keyring_that_cannot_be_read_is_refused():
    with pytest.raises(ConfigError):
        offered(("sbom.json", bom()), keyring=b"{}")


def test_times_that_are_none_are_not_known():
    content = statement(PROVENANCE_V1, {**provenance(), "runDetails": {"builder": {"id": "x"}}})
    assert of_document("p.json", content.to_bytes())[0].sources[0].made is None
    assert of_document("p.json", content.to_bytes(), made=AS_OF)[0].sources[0].made == AS_OF
    for uri, predicate, made in (
        (
            "https://slsa.dev/verification_summary/v1",
            {"timeVerified": "2026-05-01T00:00:00Z"},
            "2026-05-01T00:00:00Z",
        ),
        ("https://slsa.dev/verification_summary/v1", {"timeVerified": "yesterday"}, "None"),
        ("https://in-toto.io/attestation/link/v0.3", {"timeVerified": "2026-05-01T00:00:00Z"}, "None"),
        (
            "https://slsa.dev/provenance/v0.2",
            {"metadata": {"buildFinishedOn": "2026-05-01T00:00:00Z"}},
            "2026-05-01T00:00:00Z",
        ),
    ):
        (item,) = of_document("p.json", statement(uri, predicate).to_bytes())
        assert str(item.sources[0].made) == made
