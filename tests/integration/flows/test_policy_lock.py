"""Packs of others, fetched from real repositories and folders, and put in their place or not at all."""

import os
from pathlib import Path

import pytest

import lock_cases as cases
from gitstore_cases import git
from house_cases import ROOT
from stella_git.errors import ConfigError, EnvironmentFault, RefusedError, StellaError, UsageError
from stella_git.flows import packfiles, policylock, policylockcheck
from stella_git.flows.policyfiles import rules
from stella_git.gitstore import fetching
from stella_git.policy.lock import pack_digest
from trust_cases import START


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A folder to work in, beside the repository of others."""
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    return here


def theirs(tmp_path, files=None, kind="plumbing-sha1"):
    path = tmp_path / "theirs"
    return path, cases.repository(path, files, kind)


def house(place, source, digest, **options):
    return cases.house(place, cases.theirs(source, digest), **options)


def check(**options):
    return policylockcheck.check("policies", at=START, **({"require": False} | options))


def refused(error=StellaError, **options):
    """Return the code of a refusal, after which everything is as it was."""
    before = cases.snapshot(Path())
    with pytest.raises(error) as caught:
        policylock.write(**options)
    assert cases.snapshot(Path()) == before
    assert caught.value.remedy
    return caught.value.code


# --- from git --------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["plumbing-sha1", "plumbing-sha256"])
def test_a_pack_is_taken_from_exactly_one_commit(tmp_path, place, kind):
    path, commit = theirs(tmp_path, kind=kind)
    cases.committed(path, {"packs/one.yaml": cases.policy("changed.since")})
    house(place, cases.source(path, commit), cases.digest_of())
    result = policylock.write()
    assert result.packs[1] == ("theirs", "policies/packs/theirs", cases.digest_of(), "fetched")
    found = cases.snapshot(place / "policies/packs/theirs")
    assert found == {name: cases.PACK[f"packs/{name}"] for name in cases.TAKEN}
    assert sorted(rules(["policies"]).policies) == ["own.one", "theirs.one", "theirs.two"]
    assert check().problems == ()
    assert policylock.write().written == ()


def test_a_commit_that_no_branch_has_any_more_is_found(tmp_path, place):
    path, commit = theirs(tmp_path)
    git(path, "checkout", "-q", "--orphan", "other")
    git(path, "commit", "-q", "-m", "other")
    git(path, "branch", "-D", "main")
    house(place, cases.source(path, commit), cases.digest_of())
    assert policylock.write().written


def test_servers_that_give_no_single_commits_are_asked_for_all(tmp_path, place, monkeypatch):
    path, commit = theirs(tmp_path)
    cases.committed(path, {"packs/one.yaml": cases.policy("changed.since")})
    real, asked = fetching.git, []

    def stubborn(words, **options):
        if "fetch" in words:
            asked.append(words[-1])
        if words[-1] == commit:
            raise EnvironmentFault("no", code="git-failed", remedy="none")
        return real(words, **options)

    monkeypatch.setattr(fetching, "git", stubborn)
    house(place, cases.source(path, commit), cases.digest_of())
    assert policylock.write().written
    assert asked == [commit, "+refs/tags/*:refs/tags/*"]


def test_a_fetch_that_takes_too_long_is_not_tried_again(place, monkeypatch):
    real, asked = fetching.git, []

    def slow(words, **options):
        if "fetch" not in words:
            return real(words, **options)
        asked.append(words)
        raise EnvironmentFault("slow", code="git-timeout", remedy="wait")

    monkeypatch.setattr(fetching, "git", slow)
    house(place, cases.source("/nowhere", "a" * 40), cases.digest_of())
    assert refused(EnvironmentFault) == "policy-pack-fetch"
    assert len(asked) == 1


def test_one_file_of_a_commit_is_a_pack(tmp_path, place):
    path, commit = theirs(tmp_path)
    data = cases.PACK["packs/one.yaml"]
    digest = pack_digest({"p.yaml": data}, "p.yaml")
    entry = cases.theirs(cases.source(path, commit, "packs/one.yaml"), digest, path="packs/theirs.yaml")
    cases.house(place, entry)
    policylock.write()
    assert (place / "policies/packs/theirs.yaml").read_bytes() == data
    assert check().problems == ()


def test_one_file_needs_the_name_of_a_file(tmp_path, place):
    path, commit = theirs(tmp_path)
    digest = pack_digest({"p.yaml": cases.PACK["packs/one.yaml"]}, "p.yaml")
    house(place, cases.source(path, commit, "packs/one.yaml"), digest)
    assert refused(ConfigError) == "policy-pack-place"


def test_nothing_of_their_repository_runs(tmp_path, place):
    path, commit = theirs(
        tmp_path,
        cases.PACK
        | {
            ".gitattributes": b"*.yaml filter=evil\n",
            "packs/.gitattributes": b"*.yaml filter=evil eol=crlf ident\n",
            ".gitmodules": b'[submodule "x"]\n\tpath = x\n\turl = /nowhere\n',
        },
    )
    mark = tmp_path / "ran"
    for name in ("post-checkout", "reference-transaction", "post-index-change"):
        hook = path / ".git/hooks" / name
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(f"#!/bin/sh\ntouch {mark}\n")
        hook.chmod(0o755)
    git(path, "config", "filter.evil.smudge", f"touch {mark}")
    config = Path(os.environ["GIT_CONFIG_GLOBAL"])
    before = config.read_text()
    config.write_text(
        before + f'[filter "evil"]\n\tsmudge = touch {mark}\n[core]\n\thooksPath = {path}/.git/hooks\n'
    )
    try:
        house(place, cases.source(path, commit), cases.digest_of())
        policylock.write()
    finally:
        config.write_text(before)
    assert not mark.exists()


def test_variables_of_a_hook_do_not_lead_astray(tmp_path, place, monkeypatch):
    path, commit = theirs(tmp_path)
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "nowhere.git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "nowhere"))
    house(place, cases.source(path, commit), cases.digest_of())
    assert policylock.write().written


@pytest.mark.parametrize(
    "url",
    [
        "ext::sh -c 'touch ran'",
        "git://example.org/x",
        "http://example.org/x",
        "--upload-pack=touch ran",
        "../theirs",
        "-oProxyCommand=touch:x",
        "file://x\\ny",
        "host:-x",
        "ssh:///-oProxyCommand=x y",
    ],
)
def test_urls_that_are_programs_options_or_plain_are_refused(place, url):
    quoted = url.replace("'", "''").replace("\\n", "\n")
    source = (
        f"{{git: '{quoted}', commit: {'a' * 40}}}"
        if "\n" not in quoted
        else (f'{{git: "{url}", commit: {"a" * 40}}}')
    )
    house(place, source, cases.digest_of())
    assert refused(ConfigError) == "policy-pack-url"
    assert not (place / "ran").exists()


@pytest.mark.parametrize("folder", ["nowhere", "packs/one.yaml/x", "../packs", ".git"])
def test_a_path_that_is_not_there(tmp_path, place, folder):
    path, commit = theirs(tmp_path)
    house(place, cases.source(path, commit, folder), cases.digest_of())
    assert refused(RefusedError) == "policy-pack-missing"


@pytest.mark.parametrize("folder", ["/packs", "packs\\\\x", "C:/packs"])
def test_a_path_that_is_none(tmp_path, place, folder):
    path, commit = theirs(tmp_path)
    house(place, cases.source(path, commit, f'"{folder}"'), cases.digest_of())
    assert refused(ConfigError) == "policy-path"


def test_a_commit_that_is_not_there(tmp_path, place):
    path, _ = theirs(tmp_path)
    house(place, cases.source(path, "a" * 40), cases.digest_of())
    assert refused(RefusedError) == "policy-pack-missing"


def test_a_repository_that_is_not_there(tmp_path, place):
    house(place, cases.source(tmp_path / "nowhere", "a" * 40), cases.digest_of())
    assert refused(EnvironmentFault) == "policy-pack-fetch"


def test_the_id_of_a_tag_or_tree_is_no_commit(tmp_path, place):
    path, _ = theirs(tmp_path)
    git(path, "tag", "-a", "-m", "x", "v1")
    for name in ("v1", "HEAD^{tree}"):
        house(place, cases.source(path, git(path, "rev-parse", name)), cases.digest_of())
        assert refused(RefusedError) in {"git-object-type", "policy-pack-missing"}


def test_links_and_submodules_are_refused(tmp_path, place):
    path, commit = theirs(tmp_path)
    (path / "packs/link.yaml").symlink_to("/etc/passwd")
    linked = cases.committed(path, {})
    house(place, cases.source(path, linked), cases.digest_of())
    assert refused(RefusedError) == "policy-pack-entry"
    (path / "packs/link.yaml").unlink()
    git(path, "update-index", "--add", "--cacheinfo", f"160000,{commit},packs/sub")
    git(path, "commit", "-q", "-m", "sub")
    house(place, cases.source(path, git(path, "rev-parse", "HEAD")), cases.digest_of())
    assert refused(RefusedError) == "policy-pack-entry"


def raw_tree(path, entries):
    """Return a commit whose ``packs`` has these entries, whatever git thinks of their names."""
    blob = git(path, "hash-object", "-w", "--stdin", data=cases.policy())
    rows = b"".join(b"100644 " + name + b"\0" + bytes.fromhex(blob) for name in entries)
    words = ("hash-object", "-t", "tree", "-w", "--literally", "--stdin")
    inner = git(path, *words, data=rows)
    outer = git(path, *words, data=b"40000 packs\0" + bytes.fromhex(inner))
    return git(path, "commit-tree", "-m", "x", outer)


@pytest.mark.parametrize(
    "entries",
    [
        [b"../x.yaml"],
        [b"..", b"a.yaml"],
        [b".git"],
        [b"A.yaml", b"a.yaml"],
        [b"a\\x.yaml"],
        [b"con.yaml"],
        [b"x\xff.yaml"],
        [b"a\x1b[2J.yaml"],
    ],
)
def test_hostile_trees_write_nothing(tmp_path, place, entries):
    path, _ = theirs(tmp_path)
    git(path, "update-ref", "refs/heads/evil", raw_tree(path, entries))
    house(place, cases.source(path, git(path, "rev-parse", "evil")), cases.digest_of())
    assert refused() in {"policy-pack-entry", "policy-pack-fetch", "git-tree-malformed"}
    assert not list(tmp_path.rglob("x.yaml"))


def test_pointers_of_lfs_are_not_files(tmp_path, place):
    pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n"
    path, commit = theirs(tmp_path, cases.PACK | {"packs/big.schema.json": pointer})
    house(place, cases.source(path, commit), cases.digest_of())
    assert refused(RefusedError) == "policy-pack-entry"


def test_what_only_looks_like_a_policy_is_refused(tmp_path, place):
    waiver = b"apiVersion: stella.ops/v1\nmetadata:\n  text: |-\n    kind: Policy\nkind: Waiver\n"
    path, commit = theirs(tmp_path, cases.PACK | {"packs/odd.yaml": waiver})
    house(place, cases.source(path, commit), cases.digest_of())
    assert refused(RefusedError) == "policy-pack-entry"


def test_a_pack_is_bounded(tmp_path, place, monkeypatch):
    from stella_git.flows import policyfetch

    path, commit = theirs(tmp_path)
    house(place, cases.source(path, commit), cases.digest_of())
    monkeypatch.setattr(policyfetch, "LIMIT", 300)
    assert refused(RefusedError) == "policy-pack-size"
    monkeypatch.undo()
    os.chdir(place)
    monkeypatch.setattr(fetching, "MOST_ENTRIES", 3)
    assert refused(RefusedError) == "policy-pack-size"


def test_a_folder_without_a_policy_is_no_pack(tmp_path, place):
    path, commit = theirs(tmp_path, {"packs/README.md": b"x", "packs/x.schema.json": b"{}"})
    house(place, cases.source(path, commit), cases.digest_of())
    assert refused(RefusedError) == "policy-pack-missing"


# --- from a folder -----------------------------------------------------------------------------------


def test_a_folder_beside_is_a_pack(tmp_path, place):
    cases.tree(tmp_path / "shared", cases.PACK)
    house(place, "{file: ../../shared/packs}", cases.digest_of())
    policylock.write()
    assert check().problems == ()


def test_links_in_a_folder_are_refused(tmp_path, place):
    cases.tree(tmp_path / "shared", cases.PACK)
    (tmp_path / "shared/packs/more").symlink_to(tmp_path)
    house(place, "{file: ../../shared/packs}", cases.digest_of())
    assert refused(RefusedError) == "policy-pack-entry"


@pytest.mark.parametrize(
    ("url", "code"),
    [("../../nowhere", "policy-pack-missing"), ("/etc", "policy-path"), ("C:/x", "policy-path")],
)
def test_folders_that_are_not_there(place, url, code):
    house(place, f"{{file: '{url}'}}", cases.digest_of())
    assert refused() == code


def test_one_file_beside_is_a_pack_and_bounded(tmp_path, place, monkeypatch):
    from stella_git.flows import policyfetch

    cases.tree(tmp_path / "shared", cases.PACK)
    digest = pack_digest({"p.yaml": cases.PACK["packs/one.yaml"]}, "p.yaml")
    source = "{file: ../../shared/packs/one.yaml}"
    cases.house(place, cases.theirs(source, digest, path="packs/theirs.yaml"))
    for limit in ("FILE_LIMIT", "LIMIT"):
        with monkeypatch.context() as patch:
            patch.setattr(policyfetch, limit, 10)
            house(place, "{file: ../../shared/packs}", cases.digest_of())
            assert refused(RefusedError) == "policy-pack-size"
    cases.house(place, cases.theirs(source, digest, path="packs/theirs.yaml"))
    policylock.write()
    assert check().problems == ()
    policylock.write(update=True)
    assert check().problems == ()


def test_a_folder_that_cannot_be_read(tmp_path, place, monkeypatch):
    cases.tree(tmp_path / "shared", cases.PACK)
    house(place, "{file: ../../shared/packs}", cases.digest_of())
    real = Path.open

    def refuse(self, *arguments, **options):
        if "shared" in self.parts:
            raise PermissionError(13, "Permission denied")
        return real(self, *arguments, **options)

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(EnvironmentFault) as caught:
        policylock.write()
    assert caught.value.code == "policy-pack-fetch"


# --- digests -------------------------------------------------------------------------------------------


def test_another_digest_leaves_everything_as_it_was(tmp_path, place):
    path, commit = theirs(tmp_path)
    house(place, cases.source(path, commit), "sha256:" + "0" * 64)
    assert refused(RefusedError) == "policy-pack-digest"
    assert not (place / "policies/packs/theirs").exists()


def test_a_missing_digest_is_told_and_not_trusted(tmp_path, place):
    path, commit = theirs(tmp_path)
    house(place, cases.source(path, commit), None)
    with pytest.raises(ConfigError) as caught:
        policylock.write()
    assert caught.value.code == "policy-pack-undigested"
    assert cases.digest_of() in caught.value.message
    assert not (place / "policies/packs/theirs").exists()
    assert {one.code for one in check().problems} == {"policy-pack-undigested", "policy-lock-missing"}


def test_digests_are_written_if_that_is_asked_for(tmp_path, place):
    path, commit = theirs(tmp_path)
    house(place, cases.source(path, commit), None)
    before = (place / "policies/policy-set.yaml").read_text()
    policylock.write(write_digests=True)
    after = (place / "policies/policy-set.yaml").read_text()
    assert after == before.replace("      from:", f"      digest: {cases.digest_of()}\n      from:")
    assert check().problems == ()


def test_a_new_commit_comes_with_a_new_digest(tmp_path, place):
    path, commit = theirs(tmp_path)
    house(place, cases.source(path, commit), cases.digest_of())
    policylock.write()
    changed = cases.PACK | {"packs/one.yaml": cases.policy("theirs.one") + b"# more\n"}
    newer = cases.committed(path, changed)
    house(place, cases.source(path, newer), cases.digest_of())
    assert policylock.write().packs[1][3] == "present"  # what is here is still what the digest says
    house(place, cases.source(path, newer), cases.digest_of(changed))
    assert policylock.write().packs[1][3] == "fetched"
    assert (place / "policies/packs/theirs/one.yaml").read_bytes().endswith(b"# more\n")


def test_what_upstream_rewrote_is_noticed(tmp_path, place):
    cases.tree(tmp_path / "shared", cases.PACK)
    house(place, "{file: ../../shared/packs}", cases.digest_of())
    policylock.write()
    cases.tree(tmp_path / "shared", {"packs/one.yaml": cases.policy("theirs.one") + b"# more\n"})
    assert policylock.write().written == ()
    assert refused(RefusedError, update=True) == "policy-pack-digest"


def test_packs_that_contradict_ours_are_not_written(tmp_path, place):
    files = {"packs/one.yaml": cases.policy("own.one")}
    path, commit = theirs(tmp_path, files)
    house(place, cases.source(path, commit), cases.digest_of(files, ("one.yaml",)))
    assert refused(ConfigError) == "policy-twice"


# --- places ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "../outside",
        ".",
        "packs/.hidden",
        "packs",
        "packs/own",
        "packs/own/deep",
        "policy-set.yaml",
        "../.git/hooks",
    ],
)
def test_places_that_are_not_theirs_alone(tmp_path, place, path):
    elsewhere, commit = theirs(tmp_path)
    cases.house(place, cases.theirs(cases.source(elsewhere, commit), cases.digest_of(), path=path))
    assert refused(ConfigError) == "policy-pack-place"


def test_links_on_the_way_lead_nowhere(tmp_path, place):
    path, commit = theirs(tmp_path)
    house(place, cases.source(path, commit), cases.digest_of())
    (tmp_path / "target").mkdir()
    (place / "policies/packs/theirs").symlink_to(tmp_path / "target")
    assert refused(UsageError) == "policy-pack-changed"
    (place / "policies/packs/theirs").unlink()
    entry = cases.theirs(cases.source(path, commit), cases.digest_of(), path="more/theirs")
    cases.house(place, entry)
    (place / "policies/more").symlink_to(tmp_path / "target")
    assert refused(UsageError) == "init-outside"
    assert not list((tmp_path / "target").iterdir())


def test_work_of_people_is_not_replaced(tmp_path, place):
    path, commit = theirs(tmp_path)
    house(place, cases.source(path, commit), cases.digest_of())
    policylock.write()
    policy = place / "policies/packs/theirs/one.yaml"
    policy.write_bytes(policy.read_bytes() + b"# mine\n")
    assert refused(UsageError) == "policy-pack-changed"
    (place / "policies/packs/theirs/notes.txt").write_text("mine")
    assert refused(UsageError, update=True) == "policy-pack-changed"
    (place / "policies/packs/theirs/notes.txt").unlink()
    assert policylock.write(update=True).written == ("policies/packs/theirs",)
    assert policy.read_bytes() == cases.PACK["packs/one.yaml"]


def test_a_pack_over_https_is_a_file(place):
    cases.house(place, cases.theirs("{https: 'https://example.org/x.yaml'}", cases.digest_of()))
    assert refused(ConfigError) == "policy-pack-place"


def test_a_link_as_the_pack_itself_is_refused(tmp_path, place):
    path, _ = theirs(tmp_path)
    (path / "link").symlink_to("packs")
    commit = cases.committed(path, {})
    house(place, cases.source(path, commit, "link"), cases.digest_of())
    assert refused(RefusedError) == "policy-pack-entry"
    house(place, cases.source(path, commit, "link/deep"), cases.digest_of())
    assert refused(RefusedError) == "git-not-a-file"


def test_a_budget_is_locked_and_part_of_no_pack(tmp_path, place):
    path, commit = theirs(tmp_path)
    house(place, cases.source(path, commit), cases.digest_of())
    policylock.write()
    budget = place / "policies/packs/theirs/budget.yaml"
    budget.write_bytes((ROOT / "tests/hooks/stella-attest/good/tree/policies/budgets/prod.yaml").read_bytes())
    found = {one.path: one.code for one in check().problems}
    assert found["policies/packs/theirs/budget.yaml"] == "policy-locked"
    assert "policy-pack-digest" not in found.values()
    assert policylock.write().written == ("policies/policy.lock",)
    assert check().problems == ()
    policy = place / "policies/packs/theirs/one.yaml"
    policy.write_bytes(policy.read_bytes() + b"# mine\n")
    assert refused(UsageError, update=True) == "policy-pack-changed"
    assert budget.exists()


# --- kills --------------------------------------------------------------------------------------------------


class Killed(BaseException):
    """What no code of ours catches."""


@pytest.mark.parametrize("step", range(1, 12))
def test_whoever_is_killed_leaves_old_or_new_and_the_next_run_ends_it(tmp_path, place, monkeypatch, step):
    path, commit = theirs(tmp_path)
    house(place, cases.source(path, commit), cases.digest_of())
    policylock.write()
    old = cases.snapshot(place)
    changed = cases.PACK | {"packs/one.yaml": cases.policy("theirs.one") + b"# more\n"}
    newer = cases.committed(path, changed)
    house(place, cases.source(path, newer), cases.digest_of(changed))
    set_data = (place / "policies/policy-set.yaml").read_bytes()
    count = 0

    def counted(real):
        def call(*arguments, **options):
            nonlocal count
            count += 1
            if count == step:
                raise Killed
            return real(*arguments, **options)

        return call

    for name in ("rename", "replace", "open", "unlink"):
        real = getattr(Path, name)
        monkeypatch.setattr(Path, name, counted_for_packs(real, counted(real)))
    with_kill = True
    try:
        policylock.write()
        with_kill = False
    except Killed:
        pass
    monkeypatch.undo()
    os.chdir(place)
    found = place / "policies/packs/theirs"
    if found.exists():
        whole = cases.snapshot(found)
        assert whole["one.yaml"] in {old["policies/packs/theirs/one.yaml"], changed["packs/one.yaml"]}
        assert set(whole) == set(cases.TAKEN)
    else:
        assert with_kill
        assert {one.code for one in check().problems} >= {"policy-pack-digest"}
    policylock.write()
    assert check().problems == ()
    assert (place / "policies/policy-set.yaml").read_bytes() == set_data
    assert not [path for path in (place / "policies/packs").iterdir() if path.name.startswith(".")]


def counted_for_packs(real, counting):
    """Count only what writes in the folder of the policies."""

    def call(self, *arguments, **options):
        reading = real.__name__ == "open" and (arguments or (options.get("mode", "r"),))[0] in {"r", "rb"}
        mine = "policies" in self.parts and not reading
        return counting(self, *arguments, **options) if mine else real(self, *arguments, **options)

    return call


def test_a_disk_that_refuses_leaves_the_old_pack(tmp_path, monkeypatch):
    top = tmp_path / "top"
    packfiles.put(top, top / "theirs", {"a.yaml": b"old"})
    real = Path.rename

    def refuse(self, target):
        if self.name.endswith(".new"):
            raise OSError(28, "No space left on device")
        return real(self, target)

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(EnvironmentFault) as caught:
        packfiles.put(top, top / "theirs", {"a.yaml": b"new"})
    assert caught.value.code == "file-unwritable"
    assert cases.snapshot(top) == {"theirs/a.yaml": b"old"}


# --- whole -----------------------------------------------------------------------------------------


def test_policies_without_a_set_are_locked_too(place):
    cases.tree(place, {"policies/packs/own/one.yaml": cases.policy("own.one")})
    assert policylock.write().packs == ()
    assert check().problems == ()
    cases.tree(place, {"policies/packs/own/two.yaml": cases.policy("own.two")})
    assert [one.path for one in check().problems] == ["policies/packs/own/two.yaml"]
    with pytest.raises(ConfigError) as caught:
        rules(["policies"])
    assert caught.value.code == "policy-locked"


def test_waivers_and_tests_are_not_locked(place):
    cases.house(place)
    policylock.write()
    cases.tree(place, {"policies/waivers/w.yaml": b"apiVersion: stella.ops/v1\nkind: Waiver\n"})
    cases.tree(place, {"policies/tests/w.yaml": b"apiVersion: stella.ops/v1\nkind: Test\n"})
    assert check().problems == ()


def test_the_policy_set_may_be_named(place):
    cases.house(place)
    assert policylock.write("policies/policy-set.yaml").path == "policies/policy.lock"
    assert policylock.write(str(place / "policies")).written == ()
    os.chdir("policies")
    assert policylock.write(".").written == ()


@pytest.mark.parametrize("target", ["nowhere", "policies/packs/own/one.yaml", "policies/packs/empty"])
def test_what_cannot_be_locked(place, target):
    cases.house(place)
    (place / "policies/packs/empty").mkdir()
    with pytest.raises(UsageError):
        policylock.write(target)


def test_two_policy_sets_cannot_be_locked(place):
    cases.house(place, files={"policies/other.yaml": cases.policy_set()})
    assert refused(ConfigError) == "policy-set-twice"


def test_a_pack_of_ours_in_another_folder(place):
    row = "    - {name: shared, path: ../shared}\n"
    cases.house(place, row, files={"shared/one.yaml": cases.policy("shared.one")})
    policylock.write()
    assert check().problems == ()
    cases.tree(place, {"shared/two.yaml": cases.policy("shared.two")})
    assert [one.path for one in check().problems] == ["shared"]
    for path in (place / "shared").iterdir():
        path.unlink()
    assert {one.path for one in check().problems} == {"shared"}
    assert refused(ConfigError) == "policy-pack-empty"


def test_a_lock_of_another_kind_is_no_lock(place):
    cases.house(place, files={"policies/policy.lock": cases.policy("own.lock")})
    with pytest.raises(ConfigError) as caught:
        check()
    assert caught.value.code == "policy-kind"


def test_a_disk_that_refuses_the_lock(place, monkeypatch):
    cases.house(place)

    def refuse(*_arguments, **_options):
        raise OSError(28, "No space left on device")

    for name in ("replace", "unlink"):
        with monkeypatch.context() as patch:
            patch.setattr(Path, name, refuse)
            with pytest.raises(EnvironmentFault) as caught:
                policylock.write()
        assert caught.value.code == "file-unwritable"


def test_what_a_kill_left_that_cannot_be_removed(tmp_path, monkeypatch):
    left = tmp_path / f".theirs.{'a' * 32}.old"
    left.mkdir()

    def refuse(*_arguments, **_options):
        raise OSError(13, "Permission denied")

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(EnvironmentFault):
        packfiles.recover(tmp_path / "theirs")
    monkeypatch.undo()
    packfiles.recover(tmp_path / "theirs")
    assert (tmp_path / "theirs").is_dir()
    (tmp_path / f".theirs.{'b' * 32}.new").write_bytes(b"")
    packfiles.recover(tmp_path / "theirs")
    packfiles.recover(tmp_path / "nowhere" / "theirs")
    assert [path.name for path in tmp_path.iterdir()] == ["theirs"]


def test_a_lock_that_is_none_is_not_replaced(place):
    cases.house(place, files={"policies/policy.lock": b"{}"})
    with pytest.raises(ConfigError):
        check()
