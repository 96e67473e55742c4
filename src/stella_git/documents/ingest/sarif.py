"""SARIF 2.1.0: results that name a vulnerability and a package.

- The vulnerability is the CVE or GHSA id in the id of the rule, else that id as a whole if it is of a known
  database. A result that names none is an unknown ``Identity``.
- The package is a purl among the properties or the logical locations, else what the message of Grype, Trivy
  or OSV-Scanner says, else the file; a result without any of them is an unknown ``Identity``.
- The severity is the worst of ``security-severity`` and of the words among the tags and in the message. The
  number is no CVSS score: scanners make it up where they have none. The level says how to show a result.
- Suppressions count for nothing: to accept a risk takes VEX or a waiver.

Source: OASIS SARIF 2.1.0 sections 3.27 and 3.49; GitHub, ``security-severity``.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from stella_git.canon.ids import parse_purl
from stella_git.documents.ingest.model import Reading, Tool
from stella_git.documents.ingest.severity import score, word
from stella_git.documents.ingest.shapes import (
    Facts,
    Options,
    called,
    finding,
    identity,
    listed,
    moment,
    unnamed,
)
from stella_git.documents.ingest.vectors import severity as severity_of
from stella_git.documents.models import SEVERITIES, RawFinding, Unknown
from stella_git.documents.problems import pointer_to
from stella_git.documents.read import array, inner, integer, text
from stella_git.errors import InputError

if TYPE_CHECKING:
    from stella_git.canon.reader import Json


_ID = re.compile(r"CVE-[0-9]{4}-[0-9]{4,19}|GHSA(?:-[23456789cfghjmpqrvwx]{4}){3}", re.ASCII | re.IGNORECASE)
_DATABASES = re.compile(
    r"(?:ALAS\w*|ALSA|ASB|BIT|CGA|DLA|DSA|ELSA|GO|GSD|HSEC|MAL|OSV|PSF|PYSEC|RHSA|RLSA|RSEC|RUSTSEC|SNYK|TEMP|USN)"
    r"-[\w:.-]+",
    re.ASCII,
)
# Results of these kinds say that nothing is wrong.
_FINE = frozenset({"notApplicable", "pass"})
_LINES = 12


def read(value: "Json", options: Options) -> Reading:  # noqa: ARG001 - every reader takes its options
    """Return what a SARIF log says of vulnerabilities.

    Raises:
        InputError: ``scan-invalid``: ``runs``, or ``results`` in it, is no array.
    """
    findings: list[RawFinding] = []
    unknowns: list[Unknown] = []
    runs = listed(value, "runs")
    for index, run in enumerate(runs):
        pointer = pointer_to("/runs", index)
        rules = _rules(run)
        for number, result in enumerate(listed(run, "results", pointer)):
            if text(result, "kind") in _FINE or text(result, "baselineState") == "absent":
                continue
            name, row = _row(result, rules)
            if row is None:
                unknowns.append(identity(name, result))
            else:
                findings.append(replace(row, pointer=pointer_to(pointer, "results", number)))
    unknowns += unnamed(findings)
    return Reading(tool=_tool(runs), findings=tuple(findings), unknowns=tuple(unknowns))


def _tool(runs: "list[Json]") -> Tool:
    drivers = [inner(inner(run, "tool"), "driver") for run in runs]
    names = sorted({name for driver in drivers if (name := text(driver, "name"))})
    times = [text(each, "endTimeUtc") for run in runs for each in array(run, "invocations")]
    only = drivers[0] if len(drivers) == 1 else None
    return Tool(
        name=", ".join(names),
        version=text(only, "version") or text(only, "semanticVersion") or "",
        generated_at=min((moment(time) for time in times if moment(time)), default=""),
    )


@dataclass(slots=True, kw_only=True)
class _Rule:
    """What a rule says, taken out of it once: thousands of results may refer to it.

    Args:
        id: as the log writes it.
        purl: "" if it names none, or several.
        purls: those of several, by the name and version of the package; "" where these are of more than one.
        severity: the worst that it names, or None.
        old: ids of vulnerabilities that it had; given to the first result alone, as that joins them.
    """

    id: str = ""
    purl: str = ""
    purls: dict[str, str] = field(default_factory=dict)
    severity: str | None = None
    old: tuple[str, ...] = ()


def _rules(run: "Json") -> dict[str, _Rule]:
    """Return rules by id, and those of the driver by ``#`` and index too."""
    tool = inner(run, "tool")
    found: dict[str, _Rule] = {}
    for number, component in enumerate((inner(tool, "driver"), *array(tool, "extensions"))):
        for index, rule in enumerate(array(component, "rules")):
            known = _rule(rule)
            found.setdefault(known.id, known)
            if number == 0:
                found[f"#{index}"] = known
    return found


