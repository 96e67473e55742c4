"""Small commands: what they print, and how they end."""

import json

import pytest

from flows_cases import CLEAN, DIRTY, START, make, story
from stella_git.errors import EnvironmentFault
from stella_git.resources import data_path


@pytest.fixture
def vectors(request):
    return request.config.rootpath / "tests" / "vectors"


def test_the_budget_vector_comes_out_byte_for_byte(stella, vectors):
    from stella_git.canon import jcs

    words = ["--budget", vectors / "budget/budget.yaml", "--inputs", vectors / "budget/budget_inputs.json"]
    ran = stella(
        "budget",
        "check",
        *words,
        "--environment",
        "prod",
        "--as-of",
        "2026-11-20T00:00:00Z",
        "--format",
        "json",
    )
    expected = json.loads((vectors / "budget/budget_check.json").read_bytes())
    assert ran.raw == jcs.dumps(expected) + b"\n"
    assert ran.code == 1
    text = stella("budget", "check", *words, "--environment", "prod", "--as-of", "2026-11-20T00:00:00Z")
    assert "findings.critical" in text.out
    assert "exhausted" in text.out


@pytest.mark.parametrize(
    "words",
    [
        ("--budget", "b.yaml"),
        ("--inputs", "i.json"),
        ("--budget", "b.yaml", "--inputs", "i.json"),
        ("--budget", "b.yaml", "--inputs", "i.json", "--environment", "prod"),
    ],
)
def test_budget_arguments_go_together(stella, words):
    ran = stella("budget", "check", *words)
    assert ran.code == 2
    assert "budget-arguments" in ran.err


def test_the_staged_budget_check_sees_the_index_not_the_work_tree(tmp_path):
    place = story(tmp_path / "r")
    place.write(DIRTY)
    assert "PASS" in place.run("budget", "check")
    place.git("add", "-A")
    assert "FAIL" in place.run("budget", "check", expect=1)
    place.write(CLEAN)
    assert "FAIL" in place.run("budget", "check", expect=1)
    assert place.json("budget", "check", expect=1)["check"]["result"] == "fail"
    place.git("rm", "--quiet", "--force", "--cached", "findings/scan.json")
    assert "findings-missing" in place.run("budget", "check", expect=1)
    place.git("rm", "--quiet", "--cached", "stella.toml")
    assert "config-missing" in place.run("budget", "check", expect=2)


def test_the_staged_budget_check_wants_a_budget(tmp_path):
    place = make(tmp_path / "r")
    place.write(CLEAN)
    place.git("add", "-A")
    assert "budget-missing" in place.run("budget", "check", "--environment", "staging", expect=2)


def test_canon_prints_canonical_bytes(stella):
    ran = stella("canon", "-", stdin=b'{"b": 1.0, "a": "\\u20ac"}')
    assert ran.raw == '{"a":"€","b":1}'.encode()
    bad = stella("canon", "-", stdin=b'{"a":1,\n"a":2}')
    assert (bad.code, bad.raw) == (1, b"")
    assert "json-duplicate-member" in bad.err
    assert ":2:1" in bad.err


def test_digest_names_bytes_and_content(stella, tmp_path):
    one, other = tmp_path / "one.json", tmp_path / "other.json"
    one.write_bytes(b'{"a":1,"b":2}')
    other.write_bytes(b'{"b":2, "a":1}')
    first, second = (stella("digest", path, "--format", "json").json() for path in (one, other))
    assert first["canonical"] == second["canonical"]
    assert first["raw"] != second["raw"]
    assert first["raw"] == "sha256:43258cff783fe7036d8a43033f830adfc60ec037382473548ac742b888292777"
    plain = tmp_path / "plain.txt"
    plain.write_bytes(b"no json")
    ran = stella("digest", plain)
    assert ran.code == 0
    assert "not-json" in ran.out
    one.write_bytes(b"{")
    assert stella("digest", one).code == 1


def test_verdict_id_recomputes_and_compares(stella, vectors, tmp_path):
    path = vectors / "verdict/verdict.json"
    identifier = "verdict:sha256:606b1b76c317f077ac8c9b24d45a08cb890758c8448c3f10cb44873c34649ac1"
    assert stella("verdict", "id", path).out.strip() == identifier
    stated = tmp_path / "stated.verdict.json"
    verdict = json.loads(path.read_bytes())
    stated.write_text(json.dumps({"verdictId": identifier, "verdict": verdict}))
    assert stella("verdict", "id", "--check", stated).code == 0
    stated.write_text(json.dumps({"verdictId": identifier[:-1] + "0", "verdict": verdict}))
    wrong = stella("verdict", "id", "--check", stated)
    assert wrong.code == 1
    assert identifier in wrong.err
    assert stella("verdict", "id", "--check", path).code == 1
    stated.write_text(json.dumps({"verdictId": identifier, "verdict": verdict | {"extra": 1}}))
    assert stella("verdict", "id", stated).code == 1
    both = stella("verdict", "id", path, path)
    assert both.out.count(identifier) == 2


