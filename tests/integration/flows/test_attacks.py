"""Attacks on verify, attest, decide and init: each was possible once, or must never become so.

The attackers: somebody who may push any branch, tag and notes ref but holds no key; somebody who holds a
key for verdicts; the author of documents and configuration; whoever sets the environment of a build.
"""

import base64
import json
import sys
from dataclasses import replace

import pytest

from flows_cases import CLEAN, DIRTY, PURL, START, Place, finding, findings, git, make, sbom, story, vex
from stella_git import config
from stella_git.attest.convert import to_bundle
from stella_git.attest.envelope import Envelope
from stella_git.canon import jcs
from stella_git.canon.digest import Digest, sha256
from stella_git.cli.story import call
from stella_git.flows.workspace import open_workspace
from stella_git.gitstore import cas, notes
from stella_git.gitstore.backend import Identity, RefUpdate
from stella_git.trust.signers import open_signer
from stella_git.verdict.model import verdict_id

WHO = Identity(name="x", email="x@example.org")
BUDGET = "policies/budgets/default.yaml"
STRANGER = "refs/notes/stella/w/" + "0" * 32


def lines_of(place, revision="HEAD"):
    with config.use_environment(place.environment()), open_workspace(place.path) as workspace:
        return [row.data for row in notes.note_lines(workspace.backend, workspace.commit(revision).id).lines]


def line_of(place, revision="HEAD"):
    return lines_of(place, revision)[0]


def add(place, revision, *lines, ref=STRANGER):
    """Push lines onto a commit's notes, as anybody may who can write refs."""
    with config.use_environment(place.environment()), open_workspace(place.path) as workspace:
        target = workspace.commit(revision).id
        notes.add_notes(workspace.backend, ref, {target: lines}, message="x", who=WHO, when=START)


def plant(place, revision, *lines):
    """Replace every note by lines of the attacker's choice."""
    with config.use_environment(place.environment()), open_workspace(place.path) as workspace:
        for name in place.note_refs():
            tip = workspace.backend.resolve(name)
            workspace.backend.update_refs([RefUpdate(name=name, new=None, old=tip)])
    add(place, revision, *lines)


def keep(place, data):
    """Put evidence into the cas of a stranger."""
    with config.use_environment(place.environment()), open_workspace(place.path) as workspace:
        cas.put(workspace.backend, "0" * 64, [data], who=WHO, when=START)
    return str(sha256(data))


def signer_of(place, name="maintainer"):
    return open_signer(f"file:{place.path / f'.git/stella/keys/{name}.pem'}", environment={})


def statement_in(line):
    return json.loads(base64.b64decode(json.loads(line)["payload"]))


def sign(place, statement):
    unsigned = Envelope(
        payload_type="application/vnd.in-toto+json", payload=jcs.dumps(statement), signatures=()
    )
    return unsigned.with_signature(signer_of(place).sign(unsigned.pae())).to_bytes()


def resigned(place, line, change):
    """Return the line as the holder of the trusted key would lie: changed, ids made to fit, signed."""
    statement = statement_in(line)
    change(statement["predicate"])
    statement["predicate"]["verdictId"] = verdict_id(statement["predicate"]["verdict"])
    return sign(place, statement)


def lie(place, line, change, after=None):
    """Return the line with ``run`` and ``context`` changed, and the verdict that follows from these."""
    from stella_git.attest.predicates import VerdictPredicate
    from stella_git.flows.replay import replay

    statement = statement_in(line)
    predicate = statement["predicate"]
    change(predicate)
    predicate["run"]["inputs"].sort(key=lambda row: (row["role"], row["uri"], row["digest"]))
    with config.use_environment(place.environment()), open_workspace(place.path) as workspace:
        tree = predicate["binding"]["gitTree"]
        found = replay(workspace, VerdictPredicate.from_json(predicate), tree)
    predicate["verdict"] = json.loads(found.recomputed)
    predicate["verdictId"] = found.recomputed_id
    if after is not None:
        after(predicate)
    return sign(place, statement)


def codes(place, *words):
    """Return (exit code, output) of a command."""
    with config.use_environment(place.environment()):
        code, out, err = call(place.path, [str(word) for word in words])
    return code, out + err


