"""Fuzz target for what a push can bring into a notes ref: only our errors may come out, and no second answer.

With atheris: ``python tests/fuzz/fuzz_notes.py -atheris_runs=100000``; with ``--random N`` it makes N inputs
itself. An input is a recipe for trees, so that most of them are nearly right; failures print it in hex.
"""

import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from gitstore_cases import REF, WHEN, WHO, Memory, nest, target
from stella_git.errors import StellaError
from stella_git.gitstore import notes, notestree, objectformat
from stella_git.gitstore.catfile import _parse

NAME = target(0)
BLOBS = (b"passed\n", b"failed\n", b"", b"a\nb\nb\n\n")
MODES = (0o100644, 0o100644, 0o100644, 0o100644, 0o100755, 0o120000, 0o160000, 0o644)


class Recipe:
    """Choices, read from bytes; when they are used up every choice is the first."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def below(self, limit: int) -> int:
        self.at += 1
        return self.data[self.at - 1] % limit if self.at <= len(self.data) else 0

    @property
    def left(self) -> bool:
        return self.at < len(self.data)


def tree(backend: Memory, recipe: Recipe, rest: str, depth: int) -> str:
    """Store a tree whose entries have to do with one object, and return its id."""
    names = [
        rest,
        rest[:2],
        rest[:4],
        rest[:1],
        rest.upper(),
        rest[:2].upper(),
        "zz",
        rest[:-1],
        target(1)[2:],
    ]
    names += [f"{number:02x}" for number in range(3)]
    rows = []
    for _ in range(recipe.below(5)):
        name = names[recipe.below(len(names))]
        if recipe.below(2) and depth < 22 and recipe.left:
            below = tree(
                backend, recipe, rest[len(name) :] if rest.startswith(name.lower()) else rest[2:], depth + 1
            )
            rows.append((0o40000, name.encode(), below))
        else:
            blob = backend.put("blob", BLOBS[recipe.below(len(BLOBS))])
            rows.append((MODES[recipe.below(len(MODES))], name.encode(), blob))
    if recipe.below(8):
        rows.sort(key=lambda row: row[1] + (b"/" if row[0] == 0o40000 else b""))
    if recipe.below(16) == 1:
        return backend.put("tree", recipe.data[recipe.at :])
    return backend.put_tree(rows)


def readers(data: bytes) -> None:
    """Whatever stands in a ref: both readers answer, with the same notes or with a defect."""
    backend = Memory()
    recipe = Recipe(data)
    root = tree(backend, recipe, NAME, 0)
    tip = root if recipe.below(32) == 1 else backend.put_commit(root)
    judge(backend, tip)


def judge(backend: Memory, tip: str) -> None:
    """Look at a notes ref with every reader, and write to it."""
    backend.tips[REF] = tip
    whole = notestree.read_all(backend, REF, tip)
    assert all(defect.ref == REF for defect in whole.defects)
    for name in {NAME, *whole.notes}:
        blob, defects = notestree.find_one(notestree.Trees(backend), REF, tip, name)
        assert blob == whole.notes.get(name), (name, blob, defects, whole)
        assert not defects or whole.defects
    both = dict(notes.note_lines_of(backend, [NAME, target(1)]))
    assert both[NAME] == notes.note_lines(backend, NAME)
    write(backend, whole, tip)


def write(backend: Memory, whole: notestree.NotesTree, tip: str) -> None:
    """A writer refuses, or keeps every note that a reader sees."""
    try:
        notes.add_notes(backend, REF, {NAME: [b"more"]}, message="x", who=WHO, when=WHEN)
    except StellaError as error:
        assert error.exit_code == 1, error  # noqa: PT017 - not a test: a crash is what a fuzzer looks for
        assert backend.tips[REF] == tip
        return
    after = notestree.read_all(backend, REF, backend.tips[REF])
    assert NAME in after.notes
    assert whole.notes.items() - after.notes.items() <= {(NAME, whole.notes.get(NAME))}


def bytes_of_objects(data: bytes) -> None:
    """Raw objects: a tree that is taken is the tree that is written again; the rest are our refusals."""
    for width in (20, 32):
        try:
            entries = objectformat.parse_tree(data, width)
        except StellaError as error:
            assert error.code == "git-tree-malformed"  # noqa: PT017 - as above
        else:
            again = objectformat.tree_bytes(entries)
            assert objectformat.parse_tree(again, width) == entries
            assert len(data) - len(again) <= sum(entry.is_tree for entry in entries)  # "040000" is "40000"
    try:
        commit = objectformat.parse_commit("0" * 40, data)
    except StellaError as error:
        assert error.code == "git-commit-malformed"  # noqa: PT017 - as above
    else:
        assert len(commit.tree) in {40, 64}
    try:
        lines = notes.split(data)
    except StellaError as error:
        assert error.code == "UNREADABLE"  # noqa: PT017 - as above
    else:
        assert notes.split(notes.join(lines)) == sorted(set(lines))
    found = _parse(data)
    assert found is None or data.startswith(found[0].encode())


def root_bytes(data: bytes) -> None:
    """The root of a notes tree, as raw bytes over directories that are sound."""
    backend = Memory()
    good(backend)
    judge(backend, backend.put_commit(backend.put("tree", data)))


def good(backend: Memory) -> str:
    """Store a sound notes tree of several fan-outs, and return its id."""
    blob = backend.put("blob", b"line\n")
    return nest(backend, {target(number): blob for number in range(4)}, lambda name: int(name[0], 16) % 3)


def fuzz_one(data: bytes) -> None:
    """Give one input to every target."""
    readers(data)
    root_bytes(data)
    bytes_of_objects(data)


def starts() -> list[bytes]:
    """Return raw objects to begin from."""
    backend = Memory()
    blob = backend.put("blob", b"x")
    rows = [(0o100644, b"a", blob), (0o40000, b"b", backend.put_tree([])), (0o160000, b"c", blob)]
    names = [backend.put_tree(rows), backend.put_commit(backend.put_tree(rows), [target(3)] * 2)]
    names.append(good(backend))
    header = f"{target(5)} blob 123\n".encode()
    return [*(backend.objects[name][1] for name in names), header, b"one\ntwo\n"]


def change(data: bytes, source: random.Random) -> bytes:
    """Return bytes with a few of them changed, left out or doubled."""
    found = bytearray(data)
    for _ in range(source.randint(0, 3)):
        at = source.randrange(len(found) + 1)
        how = source.randrange(3)
        if how == 0:
            found[at : at + 1] = bytes([source.randrange(256)])
        elif how == 1:
            found[at : at + source.randrange(1, 5)] = b""
        else:
            found[at:at] = found[at : at + source.randrange(1, 30)]
    return bytes(found)


def main() -> None:
    """Run atheris, or so many random inputs."""
    if "--random" not in sys.argv:
        import atheris

        atheris.Setup(sys.argv, fuzz_one)
        atheris.Fuzz()
        return
    count = int(sys.argv[sys.argv.index("--random") + 1])
    source = random.Random(11)
    objects = starts()
    for number in range(count):
        data = (
            source.randbytes(source.randrange(60)) if number % 2 else change(source.choice(objects), source)
        )
        try:
            fuzz_one(data)
        except Exception:
            sys.stderr.write(f"{data.hex()}\n")
            raise
    sys.stdout.write(f"{count} inputs\n")


if __name__ == "__main__":
    main()
