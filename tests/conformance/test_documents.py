"""Public documents get the verdicts of their official schemas, from every engine."""

import hashlib
import json
import random
import re

import pytest

from documents_cases import GOLDEN, KNOWN_C001, KNOWN_C006, KNOWN_C007, expected, mutate, vex
from stella_git import resources
from stella_git.documents.detect import detect
from stella_git.documents.schema import engine, registry
from stella_git.documents.validate import validate

ROWS = expected()
# V011 speaks in place of the schema about the labels of OpenVEX.
SCHEMA_RULES = ("K-", "L", "V011")


def digest(data):
    return hashlib.sha256(data).hexdigest()


def test_the_corpora_are_unmodified_and_complete():
    sums = [line.split("  ", 1) for line in (GOLDEN / "SHA256SUMS").read_text("utf-8").splitlines()]
    for wanted, name in sums:
        assert digest((GOLDEN / name).read_bytes()) == wanted, name
    there = {path.relative_to(GOLDEN).as_posix() for path in GOLDEN.glob("*/**/*.json")}
    there = {
        name for name in there if not name.startswith(("elements/", "findings/", "inventory/", "rules/"))
    }
    assert {name for _, name in sums} == {name for name, _, _ in ROWS} == there


@pytest.mark.parametrize("folder", ["cyclonedx", "openvex", "sarif", "spdx"])
def test_the_schemas_are_unmodified_and_listed(folder):
    table = resources.data_path(f"schemas/{folder}/SOURCES.md").read_text("utf-8")
    listed = dict(re.findall(r"^\| (\S+\.json) \|.*\| ([0-9a-f]{64}) \|$", table, re.MULTILINE))
    there = resources.data_path(f"schemas/{folder}").glob("*.json")
    assert listed == {path.name: digest(path.read_bytes()) for path in there}


def verdict(result):
    """Return what EXPECTED.tsv would say; rules beyond the schema do not count."""
    rules = {problem.rule for problem in result.problems if re.match("[DJL][0-9]|K-", problem.rule)}
    if "D002" in rules:
        return "unsupported version"
    return "invalid" if rules else "valid"


@pytest.mark.parametrize(("name", "form", "wanted"), ROWS)
def test_official_verdict(name, form, wanted):
    result = validate((GOLDEN / name).read_bytes(), path=name)
    found = result.format
    names = {"cyclonedx": f"cyclonedx-{found.version}", "spdx": f"spdx-{found.version[:1]}"}
    assert form == names.get(found.kind, found.kind)
    if (found.kind, found.version) in {("openvex", "0.0.1"), ("spdx", "3.0.0")}:
        # Not valid by the schema of the next version: we say why, instead of listing every difference.
        assert (verdict(result), wanted) == ("unsupported version", "invalid")
    else:
        assert verdict(result) == wanted
    assert result.ok is (wanted == "valid" and name not in KNOWN_C001)


def test_all_269_official_cyclonedx_documents_are_there():
    names = [name.rpartition("/")[2] for name, _, _ in ROWS if name.startswith("cyclonedx/")]
    assert len(names) == 269
    for name, _, wanted in ROWS:
        if name.startswith("cyclonedx/"):
            assert wanted == name.rpartition("/")[2].partition("-")[0]


def test_known_exceptions_break_c001_only():
    for name in KNOWN_C001:
        problems = validate((GOLDEN / name).read_bytes(), path=name).problems
        assert {problem.rule for problem in problems if problem.severity == "error"} == {"C001"}


def test_who_depends_on_itself_or_on_what_depends_on_it():
    found = {"C006": set(), "C007": set()}
    for name, form, wanted in ROWS:
        if form.startswith("cyclonedx") and wanted == "valid":
            for problem in validate((GOLDEN / name).read_bytes(), path=name).problems:
                found.get(problem.rule, set()).add(name)
    assert found == {"C006": KNOWN_C006, "C007": KNOWN_C007}


def test_every_problem_of_the_corpora_has_a_place_and_a_remedy():
    for name, _, _ in ROWS:
        data = (GOLDEN / name).read_bytes()
        lines = data.decode("utf-8").split("\n")
        for problem in validate(data, path=name).problems:
            assert problem.remedy, problem
            assert 0 < len(problem.message) <= 300
            assert problem.column <= len(lines[problem.line - 1]) + 1


# Engines


def seeds(version):
    """Return the values of small official documents of one version."""
    small = [row for row in ROWS if row[1] == version and not row[0].startswith("bom-examples/")]
    names = [name for name, _, wanted in small if version != "openvex" or wanted == "valid"]
    return [json.loads((GOLDEN / name).read_bytes()) for name in names] + [vex()] * (version == "openvex")


# 10,000 for each format.
MUTANTS = {"cyclonedx": 2500, "openvex": 10_000}
KINDS = [
    ("cyclonedx", "1.4"),
    ("cyclonedx", "1.5"),
    ("cyclonedx", "1.6"),
    ("cyclonedx", "1.7"),
    ("openvex", "0.2.0"),
]


def mutants(kind, version, count=None):
    rng = random.Random(f"{kind} {version}")
    values = seeds(f"cyclonedx-{version}" if kind == "cyclonedx" else kind)
    return [mutate(rng.choice(values), rng) for _ in range(count or MUTANTS[kind])]


@pytest.mark.parametrize(("kind", "version"), KINDS)
def test_both_engines_agree_on_mutants(kind, version):
    identifier, dialect = registry.ROOTS[kind, version]
    verdicts = []
    for value in mutants(kind, version):
        accepted = engine._accepts(identifier, dialect, value)
        assert accepted is (next(engine.explained_errors(identifier, dialect, value), None) is None), value
        verdicts.append(accepted)
    assert (
        len(verdicts) / 20 < sum(verdicts) < len(verdicts) * 19 / 20
    )  # mutants of one kind would prove nothing


@pytest.mark.parametrize(("kind", "version"), KINDS)
def test_an_independent_engine_agrees_on_mutants(kind, version):
    jsonschema_rs = pytest.importorskip("jsonschema_rs")
    identifier, dialect = registry.ROOTS[kind, version]

    def retrieve(uri):
        return json.loads(resources.schema(registry.FILES[uri]))

    judge = jsonschema_rs.validator_for(retrieve(identifier), validate_formats=True, retriever=retrieve)
    for value in mutants(kind, version):
        assert engine._accepts(identifier, dialect, value) is judge.is_valid(value), value


@pytest.mark.parametrize(("kind", "version"), KINDS)
def test_items_that_are_accepted_may_be_passed_over(kind, version):
    identifier, dialect = registry.ROOTS[kind, version]
    refused = 0
    for value in mutants(kind, version, 400):
        errors = [
            [(each.validator, *each.absolute_path) for each in found]
            for found in (
                engine.explained_errors(identifier, dialect, value, skip=True),
                engine.explained_errors(identifier, dialect, value),
            )
        ]
        assert errors[0] == errors[1], value
        refused += bool(errors[0])
    assert refused > 50


@pytest.mark.parametrize(("kind", "version"), KINDS)
def test_every_refused_mutant_is_explained(kind, version):
    for value in mutants(kind, version, 300):
        found = detect(value)
        if found is None or (found.kind, found.version) != (kind, version):
            continue
        result = validate(json.dumps(value).encode(), path="x.json")
        accepted = engine._accepts(*registry.ROOTS[kind, version], value)
        told = any(problem.rule.startswith(SCHEMA_RULES) for problem in result.problems)
        assert accepted is not told, value
