"""Write notes trees with a fixed fan-out of 2/38 (2/62 in SHA-256 repositories).

git's own fan-out grows with the number of notes, and other readers lose notes in deep ones; a fixed one
stays readable everywhere. Adding to one directory rewrites that directory and the root, nothing else. A tree
that somebody else wrote with another fan-out is converted as a whole, once.
"""

import re
from collections.abc import Iterable

from stella_git.errors import RefusedError, StellaError, Where
from stella_git.gitstore.backend import MODE_BLOB, MODE_TREE, Backend, Identity, TreeEntry
from stella_git.gitstore.notestree import PAIR, UNREADABLE, read_all
from stella_git.gitstore.pending import Pending

_HEX = re.compile(rb"[0-9a-f]+")


class Writer:
    """One attempt at adding notes on top of a tip.

    Args:
        targets: the objects whose notes will be written: only their directories are read.

    Raises:
        RefusedError: ``UNREADABLE`` or ``ALIASED_NOTE``: the tip is no notes ref, or has defects where the
            new notes go, which a writer would bury.
        EnvironmentFault: git could not read.
    """

    def __init__(self, backend: Backend, ref: str, tip: str | None, targets: Iterable[str]) -> None:
        self.backend = backend
        self.ref = ref
        self.tip = tip
        self._fans: dict[bytes, str] = {}
        self._notes: dict[bytes, dict[bytes, str]] = {}
        if tip is None:
            return
        try:
            self._open(tip, {target[:PAIR].encode() for target in targets})
        except RefusedError as error:
            raise self._refuse(error) from error

    def _refuse(self, error: StellaError) -> RefusedError:
        return RefusedError(
            f"{self.ref}: {error.message}",
            code=error.code if error.code.isupper() else UNREADABLE,
            where=Where(ref=self.ref),
            remedy="do not write over it: look at it with git ls-tree -r, or move the ref aside",
        )

    def _open(self, tip: str, wanted: set[bytes]) -> None:
        entries = self.backend.tree(self.backend.commit(tip).tree)
        if not all(
            entry.is_tree and len(entry.name) == PAIR and _HEX.fullmatch(entry.name) for entry in entries
        ):
            self._convert(tip)
            return
        self._fans = {entry.name: entry.id for entry in entries}
        rest = len(tip) - PAIR
        for fan in sorted(wanted & self._fans.keys()):
            notes = self.backend.tree(self._fans[fan])
            if not all(
                entry.mode == MODE_BLOB and len(entry.name) == rest and _HEX.fullmatch(entry.name)
                for entry in notes
            ):
                self._convert(tip)
                return
            self._notes[fan] = {entry.name: entry.id for entry in notes}

    def _convert(self, tip: str) -> None:
        found = read_all(self.backend, self.ref, tip)
        if found.defects:
            first = found.defects[0]
            raise RefusedError(first.message.removeprefix(f"{self.ref}: "), code=first.code)
        self._fans, self._notes = {}, {}
        for target, blob in found.notes.items():
            name = target.encode()
            self._notes.setdefault(name[:PAIR], {})[name[PAIR:]] = blob

    def current(self, target: str) -> str | None:
        """Return the note blob that the tip has for one of the targets."""
        name = target.encode()
        return self._notes.get(name[:PAIR], {}).get(name[PAIR:])

    def commit(
        self,
        contents: Iterable[tuple[str, bytes]],
        pending: Pending,
        *,
        message: str,
        who: Identity,
        when: int,
    ) -> str:
        """Store the notes and return the id of a commit on top of the tip; the tip itself if nothing changes.

        Args:
            contents: (target, bytes of its note); targets must be among those given at the beginning.
            pending: where the objects are collected.
            message: of the commit.
            who: author and committer.
            when: seconds since the epoch, UTC.

        Raises:
            EnvironmentFault: git could not write.
        """
        for target, data in contents:
            name = target.encode()
            self._notes.setdefault(name[:PAIR], {})[name[PAIR:]] = pending.blob(data)
        fans = dict(self._fans)
        for fan, notes in self._notes.items():
            fans[fan] = pending.tree(TreeEntry(MODE_BLOB, name, blob) for name, blob in notes.items())
        root = pending.tree(TreeEntry(MODE_TREE, fan, tree) for fan, tree in fans.items())
        return pending.commit(root, self.tip, message, who=who, when=when)
