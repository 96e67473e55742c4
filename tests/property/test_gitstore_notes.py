"""Laws of notes: a union is a union, one reader agrees with the other, and with git."""

from itertools import permutations

from hypothesis import given, settings
from hypothesis import strategies as st

from gitstore_cases import REF, WHEN, WHO, Memory, git, make, nest, opened, target
from stella_git.errors import RefusedError
from stella_git.gitstore import notes

TARGETS = [target(number) for number in range(6)]
NEAR = [
    TARGETS[0][:2] + target(9)[2:],
    TARGETS[0][:4] + target(10)[4:],
]  # beside the first, in its directories
lines = st.binary(min_size=1, max_size=6).filter(lambda line: b"\n" not in line)
additions = st.dictionaries(
    st.sampled_from(TARGETS + NEAR), st.lists(lines, min_size=1, max_size=4), max_size=6
)


def add(backend, wanted, ref=REF):
    return notes.add_notes(backend, ref, wanted, message="x", who=WHO, when=WHEN)


def everything(backend, ref=REF):
    return {name: backend.blob(blob) for name, blob in notes.read_notes(backend, ref).items()}


def refused(function):
    """Return the code of the refusal of ``function``, None when it has none."""
    try:
        function()
    except RefusedError as error:
        return error.code
    return None


def model(*parts):
    found = {}
    for part in parts:
        for name, wanted in part.items():
            found.setdefault(name, set()).update(wanted)
    return {name: b"".join(line + b"\n" for line in sorted(found[name])) for name in found}


@given(st.lists(additions, min_size=1, max_size=3))
def test_the_union_is_associative_commutative_and_idempotent(parts):
    for order in permutations(parts):
        backend = Memory()
        for part in order:
            add(backend, part)
        assert everything(backend) == model(*parts)
        tip = backend.tips.get(REF)
        for part in order:
            assert add(backend, part) == tip


@given(st.lists(additions, min_size=2, max_size=4))
def test_what_others_add_in_between_is_kept(parts):
    backend = Memory()
    waiting = list(parts[1:])

    def meddle():
        if waiting:
            backend.before_update = lambda: None
            add(backend, waiting.pop())
            backend.before_update = meddle

    backend.before_update = meddle
    add(backend, parts[0])
    while waiting:
        add(backend, waiting.pop())
    assert everything(backend) == model(*parts)


@given(additions, st.data())
def test_any_fan_out_is_read_and_rewritten(wanted, data):
    backend = Memory()
    blobs = {name: backend.put("blob", body) for name, body in model(wanted).items()}
    cuts = {name: data.draw(st.integers(0, 19)) for name in blobs}
    backend.tips[REF] = backend.put_commit(nest(backend, blobs, cuts.__getitem__))
    assert everything(backend) == model(wanted)
    for name in TARGETS:
        found = notes.note_lines(backend, name, backend.refs(REF))
        assert [line.data for line in found.lines] == sorted(set(wanted.get(name, ())))
        assert found.defects == ()
    more = {TARGETS[0]: [b"one more"]}
    code = refused(lambda: add(backend, more))
    if code is not None:
        assert code in {"UNREADABLE", "ALIASED_NOTE"}  # refused, never buried
        assert everything(backend) == model(wanted)
    else:
        assert everything(backend) == model(wanted, more)
        paths = {name for name, *_ in walk(backend, backend.commit(backend.tips[REF]).tree)}
        assert f"{TARGETS[0][:2]}/{TARGETS[0][2:]}".encode() in paths


def walk(backend, tree, prefix=b""):
    """Yield (path, mode, id) of everything below a tree, reading its bytes as they stand."""
    data = backend.objects[tree][1]
    while data:
        mode, _, data = data.partition(b" ")
        name, _, data = data.partition(b"\0")
        identifier, data = data[:20].hex(), data[20:]
        if int(mode, 8) == 0o40000:
            yield from walk(backend, identifier, prefix + name + b"/")
        else:
            yield prefix + name, int(mode, 8), identifier


def hostile(backend):
    """Return a strategy of trees that somebody made to mislead a reader of notes."""
    blobs = [backend.put("blob", text) for text in (b"good\n", b"bad\n", b"")]
    digits = TARGETS[0]
    pieces = [
        digits,
        digits[2:],
        digits[4:],
        digits[:2],
        digits[2:4],
        digits[4:6],
        "zz",
        digits.upper(),
        "ab",
    ]
    names = st.sampled_from([piece.encode() for piece in pieces] + [b"\xff", digits[:38].encode()])
    modes = st.sampled_from([0o100644, 0o100644, 0o100644, 0o100755, 0o120000, 0o160000])
    entries = st.tuples(modes, names, st.sampled_from(blobs))

    def folder(below):
        inside = st.tuples(st.just(0o40000), names, below)
        return st.lists(st.one_of(entries, inside), max_size=3).flatmap(
            lambda rows: st.sampled_from([sorted(rows, key=sort), rows]).map(backend.put_tree)
        )

    def sort(row):
        return row[1] + (b"/" if row[0] == 0o40000 else b"")

    return st.recursive(folder(st.just(backend.put_tree([]))), folder, max_leaves=8)


