"""``stella policy init`` and ``stella policy schema``."""

import json
import os

import pytest

from stella_git import resources
from stella_git.cli.main import main
from stella_git.documents.detect import SUPPORTED
from stella_git.flows.policyinit import find_pack, pack_names, plan
from stella_git.policy.ruleset import assemble

OWN = ["packs/house/banned.yaml", "policy-set.yaml", "tests/house/banned.test.yaml"]


def tree(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_first_set_is_in_order_and_keeps_what_its_tests_promise(place, capsys):
    assert main(["policy", "init"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[:3] == [f"wrote policies/{path}" for path in OWN]
    assert [line.split("#")[0].strip() for line in said[3:]] == [
        "house.banned, the policy of your own, only warns; to make it deny, add this to spec in",
        "policies/policy-set.yaml:",
        "modes: {house.banned: deny}",
        "next:",
        "stella policy lint policies",
        "stella policy test policies",
        "git add policies",
    ]
    assert sorted(tree(place)) == [f"policies/{path}" for path in OWN]
    assert main(["policy", "lint", "--strict", "policies"]) == 0
    assert main(["policy", "test", "policies"]) == 0
    assert main(["policy", "fmt", "--check", "policies"]) == 0


def test_what_it_says_makes_the_policy_deny(place, capsys):
    assert main(["policy", "init"]) == 0
    said = capsys.readouterr().out
    (line,) = [line for line in said.splitlines() if "modes:" in line]
    policy_set = place / "policies/policy-set.yaml"
    policy_set.write_text(policy_set.read_text() + line + "\n")
    assert main(["policy", "lint", "--strict", "policies"]) == 0
    assert main(["policy", "test", "policies"]) == 0
    files = [("policies/" + path, data) for path, data in plan() if path.startswith("packs/")]
    bound = assemble([*files, ("policies/policy-set.yaml", policy_set.read_bytes())]).bound("prod")
    assert [(each.policy.id, each.mode) for each in bound] == [("house.banned", "deny")]


def test_all_packs_are_copied_as_they_are_with_their_tests(place, capsys):
    options = [word for name in pack_names() for word in ("--pack", name)]
    assert main(["policy", "init", "rules/", *options, "--pack", "vuln"]) == 0
    written = tree(place / "rules")
    for name in pack_names():
        for path, data in find_pack(name).files:
            assert written[path] == data == resources.data_path(f"policies/{path}").read_bytes()
        assert f"    - {{name: {name}, path: packs/{name}}}\n".encode() in written["policy-set.yaml"]
        assert any(path.startswith(f"tests/{name}/") for path in written)
    assert sorted(written) == [path for path, _ in plan(pack_names())]
    capsys.readouterr()
    assert main(["policy", "lint", "--strict", "rules"]) == 0
    assert main(["policy", "test", "rules"]) == 0


def test_every_file_of_ours_begins_with_the_line_for_editors():
    for path, data in plan():
        assert data.startswith(b"# yaml-language-server: $schema=https://stella.ops/schemas/"), path


def test_what_is_there_is_never_written_over(place, capsys):
    (place / "policies/packs/house").mkdir(parents=True)
    (place / "policies/packs/house/banned.yaml").write_bytes(b"mine")
    (place / "policies/policy-set.yaml").symlink_to("nowhere")
    for options in ([], ["--dry-run"], ["--pack", "vuln"]):
        assert main(["policy", "init", *options]) == 2
        said = capsys.readouterr()
        assert said.out == ""
        assert "these files are there already: packs/house/banned.yaml, policy-set.yaml\n" in said.err
        assert tree(place) == {"policies/packs/house/banned.yaml": b"mine"}


def test_many_files_that_are_there_are_not_all_named(place, capsys):
    options = [word for name in pack_names() for word in ("--pack", name)]
    assert main(["policy", "init", *options]) == 0
    count = len(tree(place))
    capsys.readouterr()
    assert main(["policy", "init", *options]) == 2
    assert f" and {count - 10} more" in capsys.readouterr().err


def test_a_dry_run_says_the_same_and_writes_nothing(place, capsys):
    assert main(["policy", "init", "--dry-run", "--pack", "vex"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said == [f"would write policies/{path}" for path, _ in plan(["vex"])]
    assert tree(place) == {}


def test_packs_are_listed_with_their_policies(place, capsys):
    assert main(["policy", "init", "--list"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert [line for line in said if not line.startswith(" ")] == list(pack_names())
    assert "  vuln.no-kev: No known-exploited vulnerability ships" in said
    assert tree(place) == {}
    for name in ("nope", "../trust", ""):
        assert main(["policy", "init", "--pack", name]) == 2
        assert "error[policy-pack]" in capsys.readouterr().err


def test_no_link_leads_out_of_the_folder(place, capsys):
    (place / "elsewhere").mkdir()
    (place / "policies").mkdir()
    (place / "policies/packs").symlink_to("../elsewhere")
    assert main(["policy", "init"]) == 2
    assert "error[init-outside]" in capsys.readouterr().err
    assert tree(place / "elsewhere") == {}


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_is_named(place, capsys):
    (place / "policies").mkdir(mode=0o500)
    assert main(["policy", "init"]) == 4
    assert "error[file-unwritable]" in capsys.readouterr().err


def test_a_file_in_the_place_of_the_folder_is_named(place, capsys):
    (place / "policies").write_bytes(b"mine")
    assert main(["policy", "init"]) == 4
    assert "error[file-unwritable]" in capsys.readouterr().err
    assert tree(place) == {"policies": b"mine"}


KINDS = sorted(
    version.partition(" ")[2] for version in SUPPORTED["stella"] if version.startswith("stella.ops/v1 ")
)


def test_the_schema_of_each_kind_is_printed_as_it_is(capfdbinary):
    for kind in KINDS:
        if kind == "DocumentRules":  # is no policy file
            continue
        assert main(["policy", "schema", kind]) == 0
        schema = json.loads(capfdbinary.readouterr().out)
        assert kind in json.dumps(schema["properties"]["kind"])
    with pytest.raises(SystemExit) as caught:
        main(["policy", "schema", "Nothing"])
    assert caught.value.code == 2


def test_kinds_are_listed_with_the_line_for_editors(capsys):
    assert main(["policy", "schema"]) == 0
    said = capsys.readouterr().out
    assert said.count("# yaml-language-server: $schema=https://stella.ops/schemas/") == 8
    assert "Waiver: Waiver\n  waiver.v1.schema.json, for waivers/*.yaml\n" in said
    assert plan()[1][1].splitlines()[0].decode() in said


def test_schemas_are_written_with_the_setting_for_an_editor(place, capsys):
    for _ in range(2):
        assert main(["policy", "schema", "--write", "a/b"]) == 0
        setting = json.loads(capsys.readouterr().out)["yaml.schemas"]
        assert sorted(setting) == sorted(f"a/b/{path.name}" for path in (place / "a/b").iterdir())
        assert setting["a/b/policy.v1.schema.json"] == ["policies/packs/**/*.yaml"]
    assert (place / "a/b/policy.v1.schema.json").read_bytes() == resources.schema(
        "stella/policy.v1.schema.json"
    )
    assert main(["policy", "schema", "Policy", "--write", "a/b"]) == 2
    assert "error[policy-schema]" in capsys.readouterr().err
    (place / "file").write_bytes(b"")
    assert main(["policy", "schema", "--write", "file"]) == 4
    assert "error[file-unwritable]" in capsys.readouterr().err
