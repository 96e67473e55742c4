"""``stella policy lock`` as people and machines see it."""

import hashlib
import json
import re
import shlex

import jsonschema
import pytest

import flows_cases
import lock_cases as cases
from house_cases import ROOT
from schema_cases import load as schema
from stella_git.canon.clock import SystemClock
from stella_git.trust.keyring import Keyring, new_keyring, sign_keyring
from stella_git.trust.signers import open_signer
from trust_cases import entry, private


@pytest.fixture
def place(tmp_path):
    """A house whose pack of others is one commit away."""
    path = tmp_path / "theirs"
    commit = cases.repository(path)
    return cases.house(tmp_path / "here", cases.theirs(cases.source(path, commit), cases.digest_of()))


def test_lock_then_check(stella, place):
    done = stella("policy", "lock", cwd=place)
    assert done.code == 0, done.err
    assert done.out.splitlines() == [
        f"fetched theirs to policies/packs/theirs ({cases.digest_of()})",
        "wrote policies/packs/theirs",
        "wrote policies/policy.lock",
        "policies/policy.lock lists 5 files and 2 packs",
    ]
    done = stella("policy", "lock", "--check", cwd=place)
    assert (done.code, done.out.splitlines()) == (
        0,
        ["note: nobody signed the lock", "policies/policy.lock: all as it is locked"],
    )


def test_every_difference_is_printed(stella, place):
    stella("policy", "lock", cwd=place)
    (place / "policies/packs/own/one.yaml").write_bytes(cases.policy("own.changed"))
    (place / "policies/packs/theirs/deep/two.yaml").unlink()
    cases.tree(place, {"policies/packs/own/new.yaml": cases.policy("own.new")})
    before = cases.snapshot(place)
    done = stella("policy", "lock", "--check", "--format", "json", cwd=place)
    assert done.code == 1
    document = done.json()
    jsonschema.Draft202012Validator(schema("policy-lock-report.v1")).validate(document)
    assert not document["ok"]
    assert {(row["path"], row["code"]) for row in document["problems"]} == {
        ("policies/packs/own", "policy-locked"),
        ("policies/packs/own/new.yaml", "policy-locked"),
        ("policies/packs/own/one.yaml", "policy-locked"),
        ("policies/packs/theirs", "policy-locked"),
        ("policies/packs/theirs", "policy-pack-digest"),
        ("policies/packs/theirs/deep/two.yaml", "policy-locked"),
    }
    assert all(row["remedy"] for row in document["problems"])
    text = stella("policy", "lock", "--check", cwd=place).out
    found = hashlib.sha256(cases.policy("own.changed")).hexdigest()[:12]
    lines = text.splitlines()
    at = next(number for number, line in enumerate(lines) if "own/one.yaml" in line)
    assert lines[at].startswith(f"policies/packs/own/one.yaml: sha256:{found}, locked is sha256:")
    assert lines[at + 1] == "  remedy: undo the change, or lock again: stella policy lock"
    assert "policies/packs/own/new.yaml: not locked" in lines
    assert "policies/packs/theirs/deep/two.yaml: locked, and not there" in lines
    assert lines[-1] == "6 differences"
    assert all(line.count("policies/") == 1 for line in lines if not line.startswith(("  ", "note", "6")))
    assert not re.search("[0-9a-f]{13}|policy-", text)
    assert cases.snapshot(place) == before


def test_without_a_lock_the_check_fails(stella, place):
    assert stella("policy", "lock", "--check", cwd=place).code == 1
    assert not (place / "policies/policy.lock").exists()


def test_json_says_what_was_done(stella, place):
    document = stella("policy", "lock", "--format", "json", cwd=place).json()
    jsonschema.Draft202012Validator(schema("policy-lock-report.v1")).validate(document)
    lock = json.loads((place / "policies/policy.lock").read_bytes())
    assert [(row["name"], row["state"]) for row in document["packs"]] == [
        ("own", "own"),
        ("theirs", "fetched"),
    ]
    assert document["files"] == len(lock["files"])
    assert [row["digest"] for row in document["packs"]] == [row["digest"] for row in lock["packs"]]


def test_a_missing_digest_is_printed(stella, place):
    text = (place / "policies/policy-set.yaml").read_text()
    (place / "policies/policy-set.yaml").write_text(text.replace(f"      digest: {cases.digest_of()}\n", ""))
    done = stella("policy", "lock", cwd=place)
    assert done.code == 2
    assert f"digest: {cases.digest_of()}" in done.err
    assert stella("policy", "lock", "--write-digests", cwd=place).code == 0
    assert stella("policy", "lock", "--check", cwd=place).code == 0


