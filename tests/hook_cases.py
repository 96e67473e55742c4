"""The hooks as data: the manifest, good and bad files for each hook, and repositories made of them."""

import os
import shutil
import subprocess
from pathlib import Path

from stella_git.canon.reader import parse_yaml

ROOT = Path(__file__).resolve().parent.parent
CASES = ROOT / "tests" / "hooks"
MANIFEST = parse_yaml((ROOT / ".pre-commit-hooks.yaml").read_bytes()).value
HOOKS = {hook["id"]: hook for hook in MANIFEST}
ON_FILES = [name for name, hook in HOOKS.items() if hook.get("pass_filenames", True)]
ON_TREES = [name for name in HOOKS if name not in ON_FILES]


def cases(kind):
    """Return (hook, file) for every good or bad file of the hooks that are given files."""
    return [(hook, path) for hook in ON_FILES for path in sorted((CASES / hook / kind).iterdir())]


def name_of(value):
    return value.name if isinstance(value, Path) else value


def git(where, *words, check=True, env=None):
    return subprocess.run(
        ["git", *words], cwd=where, capture_output=True, check=check, env={**os.environ, **(env or {})}
    )


def repository(where, tree=None):
    """Make a repository at ``where`` with the files of ``tree`` in its first commit."""
    where.mkdir(parents=True, exist_ok=True)
    git(where, "init", "--quiet")
    if tree:
        shutil.copytree(tree, where, dirs_exist_ok=True)
    (where / "README").write_text("a repository of a test\n")
    git(where, "add", ".")
    git(where, "commit", "--quiet", "--message", "Begin")
    return where
