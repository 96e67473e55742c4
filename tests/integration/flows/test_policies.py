"""Policies in verdicts: asked at the trusted revision, signed, verified, recomputed elsewhere."""

import json
from dataclasses import replace

import pytest

from flows_cases import CLEAN, DIRTY, ID, START, Place, git, sbom, story, vex
from stella_git.attest.envelope import PAYLOAD_TYPE, Envelope
from stella_git.flows.acceptance import Acceptance
from stella_git.flows.decide import Question, decide
from stella_git.flows.workspace import WRITER, open_workspace
from stella_git.gitstore import notes
from stella_git.trust.signers import open_signer

KEV = """\
apiVersion: stella.ops/v1
kind: Policy
metadata:
  {id: vuln.no-critical, revision: 1, title: Nothing critical, owner: "team:appsec", severity: critical}
spec:
  mode: deny
  requires:
    - {as: findings, predicateType: "https://stella.ops/attestation/findings", versions: [v1]}
  let: {open: 'findings.filter(f, f.vex.effective in ["affected", "conflict", "unknown"])'}
  rules:
    - id: critical
      forEach: {item: f, in: open, key: f.fp, onEmpty: pass}
      assert: f.severity != "critical"
      violation:
        params: {id: f.id, purl: f.purl}
        message: "{id} in {purl} is critical"
        fix: "Upgrade {purl}."
"""
POLICY = "policies/packs/vuln/no-critical.yaml"
SET = "policies/policy-set.yaml"


def policy_set(more="", packs="[{name: vuln, path: packs/vuln}]"):
    return f"""\
apiVersion: stella.ops/v1
kind: PolicySet
metadata: {{id: all, revision: 1, owner: "team:appsec"}}
spec:
  packs: {packs}
{more}""".encode()


def loose(place):
    """Make the budget of init count nothing, so that policies alone decide."""
    (path,) = (place.path / "policies/budgets").glob("*.yaml")
    text = path.read_text()
    path.write_text(text.replace("action: block", "action: audit"))
    assert "action: audit" in path.read_text()


def with_policies(path, files=DIRTY, policies=None, **options):
    place = story(path, files, **options)
    loose(place)
    place.commit({POLICY: KEV.encode()} if policies is None else policies, "Set policies", at=START + 10)
    return place


def test_a_policy_denies_and_the_verdict_is_recomputed_elsewhere(tmp_path):
    place = with_policies(tmp_path / "r")
    said = place.run("decide", expect=1)
    assert (
        f"DENY vuln.no-critical/critical  {POLICY}:11  CVE-2020-14343 in pkg:pypi/pyyaml@5.3.1 is critical"
        in said
    )
    assert "stella policy waive vfp:" in said
    assert place.attest(expect=1)["decision"] == "fail"
    verdict = place.json("decide", expect=1)["verdict"]
    (row,) = verdict["results"]
    assert (row["policy"], row["rule"], row["status"]) == ("vuln.no-critical", "critical", "fail")
    assert verdict["policySet"]["policies"][0]["effectiveMode"] == "deny"
    assert "params" not in verdict["context"]
    other = place.clone()
    assert other.json("verdict", "replay", "HEAD")[0]["identical"] is True
    assert other.standing("--recompute") == "DENIED"


def test_a_policy_that_holds_passes_and_is_verified(tmp_path):
    place = with_policies(tmp_path / "r", CLEAN)
    assert place.attest()["decision"] == "pass"
    assert place.clone().verify("--recompute")["ok"] is True


def test_a_commit_does_not_choose_its_own_policies(tmp_path):
    place = with_policies(tmp_path / "r")
    git(place.path, "config", "stella.trustRef", "refs/heads/main")
    git(place.path, "checkout", "-q", "-b", "mine")
    place.commit({POLICY: KEV.replace("mode: deny", 'mode: "off"').encode()}, "Off", at=START + 20)
    # what the commit has at that path is longer than what is in force, and makes no difference
    assert place.json("decide", expect=1)["verdict"]["decision"] == "fail"


