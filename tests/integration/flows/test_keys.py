"""People who change a keyring: on clones of their own, with a shared repository between them."""

import json
import os
import subprocess
import sys

import pytest

from flows_cases import CLEAN, Place, git, make, story
from stella_git import config
from stella_git.flows import keyringfiles
from stella_git.flows.workspace import open_workspace
from stella_git.resources import data_path
from stella_git.trust import roots

FILES = ("stella.keyring.json", "stella.keyring.sigs.json")
DAY = 86_400
# what is verified here is held against the clock of the machine: every key counts for long
LONG = ("--days", 36500)


@pytest.fixture
def hub(tmp_path):
    """Return ada's clone; ``hub.git`` beside it is what everybody pushes to."""
    ada = make(tmp_path / "ada")
    ada.commit(CLEAN, "Start")
    git(tmp_path, "clone", "--quiet", "--bare", str(ada.path), str(tmp_path / "hub.git"))
    ada.git("remote", "add", "origin", str(tmp_path / "hub.git"))
    ada.git("fetch", "--quiet")
    ada.git("remote", "set-head", "origin", "--auto")
    ada.git("config", "--unset", "stella.trustRef")
    return ada


def clone(hub, name):
    target = hub.path.parent / name
    git(hub.path.parent, "clone", "--quiet", str(hub.path.parent / "hub.git"), str(target))
    other = Place(target, now=hub.now)
    other.run("init")
    return other


def publish(place, message="Change the keyring"):
    place.git("add", *FILES)
    place.git("commit", "--quiet", "-m", message)
    place.git("push", "--quiet", "origin", "HEAD:main")
    place.git("fetch", "--quiet")


def pull(place):
    place.git("fetch", "--quiet")
    place.git("reset", "--quiet", "--hard", "origin/main")


def key_for(place, name):
    """Make a key in a clone, and return the file of its public half."""
    made = place.json("keys", "generate", "--name", name)
    path = place.path.parent / f"{name}.pub"
    path.write_text(made["publicKey"])
    return path, made["keyid"]


def add(place, path, name, *more, role=("trust", "verdict")):
    roles = [word for one in role for word in ("--role", one)]
    return place.json("keys", "add", path, "--name", name, "--owner", name, *roles, *LONG, *more)


def two(hub):
    """Return ben's clone, after ada made him the second of two who decide together."""
    ben = clone(hub, "ben")
    path, keyid = key_for(ben, "ben")
    done = add(hub, path, "ben", "--fingerprint", f"sha256:{keyid}", "--threshold", "trust=2")
    assert done["signing"]["own"] == {
        "signed": ["key:maintainer"],
        "needed": 2,
        "missing": 1,
        "others": ["key:ben"],
    }
    assert done["signing"]["before"]["missing"] == 0
    # ada proposes on a branch, ben signs there, and only then it becomes the keyring
    hub.git("checkout", "--quiet", "-b", "keyring")
    hub.git("add", *FILES)
    hub.git("commit", "--quiet", "-m", "Propose ben")
    hub.git("push", "--quiet", "origin", "keyring")
    ben.git("fetch", "--quiet")
    ben.git("checkout", "--quiet", "keyring")
    assert ben.run("keys", "verify", expect=1).count("THRESHOLD") == 1
    assert ben.json("keys", "sign", "--expect", done["digest"])["signing"]["complete"]
    publish(ben, "Sign")
    hub.git("checkout", "--quiet", "main")
    pull(hub)
    pull(ben)
    return ben


def test_two_people_decide_together(hub):
    ben = two(hub)

    for place in (hub, ben):
        found = place.json("keys", "verify")
        assert (found["ok"], found["version"], found["changes"]) == (True, 2, [])
        assert place.json("keys", "list")[0]["status"] == "active"
    ben.attest()
    assert ben.verify()["commits"][0]["standings"][0]["result"] in {"pass", "warn"}


def test_neither_of_two_changes_anything_alone(hub):
    ben = two(hub)

    done = ben.json("keys", "renew", *LONG)
    assert not done["signing"]["complete"]
    publish(ben)
    pull(hub)
    assert "THRESHOLD" in hub.run("verify", expect=1)
    assert "THRESHOLD" in clone(hub, "new").run("verify", expect=1)


