"""What is refused, each with its code: altered evidence, notes and keyrings, rules that are not ours."""

import base64
import json

import pytest

from flows_cases import CLEAN, DIRTY, START, Place, finding, findings, git, make, sbom, story
from stella_git import config
from stella_git.canon import jcs
from stella_git.flows.workspace import open_workspace
from stella_git.gitstore import notes
from stella_git.gitstore.backend import Identity, RefUpdate
from stella_git.trust.keys import PrivateKey, save_private_key

WHO = Identity(name="x", email="x@example.org")


def line_of(place, revision="HEAD"):
    with config.use_environment(place.environment()), open_workspace(place.path) as workspace:
        found = notes.note_lines(workspace.backend, workspace.commit(revision).id).lines
    return found[0].refs[0], found[0].data


def plant(place, revision, *lines, ref=None):
    """Replace every note by lines of the attacker's choice."""
    with config.use_environment(place.environment()), open_workspace(place.path) as workspace:
        backend = workspace.backend
        for name in place.note_refs():
            tip = backend.resolve(name)
            backend.update_refs([RefUpdate(name=name, new=None, old=tip)])
        target = workspace.commit(revision).id
        inbox = ref or "refs/notes/stella/w/" + "0" * 32
        notes.add_notes(backend, inbox, {target: lines}, message="x", who=WHO, when=START)


def edited(line, change):
    """Return the line with its statement changed and the signature kept."""
    envelope = json.loads(line)
    statement = json.loads(base64.b64decode(envelope["payload"]))
    change(statement)
    envelope["payload"] = base64.b64encode(jcs.dumps(statement)).decode()
    return jcs.dumps(envelope)


def resigned(place, line, change):
    """Return the line with its statement changed and signed again by the trusted key."""
    from stella_git.attest.envelope import Envelope
    from stella_git.trust.signers import open_signer

    envelope = json.loads(line)
    statement = json.loads(base64.b64decode(envelope["payload"]))
    change(statement)
    unsigned = Envelope(payload_type=envelope["payloadType"], payload=jcs.dumps(statement), signatures=())
    signer = open_signer(f"file:{place.path / '.git/stella/keys/maintainer.pem'}", environment={})
    return unsigned.with_signature(signer.sign(unsigned.pae())).to_bytes()


@pytest.fixture(scope="module")
def attested(tmp_path_factory):
    place = story(tmp_path_factory.mktemp("refusals") / "r")
    place.attest()
    return place