def test_modes_of_the_policy_set_count(tmp_path):
    files = {POLICY: KEV.encode(), SET: policy_set("  modes: {vuln.no-critical: warn}\n")}
    place = with_policies(tmp_path / "r", policies=files)
    verdict = place.json("decide")["verdict"]
    assert (verdict["decision"], verdict["results"][0]["status"]) == ("warn", "warn")
    assert verdict["policySet"]["policies"][0]["mode"] == "warn"


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({POLICY: KEV.replace("assert:", "asert:").encode()}, "policy-invalid"),
        ({POLICY: KEV.replace("f.severity", "f.severty").encode()}, "cel-unknown"),
        ({POLICY: KEV.encode(), SET: policy_set("  modes: {vuln.no-kev: warn}\n")}, "policy-unknown"),
        ({POLICY: KEV.encode(), SET: policy_set(packs="[{name: a, path: packs/a}]")}, "policy-pack-empty"),
        ({POLICY: KEV.encode(), "policies/packs/a/b.yaml": KEV.encode()}, "policy-twice"),
    ],
)
def test_policies_that_cannot_be_used_decide_nothing(tmp_path, files, code):
    place = with_policies(tmp_path / "r", policies=files)
    assert f"error[{code}]" in place.run("decide", expect=2)


def test_the_ref_is_part_of_a_verdict_only_if_a_policy_looks_at_it(tmp_path):
    text = KEV.replace("  requires:", '  match: {refs: ["refs/heads/main"]}\n  requires:')
    place = with_policies(tmp_path / "r", policies={POLICY: text.encode()})
    verdict = place.json("decide", expect=1)["verdict"]
    assert verdict["context"]["params"] == {"ref": "refs/heads/main"}
    elsewhere = place.json("decide", "--ref", "refs/heads/topic")["verdict"]
    assert (elsewhere["decision"], elsewhere["results"][0]["status"]) == ("pass", "not_applicable")
    place.attest(expect=1)
    assert place.clone().standing("--recompute") == "DENIED"


def test_a_verdict_for_another_ref_than_it_says_is_not_trusted(tmp_path):
    text = KEV.replace("  requires:", '  match: {refs: ["refs/heads/main"]}\n  requires:')
    place = with_policies(tmp_path / "r", policies={POLICY: text.encode()})
    place.attest("--ref", "refs/heads/topic")
    other = place.clone()
    assert other.standing() == "WRONG_REF"
    assert other.verify("--ref", "refs/heads/topic", "--recompute")["ok"] is True


def test_vex_reaches_policies_through_the_lattice(tmp_path):
    claim = vex("not_affected", justification="vulnerable_code_not_present")
    place = with_policies(tmp_path / "r", {**DIRTY, "vex/app.openvex.json": claim})
    assert place.json("decide")["verdict"]["results"][0]["status"] == "pass"


def test_budgets_reach_policies_as_data(tmp_path):
    text = KEV.replace("attestation/findings", "attestation/budget-check").replace(
        KEV[KEV.index("  let:") :],
        """\
  rules:
    - id: green
      forEach: {item: b, in: findings, key: b.check.budget.id, onEmpty: violate}
      assert: b.check.state == "green"
      violation: {params: {id: b.check.budget.id}, message: "{id} is not green"}
""",
    )
    place = with_policies(tmp_path / "r", policies={POLICY: text.encode()})
    (row,) = place.json("decide", expect=1)["verdict"]["results"]
    assert row["status"] == "fail"


def test_the_inventory_is_one_shape_for_every_format(tmp_path):
    text = KEV.replace("attestation/findings", "attestation/inventory").replace(
        KEV[KEV.index("  let:") :],
        """\
  rules:
    - id: versioned
      forEach: {item: c, in: findings.components, key: c.name, onEmpty: violate}
      assert: c.version == "6.0.3"
      violation: {params: {name: c.name}, message: "{name} is another version"}
""",
    )
    place = with_policies(tmp_path / "r", policies={POLICY: text.encode()})
    said = place.run("decide", expect=1)
    assert "pyyaml is another version" in said
    assert "sbom/app.cdx.json:" in said
    place.commit({"sbom/app.cdx.json": sbom("pkg:pypi/pyyaml@6.0.3")}, "Upgrade", at=START + 20)
    assert place.json("decide")["verdict"]["decision"] == "pass"