def test_an_old_clone_follows_what_it_missed_and_no_further(hub):
    ben = two(hub)
    hub.first = next(row["keyid"] for row in hub.json("keys", "list") if row["name"] == "maintainer")
    old = clone(hub, "old")
    assert old.standing() == "MISSING"
    # version 3: ada rotates; version 4: her first key is gone; both are signed by both
    rotated = hub.json("keys", "rotate", "maintainer", "--overlap", 36500, *LONG)
    assert rotated["signing"]["own"]["others"] == ["key:ben"]
    publish(hub)
    pull(ben)
    assert ben.json("keys", "sign")["signing"]["complete"]
    publish(ben)
    pull(hub)
    hub.json("keys", "revoke", "maintainer", "--reason", "superseded", "--text", "moved on")
    publish(hub)
    pull(ben)
    ben.json("keys", "sign")
    publish(ben)

    pull(old)
    signers = {row["keyid"] for row in json.loads((old.path / FILES[1]).read_bytes())["signatures"]}
    assert hub.first not in signers, "nobody could go from version 2 to version 4 in one step"
    seen = old.git("rev-parse", "refs/local/stella/seen")
    found = old.json("keys", "verify")
    assert (found["version"], found["ok"]) == (4, True)
    assert old.git("rev-parse", "refs/local/stella/seen") == seen, "looking pins nothing"
    assert old.standing() == "MISSING"
    assert old.git("rev-parse", "refs/local/stella/seen") != seen
    rows = {row["name"]: row for row in old.json("keys", "list")}
    assert rows["maintainer"]["status"] == "revoked"
    assert rows["maintainer-2"]["status"] == "active"
    # going back is refused, whoever pushes it
    old.git("checkout", "--quiet", "HEAD~2", "--", *FILES)
    old.git("commit", "--quiet", "-m", "Back")
    old.git("push", "--quiet", "origin", "HEAD:main")
    old.git("fetch", "--quiet")
    assert "ROLLBACK" in old.run("verify", expect=1)


def test_a_stale_branch_is_not_worked_on(hub):
    ben = two(hub)
    ben.git("checkout", "--quiet", "HEAD~1", "--", *FILES)
    ben.git("checkout", "--quiet", "HEAD~2", "--", *FILES)

    assert "keyring-behind" in ben.run("keys", "renew", expect=2)
    assert "keyring-behind" in ben.run("keys", "sign", expect=2)


def test_signatures_of_two_branches_are_merged(hub):
    ben = two(hub)
    hub.json("keys", "renew", *LONG)
    payload, mine = ((hub.path / name).read_bytes() for name in FILES)
    ben.write({FILES[0]: payload, FILES[1]: mine})
    ben.json("keys", "sign", "--key", "file:.git/stella/keys/ben.pem")
    theirs = ben.path / "theirs.json"
    rows = json.loads((ben.path / FILES[1]).read_bytes())
    rows["signatures"] = [row for row in rows["signatures"] if row not in json.loads(mine)["signatures"]]
    theirs.write_bytes(json.dumps(rows, sort_keys=True, separators=(",", ":")).encode())

    other = ben.path / "other.json"
    other.write_bytes(b"-----")
    assert f"at: {other}:1:1" in hub.run("keys", "sign", "--merge", theirs, "--merge", other, expect=2)
    assert hub.json("keys", "sign", "--merge", theirs)["signing"]["complete"]


def test_nobody_signs_what_they_did_not_expect_or_beside_a_bad_signature(hub):
    ben = two(hub)
    hub.json("keys", "renew", *LONG)
    ben.write({name: (hub.path / name).read_bytes() for name in FILES})

    assert "SPLIT_VIEW" in ben.run("keys", "sign", "--expect", "sha256:" + "0" * 64, expect=1)
    said = ben.run("keys", "sign", "--expect", "sha256:9f2c", expect=2)
    assert "error[keys-arguments]: --expect takes a whole digest" in said
    row = json.loads((ben.path / FILES[1]).read_bytes())
    row["signatures"][0]["sig"] = row["signatures"][0]["sig"][:-8] + "AAAAAA=="
    ben.write({FILES[1]: json.dumps(row, sort_keys=True, separators=(",", ":")).encode()})
    before = (ben.path / FILES[1]).read_bytes()
    assert "BAD_SIGNATURE" in ben.run("keys", "sign", expect=1)
    assert (ben.path / FILES[1]).read_bytes() == before


