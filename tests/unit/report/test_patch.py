"""Patches are read by git, and show no line that stays."""

import random
import subprocess

import pytest

from stella_git.report.layout import patch_of

LINES = ["a\n", "b\n", "c\n", "\n", "dd\n", "é\n"]


def changed(chance, text):
    lines = text.splitlines(keepends=True)
    for _ in range(chance.randint(1, 4)):
        at = chance.randint(0, len(lines))
        kind = chance.choice(("insert", "delete", "replace"))
        if kind == "insert" or at == len(lines):
            lines.insert(at, chance.choice(LINES))
        elif kind == "delete":
            del lines[at]
        else:
            lines[at] = chance.choice(LINES)
    found = "".join(lines)
    return found.removesuffix("\n") if chance.random() < 0.2 else found


@pytest.mark.parametrize("seed", range(40))
def test_git_makes_the_new_file_of_the_old_one(tmp_path, seed):
    chance = random.Random(seed)
    old = "".join(chance.choice(LINES) for _ in range(chance.randint(1, 30)))
    new = changed(chance, old)
    path = tmp_path / "file"
    path.write_bytes(old.encode())
    found = patch_of("file", old.encode(), new.encode())
    subprocess.run(["git", "apply", "--allow-empty", "-"], cwd=tmp_path, input=found.encode(), check=True)
    assert path.read_bytes() == new.encode()


def test_a_line_that_stays_is_not_shown_as_changed():
    assert patch_of("f", b"a\nb\nc\n", b"a\nB\nc\n") == (
        "--- a/f\n+++ b/f\n@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n"
    )
