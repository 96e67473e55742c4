"""What lint makes of files that cannot be read, and of those that name them."""

import re

import pytest

import policy_cases
from house_cases import ROOT
from stella_git.flows import policyfiles
from stella_git.policy.lint import expressions, lint
from stella_git.policy.lint.found import meant

RULES = ROOT / "tests/golden/policies/rules"


def folder(name):
    where = RULES / name
    return {path.relative_to(where).as_posix(): path.read_bytes() for path in sorted(where.rglob("*.yaml"))}


def rules(files):
    return {one.path: [problem.rule for problem in one.problems] for one in lint(files.items())}


def errors(files):
    return {path: found for path, found in rules(files).items() if found}


def test_a_policy_that_is_broken_is_still_there_for_those_who_name_it():
    files = folder("P302/passes")
    files["policy-set.yaml"] += b"  modes: {sbom.named: warn}\n"
    files["packs/own/policy.yaml"] = files["packs/own/policy.yaml"].replace(b"mode: deny", b"mode: denied")
    assert errors(files) == {"packs/own/policy.yaml": ["K-enum"]}


@pytest.mark.parametrize("text", [b"metadata: [", b"apiVersion: stella.ops/v1\nkind: Polcy\n"])
def test_what_may_be_any_policy_keeps_others_from_being_blamed(text):
    files = folder("P302/passes")
    files["policy-set.yaml"] += b"  modes: {sbom.named: warn}\n"
    del files["packs/own/policy.yaml"]
    del files["tests/policy.test.yaml"]
    assert set(errors(files)) == {"policy-set.yaml", "waivers/first.yaml"}
    files["packs/own/policy.yaml"] = text
    assert set(errors(files)) == {"packs/own/policy.yaml"}


@pytest.mark.parametrize("kind", ["Waiver", "Test", "PolicySet", "PolicyLock"])
def test_a_broken_file_of_another_kind_may_not(kind):
    files = folder("P302/fires")
    files["other.yaml"] = f"apiVersion: stella.ops/v1\nkind: {kind}\n".encode()
    assert errors(files)["waivers/first.yaml"] == ["P302"]


def test_waivers_of_budgets():
    files = folder("P302/passes")
    budget = b"apiVersion: stella.ops/v1\nkind: Budget\nmetadata: {id: prod}\n"
    waiver = files["waivers/first.yaml"].replace(b"policy: sbom.named", b"policy: prod")
    files |= {"budget.yaml": budget, "waivers/first.yaml": waiver.replace(b"  rule: named\n", b"")}
    assert "waivers/first.yaml" not in errors(files)  # however broken the budget is
    files["waivers/first.yaml"] = waiver
    assert errors(files)["waivers/first.yaml"] == ["P303"]


def test_more_than_policy_files_may_hold_is_no_policy():
    (one,) = lint([("policy.yaml", b"# " + b"x" * (4 << 20) + b"\n" + folder("P001/passes")["policy.yaml"])])
    assert [problem.rule for problem in one.problems] == ["Y001"]


def test_a_time_that_does_not_exist_hides_nothing_else():
    files = folder("P116/fires")
    files["policy.yaml"] = files["policy.yaml"].replace(b"c.name != ''", b"c.nmae != ''")
    assert rules(files)["policy.yaml"] == ["P116", "P004"]


def test_rules_that_are_there_twice_hide_nothing_else():
    files = folder("P101/fires")
    files["policy.yaml"] = files["policy.yaml"].replace(b"c.name != ''", b"c.nmae != ''")
    assert rules(files)["policy.yaml"] == ["P101", "P004"]


def test_a_path_that_leaves_hides_the_set_alone():
    files = folder("P117/fires")
    files["packs/own/policy.yaml"] = files["packs/own/policy.yaml"].replace(b"c.name != ''", b"c.nmae != ''")
    assert errors(files) == {"policy-set.yaml": ["P117"], "packs/own/policy.yaml": ["P004"]}


def test_with_two_sets_nobody_knows_which_one_counts():
    files = folder("P211/fires")
    files["policy-set.yaml"] += b"  modes: {nobody: warn}\n"
    assert errors(files) == {"second-set.yaml": ["P211"]}


def test_what_a_set_says_of_where_a_policy_does_not_apply_is_held_to_its_bounds():
    files = folder("P205/fires")
    files["policy-set.yaml"] = files["policy-set.yaml"].replace(
        b"{modes: {sbom.named: warn}}", b"{params: {sbom.named: {p: 1}}}"
    )
    assert errors(files) == {"policy-set.yaml": ["P205", "P203"]}


def test_a_thousand_problems_are_shown_and_the_rest_is_told():
    controls = ", ".join(f"c{number}" for number in range(1200))
    text = folder("P001/passes")["policy.yaml"].replace(
        b"  severity", f"  controls: [{controls}]\n  severity".encode()
    )
    (one,) = lint([("policy.yaml", text)])
    assert len(one.problems) == 1001
    assert one.problems[-1].rule == "D004"
    assert one.ok


def test_a_locked_file_that_is_broken_is_told_of_once():
    where = RULES / "P212/passes"
    files = folder("P212/passes") | {"policy.lock": (where / "policy.lock").read_bytes()}
    assert errors(files) == {}
    files["packs/own/policy.yaml"] = files["packs/own/policy.yaml"].replace(b"mode: deny", b"mode: denied")
    assert errors(files) == {"packs/own/policy.yaml": ["K-enum"]}
    files = folder("P210/passes")
    files["packs/theirs/policy.yaml"] = files["packs/theirs/policy.yaml"].replace(b"deny", b"denied")
    assert errors(files) == {"packs/theirs/policy.yaml": ["K-enum"]}


