"""Read profiles: files of the kind ``MinimumElements``, strictly, every refusal with its place.

```yaml
apiVersion: stella.ops/v1
kind: MinimumElements
metadata:
  id: house-2026
  title: What we ask of our suppliers
  status: final
  source: {document: "Purchasing handbook, 4th edition", section: "7.2"}
spec:
  levels:
    - {id: required, title: Required, severity: error, weight: 1, baseline: true}
  components: {kinds-except: [file]}
  elements:
    - id: supplier
      title: Supplier name
      scope: component
      level: required
      requires: {any: [supplier, producers]}
      why: Without it nobody knows whom to ask.
      remedy: Write the name of the supplier.
```
"""

from typing import TYPE_CHECKING

from stella_git.documents.elements.model import Element, Filter, Level, Profile, Source, Status
from stella_git.documents.elements.predicates import PredicateReader
from stella_git.documents.elements.reading import Reading
from stella_git.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stella_git.canon.reader import Json
    from stella_git.documents.elements.model import Scope
    from stella_git.documents.severity import Severity

KIND = "MinimumElements"
LIMIT = 1 << 20
FOLDER = "policies/minimum-elements"
_FORMATS = ("cyclonedx", "spdx", "spdx2", "spdx3")
_SCOPES: tuple["Scope", ...] = ("document", "component", "root")
_SEVERITIES: tuple["Severity", ...] = ("error", "warning", "info")
_STATUSES: tuple[Status, ...] = ("draft", "final")
_MEMBERS = {"id", "title", "section", "scope", "level", "applies-to", "requires", "why", "remedy"}


def ids() -> tuple[str, ...]:
    """Return the ids of the profiles that come with the program, sorted.

    Raises:
        DefectError: ``resource-missing``, the installation is incomplete.
    """
    from stella_git.resources import data_path

    return tuple(sorted(path.stem for path in data_path(FOLDER).glob("*.yaml")))


def builtin(name: str) -> Profile:
    """Return a profile that comes with the program.

    Args:
        name: its id, one of ``ids()``.

    Raises:
        DefectError: ``resource-missing``.
    """
    from stella_git.resources import data_path

    path = data_path(f"{FOLDER}/{name}.yaml")
    return parse(path.read_bytes(), path=path.name)


def find(name: str) -> Profile:
    """Return a profile that comes with the program.

    Args:
        name: what somebody wrote.

    Raises:
        UsageError: ``elements-profile-unknown``.
    """
    known = ids()
    if name in known:
        return builtin(name)
    from stella_git.documents.wording import nearest

    meant = nearest(name, known)
    raise UsageError(
        f"{ascii(name)[:60]} is no profile" + (f"; did you mean {meant}?" if meant else ""),
        code="elements-profile-unknown",
        remedy=f"write one of {', '.join(known)}, or give a file of your own",
    )


def parse(data: bytes, *, path: str) -> Profile:
    """Return what a file of the kind ``MinimumElements`` says.

    Args:
        data: YAML or JSON.
        path: its name, for messages.

    Raises:
        ConfigError: ``minimum-elements-invalid``: another kind, an unknown or missing member, fact, form or
            level, an id twice.
        InputError: it is not strict YAML.
    """
    from stella_git.canon.reader import parse_yaml

    return _ProfileReader(Reading(parse_yaml(data, path=path, limit=LIMIT))).profile()


class _ProfileReader:
    def __init__(self, reading: Reading) -> None:
        self._in = reading

    def profile(self) -> Profile:
        document = self._in.document()
        value = self._in.members(document, {"apiVersion", "kind", "metadata", "spec"}, "")
        if value.get("apiVersion") != "stella.ops/v1" or value.get("kind") != KIND:
            raise self._in.invalid(f"this is not apiVersion stella.ops/v1, kind {KIND}", "")
        names = {"id", "title", "status", "source", "note"}
        metadata = self._in.members(value.get("metadata"), names, "/metadata")
        parts = {"levels", "components", "elements", "unjudged"}
        spec = self._in.members(value.get("spec"), parts, "/spec")
        levels = self._levels(spec.get("levels"), "/spec/levels")
        return Profile(
            id=self._in.slug(metadata, "id", "/metadata", dots=True),
            title=self._in.text(metadata, "title", "/metadata"),
            status=self._in.choice(metadata, "status", _STATUSES, "/metadata"),
            source=self._source(metadata.get("source"), "/metadata/source"),
            note=self._in.optional(metadata, "note", "/metadata"),
            levels=tuple(levels.values()),
            components=self._filter(spec.get("components", {}), "/spec/components"),
            elements=self._elements(spec.get("elements"), levels),
            unjudged=tuple(self._unjudged(spec)),
        )

    def _source(self, value: "Json", pointer: str) -> Source:
        members = self._in.members(value, {"document", "section", "url"}, pointer)
        return Source(
            document=self._in.text(members, "document", pointer),
            section=self._in.optional(members, "section", pointer),
            url=self._in.optional(members, "url", pointer),
        )

    def _levels(self, value: "Json", pointer: str) -> dict[str, Level]:
        found: dict[str, Level] = {}
        for place, item in self._in.items(value, pointer):
            names = {"id", "title", "severity", "weight", "baseline"}
            members = self._in.members(item, names, place)
            level = Level(
                id=self._in.slug(members, "id", place),
                title=self._in.text(members, "title", place),
                severity=self._in.choice(members, "severity", _SEVERITIES, place),
                weight=self._in.count(members, "weight", place),
                baseline=self._in.flag(members, "baseline", place),
            )
            self._in.once(level.id, found, place)
            found[level.id] = level
        return found

    def _elements(self, value: "Json", levels: dict[str, Level]) -> tuple[Element, ...]:
        found: dict[str, Element] = {}
        for place, item in self._in.items(value, "/spec/elements"):
            element = self._element(self._in.members(item, _MEMBERS, place), levels, place)
            self._in.once(element.id, found, place)
            found[element.id] = element
        return tuple(found.values())

    def _element(self, members: "dict[str, Json]", levels: dict[str, Level], place: str) -> Element:
        scope = self._in.choice(members, "scope", _SCOPES, place)
        predicates = PredicateReader(self._in, component=scope != "document")
        return Element(
            id=self._in.slug(members, "id", place),
            title=self._in.text(members, "title", place),
            section=self._in.optional(members, "section", place),
            scope=scope,
            level=levels[self._in.choice(members, "level", tuple(levels), place)],
            applies=self._filter(members.get("applies-to", {}), f"{place}/applies-to"),
            requires=predicates.read(self._in.required(members, "requires", place), f"{place}/requires"),
            why=self._in.text(members, "why", place),
            remedy=self._in.text(members, "remedy", place),
        )

    def _filter(self, value: "Json", pointer: str) -> Filter:
        members = self._in.members(value, {"formats", "kinds", "kinds-except", "logical"}, pointer)
        return Filter(
            formats=self._in.words(members, "formats", pointer, known=_FORMATS),
            kinds=self._in.words(members, "kinds", pointer),
            kinds_except=self._in.words(members, "kinds-except", pointer),
            logical=self._in.flag(members, "logical", pointer) if "logical" in members else True,
        )

    def _unjudged(self, spec: "dict[str, Json]") -> "Iterator[tuple[str, str]]":
        if "unjudged" in spec:
            for place, item in self._in.items(spec["unjudged"], "/spec/unjudged"):
                members = self._in.members(item, {"title", "why"}, place)
                yield self._in.text(members, "title", place), self._in.text(members, "why", place)
