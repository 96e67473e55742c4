"""Evidence, pins, summaries, history, and the swap that all of them stand on."""

import pytest

from gitstore_cases import KINDS, REF, WHEN, WHO, Memory, commit_file, git, make, opened, set_ref, target
from stella_git.canon.digest import sha256
from stella_git.errors import EnvironmentFault, RefusedError
from stella_git.gitstore import cas, history, notes, objects, porcelain, refs, retry, seen, summary
from stella_git.gitstore.backend import MODE_BLOB, MODE_TREE, RefUpdate, TreeEntry

KEY = "b" * 64


@pytest.fixture(params=KINDS)
def kind(request):
    return request.param


@pytest.fixture
def backend(tmp_path, kind):
    make(tmp_path, kind)
    with opened(tmp_path, kind) as found:
        yield found


def code_of(error, function, *arguments, **options):
    with pytest.raises(error) as caught:
        function(*arguments, **options)
    return caught.value.code


# --- evidence ----------------------------------------------------------------------------------------------


def put(backend, *items, key=KEY):
    return cas.put(backend, key, items, who=WHO, when=WHEN)


def place(backend, ref, digest, data):
    """Put bytes under a digest that they need not have."""
    tree = backend.write_tree([TreeEntry(MODE_BLOB, digest.hex[2:].encode(), backend.write_blob(data))])
    for name in (digest.hex[:2].encode(), b"sha256"):
        tree = backend.write_tree([TreeEntry(MODE_TREE, name, tree)])
    set_ref(backend, ref, backend.write_commit(tree, [], "x", who=WHO, when=WHEN))


def test_evidence_comes_back(backend):
    items = [b"", b"one", b"two\0\n", b"one"]
    assert put(backend, *items) == tuple(sha256(item) for item in items)
    tip = backend.ref(refs.cas_ref(KEY))
    put(backend, b"one")
    assert put(backend) == ()
    assert backend.ref(refs.cas_ref(KEY)) == tip
    put(backend, b"three")
    assert backend.commit(backend.ref(refs.cas_ref(KEY))).parents == (tip,)
    put(backend, b"other", key="c" * 64)
    for item in (*items, b"three", b"other"):
        assert cas.get(backend, sha256(item)) == item
    assert cas.get(backend, sha256(b"nothing")) is None
    assert code_of(RefusedError, cas.get, backend, sha256(b"three"), limit=4) == "git-object-too-large"


def test_evidence_that_was_changed_is_refused_and_hides_nothing(backend):
    digest = sha256(b"good")
    place(backend, "refs/stella/cas/w/" + "0" * 32, digest, b"evil")
    assert code_of(RefusedError, cas.get, backend, digest) == "EVIDENCE_CHANGED"
    place(backend, "refs/stella-remote/x/cas/w/" + "1" * 32, digest, b"x" * 1000)
    assert code_of(RefusedError, cas.get, backend, digest, limit=100) in {
        "EVIDENCE_CHANGED",
        "git-object-too-large",
    }
    place(backend, "refs/stella-remote/y/cas/w/" + "2" * 32, digest, b"good")
    assert cas.get(backend, digest, limit=100) == b"good"


def test_refs_that_hold_no_evidence(backend):
    digest = sha256(b"good")
    blob = backend.write_blob(b"good")
    set_ref(backend, "refs/stella/cas/w/" + "0" * 32, blob)
    assert code_of(RefusedError, cas.get, backend, digest) == "git-object-type"
    put(backend, b"good")
    assert cas.get(backend, digest) == b"good"


# --- pins --------------------------------------------------------------------------------------------------


def test_pins(backend):
    def write(files, **options):
        return seen.write_pin(backend, files, who=WHO, when=WHEN, **options)

    assert seen.read_pin(backend) == {}
    first = write({"keyring": b"one", "other": b"x"})
    assert write({"keyring": b"one"}) == first
    write({"keyring": b"two"}, expect={"keyring": b"one", "none": None})
    assert seen.read_pin(backend) == {"keyring": b"two", "other": b"x"}
    stale = {"keyring": b"one"}
    assert code_of(EnvironmentFault, write, {"keyring": b"old"}, expect=stale) == "seen-moved"
    assert seen.read_pin(backend)["keyring"] == b"two"


def test_a_pin_that_cannot_be_read_is_not_taken_for_none(backend):
    for name, kind in ((b"\xff", MODE_BLOB), (b"a", MODE_TREE)):
        inner = backend.write_blob(b"x") if kind == MODE_BLOB else backend.write_tree([])
        tree = backend.write_tree([TreeEntry(kind, name, inner)])
        set_ref(backend, refs.SEEN, backend.write_commit(tree, [], "x", who=WHO, when=WHEN))
        assert code_of(RefusedError, seen.read_pin, backend) == "seen-unreadable"
    lost = backend.write_tree([TreeEntry(MODE_BLOB, b"a", target(1, len(backend.write_tree([]))))])
    set_ref(backend, refs.SEEN, backend.write_commit(lost, [], "x", who=WHO, when=WHEN))
    assert code_of(RefusedError, seen.read_pin, backend) == "seen-unreadable"


