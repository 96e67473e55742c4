"""Read what an element requires: a fact, or several joined.

```yaml
requires: timestamp
requires: {any: [purl, cpes, identifiers]}
requires: {fact: hashes, among: [sha256, sha512]}
requires: {fact: supplier, unknown: true}
requires: {all: [{fact: contacts, form: contact}, name]}
requires: {property: "bsi:component:archive", among: ["archive", "no archive"]}
requires: {format: {cyclonedx: "1.6", spdx: "3.0.1"}}
```
"""

import re
from typing import TYPE_CHECKING

from stella_git.documents.elements.facts import COMPONENT, DOCUMENT, PROPERTY
from stella_git.documents.elements.forms import FORMS
from stella_git.documents.elements.model import AtLeast, Every, Has, Some

if TYPE_CHECKING:
    from stella_git.canon.reader import Json
    from stella_git.documents.elements.model import Predicate
    from stella_git.documents.elements.reading import Reading

_VERSION = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,9})*", re.ASCII)


class PredicateReader:
    """Reads predicates about documents, or about components."""

    def __init__(self, reading: "Reading", *, component: bool) -> None:
        self._in = reading
        self._facts = tuple(COMPONENT if component else DOCUMENT)
        self._component = component

    def read(self, value: "Json", pointer: str) -> "Predicate":
        """Return a predicate.

        Raises:
            ConfigError: ``minimum-elements-invalid``.
        """
        if isinstance(value, str):
            return Has(fact=self._in.word(value, self._facts, pointer))
        if not isinstance(value, dict):
            raise self._in.invalid("this has to be a fact, or an object", pointer)
        if "any" in value or "all" in value:
            return self._joined(value, pointer)
        if "format" in value:
            return self._format(value, pointer)
        return self._has(value, pointer)

    def _joined(self, value: "dict[str, Json]", pointer: str) -> "Predicate":
        (name,) = value if len(value) == 1 else ("",)
        if not name:
            raise self._in.invalid("`any` and `all` stand alone", pointer)
        place = f"{pointer}/{name}"
        parts = tuple(self.read(item, at) for at, item in self._in.items(value[name], place))
        return Some(parts=parts) if name == "any" else Every(parts=parts)

    def _format(self, value: "dict[str, Json]", pointer: str) -> AtLeast:
        self._in.members(value, {"format"}, pointer)
        place = f"{pointer}/format"
        versions = self._in.members(value["format"], {"cyclonedx", "spdx"}, place)
        for kind, version in versions.items():
            if not isinstance(version, str) or not _VERSION.fullmatch(version):
                raise self._in.invalid("a version is numbers and dots, in quotes", f"{place}/{kind}")
        return AtLeast(versions=tuple(sorted((kind, str(version)) for kind, version in versions.items())))

    def _has(self, value: "dict[str, Json]", pointer: str) -> Has:
        known = {"fact", "among", "form", "unknown"} | ({"property"} if self._component else set())
        members = self._in.members(value, known, pointer)
        if "among" in members and "form" in members:
            raise self._in.invalid("`among` and `form` exclude each other", pointer)
        return Has(
            fact=self._fact(members, pointer),
            among=self._in.words(members, "among", pointer),
            form=self._in.choice(members, "form", tuple(FORMS), pointer) if "form" in members else "",
            unknown=self._in.flag(members, "unknown", pointer) if "unknown" in members else False,
        )

    def _fact(self, members: "dict[str, Json]", pointer: str) -> str:
        if "property" not in members:
            return self._in.choice(members, "fact", self._facts, pointer)
        if "fact" in members:
            raise self._in.invalid("`fact` and `property` exclude each other", pointer)
        return PROPERTY + self._in.text(members, "property", pointer)
