"""``stella policy waive``: from a wish to a waiver that holds, and every way to fail."""

import html
import json
import os
from shutil import copytree

import jsonschema
import pytest

from flows_cases import START, Place, make
from policy_cases import policy
from schema_cases import load as load_schema
from stella_git.cli.main import main
from stella_git.policy import load
from waiver_cases import FINDINGS, POLICY, ran, row, vfp

REASON = "it cannot be reached from outside"
NEW = ("policy", "waive", "--type", "risk_accepted", "--reason", REASON)
ADA = {"GIT_AUTHOR_NAME": "Ada", "GIT_AUTHOR_EMAIL": "ada@example.org"}
BEN = {"GIT_AUTHOR_NAME": "B", "GIT_AUTHOR_EMAIL": "ben@example.org"}
DAY = 86_400
SCHEMA = jsonschema.Draft202012Validator(
    load_schema("waivers-report.v1"), format_checker=jsonschema.FormatChecker()
)


@pytest.fixture
def plain(tmp_path, monkeypatch):
    """A folder with a policy, and no repository around it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(START))
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "a.yaml").write_bytes(policy(FINDINGS, POLICY))
    return tmp_path


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """A repository with a policy, and keys of ben and dot that may approve, and of cyd that may not."""
    found = make(tmp_path_factory.mktemp("waive") / "repository")
    for name, role in (("ben", "waiver"), ("dot", "waiver"), ("cyd", "policy")):
        found.run("keys", "generate", "--name", name)
        found.run(
            "keys", "add", f".git/stella/keys/{name}.pub", "--name", name, "--role", role, "--owner",
            f"{name}@example.org", "--key", "file:.git/stella/keys/maintainer.pem",
        )  # fmt: skip
    found.git("config", "user.name", "Ada")
    found.git("config", "user.email", "ada@example.org")
    found.commit({"policies/a.yaml": policy(FINDINGS, POLICY)}, "Start")
    return found


@pytest.fixture
def place(template, tmp_path):
    """A copy of the template."""
    copytree(template.path, tmp_path / "repository", symlinks=True)
    return Place(tmp_path / "repository", now=template.now)


def file(name):
    return f"policies/waivers/{name}.yaml"


def asked(place, *words, name="w", commit=True, **options):
    """Ask for a waiver of finding 1, and commit it as Ada."""
    place.run(*NEW, "fp:" + "0" * 15 + "1", "--policy", POLICY, "--id", name, *words, **options)
    if commit:
        place.git("add", "-A")
        place.git("commit", "--quiet", "-m", "Ask", env=ADA)
    return file(name)


def listed(place, *words, expect=0):
    """Return what the command says as JSON, which keeps to its schema."""
    found = place.json("policy", "waive", *words, expect=expect)
    SCHEMA.validate(found)
    return found["waivers"]


def states(place, *words, expect=0):
    return {each["id"]: each["state"] for each in listed(place, "--list", *words, expect=expect)}


def key(name):
    return "--key", f"file:.git/stella/keys/{name}.pem"


def test_from_a_wish_to_a_waiver_that_holds(place):
    path = asked(place)
    assert states(place) == {"w": "unapproved"}
    place.run("policy", "waive", "--check", expect=1)
    out = place.run("policy", "waive", "--approve", path, *key("ben"))
    assert "approved by key:ben" in out
    assert states(place) == {"w": "live"}
    place.git("add", "-A")
    place.git("commit", "--quiet", "-m", "Ask", env=BEN)
    (found,) = listed(place, "--check")
    assert (found["state"], found["approvers"], found["author"]) == (
        "live",
        ["key:ben"],
        "Ada <ada@example.org>",
    )
    assert found["problems"] == []


def test_the_audit_log_has_the_signature(place):
    place.run("policy", "waive", "--approve", asked(place), *key("ben"))
    lines = place.run("audit", "show", "--format", "jsonl").splitlines()
    last = json.loads(lines[-1])
    assert (last["operation"], last["detail"]) == ("waiver.approve", "w")
    assert last["payloadDigest"] in (place.path / file("w")).read_text()


def test_a_file_is_laid_out_and_keeps_what_people_wrote(place):
    path = place.path / asked(place, "--ticket", "A-1")
    place.run("policy", "fmt", "--check", path)
    path.write_bytes(path.read_bytes().replace(b"approvals: []", b"approvals: []  # ben, please"))
    before = path.stat().st_mode
    place.run("policy", "waive", "--approve", path, *key("ben"))
    assert b"# ben, please" in path.read_bytes()
    assert path.stat().st_mode == before


def test_who_asked_cannot_approve(place):
    path = asked(place, "--owner", "user:ben")
    assert "OWN_WAIVER" in place.run("policy", "waive", "--approve", path, *key("ben"), expect=1)


def test_who_wrote_it_cannot_approve(place):
    path = asked(place, commit=False)
    place.git("add", "-A")
    place.git("commit", "--quiet", "-m", "Ask", env=BEN)
    assert "OWN_WAIVER" in place.run("policy", "waive", "--approve", path, *key("ben"), expect=1)


def test_what_is_not_committed_was_written_by_whoever_is_here(place):
    path = asked(place, "--owner", "team:a", commit=False)
    place.git("config", "user.email", "ben@example.org")
    assert "OWN_WAIVER" in place.run("policy", "waive", "--approve", path, *key("ben"), expect=1)
    assert b"approvals: []" in (place.path / path).read_bytes()


def test_an_approval_that_its_owner_wrote_by_hand_does_not_count(place):
    path = asked(place)
    place.run("policy", "waive", "--approve", path, *key("ben"))
    approved = (place.path / path).read_bytes()
    place.git("checkout", "--quiet", path)
    place.git("rm", "--quiet", path)
    place.git("commit", "--quiet", "-m", "Remove")
    (place.path / path).parent.mkdir(exist_ok=True)
    (place.path / path).write_bytes(approved)
    place.git("add", "-A")
    place.git("commit", "--quiet", "-m", "Ask", env=BEN)
    (found,) = listed(place, "--check", expect=1)
    assert (found["state"], found["approvers"]) == ("unapproved", [])
    assert "OWN_WAIVER" in found["problems"][0]


def test_a_change_after_the_approval_undoes_it(place):
    path = place.path / asked(place)
    place.run("policy", "waive", "--approve", path, *key("ben"))
    path.write_bytes(path.read_bytes().replace(b"effect: waive", b"effect: downgrade"))
    (found,) = listed(place, "--check", expect=1)
    assert (found["state"], "DIGEST_MISMATCH" in found["problems"][0]) == ("unapproved", True)
    out = place.run("policy", "waive", "--approve", path, *key("ben"))
    assert "dropped, because not of this: key:ben" in out
    assert states(place) == {"w": "live"}


def test_an_approval_does_not_hold_in_another_repository(place, tmp_path):
    path = asked(place)
    place.run("policy", "waive", "--approve", path, *key("ben"))
    toml = place.path / "stella.toml"
    toml.write_text(toml.read_text().replace("11111111", "99999999"))
    place.git("add", "-A")
    place.git("commit", "--quiet", "-m", "Another id", env=ADA)
    assert states(place) == {"w": "unapproved"}


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (key("cyd"), "key-not-trusted"),
        (("--key", "file:.git/stella/keys/none.pem"), "key-file"),
        (("--key", "sigstore:"), "waiver-identity"),
        ((*key("ben"), "--identity", "cyd"), "waiver-identity"),
        ((*key("ben"), "--as-of", "2027-01-01T00:00:00Z"), "waiver-time"),
        ((), "key-ambiguous"),
    ],
)
def test_approvals_that_are_refused(place, words, code):
    path = asked(place)
    before = (place.path / path).read_bytes()
    assert code in place.run("policy", "waive", "--approve", path, *words, expect=2)
    assert (place.path / path).read_bytes() == before


def test_nobody_approves_twice(place):
    path = asked(place)
    place.run("policy", "waive", "--approve", path, *key("ben"), "--identity", "key:ben")
    out = place.run("policy", "waive", "--approve", path, *key("ben"), expect=2)
    assert "waiver-approved" in out


def test_a_key_that_was_revoked_since(place):
    path = asked(place)
    place.run("policy", "waive", "--approve", path, *key("ben"))
    place.run("keys", "revoke", "ben", "--reason", "lost", *key("maintainer"))
    place.git("add", "-A")
    place.git("commit", "--quiet", "-m", "Revoke", env=ADA)
    (found,) = listed(place, "--check", expect=1)
    assert "KEY_REVOKED" in found["problems"][0]


def test_a_renewal_has_to_be_approved_again(place):
    path = asked(place, "--ticket", "A-1")
    place.run("policy", "waive", "--approve", path, *key("ben"))
    place.now += 20 * DAY
    out = place.run("policy", "waive", "--renew", path, "--expires", "10d", "--reason", REASON + " still")
    assert "no longer approved by key:ben" in out
    (found,) = listed(place, "--list")
    assert (found["state"], found["daysLeft"], found["reason"]) == ("unapproved", 10, REASON + " still")
    assert found["id"] == "w"
    assert found["created"] < found["effectiveFrom"]
    place.git("add", "-A")
    place.git("commit", "--quiet", "-m", "Renew", env=ADA)
    place.run("policy", "waive", "--approve", path, *key("ben"))
    assert states(place) == {"w": "live"}


def test_renewals_that_are_refused(place):
    path = asked(place)
    assert "waive-arguments" in place.run("policy", "waive", "--renew", path, expect=2)
    before = (place.path / path).read_bytes()
    for expires, code in (("91d", "waiver-time"), ("0d", "waiver-never"), ("2025-12-01", "waiver-never")):
        told = place.run("policy", "waive", "--renew", path, "--expires", expires, expect=2)
        assert code in told
        assert "time-malformed" in told or "at: --expires\n" in told
    assert (place.path / path).read_bytes() == before


def test_time_passes(place):
    path = asked(place, "--from", "2026-01-10", "--expires", "2026-01-20T00:00:00Z")
    place.run("policy", "waive", "--approve", path, *key("ben"))
    assert states(place) == {"w": "pending"}
    place.run("policy", "waive", "--check")
    for moment, state in (
        ("2026-01-09T23:59:59Z", "pending"),
        ("2026-01-10T00:00:00Z", "live"),
        ("2026-01-19T23:59:59Z", "live"),
        ("2026-01-20T00:00:00Z", "expired"),
    ):
        assert states(place, "--as-of", moment) == {"w": state}
    place.run("policy", "waive", "--check", "--as-of", "2026-01-20T00:00:00Z", expect=1)


def test_a_policy_set_says_how_many_and_how_long(place):
    place.write(
        {
            "policies/policy-set.yaml": b"apiVersion: stella.ops/v1\nkind: PolicySet\n"
            b"metadata: {id: set, revision: 1, owner: 'team:a'}\n"
            b"spec: {packs: [{name: all, path: a.yaml}], maxWaiverDays: 20, waiverApprovals: 2}\n"
        }
    )
    out = place.run(*NEW, vfp(1), "--policy", f"{POLICY}/each", expect=2)
    assert "lasts longer than 20 days" in out
    path = asked(place, "--expires", "20d")
    place.run("policy", "waive", "--approve", path, *key("ben"))
    assert states(place) == {"w": "unapproved"}
    place.run("policy", "waive", "--approve", path, *key("dot"))
    assert states(place) == {"w": "live"}


def test_nobody_needs_to_approve_if_the_policy_set_says_so(place):
    place.write(
        {
            "policies/policy-set.yaml": b"apiVersion: stella.ops/v1\nkind: PolicySet\n"
            b"metadata: {id: set, revision: 1, owner: 'team:a'}\n"
            b"spec: {packs: [{name: all, path: a.yaml}], waiverApprovals: 0}\n"
        }
    )
    out = place.run(*NEW, vfp(1), "--policy", POLICY)
    assert "asks for no approval" in out
    assert set(states(place).values()) == {"live"}


def test_a_shallow_clone_does_not_know_who_wrote_it(place, tmp_path):
    path = asked(place)
    place.run("policy", "waive", "--approve", path, *key("ben"))
    place.git("add", "-A")
    place.git("commit", "--quiet", "-m", "Approve")
    target = tmp_path / "shallow"
    place.git("clone", "--quiet", "--depth", "1", f"file://{place.path}", str(target))
    other = Place(target, now=place.now)
    (found,) = listed(other, "--check", expect=1)
    assert (found["state"], found["approvers"]) == ("unapproved", [])
    assert "git fetch --unshallow" in found["problems"][0]


# without a repository


def created(folder):
    return sorted((folder / "policies" / "waivers").glob("*.yaml"))


def test_a_waiver_without_a_repository(plain, capsys):
    assert main([*NEW, vfp(1), "--policy", f"{POLICY}/each", "--owner", "team:a"]) == 0
    assert "stella policy waive --approve policies/waivers/" in capsys.readouterr().out
    (path,) = created(plain)
    found = load.waiver(load.read(path.read_bytes(), path=path.name))
    assert (found.policy, found.rule, found.fingerprint) == (POLICY, "each", vfp(1))
    assert (found.owner, found.kind, found.effect, found.approvals) == (
        "team:a",
        "risk_accepted",
        "waive",
        (),
    )
    assert found.effective_from.seconds == found.created.seconds == START
    assert found.expires.seconds == START + 30 * DAY
    assert ran(row(1), waivers=[(path.name, path.read_bytes())], at=str(found.created)).decision == "pass"
    assert main(["policy", "waive", "--list"]) == 0
    assert "approvals were not checked" in capsys.readouterr().out
    assert main(["policy", "waive", "--check"]) == 1


def test_a_vulnerability_in_a_package(plain):
    words = [
        "--vuln",
        "CVE-2026-0001",
        "--purl",
        "pkg:npm/lib*@1.*",
        "--environment",
        "prod",
        "--subject",
        "a/*",
    ]
    assert main([*NEW, *words, "--policy", POLICY, "--owner", "user:a", "--effect", "downgrade"]) == 0
    (path,) = created(plain)
    found = load.waiver(load.read(path.read_bytes(), path=path.name))
    assert path.name == f"{POLICY}-cve-2026-0001.yaml"
    assert (found.vuln, found.purl, found.effect) == ("CVE-2026-0001", "pkg:npm/lib*@1.*", "downgrade")
    assert (found.environments, found.subjects) == (("prod",), ("a/*",))


def test_nothing_is_overwritten(plain, capsys):
    words = [*NEW, vfp(1), "--policy", POLICY, "--owner", "team:a"]
    assert main(words) == main(words) == 0
    assert [path.stem for path in created(plain)] == [f"{POLICY}-vfp-{vfp(1)[4:]}{end}" for end in ("-2", "")]
    assert main([*words, "--id", "w"]) == 0
    before = (plain / "policies/waivers/w.yaml").read_bytes()
    assert main([*words, "--id", "w", "--ticket", "x"]) == 2
    assert "waiver-exists" in capsys.readouterr().err
    assert (plain / "policies/waivers/w.yaml").read_bytes() == before


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--policy", POLICY], "waive-arguments"),
        ([vfp(1)], "waive-arguments"),
        ([vfp(1), "--policy", "a.two"], "policy-unknown"),
        ([vfp(1), "--policy", f"{POLICY}/none"], "policy-unknown"),
        ([vfp(1), "--policy", POLICY, "--vuln", "CVE-2026-0001"], "waive-arguments"),
        ([vfp(1), "--policy", POLICY, "--environment", "prod"], "waive-arguments"),
        (["--vuln", "CVE-2026-0001", "--policy", POLICY], "waive-arguments"),
        (["--vuln", "CVE-2026-0001", "--purl", "pkg:**", "--policy", POLICY], "waiver-scope"),
        (["--vuln", "CVE-2026-0001", "--purl", "npm/x", "--policy", POLICY], "policy-invalid"),
        (["xfp:1", "--policy", POLICY], "policy-invalid"),
        ([vfp(1), "--policy", POLICY, "--owner", "ada"], "policy-invalid"),
        ([vfp(1), "--policy", POLICY, "--reason", "too short"], "policy-invalid"),
        ([vfp(1), "--policy", POLICY, "--id", "../w"], "policy-invalid"),
        ([vfp(1), "--policy", POLICY, "--expires", "91d"], "waiver-time"),
        ([vfp(1), "--policy", POLICY, "--expires", "2020-01-01"], "waiver-never"),
        ([vfp(1), "--policy", POLICY, "--expires", "soon"], "time-malformed"),
        ([vfp(1), "--policy", POLICY, "--expires", "99999999999999999999d"], "time-malformed"),
        ([vfp(1), "--policy", POLICY, "--approve", "w.yaml"], "waive-arguments"),
        ([vfp(1), "--policy", POLICY, "--policies", "none"], "file-missing"),
    ],
)
def test_wishes_that_are_refused_write_nothing(plain, capsys, words, code):
    assert main([*NEW, "--owner", "team:a", *words]) == 2
    assert f"[{code}]" in capsys.readouterr().err
    assert not (plain / "policies" / "waivers").exists()


@pytest.mark.parametrize(
    ("words", "argument"),
    [
        (["--reason", "too short"], "--reason"),
        (["--owner", "ada"], "--owner"),
        (["--expires", "91d"], "--expires"),
        (["--expires", "2020-01-01"], "--expires"),
        (["--ticket", ""], "--ticket"),
        (["--id", "../w"], "--id"),
        (["--policy", "a.two"], "--policy"),
        (["--policy", f"{POLICY}/none"], "--policy"),
        (["--policy", "A"], "--policy"),
        (["--vuln", ""], "--vuln"),
        (["--purl", "npm/x"], "--purl"),
        (["--purl", "pkg:**"], "--purl"),
        (["--environment", "A B"], "--environment"),
        (["--subject", "**"], "--subject"),
        (["xfp:1"], "FINGERPRINT"),
    ],
)
def test_a_wish_that_is_refused_names_the_argument(plain, capsys, words, argument):
    finding = [] if words[0] == "xfp:1" else ["--vuln", "CVE-2026-0001", "--purl", "pkg:npm/x"]
    assert main([*NEW, "--owner", "team:a", "--policy", POLICY, *finding, *words]) == 2
    told = capsys.readouterr().err
    assert f"\n  at: {argument}\n" in told
    assert "yaml" not in told


def test_what_is_wrong_in_files_that_are_there_keeps_its_place(plain, capsys):
    (plain / "policies" / "a.yaml").write_bytes(policy(FINDINGS, POLICY).replace(b"severity", b"severty", 1))
    assert main([*NEW, "--owner", "team:a", "--policy", POLICY, vfp(1)]) == 2
    assert "at: policies/a.yaml:" in capsys.readouterr().err


def test_somebody_has_to_own_it(plain, capsys):
    assert main([*NEW, vfp(1), "--policy", POLICY]) == 2
    assert "--owner" in capsys.readouterr().err


def test_the_rule_can_come_from_a_report(plain, capsys):
    outcome = ran(row(1), row(2, fine=False))
    report = {"results": [result.to_json() for result in outcome.results]}
    (plain / "run.json").write_text(json.dumps(report))
    words = [*NEW, "--owner", "team:a", "--from-run", "run.json"]
    assert main([*words, vfp(1)]) == 0
    (path,) = created(plain)
    assert load.waiver(load.read(path.read_bytes(), path="w")).rule == "each"
    assert main([*words, vfp(3)]) == 2
    assert "of no rule" in capsys.readouterr().err


def test_a_fingerprint_of_several_rules_needs_a_name(plain, capsys):
    row_of = {"key": "fp:" + "0" * 16, "fp": vfp(0)}
    report = [
        {"policy": {"id": POLICY}, "rules": [{"rule": each, "violations": [row_of]}]} for each in ("a", "b")
    ]
    (plain / "run.json").write_text(json.dumps(report))
    assert main([*NEW, "--owner", "team:a", "--from-run", "run.json", "fp:" + "0" * 16]) == 2
    assert f"{POLICY}/a, {POLICY}/b" in capsys.readouterr().err


def test_orphans_come_from_a_report(place):
    path = asked(place)
    place.run("policy", "waive", "--approve", path, *key("ben"))
    place.write(
        {"run.json": {"notices": [{"code": "waiver-orphan", "waiver": "w"}, {"code": "x", "waiver": "v"}]}}
    )
    place.run("policy", "waive", "--check")
    assert "covers nothing" in place.run("policy", "waive", "--check", "--from-run", "run.json", expect=1)


def test_a_budget_can_be_named(plain):
    budget = (
        b"apiVersion: stella.ops/v1\nkind: Budget\nmetadata: {id: limits, revision: 1, owner: 'team:a'}\n"
    )
    (plain / "policies" / "budget.yaml").write_bytes(budget)
    assert main([*NEW, "fp:" + "0" * 16, "--policy", "limits", "--owner", "team:a"]) == 0


def test_what_comes_from_files_is_escaped(plain, capsys):
    words = [*NEW[:-1], "an escape \x1b]0;x\x07 of 20 characters", vfp(1), "--policy", POLICY]
    code = main([*words, "--owner", "user:a|b `c` \u202e", "--id", "w"])
    assert code == 0
    for form in ("text", "markdown"):
        assert main(["policy", "waive", "--list", "--format", form]) == 0
        out = capsys.readouterr().out
        assert "\u202e" not in out
        assert "\x1b" not in out
    assert "`" not in out
    assert "| user:a|b `c` " in html.unescape(out)


def test_no_waivers(plain, capsys):
    assert main(["policy", "waive", "--check"]) == 0
    assert capsys.readouterr().out == "no waivers\n"


@pytest.mark.skipif(os.name == "nt", reason="Windows has other permissions")
def test_a_file_keeps_its_mode(place):
    path = place.path / asked(place)
    path.chmod(0o600)
    place.run("policy", "waive", "--approve", path, *key("ben"))
    place.run("policy", "waive", "--renew", path, "--expires", "3d")
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_link_in_the_way_is_not_written_through(plain):
    assert main([*NEW, vfp(1), "--policy", POLICY, "--owner", "team:a", "--id", "w"]) == 0
    victim = plain / "victim"
    victim.write_text("mine")
    (plain / "policies/waivers/.w.yaml.stella-new").symlink_to(victim)
    assert main(["policy", "waive", "--renew", "policies/waivers/w.yaml", "--expires", "3d"]) == 0
    assert victim.read_text() == "mine"


def test_where_nothing_can_be_written(plain, capsys):
    (plain / "policies" / "waivers").write_text("a file")
    assert main([*NEW, vfp(1), "--policy", POLICY, "--owner", "team:a", "--id", "w"]) == 4
    assert "[file-unwritable]" in capsys.readouterr().err


def test_a_link_out_of_the_work_tree_is_not_followed(place, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    path = place.path / asked(place, commit=False)
    (outside / "w.yaml").write_bytes(path.read_bytes())
    (place.path / "policies" / "linked").symlink_to(outside)
    place.git("add", "-A")
    place.git("commit", "--quiet", "-m", "x", env=ADA)
    place.run("policy", "waive", "--approve", "policies/linked/w.yaml", *key("ben"), expect=2)
    assert b"approvals: []" in (outside / "w.yaml").read_bytes()
