"""What a waiver covers: violations and findings, by fingerprint, or by vulnerability and package.

Waivers are looked up by what they name, so that many waivers over many violations are linear work.
"""

from typing import TYPE_CHECKING, Final

from stella_git.canon.globs import glob_matches
from stella_git.canon.ids import canonical_vulnerability
from stella_git.errors import InputError
from stella_git.policy.cel.library.packages import FUNCTIONS, bare_name, split
from stella_git.policy.cel.meter import EvalError, Meter

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from stella_git.canon.reader import Json
    from stella_git.policy.model import Waiver

# What one comparison of a glob may cost: far more than any package URL needs.
_FUEL: Final = 1_000_000
# What stands for something else in a glob.
_SPECIAL: Final = frozenset("*?")
_MATCH: Final = FUNCTIONS["purl.match"][0].function


class Index:
    """Waivers by what they name.

    Args:
        waivers: in any order.
    """

    __slots__ = ("_fingerprints", "_packages", "_patterns")

    def __init__(self, waivers: "Iterable[Waiver]") -> None:
        self._fingerprints: dict[str, list[Waiver]] = {}
        self._packages: dict[str, dict[str, list[Waiver]]] = {}
        self._patterns: dict[str, list[Waiver]] = {}
        for waiver in waivers:
            if waiver.fingerprint is not None:
                self._fingerprints.setdefault(waiver.fingerprint, []).append(waiver)
            elif waiver.vuln is not None:
                self._add(_canonical(waiver.vuln), waiver)

    def _add(self, name: str, waiver: "Waiver") -> None:
        """Put a waiver where only findings of its package come across it, if it names one."""
        package, _ = split(waiver.purl or "")
        if _SPECIAL.isdisjoint(package):
            self._packages.setdefault(name, {}).setdefault(package, []).append(waiver)
        else:
            self._patterns.setdefault(name, []).append(waiver)

    def by_fingerprint(self, fingerprint: "Json") -> "tuple[Waiver, ...]":
        """Return the waivers that name a fingerprint."""
        return tuple(self._fingerprints.get(fingerprint, ())) if isinstance(fingerprint, str) else ()

    def by_finding(
        self, finding: "Mapping[str, Json]", environment: str, subject: str | None
    ) -> "Iterator[Waiver]":
        """Yield the waivers whose vulnerability and package are those of a finding, there and of that.

        Args:
            finding: with ``id``, ``purl`` and maybe ``aliases``.
            environment: in which it is looked at.
            subject: what it belongs to; None is covered by no waiver that lists subjects.
        """
        purl = finding.get("purl")
        if not isinstance(purl, str):
            return
        seen: set[str] = set()
        for name in _names(finding):
            found = self._patterns.get(name, [])
            if name in self._packages:
                found = [*self._packages[name].get(_bare(purl), ()), *found]
            for waiver in found:
                if waiver.id not in seen and _here(waiver, environment, subject) and _package(waiver, purl):
                    seen.add(waiver.id)
                    yield waiver


def _names(finding: "Mapping[str, Json]") -> "Iterator[str]":
    name, aliases = finding.get("id"), finding.get("aliases")
    for text in (name, *(aliases if isinstance(aliases, list) else ())):
        if isinstance(text, str):
            yield _canonical(text)


def _bare(purl: str) -> str:
    try:
        return bare_name(purl, Meter(_FUEL))[0]
    except EvalError:  # it is no package URL, so it is of no package
        return ""


def _canonical(vulnerability: str) -> str:
    try:
        return canonical_vulnerability(vulnerability)
    except InputError:
        return vulnerability


def _here(waiver: "Waiver", environment: str, subject: str | None) -> bool:
    if waiver.environments is not None and environment not in waiver.environments:
        return False
    return waiver.subjects is None or (subject is not None and glob_matches(subject, waiver.subjects))


def applies_here(waiver: "Waiver", environment: str, subject: str | None) -> bool:
    """Return whether a waiver is about an environment and a subject at all."""
    return _here(waiver, environment, subject)


def _package(waiver: "Waiver", purl: str) -> bool:
    try:
        return bool(_MATCH(purl, waiver.purl, Meter(_FUEL)))
    except EvalError:  # no package URL, or no pattern: nobody can say that it is this one
        return False
