"""The main job from end to end: decide, attest, verify and recompute, here and elsewhere."""

import json
import os
import subprocess
import sys

import pytest

from flows_cases import CLEAN, DIRTY, ID, PURL, START, Place, finding, findings, git, make, sbom, story, vex


def test_init_is_idempotent_and_a_dry_run_writes_nothing(tmp_path):
    path = tmp_path / "r"
    path.mkdir()
    git(path, "init", "--quiet", "--initial-branch=main")
    place = Place(path)
    before = sorted(str(item) for item in path.rglob("*"))
    assert "would" in place.run("init", "--dry-run")
    assert sorted(str(item) for item in path.rglob("*")) == before
    place.run("init", "--name", "reader")
    first = {item: item.read_bytes() for item in path.rglob("*") if item.is_file()}
    text = place.run("init")
    assert "done" not in text
    assert {item: item.read_bytes() for item in path.rglob("*") if item.is_file()} == first
    key = path / ".git/stella/keys/maintainer.pem"
    assert os.name == "nt" or key.stat().st_mode & 0o777 == 0o600
    assert "stella.keyring.json" in place.run("config", "check")


def test_deinit_undoes_the_configuration_and_leaves_the_evidence(tmp_path):
    place = story(tmp_path / "r")
    before = git(place.path, "config", "--local", "--list")
    place.attest()
    refs = git(place.path, "for-each-ref", "refs/notes")
    assert "notes.displayref" in before
    assert "done" in place.run("deinit")
    after = git(place.path, "config", "--local", "--list")
    assert "displayref" not in after
    assert "stella" not in after.replace(str(tmp_path), "")
    assert git(place.path, "for-each-ref", "refs/notes") == refs
    assert "done" not in place.run("deinit")


def test_a_clean_commit_passes_and_is_verified_and_recomputed_in_another_clone(tmp_path):
    place = story(tmp_path / "r")
    decided = place.json("decide")
    stored = place.attest()
    assert stored["decision"] == "pass"
    assert stored["verdictId"] == decided["verdictId"]
    assert place.verify("--recompute")["ok"] is True
    other = place.clone()
    result = other.verify("--recompute")
    assert result["trust"]["mode"] == "first-use"
    assert result["commits"][0]["standings"][0]["result"] == "pass"
    assert other.verify()["trust"]["mode"] == "pinned-seen"
    replayed = other.json("verdict", "replay", "HEAD")
    assert replayed[0]["identical"] is True
    assert "PASS prod verdict:" in git(place.path, "log", "-1")


def test_a_denial_is_signed_and_stored_and_verify_says_no(tmp_path):
    place = story(tmp_path / "r", DIRTY)
    assert place.attest(expect=1)["decision"] == "fail"
    assert place.standing() == "DENIED"
    text = place.run("decide", expect=1)
    assert "findings.critical" in text
    assert "CVE-2020-14343" in text


def test_the_bytes_do_not_depend_on_where_they_are_recomputed(tmp_path):
    place = story(tmp_path / "r")
    place.attest()
    other = place.clone()
    bytes_here = place.run("verdict", "replay", "HEAD", "--print")
    for number, more in enumerate(
        (
            {"PYTHONHASHSEED": "1", "LC_ALL": "C", "TZ": "Pacific/Kiritimati"},
            {"PYTHONHASHSEED": "77", "LC_ALL": "tr_TR.UTF-8", "TZ": "America/St_Johns"},
        )
    ):
        environment = {key: value for key, value in os.environ.items() if key != "SOURCE_DATE_EPOCH"} | more
        umask = (0o077, 0o000)[number]
        replay = f"'{sys.executable}' -m stella_git verdict replay HEAD --print"
        command = f"umask {umask:o}; exec {replay}"
        done = subprocess.run(
            ["sh", "-c", command], cwd=other.path, capture_output=True, env=environment, check=False
        )
        assert done.returncode == 0, done.stderr
        assert done.stdout.decode() == bytes_here


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can become another user"
)
def test_another_user_verifies_and_recomputes_with_nothing_but_read_access(tmp_path):
    place = story(tmp_path / "r")
    place.attest()
    other = place.clone()
    place.path.parent.chmod(0o755)
    for parent in [*place.path.parents][:4]:
        parent.chmod(parent.stat().st_mode | 0o055)
    # The interpreter may lie where only root can read, so everything is loaded before the user changes.
    program = (
        "import io, os, sys; from stella_git.cli.story import call; from pathlib import Path;"
        "call(Path(sys.argv[1]), ['verify', '--recompute']); os.setgid(65534); os.setuid(65534);"
        "code, out, err = call(Path(sys.argv[2]), ['verify', '--recompute']);"
        "sys.stdout.write(out + err); sys.stdout.flush(); os._exit(code)"
    )
    warm = place.clone("warm")
    words = [sys.executable, "-c", program, str(warm.path), str(other.path)]
    trusting = tmp_path / "gitconfig"
    trusting.write_text(f"[safe]\n\tdirectory = {warm.path}\n")
    trusting.chmod(0o644)
    environment = os.environ | {"HOME": "/nonexistent", "GIT_CONFIG_GLOBAL": str(trusting)}
    refused = subprocess.run(words, capture_output=True, env=environment, cwd="/", check=False)
    assert refused.returncode == 4, refused
    assert b"safe.directory" in refused.stdout
    trusting.write_text(f"[safe]\n\tdirectory = {warm.path}\n\tdirectory = {other.path}\n")
    accepted = subprocess.run(words, capture_output=True, env=environment, cwd="/", check=False)
    assert accepted.returncode == 0, accepted
    assert b"recomputed" in accepted.stdout


