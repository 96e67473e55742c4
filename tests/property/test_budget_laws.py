"""Laws of budget/1."""

import json

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from budget_cases import AS_OF, POINTS, VECTORS, ago, budget, document, finding, mutate, vector, waiver
from stella_git.budget import BudgetInputs, Unknown, check
from stella_git.budget.check import STATES
from stella_git.budget.model import DOCUMENT, REACHABILITY, REASONS, SEVERITIES, VEX_STATES
from stella_git.canon import jcs
from stella_git.config import shape

laws = settings(deadline=None)
CHECK_SCHEMA = jsonschema.Draft202012Validator(vector("budget-check.v1.schema.json"))

numbers = st.integers(0, 6)


@st.composite
def findings(draw):
    found = draw(st.lists(numbers, unique=True))
    return tuple(
        finding(
            number,
            severity=draw(st.sampled_from(SEVERITIES)),
            vex=draw(st.sampled_from(VEX_STATES)),
            fixable=draw(st.booleans()),
            first_seen=ago(draw(st.integers(-3, 40))),
            reachability=draw(st.sampled_from(REACHABILITY)),
            kev=draw(st.sampled_from([None, True, False])),
            epss_ppm=draw(st.sampled_from([None, 0, 99_999, 100_000, 1_000_000])),
        )
        for number in found
    )


unknowns = st.lists(st.builds(Unknown, id=st.sampled_from("abc"), reason=st.sampled_from(REASONS)))
waivers = st.lists(st.builds(waiver, numbers, start=st.integers(-2, 5), end=st.integers(-5, 2)))
inputs = st.builds(
    BudgetInputs, findings=findings(), unknowns=unknowns.map(tuple), waivers=waivers.map(tuple)
)


@st.composite
def budgets(draw):
    limit = st.integers(0, 5)
    states = st.lists(st.sampled_from(VEX_STATES), unique=True)
    grace = st.dictionaries(st.sampled_from(SEVERITIES), st.integers(0, 30))
    count = {
        "vexStates": draw(states),
        "includeWaived": draw(st.booleans()),
        "graceDays": draw(grace),
        "kevIgnoresGrace": draw(st.booleans()),
    }
    limits = {
        "findings": draw(st.dictionaries(st.sampled_from([*SEVERITIES, "total"]), limit)),
        "fixable": draw(st.dictionaries(st.sampled_from(SEVERITIES), limit)),
        "kev": draw(limit),
        "unknowns": {
            "total": draw(limit),
            "byReason": draw(st.dictionaries(st.sampled_from(REASONS), limit)),
        },
        "waivers": {"total": draw(limit)},
    }
    points = draw(st.sampled_from([None, POINTS]))
    if points:
        limits["riskPoints"] = draw(st.integers(0, 300))
    action = draw(st.sampled_from(["block", "warn", "audit"]))
    return budget(count=count, limits=limits, points=points, action=action)


def outcome(some_budget, some_inputs):
    return check(some_budget, some_inputs, environment="prod", as_of=AS_OF)


@laws
@given(budgets(), inputs, st.randoms(use_true_random=False))
def test_order_and_duplicates_never_matter(some_budget, some, dice):
    mixed = {}
    for role in ("findings", "unknowns", "waivers"):
        rows = [*getattr(some, role)] * 2
        dice.shuffle(rows)
        mixed[role] = tuple(rows)
    got, again = outcome(some_budget, some), outcome(some_budget, BudgetInputs(**mixed))
    assert got.check_id == again.check_id
    assert got.drivers == again.drivers


@laws
@given(budgets(), inputs)
def test_the_predicate_fits_the_published_schema_and_is_canonical(some_budget, some):
    predicate = outcome(some_budget, some).to_predicate()
    CHECK_SCHEMA.validate(predicate)
    body = predicate["check"]
    assert json.loads(jcs.dumps(predicate)) == predicate
    metrics = [row["metric"] for row in body["checks"]]
    assert metrics == sorted(metrics)
    assert len(body["violations"]) == sum(row["state"] == "exhausted" for row in body["checks"])


