"""``stella policy lint``: what it reads, what it prints, how it ends."""

import html
import json
import shutil

import pytest

import flows_cases
from house_cases import ROOT

RULES = ROOT / "tests/golden/policies/rules"
REFERENCE = ROOT / "policies"
LATER = ("--as-of", "2026-01-15T00:00:00Z")


@pytest.fixture
def tree(tmp_path):
    """Return a folder with the policy files of a fixture in ``policies``."""

    def make(name):
        where = tmp_path / "shop"
        shutil.copytree(RULES / name, where / "policies")
        return where

    return make


def test_the_reference_policies_have_no_problem(stella):
    ran = stella("policy", "lint", "--strict", "--as-of", "2026-11-21T00:00:00Z", cwd=ROOT)
    assert ran.code == 0, ran.out
    assert ran.out.endswith(": no problems\n")


def test_a_problem_has_its_place_its_rule_and_a_remedy(stella, tree):
    ran = stella("policy", "lint", cwd=tree("P004/fires"))
    assert ran.code == 1
    assert ran.out.splitlines() == [
        "policies/policy.yaml (stella document stella.ops/v1 Policy)",
        "  17:35  error P004: there is no member componentz",
        "         remedy: Write components. [/spec/rules/0/forEach/in]",
        "",
        "2 files: 1 error, 0 warnings",
    ]


@pytest.mark.parametrize("name", ["P004/fires-params", "P112/fires", "P204/fires", "P010/passes"])
def test_warnings_count_if_that_is_asked(stella, tree, name):
    where = tree(name)
    codes = {"P004/fires-params": (1, 1), "P112/fires": (0, 1), "P204/fires": (0, 0), "P010/passes": (0, 0)}
    plain, strict = (stella("policy", "lint", *words, cwd=where).code for words in ([], ["--strict"]))
    assert (plain, strict) == codes[name]


def test_every_problem_is_told_at_once(stella, tree):
    where = tree("P004/fires")
    policy = where / "policies/policy.yaml"
    policy.write_text(
        policy.read_text()
        .replace("mode: deny", "mode: deny\n  expires: 2025-01-01T00:00:00Z")
        .replace("c.name != ''", "d.name != '' && c.name.matches('(')")
        .replace("{name}'", "{nmae}'")
    )
    (where / "policies/broken.yaml").write_text("apiVersion: stella.ops/v1\nkind: Policy\nmode: &a deny\n")
    (where / "policies/wrong.yaml").write_text(
        "apiVersion: stella.ops/v1\nkind: Waiver\nmetadata: {}\nspec: {typ: x}\n"
    )
    ran = stella("policy", "lint", "--format", "json", *LATER, cwd=where)
    assert ran.code == 1
    report = json.loads(ran.out)
    found = {file["path"]: [problem["rule"] for problem in file["problems"]] for file in report["files"]}
    assert found["policies/policy.yaml"] == ["P106", "P004", "P003", "P011", "P012"]
    assert found["policies/broken.yaml"] == ["Y001"]
    assert set(found["policies/wrong.yaml"]) == {"K-required", "K-additionalProperties"}
    assert found["policies/policy.test.yaml"] == []


def test_a_file_stands_for_the_set_that_it_belongs_to(stella, tree):
    where = tree("P202/fires")
    for words in (["policies/packs/own/policy.yaml"], ["policies/tests"], [], ["."]):
        ran = stella("policy", "lint", "--format", "concise", *words, cwd=where)
        assert ran.code == 1
        assert ran.out.startswith("policies/policy-set.yaml:7:22: P202 there is no policy `sbom.name`\n")
    inside = stella("policy", "lint", "--format", "concise", "policy.yaml", cwd=where / "policies/packs/own")
    assert inside.out.startswith("../../policy-set.yaml:7:22: P202")
    absolute = stella("policy", "lint", "--format", "concise", where / "policies/packs")
    assert absolute.out.startswith(f"{(where / 'policies/policy-set.yaml').as_posix()}:7:22: P202")


