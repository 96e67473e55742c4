import os
import shlex
import shutil
import stat

import pytest

from gitstore_cases import KINDS, WHEN, WHO, commit_file, git, make, opened, target
from stella_git.config import use_environment
from stella_git.errors import EnvironmentFault, RefusedError, UsageError
from stella_git.gitstore.backend import MODE_BLOB, MODE_TREE, RefUpdate, TreeEntry
from stella_git.gitstore.libgit2 import Libgit2
from stella_git.gitstore.open import libgit2_fits, open_repository
from stella_git.gitstore.plumbing import Plumbing


@pytest.fixture(params=KINDS)
def kind(request):
    return request.param


@pytest.fixture
def repository(tmp_path, kind):
    return make(tmp_path / "a repository 'ä日本' $x", kind)


@pytest.fixture
def backend(repository, kind):
    with opened(repository, kind) as found:
        yield found


def code_of(error, function, *arguments, **options):
    with pytest.raises(error) as caught:
        function(*arguments, **options)
    return caught.value.code


# --- places ------------------------------------------------------------------------------------------------


def test_facts_of_a_repository(repository, backend, kind):
    assert backend.object_format == kind.rsplit("-", 1)[1]
    assert backend.work_tree == str(repository)
    assert backend.git_dir == backend.common_dir == str(repository / ".git")
    assert backend.is_shallow is False


def test_subdirectory_bare_and_inside_of_the_git_directory(tmp_path, repository, kind):
    (repository / "sub").mkdir()
    with opened(repository / "sub", kind) as found:
        assert (found.work_tree, found.common_dir) == (str(repository), str(repository / ".git"))
    for inside in (repository / ".git", repository / ".git" / "refs"):
        with opened(inside, kind) as found:
            assert (found.work_tree, found.git_dir) == (None, str(repository / ".git"))
    bare = make(tmp_path / "bare.git", kind, bare=True)
    with opened(bare, kind) as found:
        assert (found.work_tree, found.git_dir, found.common_dir) == (None, str(bare), str(bare))


def test_a_line_end_in_a_path(tmp_path, kind):
    odd = make(tmp_path / "two\nlines", kind)
    commit = commit_file(odd)
    with opened(odd, kind) as found:
        assert (found.git_dir, found.work_tree) == (str(odd / ".git"), str(odd))
        assert found.commit(found.resolve("HEAD")).id == commit
    bare = make(tmp_path / "bare\nlines", kind, bare=True)
    with opened(bare, kind) as found:
        assert (found.git_dir, found.work_tree) == (str(bare), None)


@pytest.mark.parametrize("bare", [False, True])
def test_worktree(tmp_path, kind, bare):
    first = make(tmp_path / "first", kind)
    commit = commit_file(first)
    main = first
    if bare:
        git(tmp_path, "clone", "-q", "--bare", "first", "bare.git")
        main = tmp_path / "bare.git"
    git(main, "worktree", "add", "-q", "--detach", str(tmp_path / "wörk tree"))
    with opened(tmp_path / "wörk tree", kind) as found:
        assert found.work_tree == str(tmp_path / "wörk tree")
        assert found.common_dir == str(main if bare else main / ".git")
        assert found.git_dir != found.common_dir
        assert found.commit(commit).tree == found.index_tree()
        found.update_refs([RefUpdate(name="refs/notes/x", new=commit, old=None)])
        found.config_set("stella.x", "1")
    assert git(main, "rev-parse", "refs/notes/x") == commit
    assert git(main, "config", "stella.x") == "1"


def test_submodule(tmp_path, kind):
    inner = make(tmp_path / "inner", kind)
    commit = commit_file(inner)
    outer = make(tmp_path / "outer", kind)
    git(outer, "submodule", "--quiet", "add", str(inner), "mod")
    with opened(outer / "mod", kind) as found:
        assert found.work_tree == str(outer / "mod")
        assert found.git_dir == str(outer / ".git" / "modules" / "mod")
        assert found.commit(found.resolve("HEAD")).id == commit


def test_repository_named_by_the_environment(tmp_path, repository, kind):
    commit = commit_file(repository)
    with (
        use_environment({**os.environ, "GIT_DIR": str(repository / ".git")}),
        opened(tmp_path, kind) as found,
    ):
        assert found.git_dir == str(repository / ".git")
        assert found.commit(found.resolve("HEAD")).id == commit


