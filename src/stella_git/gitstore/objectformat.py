r"""The bytes of commits and trees.

Source: git's own documentation, gitformat and user-manual: a tree entry is ``<octal mode> <name>\0<raw id>``,
sorted as if the names of directories ended in a slash; an id is the digest of ``<type> <size>\0<bytes>``.
"""

import hashlib
import re
from collections.abc import Iterable, Sequence

from stella_git.errors import RefusedError, Where
from stella_git.gitstore.backend import Commit, Identity, TreeEntry

_ID = rb"(?:[0-9a-f]{64}|[0-9a-f]{40})"
# Only what git itself reads: a second tree, or a parent after the author, is no part of history.
_COMMIT = re.compile(
    rb"tree (?P<tree>%s)\n(?P<parents>(?:parent %s\n)*)author (?P<author>[^\n]*)\n"
    rb"committer [^\n]*> (?P<when>[0-9]{1,15})(?: [^\n]*)?\n" % (_ID, _ID)
)
# The modes that git fsck lets pass: git takes 40755 for a directory where other readers see nothing.
_MODE = rb"0?40000|100644|100664|100755|120000|160000"
_ENTRY = {width: re.compile(rb"(%s) ([^\0/]+)\0(.{%d})" % (_MODE, width), re.DOTALL) for width in (20, 32)}
_CRUFT = dict.fromkeys(map(ord, "<>\n\0"))


def object_id(kind: str, data: bytes, object_format: str) -> str:
    """Return the id of an object in a repository of the given format, lower hex."""
    header = f"{kind} {len(data)}\0".encode()
    return hashlib.new(object_format, header + data, usedforsecurity=False).hexdigest()


def parse_commit(identifier: str, data: bytes) -> Commit:
    """Return the commit in the bytes of a commit object.

    Raises:
        RefusedError: ``git-commit-malformed``.
    """
    match = _COMMIT.match(data)
    if match is None:
        raise RefusedError(
            f"commit {identifier[:12]} is malformed",
            code="git-commit-malformed",
            where=Where(ref=identifier),
            remedy="do not rely on it; git fsck says more",
        )
    return Commit(
        id=identifier,
        tree=match["tree"].decode(),
        parents=tuple(match["parents"].decode().split()[1::2]),
        committer_seconds=int(match["when"]),
        author=match["author"].decode("utf-8", "replace").rsplit(" ", 2)[0],
        message=data.partition(b"\n\n")[2].decode("utf-8", "replace"),
    )


def commit_bytes(tree: str, parents: Sequence[str], message: str, *, who: Identity, when: int) -> bytes:
    """Return the bytes of a commit object; ``when`` is seconds since the epoch, UTC.

    What a commit cannot hold is left out: NUL in the message, and ``<``, ``>`` and line ends in names.
    """
    person = f"{who.name.translate(_CRUFT).strip()} <{who.email.translate(_CRUFT).strip()}> {when} +0000"
    lines = [f"tree {tree}", *(f"parent {parent}" for parent in parents)]
    lines += [f"author {person}", f"committer {person}", "", message.replace("\0", "").rstrip("\n") + "\n"]
    return "\n".join(lines).encode("utf-8", "replace")


def parse_tree(data: bytes, width: int, identifier: str = "") -> tuple[TreeEntry, ...]:
    """Return the entries in the bytes of a tree object.

    Trees that two readers could understand in two ways are refused: entries out of order, two of one name,
    names that are empty or hold a slash.

    Args:
        width: bytes of an object id, 20 or 32.
        identifier: id of the tree, for messages.

    Raises:
        RefusedError: ``git-tree-malformed``.
    """
    entries: list[TreeEntry] = []
    entry = _ENTRY[width]
    at, before = 0, b""
    while at < len(data):
        match = entry.match(data, at)
        if match is None:
            raise _malformed(identifier)
        found = TreeEntry(int(match[1], 8), match[2], match[3].hex())
        order = found.order
        if order <= before:
            raise _malformed(identifier)
        entries.append(found)
        at, before = match.end(), order
    if len({found.name for found in entries}) != len(entries):
        raise _malformed(identifier)  # a file and a directory of one name are not neighbours
    return tuple(entries)


def _malformed(identifier: str) -> RefusedError:
    return RefusedError(
        f"tree {identifier[:12]} is malformed: two readers could see two things in it",
        code="git-tree-malformed",
        where=Where(ref=identifier),
        remedy="do not rely on it; git fsck says more",
    )


def tree_bytes(entries: Iterable[TreeEntry]) -> bytes:
    """Return the bytes of a tree object, its entries in git's order."""
    ordered = sorted(entries, key=lambda entry: entry.order)
    return b"".join(b"%o %s\0%s" % (entry.mode, entry.name, bytes.fromhex(entry.id)) for entry in ordered)
