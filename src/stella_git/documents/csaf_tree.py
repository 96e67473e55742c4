"""The product tree of CSAF, and what the rest of a document means by it.

Source: CSAF 2.0, sections 3.1.3, 3.1.8 and 3.2.2.
"""

from typing import TYPE_CHECKING

from stella_git.documents.problems import pointer_to
from stella_git.documents.read import array, inner, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stella_git.canon.reader import Json


def branches(tree: "Json") -> "Iterator[tuple[str, dict[str, Json]]]":
    """Return (pointer, branch) of every branch of a product tree, parents first, in document order."""
    pending = [("/product_tree", tree)]
    while pending:
        pointer, item = pending.pop()
        if pointer != "/product_tree" and isinstance(item, dict):
            yield pointer, item
        below = enumerate(array(item, "branches"))
        pending += reversed([(pointer_to(pointer, "branches", index), each) for index, each in below])


def full_names(tree: "Json") -> "Iterator[tuple[str, dict[str, Json], dict[str, Json]]]":
    """Return (pointer, Full Product Name, relationship or {}) of every product that a product tree defines.

    Args:
        tree: value of ``/product_tree``.
    """
    for pointer, branch in branches(tree):
        product = branch.get("product")
        if isinstance(product, dict):
            yield pointer_to(pointer, "product"), product, {}
    for index, product in enumerate(array(tree, "full_product_names")):
        if isinstance(product, dict):
            yield pointer_to("/product_tree/full_product_names", index), product, {}
    for index, relation in enumerate(array(tree, "relationships")):
        product = inner(relation, "full_product_name")
        if product and isinstance(relation, dict):
            pointer = pointer_to("/product_tree/relationships", index, "full_product_name")
            yield pointer, product, relation


class Groups:
    """The product groups of a product tree, and what items mean by them.

    A short item may name a large group, and there may be many such items: a document of a size that we read
    could mean more products than anybody could count. So there is an end to it.

    Args:
        tree: value of ``/product_tree``.
    """

    LIMIT = 5_000_000

    def __init__(self, tree: "Json") -> None:
        self.members: dict[str, list[str]] = {}
        self.left = self.LIMIT
        for group in array(tree, "product_groups"):
            name = text(group, "group_id")
            if name is not None:
                self.members.setdefault(name, []).extend(strings(group, "product_ids"))

    def meant(self, item: "Json") -> list[str]:
        """Return the product ids that a flag, threat or remediation names, itself and by groups, sorted.

        Without those of groups once ``exhausted``.
        """
        named = set(strings(item, "product_ids"))
        for name in set(strings(item, "group_ids")):
            members = self.members.get(name, [])
            self.left -= len(members)
            if not self.exhausted:
                named.update(members)
        return sorted(named)

    @property
    def exhausted(self) -> bool:
        """Return whether more products were asked for than anybody counts."""
        return self.left < 0


def strings(value: "Json", name: str) -> list[str]:
    """Return the strings in the array member ``name`` of an object."""
    return [item for item in array(value, name) if isinstance(item, str)]


def identifiers(value: "Json") -> "Iterator[tuple[str, str]]":
    """Return (JSON Pointer, product id) of every place that names a product without defining it.

    Args:
        value: the document.
    """
    tree = inner(value, "product_tree")
    for index, group in enumerate(array(tree, "product_groups")):
        yield from _listed(group, "product_ids", pointer_to("/product_tree/product_groups", index))
    for index, relation in enumerate(array(tree, "relationships")):
        for name in ("product_reference", "relates_to_product_reference"):
            found = text(relation, name)
            if found is not None:
                yield pointer_to("/product_tree/relationships", index, name), found
    for index, vulnerability in enumerate(array(value, "vulnerabilities")):
        base = pointer_to("/vulnerabilities", index)
        for name in inner(vulnerability, "product_status"):
            yield from _listed(
                inner(vulnerability, "product_status"), name, pointer_to(base, "product_status")
            )
        for member in ("flags", "remediations", "threats"):
            for pointer, item in items(vulnerability, member, base):
                yield from _listed(item, "product_ids", pointer)
        for pointer, item in items(vulnerability, "scores", base):
            yield from _listed(item, "products", pointer)


def items(value: "Json", name: str, base: str = "") -> "Iterator[tuple[str, dict[str, Json]]]":
    """Return (JSON Pointer, object) of every object in the array member ``name``."""
    for index, item in enumerate(array(value, name)):
        if isinstance(item, dict):
            yield pointer_to(base, name, index), item


def _listed(value: "Json", name: str, base: str) -> "Iterator[tuple[str, str]]":
    for index, item in enumerate(array(value, name)):
        if isinstance(item, str):
            yield pointer_to(base, name, index), item