def test_a_sha256_repository_of_the_same_content_gives_the_same_verdict(tmp_path):
    place = story(tmp_path / "r")
    stored = place.attest()
    target = tmp_path / "sha256"
    target.mkdir()
    git(target, "init", "--quiet", "--initial-branch=main", "--object-format=sha256")
    exported = subprocess.run(["git", "fast-export", "main"], cwd=place.path, capture_output=True, check=True)
    git(target, "fast-import", "--quiet", data=exported.stdout)
    git(target, "reset", "--quiet", "--hard", "main")
    git(target, "config", "stella.trustRef", "refs/heads/main")
    twin = Place(target, now=place.now)
    assert len(git(target, "rev-parse", "HEAD")) == 64
    assert twin.json("decide")["verdictId"] == stored["verdictId"]
    envelope = tmp_path / "note.json"
    ref = place.note_refs()[0]
    envelope.write_text(git(place.path, "notes", f"--ref={ref}", "show", "HEAD"))
    assert twin.json("verdict", "replay", envelope)[0]["identical"] is True
    key = place.path / ".git/stella/keys/maintainer.pem"
    assert twin.attest("--key", f"file:{key}")["verdictId"] == stored["verdictId"]
    assert twin.verify("--recompute")["ok"] is True


def test_attesting_twice_stores_once_and_a_new_verdict_supersedes(tmp_path):
    place = story(tmp_path / "r")
    first = place.attest()
    assert place.attest()["created"] is False
    place.now += 86_400
    second = place.attest("--as-of", "2026-01-09T00:00:00Z")
    assert second["created"] is True
    assert second["verdictId"] != first["verdictId"]
    result = place.verify()["commits"][0]
    states = {row["envelope"]: row["superseded"] for row in result["attestations"]}
    assert states == {first["envelope"]: True, second["envelope"]: False}
    assert result["standings"][0]["envelope"] == second["envelope"]


def test_a_failure_is_not_hidden_behind_an_older_pass(tmp_path):
    place = story(tmp_path / "r")
    place.attest()
    scan = tmp_path / "scan.json"
    scan.write_text(json.dumps(findings(finding(purl="pkg:pypi/pyyaml@6.0.3"))))
    assert place.attest("--findings", scan, expect=1)["decision"] == "fail"
    assert place.standing() == "DENIED"


def test_evidence_outside_the_tree_is_kept_and_fetched_by_digest(tmp_path):
    place = story(tmp_path / "r", {"sbom/app.cdx.json": sbom("pkg:pypi/pyyaml@6.0.3")})
    scan = tmp_path / "scan.json"
    scan.write_text(json.dumps(findings()))
    place.attest("--findings", scan)
    assert place.verify("--recompute")["ok"] is True
    scan.unlink()
    other = place.clone()
    assert other.verify()["ok"] is True
    assert other.standing("--recompute") == "EVIDENCE_MISSING"
    git(other.path, "fetch", "--quiet", "origin", "+refs/stella/cas/*:refs/stella-remote/origin/cas/*")
    assert other.verify("--recompute")["ok"] is True


def test_a_range_asks_for_every_commit(tmp_path):
    place = story(tmp_path / "r")
    base = git(place.path, "rev-parse", "HEAD")
    place.commit({"a.txt": b"1"}, at=START + 60)
    place.attest()
    place.commit({"a.txt": b"2"}, at=START + 120)
    place.attest()
    assert len(place.verify(f"{base}..HEAD")["commits"]) == 2
    assert place.verify(f"{base}^{{}}~0..HEAD")["ok"] is True
    place.commit({"a.txt": b"3"}, at=START + 180)
    result = place.verify(f"{base}..", expect=1)
    assert [commit["ok"] for commit in result["commits"]] == [False, True, True]
    assert place.verify("HEAD..HEAD", expect=1)["commits"] == []


def test_vex_in_the_tree_suppresses_only_with_a_reason(tmp_path):
    place = story(
        tmp_path / "r", DIRTY | {"vex/app.json": vex("not_affected", impact_statement="we hope so")}
    )
    assert place.json("decide", expect=1)["verdict"]["decision"] == "fail"
    justified = vex("not_affected", justification="vulnerable_code_not_present")
    place.commit({"vex/app.json": justified}, at=START + 60)
    assert place.json("decide")["verdict"]["decision"] == "pass"
    outside = place.path.parent / "outside.json"
    outside.write_text(json.dumps(justified))
    assert place.json("decide", "--vex", outside, expect=1)["verdict"]["decision"] == "fail"


