"""Validators that know the revision before and the documents beside, in real repositories."""

import contextlib
import json
import os
import pickle

import pytest

from documents_cases import bom, data, vex
from gitstore_cases import git
from stella_git.errors import EnvironmentFault, UsageError, Where
from stella_git.flows import surroundings, validation
from stella_git.flows.surroundings import GitSurroundings, find_work_tree


@pytest.fixture
def place(tmp_path, monkeypatch):
    top = tmp_path / "shop"
    (top / "deep").mkdir(parents=True)
    git(top, "init", "--quiet")
    (top / "bom.json").write_bytes(data(bom()))
    (top / "deep" / "app.vex.json").write_bytes(data(vex()))
    git(top, "add", ".")
    git(top, "commit", "--quiet", "-m", "Begin")
    monkeypatch.chdir(top)
    return top


@pytest.fixture
def around():
    """Make surroundings that are closed at the end."""
    with contextlib.ExitStack() as stack:
        yield lambda *words, **options: stack.enter_context(
            contextlib.closing(GitSurroundings(*words, **options))
        )


def test_the_bytes_of_the_revision_before(place, around):
    before = (place / "bom.json").read_bytes()
    (place / "bom.json").write_bytes(b"{}")
    known = around()
    assert known.earlier("bom.json") == known.earlier("./bom.json") == before
    assert known.earlier(str(place / "bom.json")) == before
    assert known.earlier("deep/../bom.json") == before
    for name in ("lost.json", "deep", "deep/lost.json", "bom.json/x", "-", "/etc/hostname", "../bom.json"):
        assert known.earlier(name) is None


def test_paths_are_relative_to_the_directory(place, monkeypatch, around):
    monkeypatch.chdir(place / "deep")
    assert around().earlier("app.vex.json") == data(vex())
    assert around().earlier("../bom.json") == data(bom())


def test_a_link_has_no_history_and_a_linked_folder_has(place, tmp_path, around):
    (place / "link.json").symlink_to("bom.json")
    git(place, "add", ".")
    git(place, "commit", "--quiet", "-m", "Link")
    assert around().earlier("link.json") is None
    (tmp_path / "elsewhere").symlink_to(place, target_is_directory=True)
    assert around().earlier(str(tmp_path / "elsewhere" / "bom.json")) == data(bom())


def test_another_revision(place, around):
    (place / "bom.json").write_bytes(b"{}")
    git(place, "commit", "--quiet", "-am", "Change")
    assert around().earlier("bom.json") == b"{}"
    assert around("HEAD~1").earlier("bom.json") == data(bom())
    with pytest.raises(UsageError) as caught:
        around("no-such-branch").earlier("bom.json")
    assert caught.value.code == "revision-unknown"


def test_the_time_of_the_revision(place, around):
    seconds = int(git(place, "log", "-1", "--format=%ct"))
    assert around().committed().seconds == seconds


def test_before_the_first_commit_nothing_is_known(tmp_path, monkeypatch, around):
    git(tmp_path, "init", "--quiet")
    monkeypatch.chdir(tmp_path)
    known = around()
    assert known.earlier("bom.json") is None
    assert known.committed() is None
    assert known.documents() == ()


def test_the_shelf_is_the_index(place, around):
    (place / "bom.json").write_bytes(b"not staged")
    (place / "sbom-new.json").write_bytes(b"{}")
    (place / "other.json").write_bytes(b"no name of a document")
    git(place, "add", "sbom-new.json", "other.json")
    (place / "untracked.cdx.json").write_bytes(b"{}")
    assert around().documents() == (
        ("bom.json", data(bom())),
        ("deep/app.vex.json", data(vex())),
        ("sbom-new.json", b"{}"),
    )


def test_configuration_says_what_is_on_the_shelf(place, around):
    from stella_git.config import Config

    known = around(config=Config(sbom=("*.json",)))
    assert [path for path, _ in known.documents()] == ["bom.json"]


def test_what_is_larger_than_a_document_is_no_counterpart(place, monkeypatch, around):
    monkeypatch.setattr(surroundings, "LIMIT", 500)
    names = [path for path, content in around().documents()]
    assert names == [
        name for name in ("bom.json", "deep/app.vex.json") if (place / name).stat().st_size <= 500
    ]
    assert around().earlier("bom.json") is None


def test_work_trees_are_found_without_git(place, tmp_path, monkeypatch):
    assert find_work_tree() == place
    assert find_work_tree(str(place / "deep")) == place
    monkeypatch.chdir(tmp_path)
    assert find_work_tree() is None or not find_work_tree().is_relative_to(tmp_path)


# The commands


def test_a_changed_document_with_the_old_version_is_told(place, stella):
    changed = bom(components=[])
    (place / "bom.json").write_bytes(data(changed))
    ran = stella("sbom", "validate", "--format", "concise", "bom.json", cwd=place)
    assert ": C016 " in ran.out
    assert ": C016 " not in stella("sbom", "validate", "--no-git", "bom.json", cwd=place).out
    (place / "bom.json").write_bytes(data({**changed, "version": 2}))
    assert stella("sbom", "validate", "bom.json", cwd=place).out == "1 file: no problems\n"


