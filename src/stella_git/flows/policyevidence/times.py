"""When documents and predicates say that they were made.

Source: the specification of each format; in-toto/attestation, predicates; SLSA v1.0, provenance and VSA.
"""

from typing import TYPE_CHECKING, Final

from stella_git.documents.detect import Format, detect
from stella_git.documents.read import array, inner, text
from stella_git.errors import InputError
from stella_git.policy import predicates

if TYPE_CHECKING:
    from stella_git.canon.clock import Instant
    from stella_git.canon.reader import Json

# Predicate types that are documents of formats of their own.
_DOCUMENTS: Final = frozenset(
    {predicates.CSAF, predicates.CYCLONEDX, predicates.FINDINGS, predicates.OPENVEX, predicates.SPDX}
)
# Predicate type without version -> where its time stands: the end of what was done, never its beginning.
_TIMES: Final = {
    predicates.BUDGET_CHECK: (("check", "asOf"),),
    predicates.PROVENANCE: (("runDetails", "metadata", "finishedOn"), ("metadata", "buildFinishedOn")),
    predicates.VERDICT: (("verdict", "context", "asOf"),),
    predicates.VULNS: (("metadata", "scanFinishedOn"),),
    "https://in-toto.io/attestation/svr": (("timeCreated",),),
    "https://slsa.dev/verification_summary": (("timeVerified",),),
}
_DOCUMENT_TIMES: Final = {
    "budget-check": _TIMES[predicates.BUDGET_CHECK],
    "csaf": (("document", "tracking", "current_release_date"),),
    "cyclonedx": (("metadata", "timestamp"),),
    "findings": (("metadata", "generatedAt"),),
    "grype": (("descriptor", "timestamp"),),
    "openvex": (("last_updated",), ("timestamp",)),
    "spdx": (("creationInfo", "created"),),
    "trivy": (("CreatedAt",),),
    "verdict": _TIMES[predicates.VERDICT],
    "vulns": _TIMES[predicates.VULNS],
}


def made_of(value: "Json", found: Format) -> "Instant | None":
    """Return when a document says that it was made; None if it does not, or not as an RFC 3339 time.

    Args:
        value: the parsed document.
        found: its format.
    """
    if found.family == "spdx3":
        return _made_of_graph(value)
    return _time(value, _DOCUMENT_TIMES.get(found.kind, ()))


def made_of_predicate(uri: str, predicate: "Json") -> "Instant | None":
    """Return when the predicate of a statement says that it was made.

    Args:
        uri: predicate type, with or without version.
        predicate: the parsed predicate.
    """
    base = predicates.split(uri)[0]
    if base in _DOCUMENTS:
        found = detect(predicate)
        return made_of(predicate, found) if found is not None else None
    return _time(predicate, _TIMES.get(base, ()))


def _made_of_graph(value: "Json") -> "Instant | None":
    """Return the latest time of creation in a graph of SPDX 3, which only says when a part was made."""
    times = [
        made
        for item in array(value, "@graph")
        if text(item, "type") == "CreationInfo" and (made := _time(item, (("created",),))) is not None
    ]
    return max(times, key=lambda one: (one.seconds, one.nanos), default=None)


def _time(value: "Json", paths: "tuple[tuple[str, ...], ...]") -> "Instant | None":
    from stella_git.canon.clock import parse_rfc3339

    for *outer, last in paths:
        holder = value
        for name in outer:
            holder = inner(holder, name)
        written = text(holder, last)
        if written is not None:
            try:
                return parse_rfc3339(written)
            except InputError:
                return None
    return None