def test_index_named_by_the_environment(tmp_path, repository, kind):
    commit_file(repository, "a")
    index = tmp_path / "other index"
    shutil.copy(repository / ".git" / "index", index)
    (repository / "b").write_bytes(b"b")
    git(repository, "add", "b", env={**os.environ, "GIT_INDEX_FILE": str(index)})
    with opened(repository, kind) as found:
        usual = found.index_tree()
        with use_environment({**os.environ, "GIT_INDEX_FILE": str(index)}):
            assert [entry.name for entry in found.tree(found.index_tree())] == [b"a", b"b"]
        assert [entry.name for entry in found.tree(usual)] == [b"a"]


def test_no_repository_and_no_directory(tmp_path):
    assert code_of(EnvironmentFault, Plumbing, tmp_path) == "git-no-repository"
    assert code_of(EnvironmentFault, Plumbing, tmp_path / "nothing") == "git-directory"
    (tmp_path / "file").write_bytes(b"")
    assert code_of(EnvironmentFault, Plumbing, tmp_path / "file") == "git-directory"


def test_no_git(tmp_path, backend):
    with use_environment({"PATH": str(tmp_path)}):
        assert code_of(EnvironmentFault, Plumbing, tmp_path) == "git-missing"
        assert code_of(EnvironmentFault, backend.resolve, "HEAD") == "git-missing"
        many = [("blob", str(number).encode()) for number in range(100)]
        assert code_of(EnvironmentFault, backend.write_objects, many) == "git-missing"


# --- HEAD and revisions ------------------------------------------------------------------------------------


def test_head_unborn_attached_detached(repository, backend):
    assert backend.head_ref() == "refs/heads/main"
    assert backend.resolve("HEAD") is None
    commit = commit_file(repository)
    assert backend.resolve("HEAD") == backend.resolve("HEAD^{commit}") == commit
    git(repository, "checkout", "-q", "-b", "zweig/ä")
    assert backend.head_ref() == "refs/heads/zweig/ä"
    git(repository, "checkout", "-q", "--detach")
    assert backend.head_ref() is None
    assert backend.resolve("HEAD") == commit


@pytest.mark.parametrize(
    "name",
    [
        *("", "--all", "-h", "--batch-all-objects", "HEAD\n", "HEAD\nHEAD", "HEAD\0", "HEAD\r", " HEAD"),
        *(
            "HEAD:a blob 12",
            "x commit 1",
            "HEAD missing",
            "HEAD 3",
            "\udcff",
            "ä",
            "\N{ARABIC-INDIC DIGIT ONE}",
        ),
        *("0" * 40, "f" * 64, "abc", "HEAD^{blob}", "HEAD~99", ":0:nothing", "x" * 5000),
    ],
)
def test_no_name_misleads(repository, backend, name):
    commit = commit_file(repository)
    assert backend.resolve(name) is None
    assert backend.object_type(name) is None
    assert code_of(EnvironmentFault, backend.blob, name) == "git-object-missing"
    assert backend.resolve("HEAD") == commit


def test_objects_are_named_by_full_ids_only(repository, backend):
    commit = commit_file(repository)
    for name in ("HEAD", commit[:10], commit.upper()):
        assert backend.object_type(name) is None
        assert code_of(EnvironmentFault, backend.commit, name) == "git-object-missing"


# --- objects -----------------------------------------------------------------------------------------------


def test_written_objects_are_git_s(repository, backend):
    data = b"\0\r\n\xff" * 100
    blob = backend.write_blob(data)
    assert git(repository, "cat-file", "blob", blob).encode("utf-8", "surrogateescape") == data.rstrip(b"\n")
    inner = backend.write_tree([TreeEntry(0o100755, b"run", blob)])
    # "a.b" stands before the directory "a", because git compares "a/".
    tree = backend.write_tree([TreeEntry(MODE_TREE, b"a", inner), TreeEntry(MODE_BLOB, b"a.b", blob)])
    assert [entry.name for entry in backend.tree(tree)] == [b"a.b", b"a"]
    first = backend.write_commit(tree, [], "one", who=WHO, when=WHEN)
    second = backend.write_commit(tree, [first, first], "two\n\nbody ä\n\n", who=WHO, when=WHEN + 1)
    assert backend.object_type(tree) == "tree"
    found = backend.commit(second)
    assert (found.tree, found.parents, found.committer_seconds) == (tree, (first, first), WHEN + 1)
    assert (found.author, found.message) == ("Ada Tester <ada@example.org>", "two\n\nbody ä\n")
    assert git(repository, "log", "-1", "--format=%an <%ae> %ct %s", first) == (
        f"Ada Tester <ada@example.org> {WHEN} one"
    )
    git(repository, "update-ref", "refs/heads/x", second)
    assert "error" not in git(repository, "fsck", "--full")


