r"""The bytes of commits and trees.

Source: gitformat of the git project: tree entries are ``<octal mode> <name>\0<raw id>``, sorted as if the
names of directories ended in a slash.
"""

from collections.abc import Iterable, Sequence

from stella_git.errors import RefusedError, Where
from stella_git.gitstore.backend import Commit, Identity, TreeEntry


def parse_commit(identifier: str, data: bytes) -> Commit:
    """Return the commit in the bytes of a commit object.

    Raises:
        RefusedError: ``git-commit-malformed``.
    """
    head, _, message = data.partition(b"\n\n")
    fields: dict[str, list[str]] = {}
    for line in head.decode("utf-8", "replace").split("\n"):
        name, _, value = line.partition(" ")
        fields.setdefault(name, []).append(value)
    try:
        return Commit(
            id=identifier,
            tree=fields["tree"][0],
            parents=tuple(fields.get("parent", ())),
            committer_seconds=int(fields["committer"][0].rsplit(" ", 2)[1]),
            author=fields["author"][0].rsplit(" ", 2)[0],
            message=message.decode("utf-8", "replace"),
        )
    except (KeyError, IndexError, ValueError) as error:
        raise RefusedError(
            f"commit {identifier[:12]} is malformed", code="git-commit-malformed", where=Where(ref=identifier)
        ) from error


def commit_bytes(tree: str, parents: Sequence[str], message: str, *, who: Identity, when: int) -> bytes:
    """Return the bytes of a commit object; ``when`` is seconds since the epoch, UTC."""
    person = f"{who.name} <{who.email}> {when} +0000"
    lines = [f"tree {tree}", *(f"parent {parent}" for parent in parents)]
    lines += [f"author {person}", f"committer {person}", "", message.rstrip("\n") + "\n"]
    return "\n".join(lines).encode()


def parse_tree(data: bytes, width: int) -> tuple[TreeEntry, ...]:
    """Return the entries in the bytes of a tree object.

    Args:
        width: bytes of an object id, 20 or 32.

    Raises:
        RefusedError: ``git-tree-malformed``.
    """
    entries: list[TreeEntry] = []
    at = 0
    while at < len(data):
        space = data.find(b" ", at, at + 8)
        end = data.find(b"\0", space)
        if space < 0 or end < 0 or end + 1 + width > len(data):
            raise RefusedError("a tree object is malformed", code="git-tree-malformed")
        try:
            mode = int(data[at:space], 8)
        except ValueError as error:
            raise RefusedError("a tree object is malformed", code="git-tree-malformed") from error
        entries.append(TreeEntry(mode, data[space + 1 : end], data[end + 1 : end + 1 + width].hex()))
        at = end + 1 + width
    return tuple(entries)


def tree_bytes(entries: Iterable[TreeEntry]) -> bytes:
    """Return the bytes of a tree object, its entries in git's order."""
    ordered = sorted(entries, key=lambda entry: entry.order)
    return b"".join(b"%o %s\0%s" % (entry.mode, entry.name, bytes.fromhex(entry.id)) for entry in ordered)
