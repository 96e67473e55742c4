"""Required claims: what a statement has to say before anybody signs it, and again when it is verified.

::

    {"apiVersion": "stella.ops/v1", "kind": "RequiredClaims",
     "predicates": {PREDICATE TYPE: {"required": [JSON Pointer, ...], "schema"?: path or JSON Schema}}}

A pointer starts at the statement, so ``/predicate/run/startedOn`` and ``/subject/0/digest/gitCommit`` are
both possible. A claim that is ``null``, ``""``, ``[]`` or ``{}`` is not made. A schema is about the
predicate. Which file is in force, and who validates by the schema, is the caller's part: this module reads
nothing and knows no schema language.

Source: RFC 6901 (pointers); in-toto Attestation Framework, predicate.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NoReturn, Protocol

from stella_git.canon.digest import Digest, sha256
from stella_git.canon.reader import Json, parse_json
from stella_git.errors import ConfigError, InputError
from stella_git.trust.fields import Fields, nearest
from stella_git.trust.report import Check, failed, passed, skipped

if TYPE_CHECKING:
    from stella_git.attest.statement import Statement

CLAIMS_PATH = "stella.claims.json"
API_VERSION = "stella.ops/v1"
KIND = "RequiredClaims"
NAME = "claims"
_LIMIT = 1 << 20
_POINTERS = 256
_SHOWN = 5
_INDEX_DIGITS = 7


class SchemaCheck(Protocol):
    """Whoever knows JSON Schema."""

    def __call__(self, schema: "str | Mapping[str, Json]", value: Json) -> str | None:
        """Return the first thing that is wrong, in one line with its place, or None.

        Args:
            schema: an inline schema, or the path of one beside the claims file.
            value: the predicate.

        Raises:
            ConfigError: there is no such schema, or it is none.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """What one predicate type has to say.

    Args:
        predicate_type: the URI that a keyring's roles use.
        required: JSON Pointers from the statement, sorted.
        schema: path of a JSON Schema for the predicate, or the schema; None for none.
    """

    predicate_type: str
    required: tuple[str, ...]
    schema: str | Mapping[str, Json] | None = field(default=None, hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimsPolicy:
    """What statements have to say, by predicate type; a type that is not listed owes nothing."""

    requirements: tuple[Requirement, ...]
    digest: Digest

    @classmethod
    def from_bytes(cls, data: bytes, *, path: str = CLAIMS_PATH) -> "ClaimsPolicy":
        """Return the policy in the bytes of a claims file.

        Args:
            data: JSON, at most 1 MiB.
            path: what to call it in messages.

        Raises:
            ConfigError: not JSON, a member missing, unknown or of the wrong kind, one type listed twice.
        """
        return _read(data, path)

    def of(self, predicate_type: str) -> Requirement | None:
        """Return what a predicate type, in any accepted spelling, has to say, or None."""
        wanted = _canonical(predicate_type)
        return next((one for one in self.requirements if one.predicate_type == wanted), None)


def check_claims(
    statement: "Statement", policy: ClaimsPolicy, *, schema_check: SchemaCheck | None = None
) -> Check:
    """Return the check ``claims`` of one statement.

    Args:
        statement: before it is signed, or as it was verified.
        policy: what is in force.
        schema_check: validates by the schema of a requirement. Without it a requirement that has one fails:
            what was not looked at is never said to hold.

    Raises:
        ConfigError: ``schema_check`` found no schema to check by.
    """
    wanted = policy.of(statement.predicate_type)
    if wanted is None:
        return skipped(NAME, "nothing is required of this predicate type")
    document = statement.to_json()
    missing = [pointer for pointer in wanted.required if not _made(document, pointer)]
    if missing:
        more = f" and {len(missing) - _SHOWN} more" if len(missing) > _SHOWN else ""
        return failed(
            NAME,
            f"does not claim {', '.join(map(_shown, missing[:_SHOWN]))}{more}",
            code="CLAIM_MISSING",
            remedy="state what is required, or change the claims file on the trusted branch",
        )
    wrong = _schema_defect(wanted, document["predicate"], schema_check)
    if wrong is not None:
        return failed(
            NAME, wrong, code="CLAIM_INVALID", remedy="correct the statement so that it fits the schema"
        )
    return passed(NAME, f"{len(wanted.required)} required claims are made")


def _schema_defect(wanted: Requirement, predicate: Json, check: SchemaCheck | None) -> str | None:
    if wanted.schema is None:
        return None
    return "no validator for its schema was given" if check is None else check(wanted.schema, predicate)


def _shown(pointer: str) -> str:
    return ascii(pointer)[1:-1]


def _made(document: Json, pointer: str) -> bool:
    """Return whether something stands at a pointer; a float would equal no empty value."""
    found = document
    for token in pointer.split("/")[1:]:
        name = token.replace("~1", "/").replace("~0", "~")
        if isinstance(found, dict) and name in found:
            found = found[name]
        elif isinstance(found, list) and _is_index(name) and int(name) < len(found):
            found = found[int(name)]
        else:
            return False
    return found is not None and found not in ("", [], {})


def _is_index(text: str) -> bool:
    return (
        text.isascii() and text.isdigit() and len(text) < len("10000000") and (text == "0" or text[0] != "0")
    )


def _canonical(predicate_type: str) -> str:
    from stella_git.attest import predicates

    name = predicates.resolve(predicate_type)
    return predicate_type if name is None else predicates.TYPES[name]


def _read(data: bytes, path: str) -> ClaimsPolicy:
    reader = _Reader(path)
    try:
        value = parse_json(data, limit=_LIMIT)
    except InputError as error:
        raise ConfigError(
            error.message, code=error.code, where=error.where.within(path), remedy=error.remedy
        ) from error
    top = reader.members(value, "", ("apiVersion", "kind", "predicates"))
    reader.one_of(top["apiVersion"], "/apiVersion", (API_VERSION,))
    reader.one_of(top["kind"], "/kind", (KIND,))
    rows = sorted(reader.table(top["predicates"], "/predicates").items())
    found: dict[str, Requirement] = {}
    for name, row in rows:
        requirement = reader.requirement(name, row)
        if requirement.predicate_type in found:
            reader.value(f"/predicates/{_escaped(name)}", "listed once, under one spelling of its type")
        found[requirement.predicate_type] = requirement
    return ClaimsPolicy(requirements=tuple(found.values()), digest=sha256(data))


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


class _Reader(Fields):
    """One claims file."""

    def value(self, pointer: str, what: str) -> NoReturn:
        self.refuse(pointer, f"must be {what}", code="claims-value", remedy="see docs/reference/claims.md")

    def unknown(self, pointer: str, name: str, known: tuple[str, ...]) -> NoReturn:
        self.refuse(
            pointer,
            f"unknown member {name[:80]!r}",
            code="claims-unknown-member",
            remedy=nearest(name, known),
        )

    def requirement(self, name: str, value: Json) -> Requirement:
        pointer = f"/predicates/{_escaped(name)}"
        self.text(name, pointer)
        row = self.members(value, pointer, ("required",), ("schema",))
        pointers = self.array(row["required"], f"{pointer}/required")
        if len(pointers) > _POINTERS:
            self.value(f"{pointer}/required", f"at most {_POINTERS} JSON Pointers")
        required = tuple(
            self.pointer(item, f"{pointer}/required/{index}") for index, item in enumerate(pointers)
        )
        return Requirement(
            predicate_type=_canonical(name),
            required=tuple(sorted(set(required))),
            schema=self.optional(row, pointer, "schema", self.schema),
        )

    def pointer(self, value: Json, place: str) -> str:
        text = self.text(value, place)
        if not text.startswith("/") or "~" in text.replace("~0", "").replace("~1", ""):
            self.value(place, "a JSON Pointer into the statement, such as /predicate/run")
        return text

    def schema(self, value: Json, place: str) -> str | Mapping[str, Json]:
        if isinstance(value, dict):
            return value
        text = self.text(value, place)
        if text.startswith("/") or ".." in text.split("/"):
            self.value(place, "a JSON Schema, or a path inside the repository, with forward slashes")
        return text