def test_missing_object(backend):
    digits = 64 if backend.object_format == "sha256" else 40
    nowhere = target(1, digits)
    for function in (backend.blob, backend.tree, backend.commit):
        assert code_of(EnvironmentFault, function, nowhere) == "git-object-missing"
    assert backend.object_type(nowhere) is None
    blobs = [backend.write_blob(str(number).encode()) for number in range(50)]
    for names in ([nowhere], [*blobs, nowhere], [*blobs, "HEAD"]):
        assert code_of(EnvironmentFault, list, backend.read_many(names)) == "git-object-missing"


def test_wrong_type(backend):
    blob = backend.write_blob(b"x")
    tree = backend.write_tree([])
    assert code_of(RefusedError, backend.tree, blob) == "git-object-type"
    assert code_of(RefusedError, backend.commit, tree) == "git-object-type"
    assert backend.blob(blob) == b"x"
    names = [backend.write_blob(str(number).encode()) for number in range(50)]
    assert code_of(RefusedError, list, backend.read_many([*names, tree])) == "git-object-type"


def test_a_size_over_the_limit_is_refused_before_reading(backend):
    large, small = backend.write_blob(b"x" * 100_000), backend.write_blob(b"y" * 100)
    assert code_of(RefusedError, backend.blob, large, limit=99_999) == "git-object-too-large"
    assert len(backend.blob(large, limit=100_000)) == 100_000
    assert backend.blob(small, limit=100) == b"y" * 100
    names = [*(backend.write_blob(str(number).encode()) for number in range(50)), large]
    assert code_of(RefusedError, list, backend.read_many(names, limit=1000)) == "git-object-too-large"


def test_read_many_keeps_order_and_may_be_left(backend):
    data = {
        backend.write_blob(text): text for text in (b"", b"\n", *(b"%d\n\0" % n * 999 for n in range(60)))
    }
    names = [*data, *reversed(data)]
    assert list(backend.read_many(iter(names))) == [(name, data[name]) for name in names]
    assert list(backend.read_many([])) == []
    reading = backend.read_many(names)
    assert next(reading) == (names[0], data[names[0]])
    reading.close()
    assert backend.blob(names[0]) == data[names[0]]


@pytest.mark.parametrize("count", [0, 1, 3, 99, 100, 250])
def test_write_objects(repository, backend, count):
    objects = [("blob", b"%d\n" % number * (number * 37 % 300)) for number in range(count)]
    objects += [("tree", b"")] if count == 3 else []
    backend.write_objects(objects)
    if count == 3:
        assert backend.object_type(git(repository, "hash-object", "-t", "tree", "/dev/null")) == "tree"
    packs = list((repository / ".git" / "objects" / "pack").glob("*.pack"))
    assert len(packs) == (count >= 100)
    for _, data in objects[:count]:
        name = git(repository, "hash-object", "--stdin", data=data)
        assert backend.blob(name) == data


def test_what_another_process_wrote_is_seen(repository, backend):
    assert backend.object_type(target(1)) is None
    commit = commit_file(repository)
    assert backend.commit(commit).id == commit
    git(repository, "repack", "-adq")
    assert backend.object_type(backend.commit(commit).tree) == "tree"


@pytest.mark.parametrize("bulk", [False, True])
def test_damaged_object(repository, kind, bulk):
    commit_file(repository, "big", os.urandom(5000))
    with opened(repository, kind) as found:
        blob = found.resolve("HEAD:big")
        path = repository / ".git" / "objects" / blob[:2] / blob[2:]
        path.chmod(stat.S_IRUSR | stat.S_IWUSR)
        path.write_bytes(path.read_bytes()[:1000])
        names = [*(found.write_blob(str(number).encode()) for number in range(40)), blob] if bulk else [blob]
        # One git says that it cannot read it, another that it is not here.
        assert code_of(EnvironmentFault, list, found.read_many(names)) in {"git-failed", "git-object-missing"}
        path.write_bytes(b"nothing that zlib wrote")
        assert code_of(EnvironmentFault, found.blob, blob) in {"git-failed", "git-object-missing"}
        assert found.resolve("HEAD") is not None


