"""The program is never more lenient than its schemas: whatever a schema refuses, the reader refuses."""

import copy
import json

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from referencing import Registry, Resource

from attest_cases import dumps, places
from schema_cases import BAD, GOOD, NAMES, bad, load
from stella_git import config
from stella_git.attest import kinds
from stella_git.attest.envelope import Envelope
from stella_git.attest.predicates import BudgetCheckPredicate, VerdictPredicate
from stella_git.attest.slsa import Provenance
from stella_git.attest.statement import Statement
from stella_git.budget.model import Budget
from stella_git.documents import elements
from stella_git.documents import settings as severities
from stella_git.documents.validate import validate
from stella_git.errors import StellaError
from stella_git.policy import baseline
from stella_git.policy import load as policies
from stella_git.trust.audit import Record
from stella_git.trust.claims import ClaimsPolicy
from stella_git.trust.keyring import Keyring
from stella_git.trust.keyring_reader import read_signatures
from stella_git.verdict.model import Verdict
from stella_git.verdict.weights import Weights

REGISTRY = Registry().with_resources(
    (schema["$id"], Resource.from_contents(schema)) for schema in map(load, NAMES)
)


def _toml(value):
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(name)} = {_toml(item)}" for name, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return json.dumps(value)


def _config(value):
    if not isinstance(value, dict):
        raise StellaError("a TOML document is a table", code="x")
    text = "".join(f"{json.dumps(name)} = {_toml(item)}\n" for name, item in value.items())
    config.parse(text.encode())


def _findings(value):
    problems = validate(dumps(value), path="x", expect=frozenset({"findings"})).problems
    if any(problem.severity == "error" for problem in problems):
        raise StellaError(problems[0].message, code="x")


def _policy_file(value):
    return policies.read(dumps(value), path="policies/x.yaml")


def _provenance(value):
    kinds.kind_of(Provenance.from_json(value).build_definition)


def _verdict_predicate(value):
    Verdict.from_json(dict(VerdictPredicate.from_json(value).verdict))


READERS = {
    "audit-record.v1": lambda value: Record.from_line(dumps(value)),
    "budget-check.v1": BudgetCheckPredicate.from_json,
    "budget.v1": Budget.from_json,
    "claims.v1": lambda value: ClaimsPolicy.from_bytes(dumps(value)),
    "config.v1": _config,
    "document-rules.v1": lambda value: severities.parse(dumps(value), path="x"),
    "dsse-envelope.v1": Envelope.from_json,
    "findings.v1": _findings,
    "in-toto-statement.v1": Statement.from_json,
    "keyring-sigs.v1": lambda value: read_signatures(dumps(value), "stella.keyring.json"),
    "keyring.v1": lambda value: Keyring.from_bytes(dumps(value)),
    "minimum-elements.v1": lambda value: elements.parse(dumps(value), path="x"),
    "policy-baseline.v1": lambda value: baseline.read(dumps(value), path="x"),
    "policy-lock.v1": _policy_file,
    "policy-set.v1": lambda value: policies.policy_set(_policy_file(value)),
    "policy-test.v1": _policy_file,
    "policy.v1": lambda value: policies.policy(_policy_file(value)),
    "slsa-provenance.v1": _provenance,
    "trust.v1": Weights.from_json,
    "verdict-predicate.v1": _verdict_predicate,
    "verdict.v1": Verdict.from_json,
    "waiver.v1": lambda value: policies.waiver(_policy_file(value)),
}
# Written by the program and read by nobody in it, or (the log) not read yet.
NO_READER = {
    "conversion.v1",
    "elements-report.v1",
    "evidence-findings.v1",
    "evidence-inventory.v1",
    "evidence-provenance.v1",
    "evidence-unknowns.v1",
    "evidence-vex.v1",
    "evidence-waivers.v1",
    "fixes.v1",
    "inventory-diff.v1",
    "inventory-stats.v1",
    "inventory-tree.v1",
    "inventory.v1",
    "leaf.v1",
    "policy-coverage-report.v1",
    "policy-diff.v1",
    "policy-explanation.v1",
    "policy-mutation-report.v1",
    "policy-lock-report.v1",
    "policy-report.v1",
    "policy-tests-report.v1",
    "problems.v1",
    "profiles.v1",
    "report.v1",
    "rules.v1",
    "verification.v1",
    "vex-diff.v1",
    "waivers-report.v1",
}
# What a schema refuses and its reader does not look at: path prefixes.
UNREAD = {
    # The id covers these bytes; whoever needs the facts checks the budget again.
    "budget-check.v1": [("check",)],
}
VALIDATORS = {
    name: jsonschema.Draft202012Validator(
        load(name), registry=REGISTRY, format_checker=jsonschema.FormatChecker()
    )
    for name in READERS
}