def test_a_file_that_lies_elsewhere_is_no_part_of_a_commit_here(place, tmp_path, stella):
    old = {"timestamp": "2001-01-01T00:00:00Z"}
    for folder in (place, tmp_path):
        (folder / "new.json").write_bytes(data(bom(metadata=old)))
        (folder / "new.vex.json").write_bytes(data(vex()).replace(b"left-pad", b"absent"))
    sbom, claims = ["sbom", "validate", "--format", "concise"], ["vex", "validate", "--format", "concise"]
    assert ": C017 " in stella(*sbom, "new.json").out
    assert ": X001 " in stella(*claims, "new.vex.json").out
    for name in ("../new.json", str(tmp_path / "new.json")):
        assert stella(*sbom, name).out == ""
        assert ": X001 " not in stella(*claims, name.replace("new", "new.vex")).out
    assert stella(*sbom, "-", stdin=data(bom(metadata=old))).out == ""


def test_a_git_that_refuses_is_no_silence(place, stella, monkeypatch):
    def refuse(*_arguments, **_options):
        raise EnvironmentFault("dubious", code="git-dubious-ownership", where=Where("x"), remedy="trust it")

    monkeypatch.setattr("stella_git.gitstore.open.open_repository", refuse)
    ran = stella("sbom", "validate", "bom.json", cwd=place)
    assert ran.code == 4
    assert "git-dubious-ownership" in ran.err


def test_severities_come_from_the_configuration_or_from_the_command_line(place, stella):
    (place / "bom.json").write_bytes(data(bom(dependencies=[{"ref": "lost"}], version=2)))
    text = "apiVersion: stella.ops/v1\nkind: DocumentRules\nspec: {severities: {C003: %s}}\n"
    (place / "quiet.yaml").write_text(text % "info")
    (place / "loud.yaml").write_text(text % "error")
    assert stella("sbom", "validate", "bom.json", cwd=place).code == 1
    assert stella("sbom", "validate", "--rules", "quiet.yaml", "bom.json", cwd=place).code == 0
    (place / "stella.toml").write_text('[documents]\nrules = "quiet.yaml"\n')
    assert stella("sbom", "validate", "../bom.json", cwd=place / "deep").code == 0
    assert stella("sbom", "validate", "--rules", "loud.yaml", "bom.json", cwd=place).code == 1
    assert stella("sbom", "validate", "--rules", "lost.yaml", "bom.json", cwd=place).code == 2
    (place / "stella.toml").write_text("[documents]\nrule = 1\n")
    assert stella("sbom", "validate", "bom.json", cwd=place).code == 2


# Many files


def files(place, count):
    names = []
    for number in range(count):
        value = bom(version=number + 1) if number % 7 else bom(zzz=1)
        (place / f"{number}.json").write_bytes(data(value))
        names.append(f"{number}.json")
    return names


def test_many_processes_say_what_one_says(tmp_path, monkeypatch, stella):
    names = [*files(tmp_path, 150), "lost.json"]
    alone = stella("sbom", "validate", "--jobs", "1", "--format", "json", *names, cwd=tmp_path)
    started = []
    real = validation._pool
    monkeypatch.setattr(validation, "_WORTH_A_PROCESS", 1)
    monkeypatch.setattr(validation, "_pool", lambda count: started.append(count) or real(count))
    together = stella("sbom", "validate", "--jobs", "2", "--format", "json", *names, cwd=tmp_path)
    assert started == [2]
    assert (together.code, together.out, together.err) == (alone.code, alone.out, alone.err)
    assert alone.code == 2
    assert [each["path"] for each in json.loads(alone.out)["files"]] == names[:-1]


def test_few_small_files_start_no_process(tmp_path, monkeypatch, stella):
    monkeypatch.setattr(validation, "_pool", None)
    assert stella("sbom", "validate", *files(tmp_path, 70), cwd=tmp_path).code == 1


def test_an_error_is_the_same_in_another_process():
    error = EnvironmentFault("m", code="c", where=Where("p", line=1, column=2, pointer="/x"), remedy="r")
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is EnvironmentFault
    assert (again.message, again.code, str(again.where), again.remedy) == ("m", "c", "p:1:2 /x", "r")


def test_sniffing_passes_over_what_is_nobodys(tmp_path, stella):
    (tmp_path / "settings.json").write_text('{"editor": true, // comment\n}')
    (tmp_path / "spdx.json").write_text('{"license": "see the spdx list"}')
    (tmp_path / "broken.json").write_text('{"bomFormat": "CycloneDX",, }')
    (tmp_path / "image.json").write_bytes(os.urandom(100))
    (tmp_path / "bom.json").write_text("{}")
    (tmp_path / "good.json").write_bytes(data(bom()))
    names = sorted(path.name for path in tmp_path.iterdir())
    ran = stella("evidence", "validate", "--format", "json", *names, cwd=tmp_path)
    assert ran.code == 1
    found = {each["path"]: [one["rule"] for one in each["problems"]] for each in json.loads(ran.out)["files"]}
    assert found == {"bom.json": ["D001"], "broken.json": ["J000"], "good.json": []}