def test_a_reader_that_was_killed_is_started_again(repository, backend):
    commit = commit_file(repository)
    assert backend.resolve("HEAD") == commit
    backend._reader._process.kill()
    backend._reader._process.wait()
    assert code_of(EnvironmentFault, backend.resolve, "HEAD") == "git-failed"
    assert backend.resolve("HEAD") == commit


def test_a_full_id_and_a_killed_reader(repository):
    commit = commit_file(repository)
    with opened(repository) as found:
        found.commit(commit)
        found._reader._process.kill()
        found._reader._process.wait()
        assert code_of(EnvironmentFault, found.commit, commit) == "git-failed"
        assert found.commit(commit).id == commit


# --- refs --------------------------------------------------------------------------------------------------


def test_refs_by_prefix(repository, backend):
    commit = commit_file(repository)
    names = [
        "refs/notes/stella/w/a",
        "refs/notes/stella/w/b",
        "refs/notes/stella/attest",
        "refs/notes/stellar",
    ]
    backend.update_refs([RefUpdate(name=name, new=commit, old=None) for name in names])
    assert backend.refs("refs/notes/stella/w/") == [(names[0], commit), (names[1], commit)]
    assert [name for name, _ in backend.refs("refs/notes/stella/")] == [names[2], *names[:2]]
    assert backend.refs("refs/notes/stella/attest", "refs/none/") == [(names[2], commit)]
    assert backend.refs("refs/notes/stella/att") == []


def test_a_transaction_is_all_or_nothing(repository, backend):
    one, two = commit_file(repository), commit_file(repository, data=b"2")
    update = backend.update_refs
    update([RefUpdate(name="refs/x/a", new=one, old=None), RefUpdate(name="refs/x/b", new=one, old=None)])
    wrong = [
        RefUpdate(name="refs/x/b", new=two, old=two),  # not what it is
        RefUpdate(name="refs/x/b", new=two, old=None),  # there already
        RefUpdate(name="refs/x/c", new=two, old=one),  # not there
        RefUpdate(name="refs/x/b", new=None, old=two),
        RefUpdate(name="refs/x/b", new=None, old=None),
    ]
    for last in wrong:
        changes = [RefUpdate(name="refs/x/a", new=two, old=one), last]
        assert code_of(EnvironmentFault, update, changes) == "git-ref-conflict"
        assert backend.refs("refs/x/") == [("refs/x/a", one), ("refs/x/b", one)]
    update([RefUpdate(name="refs/x/a", new=two, old=one), RefUpdate(name="refs/x/b", new=None, old=one)])
    update([RefUpdate(name="refs/x/none", new=None, old=None)])
    assert backend.refs("refs/x/") == [("refs/x/a", two)]


def test_a_name_cannot_smuggle_a_command(repository, backend):
    commit = commit_file(repository)
    for name in (f"refs/x/a {commit}\ndelete refs/heads/main", "refs/x/a b", "refs/x/.."):
        change = [RefUpdate(name=name, new=commit, old=None)]
        assert code_of(EnvironmentFault, backend.update_refs, change) == "git-failed"
    for name in (f"refs/x/a\0{commit}\0", "-x", "x", "../x", ""):
        change = [RefUpdate(name=name, new=commit, old=None)]
        assert code_of(RefusedError, backend.update_refs, change) == "git-ref-name"
    assert [name for name, _ in backend.refs("refs/")] == ["refs/heads/main"]


def test_a_lock_and_a_ref_in_the_way(repository, backend):
    commit = commit_file(repository)
    change = [RefUpdate(name="refs/x/a", new=commit, old=None)]
    lock = repository / ".git" / "refs" / "x" / "a.lock"
    lock.parent.mkdir()
    lock.touch()
    with pytest.raises(EnvironmentFault) as caught:
        backend.update_refs(change)
    assert caught.value.code == "git-locked"
    assert shlex.quote(str(lock)) in caught.value.remedy
    lock.unlink()
    backend.update_refs(change)
    below = [RefUpdate(name="refs/x/a/b", new=commit, old=None)]
    with pytest.raises(EnvironmentFault) as caught:
        backend.update_refs(below)
    assert (caught.value.code, caught.value.where.ref) == ("git-ref-in-the-way", "refs/x/a")