def test_a_set_above_the_repository_is_none_of_it(stella, tree):
    where = tree("P202/fires")
    (where / "policies/packs/.git").mkdir()
    assert stella("policy", "lint", "policies/packs/own/policy.yaml", cwd=where).code == 0


def test_two_sets_do_not_know_each_other(stella, tmp_path):
    for name in ("one", "two"):
        shutil.copytree(RULES / "P202/passes", tmp_path / name)
    assert stella("policy", "lint", "one", "two", cwd=tmp_path).code == 0


def test_packs_may_lie_elsewhere(stella, tree):
    where = tree("P202/passes")
    shutil.move(where / "policies/packs", where / "packs")
    (where / "policies/tests/policy.test.yaml").unlink()
    chosen = where / "policies/policy-set.yaml"
    chosen.write_text(chosen.read_text().replace("path: packs/own", "path: ../packs/own"))
    ran = stella("policy", "lint", "--format", "concise", cwd=where)
    assert ran.code == 0
    assert ran.out == "packs/own/policy.yaml:4:7: P112 no test is for `sbom.named`\n"


@pytest.mark.parametrize("order", [("one", "two"), ("two", "one")])
def test_what_two_sets_share_is_judged_by_both(stella, tmp_path, order):
    for name, pack in (("one", "../packs/own"), ("two", "../packs")):
        (tmp_path / name).mkdir()
        text = (RULES / "P104/fires-set/policy-set.yaml").read_text().replace("packs/own", pack)
        (tmp_path / name / "policy-set.yaml").write_text(text)
    (tmp_path / "two/policy-set.yaml").write_text(text + "  params: {sbom.named: {p: x}}\n")
    shutil.copytree(RULES / "P104/fires-set/packs", tmp_path / "packs")
    ran = stella("policy", "lint", "--format", "concise", *order, cwd=tmp_path)
    assert [line.split(" ")[1] for line in ran.out.splitlines()] == ["P112", "P104"]


def test_what_is_not_ours_is_passed_over_and_counted(stella, tree):
    where = tree("P001/passes")
    (where / "policies/workflow.yml").write_text("on: push\n")
    (where / "policies/.hidden").mkdir()
    (where / "policies/.hidden/policy.yaml").write_text("apiVersion: stella.ops/v1\n")
    (where / "policies/manifest.yaml").write_text("apiVersion: apps/v1\nkind: Deployment\n")
    ran = stella("policy", "lint", cwd=where)
    assert ran.out == "2 files: no problems; 2 files passed over, no document\n"


@pytest.mark.parametrize(
    "text", ["apiVersion: stella.op/v1\nkind: Policy\n", "kind: Polcy # stella.ops/v1\n"]
)
def test_what_would_be_ours_is_not_passed_over(stella, tree, text):
    where = tree("P001/passes")
    (where / "policies/other.yaml").write_text(text)
    assert stella("policy", "lint", cwd=where).code == 1


def test_usage_errors(stella, tree, tmp_path):
    where = tree("P001/passes")
    missing = stella("policy", "lint", "policies/nothing.yaml", cwd=where)
    assert (missing.code, "file-missing" in missing.err) == (2, True)
    assert "stella policy init" in missing.err
    nowhere = stella("policy", "lint", cwd=tmp_path)
    assert (nowhere.code, "file-missing" in nowhere.err) == (2, True)
    (tmp_path / "policies").mkdir()
    empty = stella("policy", "lint", cwd=tmp_path)
    assert (empty.code, "policy-none" in empty.err) == (2, True)
    late = stella("policy", "lint", "--as-of", "tomorrow", cwd=where)
    assert (late.code, "time-malformed" in late.err) == (2, True)


