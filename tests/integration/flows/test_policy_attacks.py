"""Attacks on what policies decide by: attestations, waivers and parameters of a verdict.

The attackers: somebody who may push any notes ref but holds no key; the holder of a key for verdicts; the
author of a waiver.
"""

import base64
import json

import pytest

from flows_cases import CLEAN, DIRTY, PURL, START, git, story, vex
from stella_git import config
from stella_git.attest.envelope import PAYLOAD_TYPE, Envelope, Signature
from stella_git.attest.predicates import VerdictPredicate
from stella_git.canon import jcs
from stella_git.canon.digest import sha256
from stella_git.flows.replay import replay
from stella_git.flows.workspace import open_workspace
from stella_git.gitstore import cas, notes
from stella_git.gitstore.backend import Identity
from stella_git.trust.signers import open_signer

WHO = Identity(name="x", email="x@example.org")
STRANGER = "refs/notes/stella/w/" + "0" * 32
LONG = ("--days", 36500)
TESTED = "https://in-toto.io/attestation/test-result"
SCANNED = "https://in-toto.io/attestation/vulns"
POLICY = "policies/packs/one.yaml"
HEAD = """\
apiVersion: stella.ops/v1
kind: Policy
metadata: {id: one, revision: 1, title: One, owner: "team:appsec", severity: high}
spec:
  mode: deny
  requires:
"""
TWICE = (
    HEAD
    + """\
    - {as: tests, predicateType: https://in-toto.io/attestation/test-result, signedBy: {anyOf: [ci]}, NUMBER}
  rules:
    - {id: passed, assert: CONDITION, violation: {message: they did not pass}}
"""
)
ONE = TWICE.replace("NUMBER", "max: 1").replace("CONDITION", 'tests.result == "PASSED"')
TWO = TWICE.replace("NUMBER", "min: 2, max: 9").replace("CONDITION", "'tests.all(t, t.result == \"PASSED\")'")


def with_policy(path, text, files=CLEAN):
    """Return a repository where ``ci`` may sign, a policy is in force and budgets deny nothing."""
    place = story(path, files)
    (budget,) = (place.path / "policies/budgets").glob("*.yaml")
    budget.write_text(budget.read_text().replace("action: block", "action: audit"))
    made = place.json("keys", "generate", "--name", "ci")
    public = path.parent / "ci.pub"
    public.write_text(made["publicKey"])
    roles = [word for role in ("test-result", "vulns", "openvex", "findings") for word in ("--role", role)]
    place.run("keys", "add", public, "--name", "ci", "--owner", "team:ci", *roles, *LONG)
    place.commit({POLICY: text.encode()}, "Set policies", at=START + 10)
    return place


def signer_of(place, name):
    return open_signer(f"file:{place.path / f'.git/stella/keys/{name}.pem'}", environment={})


def signed(place, statement, name="ci"):
    unsigned = Envelope(payload_type=PAYLOAD_TYPE, payload=jcs.dumps(statement), signatures=())
    return unsigned.with_signature(signer_of(place, name).sign(unsigned.pae()))


def attestation(place, predicate, *, type_=f"{TESTED}/v0.1", **digest):
    statement = {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"name": "it", "digest": digest or {"gitCommit": place.git("rev-parse", "HEAD")}}],
        "predicateType": type_,
        "predicate": predicate,
    }
    return signed(place, statement)


def add(place, *lines, ref=STRANGER):
    """Write notes, as anybody may."""
    with config.use_environment(place.environment()), open_workspace(place.path) as workspace:
        target = workspace.commit("HEAD").id
        notes.add_notes(workspace.backend, ref, {target: list(lines)}, message="x", who=WHO, when=START)


def lines_of(place):
    with config.use_environment(place.environment()), open_workspace(place.path) as workspace:
        return [row.data for row in notes.note_lines(workspace.backend, workspace.commit("HEAD").id).lines]