# --- where trust starts ------------------------------------------------------------------------------


def evil_twin(place, name="evil"):
    """Return a clone whose history is the attacker's: own keyring, own root key, a pass for bad documents."""
    evil = place.clone(name)
    for path in ("stella.keyring.json", "stella.keyring.sigs.json"):
        (evil.path / path).unlink()
    evil.run("init", "--key-name", "mallory")
    public = signer_of(evil, "mallory").public_key.keyid
    text = (evil.path / "stella.toml").read_text() + f'\n[trust]\nroot_keys = ["{public}"]\n'
    budget = (
        (evil.path / "policies/budgets/default.yaml").read_bytes().replace(b"critical: 0", b"critical: 9")
    )
    evil.commit(DIRTY | {"stella.toml": text.encode(), BUDGET: budget}, at=START + 60)
    key = evil.path / ".git/stella/keys/mallory.pem"
    assert evil.attest("--key", f"file:{key}", "--policy-ref", "HEAD")["decision"] == "pass"
    return evil, public


def test_a_server_cannot_name_its_own_root_keys(tmp_path):
    place = story(tmp_path / "r")
    honest = signer_of(place).public_key.keyid
    evil, _ = evil_twin(place)
    victim = evil.clone("victim")
    assert "UNTRUSTED_KEYRING" in victim.run("verify", "--root-key", honest, expect=1)
    assert "UNTRUSTED_KEYRING" in victim.run("verify", "--recompute", "--root-key", honest, expect=1)


def test_root_keys_of_the_work_tree_or_the_environment_do_not_widen_the_command_line(tmp_path):
    place = story(tmp_path / "r")
    honest = signer_of(place).public_key.keyid
    evil, public = evil_twin(place)
    keyring = evil.path / "stella.keyring.json"
    place.write({"stella.toml": (evil.path / "stella.toml").read_bytes()})
    words = ["verify", "--keyring", str(keyring), "--root-key", honest]
    code, said = codes(place, *words)
    assert (code, "UNTRUSTED_KEYRING" in said) == (1, True)
    git(place.path, "checkout", "--quiet", "stella.toml")
    place.extra = {"STELLA_ROOT_KEYS": public}
    code, said = codes(place, *words)
    assert (code, "UNTRUSTED_KEYRING" in said) == (1, True)


def test_root_keys_of_the_trusted_revision_never_read_as_named_by_the_person(tmp_path):
    place = story(tmp_path / "r")
    evil, public = evil_twin(place)
    victim = evil.clone("victim")
    assert victim.verify()["trust"]["mode"] == "first-use"
    victim.extra = {"STELLA_ROOT_KEYS": public}
    assert victim.verify()["trust"]["mode"] == "pinned-root"


def test_root_keys_of_the_trusted_revision_still_bind(tmp_path):
    place = make(tmp_path / "r")
    text = (place.path / "stella.toml").read_text() + f'\n[trust]\nroot_keys = ["{"ab" * 32}"]\n'
    place.commit(CLEAN | {"stella.toml": text.encode()})
    place.attest()
    assert "UNTRUSTED_KEYRING" in place.run("verify", expect=1)


def test_looking_at_a_branch_does_not_make_its_keyring_the_accepted_one(tmp_path):
    place = story(tmp_path / "r")
    place.attest()
    evil, _ = evil_twin(place)
    git(evil.path, "push", "--quiet", "origin", "HEAD:refs/heads/topic")
    other = place.clone("other")
    for words in (["verify", "HEAD"], ["show", "HEAD"], ["log"]):
        other.run(*words, "--policy-ref", "origin/topic", expect=1 if words[0] == "verify" else 0)
    git(other.path, "fetch", "--quiet")
    assert other.verify()["ok"] is True


def test_a_tag_does_not_take_the_place_of_the_trusted_branch(tmp_path):
    place = story(tmp_path / "r")
    place.attest()
    evil, _ = evil_twin(place)
    git(evil.path, "push", "--quiet", "origin", "HEAD:refs/tags/origin/main", "HEAD:refs/tags/main")
    other = place.clone("other")
    git(other.path, "fetch", "--quiet", "--tags")
    for name in ("origin/main", "main"):
        assert "trust-ref-ambiguous" in other.run("verify", "--policy-ref", name, expect=2)
    assert other.verify("--policy-ref", "refs/heads/main")["ok"] is True


