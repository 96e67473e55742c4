"""What a verified statement says, against what the verifier holds: its predicate, dependencies and inputs.

- *predicate*: a predicate of a type that we know is one: read by its model, strictly.
- *dependencies*: the Merkle root over the dependencies of a SLSA provenance is the one that is expected.
- *custody*: a statement that was made from others names exactly the ones that are at hand, by digest. So a
  chain from the commit to the release can be walked link by link, each verified by itself.

Source: SLSA v1 provenance and verification summary; RFC 9162 section 2.1.1 (Merkle root);
schemas/stella (verdict-predicate.v1, budget-check.v1).
"""

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from stella_git.attest import predicates, slsa
from stella_git.errors import StellaError
from stella_git.trust.report import Check, failed, passed, skipped

if TYPE_CHECKING:
    from stella_git.attest.statement import Statement
    from stella_git.canon.digest import Digest
    from stella_git.canon.reader import Json

_AGAIN = "issue the statement again, or get the one that is meant"

_MODELS: dict[str, Callable[[Mapping[str, "Json"]], object]] = {
    "budget-check": predicates.BudgetCheckPredicate.from_json,
    "slsa-provenance": slsa.Provenance.from_json,
    "verdict": predicates.VerdictPredicate.from_json,
}
# predicate type -> where it names what it was made from: a list of objects with a digest
_INPUTS = {
    "promotion": ("materials",),
    "slsa-provenance": ("buildDefinition", "resolvedDependencies"),
    "vsa": ("inputAttestations",),
}


def check_predicate(statement: "Statement") -> Check:
    """Return the check ``predicate``: what is said is said in the form of its type."""
    name = predicates.resolve(statement.predicate_type)
    model = _MODELS.get(name or "")
    if model is None:
        return skipped("predicate", "its form is not known here")
    try:
        model(statement.predicate)
    except StellaError as error:
        return failed(
            "predicate",
            f"it is no {name}: {error} ({error.code})",
            code="PREDICATE_INVALID",
            remedy=error.remedy or _AGAIN,
        )
    return passed("predicate", str(name))


def check_dependencies(statement: "Statement", expected: "Digest") -> Check:
    """Return the check ``dependencies``: the dependencies of a provenance have the expected Merkle root."""
    name = "dependencies"
    if predicates.resolve(statement.predicate_type) != "slsa-provenance":
        return failed(
            name, "only a SLSA provenance lists dependencies", code="DEPENDENCIES_UNKNOWN", remedy=_AGAIN
        )
    try:
        found = slsa.Provenance.from_json(statement.predicate).dependencies_root()
    except StellaError as error:
        return failed(name, f"{error} ({error.code})", code="DEPENDENCIES_UNKNOWN", remedy=_AGAIN)
    if not found.matches(expected):
        return failed(
            name,
            f"the dependencies have the root {found}, not {expected}",
            code="DEPENDENCIES_ROOT",
            remedy="get the provenance of the build that is meant",
        )
    return passed(name, str(found))


def check_custody(statement: "Statement", given: Iterable[tuple[str, frozenset[str]]]) -> Check:
    """Return the check ``custody``: the statement was made from exactly the inputs that are at hand.

    Args:
        statement: a promotion, a SLSA provenance or a verification summary.
        given: name of each input, and the SHA-256 digests (64 hex digits) under which it may be named: of its
            bytes, and of its envelope.
    """
    named = _named(statement)
    if named is None:
        return failed(
            "custody",
            "the statement does not say what it was made from",
            code="CUSTODY_UNKNOWN",
            remedy="give a promotion, a SLSA provenance or a verification summary",
        )
    rows = tuple(given)
    missing = sorted(named - frozenset().union(*(digests for _, digests in rows)))
    if missing:
        return failed(
            "custody",
            f"{len(missing)} of {len(named)} inputs are not at hand, the first is sha256:{missing[0]}",
            code="CUSTODY_INCOMPLETE",
            remedy="give every input that the statement names: --input FILE",
        )
    strangers = sorted(name for name, digests in rows if not digests & named)
    if strangers:
        return failed(
            "custody",
            f"it was not made from {ascii(strangers[0])[:120]}",
            code="CUSTODY_FOREIGN",
            remedy="give only inputs that the statement names",
        )
    return passed("custody", f"{len(named)} inputs, all at hand")


def _named(statement: "Statement") -> frozenset[str] | None:
    """Return the SHA-256 digests of a statement's inputs; None if it names none, or one without."""
    place = _INPUTS.get(predicates.resolve(statement.predicate_type) or "")
    found: Json = dict(statement.predicate)
    for name in place or ():
        found = found.get(name) if isinstance(found, dict) else None
    if place is None or not isinstance(found, list) or not found:
        return None
    digests = [row.get("digest") if isinstance(row, dict) else None for row in found]
    texts = [digest.get("sha256") if isinstance(digest, dict) else _after_colon(digest) for digest in digests]
    if not all(isinstance(text, str) and text for text in texts):
        return None
    return frozenset(str(text) for text in texts)


def _after_colon(digest: "Json") -> str | None:
    """Return the hex digits of ``sha256:...``, as promotions write digests."""
    if not isinstance(digest, str) or not digest.startswith("sha256:"):
        return None
    return digest.removeprefix("sha256:")