def test_replay_of_a_bare_verdict_says_what_it_needs(tmp_path):
    place = story(tmp_path / "r")
    bare = tmp_path / "bare.json"
    bare.write_text(json.dumps(place.json("decide")))
    assert "attestation-expected" in place.run("verdict", "replay", bare, expect=1)
    assert "revision-unknown" in place.run("verdict", "replay", "nowhere", expect=2)
    assert "MISSING" in place.run("verdict", "replay", "HEAD", expect=1)


def test_config_commands(tmp_path, stella):
    place = story(tmp_path / "r")
    place.extra["STELLA_ENVIRONMENT"] = "staging"
    shown = place.run("config", "show", "--origin")
    assert "decide.environment = staging  ($STELLA_ENVIRONMENT)" in shown
    assert place.json("config", "show")["decide.environment"] == "staging"
    checked = place.run("config", "check")
    assert "policies/budgets/default.yaml" in checked
    schema = json.loads(place.run("config", "schema"))
    assert schema == json.loads(data_path("schemas/stella/config.v1.schema.json").read_bytes())
    (place.path / "stella.toml").write_text("[decide]\nenviroment = 'x'\n")
    assert "did you mean 'environment'" in place.run("config", "check", "stella.toml", expect=2)
    (place.path / "stella.toml").unlink()
    assert place.run("config", "check", expect=2)


def test_help_teaches_every_command(stella):
    from stella_git.cli.main import COMMANDS

    overview = stella("--help")
    assert overview.code == 0
    for name in COMMANDS:
        assert name in overview.out
        assert stella(name, "--help").code == 0
    assert stella().out == overview.out
    assert stella("--version").out.startswith("stella ")
    assert stella("nonsense").code == 2
    assert stella("sbom", "--fromat", "x").code == 2


@pytest.mark.parametrize(
    ("raised", "code", "text"),
    [
        (EnvironmentFault("no disk\x1b[2J", code="git-failed", remedy="buy one"), 4, "\\x1b[2J"),
        (KeyboardInterrupt(), 130, "interrupted"),
        (OSError(28, "No space left on device"), 4, "No space left"),
        (ZeroDivisionError("x"), 3, "bug in stella"),
        (RecursionError("x"), 3, "bug in stella"),
    ],
)
def test_every_way_to_end_has_its_code(stella, monkeypatch, raised, code, text):
    from stella_git.cli import canon

    def fail(arguments):
        raise raised

    monkeypatch.setattr(canon, "run", fail)
    ran = stella("canon", "-")
    assert ran.code == code
    assert text in ran.err
    assert "\x1b" not in ran.err
    if code == 3:
        assert "Traceback" in stella("--debug", "canon", "-").err


def test_a_reader_that_goes_away_is_no_crash(stella_process, tmp_path):
    import subprocess
    import sys

    place = story(tmp_path / "r")
    for number in range(3):
        place.commit({"a.txt": str(number).encode()}, at=START + number)
    done = subprocess.run(
        ["sh", "-c", f"'{sys.executable}' -m stella_git config schema | head -c 1"],
        cwd=place.path,
        capture_output=True,
        check=False,
    )
    assert done.stdout == b"{"
    assert b"Traceback" not in done.stderr


def test_the_demo_is_the_same_every_time(stella, tmp_path, monkeypatch):
    first, second = tmp_path / "first", tmp_path / "second place é"
    for place in (first, second):
        place.mkdir()
    one = stella("demo", "--format", "json", cwd=first)
    two = stella("demo", "--into", second, "--format", "json")
    assert one.code == 0, one.err
    assert one.raw == two.raw
    ids = one.json()["ids"]
    assert ids["denied"]["decision"] == "fail"
    assert ids["passed"]["decision"] == "pass"
    assert ids["refused"] == {
        "branch": "SPLIT_VIEW",
        "keyring": "UNKNOWN_KEY",
        "note": "BAD_SIGNATURE",
        "sbom": "COPIED",
        "signature": "BAD_SIGNATURE",
    }
    again = stella("demo", cwd=first)
    assert again.code == 2
    assert "demo-exists" in again.err


def test_the_demo_tells_its_story(stella, tmp_path):
    ran = stella("demo", cwd=tmp_path)
    assert ran.code == 0, ran.err
    for words in ("The verdict denies", "git log", "recomputed from git", "Tampering", "Try next"):
        assert words in ran.out
    assert "\x1b" not in ran.out
    coloured = stella("--color", "always", "demo", "--into", tmp_path / "demo")
    assert "\x1b[" in coloured.out


def test_a_private_key_in_the_place_of_a_path_is_not_shown(stella, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    lines = ["-----BEGIN PRIVATE KEY-----", "MIGHAgEAMBMG", "-----END PRIVATE KEY-----"]
    short, long = "\n".join(lines), "\n".join([lines[0], *["MIGHAgEAMBMG"] * 400, lines[2]])
    cut = "\n".join(lines[:2])
    for pasted in (short, long, cut):
        ran = stella("canon", f"keys/{pasted} x")
        assert ran.code != 0
        assert "keys/[a private key]" in ran.err
        assert "MIGHAgEAMBMG" not in ran.out + ran.err
    assert stella("canon", f"{short} x").err.count("[a private key] x") == 1
