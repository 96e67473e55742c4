"""Predicate types that policies can ask for, and what their rules see of each.

A predicate type URI has its version at its end, as ``/v`` and numbers with dots, or nowhere:
``https://in-toto.io/attestation/vulns/v0.2`` is version ``v0.2`` of ``https://in-toto.io/attestation/vulns``.
Versions are compared without their ``v``: CycloneDX says ``1.6`` in its documents and ``v1.6`` in its type.

Source: in-toto Attestation Framework v1.1, field types (TypeURI); ``docs/reference/policy-evidence.md``.
"""

import re
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING, Final

from stella_git.canon.record import record
from stella_git.errors import DefectError

if TYPE_CHECKING:
    from stella_git.canon.reader import Json
    from stella_git.policy.cel import Type

OURS: Final = "https://stella.ops/attestation/"
BUDGET_CHECK: Final = f"{OURS}budget-check"
CSAF: Final = "https://docs.oasis-open.org/csaf/csaf"
CYCLONEDX: Final = "https://cyclonedx.org/bom"
FINDINGS: Final = f"{OURS}findings"
INVENTORY: Final = f"{OURS}inventory"
OPENVEX: Final = "https://openvex.dev/ns"
PROVENANCE: Final = "https://slsa.dev/provenance"
SPDX: Final = "https://spdx.dev/Document"
UNKNOWNS: Final = f"{OURS}unknowns"
VERDICT: Final = f"{OURS}verdict"
VEX: Final = f"{OURS}vex"
VULNS: Final = "https://in-toto.io/attestation/vulns"
WAIVERS: Final = f"{OURS}waivers"

_VERSION: Final = re.compile(r"(?P<base>.+)/(?P<version>v[0-9]{1,9}(?:\.[0-9]{1,9}){0,7})")
_BARE: Final = re.compile(r"stella\.ops/(?P<name>[a-z-]+)(?:@(?P<version>v[0-9]{1,9}))?")


@record(frozen=True, slots=True, kw_only=True)
class Predicate:
    """A predicate type that is known here.

    Args:
        uri: the type, without version.
        schemas: (version, name of a schema that travels with the program, or None) of every version; of a
            view, the schema of a row.
        what: what rules see, in one line.
        view: whether this program makes it, of all documents together: there is one piece of it, and its
            value is a list.
    """

    uri: str
    schemas: tuple[tuple[str, str | None], ...]
    what: str
    view: bool = False

    @property
    def versions(self) -> tuple[str, ...]:
        """Return the versions that are known, the oldest first."""
        return tuple(version for version, _ in self.schemas)


def _view(uri: str, name: str, what: str, versions: tuple[str, ...] = ("v1",)) -> Predicate:
    schema = f"stella/{name}.v1.schema.json"
    return Predicate(uri=uri, schemas=tuple((version, schema) for version in versions), what=what, view=True)


def _open(uri: str, what: str, *versions: str) -> Predicate:
    return Predicate(uri=uri, schemas=tuple((version, None) for version in versions), what=what)


_TABLE: Final = (
    _view(BUDGET_CHECK, "budget-check", "the outcome of every budget in force"),
    _view(FINDINGS, "evidence-findings", "all findings, merged, with what VEX makes of each"),
    _view(UNKNOWNS, "evidence-unknowns", "what could not be established"),
    _view(VEX, "evidence-vex", "every VEX claim, who made it, and what it weighs"),
    _view(WAIVERS, "evidence-waivers", "every waiver, and whether it is live"),
    _view(VULNS, "evidence-findings", "findings of attested scans alone, merged likewise", ("v0.1", "v0.2")),
    Predicate(
        uri=INVENTORY,
        schemas=(("v1", "stella/evidence-inventory.v1.schema.json"),),
        what="one SBOM, in one shape for every format",
    ),
    Predicate(
        uri=CYCLONEDX,
        schemas=tuple((name, f"cyclonedx/bom-{name}.schema.json") for name in ("1.4", "1.5", "1.6", "1.7")),
        what="a CycloneDX document",
    ),
    Predicate(
        uri=SPDX,
        schemas=(("2.3", "spdx/spdx-2.3.schema.json"), ("3.0.1", "spdx/spdx-3.0.1.schema.json")),
        what="an SPDX document",
    ),
    Predicate(
        uri=OPENVEX,
        schemas=(("0.2.0", "openvex/openvex_json_schema_0.2.0.json"),),
        what="an OpenVEX document",
    ),
    Predicate(
        uri=CSAF,
        schemas=(("2.0", "csaf/csaf-2.0.json"),),
        what="a CSAF document",
    ),
    Predicate(
        uri=VERDICT,
        schemas=(("v1", "stella/verdict-predicate.v1.schema.json"),),
        what="a verdict, what it is bound to, and how it was made",
    ),
    Predicate(
        uri=PROVENANCE,
        schemas=(("v0.2", None), ("v1", "stella/evidence-provenance.v1.schema.json")),
        what="how an artifact was built",
    ),
    _open("https://slsa.dev/verification_summary", "what a verifier found", "v1"),
    _open("https://in-toto.io/attestation/link", "a step of a supply chain", "v0.3"),
    _open("https://in-toto.io/attestation/release", "a release of a package", "v0.1"),
    _open("https://in-toto.io/attestation/svr", "properties that were verified", "v0.1", "v0.2"),
    _open("https://in-toto.io/attestation/test-result", "the outcome of tests", "v0.1"),
)

