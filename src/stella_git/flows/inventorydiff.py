"""Inventories of files, as they are or as they were at a revision.

1. The bytes: of the file, or of its path in the tree of a commit.
2. Only what can be understood in one way is read: strict bytes, valid by its schema, with names that are
   unique and lead somewhere. A licence, a timestamp or an address that is not well written does not stand in
   the way: npm writes `git@host:path` where CycloneDX asks for an IRI.
3. A normal form that was stored before is read back, if it is what its digest says.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stella_git.documents.inventory import Inventory, normal_form, read
from stella_git.documents.inventory.normal import SCHEMA
from stella_git.errors import InputError, UsageError, Where

if TYPE_CHECKING:
    from stella_git.canon.reader import Json
    from stella_git.documents.validate import Validated

_MARK = b"stella.inventory/"
_RANGE = ".."
# Rules about what an inventory takes as it is written, or has no place for. Errors of every other rule, those
# to come too, leave it open what the document says there is.
_TAKEN = frozenset(
    {
        "K-format", "C005", "C009", "C011", "C012", "C013", "C014", "C015", "C016", "C017", "C018", "C019",
        "2S03", "2S04", "2S05", "2S06", "2S07", "2S08", "2S09",
        "S005", "S006", "S007", "S008", "S009", "S010",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One inventory of a comparison.

    Args:
        name: the file, or ``REV:FILE``.
        inventory: what it says there is.
    """

    name: str
    inventory: Inventory


def load(data: bytes, name: str) -> Side:
    """Return the inventory that a document holds.

    Args:
        data: CycloneDX, SPDX, or a normal form.
        name: of the file, for messages.

    Raises:
        InputError: ``document-invalid``: it is not valid, or no SBOM; ``inventory-not-normal``: it says it is
            a normal form, and is not.
    """
    if _MARK in data[:1024] or _MARK in data[-1024:]:
        stored = _stored(data, name)
        if stored is not None:
            return Side(name=name, inventory=stored)
    from stella_git.documents.validate import validate

    document = validate(data, path=name, expect=frozenset({"sbom"}))
    require_valid(document)
    assert document.format is not None
    return Side(name=name, inventory=read(document.value, document.format))


def require_valid(document: "Validated") -> None:
    """Refuse a document that cannot be read for sure, naming its first error and what shows all of them.

    Raises:
        InputError: ``document-invalid``.
    """
    errors = [
        problem for problem in document.problems if problem.severity == "error" and problem.rule not in _TAKEN
    ]
    if not errors:
        return
    first = errors[0]
    more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
    raise InputError(
        f"{first.message}{more}",
        code="document-invalid",
        where=Where(document.path, line=first.line, column=first.column, pointer=first.pointer),
        remedy=f"{(first.remedy or 'mend it').removesuffix('.')}; `stella sbom validate` shows all problems",
    )


def _stored(data: bytes, name: str) -> Inventory | None:
    from stella_git.canon.reader import parse_json
    from stella_git.documents.inventory.stored import restore
    from stella_git.documents.read import text

    try:
        value = parse_json(data)
    except InputError as error:
        error.where = error.where.within(name)
        raise
    if text(value, "schema") != SCHEMA:
        return None
    inventory = restore(value)
    if not _is_normal(value, normal_form(inventory)):
        raise InputError(
            "is no normal form: what it holds is not in order, or has another digest than it states",
            code="inventory-not-normal",
            where=Where(name),
            remedy="make it again from the document: stella sbom normalize",
        )
    return inventory


def _is_normal(value: "Json", again: "dict[str, Json]") -> bool:
    return isinstance(value, dict) and all(
        value.get(member) == again[member] for member in ("digest", "inventory")
    )


def revisions(path: str, spec: str, work: "Side | None" = None) -> "tuple[Side, Side]":
    """Return a file at a revision, and at another one or as it is now.

    Args:
        path: of the file, relative to the working directory or absolute.
        spec: ``REV`` (compared with ``work``) or ``REV1..REV2``; an end that is left out is HEAD.
        work: the file as it is now; not needed for two revisions.

    Raises:
        UsageError: ``revision-unknown``; ``revision-without-file``: no regular file is there.
        InputError: the document is not valid there.
        EnvironmentFault: there is no repository, or git cannot be asked.
    """
    first, dots, second = spec.partition(_RANGE)
    before = _at(first or "HEAD", path)
    if dots:
        return before, _at(second or "HEAD", path)
    assert work is not None
    return before, work


def is_range(spec: str) -> bool:
    """Return whether two revisions are named."""
    return _RANGE in spec


def _at(revision: str, path: str) -> Side:
    from stella_git.flows.surroundings import GitSurroundings

    surroundings = GitSurroundings(revision)
    try:
        data = surroundings.earlier(path)
    finally:
        surroundings.close()
    if data is None:
        raise UsageError(
            f"no such file, or none that can be read, is in {revision}",
            code="revision-without-file",
            where=Where(path),
            remedy="name a revision that has it: git log -- FILE",
        )
    return load(data, f"{revision}:{path}")