def test_init_does_not_trust_the_branch_under_test(tmp_path):
    """CI checks a proposed change out without refs/remotes/origin/HEAD."""
    place = story(tmp_path / "r")
    place.attest()
    evil, _ = evil_twin(place)
    git(evil.path, "push", "--quiet", "origin", "HEAD:refs/heads/topic")
    path = tmp_path / "ci"
    path.mkdir()
    git(path, "init", "--quiet")
    git(path, "remote", "add", "origin", str(place.path))
    git(path, "fetch", "--quiet", "origin")
    git(path, "checkout", "--quiet", "-b", "topic", "origin/topic")
    other = Place(path, now=place.now)
    other.run("init")
    assert "trust-ref-missing" in other.run("verify", expect=2)


# --- the holder of a key for verdicts ----------------------------------------------------------------


@pytest.mark.parametrize(("role", "code"), [("note", "locator-malformed"), ("keyring", "EVIDENCE_OMITTED")])
def test_a_document_cannot_be_hidden_under_another_role(tmp_path, role, code):
    place = story(tmp_path / "r", DIRTY)
    place.attest(expect=1)
    nothing = keep(place, json.dumps(findings()).encode())
    hidden = []

    def hide(predicate):
        rows = predicate["run"]["inputs"]
        hidden.extend(row for row in rows if row["role"] == "findings")
        rows[:] = [row for row in rows if row["role"] != "findings"]
        rows.append({"role": "findings", "digest": nothing, "uri": "cas:"})

    def pretend(predicate):
        predicate["run"]["inputs"] += [row | {"role": role} for row in hidden]

    plant(place, "HEAD", lie(place, line_of(place), hide, pretend))
    assert place.standing("--recompute") == code


def test_vex_from_an_odd_place_in_the_tree_is_not_the_repositorys_word(tmp_path):
    hope = vex("not_affected", justification="vulnerable_code_not_present")
    place = story(tmp_path / "r", DIRTY | {"tests/data/hope.json": hope})
    place.attest(expect=1)
    data = (place.path / "tests/data/hope.json").read_bytes()

    def claim(predicate):
        row = {"role": "vex", "digest": str(sha256(data)), "uri": "tree:tests/data/hope.json"}
        predicate["run"]["inputs"].append(row)

    plant(place, "HEAD", lie(place, line_of(place), claim))
    assert place.standing("--recompute") == "EVIDENCE_UNLISTED"
    named = ("--vex", place.path / "tests/data/hope.json")
    assert place.json("decide", *named, expect=1)["verdict"]["decision"] == "fail"


def test_rating_sources_are_those_of_the_trusted_revision(tmp_path):
    rated = {
        "id": "CVE-2020-14343",
        "affects": [{"ref": PURL}],
        "ratings": [
            {"source": {"name": "NVD"}, "severity": "critical"},
            {"source": {"name": "vendor"}, "severity": "low"},
        ],
    }
    documents = {"sbom/app.cdx.json": sbom(PURL, vulnerabilities=[rated]), "findings/scan.json": findings()}
    place = story(tmp_path / "r", documents)
    place.attest(expect=1)

    def prefer(predicate):
        predicate["verdict"]["context"]["params"] = {"ratingSources": ["vendor"]}

    plant(place, "HEAD", lie(place, line_of(place), prefer))
    assert place.standing("--recompute") == "UNTRUSTED_POLICY"


def test_the_name_of_the_subject_is_exactly_the_repository_or_a_component(tmp_path):
    place = make(tmp_path / "r")
    strict = (place.path / BUDGET).read_bytes()
    lax = strict.replace(b"critical: 0", b"critical: 9").replace(b"id: default", b"id: lax")
    identifier = "11111111-2222-4333-8444-555555555555"
    strict = strict.replace(
        b"environments: [prod]", f"environments: [prod]\n  subjects: ['{identifier}']".encode()
    )
    place.commit(DIRTY | {BUDGET: strict, "policies/budgets/lax.yaml": lax})
    place.attest(expect=1)

    def rename(predicate):
        predicate["verdict"]["subject"][0]["name"] = identifier + "#"

    plant(place, "HEAD", lie(place, line_of(place), rename))
    assert place.standing("--recompute") == "WRONG_SUBJECT"


