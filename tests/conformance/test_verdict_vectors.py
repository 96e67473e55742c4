"""The published verdict keeps its id, and golden verdicts come out of the code that made them."""

import json
from pathlib import Path

import jsonschema
import pytest

from attest_cases import SCHEMAS
from stella_git.canon import jcs
from stella_git.canon.reader import parse_json
from stella_git.verdict.model import Verdict, verdict_id
from stella_git.verdict.replay import replay
from verdict_cases import GOLDEN, golden_inputs

VECTORS = Path(__file__).parents[1] / "vectors" / "verdict"
VERDICT_ID = "verdict:sha256:606b1b76c317f077ac8c9b24d45a08cb890758c8448c3f10cb44873c34649ac1"
GOLDEN_FILES = sorted(GOLDEN.glob("*.json"))


@pytest.fixture(scope="module")
def published():
    return parse_json((VECTORS / "verdict.json").read_bytes())


@pytest.fixture(scope="module")
def schema():
    return jsonschema.Draft202012Validator(json.loads((VECTORS / "verdict.v1.schema.json").read_bytes()))


@pytest.fixture(scope="module")
def own():
    return jsonschema.Draft202012Validator(json.loads((SCHEMAS / "verdict.v1.schema.json").read_bytes()))


def test_the_vector_keeps_its_id(published):
    assert verdict_id(published) == VERDICT_ID
    verdict = Verdict.from_json(published)
    assert verdict.verdict_id == VERDICT_ID
    assert jcs.dumps(verdict.to_json()) == jcs.dumps(published)


def test_there_are_golden_verdicts_of_every_decision():
    decisions = {json.loads(path.read_bytes())["verdict"]["decision"] for path in GOLDEN_FILES}
    assert decisions == {"pass", "warn", "fail", "error"}


@pytest.mark.parametrize("path", GOLDEN_FILES, ids=lambda path: path.stem)
def test_golden_verdicts_replay_byte_for_byte(path, schema, own):
    case = parse_json(path.read_bytes())
    outcome = replay(case["verdict"], golden_inputs(case["inputs"]))
    assert outcome.difference is None
    assert outcome.identical
    assert outcome.verdict_id == case["verdictId"] == verdict_id(case["verdict"])
    assert Verdict.from_json(case["verdict"]).verdict_id == case["verdictId"]
    assert [row.to_json() for row in outcome.decision.findings] == case["findings"]
    own.validate(case["verdict"])
    modes = {row["mode"] for row in case["verdict"]["policySet"]["policies"]}
    # The contract of modes has "off", which the schema beside the vector does not list.
    assert schema.is_valid(case["verdict"]) is ("off" not in modes)