PREDICATES: Final = {each.uri: each for each in sorted(_TABLE, key=lambda each: each.uri)}


def split(uri: str) -> tuple[str, str]:
    """Return a predicate type without its version, and the version as it is written; "" if it has none.

    The short names of our own types are written out: ``stella.ops/verdict@v1`` is version ``v1`` of
    ``https://stella.ops/attestation/verdict``.

    Args:
        uri: a predicate type URI.
    """
    found = _VERSION.fullmatch(uri)
    if found is not None:
        return found["base"], found["version"]
    short = _BARE.fullmatch(uri)
    if short is not None:
        return OURS + short["name"], short["version"] or ""
    return uri, ""


def find(base: str) -> Predicate | None:
    """Return what is known of a predicate type, or None.

    Args:
        base: URI without version; exactly as in the table.
    """
    return PREDICATES.get(base)


def number(version: str) -> str:
    """Return a version without its ``v``: the form in which versions are compared."""
    return version.removeprefix("v")


def answers(predicate_type: str, versions: Iterable[str] | None, base: str, version: str) -> bool:
    """Return whether evidence is of the type that a requirement asks for.

    Args:
        predicate_type: of the requirement, with or without version.
        versions: of the requirement; None for any.
        base: predicate type of the evidence, without version.
        version: of the evidence; "" if it has none, which no version that is asked for admits.
    """
    wanted, written = (base, "") if predicate_type == base else split(predicate_type)
    if wanted != base or (written and number(written) != number(version)):
        return False
    return versions is None or any(number(one) == number(version) for one in versions)


def type_of(predicate_type: str, versions: Iterable[str] | None = None, schema: "Json" = None) -> "Type":
    """Return the type of one piece of evidence, for the names that expressions may use.

    With several versions it has the members of each, and is closed if all of them are.

    Args:
        predicate_type: of the requirement, with or without version.
        versions: of the requirement; None for every version that is known.
        schema: a JSON Schema of the policy's own, which decides alone; None for that of the predicate type.
    """
    from stella_git.policy.cel.schematypes import type_of_schema
    from stella_git.policy.cel.types import DYN

    if schema is not None:
        return type_of_schema(schema)
    base, written = split(predicate_type)
    known = find(base)
    if known is None:
        return DYN
    asked = {number(one) for one in versions} if versions is not None else None
    if written:
        asked = {number(written)} if asked is None else asked & {number(written)}
    offered = {number(version): name for version, name in known.schemas}
    names = {offered.get(one) for one in (offered if asked is None else asked)}
    return _of_files(tuple(sorted(name or "" for name in names)), view=known.view)


@cache
def _of_files(names: tuple[str, ...], *, view: bool) -> "Type":
    """Return the type of what one of some schemas describes; of a view, the type of a list of it."""
    from stella_git.policy.cel.schematypes import any_of, type_of_schema
    from stella_git.policy.cel.types import DYN, list_of

    files = [_file(name) if name else None for name in names]
    known = [
        type_of_schema(file, base=name, elsewhere=_elsewhere) for name, file in zip(names, files, strict=True)
    ]
    found = any_of(known) if known else DYN
    return list_of(found) if view else found


def _elsewhere(base: str, reference: str) -> "tuple[str, Json] | None":
    """Return the file that a reference leads to: one beside it, or one that has a name of its own."""
    from stella_git.documents.schema.registry import FILES

    name = FILES.get(reference) or f"{base.rpartition('/')[0]}/{reference}"
    try:
        return name, _file(name)
    except DefectError:
        return None


@cache
def _file(name: str) -> "Json":
    from stella_git import resources
    from stella_git.canon.reader import parse_shipped

    return parse_shipped(resources.schema(name))