def test_a_budget_that_was_added_since_cannot_be_left_out(tmp_path):
    place = story(tmp_path / "r", CLEAN | {"findings/scan.json": findings(finding(severity="low"))})
    budget = (place.path / BUDGET).read_bytes()
    place.attest()
    more = budget.replace(b"critical: 0", b"critical: 0\n      low: 0").replace(b"id: default", b"id: more")
    place.commit({"policies/budgets/more.yaml": more}, "Tighten", at=START + 60)
    place.commit({"a.txt": b"x"}, at=START + 120)
    assert place.attest("--policy-ref", "HEAD~2")["decision"] == "pass"
    assert place.standing() == "POLICY_ROLLBACK"
    assert place.verify("HEAD~2")["ok"] is True


@pytest.mark.parametrize(
    ("as_of", "code"), [("2025-12-29T09:00:00Z", "AS_OF"), ("2999-01-01T00:00:00Z", "AS_OF")]
)
def test_a_verdict_is_not_older_than_its_parent_and_not_from_the_future(tmp_path, as_of, code):
    place = story(tmp_path / "r")
    place.commit({"a.txt": b"x"}, at=START + 60)
    place.attest()

    def travel(predicate):
        predicate["verdict"]["context"]["asOf"] = as_of

    plant(place, "HEAD", lie(place, line_of(place), travel))
    assert place.standing() == code


def test_a_policy_revision_without_rules_is_a_no_and_not_a_crash(tmp_path):
    place = make(tmp_path / "r")
    (place.path / "stella.toml").rename(tmp_path / "kept.toml")
    place.commit(message="Before stella")
    first = git(place.path, "rev-parse", "HEAD")
    place.commit(CLEAN | {"stella.toml": (tmp_path / "kept.toml").read_bytes()}, at=START + 60)
    place.attest()

    def older(predicate):
        predicate["binding"]["policyRevision"] = first
        predicate["verdict"]["policySet"]["digest"] = "sha256:" + "0" * 64

    plant(place, "HEAD", resigned(place, line_of(place), older))
    assert place.standing() == "UNTRUSTED_POLICY"


def test_a_hostile_statement_does_not_crash_a_replay(tmp_path):
    place = story(tmp_path / "r")
    place.attest()
    statement = statement_in(line_of(place))
    for change in (
        lambda verdict: verdict.pop("context"),
        lambda verdict: verdict.update(subject=[]),
        lambda verdict: verdict.update(context={"environment": "prod"}),
        lambda verdict: verdict["context"].update(asOf="soon"),
    ):
        broken = json.loads(json.dumps(statement))
        change(broken["predicate"]["verdict"])
        plant(place, "HEAD", sign(place, broken))
        code, said = codes(place, "verdict", "replay", "HEAD")
        assert code == 1, said


# --- somebody who may write notes, and holds no key --------------------------------------------------


def test_a_note_copied_to_an_ancestor_does_not_stop_the_next_decision(tmp_path):
    place = story(tmp_path / "r", DIRTY)
    place.attest(expect=1)
    line = line_of(place)
    place.commit({"a.txt": b"x"}, at=START + 60)
    place.commit({"a.txt": b"y"}, at=START + 120)
    add(place, "HEAD~1", line)
    assert place.json("decide", expect=1)["verdict"]["decision"] == "fail"
    assert place.attest(expect=1)["created"] is True


def test_missing_evidence_of_an_ancestor_is_told_apart_from_a_denial(tmp_path):
    place = story(tmp_path / "r", DIRTY)
    scan = tmp_path / "scan.json"
    scan.write_text(json.dumps(findings(finding("CVE-2020-1001"))))
    place.attest("--findings", scan, expect=1)
    place.commit({"a.txt": b"x"}, at=START + 60)
    git(place.path, "update-ref", "-d", git(place.path, "for-each-ref", "--format=%(refname)", "refs/stella"))
    assert "EVIDENCE_MISSING" in place.run("decide", expect=4)


