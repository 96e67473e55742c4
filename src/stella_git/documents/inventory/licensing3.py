"""Licences of SPDX 3.0.1, simple and expanded, as expressions or names.

Source: SPDX 3.0.1, SimpleLicensing and ExpandedLicensing profiles; Annex B.
"""

from typing import TYPE_CHECKING

from stella_git.documents.inventory.graph3 import Graph, identity
from stella_git.documents.read import array, text

if TYPE_CHECKING:
    from stella_git.canon.reader import Json

_LISTED = "https://spdx.org/licenses/"
# Sets of sets that are nested deeper, or are longer when written out, are nobody's licence.
_LEVELS = 32
_LONGEST = 20_000
_NONE = ("/NoneLicense", "/Licensing/None")
_SETS = {
    "expandedlicensing_ConjunctiveLicenseSet": " AND ",
    "expandedlicensing_DisjunctiveLicenseSet": " OR ",
}
_TEXTS = frozenset({"expandedlicensing_CustomLicense", "simplelicensing_SimpleLicensingText"})
_ADDITIONS = frozenset(
    {"expandedlicensing_CustomLicenseAddition", "expandedlicensing_ListedLicenseException"}
)


def licence(graph: Graph, ref: str, level: int = 0) -> str | None:
    """Return the expression or name of a licence element, or None if nothing is asserted or it is not here.

    Args:
        graph: the document.
        ref: spdxId of the element, or the IRI of a listed licence.
        level: how deep it lies in other licences.
    """
    if ref not in graph.licences:
        found = _licence(graph, ref, level) if level <= _LEVELS else None
        graph.licences[ref] = found if found is None or len(found) <= _LONGEST else None
    return graph.licences[ref]


def _licence(graph: Graph, ref: str, level: int) -> str | None:
    item = graph.by_id.get(ref)
    if item is None:
        return _listed(ref)
    kind = text(item, "type") or ""
    if kind == "simplelicensing_LicenseExpression":
        written = text(item, "simplelicensing_licenseExpression")
        return None if written == "NOASSERTION" else written or None
    if kind in _SETS:
        members = [
            licence(graph, identity(each), level + 1) for each in array(item, "expandedlicensing_member")
        ]
        known = sorted({_wrapped(each) for each in members if each})
        return _SETS[kind].join(known) if known and all(members) else None
    if kind == "expandedlicensing_OrLaterOperator":
        subject = licence(graph, identity(item.get("expandedlicensing_subjectLicense")), level + 1)
        return f"{subject}+" if subject else None
    if kind == "expandedlicensing_WithAdditionOperator":
        return _with(graph, item, level)
    if kind in _TEXTS:
        return text(item, "name") or None
    return _listed(ref)


def _with(graph: Graph, item: "dict[str, Json]", level: int) -> str | None:
    subject = licence(graph, identity(item.get("expandedlicensing_subjectExtendableLicense")), level + 1)
    ref = identity(item.get("expandedlicensing_subjectAddition"))
    addition = graph.by_id.get(ref)
    if addition is not None and text(addition, "type") in _ADDITIONS and not ref.startswith(_LISTED):
        ref = text(addition, "name") or ref
    exception = ref.removeprefix(_LISTED)
    return f"{subject} WITH {exception}" if subject and exception else None


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