def test_policies_alone_can_decide(tmp_path):
    place = with_policies(tmp_path / "r")
    for path in (place.path / "policies/budgets").glob("*.yaml"):
        path.unlink()
    place.commit({}, "No budget", at=START + 20)
    verdict = place.json("decide", expect=1)["verdict"]
    assert (verdict["decision"], verdict["budgets"]) == ("fail", [])
    elsewhere = KEV.replace("  requires:", "  match: {environments: [elsewhere]}\n  requires:")
    place.commit({POLICY: elsewhere.encode()}, "Elsewhere", at=START + 30)
    assert place.json("decide", expect=1)["verdict"]["decision"] == "error"


def test_other_policies_are_compared_over_what_was_decided(tmp_path):
    place = with_policies(tmp_path / "r")
    place.attest(expect=1)
    folder = place.path.parent / "looser"
    folder.mkdir()
    (folder / "a.yaml").write_text(KEV.replace("mode: deny", "mode: warn"))
    same = place.json("policy", "diff", "HEAD", "HEAD")
    assert [row["changes"] for row in same["verdicts"]] == [[]]
    found = place.json("policy", "diff", "HEAD", folder, expect=1)
    (row,) = found["verdicts"]
    assert (row["before"], row["after"]) == ("fail", "warn")
    assert [(change["before"], change["after"]) for change in row["changes"]] == [("fail", "warn")]
    assert "FAIL -> WARN" in place.run("policy", "diff", "HEAD", folder, expect=1)
    assert "| fail | warn |" in place.run("policy", "diff", "HEAD", folder, "--format", "markdown", expect=1)
    assert "neither a folder nor a revision" in place.run("policy", "diff", "HEAD", "nowhere", expect=2)
    assert json.dumps(found)


WAIVER = "policies/waivers/yaml.yaml"
LONG = ("--days", 36500)


def waived(tmp_path, *, effect="waive", approved=True):
    """Return a repository whose violation is waived, by a waiver that a second person approved."""
    place = with_policies(tmp_path / "r")
    made = place.json("keys", "generate", "--name", "bea")
    public = tmp_path / "bea.pub"
    public.write_text(made["publicKey"])
    place.run("keys", "add", public, "--name", "bea", "--owner", "user:bea", "--role", "waiver", *LONG)
    place.commit({}, "Let bea approve", at=START + 20)
    violation = place.json("decide", expect=1)["verdict"]["results"][0]["violations"][0]["fp"]
    place.run(
        *("policy", "waive", violation, "--policy", "vuln.no-critical/critical", "--owner", "user:ada"),
        *("--type", "risk_accepted", "--reason", "Not reachable from our entry points", "--effect", effect),
        *("--id", "yaml", "--expires", "30d"),
    )
    place.commit({}, "Ask for a waiver", at=START + 30)
    if approved:
        place.run("policy", "waive", "--approve", WAIVER, "--key", f"file:{made['path']}")
        place.commit({}, "Approve it", at=START + 40)
    return place


def test_a_waiver_that_somebody_else_approved_lifts_a_violation_and_is_recomputed(tmp_path):
    place = waived(tmp_path)
    verdict = place.json("decide")["verdict"]
    (row,) = verdict["results"]
    (waiver,) = verdict["waivers"]
    assert (verdict["decision"], row["status"]) == ("pass", "waived")
    finding = verdict["waivers"][0]["applied"]
    assert finding == sorted({row["violations"][0]["fp"], *(fp for fp in finding if fp.startswith("fp:"))})
    assert len(finding) == 2
    assert waiver["id"] == "yaml"
    assert {entry["role"] for entry in verdict["inputs"]} >= {"waiver-facts"}
    assert "WAIVED vuln.no-critical/critical" in place.run("decide")
    place.attest()
    other = place.clone()
    git(other.path, "fetch", "--quiet", "origin", "refs/stella/cas/*:refs/stella/cas/*")
    assert other.json("verdict", "replay", "HEAD")[0]["identical"] is True
    assert other.verify("--recompute")["ok"] is True