def test_who_holds_no_trust_key_signs_nothing_and_says_so(hub):
    two(hub)
    eve = clone(hub, "eve")
    key_for(eve, "eve")

    done = eve.json("keys", "renew", *LONG)
    assert (done["signedHere"], done["signing"]["own"]["missing"]) == ([], 2)
    assert "key-not-trusted" in eve.run("keys", "sign", expect=2)
    assert "key-not-trusted" in eve.run("keys", "renew", "--key", "file:.git/stella/keys/eve.pem", expect=2)


def test_a_keyring_that_nobody_could_sign_is_not_made(hub):
    before = (hub.path / FILES[0]).read_bytes()

    assert "keyring-threshold" in hub.run("keys", "revoke", "maintainer", expect=2)
    assert "keyring-threshold" in hub.run("keys", "renew", "--threshold", "trust=2", expect=2)
    assert (hub.path / FILES[0]).read_bytes() == before


def test_identities_and_roots_come_and_go(hub):
    issuer = ("--issuer", "https://ci.example")
    pattern = ("--subject-pattern", "^https://ci.example/org/*@refs/tags/**$")
    hub.json("keys", "add", "--identity", "--name", "ci", "--role", "slsa-provenance", *issuer, *pattern)
    root = hub.path.parent / "root.json"
    root.write_bytes(b"{}")
    assert "trusted-root-media-type" in hub.run("keys", "add", "--trusted-root", root, expect=2)
    packaged = roots.packaged(roots.PUBLIC_GOOD).root
    root.write_bytes(data_path(f"roots/{roots.PUBLIC_GOOD}/trusted_root.json").read_bytes())
    done = hub.json("keys", "add", "--trusted-root", root)
    ring = json.loads((hub.path / FILES[0]).read_bytes())
    assert ring["identities"]["ci"]["roles"] == ["https://slsa.dev/provenance/v1"]
    assert (ring["trustedRoots"], done["version"]) == ([str(packaged.digest)], 3)

    assert "keyring-value" in hub.run(
        "keys", "add", "--identity", "--name", "x", "--role", "verdict", *issuer, "--subject-pattern", "a.*",
        expect=2,
    )  # fmt: skip
    assert "key-unknown" in hub.run("keys", "revoke", "x", "--identity", expect=2)
    hub.json("keys", "revoke", "ci", "--identity", "--reason", "cessation")
    assert "identities" not in json.loads((hub.path / FILES[0]).read_bytes())


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["--identity", "--trusted-root", "x"],
        ["--identity", "--name", "x"],
        ["--identity", "--name", "x", "--role", "verdict", "--issuer", "https://a.example"],
        ["KEY", "--name", "x"],
        ["KEY", "--owner", "x", "--role", "verdict", "--threshold", "verdict"],
        ["KEY", "--owner", "x", "--role", "verdict", "--not-after", "tomorrow"],
    ],
)
def test_options_that_belong_together_are_asked_for(hub, words):
    path, _ = key_for(hub, "other")

    said = hub.run("keys", "add", *[path if word == "KEY" else word for word in words], expect=2)
    assert "keys-arguments" in said or "time-malformed" in said


def test_another_key_than_its_holder_said_is_refused(hub):
    path, _ = key_for(hub, "other")
    words = ("--owner", "x", "--role", "verdict", "--fingerprint", "0" * 64)

    assert "UNKNOWN_KEY" in hub.run("keys", "add", path, *words, expect=1)


HOOK = "import sys; open('told.json', 'wb').write(sys.stdin.buffer.read())"


