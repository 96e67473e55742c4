"""Write notes trees with a fixed fan-out of 2/38 (2/62 in SHA-256 repositories).

git's own fan-out grows with the number of notes, and other readers lose notes in deep ones; a fixed one
stays readable everywhere. Adding to one directory rewrites that directory and the root, nothing else. A tree
of any other fan-out is rewritten; one with defects, or with entries that are no notes, is refused, because a
writer that went on would bury them.
"""

from collections.abc import Iterable

from stella_git.errors import RefusedError, Where
from stella_git.gitstore.backend import MODE_BLOB, MODE_TREE, Backend, Identity, TreeEntry
from stella_git.gitstore.notestree import PAIR, NotesTree, is_pair, read_all, read_below, root_tree
from stella_git.gitstore.pending import Pending


class Writer:
    """One attempt at adding notes on top of a tip.

    Raises:
        RefusedError: the tip is no notes ref, or has defects.
    """

    def __init__(self, backend: Backend, ref: str, tip: str | None) -> None:
        self._backend = backend
        self._ref = ref
        self._tip = tip
        self._root: str | None = None
        self._directories: dict[str, str] = {}
        self._fans: dict[str, dict[str, str]] = {}
        self._rewritten: set[str] = set()
        if tip is not None:
            self._root, defect = root_tree(backend, ref, tip)
            if self._root is None:
                assert defect is not None
                raise RefusedError(defect.message, code=defect.code, where=Where(ref=ref))
            self._open(self._root, tip)

    def _open(self, root: str, tip: str) -> None:
        entries = self._backend.tree(root)
        self._directories = {entry.name.decode("ascii", "replace"): entry.id for entry in entries}
        if len(self._directories) == len(entries) and all(e.is_tree and is_pair(e.name) for e in entries):
            return
        self._directories = {}
        for target, blob in _sound(read_all(self._backend, self._ref, tip)).items():
            self._fans.setdefault(target[:PAIR], {})[target] = blob
        self._rewritten = set(self._fans)

    def _fan(self, fan: str) -> dict[str, str]:
        """Return the notes of one directory, read once."""
        if fan not in self._fans:
            tree = self._directories.get(fan)
            self._fans[fan] = {} if tree is None else self._read(tree, fan)
        return self._fans[fan]

    def _read(self, tree: str, fan: str) -> dict[str, str]:
        width = len(tree)
        return _sound(read_below(self._backend, self._ref, tree, fan.encode(), width))

    def current(self, target: str) -> str | None:
        """Return the note blob that the tip has for an object."""
        return self._fan(target[:PAIR]).get(target)

    def commit(
        self,
        contents: Iterable[tuple[str, bytes]],
        pending: Pending,
        *,
        message: str,
        who: Identity,
        when: int,
    ) -> str:
        """Store (target, note) and return a commit on top of the tip, or the tip if nothing changes."""
        for target, data in contents:
            self._fan(target[:PAIR])[target] = pending.blob(data)
            self._rewritten.add(target[:PAIR])
        root = dict(self._directories)
        for fan in self._rewritten:
            names = ((target[PAIR:].encode(), blob) for target, blob in self._fans[fan].items())
            root[fan] = pending.tree(TreeEntry(MODE_BLOB, name, blob) for name, blob in names)
        tree = pending.tree(TreeEntry(MODE_TREE, fan.encode(), below) for fan, below in root.items())
        if self._tip is not None and tree == self._root:
            return self._tip
        parents = [] if self._tip is None else [self._tip]
        commit = pending.commit(tree, parents, message, who=who, when=when)
        pending.flush()
        return commit


def _sound(found: NotesTree) -> dict[str, str]:
    if found.defects:
        first = found.defects[0]
        raise RefusedError(
            first.message,
            code=first.code,
            where=Where(ref=found.ref),
            remedy="repair the ref before writing to it",
        )
    return found.notes