def lie(place, change):
    """Replace the verdict of the commit by another that its key signs: changed, with what follows."""
    (line,) = [
        line for line in lines_of(place) if b"verdictId" in base64.b64decode(json.loads(line)["payload"])
    ]
    statement = json.loads(base64.b64decode(json.loads(line)["payload"]))
    predicate = statement["predicate"]
    with config.use_environment(place.environment()), open_workspace(place.path) as workspace:
        change(predicate, workspace)
        predicate["run"]["inputs"].sort(key=lambda row: (row["role"], row["uri"], row["digest"]))
        found = replay(workspace, VerdictPredicate.from_json(predicate), predicate["binding"]["gitTree"])
    predicate["verdict"] = json.loads(found.recomputed)
    predicate["verdictId"] = found.recomputed_id
    for ref in place.note_refs():
        place.git("update-ref", "-d", ref)
    add(place, signed(place, statement, "maintainer").to_bytes())
    return predicate["verdict"]


def wrapped(envelope):
    """Return the same signed bytes in an envelope with one more signature, by nobody."""
    other = Signature(keyid="f" * 64, sig=b"\0" * 64)
    return Envelope(
        payload_type=envelope.payload_type,
        payload=envelope.payload,
        signatures=(*envelope.signatures, other),
    )


def test_one_attestation_in_two_envelopes_is_one(tmp_path):
    place = with_policy(tmp_path / "r", TWO)
    envelope = attestation(place, {"result": "PASSED", "configuration": []})
    add(place, envelope.to_bytes(), wrapped(envelope).to_bytes())
    (row,) = place.json("decide", expect=1)["verdict"]["results"]
    assert row["violations"][0]["code"] == "evidence-missing"
    other = attestation(place, {"result": "PASSED", "configuration": [], "url": "https://example.org"})
    add(place, other.to_bytes())
    assert place.json("decide")["verdict"]["decision"] == "pass"


def test_nobody_makes_evidence_ambiguous_by_wrapping_it_again(tmp_path):
    place = with_policy(tmp_path / "r", ONE)
    envelope = attestation(place, {"result": "PASSED", "configuration": []})
    add(place, envelope.to_bytes(), wrapped(envelope).to_bytes())
    assert place.json("decide")["verdict"]["decision"] == "pass"
    place.attest()
    assert place.verify("--recompute")["ok"] is True


def test_broken_evidence_about_another_commit_stops_nothing(tmp_path):
    place = with_policy(
        tmp_path / "r",
        HEAD + "    - {as: v, predicateType: https://openvex.dev/ns, onMissing: warn}\n"
        "  rules:\n    - {id: a, assert: 'v.version > 0', violation: {message: m}}\n",
    )
    kind = "https://openvex.dev/ns/v0.2.0"
    add(place, attestation(place, {"no": "VEX"}, type_=kind, gitCommit="f" * 40).to_bytes())
    said = place.json("decide")
    assert said["verdict"]["decision"] == "warn"
    add(place, attestation(place, {"no": "VEX"}, type_=kind).to_bytes())
    assert "policy-evidence-predicate" in place.run("decide", expect=1)


def test_a_verdict_names_the_commit_that_its_attestations_are_about(tmp_path):
    place = with_policy(tmp_path / "r", ONE)
    with config.use_environment(place.environment()), open_workspace(place.path) as workspace:
        from stella_git.gitstore.objects import tree_twin

        twin = tree_twin(workspace.backend, workspace.commit("HEAD").tree)
    # of the same tree, and of another commit: it was decided on before
    add(
        place,
        attestation(
            place, {"result": "PASSED", "configuration": []}, gitTree=twin, gitCommit="f" * 40
        ).to_bytes(),
    )
    assert place.json("decide", expect=1)["verdict"]["decision"] == "fail"
    place.attest(expect=1)

    def omit(predicate, _):
        del predicate["verdict"]["context"]["params"]

    assert lie(place, omit)["decision"] == "pass"
    assert place.standing() == "WRONG_SUBJECT"
    assert place.standing("--recompute") == "WRONG_SUBJECT"