@settings(max_examples=600)
@given(st.data())
def test_no_tree_shows_two_readers_two_things(data):
    backend = Memory()
    tree = data.draw(hostile(backend))
    backend.tips[REF] = backend.put_commit(tree)
    name = TARGETS[0]
    places = [row for row in walk(backend, tree) if row[0].replace(b"/", b"") == name.encode()]
    single = notes.note_lines(backend, name, backend.refs(REF))
    if not single.defects:
        # What one reader is shown is what git shows: the only place, a regular file.
        shown = [row for row in places if all(len(part) == 2 for part in row[0].split(b"/")[:-1])]
        assert [mode for _, mode, _ in shown] in ([], [0o100644])
        expected = backend.blob(shown[0][2]).split(b"\n") if shown else []
        assert [line.data for line in single.lines] == [line for line in expected if line]
    code = refused(lambda: notes.read_notes(backend, REF))
    if code is None:
        assert single.defects == ()
        assert ({name: places[0][2]} if places else {}) == notes.read_notes(backend, REF)
    else:
        assert code in {"ALIASED_NOTE", "UNREADABLE"}
    if len(places) > 1:
        assert single.lines == () or single.defects == ()


@given(st.sampled_from([(1, 0), (0, 1), (2, 1), (0, 2), (3, 0), (19, 18)]), st.booleans())
def test_a_note_at_two_places_is_always_refused(cuts, same):
    backend = Memory()
    name = TARGETS[0]
    blobs = [backend.put("blob", b"passed\n"), backend.put("blob", b"passed\n" if same else b"failed\n")]
    trees = [
        nest(backend, {name: blob}, lambda _, cut=cut: cut) for blob, cut in zip(blobs, cuts, strict=True)
    ]
    merged = merge(backend, *trees)
    backend.tips[REF] = backend.put_commit(merged)
    found = notes.note_lines(backend, name, backend.refs(REF))
    assert found.lines == ()
    assert {defect.code for defect in found.defects} == {"ALIASED_NOTE"}
    assert refused(lambda: notes.read_notes(backend, REF)) == "ALIASED_NOTE"
    assert refused(lambda: add(backend, {name: [b"x"]})) == "ALIASED_NOTE"


def merge(backend, one, other):
    """Return the tree that has the entries of both; their common directories merged."""
    rows = {entry.name: entry for entry in backend.tree(one)}
    for entry in backend.tree(other):
        mine = rows.get(entry.name)
        if mine is not None and mine.is_tree and entry.is_tree:
            rows[entry.name] = type(mine)(mine.mode, mine.name, merge(backend, mine.id, entry.id))
        else:
            rows[entry.name] = entry
    ordered = sorted(rows.values(), key=lambda entry: entry.order)
    return backend.put_tree([(entry.mode, entry.name, entry.id) for entry in ordered])


@settings(max_examples=8)
@given(
    wanted=additions.filter(bool), kind=st.sampled_from(["plumbing-sha1", "libgit2-sha1", "plumbing-sha256"])
)
def test_git_and_we_read_each_other(tmp_path_factory, wanted, kind):
    directory = make(tmp_path_factory.mktemp("notes"), kind)
    digits = 64 if kind.endswith("sha256") else 40
    wanted = {name.ljust(digits, "0"): body for name, body in wanted.items()}
    with opened(directory, kind) as backend:
        add(backend, wanted)
        rows = [line.split() for line in git(directory, "notes", "--ref", REF, "list").splitlines()]
        assert {name: blob for blob, name in rows} == notes.read_notes(backend, REF)
        for name, body in model(wanted).items():
            blob = git(directory, "notes", "--ref", REF, "list", name)
            assert backend.blob(blob) == body
        fsck = git(directory, "fsck", "--full", "--strict", check=False)
        assert not [line for line in fsck.splitlines() if "error" in line or "warning" in line]
        ours = git(directory, "hash-object", "-w", "--stdin", data=b"from git\n")
        other = "refs/notes/of-git"
        commit = backend.write_commit(backend.write_tree([]), [], "x", who=WHO, when=WHEN)
        git(directory, "notes", "--ref", other, "add", "-C", ours, commit)
        assert everything(backend, other) == {commit: b"from git\n"}