def test_a_fault_of_git_is_no_broken_pin(backend, monkeypatch):
    seen.write_pin(backend, {"a": b"x"}, who=WHO, when=WHEN)

    def fail(*arguments, **options):
        raise EnvironmentFault("x", code="git-failed")

    monkeypatch.setattr(backend, "blob", fail)
    assert code_of(EnvironmentFault, seen.read_pin, backend) == "git-failed"


# --- history -----------------------------------------------------------------------------------------------


def test_history(tmp_path, kind):
    directory = make(tmp_path / "r", kind)
    one = commit_file(directory, "dir/a", b"1")
    two = commit_file(directory, "*", b"2")
    git(directory, "checkout", "-q", "--orphan", "other")
    lone = commit_file(directory, "b", b"3")
    git(directory, "merge", "-q", "--allow-unrelated-histories", "-m", "x", "main")
    merged = git(directory, "rev-parse", "HEAD")
    with opened(directory, kind) as backend:
        assert history.root_commits(backend, two) == (one,)
        assert history.root_commits(backend, merged) == tuple(sorted((one, lone)))
        assert history.is_ancestor(backend, one, one)
        assert history.is_ancestor(backend, one, merged)
        assert not history.is_ancestor(backend, merged, one)
        assert history.merge_base(backend, two, merged) == two
        assert history.merge_base(backend, two, lone) is None
        assert history.changed_between(backend, one, two, ["*"]) == [two]
        assert history.changed_between(backend, one, two, ["dir/a", "d?r"]) == []
        assert history.changed_between(backend, one, two, []) == []
        assert history.commits_in(backend, two) == [two, one]
        assert history.commits_in(backend, two, excluding=[one], most=5) == [two]
        assert history.commits_in(backend, two, most=1) == [two]
        assert history.parents(backend, two) == (one,)
        assert history.committer_time(backend, two) == WHEN


def test_history_that_is_cut_off(tmp_path, kind):
    directory = make(tmp_path / "r", kind)
    one = commit_file(directory, data=b"1")
    two, three = commit_file(directory, data=b"2"), commit_file(directory, data=b"3")
    git(tmp_path, "clone", "-q", "--depth=2", f"file://{directory}", "shallow")
    git(tmp_path / "shallow", "fetch", "-q", "--depth=1", "origin", f"{one}:refs/heads/one")
    with opened(tmp_path / "shallow", kind) as backend:
        assert history.root_commits(backend, three) is None
        assert history.is_ancestor(backend, two, three)
        assert not history.is_ancestor(backend, three, two)
        assert code_of(EnvironmentFault, history.is_ancestor, backend, one, three) == "git-history-shallow"
        assert code_of(EnvironmentFault, history.merge_base, backend, one, three) == "git-history-shallow"


# --- files -------------------------------------------------------------------------------------------------


def test_only_regular_files_are_read(backend):
    blob = backend.write_blob(b"x")
    sub = backend.write_tree([TreeEntry(MODE_BLOB, b"f", blob)])
    rows = [
        (MODE_BLOB, b"a"),
        (0o100755, b"run"),
        (0o120000, b"link"),
        (0o160000, b"mod"),
    ]
    entries = [TreeEntry(mode, name, blob) for mode, name in rows]
    tree = backend.write_tree([*entries, TreeEntry(MODE_TREE, b"d", sub)])
    for path in ("a", "run", "d/f"):
        assert objects.read_path(backend, tree, path) == b"x"
    for path in ("none", "d/none", "a/f", "", "d/", "/a", "d//f", "../a", "\udcfe"):
        assert objects.read_path(backend, tree, path) is None
    for path in ("link", "mod", "d", "link/f", "mod/f"):
        assert code_of(RefusedError, objects.read_path, backend, tree, path) == "git-not-a-file"
    assert code_of(RefusedError, objects.read_path, backend, tree, "a", limit=0) == "git-object-too-large"
    assert [path for path, _ in objects.list_paths(backend, tree, ["?", "d/**", "r*"])] == ["a", "d/f", "run"]
    assert objects.list_paths(backend, tree, []) == []
    assert objects.list_paths(backend, tree, ["m*"]) == []  # what lies in a submodule is not of this tree
    for glob in ("link", "l*", "**"):
        assert code_of(RefusedError, objects.list_paths, backend, tree, [glob]) == "git-not-a-file"