CRITICAL = (
    HEAD
    + """\
    - {as: findings, predicateType: https://stella.ops/attestation/findings}
  rules:
    - id: critical
      forEach: {item: f, in: findings, key: f.fp, onEmpty: pass}
      assert: f.severity != "critical"
      violation: {params: {id: f.id}, message: "{id} is critical"}
"""
)
WAIVER = "policies/waivers/own.yaml"


def own_waiver(tmp_path):
    """Return a repository with a waiver whose author approved it under another name of the keyring."""
    place = with_policy(tmp_path / "r", CRITICAL, DIRTY)
    made = place.json("keys", "generate", "--name", "bea")
    public = tmp_path / "bea.pub"
    public.write_text(made["publicKey"])
    place.run("keys", "add", public, "--name", "bea", "--owner", "user:bea", "--role", "waiver", *LONG)
    place.commit({}, "Let bea approve", at=START + 20)
    violation = place.json("decide", expect=1)["verdict"]["results"][0]["violations"][0]["fp"]
    place.run(
        *("policy", "waive", violation, "--policy", "one/critical", "--owner", "user:ada"),
        *("--type", "risk_accepted", "--reason", "Not reachable from our entry points"),
        *("--id", "own", "--expires", "30d"),
    )
    place.git("add", "-A")
    by = {"GIT_AUTHOR_NAME": "Bea", "GIT_AUTHOR_EMAIL": "bea@example.org"}
    git(place.path, "commit", "-q", "-m", "Ask for a waiver", when=START + 30, env=by)
    return place, made["path"]


def test_nobody_says_who_else_wrote_their_own_waiver(tmp_path):
    place, key = own_waiver(tmp_path)
    assert "OWN_WAIVER" in place.run("policy", "waive", "--approve", WAIVER, "--key", f"file:{key}", expect=1)
    # so the approval is made where nobody knows who wrote it, and committed as well
    path = place.path / WAIVER
    path.write_bytes(approved(place, path.read_bytes(), key))
    place.commit({}, "Approve it", at=START + 40)
    assert place.json("decide", expect=1)["verdict"]["decision"] == "fail"
    place.attest(expect=1)

    def another(predicate, workspace):
        (row,) = [row for row in predicate["run"]["inputs"] if row["role"] == "waiver-facts"]
        rows = [{"id": "own", "author": "Ada <ada@example.org>"}]
        facts = jcs.dumps({"apiVersion": "stella.ops/v1", "kind": "WaiverFacts", "waivers": rows})
        cas.put(workspace.backend, "0" * 64, [facts], who=WHO, when=START)
        row["digest"] = str(sha256(facts))

    assert lie(place, another)["decision"] == "pass"
    assert place.standing("--recompute") == "WAIVER_AUTHOR"


def approved(place, data, key):
    from stella_git.policy import load
    from stella_git.policy.model import Approval
    from stella_git.policy.waivers import text
    from stella_git.trust import approvals

    file = load.read(data, path=WAIVER)
    identifier = place.json("decide", expect=1)["verdict"]["subject"][0]["name"]
    payload = approvals.payload(file.value, identifier)
    one = approvals.approve(payload, open_signer(f"file:{key}", environment={}), "bea")
    return text.changed(file, [Approval(identity=one.identity, digest=one.digest, signature=one.signature)])


SCANS = (
    HEAD
    + """\
    - {as: scans, predicateType: https://in-toto.io/attestation/vulns, signedBy: {anyOf: [ci]}}
  rules:
    - id: young
      forEach: {item: f, in: scans, key: f.fp, onEmpty: pass}
      assert: context.asOf - timestamp(f.firstSeen) < duration("168h")
      violation: {params: {id: f.id}, message: "{id} has been there for a week"}
"""
)


def scan(*ids):
    return {
        "scanner": {
            "uri": "https://example.org/scanner",
            "version": "1",
            "db": {},
            "result": [
                {
                    "id": name,
                    "severity": [{"method": "CVSS_V3", "score": "9.8"}],
                    "annotations": [{"purl": PURL}],
                }
                for name in ids
            ],
        },
        "metadata": {"scanStartedOn": "2025-12-29T00:00:00Z", "scanFinishedOn": "2025-12-29T00:00:00Z"},
    }