def test_every_flipped_byte_of_the_note_is_refused(attested, tmp_path):
    place = attested.clone(f"flipped-{tmp_path.name}")
    _, line = line_of(place)
    step = max(1, len(line) // 150)
    codes = set()
    for at in range(0, len(line), step):
        changed = bytearray(line)
        changed[at] ^= 1
        if bytes(changed) == line or b"\n" in changed:
            continue
        plant(place, "HEAD", bytes(changed))
        codes.add(place.standing())
    assert codes <= {"BAD_SIGNATURE", "MISSING", "UNREADABLE", "UNKNOWN_KEY", "WRONG_TYPE"}
    assert "BAD_SIGNATURE" in codes
    plant(place, "HEAD", line)
    assert place.verify()["ok"] is True


def test_a_line_that_is_not_canonical_is_refused(attested, tmp_path):
    place = attested.clone(f"spaced-{tmp_path.name}")
    _, line = line_of(place)
    plant(place, "HEAD", json.dumps(json.loads(line)).encode())
    assert place.standing() == "UNREADABLE"


def test_lines_of_others_are_counted_and_do_no_harm(attested, tmp_path):
    place = attested.clone(f"foreign-{tmp_path.name}")
    _, line = line_of(place)
    plant(place, "HEAD", line, b'{"something":"else"}', b"plain text")
    result = place.verify()
    assert result["commits"][0]["foreignLines"] == 2


def set_decision(statement):
    statement["predicate"]["verdict"]["decision"] = "pass"


def restate(statement):
    """Make a pass of a fail, with an id that fits."""
    set_decision(statement)
    from stella_git.verdict.model import verdict_id

    statement["predicate"]["verdictId"] = verdict_id(statement["predicate"]["verdict"])


def other_repository(statement):
    statement["predicate"]["binding"]["repositoryId"] = "99999999-2222-4333-8444-555555555555"


def expired(statement):
    statement["predicate"]["binding"]["expires"] = "2025-12-30T00:00:00Z"


def drop_input(statement):
    statement["predicate"]["run"]["inputs"] = []


def other_policy(statement):
    statement["predicate"]["binding"]["policyRevision"] = "1" * 40
    statement["predicate"]["verdict"]["policySet"]["digest"] = "sha256:" + "0" * 64
    from stella_git.verdict.model import verdict_id

    statement["predicate"]["verdictId"] = verdict_id(statement["predicate"]["verdict"])


def swap_locator(statement):
    for row in statement["predicate"]["run"]["inputs"]:
        if row["role"] == "findings":
            row["uri"] = "tree:sbom/app.cdx.json"


@pytest.mark.parametrize(
    ("change", "words", "code"),
    [
        (set_decision, (), "VERDICT_ID"),
        (restate, ("--recompute",), "NOT_RECOMPUTED"),
        (other_repository, (), "WRONG_REPOSITORY"),
        (expired, (), "EXPIRED"),
        (drop_input, ("--recompute",), "NOT_RECOMPUTED"),
        (other_policy, (), "UNTRUSTED_POLICY"),
        (swap_locator, ("--recompute",), "EVIDENCE_CHANGED"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_a_lying_signer_is_caught(tmp_path, change, words, code):
    place = story(tmp_path / "r", DIRTY)
    place.attest(expect=1)
    _, line = line_of(place)
    plant(place, "HEAD", resigned(place, line, change))
    assert place.standing(*words) == code


def test_an_unsigned_edit_is_a_bad_signature(tmp_path):
    place = story(tmp_path / "r", DIRTY)
    place.attest(expect=1)
    _, line = line_of(place)
    plant(place, "HEAD", edited(line, restate))
    assert place.standing() == "BAD_SIGNATURE"


def test_a_note_copied_to_another_commit_is_refused(tmp_path):
    place = story(tmp_path / "r")
    place.attest()
    _, line = line_of(place)
    place.commit(DIRTY, at=START + 60)
    plant(place, "HEAD", line)
    assert place.standing() == "COPIED"


def test_a_note_survives_no_rewrite_of_the_tree(tmp_path):
    place = story(tmp_path / "r")
    place.attest()
    _, line = line_of(place)
    place.write({"findings/scan.json": findings()})
    (place.path / "new.txt").write_text("x")
    git(place.path, "add", "-A")
    git(place.path, "commit", "--quiet", "--amend", "--no-edit")
    plant(place, "HEAD", line)
    assert place.standing() == "COPIED"


def test_an_aliased_note_is_refused(tmp_path):
    place = story(tmp_path / "r")
    place.attest()
    ref, line = line_of(place)
    head = git(place.path, "rev-parse", "HEAD")
    blob = git(place.path, "hash-object", "-w", "--stdin", data=line)
    inner = git(place.path, "mktree", data=f"100644 blob {blob}\t{head[2:]}\n".encode())
    tree = git(
        place.path, "mktree", data=f"100644 blob {blob}\t{head}\n040000 tree {inner}\t{head[:2]}\n".encode()
    )
    commit = git(place.path, "commit-tree", tree, "-m", "alias")
    git(place.path, "update-ref", ref, commit)
    assert place.standing() == "ALIASED_NOTE"


def test_a_keyring_of_the_commit_itself_is_not_believed(tmp_path):
    place = story(tmp_path / "r")
    place.attest()
    other = place.clone("attacker")
    for name in ("stella.keyring.json", "stella.keyring.sigs.json"):
        (other.path / name).unlink()
    other.run("init", "--key-name", "mallory")
    key = other.path / ".git/stella/keys/mallory.pem"
    other.commit(DIRTY | {"policies/budgets/default.yaml": b""}, at=START + 60)
    git(other.path, "rm", "--quiet", "--cached", "policies/budgets/default.yaml")
    other.commit(
        {
            "policies/budgets/default.yaml": (place.path / "policies/budgets/default.yaml")
            .read_bytes()
            .replace(b"critical: 0", b"critical: 9")
        },
        at=START + 120,
    )
    assert other.attest("--key", f"file:{key}", "--policy-ref", "HEAD")["decision"] == "pass"
    assert other.standing() == "UNKNOWN_KEY"
    assert "SPLIT_VIEW" in other.run("verify", "--policy-ref", "HEAD", expect=1)


def test_a_pinned_root_key_must_stand_behind_the_keyring(tmp_path):
    place = story(tmp_path / "r")
    place.attest()
    keyid = place.json("keys", "list")[0]["keyid"]
    other = place.clone()
    assert "UNTRUSTED_KEYRING" in other.run("verify", "--root-key", "ab" * 32, expect=1)
    assert other.verify("--root-key", keyid)["trust"]["mode"] == "pinned-root"


@pytest.mark.parametrize("name", ["stella.keyring.json", "stella.keyring.sigs.json"])
def test_an_altered_keyring_is_refused(tmp_path, name):
    place = story(tmp_path / "r")
    place.attest()
    data = bytearray((place.path / name).read_bytes())
    for at in range(5, len(data), max(1, len(data) // 25)):
        changed = bytearray(data)
        changed[at] ^= 1
        place.write({name: bytes(changed)})
        words = ["verify", "HEAD", "--keyring", place.path / "stella.keyring.json"]
        with config.use_environment(place.environment()):
            from stella_git.cli.story import call

            code, out, err = call(place.path, [str(word) for word in words])
        assert code in {1, 2}, (at, out, err)
        assert "error[" in err or "UNKNOWN_KEY" in out


def test_older_rules_than_the_history_holds_are_a_rollback(tmp_path):
    place = story(tmp_path / "r")
    place.attest()
    budget = place.path / "policies/budgets/default.yaml"
    strict = budget.read_bytes().replace(b"high: 2", b"high: 1")
    place.commit({"policies/budgets/default.yaml": strict}, "Tighten", at=START + 60)
    place.commit({"a.txt": b"x"}, at=START + 120)
    assert place.attest("--policy-ref", "HEAD~2")["created"] is True
    assert place.standing() == "POLICY_ROLLBACK"
    assert place.verify("HEAD~2")["ok"] is True


def test_evidence_left_out_is_noticed(tmp_path):
    place = story(tmp_path / "r", CLEAN | {"findings/second.json": findings(finding(severity="low"))})
    scan = place.path / "findings/scan.json"
    place.attest("--findings", scan)
    assert place.verify()["ok"] is True
    assert place.standing("--recompute") == "EVIDENCE_OMITTED"


def test_without_findings_or_budget_the_verdict_is_an_error_and_denies(tmp_path):
    place = story(tmp_path / "r", {"sbom/app.cdx.json": sbom("pkg:pypi/pyyaml@6.0.3")})
    assert "nobody looked" in place.run("decide", expect=1)
    assert place.json("decide", "--environment", "staging", expect=1)["verdict"]["decision"] == "error"


def test_a_revoked_key_no_longer_counts(tmp_path):
    from dataclasses import replace

    from stella_git.canon.clock import Instant
    from stella_git.trust.keyring import Keyring, sign_keyring, with_key
    from stella_git.trust.signers import open_signer

    place = story(tmp_path / "r")
    place.attest()
    key = place.path / ".git/stella/keys/maintainer.pem"
    second = PrivateKey.generate("ed25519")
    save_private_key(tmp_path / "second.pem", second)
    payload = (place.path / "stella.keyring.json").read_bytes()
    keyring = Keyring.from_bytes(payload, (place.path / "stella.keyring.sigs.json").read_bytes())
    entry = keyring.keys[0]
    added = with_key(keyring, replace(entry, name="second", key=second.public))
    signers = [open_signer(f"file:{path}", environment={}) for path in (key, tmp_path / "second.pem")]
    place.commit(
        {"stella.keyring.json": added, "stella.keyring.sigs.json": sign_keyring(added, signers)},
        at=START + 60,
    )
    assert place.verify("HEAD~1")["ok"] is True
    keyring = Keyring.from_bytes(added, sign_keyring(added, signers))
    gone = with_key(keyring, replace(entry, status="revoked", revoked_at=Instant(START), reason="lost"))
    place.commit(
        {"stella.keyring.json": gone, "stella.keyring.sigs.json": sign_keyring(gone, signers[1:])},
        at=START + 120,
    )
    assert place.standing("HEAD~2") == "KEY_REVOKED"


@pytest.mark.parametrize(
    ("files", "words", "code", "place_in_message"),
    [
        (
            {"sbom/app.cdx.json": b'{"bomFormat": "CycloneDX",\n "version": 1, "version": 1}'},
            (),
            "document-invalid",
            "sbom/app.cdx.json:2:",
        ),
        (
            {"findings/scan.json": {"apiVersion": "stella.ops/v1", "kind": "Findings"}},
            (),
            "document-invalid",
            "findings/scan.json:",
        ),
        ({"policies/budgets/default.yaml": b"kind: Budget\n"}, (), "member-missing", "default.yaml:1:1"),
        ({}, ("--as-of", "yesterday"), "time-malformed", ""),
        ({}, ("--as-of", "2020-01-01T00:00:00Z"), "as-of-before-parent", ""),
        ({}, ("--findings", "nowhere.json"), "file-missing", "nowhere.json"),
        ({}, ("--policy-ref", "nowhere"), "trust-ref-missing", "nowhere"),
        ({"stella.toml": b"[decide]\nenviroment = 'prod'\n"}, (), "config-unknown-key", "stella.toml:2:"),
        ({"stella.toml": b""}, (), "repository-id-missing", ""),
    ],
)
def test_bad_input_gets_one_message_and_writes_nothing(tmp_path, files, words, code, place_in_message):
    place = story(tmp_path / "r")
    place.commit(CLEAN | files | {"b.txt": b"x"}, at=START + 60)
    before = git(place.path, "for-each-ref")
    with config.use_environment(place.environment()):
        from stella_git.cli.story import call

        exit_code, _, err = call(place.path, ["attest", "create", *words])
    assert exit_code in {1, 2}
    assert f"error[{code}" in err
    assert place_in_message in err
    assert "remedy: " in err
    assert git(place.path, "for-each-ref") == before


def test_a_clone_that_names_no_trusted_revision_gets_an_error_not_a_guess(tmp_path):
    place = story(tmp_path / "r")
    place.attest()
    git(place.path, "config", "--unset", "stella.trustRef")
    assert "trust-ref-missing" in place.run("verify", expect=2)
    assert place.verify("--policy-ref", "main")["ok"] is True


def test_outside_a_repository_and_in_a_bare_one(tmp_path):
    lonely = Place(tmp_path)
    assert "git-no-repository" in lonely.run("verify", expect=4)
    place = story(tmp_path / "r")
    place.attest()
    bare = tmp_path / "bare.git"
    git(tmp_path, "clone", "--quiet", "--mirror", str(place.path), str(bare))
    mirror = Place(bare, now=place.now)
    assert "init-bare" in mirror.run("init", expect=2)
    assert mirror.verify("--policy-ref", "main", "--recompute")["ok"] is True


def test_a_shallow_clone_says_what_it_cannot_know(tmp_path):
    place = story(tmp_path / "r")
    place.attest()
    place.commit({"a.txt": b"1"}, at=START + 60)
    place.attest()
    shallow = tmp_path / "shallow"
    git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{place.path}", str(shallow))
    other = Place(shallow, now=place.now)
    other.run("init")
    git(shallow, "fetch", "--quiet", "--depth=1")
    result = other.verify("--recompute")
    checks = {check["name"]: check["status"] for check in result["commits"][0]["attestations"][0]["checks"]}
    assert checks["history"] == "skipped"


def test_a_linked_worktree_shares_notes_keys_and_pins(tmp_path):
    place = story(tmp_path / "r")
    linked = tmp_path / "linked tree é"
    git(place.path, "worktree", "add", "--quiet", str(linked), "-b", "topic")
    other = Place(linked, now=place.now)
    other.commit({"a.txt": b"1"}, at=START + 60)
    assert other.attest()["created"] is True
    assert place.verify("topic")["ok"] is True
    assert other.verify("--recompute")["ok"] is True


def test_environments_bind_verdicts_to_refs(tmp_path):
    place = make(tmp_path / "r")
    text = (place.path / "stella.toml").read_text() + '\n[environments.prod]\nrefs = ["refs/heads/main"]\n'
    place.commit(CLEAN | {"stella.toml": text.encode()})
    place.attest("--ref", "refs/heads/topic")
    assert place.standing() == "WRONG_REF"
    place.attest()
    assert place.verify()["ok"] is True
    git(place.path, "checkout", "--quiet", "-b", "topic")
    result = place.verify(expect=1)
    assert result["commits"][0]["standings"] == []
