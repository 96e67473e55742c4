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
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from stella_git.documents.ingest.model import Reading, Tool
from stella_git.documents.ingest.severity import Rating, rate, score, word
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
from stella_git.documents.models import RawFinding, Unknown
from stella_git.documents.problems import pointer_to
from stella_git.documents.read import array, inner, integer, text

if TYPE_CHECKING:
    from stella_git.canon.reader import Json

    _Rules = dict[str, dict[str, Json]]

_ID = re.compile(r"CVE-[0-9]{4}-[0-9]{4,19}|GHSA(?:-[23456789cfghjmpqrvwx]{4}){3}", re.ASCII | re.IGNORECASE)
_DATABASES = re.compile(
    r"(?:ALAS\w*|ALSA|ASB|BIT|CGA|DLA|DSA|ELSA|GO|GSD|HSEC|MAL|OSV|PSF|PYSEC|RHSA|RLSA|RSEC|RUSTSEC|SNYK|TEMP|USN)"
    r"-[\w:.-]+",
    re.ASCII,
)
# Results of these kinds say that nothing is wrong.
_FINE = frozenset({"notApplicable", "pass"})
_LINES = 12


def read(value: "Json", options: Options) -> Reading:
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
            row = _row(result, rules, options)
            if row is None:
                unknowns.append(identity(_rule_id(result, rules), result))
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


def _rules(run: "Json") -> "_Rules":
    """Return rules by id, and those of the driver by ``#`` and index too."""
    tool = inner(run, "tool")
    found: _Rules = {}
    for component in (inner(tool, "driver"), *array(tool, "extensions")):
        for rule in array(component, "rules"):
            if isinstance(rule, dict):
                found.setdefault(text(rule, "id") or "", rule)
    for index, rule in enumerate(array(inner(tool, "driver"), "rules")):
        if isinstance(rule, dict):
            found[f"#{index}"] = rule
    return found


def _rule_id(result: "Json", rules: "_Rules") -> str | None:
    named = text(result, "ruleId") or text(inner(result, "rule"), "id")
    return named or text(rules.get(f"#{integer(result, 'ruleIndex')}"), "id")


def _row(result: "Json", rules: "_Rules", options: Options) -> RawFinding | None:
    name = _rule_id(result, rules)
    vulnerability = _vulnerability(name)
    rule = rules.get(name or "")
    said = _said(result)
    part = next(_purls(result, rule), None) or said.get("component") or _file(result)
    if vulnerability is None or not part:
        return None
    severity, _ = rate(_ratings(result, rule, said), options.rating_sources)
    old = (_vulnerability(each) for each in array(rule, "deprecatedIds") if isinstance(each, str))
    fixed = said.get("fixed version") or ""
    return finding(
        vulnerability,
        old,
        part,
        Facts(severity=severity, fixes=[each.strip() for each in fixed.split(",")]),
    )


def _vulnerability(name: str | None) -> str | None:
    found = _ID.search(name or "")
    if found is not None:
        return found[0]
    return name if name and _DATABASES.fullmatch(name) else None


def _purls(result: "Json", rule: "Json") -> Iterator[str]:
    for holder in (inner(result, "properties"), inner(rule, "properties")):
        for member in ("purl", "packageUrl", "package_url"):
            yield from _purl(text(holder, member))
        several = [each for each in array(holder, "purls") if isinstance(each, str)]
        if len(several) == 1:
            yield from _purl(several[0])
    for location in array(result, "locations"):
        for logical in array(location, "logicalLocations"):
            yield from _purl(text(logical, "fullyQualifiedName"))


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


def _ratings(result: "Json", rule: "Json", said: dict[str, str]) -> Iterator[Rating]:
    yield Rating(severity=word(said.get("severity")))
    for holder in (inner(result, "properties"), inner(rule, "properties")):
        for tag in array(holder, "tags"):
            yield Rating(severity=word(tag) if isinstance(tag, str) else None)
        number = score(holder.get("security-severity"))
        # Trivy writes 0.0 for a severity that it does not know.
        yield Rating(severity=severity_of(number, legacy=False) if number else None)