def test_a_hook_is_told_and_its_failure_takes_nothing_back(hub):
    done = hub.json("keys", "rotate", "maintainer", "--hook", f'{sys.executable} -c "{HOOK}"', *LONG)
    told = json.loads((hub.path / "told.json").read_bytes())
    assert told["event"] == "rotated"
    assert (told["old"]["name"], told["new"]["name"]) == ("maintainer", "maintainer-2")
    assert told["keyringVersion"] == done["version"] == 2

    hub.git("config", "stella.rotateHook", f'{sys.executable} -c "raise SystemExit(3)"')
    said = hub.run("keys", "rotate", "maintainer-2", expect=4)
    assert "error[program-failed]" in said
    assert "remedy: the rotation is made and stays: commit it" in said
    assert json.loads((hub.path / FILES[0]).read_bytes())["version"] == 3
    for wrong in ("'", " ", "no-such-program"):
        hub.git("config", "stella.rotateHook", wrong)
        code = 4 if wrong.startswith("no") else 2
        hub.run("keys", "rotate", "maintainer-3", expect=code)


def test_stella_toml_names_no_program(hub):
    path = hub.path / "stella.toml"
    path.write_text(path.read_text() + '\n[sign]\nrotate_hook = "touch pwned"\n')

    assert "config-unknown-key" in hub.run("keys", "rotate", "maintainer", expect=2)


def test_rotation_by_somebody_elses_public_half(hub):
    ben = clone(hub, "ben")
    path, keyid = key_for(ben, "ci-new")
    add(hub, path, "ci", role=("verdict",))
    second, _ = key_for(ben, "ci-newer")

    done = hub.json("keys", "rotate", "ci", "--public", second, "--new-name", "ci-2027", *LONG)
    ring = json.loads((hub.path / FILES[0]).read_bytes())
    assert ring["keys"]["ci-2027"]["roles"] == ring["keys"]["ci"]["roles"]
    assert ring["keys"]["ci-2027"]["owner"] == "ci"
    assert done["signing"]["complete"]
    assert keyid


def test_keys_are_imported_and_exported(hub, tmp_path):
    made = hub.json(
        "keys", "generate", "--name", "one", "--algorithm", "ed25519", "--out", tmp_path / "k.pem"
    )
    taken = hub.json("keys", "import", tmp_path / "k.pem", "--name", "two")
    assert taken["keyid"] == made["keyid"]
    assert hub.run("keys", "export", "two") == made["publicKey"]
    assert hub.run("keys", "export", "two", "--as", "ssh").startswith("ssh-ed25519 ")
    assert hub.run("keys", "export").count("BEGIN PUBLIC KEY") == 1
    assert hub.run("keys", "export", "--as", "allowed-signers").startswith('maintainer namespaces="git"')
    assert "key-unknown" in hub.run("keys", "export", "three", expect=2)
    assert "key-exists" in hub.run("keys", "import", tmp_path / "k.pem", "--name", "two", expect=2)
    (tmp_path / "no.pem").write_text("nothing")
    said = hub.run("keys", "import", tmp_path / "no.pem", "--name", "three", expect=2)
    assert f"at: {tmp_path / 'no.pem'}" in said


def test_the_configured_signer_signs_keyrings_too_if_it_may(hub, tmp_path):
    key = hub.path / ".git/stella/keys/maintainer.pem"
    key.rename(tmp_path / "elsewhere.pem")
    hub.git("config", "stella.key", f"file:{tmp_path}/elsewhere.pem")
    assert hub.json("keys", "renew", *LONG)["signedHere"] == ["key:maintainer"]

    hub.git("config", "stella.key", f"file:{tmp_path}/gone.pem")
    assert hub.json("keys", "renew", *LONG)["signedHere"] == []
    key_for(hub, "other")
    hub.git("config", "stella.key", f"file:{hub.path}/.git/stella/keys/other.pem")
    assert hub.json("keys", "renew", *LONG)["signedHere"] == []


