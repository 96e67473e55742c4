"""Laws of verdict/1."""

import copy
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import jsonschema
from hypothesis import given, settings
from hypothesis import strategies as st

from budget_cases import POINTS, mutate
from stella_git.budget import Unknown
from stella_git.budget.model import REACHABILITY, REASONS, SEVERITIES
from stella_git.canon import jcs
from stella_git.canon.clock import Instant
from stella_git.config import shape
from stella_git.verdict import model, weights
from stella_git.verdict.decide import Evidence, RawComponent, decide
from stella_git.verdict.lattice import STATUSES
from stella_git.verdict.model import DECISIONS, Verdict, verdict_id
from stella_git.verdict.replay import replay
from verdict_cases import AS_OF, DIGEST, PURL, budget_file, claim, decision_inputs, finding

laws = settings(deadline=None)
TESTS = Path(__file__).parents[1]
SCHEMA = jsonschema.Draft202012Validator(
    json.loads((TESTS / "vectors" / "verdict" / "verdict.v1.schema.json").read_bytes())
)
DAY = 86_400

ids = st.sampled_from([f"CVE-2026-000{digit}" for digit in range(4)] + ["GHSA-a", "GHSA-b"])
purls = st.sampled_from([PURL, "pkg:pypi/urllib3@1.0.0", "pkg:npm/%40a/b@1", "file:x"])
times = st.one_of(st.none(), st.integers(-500, 5).map(lambda days: Instant(AS_OF.seconds + days * DAY)))

findings = st.builds(
    finding,
    ids,
    aliases=st.lists(ids, max_size=1).map(tuple),
    purl=purls,
    severity=st.sampled_from(SEVERITIES),
    kev=st.sampled_from([None, True, False]),
    epss_ppm=st.sampled_from([None, 0, 500_000]),
    epss_date=st.sampled_from([None, "2026-11-01", "2026-11-02"]),
    cvss_deci=st.sampled_from([None, 50, 98]),
    fixable=st.booleans(),
    fixed_version=st.sampled_from([None, "2", "3"]),
    first_seen=times,
    reachability=st.sampled_from(REACHABILITY),
    source=st.sampled_from("ab"),
)
claims = st.builds(
    claim,
    st.sampled_from(STATUSES),
    vulnerabilities=st.lists(ids, min_size=1, max_size=2).map(tuple),
    product=st.one_of(st.none(), purls, st.just("pkg:pypi/urllib3")),
    issuer=st.sampled_from(["a", "b"]),
    issuer_class=st.sampled_from(["vendor", "internal", None]),
    justification=st.sampled_from([None, "component_not_present", "inline_mitigations_already_exist"]),
    timestamp=times,
    version=st.integers(0, 1),
)
components = st.builds(
    RawComponent, purl=st.one_of(st.none(), purls), name=st.sampled_from("xy"), ref=st.just("r")
)
evidence = st.builds(Evidence, role=st.sampled_from(["sbom", "vex"]), digest=st.just(DIGEST))
LIMITS = {"findings": {"total": 3, "critical": 0}, "kev": 0, "riskPoints": 100, "unknowns": {"total": 5}}
FILES = (
    budget_file(
        "main", limits=LIMITS, points=POINTS, count={"graceDays": {"low": 90}, "kevIgnoresGrace": True}
    ),
    budget_file("soft", limits={"findings": {"total": 1}}, action="warn"),
    budget_file("other", environments=["dev"]),
)


@st.composite
def decisions(draw):
    return decision_inputs(
        policy_files=FILES,
        findings=tuple(draw(st.lists(findings, max_size=6))),
        claims=tuple(draw(st.lists(claims, max_size=6))),
        components=tuple(draw(st.lists(components, max_size=3))),
        evidence=tuple(draw(st.lists(evidence, max_size=3))),
        unknowns=tuple(
            draw(
                st.lists(
                    st.builds(Unknown, id=st.sampled_from("ab"), reason=st.sampled_from(REASONS)), max_size=3
                )
            )
        ),
    )


SETS = ("policy_files", "findings", "claims", "components", "evidence", "unknowns", "subject")


@laws
@given(decisions(), st.randoms(use_true_random=False))
def test_the_decision_does_not_depend_on_the_order_of_anything(inputs, dice):
    mixed = {}
    for name in SETS:
        rows = list(getattr(inputs, name))
        dice.shuffle(rows)
        mixed[name] = tuple(rows)
    one, other = decide(inputs), decide(replace(inputs, **mixed))
    assert jcs.dumps(one.verdict.to_json()) == jcs.dumps(other.verdict.to_json())
    assert one.findings == other.findings
    assert one.unknowns == other.unknowns
    assert one.messages == other.messages


@laws
@given(decisions())
def test_repeating_the_inputs_changes_nothing(inputs):
    twice = {name: getattr(inputs, name) * 2 for name in SETS}
    assert decide(replace(inputs, **twice)).verdict.verdict_id == decide(inputs).verdict.verdict_id


@laws
@given(decisions())
def test_a_verdict_fits_the_published_schema_and_reads_back(inputs):
    verdict = decide(inputs).verdict
    document = verdict.to_json()
    SCHEMA.validate(document)
    assert Verdict.from_json(json.loads(jcs.dumps(document))).to_json() == document
    assert verdict_id(document) == verdict.verdict_id
    assert replay(document, inputs).identical