def test_grace_begins_with_the_earliest_of_what_an_ancestor_says(tmp_path):
    place = story(tmp_path / "r", DIRTY)
    times = ["2025-12-29T10:00:00Z", "2025-12-29T12:00:00Z", "2025-12-29T14:00:00Z"]
    for when in times:
        place.attest("--as-of", when, expect=1)
    place.commit({"a.txt": b"x"}, at=START + 60)
    place.attest(expect=1)
    rows = statement_in(line_of(place))["predicate"]["run"]["inputs"]
    with config.use_environment(place.environment()), open_workspace(place.path) as workspace:
        known = [
            cas.get(workspace.backend, Digest.parse(row["digest"]))
            for row in rows
            if row["role"] == "first-seen"
        ]
    assert [[row["firstSeen"] for row in json.loads(data)["findings"]] for data in known] == [[times[0]]]


def test_a_copied_note_does_not_pass_for_an_attestation(tmp_path):
    """Two commits with one tree and one time have one verdict id, and still two bindings."""
    place = story(tmp_path / "r")
    place.attest("--as-of", "2025-12-30T00:00:00Z")
    line = line_of(place)
    place.commit(message="Empty", at=START + 60)
    add(place, "HEAD", line)
    assert place.attest("--as-of", "2025-12-30T00:00:00Z")["created"] is True
    assert place.verify()["ok"] is True


@pytest.mark.parametrize("kind", ["member", "signature"])
def test_a_superseded_verdict_does_not_come_back_in_another_wrapping(tmp_path, kind):
    place = story(tmp_path / "r", DIRTY)
    place.attest(expect=1)
    denied = json.loads(line_of(place))
    scan = tmp_path / "scan.json"
    scan.write_text(json.dumps(findings()))
    place.attest("--findings", scan)
    assert place.verify()["ok"] is True
    if kind == "member":
        denied["note"] = "again"
    else:
        denied["signatures"].insert(0, {"keyid": "0" * 64, "sig": base64.b64encode(b"x").decode()})
    add(place, "HEAD", jcs.dumps(denied))
    assert place.verify()["ok"] is True


def test_many_wrappings_of_one_statement_are_recomputed_once(tmp_path, monkeypatch):
    from stella_git.flows import replay

    place = story(tmp_path / "r")
    place.attest()
    line = line_of(place)
    add(place, "HEAD", *(jcs.dumps(json.loads(line) | {"n": number}) for number in range(20)))
    calls = []
    once = replay.replay
    monkeypatch.setattr(replay, "replay", lambda *given: calls.append(given) or once(*given))
    result = place.verify("--recompute")
    assert (len(result["commits"][0]["attestations"]), len(calls)) == (21, 1)


