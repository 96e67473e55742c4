"""Notes by the thousand, side by side with git's own ways; the ratios of one run count, not the times.

Run with ``python benchmarks/bench_notes.py [NOTES]``. Every note has about 3 KB, as one signed envelope has.
`git notes add` makes one commit per note: a sample is timed and multiplied, and the line says so.
"""

import hashlib
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from stella_git.gitstore import notes
from stella_git.gitstore.backend import Identity
from stella_git.gitstore.open import open_repository

NOTES = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
SAMPLE = 100
MANY, FEW = 90_000, 1_000
REF = "refs/notes/stella/w/" + "a" * 32
PERSON = ("-c", "user.name=a", "-c", "user.email=a@b")
WHO = Identity(name="Ada Tester", email="ada@example.org")


def git(directory: Path, *words: str, data: bytes = b"") -> bytes:
    return subprocess.run(["git", *words], cwd=directory, input=data, capture_output=True, check=True).stdout


def note(number: int) -> bytes:
    """Return a line that packs about as well as base64 of an envelope does."""
    chance = random.Random(number)
    return (
        b'{"payload":"'
        + bytes(chance.choices(b"ABCDEFGHIJKLMNOPabcdefghijklmnop0123456789+/", k=2950))
        + b'"}'
    )


def targets(count: int) -> list[str]:
    return [hashlib.sha1(str(number).encode()).hexdigest() for number in range(count)]


def fresh(root: Path, name: str) -> Path:
    directory = root / name
    directory.mkdir()
    git(directory, "init", "-q", "--template=", ".")
    return directory


def timed(function, *arguments) -> tuple[float, object]:
    start = time.perf_counter()
    result = function(*arguments)
    return time.perf_counter() - start, result


def add(directory: Path, wanted: dict[str, list[bytes]], *, bulk: bool = False) -> None:
    with open_repository(directory, bulk=bulk) as backend:
        notes.add_notes(backend, REF, wanted, message="Add notes", who=WHO, when=1)


def fast_import(directory: Path, wanted: dict[str, list[bytes]]) -> None:
    rows = [f"commit {REF}\ncommitter a <a@b> 1 +0000\ndata 1\nx\n".encode()]
    for target, lines in wanted.items():
        body = notes.join(lines)
        rows.append(
            b"M 100644 inline %s/%s\ndata %d\n%s\n"
            % (target[:2].encode(), target[2:].encode(), len(body), body)
        )
    git(directory, "fast-import", "--quiet", data=b"".join(rows))


def notes_add(directory: Path, commits: list[str]) -> None:
    for number, commit in enumerate(commits):
        git(directory, *PERSON, "notes", "--ref", REF, "add", "-F", "-", commit, data=note(number))


def read_ours(directory: Path, *, bulk: bool) -> int:
    with open_repository(directory, bulk=bulk) as backend:
        return sum(len(lines) for _, lines in notes.read_lines(backend, REF))


def read_git(directory: Path, output: int) -> None:
    """List the tree and read every blob in one process: the least that any reader has to do."""
    rows = git(directory, "ls-tree", "-r", REF).split(b"\n")[:-1]
    names = b"\n".join(row.split()[2] for row in rows) + b"\n"
    with tempfile.TemporaryFile() as wanted:
        wanted.write(names)
        wanted.seek(0)
        words = ["git", "cat-file", "--batch", "--buffer"]
        with subprocess.Popen(words, cwd=directory, stdin=wanted, stdout=output) as process:
            while process.stdout is not None and process.stdout.read(1 << 16):
                pass


def best(function, *arguments, rounds: int = 5, **options) -> float:
    return min(timed(lambda: function(*arguments, **options))[0] for _ in range(rounds))


def row(what: str, seconds: float, base: float) -> None:
    print(f"{what:<58} {seconds:8.3f} s   {seconds / base:6.2f} x")


def writing(root: Path) -> None:
    wanted = {target: [note(number)] for number, target in enumerate(targets(NOTES))}
    git_time = statistics.median(timed(fast_import, fresh(root, f"import{n}"), wanted)[0] for n in range(3))
    ours = statistics.median(timed(add, fresh(root, f"ours{n}"), wanted)[0] for n in range(3))
    sampled = fresh(root, "sampled")
    tree = git(sampled, "mktree").decode().strip()
    words = [*PERSON, "commit-tree", tree, "-m"]
    commits = [git(sampled, *words, str(number)).decode().strip() for number in range(SAMPLE)]
    single = timed(notes_add, sampled, commits)[0] * NOTES / SAMPLE
    print(f"write {NOTES} notes of 3 KB (1.00 x = git fast-import)")
    row("git fast-import", git_time, git_time)
    row("stella, one batch", ours, git_time)
    row(f"git notes add ({SAMPLE} measured, multiplied)", single, git_time)


def reading(root: Path) -> None:
    directory = root / "ours0"
    base = best(read_git, directory, subprocess.PIPE)
    print(f"\nread {NOTES} notes (1.00 x = git ls-tree and git cat-file --batch, through a pipe)")
    row("git", base, base)
    row("git, into /dev/null", best(read_git, directory, subprocess.DEVNULL), base)
    row("stella, git's plumbing", best(read_ours, directory, bulk=False), base)
    row("stella, libgit2", best(read_ours, directory, bulk=True), base)


def one_onto_many(root: Path) -> None:
    times = {}
    for count in (FEW, MANY):
        directory = fresh(root, f"onto{count}")
        add(directory, {target: [b"x"] for target in targets(count)})
        new = iter(targets(MANY + 100)[MANY:])
        times[count] = statistics.median(timed(add, directory, {next(new): [b"y"]})[0] for _ in range(21))
    print(f"\nadd one note (1.00 x = onto {FEW} notes)")
    for count, seconds in times.items():
        row(f"onto {count}", seconds, times[FEW])


def main() -> None:
    root = Path(tempfile.mkdtemp(prefix="bench-notes-"))
    try:
        writing(root)
        reading(root)
        one_onto_many(root)
    finally:
        shutil.rmtree(root, ignore_errors=True)


if __name__ == "__main__":
    main()
