"""Three engines give CSAF 2.0, CSAF 2.1 and SARIF documents the same verdicts, whatever is done to them."""

import hashlib
import json
import random
import re
from pathlib import Path

import pytest

from csaf_cases import csaf
from documents_cases import bom, containers, data, mutate
from sarif_cases import rich
from stella_git import resources
from stella_git.canon import jcs
from stella_git.documents.detect import detect
from stella_git.documents.schema import engine, native, registry
from stella_git.documents.validate import validate
from stella_git.report.sarif import sarif

VECTORS = Path(__file__).parent.parent / "vectors" / "csaf"
KINDS = [("csaf", "2.0"), ("csaf", "2.1"), ("sarif", "2.1.0")]
COUNT = 10_000

# What people write where these formats want something else, or exactly this.
SPECIAL = [
    0.3, 6.9, 9.95, 10, 10.0, 0.1, 8.25, 1e-7, 1e300, -0.0, 7, 3.9, -1, 1.0, 2**53 - 1,
    "pkg:npm/a@1", "pkg:", "cpe:2.3:a:b:c:1:*:*:*:*:*:*:*", "cpe:/a:b", "cpe:2.3:a", "CVE-2021-44228",
    "CVE-21-1", "CWE-79", "CWE-079", "1", "01", "1.2.3", "1.2.3-rc.1+b", "1.2", "a b", " a", "-a", "a-",
    "a\rb", "a\nb", "é", "de-AT", "i-default", "x-a", "d", "0" * 32, "0" * 31, "CRITICAL", "LOW", "csaf_vex",
    "AV:N/AC:L/Au:N/C:C/I:C/A:C", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H", "CVSS:3.1/AV:N/",
    "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", "ssvc", "x_org.example#a", "a..b",
    "a.b-c", "3e671687-395b-41f5-a30f-a58921a69b79", "00000000-0000-0000-0000-000000000000", "text/plain",
    "/", "a/", "a/b", "1.2.3.4", "1.2.3", "12.34.56.789x",
    "https://example.com/x_1.0.0.json", "https://e.example.com/x_1.0.json",
]  # fmt: skip


def seeds(kind, version):
    """Return documents of one version, most of them valid."""
    if kind == "sarif":
        results = [validate(data(bom(zzz=1, components=[{}])), path=f"{name}.json") for name in "ab"]
        return [rich(), rich(), json.loads(jcs.dumps(sarif(results, version="0.1.0")))]
    if version == "2.1":
        return [json.loads(path.read_bytes()) for path in sorted(VECTORS.glob("2.1/*.json"))]
    paths = [path for path in sorted(VECTORS.glob("*ory/*.json")) if path.stat().st_size < 4000]
    return [json.loads(path.read_bytes()) for path in paths] + [csaf()] * 20


def mutants(kind, version, count=COUNT):
    """Return copies of the seeds with one to four changes, half of them to values that are nearly right."""
    rng = random.Random(f"{kind} {version}")
    values = seeds(kind, version)
    for _ in range(count):
        value = (
            mutate(rng.choice(values), rng)
            if rng.random() < 0.8
            else json.loads(json.dumps(rng.choice(values)))
        )
        if rng.random() < 0.5:
            container = rng.choice(containers(value))
            if container:
                key = rng.choice(list(container) if isinstance(container, dict) else range(len(container)))
                container[key] = rng.choice(SPECIAL)
        yield value


@pytest.fixture
def judge():
    pytest.importorskip("jsonschema_rs")
    return native._judge


@pytest.mark.parametrize(("kind", "version"), KINDS)
def test_three_engines_agree_on_mutants(kind, version, judge):
    identifier, dialect = registry.ROOTS[kind, version]
    independent = judge(identifier)
    accepted = 0
    for index, value in enumerate(mutants(kind, version)):
        verdict = engine._accepts(identifier, dialect, value)
        assert verdict is independent(value), value
        if index % 10 == 0:
            assert verdict is (next(engine.explained_errors(identifier, dialect, value), None) is None), value
        accepted += verdict
    assert COUNT / 20 < accepted < COUNT * 19 / 20  # mutants of one kind would prove nothing


@pytest.mark.parametrize(("kind", "version"), KINDS)
def test_every_refused_mutant_is_explained(kind, version):
    for value in mutants(kind, version, 300):
        found = detect(value)
        if found is None or (found.kind, found.version) != (kind, version):
            continue
        problems = validate(json.dumps(value).encode(), path="x.json").problems
        if any(problem.rule == "J005" for problem in problems):
            continue  # one level too deep to be read
        accepted = engine._accepts(*registry.ROOTS[kind, version], value)
        assert accepted is not any(problem.rule.startswith("K-") for problem in problems), value
        assert all(problem.remedy and 0 < len(problem.message) <= 300 for problem in problems)


@pytest.mark.parametrize("folder", ["csaf", "cvss"])
def test_the_schemas_are_unmodified_and_listed(folder):
    table = resources.data_path(f"schemas/{folder}/SOURCES.md").read_text("utf-8")
    listed = dict(re.findall(r"^\| (\S+\.json) \|.*\| ([0-9a-f]{64}) \|$", table, re.MULTILINE))
    there = resources.data_path(f"schemas/{folder}").glob("*.json")
    assert listed == {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in there}


@pytest.mark.parametrize("version", sorted(registry.CVSS))
def test_a_number_with_one_decimal_is_a_multiple_of_a_tenth(version, judge):
    """A division of binary fractions says that 0.3 is not; what counts is what somebody wrote."""
    identifier, dialect = registry.CVSS[version]
    vector = {
        "2.0": "AV:N/AC:L/Au:N/C:C/I:C/A:C",
        "4.0": "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N",
    }.get(version, f"CVSS:{version}/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H")
    independent = judge(identifier)
    words = ["NONE"] * 1 + ["LOW"] * 39 + ["MEDIUM"] * 30 + ["HIGH"] * 20 + ["CRITICAL"] * 11
    for deci, word in enumerate(words):
        for score in (deci / 10, deci / 10 + 0.05):
            value = {"version": version, "vectorString": vector, "baseScore": score}
            if version != "2.0":
                value["baseSeverity"] = word
            assert engine.conforms(identifier, dialect, value) is independent(value), value
        assert engine.conforms(identifier, dialect, {**value, "baseScore": deci / 10})
