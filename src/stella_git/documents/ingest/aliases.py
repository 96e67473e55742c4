"""Ids of one vulnerability, brought together.

The same partition, and the same choice of the canonical id, as a verdict makes: the smallest CVE id if there
is one, else the smallest id, in the order of code units. Tests hold the two together.
"""

import re
from collections.abc import Iterable

from stella_git.canon import jcs

_CVE = re.compile(r"CVE-[0-9]{4}-[0-9]{4,19}")


class Aliases:
    """Partition of vulnerability ids: ids that stand in one group are one vulnerability.

    Args:
        groups: canonical ids of one vulnerability each.
    """

    __slots__ = ("_members", "_parent")

    def __init__(self, groups: Iterable[tuple[str, ...]]) -> None:
        self._parent: dict[str, str] = {}
        for group in groups:
            root = self._root(group[0])
            for name in group[1:]:
                self._parent[self._root(name)] = root
        members: dict[str, list[str]] = {}
        for name in self._parent:
            members.setdefault(self._root(name), []).append(name)
        self._members = {root: tuple(sorted(names, key=_preference)) for root, names in members.items()}

    def _root(self, name: str) -> str:
        parent = self._parent.setdefault(name, name)
        while parent != name:
            self._parent[name] = name = self._parent[parent]
            parent = self._parent[name]
        return name

    def members(self, name: str) -> tuple[str, ...]:
        """Return every id of a vulnerability that is in a group, the canonical one first."""
        return self._members[self._root(name)]


def is_cve(name: str) -> bool:
    """Return whether a canonical id is one of CVE."""
    return _CVE.fullmatch(name) is not None


def _preference(name: str) -> tuple[bool, bytes]:
    return not is_cve(name), jcs.sort_key(name)