def test_a_waiver_that_nobody_approved_lifts_nothing_and_is_named(tmp_path):
    place = waived(tmp_path, approved=False)
    said = place.run("decide", expect=1)
    assert "DENY vuln.no-critical/critical" in said
    assert "waiver yaml has 0 of 1 approvals that count" in said


def test_a_waiver_may_only_downgrade(tmp_path):
    verdict = waived(tmp_path, effect="downgrade").json("decide")["verdict"]
    assert (verdict["decision"], verdict["results"][0]["status"]) == ("warn", "warn")


def test_an_expired_waiver_brings_the_violation_back(tmp_path):
    place = waived(tmp_path)
    said = place.run("decide", "--as-of", "2026-03-01T00:00:00Z", expect=1)
    assert "DENY vuln.no-critical/critical" in said
    assert "waiver yaml expired at" in said


def test_what_a_waiver_says_cannot_be_changed_after_it_was_approved(tmp_path):
    place = waived(tmp_path)
    path = place.path / WAIVER
    path.write_text(path.read_text().replace("Not reachable", "Not interesting"))
    place.commit({}, "Another reason", at=START + 50)
    assert "0 of 1 approvals that count" in place.run("decide", expect=1)


def test_waived_findings_are_counted_by_budgets(tmp_path):
    place = waived(tmp_path)
    (path,) = (place.path / "policies/budgets").glob("*.yaml")
    text = path.read_text().replace("action: audit", "action: block")
    assert "  limits:\n" in text
    path.write_text(text.replace("  limits:\n", "  limits:\n    waivers: {total: 0}\n"))
    place.commit({}, "No waivers", at=START + 60)
    verdict = place.json("decide", expect=1)["verdict"]
    assert (verdict["decision"], verdict["results"][0]["status"]) == ("fail", "waived")


def test_a_waiver_that_covers_nothing_is_an_error_after_two_weeks(tmp_path):
    place = waived(tmp_path)
    place.commit(CLEAN, "Upgrade", at=START + 70)
    assert "covers nothing" in place.run("decide", "--as-of", "2026-01-02T00:00:00Z")
    place.attest("--as-of", "2026-01-02T00:00:00Z")
    place.commit({}, "Later", at=START + 80)
    place.now += 20 * 86_400
    assert place.json("decide", "--as-of", "2026-01-15T23:59:59Z")["verdict"]["decision"] == "pass"
    assert place.json("decide", "--as-of", "2026-01-16T00:00:00Z", expect=1)["verdict"]["decision"] == "error"
    place.git("rm", "-q", WAIVER)
    place.commit({}, "Delete it", at=START + 90)
    assert place.json("decide", "--as-of", "2026-01-16T00:00:00Z")["verdict"]["decision"] == "pass"


BUILT = """\
apiVersion: stella.ops/v1
kind: Policy
metadata: {id: built, revision: 1, title: Built by us, owner: "team:appsec", severity: high}
spec:
  mode: deny
  requires:
    - as: build
      predicateType: https://slsa.dev/provenance
      versions: [v1]
      signedBy: {anyOf: [ci]}
  rules:
    - id: builder
      assert: build.runDetails.builder.id == "https://ci.example.org/builder"
      violation: {message: another builder}
"""


def provenance(commit):
    return {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"name": "app.whl", "digest": {"sha256": "a" * 64}}],
        "predicateType": "https://slsa.dev/provenance/v1",
        "predicate": {
            "buildDefinition": {
                "buildType": "https://ci.example.org/build/v1",
                "externalParameters": {},
                "resolvedDependencies": [
                    {"uri": "git+https://example.org/r", "digest": {"gitCommit": commit}}
                ],
            },
            "runDetails": {"builder": {"id": "https://ci.example.org/builder"}},
        },
    }