@laws
@given(budgets(), inputs)
def test_counts_add_up(some_budget, some):
    got = outcome(some_budget, some)
    counts = got.check["counts"]
    by_severity = {name: value for name, value in counts["findings"].items() if name != "total"}
    assert sum(by_severity.values()) == counts["findings"]["total"] == sum(line.counted for line in got.lines)
    assert sum(counts["unknowns"]["byReason"].values()) == counts["unknowns"]["total"]
    assert all(counts["fixable"][name] <= value for name, value in by_severity.items())
    assert counts["kev"] <= counts["findings"]["total"]
    assert {line.why for line in got.lines} <= {"counted", "vex-state", "waived", "grace"}
    # as many drivers as the metric says
    for row in got.check["checks"]:
        if row["metric"] not in {"riskPoints", "unknowns.total"}:
            assert len(got.drivers[row["metric"]]) == row["used"]


@laws
@given(budgets(), inputs, findings())
def test_one_more_finding_never_makes_it_better(some_budget, some, more):
    known = {row.fp for row in some.findings}
    added = tuple(row for row in more if row.fp not in known)
    wider = BudgetInputs(findings=some.findings + added, unknowns=some.unknowns, waivers=some.waivers)
    before, after = outcome(some_budget, some), outcome(some_budget, wider)
    assert STATES.index(before.state) <= STATES.index(after.state)
    assert ("pass", "warn", "fail").index(before.result) <= ("pass", "warn", "fail").index(after.result)


@laws
@given(budgets(), inputs)
def test_time_only_adds_findings(some_budget, some):
    later = check(some_budget, some, environment="prod", as_of=ago(-1))
    counted = {line.finding.fp for line in outcome(some_budget, some).lines if line.counted}
    waived = {row.fp for row in some.waivers}
    assert counted - waived <= {line.finding.fp for line in later.lines if line.counted}


@laws
@given(budgets(), inputs)
def test_what_is_read_back_gives_the_same_check(some_budget, some):
    document_ = {
        role: [row.to_json() for row in getattr(some, role)] for role in ("findings", "unknowns", "waivers")
    }
    assert (
        outcome(some_budget, BudgetInputs.from_json(document_)).check_id
        == outcome(some_budget, some).check_id
    )


# --- the reader agrees with the published schema


SCHEMA = vector("budget.v1.schema.json")
SCHEMA["properties"]["apiVersion"] = {"enum": ["policy.stella.ops/v1", "stella.ops/v1"]}
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 1001),
    st.sampled_from([2**53 - 1, 10_001, 1_000_001]),
    st.sampled_from(["", "prod", "PROD", "affected", "team:x", "team:", "Budget", "block", "stella.ops/v1"]),
)
values = st.one_of(
    scalars, st.lists(scalars, max_size=2), st.dictionaries(st.sampled_from(["kev", "total"]), scalars)
)


@st.composite
def mutants(draw):
    full = document(
        subjects=["**"],
        count={"graceDays": {"high": 7}},
        limits={
            "findings": {"total": 1},
            "kev": 0,
            "unknowns": {"byReason": {"Identity": 1}},
            "waivers": {"total": 3},
        },
        points=POINTS,
    )
    return mutate(draw, full, values, ["kev", "total", "title", "none", "extra"])


OURS = jsonschema.Draft202012Validator(
    json.loads((VECTORS.parents[2] / "schemas" / "stella" / "budget.v1.schema.json").read_bytes())
)


@settings(deadline=None, max_examples=300)
@given(mutants())
def test_the_reader_agrees_with_the_published_schema(mutant):
    assert (shape.inspect(DOCUMENT, mutant) == ()) is VALIDATOR.is_valid(mutant) is OURS.is_valid(mutant)


def test_the_example_is_valid_for_both():
    import yaml

    example = yaml.safe_load((VECTORS / "budget.yaml").read_bytes())
    assert VALIDATOR.is_valid(example)
    assert shape.inspect(DOCUMENT, example) == ()


@pytest.mark.parametrize("value", [0.0, 1.0, 0.5])
def test_floats_are_refused_even_where_a_schema_takes_them_for_integers(value):
    assert shape.inspect(DOCUMENT, document(limits={"kev": value}))