@pytest.mark.parametrize("name", ["ky:ci", "key:Maintainer", "key:", "key:a b"])
def test_a_signer_that_no_keyring_can_name(name):
    files = folder("P302/passes")
    path = "packs/own/policy.yaml"
    need = b"signedBy: {anyOf: ['%s', key:ci, identity:ci, ci]}\n      predicateType:" % name.encode()
    files[path] = files[path].replace(b"predicateType:", need, 1)
    (problem,) = [each for one in lint(files.items()) for each in one.problems if each.rule == "P111"]
    assert (problem.pointer, f"`{name}`" in problem.message) == ("/spec/requires/0/signedBy/anyOf/0", True)


def test_suggestions():
    assert meant("sbom.name", {"sbom.named", "other"}) == "write sbom.named"
    assert meant("zzz", {"sbom.named", "other"}) == ""
    assert meant("sbom.name", {"sbom.named", *map(str, range(1001))}) == ""


def test_a_folder_may_hold_so_many_files(tmp_path, monkeypatch, stella):
    monkeypatch.setattr(policyfiles, "MOST", 2)
    for number in range(3):
        (tmp_path / f"{number}.yaml").write_text("a: b\n")
    ran = stella("policy", "lint", tmp_path)
    assert (ran.code, "policy-too-many" in ran.err) == (2, True)


def test_files_that_are_not_ours_do_not_fail_a_hook(tmp_path, stella):
    (tmp_path / "workflow.yml").write_text("on: push\n")
    ran = stella("policy", "lint", "--", tmp_path / "workflow.yml")
    assert (ran.code, ran.out) == (0, "1 file passed over, no document\n")
    assert stella("policy", "lint", tmp_path).code == 2


def test_a_pack_may_be_one_file_elsewhere_and_a_broken_set_has_none(tmp_path, stella):
    for name, data in folder("P202/passes").items():
        path = tmp_path / ("policies" if name.startswith("policy-set") else ".") / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    chosen = tmp_path / "policies/policy-set.yaml"
    good = chosen.read_text().replace("path: packs/own", "path: ../packs/own/policy.yaml")
    chosen.write_text(good)
    assert stella("policy", "lint", cwd=tmp_path).out.endswith("2 files: 0 errors, 1 warning\n")
    chosen.write_text(good.replace("packs:", "pcaks:"))
    assert stella("policy", "lint", cwd=tmp_path).out.endswith("1 file: 2 errors, 0 warnings\n")


def test_schemas_beside_policies_are_read_once_they_are_named(tmp_path, stella):
    where = RULES / "P115/passes"
    for path in where.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    assert stella("policy", "lint", tmp_path / "policy.yaml", tmp_path / "policy.test.yaml").code == 0
    assert stella("policy", "lint", "policy.yaml", cwd=tmp_path).code == 0
    (tmp_path / "load-test.schema.json").unlink()
    assert stella("policy", "lint", "policy.yaml", cwd=tmp_path).code == 1


def test_every_code_of_the_compiler_has_a_rule():
    said = [
        re.findall(r'"((?:cel|policy)-[a-z-]+)"', (ROOT / "src/stella_git/policy" / name).read_text("utf-8"))
        for name in ("compiled.py", "templates.py", "cel/faults.py")
    ]
    assert {code for codes in said for code in codes} == set(expressions._CODES)


@pytest.mark.parametrize(
    ("uri", "severity"),
    [
        ("https://stella.ops/attestation/finding", "error"),
        ("https://stella.ops/attestation/nothing-like-it", "error"),
        ("https://cyclonedx.org/boms", "error"),
        ("findings", "error"),
        ("https://example.org/attestation/build/v1", "warning"),
    ],
)
def test_a_predicate_type_that_can_only_be_misspelt_is_an_error(uri, severity):
    data = policy_cases.policy(policy_cases.SPEC.replace("https://example.com/facts", uri))
    found = [problem for result in lint([("a.yaml", data)]) for problem in result.problems]
    assert [problem.severity for problem in found if problem.rule == "P108"] == [severity]


def test_policies_are_not_blamed_for_the_path_of_their_pack():
    files = folder("P207/passes")
    assert errors(files) == {}
    files["policy-set.yaml"] = files["policy-set.yaml"].replace(b"path: packs/own", b"path: packs/onw")
    assert errors(files) == {"policy-set.yaml": ["P206"]}


def test_a_pack_that_is_not_fetched_yet_excuses_no_policy():
    files = folder("P207/fires")
    before = errors(files)
    theirs = b"    - {name: far, path: packs/far, digest: %s, from: {https: 'https://a.example/p.tgz'}}\n"
    theirs %= b"sha256:" + b"0" * 64
    text = files["policy-set.yaml"].replace(b"  packs:\n", b"  packs:\n" + theirs)
    files["policy-set.yaml"] = text + b"  allow: ['https://a.example/']\n"
    found = errors(files)
    assert found.pop("policy-set.yaml") == ["P206"]
    assert found == before


def test_the_keyring_is_asked_for_only_if_somebody_has_to_sign():
    files = {"policy.yaml": folder("P302/passes")["packs/own/policy.yaml"]}
    lint(files.items(), signers=lambda: pytest.fail("nobody has to sign"))
    asked = []
    lint(folder("P118/fires").items(), signers=lambda: asked.append(1))
    assert asked == [1]