def test_attestations_made_at_once_are_all_kept(tmp_path):
    import subprocess
    import sys

    place = story(tmp_path / "r")
    words = [sys.executable, "-m", "stella_git", "attest", "create", "--as-of"]
    running = [
        subprocess.Popen(
            [*words, f"2025-12-30T0{hour}:00:00Z"],
            cwd=place.path,
            env=place.environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        for hour in range(4)
    ]
    for process in running:
        _, said = process.communicate()
        assert process.returncode == 0, said
    assert len(lines_of(place)) == 4
    assert place.verify("--recompute")["ok"] is True


def test_an_attestation_that_dies_before_its_note_can_be_made_again(tmp_path, monkeypatch):
    place = story(tmp_path / "r")
    scan = tmp_path / "scan.json"
    scan.write_text(json.dumps(findings()))

    def die(*_, **__):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(notes, "add_notes", die)
        place.run("attest", "create", "--findings", scan, expect=130)
    assert place.standing() == "MISSING"
    assert place.attest("--findings", scan)["created"] is True
    assert place.verify()["ok"] is True


def test_a_cut_off_range_is_not_verified_in_part(tmp_path):
    place = story(tmp_path / "r")
    place.attest()
    place.commit(DIRTY, "Bad", at=START + 60)
    place.commit(CLEAN, "Good", at=START + 120)
    place.attest()
    first = git(place.path, "rev-parse", "HEAD~2")
    path = tmp_path / "ci"
    git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{place.path}", str(path))
    git(place.path, "config", "uploadpack.allowAnySHA1InWant", "true")
    git(path, "fetch", "--quiet", "--depth=1", "origin", first)
    other = Place(path, now=place.now)
    other.run("init")
    git(
        path,
        "fetch",
        "--quiet",
        "--depth=1",
        "origin",
        "refs/notes/stella/w/*:refs/stella-remote/origin/notes/w/*",
    )
    assert place.json("verify", f"{first}..HEAD", expect=1)["ok"] is False
    code, said = codes(other, "verify", f"{first}..HEAD")
    assert (code, "range-cut-off" in said) == (4, True), said


# --- configuration, documents, environment -----------------------------------------------------------


def test_a_component_with_an_environment_of_its_own_is_demanded_there(tmp_path):
    place = make(tmp_path / "r")
    text = (place.path / "stella.toml").read_text()
    for name, environment in (("web", ""), ("api", 'environment = "internal"\n')):
        text += f'\n[[component]]\nname = "{name}"\n{environment}'
        text += f'sbom = ["{name}/*.cdx.json"]\nfindings = ["{name}/findings.json"]\n'
    files = {
        f"{name}/{file}": document
        for name in ("web", "api")
        for file, document in (("app.cdx.json", sbom("pkg:pypi/pyyaml@6.0.3")), ("findings.json", findings()))
    }
    budget = (place.path / BUDGET).read_bytes().replace(b"[prod]", b"[internal, prod]")
    place.commit(files | {"stella.toml": text.encode(), BUDGET: budget})
    place.attest("--component", "web")
    result = place.verify(expect=1)
    wanted = {(row["environment"], row["component"], row["ok"]) for row in result["commits"][0]["standings"]}
    assert wanted == {("prod", "web", True), ("internal", "api", False)}
    place.attest("--component", "api")
    assert place.verify()["ok"] is True


def test_findings_that_nobody_rated_do_not_all_pass_the_starter_budget(tmp_path):
    rows = [finding(f"CVE-2020-100{number}", severity="unknown") for number in range(3)]
    place = story(tmp_path / "r", DIRTY | {"findings/scan.json": findings(*rows)})
    place.attest(expect=1)


def test_a_ref_that_no_statement_may_name_is_refused_before_signing(tmp_path):
    place = story(tmp_path / "r")
    assert "ref-name" in place.run("attest", "create", "--ref", "main", expect=2)
    assert place.note_refs() == []


def test_a_key_that_is_no_longer_valid_signs_nothing(tmp_path):
    from dataclasses import replace

    from stella_git.canon.clock import Instant
    from stella_git.trust.keyring import Keyring, sign_keyring, with_key

    place = story(tmp_path / "r")
    keyring = Keyring.from_bytes((place.path / "stella.keyring.json").read_bytes())
    entry = replace(keyring.keys[0], not_after=Instant(START + 1))
    old = with_key(keyring, entry)
    signatures = sign_keyring(old, [signer_of(place)])
    place.commit({"stella.keyring.json": old, "stella.keyring.sigs.json": signatures}, at=START + 60)
    assert "key-not-trusted" in place.run("attest", "create", expect=2)


def test_init_does_not_write_through_links(tmp_path):
    path = tmp_path / "r"
    path.mkdir()
    git(path, "init", "--quiet", "--initial-branch=main")
    precious = tmp_path / "authorized_keys"
    precious.write_text("mine")
    names = ("stella.keyring.sigs.json", "stella.keyring.json", "stella.toml", "stella.toml.new")
    for name in names:
        (path / name).symlink_to(tmp_path / ("new" if name in names[1:3] else "authorized_keys"))
    place = Place(path)
    _, said = codes(place, "init")
    assert precious.read_text() == "mine", said
    assert not (tmp_path / "new").exists()
    outside = tmp_path / "outside"
    outside.mkdir()
    other = tmp_path / "r2"
    other.mkdir()
    git(other, "init", "--quiet", "--initial-branch=main")
    (other / "policies").symlink_to(outside)
    assert "init-outside" in Place(other).run("init", expect=2)
    assert list(outside.iterdir()) == []


@pytest.mark.parametrize(
    "text",
    [b"a = " + b"[" * 20_000 + b"]" * 20_000, b"[repository]\nid = " + b"1" * 5000, b"x = 2020-99-99\n"],
)
def test_a_hostile_stella_toml_is_a_configuration_error(tmp_path, text):
    place = story(tmp_path / "r")
    place.write({"stella.toml": text})
    code, said = codes(place, "verify")
    assert (code, "error[config-" in said) == (2, True), said[-300:]


def test_a_directory_with_the_name_of_a_command_is_a_directory(tmp_path, monkeypatch):
    place = story(tmp_path / "verify")
    place.attest()
    monkeypatch.chdir(tmp_path)
    with config.use_environment(place.environment()):
        code, out, err = call(tmp_path, ["-C", "verify", "log", "--format", "json"])
    assert code == 0, out + err


def test_a_terminal_that_cannot_show_a_character_changes_no_answer(tmp_path):
    import subprocess
    import sys

    place = story(tmp_path / "r")
    place.commit(message="schöne Grüße 日本 \u202e\x1b[2J", at=START + 60)
    place.attest()
    environment = place.environment() | {"PYTHONIOENCODING": "ascii"}
    for words, wanted in ((["verify"], 0), (["log"], 0), (["verify", "HEAD~1"], 1)):
        done = subprocess.run(
            [sys.executable, "-m", "stella_git", *words],
            cwd=place.path,
            env=environment,
            capture_output=True,
            check=False,
        )
        assert done.returncode == wanted, done.stderr
        assert b"\x1b" not in done.stdout
        done.stdout.decode("ascii")


def wrapped(line, keyid):
    """Return the bundle that anybody can make of a note line, with a key id of their choice inside."""
    envelope = Envelope.from_bytes(line)
    (signature,) = envelope.signatures
    found = to_bundle(envelope, hint=base64.b64encode(bytes.fromhex(signature.keyid)).decode())
    named = replace(signature, keyid=keyid)
    return replace(found, content=replace(envelope, signatures=(named,))).to_bytes()


def test_a_key_id_that_nobody_signed_makes_no_attestation_of_somebody_else(tmp_path):
    place = story(tmp_path / "shop")
    place.run("keys", "generate", "--name", "second")
    second = signer_of(place, "second").public_key.keyid
    pub = place.path / ".git/stella/keys/second.pub"
    place.run("keys", "add", pub, "--name", "second", "--owner", "second", "--role", "verdict")
    place.commit({}, "Add a second signer")
    place.attest("--key", f"file:{place.path}/.git/stella/keys/maintainer.pem")
    plant(place, "HEAD", wrapped(line_of(place), second))
    assert place.attest("--key", f"file:{place.path}/.git/stella/keys/second.pem")["created"]


def test_a_line_that_verification_refuses_is_no_attestation_that_is_there_already(tmp_path):
    place = story(tmp_path / "shop")
    place.attest()
    plant(place, "HEAD", line_of(place).replace(b"{", b"{ ", 1))
    assert place.standing() == "UNREADABLE"
    assert place.attest()["created"]
    assert place.standing(expect=0) == ""


def test_a_rotation_hook_is_told_no_password_and_no_token(tmp_path):
    place = story(tmp_path / "shop")
    secrets = ("STELLA_KEY_PASSWORD", "COSIGN_PASSWORD", "SIGSTORE_ID_TOKEN", "GIT_DIR_OF_A_HOOK")
    place.extra |= dict.fromkeys(secrets, "hunter2") | {"PLAIN": "seen"}
    code = "import json, os; json.dump(dict(os.environ), open('told.json', 'w'))"
    place.run("keys", "rotate", "maintainer", "--hook", f'{sys.executable} -c "{code}"')
    told = json.loads((place.path / "told.json").read_bytes())
    assert told["PLAIN"] == "seen"
    assert "hunter2" not in told.values()
