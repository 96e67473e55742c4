import pytest

from gitstore_cases import REF, WHEN, WHO, Memory, make, nest, opened, target
from stella_git.errors import EnvironmentFault, RefusedError
from stella_git.gitstore import notes, refs
from stella_git.gitstore.backend import MODE_BLOB, MODE_TREE
from stella_git.gitstore.objectformat import parse_commit, parse_tree

T = target(0)


@pytest.fixture
def backend():
    return Memory()


def add(backend, wanted, ref=REF):
    return notes.add_notes(backend, ref, wanted, message="x", who=WHO, when=WHEN)


def code_of(function, *arguments, **options):
    with pytest.raises(RefusedError) as caught:
        function(*arguments, **options)
    return caught.value.code


def test_nothing_to_add_writes_nothing(backend):
    assert add(backend, {}) is None
    assert add(backend, {T: []}) is None
    assert backend.tips == {}
    tip = add(backend, {T: [b"x"]})
    assert add(backend, {}) == add(backend, {T: []}) == add(backend, {T: [b"x", b"x"]}) == tip


@pytest.mark.parametrize("line", [b"", b"\n", b"a\nb", b"a\n"])
def test_a_line_is_one_line(backend, line):
    assert code_of(add, backend, {T: [b"ok", line]}) == "note-line"
    assert backend.objects == {}


@pytest.mark.parametrize(
    "name", ["HEAD", "", T[:39], T + "0", T.upper(), T[:2] + "/" + T[3:], "0" * 64, T[:39] + "\n"]
)
def test_a_target_is_a_full_id(backend, name):
    assert code_of(add, backend, {name: [b"ok"]}) == "note-target"
    assert backend.objects == {}


def test_limits_hold_for_writers_and_readers(backend, monkeypatch):
    monkeypatch.setattr(notes, "LINES_LIMIT", 3)
    monkeypatch.setattr(notes, "LINE_LIMIT", 10)
    add(backend, {T: [b"1", b"2"]})
    with pytest.raises(RefusedError):
        add(backend, {T: [b"3", b"4"]})
    with pytest.raises(RefusedError):
        add(backend, {T: [b"x" * 11]})
    tip = add(backend, {T: [b"x" * 10]})
    assert len(notes.note_lines(backend, T).lines) == 3
    for data in (b"1\n2\n3\n4\n", b"\n" * 5, b"x" * 11):
        blob = backend.put("blob", data)
        backend.tips[REF] = backend.put_commit(nest(backend, {T: blob}, lambda _: 1))
        found = notes.note_lines(backend, T)
        assert (found.lines, [defect.code for defect in found.defects]) == ((), ["UNREADABLE"])
    assert tip != backend.tips[REF]


def test_lines_of_all_refs_are_united(backend):
    other, tracked = refs.inbox_ref("c" * 64), refs.tracking("origin") + "notes/w/" + "d" * 32
    for ref in (REF, other, refs.SEALED, tracked, refs.SUMMARY, refs.tracking("x") + "cas/w/" + "e" * 32):
        add(backend, {T: [b"same", ref.encode()]}, ref)
    found = notes.note_lines(backend, T)
    carrying = sorted([REF, other, refs.SEALED, tracked])
    assert [line.data.decode() for line in found.lines] == sorted([*carrying, "same"])
    assert next(line.refs for line in found.lines if line.data == b"same") == tuple(carrying)
    assert notes.note_lines(backend, target(5)).lines == ()
    several = dict(notes.note_lines_of(backend, [target(5), T, T]))
    assert several == {target(5): notes.note_lines(backend, target(5)), T: found}


def test_a_bad_ref_does_not_silence_a_good_one(backend):
    add(backend, {T: [b"good"]})
    bad = refs.inbox_ref("c" * 64)
    missing = target(7)
    tips = {
        "a blob": backend.put("blob", b"x"),
        "nothing": missing,
        "no tree": backend.put_commit(missing),
        "no blob": backend.put_commit(nest(backend, {T: missing}, lambda _: 1)),
        "a tree as note": backend.put_commit(
            backend.put_tree(
                [(MODE_TREE, T[:2].encode(), backend.put_tree([(MODE_TREE, T[2:].encode(), missing)]))]
            )
        ),
        "an executable": backend.put_commit(backend.put_tree([(0o100755, T.encode(), missing)])),
        "a lost directory": backend.put_commit(backend.put_tree([(MODE_TREE, T[:2].encode(), missing)])),
    }
    for tip in tips.values():
        backend.tips[bad] = tip
        found = notes.note_lines(backend, T)
        assert [line.data for line in found.lines] == [b"good"]
        assert [defect.code for defect in found.defects] == ["UNREADABLE"]
        assert dict(notes.note_lines_of(backend, [T])) == {T: found}
        assert found.defects[0].ref == bad


