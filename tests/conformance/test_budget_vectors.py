"""The published vector of budget/1 must come out byte for byte, whatever the order of anything."""

import copy
import json
import random

import jsonschema
import pytest
import yaml

from budget_cases import AS_OF, VECTORS, vector
from stella_git.budget import Budget, BudgetInputs, check
from stella_git.canon import jcs

CHECK_ID = "budget:sha256:788d6963784d7edcf37a67535f0313a937c94980ffbcf759148b3d61f828f563"
CONFIG_DIGEST = "sha256:66cd15ded3f4730f7c7f79e1761edb7ec701536c3e026c868be06c8dbeecc27e"


def shuffled(value, dice: random.Random):
    if isinstance(value, dict):
        names = list(value)
        dice.shuffle(names)
        return {name: shuffled(value[name], dice) for name in names}
    if isinstance(value, list):
        items = [shuffled(item, dice) for item in value]
        dice.shuffle(items)
        return items
    return value


def predicate(budget: Budget, inputs: BudgetInputs) -> dict:
    return check(budget, inputs, environment="prod", as_of=AS_OF).to_predicate()


@pytest.fixture(scope="module")
def budget():
    return Budget.from_bytes((VECTORS / "budget.yaml").read_bytes(), path="budget.yaml")


@pytest.fixture(scope="module")
def inputs():
    return BudgetInputs.from_bytes((VECTORS / "budget_inputs.json").read_bytes())


def test_the_vector_comes_out_identical(budget, inputs):
    got = predicate(budget, inputs)
    assert jcs.dumps(got) == jcs.dumps(vector("budget_check.json"))
    assert got["checkId"] == CHECK_ID
    assert budget.config_digest == CONFIG_DIGEST


@pytest.mark.parametrize("seed", range(20))
def test_order_of_members_and_items_does_not_matter(budget, seed):
    # the seed makes the order, and nothing else depends on it
    document = shuffled(vector("budget_inputs.json"), random.Random(seed))
    assert predicate(budget, BudgetInputs.from_json(document))["checkId"] == CHECK_ID


@pytest.mark.parametrize("seed", range(5))
def test_order_of_members_of_the_budget_does_not_matter(inputs, seed):
    document = yaml.safe_load((VECTORS / "budget.yaml").read_bytes())
    lists = copy.deepcopy(document)
    mixed = shuffled(document, random.Random(seed))
    mixed["spec"]["count"]["vexStates"] = lists["spec"]["count"][
        "vexStates"
    ]  # arrays of spec are digested as written
    mixed["spec"]["points"]["epss"] = lists["spec"]["points"]["epss"]
    assert predicate(Budget.from_json(mixed), inputs)["checkId"] == CHECK_ID


def test_json_and_the_current_api_version_give_the_same_id(inputs):
    document = yaml.safe_load((VECTORS / "budget.yaml").read_bytes()) | {"apiVersion": "stella.ops/v1"}
    data = json.dumps(document).encode()
    assert predicate(Budget.from_bytes(data, path="budget.json"), inputs)["checkId"] == CHECK_ID


def test_identical_duplicates_change_nothing(budget):
    document = vector("budget_inputs.json")
    twice = {role: rows + rows[:2] for role, rows in document.items()}
    assert predicate(budget, BudgetInputs.from_json(twice))["checkId"] == CHECK_ID


def test_what_comes_out_fits_the_published_schema(budget, inputs):
    jsonschema.Draft202012Validator(vector("budget-check.v1.schema.json")).validate(predicate(budget, inputs))
