"""Attestations as evidence for a decision on a commit."""

import pytest

from policyevidence_cases import (
    ABOUT,
    AS_OF,
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
    provenance,
    ring,
    row,
    scan,
    statement,
    vex,
)
from stella_git.attest.statement import ResourceDescriptor
from stella_git.budget import Unknown
from stella_git.canon.clock import parse_rfc3339
from stella_git.canon.digest import sha256
from stella_git.errors import InputError
from stella_git.flows.evidence import CAS, TREE, Located
from stella_git.flows.judge import Intake
from stella_git.flows.policyevidence.offered import of_located
from stella_git.flows.policyevidence.signers import About
from stella_git.policy import predicates
from stella_git.verdict.decide import Weights, decide
from trust_cases import COMMIT, TWIN
from trust_cases import TREE as TREE_ID
from verdict_cases import decision_inputs

EXAMPLE = "https://example.org/x/v3"
OTHER = "f" * 40


def attestation(content, name="notes"):
    return Located(role="attestation", data=content, uri=CAS, path=name)


def offered(*attestations, documents=(), intake=None, **options):
    intake = intake or Intake({}, Weights())
    taken = [(item, intake.take(item)) for item in documents]
    return of_located(
        taken,
        [attestation(content, f"note-{index}") for index, content in enumerate(attestations)],
        **({"about": ABOUT, "as_of": AS_OF, "keyring": ring(), "intake": intake} | options),
    )


def refused(*attestations, **options):
    found = offered(*attestations, **options)
    assert (found.evidence, found.inputs) == ((), ())
    assert {message["code"] for message in found.messages} == {"attestation-refused"}
    return [message["text"] for message in found.messages]


def subject(**digest):
    return ResourceDescriptor(name="x", digest=digest)


def test_documents_of_the_commit_are_offered_as_they_are():
    sbom = Located(role="sbom", data=data(bom()), uri=f"{TREE}sbom.json")
    vexed = Located(role="vex", data=data(vex()), uri=f"{TREE}vex.json")
    scanned = Located(role="findings", data=findings(row()), uri=f"{TREE}f.json")
    found = offered(documents=(sbom, vexed, scanned))
    assert [item.predicate_type for item in found.evidence] == [
        predicates.CYCLONEDX,
        predicates.INVENTORY,
        predicates.OPENVEX,
    ]
    assert {name: [one.path for one in rows] for name, rows in found.sources.items()} == {
        "findings": ["f.json"],
        "vex": ["vex.json"],
    }
    assert found.sources["findings"][0].digest == scanned.digest
    assert (found.inputs, found.messages) == ((), ())


def test_a_decision_knows_where_findings_and_claims_stand():
    sbom = Located(role="sbom", data=data(bom()), uri=f"{TREE}sbom.json")
    vexed = Located(role="vex", data=data(vex()), uri=f"{TREE}vex.json")
    unknowns = [{"id": "u", "reason": "FeedGap"}]
    scanned = Located(role="findings", data=findings(row(), unknowns=unknowns), uri=f"{TREE}f.json")
    intake = Intake({}, Weights())
    found = offered(documents=(sbom, vexed, scanned), intake=intake)
    decision = decide(decision_inputs(findings=tuple(intake.findings), claims=tuple(intake.claims)))
    (finding,) = decision.findings
    assert str(found.origins.of_finding(finding)) == "f.json:11:3 /findings/0"
    (claim,) = finding.resolution.claims
    assert str(found.origins.of_claim(claim.claim)) == "vex.json:8:3 /statements/0"
    assert str(found.origins.of_unknown(intake.unknowns[0])) == "f.json:19:3 /unknowns/0"
    assert found.origins.of_unknown(Unknown(id="other", reason="FeedGap")) is None


def test_an_attestation_about_the_commit_counts():
    content = attested(EXAMPLE, {"n": 1})
    found = offered(content)
    (item,) = found.evidence
    assert (item.predicate_type, item.version, item.value) == ("https://example.org/x", "v3", {"n": 1})
    assert [signer.name for signer in item.sources[0].signers] == ["key:ada"]
    (given,) = found.inputs
    assert given.to_json() == {
        "role": "attestation",
        "predicateType": EXAMPLE,
        "digest": str(sha256(content)),
        "signers": ["key:ada"],
    }
    assert found.messages == ()


@pytest.mark.parametrize(
    ("subjects", "about"),
    [
        ((subject(gitCommit=COMMIT),), ABOUT),
        ((subject(gitTree=TREE_ID),), ABOUT),
        ((subject(gitTree=TWIN),), About(trees=frozenset({TWIN}))),
        ((subject(gitTree=TWIN), subject(gitCommit=COMMIT)), About(trees=frozenset({TWIN}))),
        ((subject(gitCommit=COMMIT), subject(sha256="ab" * 32)), ABOUT),
    ],
)
def test_subjects_that_are_the_commit(subjects, about):
    assert offered(attested(EXAMPLE, {"n": 1}, subjects=subjects), about=about).evidence


