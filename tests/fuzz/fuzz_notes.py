"""Fuzz target for what `gitstore` parses: trees, commits, notes trees, notes; only our errors may come out.

With atheris: ``python tests/fuzz/fuzz_notes.py -atheris_runs=100000``; without it, or with ``--random N``, N
inputs are made by changing good ones. Failures print the input in hex.
"""

import random
import sys
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from gitstore_cases import REF, WHEN, WHO, Memory, nest, target
from stella_git.errors import StellaError
from stella_git.gitstore import notes, objectformat

SEED_TARGETS = [target(number) for number in range(3)]


def seeds() -> list[bytes]:
    backend = Memory()
    blobs = {name: backend.put("blob", b"line\n") for name in SEED_TARGETS}
    backend.put_commit(nest(backend, blobs, lambda name: int(name[0], 16) % 3))
    return [data for _, data in backend.objects.values()]


def tree(data: bytes) -> None:
    found = objectformat.parse_tree(data, 20)
    assert objectformat.parse_tree(objectformat.tree_bytes(found), 20) == found


def commit(data: bytes) -> None:
    found = objectformat.parse_commit("x", data)
    assert len(found.tree) in {40, 64}
    assert found.committer_seconds >= 0


def notes_tree(data: bytes) -> None:
    """Both readers agree; what a writer takes on is kept whole."""
    backend = Memory()
    blobs = {name: backend.put("blob", b"line\n") for name in SEED_TARGETS}
    nest(backend, blobs, lambda name: int(name[0], 16) % 3)
    backend.tips[REF] = backend.put_commit(backend.put("tree", data))
    singles = {name: notes.note_lines(backend, name) for name in SEED_TARGETS}
    full = notes.read_notes(backend, REF)
    for name, single in singles.items():
        assert bool(single.lines) == (name in full and backend.blob(full[name]) != b"")
    notes.add_notes(backend, REF, {SEED_TARGETS[0]: [b"more"]}, message="x", who=WHO, when=WHEN)
    assert set(notes.read_notes(backend, REF)) == {*full, SEED_TARGETS[0]}


def note(data: bytes) -> None:
    lines = notes.split(data)
    assert notes.split(notes.join(lines)) == sorted(set(lines))


TARGETS: tuple[Callable[[bytes], None], ...] = (tree, commit, notes_tree, note)


def one_input(data: bytes) -> None:
    for function in TARGETS:
        try:
            function(data)
        except StellaError:
            continue


def changed(chance: random.Random, data: bytes) -> bytes:
    rows = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(rows) + 1)
        match chance.randrange(4):
            case 0:
                rows[at : at + 1] = bytes([chance.randrange(256)])
            case 1:
                del rows[at : at + chance.randint(1, 30)]
            case 2:
                rows[at:at] = rows[at : at + chance.randint(1, 60)]
            case _:
                rows[at:at] = chance.choice([b"40000 ", b"100644 ", b"\0", b"\n", b"/", b"ab", b"AB"])
    return bytes(rows)


def main() -> None:
    if "--random" not in sys.argv:
        try:
            import atheris
        except ImportError:
            sys.argv += ["--random", "20000"]
        else:
            atheris.instrument_all()
            atheris.Setup(sys.argv, one_input)
            atheris.Fuzz()
            return
    chance = random.Random(1)
    good = seeds()
    for _ in range(int(sys.argv[sys.argv.index("--random") + 1])):
        data = changed(chance, chance.choice(good))
        try:
            one_input(data)
        except BaseException:
            print(data.hex())  # noqa: T201 - what failed
            raise


if __name__ == "__main__":
    main()
