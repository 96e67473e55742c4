"""Two thousand commits, a note for each."""

import pytest

from gitstore_cases import KINDS, REF, WHEN, WHO, git, make, opened
from stella_git.gitstore import notes

COMMITS = 2000


def history(directory):
    """Make a line of commits with git fast-import and return them, oldest first."""
    rows = []
    for number in range(COMMITS):
        rows.append(f"commit refs/heads/main\ncommitter A <a@b> {WHEN + number} +0000\ndata 1\nx\n")
        rows.append(f"M 100644 inline file\ndata {len(str(number))}\n{number}\n")
    git(directory, "fast-import", "--quiet", data="".join(rows).encode())
    return git(directory, "rev-list", "--reverse", "main").split()


@pytest.mark.parametrize("kind", KINDS)
def test_a_note_for_each_commit(tmp_path, kind):
    make(tmp_path, kind)
    commits = history(tmp_path)
    with opened(tmp_path, kind) as backend:
        wanted = {commit: [commit.encode() * 20, b"line"] for commit in commits}
        notes.add_notes(backend, REF, wanted, message="x", who=WHO, when=WHEN)
        more = {commit: [b"more"] for commit in commits[::2]}
        notes.add_notes(backend, REF, more, message="x", who=WHO, when=WHEN)
        found = notes.read_notes(backend, REF)
        assert sorted(found) == sorted(commits)
        for (commit, _), (_, data) in zip(found.items(), backend.read_many(found.values()), strict=True):
            assert data == notes.join([*wanted[commit], *more.get(commit, ())])
        assert [line.data for line in notes.note_lines(backend, commits[0]).lines] == sorted(
            [*wanted[commits[0]], b"more"]
        )
    assert len(git(tmp_path, "notes", "--ref", REF, "list").splitlines()) == COMMITS
    assert git(tmp_path, "rev-list", "--count", REF) == "2"
    assert "error" not in git(tmp_path, "fsck", "--strict")
    loose = git(tmp_path, "count-objects").split()[0]
    assert int(loose) < 3000
