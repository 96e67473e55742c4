"""CycloneDX: components, findings and claims of a validated document.

What CycloneDX leaves open is decided here once:

- Severity is that of the preferred rating: of the source that is listed first in configuration and has a
  rating, else of all. Among those, the highest severity, then the highest CVSS score.
- A rating without severity gets it from its CVSS score. ``info`` counts as ``low``: it is no promise of
  harmlessness.
- A vulnerability is fixable if ``affects[].versions[]`` lists an ``unaffected`` version or range other than
  the component's own version. The fixed version is named if exactly one is listed.
- ``firstSeen`` is not in the document: when it was first reported is known from earlier evidence only.

Source: CycloneDX 1.4 to 1.7, ``vulnerabilities``; BOM-Link.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from stella_git.documents.models import SEVERITIES, Component, Product, RawClaim, RawFinding, Unknown
from stella_git.documents.problems import pointer_to
from stella_git.documents.read import array, inner, integer, purl_or_none, text, vulnerability_ids
from stella_git.documents.walk import BOM_LINK

if TYPE_CHECKING:
    from stella_git.canon.reader import Json


STATES = {
    "exploitable": "affected",
    "false_positive": "not_affected",
    "in_triage": "under_investigation",
    "not_affected": "not_affected",
    "resolved": "fixed",
    "resolved_with_pedigree": "fixed",
}

# CycloneDX justification -> OpenVEX label. What requires something (configuration, a dependency, an
# environment) has no counterpart: such a claim counts as one without justification.
JUSTIFICATIONS = {
    "code_not_present": "vulnerable_code_not_present",
    "code_not_reachable": "vulnerable_code_not_in_execute_path",
    "protected_at_perimeter": "inline_mitigations_already_exist",
    "protected_at_runtime": "inline_mitigations_already_exist",
    "protected_by_compiler": "inline_mitigations_already_exist",
    "protected_by_mitigating_control": "inline_mitigations_already_exist",
}

_CVSS_METHODS = frozenset({"CVSSv2", "CVSSv3", "CVSSv31", "CVSSv4"})
_CVSS_MAX_DECI = 100
# Stands for a purl where a vulnerability names nothing that it affects.
_DOCUMENT = "the document"


def components(value: "Json") -> tuple[Component, ...]:
    """Return every component, the root first, nested ones after their parent.

    The root is ``metadata.component``; components nested in it are not roots.
    """
    found: list[Component] = []
    described = inner(inner(value, "metadata"), "component")
    if described:
        found += _tree(described, "/metadata/component", root=True)
    for index, item in enumerate(array(value, "components")):
        found += _tree(item, pointer_to("/components", index))
    return tuple(found)


def _tree(item: "Json", pointer: str, *, root: bool = False) -> Iterator[Component]:
    if not isinstance(item, dict):
        return
    group, name = text(item, "group"), text(item, "name") or ""
    yield Component(
        ref=text(item, "bom-ref"),
        name=f"{group}/{name}" if group else name,
        version=text(item, "version") or "",
        purl=purl_or_none(text(item, "purl")),
        hashes=tuple(sorted(_hashes(item))),
        root=root,
        pointer=pointer,
    )
    for index, part in enumerate(array(item, "components")):
        yield from _tree(part, pointer_to(pointer, "components", index))


def _hashes(item: "Json") -> Iterator[tuple[str, str]]:
    for each in array(item, "hashes"):
        algorithm, content = text(each, "alg"), text(each, "content")
        if algorithm and content:
            yield algorithm, content.lower()


def findings(
    value: "Json", *, rating_sources: Sequence[str] = ()
) -> tuple[tuple[RawFinding, ...], tuple[Unknown, ...]]:
    """Return what the document reports, and what it reports under no proper id.

    Args:
        value: the parsed document.
        rating_sources: names of rating sources, the preferred one first; compared without case.

    Returns:
        One finding for each vulnerability and affected element, in document order. What has no purl or no
        proper id is counted all the same, under the name it has: the element's reference, or the document
        where nothing is said to be affected. An unknown with the reason ``Identity`` for each vulnerability
        without a proper id.
    """
    found: list[RawFinding] = []
    unknowns: list[Unknown] = []
    targets = _targets(value)
    for pointer, vulnerability in _vulnerabilities(value):
        own, aliases = _ids(vulnerability)
        severity, cvss_deci = _rate(array(vulnerability, "ratings"), rating_sources)
        affected, lost = _affected(vulnerability, targets)
        if own is None:
            unknowns.append(Unknown(id=_called(vulnerability), reason="Identity", pointer=pointer))
        named: dict[str, set[tuple[str, str]]] = {ref: set() for ref in lost}
        for purl, fixed in {**affected, **named}.items() or [(_DOCUMENT, set())]:
            versions = sorted({version for kind, version in fixed if kind == "version"})
            found.append(
                RawFinding(
                    id=own or _called(vulnerability),
                    aliases=aliases,
                    purl=purl,
                    severity=severity,
                    cvss_deci=cvss_deci,
                    fixable=bool(fixed),
                    fixed_version=versions[0] if len(versions) == 1 else None,
                    pointer=pointer,
                )
            )
    return tuple(found), tuple(unknowns)


def claims(
    value: "Json", *, resolve: "Callable[[str], Component | None] | None" = None, named: bool = False
) -> tuple[RawClaim, ...]:
    """Return one claim for each analysed vulnerability and affected element with a purl.

    The time is that of the analysis, else that of the document.

    Args:
        value: the parsed document.
        resolve: finds the element that a BOM-Link to another document names; a verdict looks into none.
        named: whether to take elements without purl, and vulnerabilities without proper id, by what the
            document calls them: to compare documents.
    """
    found: list[RawClaim] = []
    targets = _targets(value)
    issued = text(inner(value, "metadata"), "timestamp")
    author = _author(value)
    for pointer, vulnerability in _vulnerabilities(value):
        analysis = inner(vulnerability, "analysis")
        status = STATES.get(text(analysis, "state") or "")
        own, aliases = _ids(vulnerability)
        own = own or (_called(vulnerability) if named else None)
        if status is None or own is None:
            continue
        affected, lost = _affected(vulnerability, targets, resolve)
        products = [Product(purl=purl) for purl in affected]
        products += [Product(ids=(ref,)) for ref in lost if named]
        if named and not products:
            products.append(Product())
        found.extend(
            RawClaim(
                vulnerability=own,
                aliases=aliases,
                product=product,
                status=status,
                justification=JUSTIFICATIONS.get(text(analysis, "justification") or ""),
                impact_statement=bool(text(analysis, "detail")),
                timestamp=text(analysis, "lastUpdated") or text(analysis, "firstIssued") or issued,
                version=integer(value, "version") or 1,
                author=author,
                pointer=pointer,
            )
            for product in products
        )
    return tuple(found)


def _author(value: "Json") -> str | None:
    names = [text(author, "name") for author in array(inner(value, "metadata"), "authors")]
    return ", ".join(name for name in names if name) or None


def _vulnerabilities(value: "Json") -> "Iterator[tuple[str, dict[str, Json]]]":
    for index, item in enumerate(array(value, "vulnerabilities")):
        if isinstance(item, dict):
            yield pointer_to("/vulnerabilities", index), item


def _ids(vulnerability: "Json") -> tuple[str | None, tuple[str, ...]]:
    others = [text(reference, "id") for reference in array(vulnerability, "references")]
    return vulnerability_ids(text(vulnerability, "id"), others)


def _called(vulnerability: "Json") -> str:
    return text(vulnerability, "id") or text(vulnerability, "bom-ref") or "unidentified"


def _targets(value: "Json") -> dict[str, Component]:
    """Return what an affected ref may name: bom-refs, also as BOM-Links to this very document."""
    serial = (text(value, "serialNumber") or "").removeprefix("urn:uuid:")
    link = f"{BOM_LINK}{serial}/{integer(value, 'version') or 1}#" if serial else None
    targets: dict[str, Component] = {}
    for component in components(value):
        if component.ref is not None:
            targets.setdefault(component.ref, component)
            if link is not None:
                targets.setdefault(link + component.ref, component)
    return targets


def _affected(
    vulnerability: "Json",
    targets: dict[str, Component],
    resolve: "Callable[[str], Component | None] | None" = None,
) -> tuple[dict[str, set[tuple[str, str]]], tuple[str, ...]]:
    """Return what fixes each affected purl, and the references of affected elements that have none."""
    affected: dict[str, set[tuple[str, str]]] = {}
    lost: list[str] = []
    for item in array(vulnerability, "affects"):
        ref = text(item, "ref") or ""
        component = _target(ref, targets)
        if component is None and resolve is not None and ref.startswith(BOM_LINK):
            component = resolve(ref)
        if component is None or component.purl is None:
            lost.append(ref or _DOCUMENT)
            continue
        affected.setdefault(component.purl, set()).update(_fixes(item, component))
    return affected, tuple(lost)


def _target(ref: str, targets: dict[str, Component]) -> Component | None:
    found = targets.get(ref)
    if found is None and ref.startswith(BOM_LINK):
        from urllib.parse import unquote

        document, _, element = ref.partition("#")
        found = targets.get(f"{document}#{unquote(element)}")
    return found


def _fixes(item: "Json", component: Component) -> Iterator[tuple[str, str]]:
    for each in array(item, "versions"):
        if text(each, "status") != "unaffected":
            continue
        for kind in ("version", "range"):
            fixed = text(each, kind)
            if fixed and fixed != component.version:
                yield kind, fixed


def _rate(ratings: "Iterable[Json]", sources: Sequence[str]) -> tuple[str, int | None]:
    """Return severity and CVSS score in tenths of the preferred rating."""
    rated = [
        (_source(rating), severity, score)
        for rating in ratings
        for severity, score in [_grade(rating)]
        if severity is not None
    ]
    for source in sources:
        preferred = [each for each in rated if each[0] == source.casefold()]
        if preferred:
            rated = preferred
            break
    if not rated:
        return "unknown", None
    _, severity, score = max(rated, key=lambda each: (SEVERITIES.index(each[1]), _or_minus_one(each[2])))
    return severity, score


def _or_minus_one(score: int | None) -> int:
    return -1 if score is None else score


def _source(rating: "Json") -> str:
    return (text(inner(rating, "source"), "name") or "").casefold()


def _grade(rating: "Json") -> tuple[str | None, int | None]:
    """Return the severity of one rating (None if it has neither severity nor CVSS score) and its score."""
    method = text(rating, "method")
    score = cvss_deci(rating.get("score")) if isinstance(rating, dict) and method in _CVSS_METHODS else None
    severity = text(rating, "severity")
    if severity == "info":
        severity = "low"
    if severity is None or severity == "unknown":
        severity = severity if score is None else _severity_of(score, str(method))
    return severity if severity is None or severity in SEVERITIES else "unknown", score


def cvss_deci(score: "Json") -> int | None:
    """Return a CVSS score in tenths, or None if it is no number between 0 and 10.

    Worked out from the decimal text of the number, half up, so that no binary fraction decides: 8.25 is 83.
    """
    if isinstance(score, bool) or not isinstance(score, (int, float)) or not 0 <= score <= _CVSS_MAX_DECI:
        return None
    from decimal import ROUND_HALF_UP, Decimal

    tenths = int((Decimal(repr(score)) * 10).quantize(Decimal(1), rounding=ROUND_HALF_UP))
    return tenths if tenths <= _CVSS_MAX_DECI else None


# Lower bounds in tenths, highest first. Source: CVSS v3.1 section 5, CVSS v4.0 section 6; NVD for CVSS v2.
_BOUNDS = ((90, "critical"), (70, "high"), (40, "medium"), (1, "low"), (0, "none"))
_BOUNDS_2 = ((70, "high"), (40, "medium"), (0, "low"))


def _severity_of(deci: int, method: str) -> str:
    bounds = _BOUNDS_2 if method == "CVSSv2" else _BOUNDS
    return next(name for bound, name in bounds if deci >= bound)