@pytest.mark.parametrize(
    "words",
    [
        ("--check", "--update"),
        ("--check", "--write-digests"),
        ("--check", "--sign", "file:x.pem"),
        ("--require-signature",),
        ("--keyring", "x.json"),
        ("--root-key", "x"),
    ],
)
def test_what_does_not_go_together(stella, place, words):
    done = stella("policy", "lock", *words, cwd=place)
    assert (done.code, "lock-arguments" in done.err) == (2, True)
    assert not (place / "policies/policy.lock").exists()


# --- signatures -------------------------------------------------------------------------------------


@pytest.fixture
def signed(stella, tmp_path, monkeypatch):
    """A repository: both ann and bob of its keyring have to sign for policies; eve is for waivers."""
    place = flows_cases.make(tmp_path / "repository")
    here = place.path
    now = SystemClock().now()
    dates = {"not_before": now.plus(-86_400), "not_after": now.plus(86_400 * 300)}
    for name in ("ann", "bob", "eve"):
        (tmp_path / f"{name}.pem").write_bytes(private(name).to_pem())
        (tmp_path / f"{name}.pem").chmod(0o600)
    before = Keyring.from_bytes((here / "stella.keyring.json").read_bytes())
    people = [
        entry("ann", "policy", **dates),
        entry("bob", "policy", **dates),
        entry("eve", "waiver", **dates),
    ]
    payload = new_keyring(
        (*before.keys, *people), expires=before.expires, version=before.version + 1, thresholds={"policy": 2}
    )
    key = next((here / ".git/stella/keys").glob("*.pem"))
    signer = open_signer(f"file:{key}", environment={})
    (here / "stella.keyring.json").write_bytes(payload)
    (here / "stella.keyring.sigs.json").write_bytes(sign_keyring(payload, [signer]))
    cases.house(here)
    place.commit({}, "Start")
    monkeypatch.chdir(here)
    return lambda *words: stella("policy", "lock", *words, cwd=here)


def key(tmp_path, name):
    return ("--sign", f"file:{tmp_path / name}.pem")


def test_a_lock_is_signed_by_several(signed, tmp_path):
    assert signed().code == 0
    assert signed("--check", "--require-signature").code == 1
    done = signed(*key(tmp_path, "ann"))
    assert done.code == 0, done.err
    assert "signed as key:ann" in done.out
    done = signed("--check", "--require-signature")
    assert (done.code, "1 of 2 signers that count" in done.out) == (1, True)
    assert signed("--check").code == 0
    assert signed(*key(tmp_path, "bob")).code == 0
    done = signed("--check", "--require-signature", "--format", "json")
    assert done.code == 0, done.out
    assert done.json()["signatures"]["counted"] == ["key:ann", "key:bob"]
    assert signed("--check", "--keyring", "stella.keyring.json").code == 0


def test_both_may_sign_at_once(signed, tmp_path):
    assert signed(*key(tmp_path, "ann"), *key(tmp_path, "bob")).code == 0
    assert signed("--check", "--require-signature").code == 0


def test_a_changed_lock_loses_its_signatures(signed, tmp_path):
    signed(*key(tmp_path, "ann"), *key(tmp_path, "bob"))
    cases.tree(tmp_path / "repository", {"policies/packs/own/new.yaml": cases.policy("own.new")})
    assert signed("--check", "--require-signature").code == 1
    assert signed().code == 0
    done = signed("--check", "--require-signature")
    assert (done.code, "0 of 2 signers that count" in done.out) == (1, True)


def test_a_lock_that_somebody_changed_under_its_signatures(signed, tmp_path):
    signed(*key(tmp_path, "ann"), *key(tmp_path, "bob"))
    lock = tmp_path / "repository/policies/policy.lock"
    lock.write_bytes(lock.read_bytes() + b"\n")
    done = signed("--check", "--format", "json")
    assert done.code == 1
    assert {row["code"] for row in done.json()["problems"]} == {"BAD_SIGNATURE"}


def test_a_key_without_the_role_does_not_sign(signed, tmp_path):
    done = signed(*key(tmp_path, "eve"))
    assert (done.code, "key-not-trusted" in done.err) == (2, True)
    assert not (tmp_path / "repository/policies/policy.lock.sigs.json").exists()


@pytest.mark.parametrize("uri", ["sigstore:", "nonsense", "file:nowhere.pem"])
def test_a_signer_that_is_none(signed, tmp_path, uri):
    done = signed("--sign", uri)
    assert done.code in {2, 4}, done.err
    assert "defect" not in done.err
    assert not (tmp_path / "repository/policies/policy.lock.sigs.json").exists()


def test_a_signature_is_in_the_audit_log(signed, tmp_path, stella):
    signed(*key(tmp_path, "ann"))
    assert "policy.lock" in stella("audit", "show", cwd=tmp_path / "repository").out


