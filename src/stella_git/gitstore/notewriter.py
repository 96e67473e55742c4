"""Write notes trees with a fixed fan-out of 2/38 (2/62 in SHA-256 repositories).

git's own fan-out grows with the number of notes, and other readers lose notes in deep ones; a fixed one
stays readable everywhere. Adding to one directory rewrites that directory and the root, nothing else.
"""

import hashlib
from collections.abc import Iterator, Mapping

from stella_git.errors import RefusedError
from stella_git.gitstore import objectformat
from stella_git.gitstore.backend import MODE_BLOB, MODE_TREE, Backend, Identity, TreeEntry
from stella_git.gitstore.notestree import find_one, read_all, root_tree

PACK_FROM = 1000
_PAIR = 2


class Writer:
    """One attempt at adding notes on top of a tip.

    Raises:
        RefusedError: the tip is no notes ref.
    """

    def __init__(self, backend: Backend, ref: str, tip: str | None) -> None:
        self.backend = backend
        self.ref = ref
        self.tip = tip
        self._fans: dict[bytes, str] = {}
        self._flat: dict[str, str] | None = None
        if tip is not None:
            tree, defect = root_tree(backend, ref, tip)
            if tree is None:
                assert defect is not None
                raise RefusedError(defect.message, code=defect.code)
            self._open(tree)

    def _open(self, tree: str) -> None:
        entries = self.backend.tree(tree)
        if all(entry.is_tree and len(entry.name) == _PAIR for entry in entries):
            self._fans = {entry.name: entry.id for entry in entries}
        else:
            self._flat = self._everything()

    def _everything(self) -> dict[str, str]:
        assert self.tip is not None
        found = read_all(self.backend, self.ref, self.tip)
        if found.defects:
            first = found.defects[0]
            raise RefusedError(first.message, code=first.code, remedy="repair the ref before writing to it")
        return found.notes

    def current(self, target: str) -> str | None:
        """Return the note blob that the tip has for an object."""
        if self.tip is None:
            return None
        if self._flat is not None:
            return self._flat.get(target)
        blob, defects = find_one(self.backend, self.ref, self.tip, target)
        if defects:
            raise RefusedError(
                defects[0].message, code=defects[0].code, remedy="repair the ref before writing to it"
            )
        return blob

    def commit(self, contents: Mapping[str, bytes], *, message: str, who: Identity, when: int) -> str:
        """Store the notes and return the id of a commit on top of the tip; the tip itself if nothing changes."""
        store = _Packed(self.backend) if len(contents) >= PACK_FROM else _Loose(self.backend)
        fans: dict[bytes, dict[bytes, str]] = {}
        for target, data in contents.items():
            name = target.encode()
            fans.setdefault(name[:_PAIR], {})[name[_PAIR:]] = store.blob(data)
        for target, blob in (self._flat or {}).items():
            name = target.encode()
            fans.setdefault(name[:_PAIR], {}).setdefault(name[_PAIR:], blob)
        root = dict(self._fans)
        for fan, changed in fans.items():
            root[fan] = store.tree(self._fan_entries(fan, changed))
        tree = store.tree(TreeEntry(MODE_TREE, fan, identifier) for fan, identifier in root.items())
        if self.tip is not None and self.backend.commit(self.tip).tree == tree:
            return self.tip
        store.flush()
        parents = [] if self.tip is None else [self.tip]
        return self.backend.write_commit(tree, parents, message, who=who, when=when)

    def _fan_entries(self, fan: bytes, changed: Mapping[bytes, str]) -> Iterator[TreeEntry]:
        width = 2 * len(bytes.fromhex(next(iter(changed.values()))))
        if fan in self._fans:
            for entry in self.backend.tree(self._fans[fan]):
                if entry.mode != MODE_BLOB or len(entry.name) != width - _PAIR:
                    raise RefusedError(
                        f"{self.ref} has an odd entry below {fan.decode()}",
                        code="UNREADABLE",
                        remedy="repair the ref before writing to it",
                    )
                if entry.name not in changed:
                    yield entry
        for name, blob in changed.items():
            yield TreeEntry(MODE_BLOB, name, blob)


class _Loose:
    """Objects written one by one."""

    def __init__(self, backend: Backend) -> None:
        self.backend = backend

    def blob(self, data: bytes) -> str:
        return self.backend.write_blob(data)

    def tree(self, entries: "Iterator[TreeEntry]") -> str:
        return self.backend.write_tree(entries)

    def flush(self) -> None:
        """Nothing is left to write."""


class _Packed(_Loose):
    """Objects collected, and written as one pack."""

    def __init__(self, backend: Backend) -> None:
        super().__init__(backend)
        self.objects: dict[str, tuple[str, bytes]] = {}

    def blob(self, data: bytes) -> str:
        return self._keep("blob", data)

    def tree(self, entries: "Iterator[TreeEntry]") -> str:
        return self._keep("tree", objectformat.tree_bytes(entries))

    def _keep(self, kind: str, data: bytes) -> str:
        header = f"{kind} {len(data)}\0".encode()
        identifier = hashlib.new(self.backend.object_format, header + data, usedforsecurity=False).hexdigest()
        self.objects.setdefault(identifier, (kind, data))
        return identifier

    def flush(self) -> None:
        self.backend.write_pack(self.objects.values())
