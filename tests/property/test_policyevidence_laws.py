"""Laws of evidence for policies."""

import json
from itertools import count

from hypothesis import given, settings
from hypothesis import strategies as st

from canon_strategies import VALUES
from csaf_cases import csaf
from documents_cases import mutate
from policyevidence_cases import (
    AS_OF,
    LEFT,
    PROVENANCE_V1,
    VULNS_V02,
    attested,
    bom,
    data,
    findings,
    provenance,
    require_schema,
    ring,
    row,
    scan,
    statement,
    vex,
)
from spdx_cases import spdx2, spdx3
from stella_git.canon.reader import positions
from stella_git.errors import InputError
from stella_git.flows.policyevidence.offered import of_files
from stella_git.flows.policyevidence.places import Places
from stella_git.policy import predicates

RING = ring()

laws = settings(deadline=None, max_examples=40)

IDS = st.sampled_from(["CVE-2026-0001", "CVE-2026-0002", "GHSA-aaaa-bbbb-cccc"])
PURLS = st.sampled_from([LEFT, "pkg:npm/other@2", "pkg:npm/left-pad@1.3.0?arch=x"])
ROWS = st.builds(
    lambda name, purl, severity, alias: row(name, purl=purl, severity=severity, aliases=alias),
    IDS,
    PURLS,
    st.sampled_from(["low", "critical", "unknown"]),
    st.lists(IDS, max_size=1),
)
CLAIMS = st.builds(
    lambda name, purl, status, when: vex(
        timestamp=when,
        statements=[
            {
                "vulnerability": {"name": name},
                "products": [{"@id": purl}],
                "status": status,
                **(
                    {"justification": "component_not_present"}
                    if status == "not_affected"
                    else {"action_statement": "Wait."}
                ),
            }
        ],
    ),
    IDS,
    PURLS,
    st.sampled_from(["affected", "not_affected"]),
    st.sampled_from(["2026-01-01T00:00:00Z", "2026-05-01T00:00:00Z", "2027-01-01T00:00:00Z"]),
)
DOCUMENTS = st.lists(
    st.one_of(
        st.lists(ROWS, max_size=3).map(lambda rows: findings(*rows)),
        CLAIMS.map(data),
        st.sampled_from(["1.4", "1.5", "1.6"]).map(lambda version: data(bom(specVersion=version))),
    ),
    max_size=5,
)
SCHEMAS = {
    predicates.FINDINGS: "evidence-findings.v1",
    predicates.UNKNOWNS: "evidence-unknowns.v1",
    predicates.VEX: "evidence-vex.v1",
}


def pointers(value, at=""):
    """Yield a pointer to every part of a value."""
    yield at
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, part in pairs:
        yield from pointers(part, f"{at}/{str(name).replace('~', '~0').replace('/', '~1')}")


def shown(files):
    return [
        (
            item.predicate_type,
            item.version,
            json.dumps(item.value),
            [source.to_json() for source in item.sources],
            [str(item.place(pointer)) for pointer in pointers(item.value)],
        )
        for item in of_files(files, as_of=AS_OF, environment="prod")
    ]


@laws
@given(DOCUMENTS, st.randoms(use_true_random=False))
def test_the_order_of_documents_never_changes_what_policies_see(documents, random):
    files = list(zip((f"{number}.json" for number in count()), documents, strict=False))
    shuffled = random.sample(files, len(files))
    assert shown(shuffled) == shown(files)


@laws
@given(DOCUMENTS)
def test_views_fit_their_schemas_and_hold_no_fractions(documents):
    files = [(f"{number}.json", content) for number, content in enumerate(documents)]
    for item in of_files(files, as_of=AS_OF, environment="prod"):
        if item.predicate_type == predicates.INVENTORY:
            require_schema("evidence-inventory.v1", item.value)
        for value in item.value if item.predicate_type in SCHEMAS else ():
            require_schema(SCHEMAS[item.predicate_type], value)
        if item.predicate_type.startswith(predicates.OURS):
            json.loads(json.dumps(item.value), parse_float=_refuse)


def _refuse(text):
    raise AssertionError(text)


@laws
@given(DOCUMENTS)
def test_every_place_is_in_a_document_that_was_given(documents):
    files = {f"{number}.json": content for number, content in enumerate(documents)}
    for item in of_files(files.items(), as_of=AS_OF, environment="prod"):
        for pointer in pointers(item.value):
            where = item.place(pointer)
            if where is not None:
                line = files[where.path].decode().split("\n")[where.line - 1]
                assert 1 <= where.column <= len(line)


@settings(deadline=None)
@given(VALUES, st.sampled_from([None, 1, 2]))
def test_places_are_those_that_the_reader_finds(value, indent):
    content = json.dumps(value, indent=indent, ensure_ascii=False).encode()
    places = Places("x", content, value)
    every = list(pointers(value))
    found = positions(content, every)
    for pointer in every:
        where = places.where(pointer)
        assert (where.line, where.column, where.pointer) == (*found[pointer], pointer)


GOOD = (
    bom(),
    bom(vulnerabilities=[{"id": "CVE-2026-0001", "affects": [{"ref": "left"}]}]),
    vex(),
    spdx2(),
    spdx3(),
    csaf(),
    json.loads(findings(row())),
    json.loads(statement(PROVENANCE_V1, provenance()).to_bytes()),
    json.loads(statement(VULNS_V02, scan("CVE-2026-0001")).to_bytes()),
    json.loads(attested(predicates.CYCLONEDX, bom())),
)


def attempt(value):
    """Return the evidence of a document, or why it is none."""
    try:
        return of_files([("x.json", data(value))], as_of=AS_OF, environment="prod", keyring=RING), None
    except InputError as error:
        return (), error


@settings(deadline=None, max_examples=150)
@given(st.sampled_from(GOOD), st.randoms(use_true_random=False), st.integers(1, 3))
def test_a_broken_document_is_evidence_or_refused_with_a_place(value, random, times):
    for _ in range(times):
        value = mutate(value, random)
    found, error = attempt(value)
    assert error is None or error.where.path == "x.json"
    for item in found:
        for pointer in list(pointers(item.value))[:50]:
            item.place(pointer)


@laws
@given(VALUES)
def test_what_is_of_no_format_is_refused_with_a_place(value):
    found, error = attempt(value)
    assert found == ()
    assert error.where.path == "x.json"
