"""What reading and writing touch: counted, because a time proves nothing."""

import pytest

from gitstore_cases import REF, WHEN, WHO, Memory, target
from stella_git.errors import RefusedError
from stella_git.gitstore import notes, notestree, refs


class Counting(Memory):
    def __init__(self):
        super().__init__()
        self.trees_read = []
        self.written = []

    def tree(self, name):
        self.trees_read.append(name)
        return super().tree(name)

    def write_objects(self, objects):
        self.written += [kind for kind, _ in objects]
        super().write_objects(objects)


def full(count):
    backend = Counting()
    add(backend, {target(number): [b"x"] for number in range(count)})
    backend.trees_read.clear()
    backend.written.clear()
    return backend


def add(backend, wanted):
    return notes.add_notes(backend, REF, wanted, message="x", who=WHO, when=WHEN)


def test_one_note_more_rewrites_its_directory_and_the_root_whatever_is_there():
    for count in (10, 3000):
        backend = full(count)
        before = {entry.name: entry.id for entry in backend.tree(backend.commit(backend.tips[REF]).tree)}
        backend.trees_read.clear()
        add(backend, {target(-1): [b"new"]})
        assert sorted(backend.written) == ["blob", "commit", "tree", "tree"]
        assert len(backend.trees_read) <= 2
        after = {entry.name: entry.id for entry in backend.tree(backend.commit(backend.tips[REF]).tree)}
        assert {name for name in after if after[name] != before.get(name)} == {target(-1)[:2].encode()}


def test_one_note_is_found_without_reading_the_others():
    backend = full(3000)
    assert notes.note_lines(backend, target(5)).lines[0].data == b"x"
    assert len(backend.trees_read) == 2


def test_trees_that_were_read_are_not_read_again():
    backend = full(300)
    trees = notes.Trees(backend)
    for number in (1, 1, 2):
        found = notes.note_lines(backend, target(number), trees=trees)
        assert found == notes.note_lines(backend, target(number))
    backend.trees_read.clear()
    for number in (1, 2):
        notes.note_lines(backend, target(number), trees=trees)
    assert backend.trees_read == []
    everything = dict(notes.note_lines_of(backend, [target(number) for number in range(300)]))
    assert len(backend.trees_read) == len(set(backend.trees_read))
    assert all(found.lines[0].refs == (REF,) for found in everything.values())


def test_no_change_writes_nothing():
    backend = full(20)
    assert add(backend, {target(3): [b"x"]}) == backend.tips[REF]
    assert backend.written == []
    assert refs.carries_notes(REF)


@pytest.mark.parametrize(
    ("limit", "most"), [("DIRECTORIES_LIMIT", 33), ("ENTRIES_LIMIT", 63)], ids=["directories", "entries"]
)
def test_reading_a_whole_tree_is_bounded_in_directories_and_in_entries(monkeypatch, limit, most):
    backend = Memory()
    names = [f"{number:02x}" + "0" * 38 for number in range(32)]
    add(backend, {name: [b"x"] for name in names})  # 33 directories, 64 entries, the last one is not counted
    monkeypatch.setattr(notestree, limit, most)
    assert len(notes.read_notes(backend, REF)) == 32
    monkeypatch.setattr(notestree, limit, most - 1)
    found = notes.read_tree(backend, REF)
    assert (found.notes, [row.code for row in found.defects]) == ({}, ["UNREADABLE"])
    assert notes.note_lines(backend, names[0]).lines[0].data == b"x"


def test_two_directories_that_git_takes_for_one_are_an_alias():
    backend = Memory()
    name = "ab" + target(1)[2:]
    rows = [
        (0o40000, folder, backend.put_tree([(0o100644, name[2:].encode(), backend.put("blob", text))]))
        for folder, text in ((b"AB", b"failed\n"), (b"ab", b"passed\n"))
    ]
    backend.tips[REF] = backend.put_commit(backend.put_tree(rows))
    for found in (notes.read_tree(backend, REF), notes.note_lines(backend, name)):
        assert found.defects[0].code == "ALIASED_NOTE"
    assert notes.read_tree(backend, REF).notes == {}
    assert notes.note_lines(backend, name).lines == ()


def test_a_directory_in_the_place_of_a_deep_note_is_seen_by_both_readers():
    backend = Memory()
    name, blob = target(1), backend.put("blob", b"x\n")
    tree = backend.put_tree([(0o40000, name[-2:].encode(), backend.put_tree([]))])
    for at in range(36, 0, -2):
        tree = backend.put_tree([(0o40000, name[at : at + 2].encode(), tree)])
    rows = [(0o40000, name[:2].encode(), tree), (0o100644, name.encode(), blob)]
    backend.tips[REF] = backend.put_commit(backend.put_tree(rows))
    for found in (notes.read_tree(backend, REF), notes.note_lines(backend, name)):
        assert {row.target for row in found.defects} == {name}
    assert notes.read_tree(backend, REF).notes == {}


def test_a_note_may_be_exactly_as_long_as_a_reader_takes(monkeypatch):
    monkeypatch.setattr(notes, "NOTE_LIMIT", 10)
    backend = Memory()
    add(backend, {target(1): [b"1234", b"5678"]})
    assert len(notes.note_lines(backend, target(1)).lines) == 2
    with pytest.raises(RefusedError) as caught:
        add(backend, {target(1): [b"9"]})
    assert caught.value.code == "note-too-large"