def test_time_is_what_it_is_told_to_be(stella, tree):
    where = tree("P107/fires")
    codes = [
        stella("policy", "lint", "--strict", "--as-of", f"{day}T00:00:00Z", cwd=where).code
        for day in ("2026-01-13", "2026-01-15", "2026-01-29")
    ]
    assert codes == [0, 1, 1]


@pytest.mark.parametrize(
    "kind", ["text", "concise", "json", "sarif", "github", "gitlab", "junit", "markdown"]
)
def test_every_format_names_the_problem(stella, tree, kind):
    ran = stella("policy", "lint", "--format", kind, cwd=tree("P012/fires"))
    assert ran.code == 1
    assert "P012" in ran.out
    assert "policies/policy.yaml" in html.unescape(ran.out)


def test_sarif_explains_the_rule(stella, tree):
    log = json.loads(stella("policy", "lint", "--format", "sarif", cwd=tree("P010/fires")).out)
    (rule,) = log["runs"][0]["tool"]["driver"]["rules"]
    assert rule["id"] == "P010"
    assert rule["shortDescription"]["text"] == "What a rule asserts is true whatever the evidence says."
    (result,) = log["runs"][0]["results"]
    assert result["locations"][0]["physicalLocation"]["region"] == {"startLine": 18, "startColumn": 15}


def test_markdown_of_others_stays_text(stella, tree):
    where = tree("P112/fires")
    policy = where / "policies/policy.yaml"
    policy.write_text(policy.read_text().replace("c.name != ''", "c.name != '|<b>@all' && d_e"))
    out = stella("policy", "lint", "--format", "markdown", cwd=where).out
    assert "<b>" not in out
    assert "### 1 file: 1 error, 1 warning\n" in out
    assert "| **error** | P003 | " in out


def test_approvals_are_held_against_the_repository_around(stella, tree):
    where = tree("P310/fires")
    assert stella("policy", "lint", *LATER, cwd=where).code == 0  # nobody can say what was to be approved
    (where / ".git").mkdir()
    (where / "stella.toml").write_text('[repository]\nid = "1b671a64-40d5-491e-99b0-da01ff1f3341"\n')
    ran = stella("policy", "lint", *LATER, cwd=where)
    assert ran.code == 1
    assert "P310" in ran.out


def test_signers_are_held_against_the_keyring_of_the_repository_around(stella, tmp_path):
    place = flows_cases.make(tmp_path / "repository")
    text = (RULES / "P118/fires/policy.yaml").read_text()
    policy = place.path / "policies/policy.yaml"
    shutil.copytree(RULES / "P118/fires", policy.parent, dirs_exist_ok=True)
    policy.write_text(text.replace("'key:aba', 'identity:ci'", "'key:maintaner'"))

    def said(*words, cwd=place.path, expect=0):
        ran = stella("policy", "lint", *words, *LATER, "policies", cwd=cwd)
        assert ran.code == expect, ran.err
        return ran.out

    assert "P118: the keyring has no key and no identity `key:maintaner`" in said("--strict", expect=1)
    assert "remedy: Write key:maintainer." in said()
    elsewhere = tmp_path / "elsewhere"
    shutil.copytree(policy.parent, elsewhere / "policies")
    assert "P118" not in said(cwd=elsewhere)
    beside = stella("policy", "lint", "--strict", *LATER, elsewhere / "policies", cwd=place.path)
    assert "P118" not in beside.out
    keyring = place.path / "stella.keyring.json"
    shutil.move(keyring, place.path / "who.json")
    assert "P118" not in said()
    settings = place.path / "stella.toml"
    before = settings.read_text()
    settings.write_text(before + '\n[trust]\nkeyring = "who.json"\n')
    assert "P118" in said()
    settings.write_text(before + "[")
    assert "P118" not in said()
    settings.write_text(before)
    keyring.write_text("{")
    assert "P118" not in said()
    policy.write_text(text.replace("'key:aba', 'identity:ci'", "'key:maintainer'"))
    keyring.unlink()
    shutil.move(place.path / "who.json", keyring)
    assert "P118" not in said()
