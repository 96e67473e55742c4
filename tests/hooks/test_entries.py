"""Each hook's own entry line on good and bad files, without pre-commit."""

import re
import shlex
import shutil
from pathlib import Path

import pytest

from hook_cases import CASES, HOOKS, ON_FILES, ON_TREES, ROOT, cases, git, name_of, repository


def entry(hook):
    program, *words = shlex.split(HOOKS[hook]["entry"])
    assert program == "stella"
    return [*words, *HOOKS[hook].get("args", [])]


def copied(paths, where):
    """Return copies of files: what mends would change those of the tests."""
    for kind in {path.parent.name for path in paths}:
        (where / kind).mkdir()
    return [Path(shutil.copy(path, where / path.parent.name)) for path in paths]


@pytest.mark.parametrize(("hook", "path"), cases("good"), ids=name_of)
def test_a_good_file_passes(stella, tmp_path, hook, path):
    (copy,) = copied([path], tmp_path)
    assert stella(*entry(hook), copy, cwd=tmp_path).code == 0
    assert copy.read_bytes() == path.read_bytes()


@pytest.mark.parametrize(("hook", "path"), cases("bad"), ids=name_of)
def test_a_bad_file_fails_and_is_named(stella, tmp_path, hook, path):
    ran = stella(*entry(hook), *copied([path], tmp_path), cwd=tmp_path)
    assert ran.code == 1
    assert path.name in ran.out + ran.err


@pytest.mark.parametrize("hook", ON_FILES)
def test_one_bad_file_among_good_ones_fails(stella, tmp_path, hook):
    good = copied(sorted((CASES / hook / "good").iterdir()), tmp_path)
    bad = copied(sorted((CASES / hook / "bad").iterdir()), tmp_path)
    assert stella(*entry(hook), *good, cwd=tmp_path).code == 0
    assert stella(*entry(hook), good[0], bad[0], good[1], cwd=tmp_path).code == 1


@pytest.mark.parametrize(("hook", "path"), [*cases("good"), *cases("bad")], ids=name_of)
def test_the_filter_takes_the_files(hook, path):
    assert re.search(HOOKS[hook]["files"], path.name)
    assert re.search(HOOKS[hook]["files"], f"deep/er/{path.name}")


@pytest.mark.parametrize(
    ("name", "hooks"),
    [
        ("bom.json", {"stella-sbom-validate"}),
        ("SBOM.json", {"stella-sbom-validate"}),
        ("bom.1.4.json", {"stella-sbom-validate"}),
        ("a/app.cdx.json", {"stella-sbom-validate"}),
        ("sbom-app.json", {"stella-sbom-validate"}),
        ("app.spdx.json", {"stella-sbom-validate"}),
        ("app.spdx", {"stella-sbom-validate"}),
        ("app.vex.json", {"stella-vex-validate"}),
        ("csaf-2026-001.json", {"stella-vex-validate"}),
        ("build.intoto.jsonl", {"stella-attestation-validate"}),
        ("provenance.json", {"stella-attestation-validate"}),
        ("a.sigstore.json", {"stella-attestation-validate"}),
        ("bundle.json", set()),
        ("openvex.json", {"stella-vex-validate"}),
        ("release.verdict.json", {"stella-verdict-id"}),
        ("package.json", set()),
        ("bom-1.6.schema.json", set()),
        ("src/sbom.py", set()),
        ("convex.json", set()),
        ("bombastic.json", set()),
        ("verdicts/readme.md", set()),
    ],
)
def test_the_filters_part_the_names(name, hooks):
    # What sniffs is given every JSON or YAML file; what mends is given what is validated.
    twins = {"stella-evidence-validate", "stella-sbom-fix", "stella-vex-fix"}
    others = [hook for hook in ON_FILES if hook not in twins]
    for noun in ("sbom", "vex"):
        assert HOOKS[f"stella-{noun}-fix"]["files"] == HOOKS[f"stella-{noun}-validate"]["files"]
    assert {hook for hook in others if re.search(HOOKS[hook]["files"], name)} == hooks


@pytest.mark.parametrize("hook", ON_TREES)
@pytest.mark.parametrize(("kind", "code"), [("good", 0), ("bad", 1)])
def test_a_hook_on_the_whole_tree(stella, tmp_path, hook, kind, code):
    where = repository(tmp_path / "shop", CASES / hook / kind / "tree")
    if hook == "stella-attest":
        assert stella("init", cwd=where).code == 0
        git(where, "add", ".")
        git(where, "commit", "--quiet", "--message", "Set up")
    ran = stella(*entry(hook), cwd=where)
    assert ran.code == code, ran.out + ran.err


def test_attest_without_a_key_says_so_and_does_not_fail(stella, tmp_path):
    where = repository(tmp_path / "shop", CASES / "stella-attest" / "good" / "tree")
    ran = stella(*entry("stella-attest"), cwd=where)
    assert ran.code == 0
    assert "skipped" in ran.err
    assert stella(*entry("stella-attest"), "--require", cwd=where).code == 2


def test_the_page_has_a_row_for_every_hook():
    page = (ROOT / "docs/how-to/hooks.md").read_text(encoding="utf-8")
    for hook in HOOKS:
        assert f"| `{hook}` |" in page
        assert f"- id: {hook}\n" in page


def test_every_entry_follows_the_contract():
    for hook in HOOKS.values():
        assert hook["language"] == "python"
        assert hook["require_serial"] is True
        assert hook["minimum_pre_commit_version"] == "3.2.0"
        assert hook.get("types", ["file"]) == ["file"]
        assert hook.get("always_run") or hook["files"]
    assert HOOKS["stella-attest"]["stages"] == ["post-commit"]
    assert set(HOOKS["stella-budget-check"]["stages"]) == {
        "pre-commit",
        "pre-merge-commit",
        "pre-push",
        "manual",
    }
