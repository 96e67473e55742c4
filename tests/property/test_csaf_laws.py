"""Laws of claims of CSAF documents: what ids are called is nobody's business, what is valid is heard."""

import json

from hypothesis import given
from hypothesis import strategies as st

from csaf_cases import NOTE, csaf, product, related
from stella_git.documents.csaf import STATUSES, claims
from stella_git.documents.validate import validate

NAMES = [f"P{index}" for index in range(6)]
GROUPS = [*STATUSES, "recommended"]
LABELS = ["component_not_present", "vulnerable_code_not_present"]


@st.composite
def documents(draw):
    """Return VEX documents with much wrong: ids that are twice or unknown, circles, contradictions."""
    names = st.sampled_from([*NAMES, "R0", "R1"])
    some = st.lists(names, min_size=1, max_size=4, unique=True)
    defined = draw(st.lists(st.sampled_from(NAMES), min_size=3, max_size=6, unique=draw(st.booleans())))
    tree = {"full_product_names": [product(name, purl=f"pkg:npm/{name.lower()}@1") for name in defined]}
    relations = draw(st.lists(st.tuples(st.sampled_from(["R0", "R1"]), names, names), max_size=2))
    if relations:
        tree["relationships"] = [related(*each) for each in relations]
    if draw(st.booleans()):
        tree["product_groups"] = [{"group_id": "G", "product_ids": [*draw(some), "P0"]}]
    status = draw(st.dictionaries(st.sampled_from(GROUPS), some, min_size=1, max_size=3))
    flag = st.fixed_dictionaries({"label": st.sampled_from(LABELS), "product_ids": some})
    flags = draw(st.lists(flag, max_size=2))
    if draw(st.booleans()):
        flags.append({"label": LABELS[0], "group_ids": ["G"]})
    vulnerability = {"cve": "CVE-2026-0001", "notes": [NOTE], "product_status": status}
    if flags:
        vulnerability["flags"] = flags
    everything = {"category": "none_available", "details": "None.", "product_ids": [*NAMES, "R0", "R1"]}
    vulnerability["remediations"] = [everything]
    vulnerability["threats"] = [{**everything, "category": "impact"}]
    return csaf(product_tree=tree, vulnerabilities=[vulnerability])


def heard(value):
    return sorted(map(repr, claims(value)))


def backwards(value):
    """Return a value with every array reversed."""
    if isinstance(value, dict):
        return {name: backwards(item) for name, item in value.items()}
    return [backwards(item) for item in reversed(value)] if isinstance(value, list) else value


@given(documents())
def test_claims_do_not_depend_on_what_ids_are_called(value):
    text = json.dumps(value)
    for name in [*NAMES, "R0", "R1", "G"]:
        text = text.replace(f'"{name}"', f'"other {name}"')
    assert heard(json.loads(text)) == heard(value)


@given(documents())
def test_claims_do_not_depend_on_order(value):
    assert heard(backwards(value)) == heard(value)


@st.composite
def sound(draw):
    """Return VEX documents in which every product is defined and has one status."""
    tree = {
        "full_product_names": [product(name, purl=f"pkg:npm/{name.lower()}@1") for name in NAMES],
        "relationships": draw(st.permutations([related("R0", "P0", "P1"), related("R1", "R0", "P2")])),
    }
    status = {"fixed": ["P5"], "recommended": ["P5"]}
    for name in [*NAMES[:5], "R0", "R1"]:
        status.setdefault(draw(st.sampled_from(list(STATUSES))), []).append(name)
    mine = status.get("known_not_affected", [])
    said = {"details": "x", "product_ids": [*NAMES, "R0", "R1"]}
    vulnerability = {
        "cve": "CVE-2026-0001",
        "notes": [NOTE],
        "product_status": status,
        "remediations": [{**said, "category": "none_available"}],
        "threats": [{**said, "category": "impact"}],
    }
    if mine and draw(st.booleans()):
        vulnerability["flags"] = [{"label": draw(st.sampled_from(LABELS)), "product_ids": mine}]
    return csaf(product_tree=tree, vulnerabilities=[vulnerability])


@given(sound())
def test_of_a_sound_document_every_claim_is_heard(value):
    assert validate(json.dumps(value).encode(), path="x.json").problems == ()
    (vulnerability,) = value["vulnerabilities"]
    status, reasons = vulnerability["product_status"], vulnerability.get("flags", [])
    wanted = sorted(STATUSES[group] for group, names in status.items() if group in STATUSES for _ in names)
    rows = claims(value)
    assert sorted(row.status for row in rows) == wanted
    assert all(row.subcomponents[0].purl if row.subcomponents else row.product.purl for row in rows)
    assert all(row.impact_statement for row in rows)
    labels = {row.justification for row in rows if row.status == "not_affected"}
    assert labels <= ({reasons[0]["label"]} if reasons else {None})


@given(documents())
def test_nothing_is_said_to_be_right_that_is_not_written(value):
    written = {
        STATUSES[group] for group in value["vulnerabilities"][0]["product_status"] if group in STATUSES
    }
    assert {row.status for row in claims(value)} <= written
    assert all(row.justification is None or row.status == "not_affected" for row in claims(value))