def built(tmp_path, about=None):
    """Return a repository whose policy asks for provenance, and the file of an envelope with it."""
    place = with_policies(tmp_path / "r", CLEAN, {"policies/packs/built.yaml": BUILT.encode()})
    made = place.json("keys", "generate", "--name", "ci")
    public = tmp_path / "ci.pub"
    public.write_text(made["publicKey"])
    roles = ("--role", "slsa-provenance")
    place.run("keys", "add", public, "--name", "ci", "--owner", "team:ci", *roles, *LONG)
    commit = place.commit({}, "Let CI sign", at=START + 20)
    signer = open_signer(f"file:{made['path']}", environment={}, base=place.path)
    unsigned = Envelope(
        payload_type=PAYLOAD_TYPE, payload=json.dumps(provenance(about or commit)).encode(), signatures=()
    )
    envelope = unsigned.with_signature(signer.sign(unsigned.pae()))
    path = tmp_path / "build.intoto.json"
    path.write_bytes(envelope.to_bytes())
    return place, path


def test_a_policy_sees_provenance_that_the_keyring_vouches_for(tmp_path):
    place, path = built(tmp_path)
    assert place.json("decide", expect=1)["verdict"]["decision"] == "fail"
    verdict = place.json("decide", "--attestation", path)["verdict"]
    assert verdict["decision"] == "pass"
    (row,) = [entry for entry in verdict["inputs"] if entry["role"] == "attestation"]
    assert (row["predicateType"], row["signers"]) == ("https://slsa.dev/provenance/v1", ["key:ci"])
    assert set(verdict["context"]["params"]) == {"gitCommit", "gitTree"}
    place.attest("--attestation", path)
    other = place.clone()
    git(other.path, "fetch", "--quiet", "origin", "refs/stella/cas/*:refs/stella/cas/*")
    assert other.json("verdict", "replay", "HEAD")[0]["identical"] is True
    assert other.verify("--recompute")["ok"] is True


def test_provenance_in_the_notes_of_the_commit_comes_by_itself(tmp_path):
    place, path = built(tmp_path)
    with open_workspace(place.path) as workspace:
        head = workspace.commit("HEAD").id
        notes.add_notes(
            workspace.backend,
            "refs/notes/stella/w/" + "0" * 32,
            {head: [path.read_bytes()]},
            message="Build",
            who=WRITER,
            when=START,
        )
    assert place.json("decide")["verdict"]["decision"] == "pass"
    place.commit({}, "Next", at=START + 30)
    assert place.json("decide", expect=1)["verdict"]["decision"] == "fail"


def test_provenance_of_another_commit_is_no_evidence(tmp_path):
    place, path = built(tmp_path, about="f" * 40)
    assert "is no evidence" in place.run("decide", "--attestation", path, expect=1)


def test_provenance_that_somebody_changed_is_no_evidence(tmp_path):
    place, path = built(tmp_path)
    changed = json.loads(path.read_bytes())
    changed["payload"] = changed["payload"][:-8] + "AAAAAAAA"
    path.write_bytes(json.dumps(changed).encode())
    assert "is no evidence" in place.run("decide", "--attestation", path, expect=1)


def test_a_verdict_that_took_attestations_about_another_commit_is_refused(tmp_path):
    place, path = built(tmp_path)
    place.attest("--attestation", path)
    with open_workspace(place.path) as workspace:
        commit = workspace.commit("HEAD")
        answer = decide(workspace, Question(given={"attestation": [str(path)]}))
        acceptance = Acceptance(workspace.backend, answer.in_force)
        verdict = answer.decision.verdict
        assert acceptance.check_about(commit, verdict) == ()
        other = replace(verdict, params={**verdict.params, "gitTree": "f" * 40})
        (check,) = acceptance.check_about(commit, other)
        assert (check.status, check.code) == ("failed", "WRONG_SUBJECT")