def test_people_read_what_was_done_and_what_comes_next(hub):
    path, _ = key_for(hub, "ci")
    said = hub.run("keys", "add", path, "--owner", "ci\x1b[2J", "--role", "verdict", expect=2)
    assert "\x1b" not in said
    said = hub.run("keys", "add", path, "--owner", "ci", "--role", "verdict", *LONG)
    assert "added key:ci (ecdsa-p256, " in said
    assert "previous  1 trust key needed, 1 signed: key:maintainer" in said
    assert "git add stella.keyring.json stella.keyring.sigs.json && git commit" in said
    said = hub.run("keys", "renew", "--threshold", "verdict=2", *LONG)
    assert "own       1 trust key needed, 1 signed: key:maintainer" in said
    said = hub.run("keys", "sign")
    assert "key ci: added (" in said
    assert "threshold of https://stella.ops/attestation/verdict/v1: 1 becomes 2" in said
    said = hub.run("keys", "verify", "--root-key", "0" * 64, expect=1)
    assert "remedy: compare the fingerprint" in said
    assert "weak points:" in said
    assert "private key  " in hub.run("keys", "generate", "--name", "last")


def test_no_public_half_is_overwritten(hub, tmp_path):
    (tmp_path / "rel.pub").write_text("mine")

    assert "key-file-exists" in hub.run("keys", "generate", "--out", tmp_path / "rel.key", expect=2)
    assert (tmp_path / "rel.pub").read_text() == "mine"
    assert not (tmp_path / "rel.key").exists()


def test_the_public_half_beside_a_key_chooses_and_does_not_sign(hub):
    key_for(hub, "other")
    folder = hub.path / ".git/stella/keys"
    (folder / "other.pub").write_bytes((folder / "maintainer.pub").read_bytes())
    (folder / "maintainer.pem").unlink()

    assert hub.json("keys", "renew", *LONG)["signedHere"] == []


def test_a_rotation_that_cannot_be_makes_no_key(hub):
    ben = two(hub)
    ben.git("checkout", "--quiet", "HEAD~2", "--", *FILES)
    before = sorted((ben.path / ".git/stella/keys").iterdir())

    assert "keyring-behind" in ben.run("keys", "rotate", "maintainer", expect=2)
    pull(ben)
    assert "key-unknown" in ben.run("keys", "rotate", "nobody", expect=2)
    assert sorted((ben.path / ".git/stella/keys").iterdir()) == before


def test_an_encrypted_key_is_listed_without_its_password_and_signs_with_it(hub):
    assert "key-password-missing" in hub.run("keys", "generate", "--name", "x", "--password", "env", expect=2)
    hub.extra = {"STELLA_KEY_PASSWORD": "secret"}
    made = hub.json("keys", "generate", "--name", "locked", "--password", "env")
    hub.extra = {}

    row = next(row for row in hub.json("keys", "list") if row["name"] == "locked")
    assert (row["keyid"], row["algorithm"]) == (made["keyid"], "ecdsa-p256")
    (hub.path / ".git/stella/keys/locked.pub").unlink()
    row = next(row for row in hub.json("keys", "list") if row["name"] == "locked")
    assert (row["keyid"], row["algorithm"]) == ("", "encrypted")
    assert "secret" not in (hub.path / ".git/stella/audit.jsonl").read_text()


def test_old_keys_carry_a_warning(hub):
    hub.now += 100 * DAY
    row = hub.json("keys", "list")[0]

    assert "in use for" in row["warnings"][0]
    assert "warning: in use for" in hub.run("keys", "list")
    assert "not-rotated" in [weak["code"] for weak in hub.json("keys", "verify")["weaknesses"]]


def test_the_list_says_what_each_may_sign_and_names_identities(hub):
    issuer = ("--issuer", "https://ci.example")
    hub.run(
        "keys", "add", "--identity", "--name", "rel", "--role", "vsa", *issuer, "--subject", "https://x/y"
    )
    publish(hub)

    said = hub.run("keys", "list")
    assert "maintainer  may sign budget-check, policy, trust, verdict, waiver until 2" in said
    assert "identity:rel  may sign vsa  https://x/y of https://ci.example\n" in said
    row = next(row for row in hub.json("keys", "list") if row["name"] == "rel")
    assert (row["kind"], row["issuer"], row["subject"]) == ("identity", "https://ci.example", "https://x/y")
    assert {row.get("kind") for row in hub.json("keys", "list")} == {"key", "identity"}


def test_a_role_that_is_none_is_refused_with_the_names(hub):
    path, _ = key_for(hub, "other")
    said = hub.run("keys", "add", path, "--owner", "x", "--role", "verdit", expect=2)
    assert "error[keyring-role]: 'verdit'" in said
    assert "did you mean 'verdict'?" in said
    assert "trust, verdict, vsa" in hub.run("keys", "renew", "--threshold", "zzz=2", expect=2)