def _refusals(name, value):
    """Return the errors of the schema that the reader has to see too."""
    unread = UNREAD.get(name, [])
    return [
        error
        for error in VALIDATORS[name].iter_errors(value)
        if not any(tuple(error.path)[: len(prefix)] == prefix for prefix in unread)
    ]


def _is_read(name, value):
    try:
        READERS[name](value)
    except StellaError:
        return False
    return True


def test_every_schema_has_a_reader_or_a_reason():
    assert {*READERS, *NO_READER} == set(NAMES)
    assert not set(READERS) & NO_READER


@pytest.mark.parametrize(
    ("name", "index"), [(name, index) for name in READERS for index in range(len(GOOD[name]))]
)
def test_good_documents_are_read(name, index):
    READERS[name](copy.deepcopy(GOOD[name][index]))


@pytest.mark.parametrize(
    ("name", "path", "value"),
    [pytest.param(name, *row, id=f"{name}-{row[0]}-{row[1]!r:.20}") for name in READERS for row in BAD[name]],
)
def test_bad_documents_are_refused(name, path, value):
    document = bad(name, path, value)
    assert not _refusals(name, document) or not _is_read(name, document)


TEXTS = ("", "x", "\n", "é", "A" * 64, "a" * 40, "a" * 64, "sha256:" + "a" * 64, "sha256:" + "A" * 64)
TEXTS += ("refs/heads/main", "2026-01-31T12:00:00Z", "deny", "off", "https://x")
SCALARS = st.sampled_from([None, True, False, 0, 1, -1, 1.5, 2**53 - 1, *TEXTS])
VALUES = st.one_of(SCALARS, st.lists(SCALARS, max_size=2), st.dictionaries(st.sampled_from("ab"), SCALARS))


@st.composite
def mutants(draw):
    """Draw a good document with one to three things changed."""
    name = draw(st.sampled_from(sorted(READERS)))
    value = copy.deepcopy(draw(st.sampled_from(GOOD[name])))
    for _ in range(draw(st.integers(1, 3))):
        path = draw(st.sampled_from([place for place in places(value) if place] or [()]))
        if not path:
            break
        parent = value
        for token in path[:-1]:
            parent = parent[token]
        _change(draw, parent, path[-1])
    return name, value


def _change(draw, parent, token):
    how = draw(st.sampled_from(["replace", "remove", "add", "repeat", "suffix"]))
    if how == "remove":
        del parent[token]
    elif how == "repeat" and isinstance(parent, list):
        parent.append(copy.deepcopy(parent[token]))
    elif how == "suffix" and isinstance(parent[token], str):
        parent[token] += draw(st.sampled_from(["x", "\n", " ", "0", "Z"]))
    elif how == "add" and isinstance(parent, dict):
        parent[draw(st.sampled_from(["a", "note", "Name", ""]))] = draw(VALUES)
    else:
        parent[token] = draw(VALUES)


@settings(deadline=None, max_examples=400)
@given(mutants())
def test_what_a_schema_refuses_the_reader_refuses(case):
    name, value = case
    if _refusals(name, value):
        assert not _is_read(name, value)