def test_who_sets_a_repository_up_answers_for_its_first_key(tmp_path):
    for name, email, words, owner in (
        ("a", "ada@example.org", (), "user:ada@example.org"),
        ("b", "ada@example.org", ("--owner", "team:release"), "team:release"),
        ("c", "", (), "team:maintainers"),
    ):
        place = Place(tmp_path / name)
        place.path.mkdir()
        git(place.path, "init", "--quiet", "--initial-branch=main")
        git(place.path, "config", "user.email", email)
        place.run("init", *words)
        ring = json.loads((place.path / "stella.keyring.json").read_bytes())
        assert [key["owner"] for key in ring["keys"].values()] == [owner]


def test_nobody_approves_a_waiver_of_their_own_with_the_first_key(tmp_path):
    place = Place(tmp_path / "r")
    place.path.mkdir()
    git(place.path, "init", "--quiet", "--initial-branch=main")
    git(place.path, "config", "user.email", "ada@example.org")
    place.now = START - 3600
    place.run("init", "--name", "reader", "--repository-id", ID, "--keyring-days", "36500")
    place.now = START + 86_400
    loose(place)
    place.commit({**DIRTY, POLICY: KEV.encode()}, "Start", at=START + 10)
    fp = place.json("decide", expect=1)["verdict"]["results"][0]["violations"][0]["fp"]
    reason = ("--type", "risk_accepted", "--reason", "Not reachable from our entry points")
    place.run("policy", "waive", fp, "--policy", "vuln.no-critical/critical", *reason, "--id", "own")
    (key,) = (place.path / ".git/stella/keys").glob("*.pem")
    said = place.run(
        "policy", "waive", "--approve", "policies/waivers/own.yaml", "--key", f"file:{key}", expect=1
    )
    assert "ada@example.org" in said


def test_config_check_reads_policies_as_a_decision_does(tmp_path):
    place = with_policies(tmp_path / "r")
    assert POLICY in place.run("config", "check")
    place.write({POLICY: KEV.replace("f.severity", "f.severty").encode()})
    said = place.run("config", "check", expect=2)
    assert f"{POLICY}:13:17" in said
    assert "severity" in said
    place.write({POLICY: KEV.encode(), SET: policy_set(packs="[{name: a, path: packs/a}]")})
    assert "policy-pack-empty" in place.run("config", "check", expect=2)


def test_a_decision_in_the_formats_of_services(tmp_path):
    place = with_policies(tmp_path / "r")
    (path,) = (place.path / "policies/budgets").glob("*.yaml")
    path.write_text(path.read_text().replace("action: audit", "action: block"))
    place.commit({}, "Block", at=START + 20)
    log = json.loads(place.run("decide", "--format", "sarif", expect=1))
    (made,) = log["runs"]
    assert {row["ruleId"] for row in made["results"]} == {
        "default/findings.critical",
        "vuln.no-critical/critical",
    }
    rows = {row["ruleId"]: row["locations"][0]["physicalLocation"] for row in made["results"]}
    assert rows["default/findings.critical"]["artifactLocation"]["uri"] == "policies/budgets/default.yaml"
    text = path.read_text().splitlines()
    assert "critical: 0" in text[rows["default/findings.critical"]["region"]["startLine"] - 1]
    assert rows["vuln.no-critical/critical"]["artifactLocation"]["uri"] == "findings/scan.json"
    said = place.run("decide", "--format", "junit", expect=1)
    assert "findings.critical is 1, the limit is 0" in said
    said = place.run("decide", "--format", "github", expect=1)
    assert "::error file=policies/budgets/default.yaml" in said
    place.git("rm", "-q", "findings/scan.json")
    place.commit({}, "Nobody looked", at=START + 30)
    assert "nobody looked for vulnerabilities" in place.run("decide", "--format", "markdown", expect=1)
    assert "nobody looked for vulnerabilities" in place.run("decide", "--format", "junit", expect=1)
