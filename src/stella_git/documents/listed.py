"""An SBOM by what its parts are called: purls, CPEs, digests, ids. What a VEX statement is looked up in.

Only so many spellings of one package are kept: whoever lists a package a hundred thousand times buys nothing.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from stella_git.documents.models import Component, Product

if TYPE_CHECKING:
    from stella_git.documents.inventory import Inventory

# How many spellings of one package are looked at.
MANY = 64


class Package(NamedTuple):
    """A canonical purl in its parts, as text.

    Attributes:
        base: type, namespace and name.
        version: percent-encoded; "" if not given.
        qualifiers: ``key=value``, as written.
    """

    base: str
    version: str
    qualifiers: frozenset[str]

    @property
    def key(self) -> str:
        """Return what it is looked up by: the base, with the version if there is one."""
        return f"{self.base}@{self.version}" if self.version else self.base

    @property
    def kind(self) -> str:
        """Return the type of the purl."""
        return self.base[4:].partition("/")[0]

    @property
    def number(self) -> str:
        """Return the version as it is compared: decoded, with the epoch that RPM writes apart."""
        from urllib.parse import unquote

        epoch = next((each[6:] for each in self.qualifiers if each.startswith("epoch=")), None)
        text = unquote(self.version)
        return f"{epoch}:{text}" if epoch and self.kind == "rpm" else text


def package(purl: str) -> Package:
    """Return the parts of a canonical purl."""
    text, _, query = purl.partition("#")[0].partition("?")
    base, _, version = text.partition("@")
    return Package(base, version, frozenset(query.split("&")) if query else _NONE)


_NONE: frozenset[str] = frozenset()


@dataclass(slots=True, kw_only=True)
class Sbom:
    """An SBOM, by what its parts are called.

    Args:
        path: of the file.
        packages: base of purls, and ``base@version`` -> the first of them, and whether it is a root.
        ids: CPE, ``algorithm:hex`` and refs -> whether it is a root.
        refs: ref -> the part.
    """

    path: str
    packages: dict[str, tuple[tuple[Package, bool], ...]] = field(default_factory=dict)
    ids: dict[str, bool] = field(default_factory=dict)
    refs: dict[str, Component] = field(default_factory=dict)

    def finds(self, product: Product) -> bool | None:
        """Return whether a product is a root here (true), another part (false), or not listed (None).

        A purl without version means every version, and one without a qualifier every value of it.
        """
        found: set[bool] = set()
        if product.purl is not None:
            wanted = package(product.purl)
            for listed, root in self.packages.get(wanted.key, ()):
                if wanted.qualifiers <= listed.qualifiers:
                    found.add(root)
        found |= {self.ids[one] for one in normal_ids(product) if one in self.ids}
        return max(found, default=None)

    def take(self, parts: Package, *, root: bool) -> None:
        """List a package; of too many of one name and version only the first, but the roots."""
        row = ((parts, root),)
        for key in {parts.base, parts.key}:
            known = self.packages.get(key, ())
            if len(known) < MANY:
                self.packages[key] = known + row
            elif root:
                self.packages[key] = row + known[1:]


def normal_ids(product: Product) -> list[str]:
    """Return the other identifiers of a product, digests with the names of algorithms that SBOMs have."""
    from stella_git.documents.inventory.hashes import algorithm

    found = []
    for one in product.ids:
        name, mark, digest = one.partition(":")
        known = mark and name not in {"cpe", "http", "https", "urn"} and not digest.startswith("/")
        found.append(f"{algorithm(name)}:{digest}" if known else one)
    return found


def sbom_of(path: str, inventory: "Inventory") -> Sbom:
    """Return an SBOM by what its parts are called."""
    sbom = Sbom(path=path)
    for part in inventory.parts:
        if part.purl is not None:
            sbom.take(package(part.purl), root=part.root)
        hashes = [f"{name}:{digest}" for name, digest in part.hashes]
        # A ref that is no IRI means something in its own document only.
        for one in (*part.cpes, *hashes, part.ref):
            if ":" in one:
                sbom.ids[one] = part.root or sbom.ids.get(one, False)
        if part.ref:
            component = Component(ref=part.ref, name=part.name, version=part.version, purl=part.purl)
            sbom.refs.setdefault(part.ref, component)
    return sbom