def test_a_failing_git_is_no_defect(backend, monkeypatch):
    add(backend, {T: [b"good"]})

    def fail(*arguments, **options):
        raise EnvironmentFault("x", code="git-failed")

    for name in ("commit", "tree"):
        with monkeypatch.context() as patch:
            patch.setattr(backend, name, fail)
            for read in (lambda: notes.note_lines(backend, T), lambda: notes.read_notes(backend, REF)):
                with pytest.raises(EnvironmentFault):
                    read()


def test_a_writer_refuses_what_it_would_bury(backend):
    good = backend.put("blob", b"x\n")
    name = T.encode()
    inner = backend.put_tree([(MODE_BLOB, name[2:], good)])
    trees = [
        [(MODE_BLOB, b"README", good), (MODE_TREE, name[:2], inner)],
        [(MODE_TREE, name[:2], backend.put_tree([(MODE_BLOB, b"README", good)]))],
        [(MODE_BLOB, name[:2], good)],
        [(MODE_TREE, b"ZZ", inner)],
        [(MODE_TREE, name[:2], backend.put_tree([(0o120000, name[2:], good)]))],
    ]
    for rows in trees:
        backend.tips[REF] = tip = backend.put_commit(backend.put_tree(rows))
        assert code_of(add, backend, {T: [b"new"]}) == "UNREADABLE"
        assert backend.tips[REF] == tip
    backend.tips[REF] = good
    assert code_of(add, backend, {T: [b"new"]}) == "UNREADABLE"


def test_a_bomb_of_directories_ends(backend):
    tree = backend.put_tree([])
    for _ in range(19):
        tree = backend.put_tree([(MODE_TREE, b"%02x" % number, tree) for number in range(256)])
    backend.tips[REF] = backend.put_commit(tree)
    assert code_of(notes.read_notes, backend, REF) == "UNREADABLE"
    assert notes.note_lines(backend, T).lines == ()


def test_reading_in_bulk(tmp_path):
    make(tmp_path)
    wanted = {target(number): [b"%d" % number, b"x"] for number in range(300)}
    with opened(tmp_path) as backend:
        add(backend, wanted)
        found = dict(notes.note_lines_of(backend, wanted))
    assert {name: [line.data for line in row.lines] for name, row in found.items()} == wanted


@pytest.mark.parametrize(
    "data",
    [
        b"100644 a\0short",
        b"100644 a",
        b"x",
        b"10064x a\0" + b"i" * 20,
        b"100644a\0" + b"i" * 20,
        b"-100644 a\0" + b"i" * 20,
    ],
)
def test_malformed_trees(data):
    assert code_of(parse_tree, data, 20) == "git-tree-malformed"


GOOD = b"tree " + b"1" * 40 + b"\nauthor A <a@b> 5 +0000\ncommitter C <c@d> 7 +0000\n\nhello\n"


def test_commits_are_read_as_git_reads_them():
    late = GOOD.replace(b"\n\n", b"\nparent " + b"2" * 40 + b"\ntree " + b"3" * 40 + b"\n\n", 1)
    for data in (GOOD, late, GOOD.replace(b"\n\n", b"\ngpgsig x\n parent y\n\n", 1)):
        found = parse_commit("x", data)
        assert (found.tree, found.parents, found.committer_seconds) == ("1" * 40, (), 7)
        assert (found.author, found.message) == ("A <a@b>", "hello\n")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"tree ", b"tree x"),
        (b"tree " + b"1" * 40 + b"\n", b""),
        (b"author", b"autor"),
        (b"committer C <c@d> 7 +0000\n", b""),
        (b"> 7 +", b"> \xd9\xa7 +"),
        (b"> 7 +", b"> -7 +"),
        (b"<c@d> 7 +0000", b"nobody"),
    ],
)
def test_malformed_commits(old, new):
    assert code_of(parse_commit, "x", GOOD.replace(old, new, 1)) == "git-commit-malformed"