def test_a_path_that_no_locator_can_name(backend):
    tree = backend.write_tree(
        [TreeEntry(MODE_BLOB, name, backend.write_blob(b"x")) for name in (b"a", b"\xff")]
    )
    assert [path for path, _ in objects.list_paths(backend, tree, ["a*"])] == ["a"]
    assert code_of(RefusedError, objects.list_paths, backend, tree, ["*"]) == "git-path-encoding"


@pytest.mark.parametrize(
    "rows",
    [
        [(MODE_BLOB, b"a"), (MODE_BLOB, b"a")],
        [(MODE_BLOB, b"a"), (MODE_BLOB, b"a.b"), (MODE_TREE, b"a")],
        [(MODE_BLOB, b"b"), (MODE_BLOB, b"a")],
        [(MODE_TREE, b"a"), (MODE_BLOB, b"a.b")],
        [(MODE_BLOB, b"a/b")],
        [(MODE_BLOB, b"")],
    ],
)
def test_a_tree_of_two_meanings_is_refused(rows):
    backend = Memory()
    tree = backend.put_tree([(mode, name, backend.put("blob", b"x")) for mode, name in rows])
    assert code_of(RefusedError, objects.read_path, backend, tree, "a") == "git-tree-malformed"
    assert code_of(RefusedError, objects.list_paths, backend, tree, ["*"]) == "git-tree-malformed"


# --- summaries, porcelain ----------------------------------------------------------------------------------


def test_no_summary(backend):
    assert summary.write_summary(backend, {}, who=WHO, when=WHEN) is None


@pytest.mark.parametrize("object_format", ["sha1", "sha256"])
def test_porcelain(tmp_path, object_format):
    directory = tmp_path / "new" / "one"
    porcelain.init(directory, branch="trunk", object_format=object_format)
    (directory / "a").write_bytes(b"1")
    one = porcelain.commit_all(directory, "first", who=WHO, when=WHEN)
    (directory / "a").unlink()
    git(directory, "checkout", "-q", "--detach")
    two = porcelain.commit_all(directory, "second", who=WHO, when=WHEN)
    assert git(directory, "rev-parse", "trunk", "HEAD", "HEAD^").split() == [one, two, one]
    assert git(directory, "ls-tree", "HEAD") == ""
    assert git(directory, "status", "--porcelain") == ""
    assert "second" in porcelain.log(directory, most=1)
    assert "first" not in porcelain.log(directory, most=1)


# --- swap --------------------------------------------------------------------------------------------------


def test_waiting_is_bounded_and_spread():
    waits = [[retry.pause(number, salt) for number in range(80)] for salt in range(1000, 1016)]
    assert all(0 < wait < 1 for row in waits for wait in row)
    assert sum(waits[0]) < 60
    assert len({row[20] for row in waits}) == len(waits)


@pytest.mark.parametrize(("code", "tries"), [("git-ref-conflict", retry.TRIES), ("git-failed", 1)])
def test_a_ref_that_never_holds_still(monkeypatch, code, tries):
    backend = Memory()
    monkeypatch.setattr(retry.time, "sleep", lambda seconds: None)
    attempts = []

    def fail():
        raise EnvironmentFault("x", code=code)

    backend.before_update = fail
    assert (
        code_of(EnvironmentFault, retry.swap, backend, REF, lambda tip: attempts.append(tip) or "a") == code
    )
    assert len(attempts) == tries


def test_a_notes_ref_whose_commit_is_lost(tmp_path):
    make(tmp_path)
    with opened(tmp_path) as backend:
        tip = notes.add_notes(backend, REF, {target(1): [b"x"]}, message="x", who=WHO, when=WHEN)
        (tmp_path / ".git" / "objects" / tip[:2] / tip[2:]).unlink()
    with opened(tmp_path) as backend:
        found = notes.note_lines(backend, target(1))
        assert (found.lines, [defect.code for defect in found.defects]) == ((), ["UNREADABLE"])
        assert code_of(RefusedError, notes.read_notes, backend, REF) == "UNREADABLE"
        with pytest.raises(EnvironmentFault) as caught:
            notes.add_notes(backend, REF, {target(1): [b"y"]}, message="x", who=WHO, when=WHEN)
        assert caught.value.code == "git-object-missing"


def test_a_broken_ref(tmp_path):
    make(tmp_path)
    path = tmp_path / ".git" / REF
    path.parent.mkdir(parents=True)
    path.write_bytes(b"\0" * 41)
    with opened(tmp_path) as backend:
        assert code_of(EnvironmentFault, backend.ref, REF) == "git-ref-broken"
        assert [defect.code for defect in notes.note_lines(backend, target(1)).defects] == ["UNREADABLE"]
        add = [RefUpdate(name=REF, new=backend.write_blob(b"x"), old=None)]
        assert code_of(EnvironmentFault, backend.update_refs, add) == "git-ref-broken"