def test_grace_runs_on_from_verdict_to_verdict(tmp_path):
    budget = b"""apiVersion: stella.ops/v1
kind: Budget
metadata: {id: default, revision: 1, owner: "team:a"}
spec:
  environments: [prod]
  count:
    vexStates: [affected, conflict, unknown]
    includeWaived: false
    kevIgnoresGrace: false
    graceDays: {critical: 10}
  limits: {findings: {critical: 0}}
  thresholds: {yellowPermille: 700, redPermille: 900}
  action: block
"""
    place = make(tmp_path / "r")
    place.commit(DIRTY | {"policies/budgets/default.yaml": budget})
    assert place.attest("--as-of", "2026-01-01T00:00:00Z")["decision"] == "pass"
    place.commit({"a.txt": b"1"}, at=START + 60)
    place.now += 30 * 86_400
    assert place.attest("--as-of", "2026-01-09T00:00:00Z")["decision"] == "pass"
    place.commit({"a.txt": b"2"}, at=START + 120)
    late = place.attest("--as-of", "2026-01-12T00:00:00Z", expect=1)
    assert late["decision"] == "fail"
    shown = place.json("show", "HEAD")
    assert place.verify("--recompute", expect=1)["commits"][0]["standings"][0]["code"] == "DENIED"
    assert shown["commits"][0]["attestations"][0]["decision"] == "fail"


def test_components_have_verdicts_of_their_own(tmp_path):
    place = make(tmp_path / "r")
    text = (place.path / "stella.toml").read_text()
    text += '\n[[component]]\nname = "api"\nsbom = ["api/*.cdx.json"]\nfindings = ["api/scan.json"]\n'
    text += '[[component]]\nname = "web"\nsbom = ["web/*.cdx.json"]\nfindings = ["web/scan.json"]\n'
    place.commit(
        {
            "stella.toml": text.encode(),
            "api/a.cdx.json": sbom("pkg:pypi/pyyaml@6.0.3"),
            "api/scan.json": findings(),
            "web/a.cdx.json": sbom(PURL),
            "web/scan.json": findings(finding()),
        }
    )
    assert "component-unknown" in place.run("attest", "create", expect=2)
    place.attest("--component", "api")
    assert [row.get("code", "") for row in place.verify(expect=1)["commits"][0]["standings"]] == [
        "",
        "MISSING",
    ]
    place.attest("--component", "web", expect=1)
    rows = place.verify("--recompute", expect=1)["commits"][0]["standings"]
    assert [(row["component"], row["result"]) for row in rows] == [("api", "pass"), ("web", "fail")]


def test_log_and_show_list_what_stands(tmp_path):
    place = story(tmp_path / "r", DIRTY)
    place.attest(expect=1)
    place.commit(CLEAN, "Mend it \x1b[31m", at=START + 60)
    place.attest()
    lines = place.run("log").splitlines()
    assert "prod:pass" in lines[0]
    assert "\\x1b[31m" in lines[0]
    assert "prod:fail" in lines[1]
    assert "range-unsupported" in place.run("show", "HEAD~1..HEAD", expect=2)
    shown = place.run("show", "HEAD~1")
    assert "accepted" in shown
    assert "passed" in shown
    assert ID not in place.run("log", "-n", "1")


def test_keys_are_listed_with_what_the_keyring_says(tmp_path):
    place = story(tmp_path / "r")
    place.run("keys", "generate", "--name", "laptop", "--algorithm", "ed25519")
    assert "key-exists" in place.run("keys", "generate", "--name", "laptop", expect=2)
    assert "key-name" in place.run("keys", "generate", "--name", "../x", expect=2)
    rows = {row["name"]: row for row in place.json("keys", "list")}
    assert rows["laptop"]["status"] == "unlisted"
    assert rows["maintainer"]["status"] == "active"
    assert rows["maintainer"]["held"] is True
    laptop = place.path / ".git/stella/keys/laptop.pem"
    assert "key-not-trusted" in place.run("attest", "create", "--key", f"file:{laptop}", expect=2)
    assert place.note_refs() == []
    place.extra["CI_KEY"] = (place.path / ".git/stella/keys/maintainer.pem").read_text()
    assert place.attest("--key", "env:CI_KEY")["created"] is True
    assert place.attest()["created"] is False  # of the two keys here, the one that the keyring lists


def test_git_log_shows_in_a_clone_what_was_verified_there(tmp_path):
    place = story(tmp_path / "r")
    place.attest()
    other = place.clone()
    assert "verdict:" not in git(other.path, "log", "-1")
    other.verify()
    assert "PASS prod verdict:" in git(other.path, "log", "-1")
    tip = git(other.path, "rev-parse", "refs/notes/stella/summary")
    other.verify()
    assert git(other.path, "rev-parse", "refs/notes/stella/summary") == tip
    other.commit(DIRTY, at=START + 60)
    other.verify("--policy-ref", "HEAD~1", expect=1)
    other.verify(expect=1)
    assert "verdict:" not in git(other.path, "log", "-1")
    assert git(other.path, "rev-parse", "refs/notes/stella/summary") == tip
