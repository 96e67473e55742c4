"""Mandatory tests of CSAF 2.0 about the product tree: who is who, and whether every reference finds somebody.

Documents of version 2.1 are held to their schema only: its tests are others.

Source: CSAF 2.0, sections 6.1.1 to 6.1.5, 6.1.13, 6.1.25 and 6.1.31.
"""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from stella_git.documents.csaf_tree import branches, full_names, identifiers, items
from stella_git.documents.problems import Complaint, pointer_to
from stella_git.documents.read import array, inner, text
from stella_git.documents.wording import nearest, show

if TYPE_CHECKING:
    from collections.abc import Callable

    from stella_git.canon.reader import Json
    from stella_git.documents.context import Context, Subject

    Product = tuple[str, dict[str, Json], dict[str, Json]]

# Comparing with every id of a large document, or for every id that is not there, would take minutes.
_NEAREST_AMONG, _NEAREST_TIMES = 500, 100


def document(subject: "Subject") -> "dict[str, Json]":
    """Return a document of version 2.0; an empty one for what is something else."""
    return subject.value if subject.format.version == "2.0" and isinstance(subject.value, dict) else {}


def products(subject: "Subject", _context: "Context") -> Iterator[Complaint]:
    """6.1.1 to 6.1.3, 6.1.13, 6.1.25: products, and what refers to them."""
    value = document(subject)
    defined = list(full_names(inner(value, "product_tree")))
    known: dict[str, str] = {}
    for pointer, product, _ in defined:
        own = text(product, "product_id")
        if own is not None:
            place = pointer_to(pointer, "product_id")
            yield from _once("CSAF-6.1.2", "product id", own, place, known)
    guess = _guesser(known)
    for pointer, name in identifiers(value):
        if name not in known:
            yield _undefined("CSAF-6.1.1", "product id", name, pointer, guess(name))
    yield from _circles(defined)
    for pointer, product, _ in defined:
        yield from _helper(product, pointer_to(pointer, "product_identification_helper"))


def _once(rule: str, what: str, name: str, pointer: str, known: dict[str, str]) -> Iterator[Complaint]:
    earlier = known.setdefault(name, pointer)
    if earlier != pointer:
        message = f"{what} {show(name)} is already defined at {earlier}"
        remedy = f"Give each a {what} of its own, or define it once."
        yield Complaint(rule=rule, pointer=pointer, message=message, remedy=remedy)


def _guesser(known: dict[str, str]) -> "Callable[[str], str | None]":
    """Return a function that says which name is probably meant, as long as that is no trouble."""
    names = sorted(known)
    left = _NEAREST_TIMES if len(names) <= _NEAREST_AMONG else 0

    def guess(name: str) -> str | None:
        nonlocal left
        left -= 1
        return nearest(name, names) if left >= 0 else None

    return guess


def _undefined(rule: str, what: str, name: str, pointer: str, meant: str | None) -> Complaint:
    message = f"{what} {show(name)} is not defined in the product tree"
    if meant is None:
        return Complaint(rule=rule, pointer=pointer, message=message, remedy="Define it, or correct the id.")
    message += f"; did you mean {show(meant)}?"
    return Complaint(rule=rule, pointer=pointer, message=message, remedy=f"Write {show(meant)}.")


def _circles(defined: "Iterable[Product]") -> Iterator[Complaint]:
    """Return the relationships whose product ids come back to themselves.

    In the order of their ids; those between two circles are among them.
    """
    parts: dict[str, list[str]] = {}
    places: dict[str, str] = {}
    for pointer, product, relation in defined:
        name = text(product, "product_id")
        if relation and name is not None:
            ends = (text(relation, "product_reference"), text(relation, "relates_to_product_reference"))
            parts.setdefault(name, []).extend(end for end in ends if end is not None)
            places.setdefault(name, pointer_to(pointer, "product_id"))
    for name in sorted(_looping(parts)):
        message = f"product id {show(name)} is made of itself"
        remedy = "Let the relationship refer to products that are defined without it."
        yield Complaint(rule="CSAF-6.1.3", pointer=places[name], message=message, remedy=remedy)


