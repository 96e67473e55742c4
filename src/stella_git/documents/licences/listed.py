"""The SPDX licence list, as it travels with the program: ids, and which of them are deprecated."""

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from stella_git.documents.wording import nearest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stella_git.canon.reader import Json

_FILE = "licences/spdx.json"
# What people write, as a key, and mean.
_KNOWN_AS = {
    "apache": "Apache-2.0",
    "asl2": "Apache-2.0",
    "bsd2": "BSD-2-Clause",
    "bsd3": "BSD-3-Clause",
    "expat": "MIT",
}
# Longer texts are no misspelt ids.
_NEAR = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Ids:
    """Ids of one kind: licences or exceptions.

    Args:
        spellings: the id in lower case to the id as the list spells it.
        deprecated: those that the list keeps only for old documents, as it spells them.
        keys: what is left of an id when case and punctuation count as nothing, to the id.
        initials: first letter, in lower case, to the ids that begin with it.
    """

    spellings: "Mapping[str, str]"
    deprecated: frozenset[str]
    keys: "Mapping[str, str]"
    initials: "Mapping[str, tuple[str, ...]]"

    def find(self, name: str) -> str | None:
        """Return the id as the list spells it, or None if it is not on the list."""
        return self.spellings.get(name.lower())

    def near(self, name: str) -> str | None:
        """Return the id that a text is probably meant to be, or None."""
        if not 1 < len(name) <= _NEAR:
            return None
        # Comparing with all of them would be slow where a document has many.
        found = self.keys.get(_key(name)) or nearest(name, self.initials.get(name[0].lower(), ()))
        if found in self.deprecated:
            return self.find(f"{found}-only") or found
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class List:
    """A version of the list.

    Args:
        version: such as ``3.28.0``.
        licences: ids of licences; ``GPL-2.0+`` is one of its own, deprecated.
        exceptions: ids of exceptions.
    """

    version: str
    licences: Ids
    exceptions: Ids


@cache
def listed() -> List:
    """Return the list that travels with the program.

    Raises:
        DefectError: ``resource-missing``.
    """
    from stella_git import resources
    from stella_git.canon.reader import parse_json
    from stella_git.documents.read import text

    value = parse_json(resources.schema(_FILE), path=_FILE)
    return List(
        version=text(value, "version") or "",
        licences=_ids(value, "licences", "deprecatedLicences"),
        exceptions=_ids(value, "exceptions", "deprecatedExceptions"),
    )


def _ids(value: "Json", current: str, deprecated: str) -> Ids:
    from stella_git.documents.read import array

    old = [str(each) for each in array(value, deprecated)]
    names = [*old, *(str(each) for each in array(value, current))]
    keys = {_key(each): each for each in names if not each.endswith("+")}
    initials: dict[str, list[str]] = {}
    for each in keys.values():
        initials.setdefault(each[0].lower(), []).append(each)
    return Ids(
        spellings={each.lower(): each for each in names},
        deprecated=frozenset(old),
        keys=keys | {key: each for key, each in _KNOWN_AS.items() if each in names},
        initials={letter: tuple(each) for letter, each in initials.items()},
    )


def _key(name: str) -> str:
    """Return what is left of an id in which ``v`` before a number and ``.0`` after one count as nothing."""
    word = re.sub(r"\.0(?![0-9])|license|v(?=[0-9])", "", name.lower())
    return "".join(each for each in word if each.isalnum())
