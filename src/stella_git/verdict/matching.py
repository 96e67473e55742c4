"""What is the same vulnerability, and which component a claim is about."""

import re
from collections.abc import Iterable, Iterator

from stella_git.canon import jcs
from stella_git.canon.ids import Purl, canonical_vulnerability, parse_purl
from stella_git.errors import InputError
from stella_git.verdict.lattice import Claim

_CVE = re.compile(r"CVE-[0-9]{4}-[0-9]{4,19}")


def spelled(text: str) -> str:
    """Return the canonical spelling of a vulnerability id; what is no id stays as it is, and still counts."""
    try:
        return canonical_vulnerability(text)
    except InputError:
        return text


class AliasSets:
    """Partition of vulnerability ids: ids that stand in one group are one vulnerability.

    Args:
        groups: ids of one vulnerability each, in any order and spelling.
    """

    __slots__ = ("_members", "_parent")

    def __init__(self, groups: Iterable[Iterable[str]]) -> None:
        self._parent: dict[str, str] = {}
        self._members: dict[str, tuple[str, ...]] = {}
        for group in groups:
            ids = [spelled(name) for name in group]
            for name in ids:
                self._union(ids[0], name)
        members: dict[str, list[str]] = {}
        for name in self._parent:
            members.setdefault(self._root(name), []).append(name)
        for root, names in members.items():
            self._members[root] = tuple(sorted(names, key=_preference))

    def _root(self, name: str) -> str:
        parent = self._parent.setdefault(name, name)
        while parent != name:
            self._parent[name] = name = self._parent[parent]
            parent = self._parent[name]
        return name

    def _union(self, left: str, right: str) -> None:
        self._parent[self._root(right)] = self._root(left)

    def members(self, name: str) -> tuple[str, ...]:
        """Return every id of the vulnerability, the canonical one first, the others in code-unit order.

        The canonical id is the smallest CVE id if there is one, else the smallest id.
        """
        name = spelled(name)
        return self._members[self._root(name)] if name in self._parent else (name,)


def _preference(name: str) -> tuple[bool, bytes]:
    return _CVE.fullmatch(name) is None, jcs.sort_key(name)


Package = str | tuple[str, str | None, str]


class Products:
    """Package URLs, each parsed once; what is no purl stays as it is."""

    __slots__ = ("_names", "_parsed")

    def __init__(self) -> None:
        self._parsed: dict[str, Purl | None] = {}
        self._names: dict[str, str] = {}

    def purl(self, text: str) -> Purl | None:
        """Return the canonical components, or None if ``text`` is not a purl."""
        if text not in self._parsed:
            try:
                self._parsed[text] = parse_purl(text)
            except InputError:
                self._parsed[text] = None
        return self._parsed[text]

    def name(self, text: str) -> str:
        """Return the canonical purl, or the text itself if it is not a purl."""
        if text not in self._names:
            self._names[text] = str(self.purl(text) or text)
        return self._names[text]

    def package(self, text: str) -> Package:
        """Return type, namespace and name of a purl, or the text itself if it is not a purl."""
        purl = self.purl(text)
        return text if purl is None else (purl.type, purl.namespace, purl.name)

    def covers(self, claimed: str | None, component: str) -> bool:
        """Return whether a claim about a product is about a component.

        Args:
            claimed: product of the claim, or None for any. A purl without version means every version;
                qualifiers and subpath matter only if it has them.
            component: what the finding is in.
        """
        if claimed is None or claimed == component:
            return True
        whole, part = self.purl(claimed), self.purl(component)
        if whole is None or part is None or self.package(claimed) != self.package(component):
            return False
        return (
            whole.version in {None, part.version}
            and whole.qualifiers in {(), part.qualifiers}
            and whole.subpath in {None, part.subpath}
        )


class ClaimIndex:
    """Claims by the ids they name: what is said about one vulnerability in one component.

    A claim reaches a finding through an id that both name. Aliases that only a claim asserts never join two
    vulnerabilities: otherwise one issuer's alias would lend weight to another issuer's claim, and a
    fingerprint would change with the next VEX document.
    """

    __slots__ = ("_index", "_products")

    def __init__(self, claims: Iterable[Claim], products: Products) -> None:
        self._products = products
        self._index: dict[tuple[str, Package | None], list[Claim]] = {}
        for claim in claims:
            package = None if claim.product is None else products.package(claim.product)
            for name in {spelled(name) for name in claim.vulnerabilities}:
                self._index.setdefault((name, package), []).append(claim)

    def about(self, ids: Iterable[str], component: str) -> Iterator[Claim]:
        """Yield the claims about a vulnerability (all its canonical ids) in a component, each once."""
        package = self._products.package(component)
        seen: dict[Claim, None] = {}
        for name in ids:
            seen.update(dict.fromkeys(self._index.get((name, None), ())))
            seen.update(dict.fromkeys(self._index.get((name, package), ())))
        return (claim for claim in seen if self._products.covers(claim.product, component))