def _looping(parts: dict[str, list[str]]) -> set[str]:
    """Return the names that are on a circle: what remains when both ends are peeled off."""
    inside = {name: [part for part in ends if part in parts] for name, ends in parts.items()}
    remaining = _peel(inside)
    backwards: dict[str, list[str]] = {name: [] for name in remaining}
    for name in remaining:
        for part in inside[name]:
            if part in remaining:
                backwards[part].append(name)
    return _peel(backwards)


def _peel(edges: dict[str, list[str]]) -> set[str]:
    """Return what is left when whatever leads nowhere is taken away until nothing changes."""
    users: dict[str, list[str]] = {name: [] for name in edges}
    left = {name: len(ends) for name, ends in edges.items()}
    for name, ends in edges.items():
        for end in ends:
            users[end].append(name)
    pending = [name for name, count in left.items() if count == 0]
    remaining = set(edges)
    while pending:
        name = pending.pop()
        remaining.discard(name)
        for user in users[name]:
            left[user] -= 1
            if left[user] == 0:
                pending.append(user)
    return remaining


def _helper(product: "dict[str, Json]", base: str) -> Iterator[Complaint]:
    helper = inner(product, "product_identification_helper")
    purl = text(helper, "purl")
    if purl is not None:
        yield from _purl(purl, pointer_to(base, "purl"))
    for pointer, file in items(helper, "hashes", base):
        known: dict[str, str] = {}
        for below, each in items(file, "file_hashes", pointer):
            algorithm = text(each, "algorithm")
            if algorithm is None:
                continue
            place = pointer_to(below, "algorithm")
            earlier = known.setdefault(algorithm, place)
            if earlier != place:
                message = f"algorithm {show(algorithm)} is already used at {earlier}, for the same file"
                remedy = "Keep the digest that is right."
                yield Complaint(rule="CSAF-6.1.25", pointer=place, message=message, remedy=remedy)


def _purl(purl: str, pointer: str) -> Iterator[Complaint]:
    from stella_git.canon.ids import canonical_purl
    from stella_git.errors import InputError

    try:
        canonical_purl(purl)
    except InputError as error:
        remedy = error.remedy or "Write a purl such as pkg:npm/left-pad@1.3.0."
        yield Complaint(rule="CSAF-6.1.13", pointer=pointer, message=error.message, remedy=remedy)


def groups(subject: "Subject", _context: "Context") -> Iterator[Complaint]:
    """6.1.4 and 6.1.5: product groups, and what refers to them."""
    value = document(subject)
    known: dict[str, str] = {}
    for pointer, group in items(inner(value, "product_tree"), "product_groups", "/product_tree"):
        name = text(group, "group_id")
        if name is not None:
            yield from _once("CSAF-6.1.5", "group id", name, pointer_to(pointer, "group_id"), known)
    guess = _guesser(known)
    for base, vulnerability in items(value, "vulnerabilities"):
        for member in ("flags", "remediations", "threats"):
            for pointer, item in items(vulnerability, member, base):
                for index, named in enumerate(array(item, "group_ids")):
                    if isinstance(named, str) and named not in known:
                        place = pointer_to(pointer, "group_ids", index)
                        yield _undefined("CSAF-6.1.4", "group id", named, place, guess(named))


_COMPARISONS = ("<", ">")
_RANGES = frozenset({"after", "all", "before", "earlier", "later", "prior", "versions"})


def versions(subject: "Subject", _context: "Context") -> Iterator[Complaint]:
    """6.1.31: a branch for one version is not one for several."""
    for pointer, branch in branches(inner(document(subject), "product_tree")):
        name = text(branch, "name") or ""
        if text(branch, "category") != "product_version":
            continue
        if any(sign in name for sign in _COMPARISONS) or not _RANGES.isdisjoint(name.lower().split()):
            message = f"{show(name)} is a range of versions, but the branch is for one version"
            remedy = "Give the branch the category `product_version_range`, or name each version."
            place = pointer_to(pointer, "name")
            yield Complaint(rule="CSAF-6.1.31", pointer=place, message=message, remedy=remedy)


CHECKS = (products, groups, versions)