def test_who_may_not_sign_verdicts_is_told_why(hub):
    path, _ = key_for(hub, "other")
    signs = ("attest", "create", "--key", "file:.git/stella/keys/other.pem")
    said = hub.run(*signs, expect=2)
    assert "is not in the keyring" in said
    assert "have a holder of a trust key add this one: stella keys add" in said
    add(hub, path, "other", role=["vsa"])
    publish(hub)
    assert "may not sign verdicts: key:other is for https://slsa.dev/verif" in hub.run(*signs, expect=2)
    hub.run("keys", "revoke", "other", "--at", "2026-01-01T00:00:00Z")
    publish(hub)
    assert "may not sign verdicts: key:other is revoked" in hub.run(*signs, expect=2)
    assert "  other  since 2026-01-01T00:00:00Z\n" in hub.run("keys", "list")


def test_who_may_not_sign_verdicts_now_is_told_when(hub):
    path, _ = key_for(hub, "other")
    words = ("--owner", "x", "--role", "verdict", "--not-before", "2000-01-01T00:00:00Z")
    hub.run("keys", "add", path, "--name", "other", *words, "--not-after", "2001-01-01T00:00:00Z")
    publish(hub)
    said = hub.run("attest", "create", "--key", "file:.git/stella/keys/other.pem", expect=2)
    assert "key:other counts from 2000-01-01T00:00:00Z to 2001-01-01T00:00:00Z" in said


def test_a_public_half_is_written_beside_and_named(hub, tmp_path):
    said = hub.run("keys", "generate", "--name", "ci")
    assert f"public half  {hub.path / '.git/stella/keys/ci.pub'}\n" in said
    out = tmp_path / "rel.key"
    assert f"public half  {tmp_path / 'rel.pub'}\n" in hub.run(
        "keys", "generate", "--name", "r", "--out", out
    )


def test_a_name_that_no_list_of_signers_holds_is_an_error(hub):
    assert "key-unknown" in hub.run("keys", "export", "--as", "allowed-signers", "nobody", expect=2)


@pytest.mark.parametrize(("window", "status"), [((2000, 2001), "expired"), ((2100, 2101), "future")])
def test_a_key_outside_of_its_time_is_not_listed_as_active(hub, window, status):
    path, _ = key_for(hub, "other")
    start, end = (f"{year}-01-01T00:00:00Z" for year in window)
    hub.run(
        "keys", "add", path, "--owner", "x", "--role", "verdict", "--not-before", start, "--not-after", end
    )
    publish(hub)
    rows = {row["name"]: row["status"] for row in hub.json("keys", "list")}
    assert rows == {"maintainer": "active", "other": status}


def test_other_keyrings_can_be_examined(hub, tmp_path):
    for name in FILES:
        (tmp_path / name).write_bytes((hub.path / name).read_bytes())
    root = hub.json("keys", "list")[0]["keyid"]

    assert hub.json("keys", "verify", "--keyring", tmp_path / FILES[0])["ok"]
    assert hub.json("keys", "verify", "--policy-ref", "HEAD", "--root-key", root)["ok"]
    assert "UNTRUSTED_KEYRING" in hub.run("keys", "verify", "--root-key", "0" * 64, expect=1)
    (tmp_path / FILES[1]).unlink()
    assert "THRESHOLD" in hub.run("keys", "verify", "--keyring", tmp_path / FILES[0], expect=1)


def test_nothing_committed_yet_is_no_obstacle(tmp_path):
    place = make(tmp_path / "new")

    done = place.json("keys", "renew", *LONG)
    assert (done["version"], done["signing"]["complete"]) == (2, True)
    assert "before" not in done["signing"]


def test_a_bare_repository_has_no_keyring_to_change(hub):
    assert "work-tree-missing" in Place(hub.path.parent / "hub.git").run("keys", "renew", expect=2)


