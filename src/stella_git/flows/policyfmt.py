"""Lay files of policies out: each whole, or not at all.

1. Folders are searched for YAML files of our kinds; what lies there beside them is none of our business.
2. What is no regular file of its own is refused: behind a symbolic link may be a file of somebody else's.
3. Lay the file out in memory, and put the new bytes in its place, in one step.
"""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from stella_git.errors import InputError, UsageError, Where

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

DEFAULT = "policies"
_ENDINGS = (".yaml", ".yml")
_MARK = b"stella.ops/v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class LaidOut:
    """A file before and after.

    Args:
        path: its name.
        before: its bytes.
        after: the same document in the one layout.
    """

    path: str
    before: bytes
    after: bytes

    @property
    def changed(self) -> bool:
        """Return whether it was laid out otherwise."""
        return self.before != self.after


def files_in(arguments: "Sequence[str]", read: "Callable[[str], bytes]") -> "tuple[str, ...]":
    """Return the names of the files that arguments stand for, each once, in the order of the arguments.

    Args:
        arguments: files, folders, or ``-``; of a folder, its YAML files of kinds that are laid out, sorted.
        read: gives the bytes of a file.

    Raises:
        UsageError: ``policy-fmt-empty``: a folder has no such file; and whatever ``read`` raises.
    """
    names: dict[str, None] = {}
    for argument in arguments:
        if argument == "-" or not Path(argument).is_dir():
            names[argument] = None
            continue
        found = [name for name in _walk(argument) if _is_ours(read(name))]
        if not found:
            raise UsageError(
                "has no policy file in it",
                code="policy-fmt-empty",
                where=Where(argument),
                remedy="name the folder of your policies; `stella policy init` makes one",
            )
        names.update(dict.fromkeys(found))
    return tuple(names)


def _walk(folder: str) -> "Iterator[str]":
    """Yield the YAML files below a folder, sorted; links and hidden folders are passed over."""
    for top, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = os.path.join(top, name)  # noqa: PTH118 - the name as the user wrote it
            if name.endswith(_ENDINGS) and not Path(path).is_symlink():
                yield path.replace(os.sep, "/")


def _is_ours(data: bytes) -> bool:
    """Return whether a file in a folder is of a kind that is laid out; one that nobody can read may be."""
    from stella_git.canon.reader import parse_yaml
    from stella_git.policy.fmt import KINDS, kind_in
    from stella_git.policy.load import LIMIT

    if _MARK not in data:
        return False
    try:
        version, kind = kind_in(parse_yaml(data, limit=LIMIT).value)
    except InputError:
        return True
    return kind in KINDS and version.endswith(_MARK.decode())


def lay_out(name: str, read: "Callable[[str], bytes]", *, write: bool) -> LaidOut:
    """Return a file before and after, and write it; standard input (``-``) is not written anywhere.

    Args:
        name: the argument.
        read: gives its bytes.
        write: whether the file is changed, and not only looked at.

    Raises:
        UsageError: ``file-symlink``, and whatever ``read`` raises.
        ConfigError: it is not strict YAML, or of no kind that is laid out.
        EnvironmentFault: it cannot be written, or somebody else wrote it meanwhile (``file-changed``).
    """
    from stella_git.flows.fixing import own_path, replace_file
    from stella_git.policy.fmt import formatted

    path = own_path(name)
    data = read(name)
    laid = LaidOut(path=name, before=data, after=formatted(data, path=name))
    if write and name != "-" and laid.changed:
        replace_file(path, laid.before, laid.after)
    return laid