@pytest.mark.parametrize(
    ("subjects", "about"),
    [
        ((subject(gitCommit=OTHER),), ABOUT),
        ((subject(gitCommit=COMMIT), subject(gitCommit=OTHER)), ABOUT),
        ((subject(gitCommit=COMMIT), subject(gitTree=OTHER)), ABOUT),
        ((subject(gitTree=TWIN), subject(gitCommit=OTHER)), ABOUT),
        ((subject(gitCommit=COMMIT),), About(trees=frozenset({TWIN}))),
        ((subject(sha1=COMMIT, sha256="ab" * 32),), ABOUT),
        (artifact(), ABOUT),
    ],
)
def test_subjects_that_are_not_the_commit(subjects, about):
    (text,) = refused(attested(EXAMPLE, {"n": 1}, subjects=subjects), about=about)
    assert "commit" in text


def test_provenance_of_an_artifact_counts_if_it_was_made_of_the_commit():
    assert offered(attested(PROVENANCE_V1, provenance(), subjects=artifact())).evidence
    refused(attested(PROVENANCE_V1, provenance(OTHER), subjects=artifact()))
    refused(attested(PROVENANCE_V1, provenance(), subjects=artifact()), about=About(trees=frozenset({TWIN})))
    refused(attested(PROVENANCE_V1, provenance(), subjects=(subject(gitCommit=OTHER),)))
    # only provenance says what an artifact was made of
    refused(attested(EXAMPLE, provenance(), subjects=artifact()))


@pytest.mark.parametrize(
    ("content", "options", "why"),
    [
        (attested(EXAMPLE, {"n": 1}), {"keyring": None}, "no keyring"),
        (attested(EXAMPLE, {"n": 1}, "ben"), {}, "UNKNOWN_KEY"),
        (attested("https://example.org/y/v1", {"n": 1}), {}, "ROLE"),
        (attested(EXAMPLE, {"n": 1}), {"as_of": parse_rfc3339("2028-01-01T00:00:00Z")}, "KEY_NOT_VALID"),
        (statement(EXAMPLE, {"n": 1}).to_bytes(), {}, "nobody signed it"),
        (data(bom()), {}, "nobody signed it"),
        (b"{", {}, "cannot be read"),
        (b'{"payloadType": "application/vnd.in-toto+json", "payload": "e30", "signatures": []}', {}, ""),
        (attested(predicates.CYCLONEDX, vex(), "ben"), {}, "cannot be read"),
    ],
)
def test_what_nobody_vouches_for_is_no_evidence(content, options, why):
    (text,) = refused(content, **options)
    assert why in text
    assert text.startswith("note-0 is no evidence: ")


def test_a_changed_payload_is_no_evidence():
    content = attested(EXAMPLE, {"n": 1}).replace(b'"payload":"ey', b'"payload":"eg')
    refused(content)


def test_what_is_vouched_for_and_not_valid_is_an_error():
    with pytest.raises(InputError) as caught:
        offered(attested(predicates.CYCLONEDX, bom(components=1)))
    assert caught.value.code == "document-invalid"
    assert caught.value.where.path == "note-0"


def test_attested_findings_and_vex_count_in_the_decision():
    intake = Intake({}, Weights())
    found = offered(
        attested(FINDINGS_V1, {**_findings(), "findings": [row()]}),
        attested(OPENVEX_V020, vex()),
        attested(VULNS_V02, scan("CVE-2026-0002")),
        attested(FINDINGS_V1, {**_findings(), "findings": [row("CVE-2026-0666")]}, "ben"),
        intake=intake,
    )
    assert sorted(each.id for each in intake.findings) == ["CVE-2026-0001", "CVE-2026-0002"]
    assert intake.has_findings
    (claim,) = intake.claims
    assert (claim.issuer, claim.product) == ("key:ada", LEFT)
    assert len(found.sources["findings"]) == 2
    assert len(found.sources["vex"]) == 1
    assert len(found.inputs) == 3
    assert len(found.messages) == 1


def _findings():
    return {"apiVersion": "stella.ops/v1", "kind": "Findings", "metadata": {"source": {"name": "s"}}}


def test_parts_of_an_attested_sbom_are_no_unknowns():
    intake = Intake({}, Weights())
    content = bom()
    content["components"][0].pop("purl")
    found = offered(attested(predicates.CYCLONEDX, content), intake=intake)
    assert [item.predicate_type for item in found.evidence] == [predicates.CYCLONEDX, predicates.INVENTORY]
    assert intake.components == []


def test_the_order_of_attestations_plays_no_part():
    contents = [attested(EXAMPLE, {"n": number}) for number in range(4)]
    shown = []
    for order in (contents, contents[::-1]):
        found = offered(*order, attested(EXAMPLE, {}, "ben"))
        shown.append(([item.value for item in found.evidence], [given.to_json() for given in found.inputs]))
    assert shown[0] == shown[1]
