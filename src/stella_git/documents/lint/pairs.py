"""Rules for VEX beside SBOMs and beside other VEX: whether a statement reaches what it is about.

Counterparts come from the files of the index, never from the command line: which documents are given together
is chance. What is not beside is not known, so without an SBOM nothing is said about products.

Source: OpenVEX 0.2.0, "Product", "Subcomponent" and "Status Justifications"; CISA, Minimum Requirements for
VEX, April 2023.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from stella_git.documents.claims import about, instant, product_name
from stella_git.documents.problems import Complaint, pointer_to
from stella_git.documents.walk import BOM_LINK
from stella_git.documents.wording import show

if TYPE_CHECKING:
    from stella_git.canon.reader import Json
    from stella_git.documents.context import Context, Subject
    from stella_git.documents.counterparts import Counterparts
    from stella_git.documents.listed import Package, Sbom
    from stella_git.documents.models import Product, RawClaim

_SHOWN = 3


def pairs(subject: "Subject", context: "Context") -> Iterator[Complaint]:
    """X001 to X004, V022, and V002 across documents."""
    if context.shelf is None or "vex" not in subject.format.roles:
        return
    from stella_git.documents import counterparts

    beside = counterparts.of(context.shelf)
    claims = _claims(subject, beside)
    if beside.sboms:
        own = _own(subject)
        missing = [
            claim for claim in claims if product_name(claim.product) and not _listed(claim, beside, own)
        ]
        newer = [(claim, _newer(claim, beside)) for claim in missing]
        yield from _products((claim for claim, found in newer if found is None), beside)
        if subject.format.kind == "cyclonedx":
            yield from _links(subject.value, beside, own)
        for claim in claims:
            yield from _parts(claim, beside, openvex=subject.format.kind == "openvex")
        yield from (_gone(claim, *found) for claim, found in newer if found is not None)
    yield from _superseded(subject, claims, beside)
    yield from _same_name(subject, beside)


def _claims(subject: "Subject", beside: "Counterparts") -> "tuple[RawClaim, ...]":
    from stella_git.documents import claims, cyclonedx

    if subject.format.kind == "cyclonedx":
        return cyclonedx.claims(subject.value, resolve=beside.resolve)
    return claims.read(subject.value, subject.format)


def _own(subject: "Subject") -> "Sbom":
    """Return what the document itself lists: it need not be in the index yet."""
    from stella_git.documents.inventory import read
    from stella_git.documents.listed import sbom_of

    return sbom_of(subject.path, read(subject.value, subject.format))


def _products(claims: "Iterator[RawClaim]", beside: "Counterparts") -> Iterator[Complaint]:
    """X001, once for each statement."""
    missing: dict[str, list[Product]] = {}
    for claim in claims:
        missing.setdefault(claim.pointer, []).append(claim.product)
    for pointer, products in missing.items():
        shown = ", ".join(product_name(one) + _hint(one, beside) for one in products[:_SHOWN])
        more = f" and {len(products) - _SHOWN} more" if len(products) > _SHOWN else ""
        yield Complaint(
            rule="X001",
            pointer=pointer,
            message=f"no SBOM beside this document lists {shown}{more}",
            remedy="Write the product as the SBOM does, or add the SBOM that lists it.",
        )


def _listed(claim: "RawClaim", beside: "Counterparts", own: "Sbom") -> bool:
    product = claim.product
    return own.finds(product) is not None or next(beside.listing_of(product), None) is not None


def _hint(product: "Product", beside: "Counterparts") -> str:
    """Return which versions are listed instead, as an addition to a name."""
    from stella_git.documents.listed import package

    if product.purl is None:
        return ""
    listed = sorted({one.version for one, _ in beside.versions(package(product.purl).base) if one.version})
    return f" (listed: {', '.join(listed[:_SHOWN])})" if listed else ""


def _links(value: "Json", beside: "Counterparts", own: "Sbom") -> Iterator[Complaint]:
    """X001 for BOM-Links, which is how CycloneDX names a product in another document."""
    from stella_git.documents.read import array, integer, text

    serial = (text(value, "serialNumber") or "").removeprefix("urn:uuid:")
    self_link = f"{BOM_LINK}{serial}/{integer(value, 'version') or 1}"
    for index, vulnerability in enumerate(array(value, "vulnerabilities")):
        for place, affected in enumerate(array(vulnerability, "affects")):
            ref = text(affected, "ref") or ""
            document = ref.partition("#")[0]
            if not ref.startswith(BOM_LINK) or beside.resolve(ref) or ref in own.refs:
                continue
            known = document in beside.links or document == self_link
            yield Complaint(
                rule="X001",
                pointer=pointer_to("/vulnerabilities", index, "affects", place, "ref"),
                message=f"{show(ref)} names no element of {_called(document, beside, known=known)}",
                remedy="Correct the link, or add the SBOM that it leads to.",
            )


def _called(document: str, beside: "Counterparts", *, known: bool) -> str:
    if not known:
        return "an SBOM beside this document"
    return beside.links[document].path if document in beside.links else "this document"


def _parts(claim: "RawClaim", beside: "Counterparts", *, openvex: bool) -> Iterator[Complaint]:
    """X002 and V022: what is said of components, against the SBOM whose root is the product."""
    absent = claim.status == "not_affected" and claim.justification == "component_not_present"
    if not claim.subcomponents and not absent:
        return
    found = list(beside.listing_of(claim.product))
    sboms = [sbom for sbom, root in found if root]
    if not claim.subcomponents:
        elsewhere = next((sbom for sbom, root in found if not root), None)
        if elsewhere is not None and not sboms:
            yield _present(claim, claim.product, elsewhere, sure=False)
        return
    for part in claim.subcomponents:
        lister = next((sbom for sbom in sboms if sbom.finds(part) is not None), None)
        if absent and lister is not None:
            yield _present(claim, part, lister, sure=True)
        elif openvex and not absent and lister is None and sboms:
            yield Complaint(
                rule="V022",
                pointer=claim.pointer,
                message=f"{show(product_name(part))} is not in {sboms[0].path}, the SBOM of its product",
                remedy="Write the subcomponent as the SBOM lists it, or make the SBOM again.",
            )


def _present(claim: "RawClaim", part: "Product", sbom: "Sbom", *, sure: bool) -> Complaint:
    message = f"`component_not_present` is said of {claim.vulnerability}, but {sbom.path} lists "
    return Complaint(
        rule="X002",
        severity=None if sure else "warning",
        pointer=claim.pointer,
        message=message + show(product_name(part)),
        remedy="Give the justification that holds, name the component that is absent as subcomponent, "
        "or make the SBOM again.",
    )


def _gone(claim: "RawClaim", listed: "Package", sbom: "Sbom") -> Complaint:
    """Return X003: the statement is about a version that is gone."""
    return Complaint(
        rule="X003",
        pointer=claim.pointer,
        message=f"{claim.vulnerability} is fixed in {product_name(claim.product)}, but {sbom.path} lists "
        f"the newer version {listed.number}, of which this says nothing",
        remedy="Add the version that is listed, or a statement about it.",
    )


def _newer(claim: "RawClaim", beside: "Counterparts") -> "tuple[Package, Sbom] | None":
    """Return a newer version that is listed, of a product that is fixed and not listed."""
    from stella_git.documents.listed import package
    from stella_git.documents.versions import compare

    if claim.status != "fixed" or claim.product.purl is None:
        return None
    fixed = package(claim.product.purl)
    if not fixed.version:
        return None
    for listed, sbom in beside.versions(fixed.base):
        if fixed.qualifiers <= listed.qualifiers and compare(fixed.kind, fixed.number, listed.number) == -1:
            return listed, sbom
    return None


def _superseded(
    subject: "Subject", claims: "tuple[RawClaim, ...]", beside: "Counterparts"
) -> Iterator[Complaint]:
    """X004, once for each statement."""
    from stella_git.documents.counterparts import document_name, keys

    own = document_name(subject.value, subject.format)
    told: set[str] = set()
    for claim in claims:
        at = instant(claim.timestamp)
        if at is None or claim.pointer in told:
            continue
        newest = (one for key in keys(claim) for one in beside.latest.get(key, ()))
        for said in newest:
            if said.at <= at or said.document == own or _same_file(said.path, subject.path):
                continue
            told.add(claim.pointer)
            same = (said.claim.status, said.claim.justification) == (claim.status, claim.justification)
            yield Complaint(
                rule="X004",
                severity="info" if same else None,
                pointer=claim.pointer,
                message=f"{said.path} says `{said.claim.status}` of {claim.vulnerability} in {about(claim)}, "
                f"at {said.at}, which is later than this of {at}",
                remedy="Remove the older statement, or keep both in one document.",
            )
            break


def _same_name(subject: "Subject", beside: "Counterparts") -> Iterator[Complaint]:
    """V002: another document of this id and version says something else."""
    from stella_git.documents.read import integer, text
    from stella_git.documents.schema.equality import identity

    own = text(subject.value, "@id") if subject.format.kind == "openvex" else None
    rows = [row for row in (beside.names.get(own, ()) if own else ()) if not _same_file(row[0], subject.path)]
    if not rows:
        return
    version, content = integer(subject.value, "version"), hash(identity(subject.value))
    for path, other, said in rows:
        if other == version and said != content:
            yield Complaint(
                rule="V002",
                pointer="/@id",
                message=f"{path} has the same @id and version, and says something else",
                remedy="Give one of them an @id of its own, or a higher version.",
            )
            return


def _same_file(one: str, other: str) -> bool:
    """Return whether two paths may be of one file: one as it was typed, the other from the top."""
    first, second = (path.replace("\\", "/").removeprefix("./").lstrip("/") for path in (one, other))
    first, second = (path.rpartition("../")[2] for path in (first, second))
    return first == second or first.endswith("/" + second) or second.endswith("/" + first)


CHECKS = (pairs,)