def test_without_a_repository_nobody_signs_or_requires(stella, place, tmp_path):
    (tmp_path / "ann.pem").write_bytes(private("ann").to_pem())
    done = stella("policy", "lock", *key(tmp_path, "ann"), cwd=place)
    assert (done.code, "git-no-repository" in done.err) == (4, True)
    assert stella("policy", "lock", "--check", "--require-signature", cwd=place).code == 2


def test_a_lock_that_is_behind_is_not_signed(signed, tmp_path, monkeypatch):
    from stella_git.canon.clock import SystemClock as Clock
    from stella_git.errors import UsageError
    from stella_git.flows import policylockcheck

    signed()
    cases.tree(tmp_path / "repository", {"policies/packs/own/new.yaml": cases.policy("own.new")})
    with pytest.raises(UsageError) as caught:
        policylockcheck.sign("policies", [f"file:{tmp_path}/ann.pem"], at=Clock().now())
    assert caught.value.code == "policy-lock-stale"


def test_strangers_and_those_without_the_role_are_told(signed, tmp_path):
    from stella_git.trust import locks
    from trust_cases import signer

    signed(*key(tmp_path, "ann"), *key(tmp_path, "bob"))
    folder = tmp_path / "repository/policies"
    place = folder / "policy.lock.sigs.json"
    kept = locks.read(place.read_bytes(), "s")
    data = (folder / "policy.lock").read_bytes()
    place.write_bytes(locks.sign(data, [signer("eve"), signer("mallory")], existing=kept))
    done = signed("--check", "--require-signature")
    assert done.code == 0, done.out
    assert "key:eve does not count" in done.out
    assert "no key" in done.out


def test_without_a_keyring_signatures_are_not_checked(stella, place, tmp_path):
    from stella_git.trust import locks
    from trust_cases import signer

    stella("policy", "lock", cwd=place)
    data = (place / "policies/policy.lock").read_bytes()
    (place / "policies/policy.lock.sigs.json").write_bytes(locks.sign(data, [signer("ann")]))
    done = stella("policy", "lock", "--check", cwd=place)
    assert (done.code, "were not checked" in done.out) == (0, True)
    assert stella("policy", "lock", "--check", "--require-signature", cwd=place).code == 2


def test_without_a_keyring_in_force_nobody_signs(stella, place, tmp_path):
    from gitstore_cases import make

    make(place)
    (tmp_path / "ann.pem").write_bytes(private("ann").to_pem())
    done = stella("policy", "lock", *key(tmp_path, "ann"), cwd=place)
    assert (done.code, "keyring-missing" in done.err) == (2, True)


def test_decisions_hold_to_the_lock(signed, tmp_path, stella):
    """What is on the trusted branch decides: a policy that its lock does not list stops everything."""
    here = tmp_path / "repository"
    repository = flows_cases.Place(here)
    repository.now = flows_cases.START + 90_000
    assert signed().code == 0
    repository.commit(flows_cases.CLEAN, "Locked")
    assert repository.attest()
    cases.tree(here, {"policies/packs/own/new.yaml": cases.policy("own.new")})
    repository.now += 60
    repository.commit({}, "Not locked")
    done = stella("decide", cwd=here)
    assert (done.code, "policy-locked" in done.err) == (2, True), done.err


def test_the_page_says_what_works(signed, tmp_path, stella):
    """Every command of the page, in its order, in a repository where its policy set has a pack of others."""
    page = (ROOT / "docs/how-to/policy-packs.md").read_text(encoding="utf-8")
    here = tmp_path / "repository"
    commit = cases.repository(tmp_path / "theirs")
    cases.house(here, cases.theirs(cases.source(tmp_path / "theirs", commit)))
    (here / "ada.pem").write_bytes(private("ann").to_pem())
    (here / "ada.pem").chmod(0o600)
    assert signed("--write-digests", *key(tmp_path, "bob")).code == 0
    said = [line for line in page.splitlines() if line.startswith("stella policy lock")]
    assert len(said) == 5
    for line in said:
        done = stella(*shlex.split(line)[1:], cwd=here)
        assert done.code == 0, (line, done.err, done.out)


def test_the_digest_of_the_page_can_be_made_by_hand(stella, place):
    stella("policy", "lock", cwd=place)
    pack = place / "policies/packs/theirs"
    rows = [
        {"digest": "sha256:" + hashlib.sha256((pack / name).read_bytes()).hexdigest(), "path": name}
        for name in sorted(path.relative_to(pack).as_posix() for path in pack.rglob("*") if path.is_file())
    ]
    text = json.dumps(rows, separators=(",", ":")).encode()
    lock = json.loads((place / "policies/policy.lock").read_bytes())
    assert lock["packs"][1]["digest"] == "sha256:" + hashlib.sha256(text).hexdigest()
