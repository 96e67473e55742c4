r"""The bytes of commits and trees.

Source: gitformat of the git project: tree entries are ``<octal mode> <name>\0<raw id>``, sorted as if the
names of directories ended in a slash.
"""

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
_ENTRY = {width: re.compile(rb"([0-7]{5,7}) ([^\0/]+)\0(.{%d})" % width, re.DOTALL) for width in (20, 32)}
_FORBIDDEN = str.maketrans("", "", "<>\n\0")


def parse_commit(identifier: str, data: bytes) -> Commit:
    """Return the commit in the bytes of a commit object.

    Raises:
        RefusedError: ``git-commit-malformed``.
    """
    match = _COMMIT.match(data)
    if match is None:
        raise RefusedError(
            f"commit {identifier[:12]} is malformed", code="git-commit-malformed", where=Where(ref=identifier)
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

    Characters that would end a field are left out of the name and the address, as git does.
    """
    name, email = who.name.translate(_FORBIDDEN).strip(), who.email.translate(_FORBIDDEN).strip()
    person = f"{name} <{email}> {when} +0000"
    lines = [f"tree {tree}", *(f"parent {parent}" for parent in parents)]
    text = message.replace("\0", "").rstrip("\n") + "\n"
    lines += [f"author {person}", f"committer {person}", "", text]
    return "\n".join(lines).encode("utf-8", "replace")


def parse_tree(data: bytes, width: int) -> tuple[TreeEntry, ...]:
    """Return the entries in the bytes of a tree object, in the order they stand there.

    Args:
        width: bytes of an object id, 20 or 32.

    Raises:
        RefusedError: ``git-tree-malformed``: cut short, an odd mode, or an empty name or one with a slash.
    """
    entries: list[TreeEntry] = []
    entry = _ENTRY[width]
    at = 0
    while at < len(data):
        match = entry.match(data, at)
        if match is None:
            raise RefusedError("a tree object is malformed", code="git-tree-malformed")
        entries.append(TreeEntry(int(match[1], 8), match[2], match[3].hex()))
        at = match.end()
    return tuple(entries)


def tree_bytes(entries: Iterable[TreeEntry]) -> bytes:
    """Return the bytes of a tree object, its entries in git's order."""
    ordered = sorted(entries, key=lambda entry: entry.order)
    return b"".join(b"%o %s\0%s" % (entry.mode, entry.name, bytes.fromhex(entry.id)) for entry in ordered)