def test_what_a_signed_scan_found_does_not_become_new_with_every_commit(tmp_path):
    place = with_policy(tmp_path / "r", SCANS)
    # nobody scanned this commit: a decision sees attested scans alone under this type
    (row,) = place.json("decide", expect=1)["verdict"]["results"]
    assert row["violations"][0]["code"] == "evidence-missing"
    kind = f"{SCANNED}/v0.2"
    add(place, attestation(place, scan("CVE-2020-14343"), type_=kind).to_bytes())
    assert place.attest()["decision"] == "pass"
    assert place.verify("--recompute")["ok"] is True
    place.commit({}, "Later", at=START + 10 * 86_400)
    place.now += 11 * 86_400
    add(place, attestation(place, scan("CVE-2020-14343"), type_=kind).to_bytes())
    verdict = place.json("decide", expect=1)["verdict"]
    (row,) = verdict["results"]
    assert [each["params"] for each in row["violations"]] == [{"id": "CVE-2020-14343"}]
    assert "first-seen" in {each["role"] for each in verdict["inputs"]}
    place.attest(expect=1)
    other = place.clone()
    git(other.path, "fetch", "--quiet", "origin", "refs/stella/cas/*:refs/stella/cas/*")
    assert other.json("verdict", "replay", "HEAD")[0]["identical"] is True


CLAIMS = (
    HEAD
    + """\
    - {as: vex, predicateType: https://stella.ops/attestation/vex, signedBy: {anyOf: [ci]}}
    - {as: tests, predicateType: https://in-toto.io/attestation/test-result, max: 99}
    - {as: raw, predicateType: https://openvex.dev/ns}
  rules:
    - {id: a, assert: "true", violation: {message: m}}
"""
)


def test_who_signed_something_else_did_not_sign_claims(tmp_path):
    place = with_policy(tmp_path / "r", CLAIMS)
    made = place.json("keys", "generate", "--name", "eve")
    public = tmp_path / "eve.pub"
    public.write_text(made["publicKey"])
    place.run("keys", "add", public, "--name", "eve", "--owner", "user:eve", "--role", "openvex", *LONG)
    place.commit({}, "Let eve make claims", at=START + 20)
    statement = {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"name": "it", "digest": {"gitCommit": place.git("rev-parse", "HEAD")}}],
        "predicateType": "https://openvex.dev/ns/v0.2.0",
        "predicate": vex("fixed"),
    }
    add(place, signed(place, statement, "eve").to_bytes())
    for number in range(16):  # some come after the claims, in the order of their digests
        result = {"result": "PASSED", "configuration": [], "url": f"https://example.org/{number}"}
        add(place, attestation(place, result).to_bytes())
    (row,) = place.json("decide", expect=1)["verdict"]["results"]
    assert [each["params"]["as"] for each in row["violations"]] == ["vex"]


@pytest.mark.parametrize(("stages", "code"), [("", ""), ('stages = ["ci", "release"]', "WRONG_STAGE")])
def test_a_verdict_of_a_stage_where_no_policy_asks_counts_only_where_that_is_wanted(tmp_path, stages, code):
    released = CRITICAL.replace("  requires:", "  match: {stages: [ci, release]}\n  requires:")
    place = with_policy(tmp_path / "r", released, DIRTY)
    toml = (place.path / "stella.toml").read_text() + f"\n[environments.prod]\n{stages}\n"
    place.commit({"stella.toml": toml.encode()}, "Say which stages count", at=START + 20)
    assert place.attest("--stage", "audit")["decision"] == "pass"
    if not code:
        assert place.verify("--recompute")["ok"] is True
        return
    assert place.standing("--recompute") == code
    place.attest("--stage", "release", expect=1)
    assert place.standing("--recompute") == "DENIED"
