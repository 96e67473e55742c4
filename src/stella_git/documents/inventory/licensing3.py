"""Licences of SPDX 3.0.1, simple and expanded, as expressions or names.

Source: SPDX 3.0.1, SimpleLicensing and ExpandedLicensing profiles; Annex B.
"""

from typing import TYPE_CHECKING

from stella_git.documents.inventory.graph3 import Graph, identity
from stella_git.documents.read import array, text

if TYPE_CHECKING:
    from stella_git.canon.reader import Json

_LISTED = "https://spdx.org/licenses/"
# Sets of sets can double at every level; what is longer than this when it is written out is nobody's licence.
_LONGEST = 20_000
_NONE = ("/NoneLicense", "/Licensing/None")
_SETS = {
    "expandedlicensing_ConjunctiveLicenseSet": " AND ",
    "expandedlicensing_DisjunctiveLicenseSet": " OR ",
}
_OR_LATER = "expandedlicensing_OrLaterOperator"
_SUBJECTS = {
    _OR_LATER: "expandedlicensing_subjectLicense",
    "expandedlicensing_WithAdditionOperator": "expandedlicensing_subjectExtendableLicense",
}
_TEXTS = frozenset({"expandedlicensing_CustomLicense", "simplelicensing_SimpleLicensingText"})
_ADDITIONS = frozenset(
    {"expandedlicensing_CustomLicenseAddition", "expandedlicensing_ListedLicenseException"}
)


def licence(graph: Graph, ref: str) -> str | None:
    """Return the expression or name of a licence element, or None if nothing is asserted or it is not here.

    Args:
        graph: the document.
        ref: spdxId of the element, or the IRI of a listed licence.
    """
    pending = [ref]
    opened: set[str] = set()
    while pending:
        name = pending[-1]
        if name in graph.licences:
            pending.pop()
            continue
        missing = [
            each for each in _members(graph, name) if each not in graph.licences and each not in opened
        ]
        if missing and name not in opened:
            opened.add(name)
            pending += missing
        else:  # what is a member of itself stays unknown, and so does all that it is a member of
            found = _written(graph, name)
            graph.licences[name] = found if found is None or len(found) <= _LONGEST else None
    return graph.licences[ref]


def _members(graph: Graph, ref: str) -> list[str]:
    """Return the licences that a licence is made of."""
    item = graph.by_id.get(ref, {})
    kind = text(item, "type")
    if kind in _SETS:
        return [identity(each) for each in array(item, "expandedlicensing_member")]
    if kind in _SUBJECTS:
        return [identity(item.get(_SUBJECTS[kind]))]
    return []


def _written(graph: Graph, ref: str) -> str | None:
    item = graph.by_id.get(ref)
    if item is None:
        return _listed(ref)
    kind = text(item, "type") or ""
    if kind == "simplelicensing_LicenseExpression":
        written = text(item, "simplelicensing_licenseExpression")
        return None if written == "NOASSERTION" else written or None
    if kind in _TEXTS:
        return text(item, "name") or None
    members = [graph.licences.get(each) for each in _members(graph, ref)]
    known = sorted({_wrapped(each) for each in members if each})
    if kind in _SETS:
        return _SETS[kind].join(known) if known and all(members) else None
    if kind in _SUBJECTS:
        addition = _addition(graph, item)
        return known[0] + addition if known and addition else None
    return _listed(ref)


def _addition(graph: Graph, item: "dict[str, Json]") -> str:
    if text(item, "type") == _OR_LATER:
        return "+"
    ref = identity(item.get("expandedlicensing_subjectAddition"))
    addition = graph.by_id.get(ref)
    if addition is not None and text(addition, "type") in _ADDITIONS and not ref.startswith(_LISTED):
        ref = text(addition, "name") or ref
    return f" WITH {ref.removeprefix(_LISTED)}" if ref else ""


def _wrapped(expression: str) -> str:
    return f"({expression})" if " AND " in expression or " OR " in expression else expression


def _listed(ref: str) -> str | None:
    if ref.endswith(_NONE):
        return "NONE"
    name = ref.removeprefix(_LISTED)
    return name if name and name != ref and "/" not in name else None


def licence_names(graph: Graph) -> tuple[tuple[str, str], ...]:
    """Return sorted (LicenseRef, name) that the expressions of a document use, where a name is given."""
    found: set[tuple[str, str]] = set()
    for expression in graph.of("simplelicensing_LicenseExpression"):
        for entry in array(expression, "simplelicensing_customIdToUri"):
            ref, target = text(entry, "key"), graph.by_id.get(text(entry, "value") or "")
            name = text(target, "name")
            if ref and name:
                found.add((ref, name))
    return tuple(sorted(found))
