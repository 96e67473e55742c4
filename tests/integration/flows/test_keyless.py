"""Verdicts that an identity signed, without a key of its own: from the services to a clone's yes."""

import json
import time

import pytest

from flows_cases import CLEAN, DIRTY, make
from sigstore_ca import IDENTITY, ISSUER
from sigstore_http import serve
from sigstore_world import World

pytestmark = pytest.mark.enable_socket


@pytest.fixture
def service():
    with serve(World(now=int(time.time()) - 10)) as running:
        yield running


def repository(path, service, *, role="verdict", trusted=True):
    """Return a repository whose keyring lists one identity and, if asked, the root; its signer is keyless."""
    found = make(path / "shop")
    root = json.dumps(service.world.trusted_root()).encode()
    found.write({"stella.trusted-root.json": root})
    if trusted:
        found.run("keys", "add", "--trusted-root", "stella.trusted-root.json")
    words = ["--name", "release", "--issuer", ISSUER, "--subject", IDENTITY, "--role", role]
    found.run("keys", "add", "--identity", *words)
    config = path / "client.json"
    config.write_text(json.dumps(service.client_config(2)))
    found.extra |= {"SIGSTORE_ID_TOKEN": service.token(), "STELLA_KEY": f"sigstore:{config}"}
    return found


@pytest.fixture
def place(tmp_path, service):
    return repository(tmp_path, service)


def test_a_verdict_signed_by_an_identity_stands_in_a_clone(place, service):
    place.commit(CLEAN, "Start")
    stored = place.attest()
    assert stored["created"]
    other = place.clone()
    result = other.verify("--recompute")
    (found,) = result["commits"][0]["attestations"]
    assert found["signers"] == ["identity:release"]
    names = [check["name"] for check in found["checks"]]
    (root,) = [check["detail"] for check in found["checks"] if check["name"] == "root"]
    assert root.startswith("stella.trusted-root.json, sha256:")
    assert names.index("certificate") < names.index("sct") < names.index("signature") < names.index("keys")
    assert "identity:release" in other.git("log", "-1", "--notes=refs/notes/stella/summary")


def test_its_file_is_verified_by_the_repository_s_own_keyring_and_root(place, service):
    commit = place.commit(CLEAN, "Start")
    ref = place.attest()["ref"]
    (place.path / "evidence.json").write_text(place.git("notes", f"--ref={ref}", "show", commit))
    found = place.json("attest", "verify", place.path / "evidence.json")
    assert found["signers"] == ["identity:release"]
    words = ("--signed-at", "2020-01-01T00:00:00Z")
    refused = place.json("attest", "verify", place.path / "evidence.json", *words, expect=1)
    failures = [check["code"] for check in refused["checks"] if check["status"] == "failed"]
    assert failures == ["SIGNED_LATER"]  # the verifier's word about the time changes no clock


def test_each_run_has_an_inbox_of_its_own_and_supersedes_the_one_before(place, service):
    place.commit(DIRTY, "Start")
    first = place.attest(expect=1)
    place.commit(CLEAN, "Mend")
    second = place.attest()
    assert first["ref"] == second["ref"]  # one identity, and no run id in the certificate
    third = place.attest()
    found = {one["envelope"]: one["superseded"] for one in place.verify()["commits"][0]["attestations"]}
    assert found == {second["envelope"]: True, third["envelope"]: False}


def test_another_identity_is_refused_before_anything_is_stored(place, service):
    place.commit(CLEAN, "Start")
    place.extra["SIGSTORE_ID_TOKEN"] = service.token(identity="https://github.com/other/job@refs/heads/main")
    out = place.run("attest", "create", expect=2)
    assert "error[identity-not-trusted]" in out
    assert "UNKNOWN_IDENTITY" in out
    assert place.note_refs() == []
    assert place.standing() == "MISSING"


def test_a_role_that_the_identity_has_not_is_refused(tmp_path, service):
    found = repository(tmp_path, service, role="slsa-provenance")
    found.commit(CLEAN, "Start")
    assert "WRONG_ROLE" in found.run("attest", "create", expect=2)


def test_without_the_digest_of_the_root_no_identity_counts(tmp_path, service):
    found = repository(tmp_path, service, trusted=False)
    found.commit(CLEAN, "Start")
    assert "NO_TRUSTED_ROOT" in found.run("attest", "create", expect=2)
    assert found.note_refs() == []


def test_a_bundle_in_a_note_that_was_tampered_with_is_refused(place, service):
    commit = place.commit(CLEAN, "Start")
    ref = place.attest()["ref"]
    line = place.git("notes", f"--ref={ref}", "show", commit)
    bent = json.loads(line)
    entry = bent["verificationMaterial"]["tlogEntries"][0]
    hashes = entry["inclusionProof"]["hashes"]
    entry["inclusionProof"]["hashes"] = hashes[1:] if hashes else [entry["inclusionProof"]["rootHash"]]
    text = json.dumps(bent, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    place.git("notes", f"--ref={ref}", "add", "--force", "--file=-", commit, data=text.encode() + b"\n")
    assert place.standing() == "LOG_INCLUSION"


def test_every_signature_is_in_the_audit_log(place, service):
    place.commit(CLEAN, "Start")
    place.attest()
    records = [json.loads(line) for line in place.run("audit", "show", "--format", "jsonl").splitlines()]
    assert records[-1]["operation"] == "attest.create"
    assert len(records[-1]["keyId"]) == 64
    place.run("audit", "verify")