KILL = """
import os, sys
from pathlib import Path
from stella_git.flows import keyringfiles, treefiles
from stella_git.flows.workspace import open_workspace
written = []
def write(root, path, data):
    if len(written) == int(sys.argv[1]):
        os._exit(9)
    written.append(path)
    treefiles.write_file(root, path, data)
keyringfiles.write_file = write
with open_workspace() as workspace:
    keyringfiles.save(workspace, keyringfiles.Pair(*(Path(name).read_bytes() for name in sys.argv[2:])))
"""


@pytest.mark.parametrize("after", [0, 1])
def test_a_kill_between_the_two_files_leaves_one_keyring_or_the_other(hub, tmp_path, after):
    before = [(hub.path / name).read_bytes() for name in FILES]
    hub.json("keys", "renew", *LONG)
    for name, data in zip(FILES, before, strict=True):
        (tmp_path / name).write_bytes((hub.path / name).read_bytes())
        (hub.path / name).write_bytes(data)
    words = [sys.executable, "-c", KILL, str(after), *(str(tmp_path / name) for name in FILES)]
    done = subprocess.run(words, cwd=hub.path, env=dict(os.environ), check=False, capture_output=True)
    assert done.returncode == 9, done.stderr

    assert hub.json("keys", "verify")["version"] == 2
    assert [(hub.path / name).read_bytes() for name in FILES] == [
        (tmp_path / name).read_bytes() for name in FILES
    ]


def test_a_journal_for_another_keyring_is_dropped(hub):
    before = [(hub.path / name).read_bytes() for name in FILES]
    hub.json("keys", "renew", *LONG)
    with config.use_environment(hub.environment()), open_workspace(hub.path) as workspace:
        journal = keyringfiles.private_directory(workspace) / keyringfiles.JOURNAL
        for rubbish in (b"", b"{}", b'{"before":"","payload":"e30=","signatures":""}'):
            journal.write_bytes(rubbish)
            assert keyringfiles.load(workspace).keyring("x").version == 2
            assert not journal.exists()
    assert [(hub.path / name).read_bytes() for name in FILES] != before


def test_the_key_of_any_signer_is_printed(tmp_path):
    place = story(tmp_path / "shop")
    place.run("keys", "generate", "--name", "ci")
    (pem,) = (place.path / ".git/stella/keys").glob("ci.pem")
    signer = ("--signer", f"file:{pem}")
    printed = place.run("keys", "export", *signer)
    assert printed == place.run("keys", "export", "ci")
    (tmp_path / "ci.pub").write_text(place.run("keys", "export", *signer, "--as", "ssh"))
    assert (tmp_path / "ci.pub").read_text().startswith("ecdsa-sha2-nistp256 ")
    place.run("keys", "add", tmp_path / "ci.pub", "--role", "verdict", "--owner", "ci")
    place.commit({}, "Let ci sign")
    assert place.run("keys", "export", "ci", "--policy-ref", "HEAD") == printed
    assert "error[export-form]" in place.run("keys", "export", *signer, "--as", "allowed-signers", expect=2)
    assert "error[signer-makes-bundles]" in place.run("keys", "export", "--signer", "sigstore:", expect=2)


def test_after_a_rotation_the_newer_key_signs_as_soon_as_it_is_listed(tmp_path):
    place = story(tmp_path / "shop")
    (held,) = (row["name"] for row in place.json("keys", "list") if row.get("held"))
    first = place.attest()
    place.run("keys", "rotate", held, *LONG)
    again = place.attest()  # nobody has committed the keyring yet: the old key, and the same verdict
    assert (again["created"], again["envelope"]) == (False, first["envelope"])
    place.commit({}, "Rotate")
    place.attest()
    (found,) = place.verify()["commits"][0]["attestations"]
    assert found["signers"] == [f"key:{held}-2"]


def test_two_keys_that_have_nothing_to_do_with_each_other_are_asked_about(tmp_path):
    place = story(tmp_path / "shop")
    place.run("keys", "generate", "--name", "ci")
    place.attest()  # ci is not listed: the other one is meant
    place.write({"ci.pub": place.run("keys", "export", "ci").encode()})
    place.run("keys", "add", place.path / "ci.pub", "--owner", "ci", "--role", "verdict", *LONG)
    place.commit({}, "Let ci sign")
    assert "error[key-ambiguous]" in place.run("attest", "create", expect=2)
