"""One quick look over a whole CycloneDX document, before its rules look closely.

Most documents have nothing wrong. What the rules need to see that is collected in one walk, without places;
a rule that finds something walks again, slowly, and says where. Its answer is that of the slow walk alone:
the quick one may only say that there is nothing.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from stella_git.canon.reader import Json
    from stella_git.documents.context import Subject

# Members that are collected by themselves, because most components have them.
_OFTEN = frozenset({"bom-ref", "hashes", "license", "purl"})
# Entries of the dependency graph, which the rules read by way of the document.
_GRAPH = frozenset({"dependsOn", "provides", "ref"})
# Members that a rule looks at; tests hold the rules to this.
_OTHERS = _GRAPH | {
    "affects", "assemblies", "assessor", "asserter", "attributedTo", "claims", "counterClaims",
    "counterEvidence", "cpe", "cryptoProperties", "data", "dependencies", "evidence", "expression",
    "licenseIdentifier", "members", "mitigationStrategies", "modelCard", "omniborId", "parent", "process",
    "requirement", "requirements", "subjects", "swhid", "target", "tools", "vulnerabilities",
}  # fmt: skip
NAMES = _OFTEN | _OTHERS


class Sifted:
    """What a document holds that rules look at, without the places of it.

    Args:
        value: the document.

    Attributes:
        refs: every text that is a ``bom-ref``.
        repeated: whether one of them is there twice.
        purls: every text that is a ``purl``.
        hashes: every member ``hashes``.
        licences: every member ``license`` of what is the value of ``licenses``, or an item of it.
        holders: (role, object) of every object with another member that a rule looks at; for the role see
            ``visit.role_of``.
    """

    __slots__ = ("hashes", "holders", "licences", "purls", "refs", "repeated", "value")

    def __init__(self, value: "Json") -> None:
        self.value = value
        self.purls: list[str] = []
        self.hashes: list[Json] = []
        self.licences: list[Json] = []
        self.holders: list[tuple[str, dict[str, Json]]] = []
        refs: list[str] = []
        self._walk(value, refs)
        self.refs = set(refs)
        self.repeated = len(self.refs) != len(refs)

    def _walk(self, value: "Json", refs: list[str]) -> None:
        stack: list[tuple[str, Any]] = [("", (value,))]
        while stack:
            role, items = stack.pop()
            others = _OTHERS - _GRAPH if role == "dependencies" else _OTHERS
            for item in items:
                if type(item) is dict:
                    if not NAMES.isdisjoint(item):
                        self._take(role, item, refs)
                        if not others.isdisjoint(item):
                            self.holders.append((role, item))
                    for name, each in item.items():
                        if type(each) is list:
                            stack.append((name, each))
                        elif type(each) is dict:
                            stack.append((name, (each,)))
                elif type(item) is list:
                    stack.append((role, item))

    def _take(self, role: str, item: "dict[str, Json]", refs: list[str]) -> None:
        ref, purl = item.get("bom-ref"), item.get("purl")
        if isinstance(ref, str):
            refs.append(ref)
        if isinstance(purl, str):
            self.purls.append(purl)
        if "hashes" in item:
            self.hashes.append(item["hashes"])
        if "license" in item and role == "licenses":
            self.licences.append(item["license"])


def sifted(subject: "Subject") -> Sifted:
    """Return what a document holds that rules look at; the walk is shared by all of them."""
    known = subject.memo.get("sifted")
    if not isinstance(known, Sifted) or known.value is not subject.value:
        known = subject.memo["sifted"] = Sifted(subject.value)
    return known