def _rule(rule: "Json") -> _Rule:
    old = [_vulnerability(each) for each in array(rule, "deprecatedIds") if isinstance(each, str)]
    properties = inner(rule, "properties")
    return _Rule(
        id=text(rule, "id") or "",
        purl=next(_purls(properties), ""),
        purls=_by_name(properties),
        severity=_worst(_severities(properties)),
        old=tuple(each for each in old if each is not None),
    )


def _row(result: "Json", rules: dict[str, _Rule]) -> tuple[str | None, RawFinding | None]:
    """Return what the result calls its rule, and the finding if it is one."""
    named = text(result, "ruleId") or text(inner(result, "rule"), "id")
    # An id may go on after that of the rule ("CA1000/1"), which then is found by its index.
    rule = rules.get(named or "") or rules.get(f"#{integer(result, 'ruleIndex')}") or _Rule()
    name = named or rule.id or None
    vulnerability, said = _vulnerability(name), _said(result)
    component = said.get("component") or ""
    part = next(_located(result), "") or rule.purl or rule.purls.get(component) or component or _file(result)
    if vulnerability is None or not part:
        return name, None
    old, rule.old = rule.old, ()
    severities = (*_severities(inner(result, "properties")), rule.severity, word(said.get("severity")))
    fixes = [each.strip() for each in (said.get("fixed version") or "").split(",")]
    facts = Facts(severity=_worst(severities) or "unknown", fixes=fixes)
    return name, finding(vulnerability, old, part, facts, result)


def _vulnerability(name: str | None) -> str | None:
    found = _ID.search(name or "")
    if found is not None:
        return found[0]
    return name if name and _DATABASES.fullmatch(name) else None


def _located(result: "Json") -> Iterator[str]:
    yield from _purls(inner(result, "properties"))
    for location in array(result, "locations"):
        for logical in array(location, "logicalLocations"):
            yield from _purl(text(logical, "fullyQualifiedName"))


def _purls(properties: "Json") -> Iterator[str]:
    for member in ("purl", "packageUrl", "package_url"):
        yield from _purl(text(properties, member))
    several = [each for each in array(properties, "purls") if isinstance(each, str)]
    if len(several) == 1:
        yield from _purl(several[0])


def _by_name(properties: "Json") -> dict[str, str]:
    found: dict[str, str] = {}
    for each in {each for each in array(properties, "purls") if isinstance(each, str)}:
        try:
            purl = parse_purl(each)
        except InputError:
            continue
        for name in {purl.name, f"{purl.namespace}/{purl.name}", f"{purl.namespace}:{purl.name}"}:
            known = called(name, purl.version)
            found[known] = "" if known in found else str(purl)
    return found


def _purl(given: str | None) -> Iterator[str]:
    if given and given.startswith("pkg:"):
        yield given


def _file(result: "Json") -> str:
    for location in array(result, "locations"):
        uri = text(inner(inner(location, "physicalLocation"), "artifactLocation"), "uri")
        if uri:
            return uri
    return ""


def _said(result: "Json") -> dict[str, str]:
    """Return what the message of a known scanner says: lines of Trivy, sentences of Grype and OSV-Scanner."""
    message = text(inner(result, "message"), "text") or ""
    pairs = (line.partition(":") for line in message.split("\n", _LINES)[:_LINES])
    said = {name.strip().casefold(): value.strip() for name, _, value in pairs}
    trivy = called(said.get("package"), said.get("installed version"))
    _, package, rest = message.partition(" package: ")
    name, version, rest = rest.partition(", version ")
    grype = called(name, rest.partition(" was found")[0]) if package and version else ""
    quoted = message.removeprefix("Package '").partition("'")[0] if message.startswith("Package '") else ""
    return {**said, "component": trivy or grype or quoted}


def _severities(properties: "dict[str, Json]") -> Iterator[str | None]:
    for tag in array(properties, "tags"):
        yield word(tag) if isinstance(tag, str) else None
    number = score(properties.get("security-severity"))
    # Trivy writes 0.0 for a severity that it does not know.
    yield severity_of(number, legacy=False) if number else None


def _worst(severities: Iterable[str | None]) -> str | None:
    return max((each for each in severities if each), key=SEVERITIES.index, default=None)