def test_rev_list_and_conflicts_in_the_index(repository, backend):
    one, two = commit_file(repository), commit_file(repository, data=b"2")
    assert backend.rev_list([two]) == [two, one]
    for name in ("nothing", "-h", "--all", "a\nb", ""):
        assert code_of(UsageError, backend.rev_list, [name]) == "git-revision"
    blob = backend.resolve("HEAD:file")
    rows = "".join(f"100644 {blob} {stage}\tfile ä\n" for stage in (1, 2, 3))
    git(repository, "update-index", "--index-info", data=rows.encode())
    assert code_of(EnvironmentFault, backend.index_tree) == "git-index-unmerged"


# --- configuration -----------------------------------------------------------------------------------------


def test_configuration(repository, backend):
    assert backend.config_get("stella.x") is None
    assert backend.config_get_all("stella.x") == []
    for value in ("one", "two\nlines ä", "", "one"):
        backend.config_add("stella.x", value)
    assert backend.config_get_all("stella.x") == ["one", "two\nlines ä", "", "one"]
    assert backend.config_get("stella.x") == "one"
    backend.config_unset("stella.x", "o.e")  # a value, not a pattern
    backend.config_unset("stella.x", "one")
    assert backend.config_get_all("stella.x") == ["two\nlines ä", ""]
    assert backend.config_get("stella.x") == ""
    backend.config_set("stella.x", "only")
    assert backend.config_get_all("stella.x") == ["only"]
    backend.config_unset("stella.x")
    backend.config_unset("stella.x")
    backend.config_unset("stella.nothing", "x")
    assert backend.config_get("stella.x") is None
    assert code_of(EnvironmentFault, backend.config_set, "nosection", "x") == "git-failed"


def test_configuration_that_is_locked(repository, backend):
    lock = repository / ".git" / "config.lock"
    lock.touch()
    with pytest.raises(EnvironmentFault) as caught:
        backend.config_set("stella.x", "1")
    assert caught.value.code == "git-locked"
    assert "config.lock" in caught.value.remedy


# --- which backend -----------------------------------------------------------------------------------------


def test_a_backend_that_fits(tmp_path):
    kinds = {}
    for format_ in ("sha1", "sha256"):
        make(tmp_path / format_, "x-" + format_)
        for bulk in (False, True):
            found = open_repository(tmp_path / format_, bulk=bulk)
            kinds[format_, bulk] = type(found)
            found.close()
    assert kinds.pop(("sha1", True)) is Libgit2
    assert set(kinds.values()) == {Plumbing}


@pytest.mark.parametrize(
    "variable", ["GIT_QUARANTINE_PATH", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES"]
)
def test_libgit2_does_not_see_quarantined_objects(tmp_path, variable):
    make(tmp_path)
    with opened(tmp_path) as found:
        assert libgit2_fits(found)
        with use_environment({**os.environ, variable: str(tmp_path)}):
            assert not libgit2_fits(found)


@pytest.mark.parametrize(("key", "value"), [("refStorage", "reftable"), ("partialClone", "origin")])
def test_libgit2_does_not_read_every_extension(tmp_path, key, value):
    make(tmp_path)
    with opened(tmp_path) as found:
        found.config_set(f"extensions.{key}", value)
        assert not libgit2_fits(found)
        found.config_set(f"extensions.{key}", "files")
        assert libgit2_fits(found) == (key == "refStorage")


def test_git_serves_what_libgit2_cannot_open(tmp_path, monkeypatch):
    import pygit2

    make(tmp_path)

    def refuse(path):
        raise pygit2.GitError("unsupported extension")

    monkeypatch.setattr(pygit2, "Repository", refuse)
    assert code_of(EnvironmentFault, Libgit2, tmp_path) == "git-libgit2"
    found = open_repository(tmp_path, bulk=True)
    assert type(found) is Plumbing
    found.close()


def test_other_faults_of_opening_are_not_hidden(tmp_path, monkeypatch):
    make(tmp_path)

    def refuse(self, directory):
        raise EnvironmentFault("x", code="git-failed")

    monkeypatch.setattr(Libgit2, "__init__", refuse)
    assert code_of(EnvironmentFault, open_repository, tmp_path, bulk=True) == "git-failed"