@laws
@given(decisions(), findings)
def test_one_more_finding_never_improves_the_decision(inputs, new):
    fresh = replace(new, id="CVE-2026-9999", aliases=())
    worse = decide(replace(inputs, findings=(*inputs.findings, fresh)))
    assert DECISIONS.index(decide(inputs).verdict.decision) <= DECISIONS.index(worse.verdict.decision)


@laws
@given(decisions(), claims)
def test_a_stranger_never_changes_a_verdict(inputs, new):
    stranger = replace(new, issuer_class=None)
    more = replace(inputs, claims=(*inputs.claims, stranger))
    assert decide(more).verdict.verdict_id == decide(inputs).verdict.verdict_id


@laws
@given(decisions(), claims)
def test_claims_never_change_what_the_findings_are(inputs, new):
    more = replace(inputs, claims=(*inputs.claims, new))
    assert [row.fp for row in decide(more).findings] == [row.fp for row in decide(inputs).findings]


@laws
@given(decisions())
def test_an_affected_claim_of_a_new_issuer_never_suppresses(inputs):
    everything = claim(
        "affected",
        vulnerabilities=("CVE-2026-0001", "GHSA-a"),
        product=None,
        issuer="new",
        issuer_class="vendor",
    )
    before = {row.fp: row.resolution.suppressed for row in decide(inputs).findings}
    after = {
        row.fp: row.resolution.suppressed
        for row in decide(replace(inputs, claims=(*inputs.claims, everything))).findings
    }
    assert all(before[fp] or not suppressed for fp, suppressed in after.items())


@laws
@given(decisions())
def test_no_row_is_lost(inputs):
    found = decide(inputs).findings
    assert len({row.fp for row in found}) == len(found)
    for row in inputs.findings:
        homes = [one for one in found if row.id.upper() in {name.upper() for name in (one.id, *one.aliases)}]
        assert any(SEVERITIES.index(one.severity) <= SEVERITIES.index(row.severity) for one in homes) or homes


# --- the readers agree with the published schemas

SCHEMAS = TESTS.parent / "schemas" / "stella"
odd = st.one_of(
    st.none(),
    st.integers(-2, 1001),
    st.booleans(),
    st.sampled_from(["", "x", "X", "pass", "vendor", "sha256:x", DIGEST]),
    st.lists(st.sampled_from(["a", "b"]), max_size=2),
    st.dictionaries(st.sampled_from(["provenance", "a"]), st.integers(0, 5)),
)
TRUST = {
    "apiVersion": "stella.ops/v1",
    "kind": "Trust",
    "metadata": {"id": "t", "revision": 1},
    "spec": {
        "classes": {"lab": {"provenance": 1, "coverage": 2, "replayability": 3}},
        "issuers": {"key:a": "lab"},
        "strength": {"none": 1},
        "freshness": {"points": [{"days": 0, "permille": 5}], "floor": 1},
    },
}


@st.composite
def mutated(draw, document, names):
    return mutate(draw, copy.deepcopy(document), odd, names)


@settings(deadline=None, max_examples=300)
@given(mutated(TRUST, ["title", "none", "floor", "extra", "lab", "X", "key:b"]))
def test_the_trust_reader_agrees_with_the_published_schema(mutant):
    validator = jsonschema.Draft202012Validator(json.loads((SCHEMAS / "trust.v1.schema.json").read_bytes()))
    assert (shape.inspect(weights.DOCUMENT, mutant) == ()) is validator.is_valid(mutant)


VECTOR = json.loads((TESTS / "vectors" / "verdict" / "verdict.json").read_bytes())


@settings(deadline=None, max_examples=300)
@given(mutated(VECTOR, ["envelope", "predicateType", "params", "extra", "sha256"]))
def test_the_verdict_reader_takes_nothing_that_the_published_schema_refuses(mutant):
    found = shape.inspect(model.DOCUMENT, mutant)
    if not SCHEMA.is_valid(mutant):
        assert found
    # what it refuses besides: order, duplicates, nulls and empty params
    elif found:
        assert {one.code for one in found} <= {
            "array-unsorted",
            "array-duplicate",
            "value-type",
            "object-empty",
        }


SCRIPT = """
import sys
sys.path.insert(0, {tests!r})
from verdict_cases import claim, decision_inputs, finding
from stella_git.canon import jcs
from stella_git.verdict.decide import decide
names = ["CVE-2026-%04d" % n for n in range(30)]
rows = [finding(n, aliases=("GHSA-%s" % n, "OSV-%s" % n), kev=None) for n in names]
said = [claim(s, vulnerabilities=(n, "X-1"), issuer=i, issuer_class=c)
        for n in names for s, i, c in (("fixed", "a", "vendor"), ("affected", "b", "hub"))]
decision = decide(decision_inputs(findings=tuple(rows), claims=tuple(said)))
shown = [r.to_json() for r in decision.findings]
sys.stdout.buffer.write(jcs.dumps(decision.verdict.to_json()) + jcs.dumps(shown))
sys.stdout.write(repr(decision.messages) + repr([r.resolution for r in decision.findings]))
"""


def test_the_seed_of_string_hashing_does_not_matter():
    outputs = set()
    for seed in ("0", "1", "4242"):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        script = SCRIPT.format(tests=str(TESTS))
        outputs.add(
            subprocess.run(
                [sys.executable, "-c", script], env=environment, capture_output=True, check=True
            ).stdout
        )
    assert len(outputs) == 1
    assert len(outputs.pop()) > 10_000
