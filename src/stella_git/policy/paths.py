"""Paths that policy files name: relative to the file, never out of what it belongs to."""

from typing import TYPE_CHECKING

from stella_git.errors import ConfigError

if TYPE_CHECKING:
    from stella_git.policy.source import PolicyFile


def beside(file: "PolicyFile", path: str, pointer: str) -> str:
    """Return a path of a file as one relative to the root, without ``.`` and ``..``.

    Raises:
        ConfigError: ``policy-path``: absolute, with a backslash, or above the root.
    """
    parts = file.path.split("/")[:-1]
    wrong = path.startswith("/") or "\\" in path or "\0" in path
    for part in () if wrong else path.split("/"):
        if part == ".." and not parts:
            wrong = True
        elif part == "..":
            parts.pop()
        elif part not in {"", "."}:
            parts.append(part)
    if wrong:
        raise ConfigError(
            f"{path[:80]!a} is not a path inside of what the file belongs to",
            code="policy-path",
            where=file.where(pointer),
            remedy="write it relative to this file, with forward slashes",
        )
    return "/".join(parts)
