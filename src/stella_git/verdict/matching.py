"""What is the same vulnerability, and which component a claim is about."""

import re
from collections.abc import Iterable, Iterator

from stella_git.canon import jcs
from stella_git.canon.ids import Purl, canonical_purl, canonical_vulnerability, parse_purl
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


class Products:
    """Canonical form of package URLs, each parsed once; what is no purl stays as it is."""

    __slots__ = ("_canonical", "_parsed")

    def __init__(self) -> None:
        self._canonical: dict[str, str | None] = {}
        self._parsed: dict[str, Purl] = {}

    def canonical(self, text: str) -> str | None:
        """Return the canonical purl, or None if ``text`` is not a purl."""
        if text not in self._canonical:
            try:
                self._canonical[text] = canonical_purl(text)
            except InputError:
                self._canonical[text] = None
        return self._canonical[text]

    def name(self, text: str) -> str:
        """Return the canonical purl, or the text itself if it is not a purl."""
        return self.canonical(text) or text

    def covers(self, claimed: str | None, component: str) -> bool:
        """Return whether a claim about a product is about a component.

        Args:
            claimed: product of the claim, or None for any. A purl without version means every version;
                qualifiers and subpath matter only if it has them.
            component: what the finding is in.
        """
        if claimed is None or claimed == component:
            return True
        claimed, component = self.name(claimed), self.name(component)
        if claimed == component:
            return True
        if self.canonical(claimed) is None or self.canonical(component) is None:
            return False
        wide, narrow = self._purl(claimed), self._purl(component)
        same = (wide.type, wide.namespace, wide.name) == (narrow.type, narrow.namespace, narrow.name)
        return (
            same
            and (not wide.version or wide.version == narrow.version)
            and (not wide.qualifiers or wide.qualifiers == narrow.qualifiers)
            and (not wide.subpath or wide.subpath == narrow.subpath)
        )

    def _purl(self, text: str) -> Purl:
        if text not in self._parsed:
            self._parsed[text] = parse_purl(text)
        return self._parsed[text]


class ClaimIndex:
    """Claims by the ids they name: what is said about one vulnerability in one component.

    A claim reaches a finding through an id that both name. Aliases that only a claim asserts never join two
    vulnerabilities: otherwise one issuer's alias would lend weight to another issuer's claim, and a
    fingerprint would change with the next VEX document.
    """

    __slots__ = ("_by_id", "_products")

    def __init__(self, claims: Iterable[Claim], products: Products) -> None:
        self._products = products
        self._by_id: dict[str, list[Claim]] = {}
        for claim in claims:
            for name in {spelled(name) for name in claim.vulnerabilities}:
                self._by_id.setdefault(name, []).append(claim)

    def about(self, ids: Iterable[str], component: str) -> Iterator[Claim]:
        """Yield the claims about a vulnerability (all its canonical ids) in a component, each once."""
        seen: dict[Claim, None] = {}
        for name in ids:
            seen.update(dict.fromkeys(self._by_id.get(name, ())))
        return (claim for claim in seen if self._products.covers(claim.product, component))
