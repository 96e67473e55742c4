"""Merging is a join: neither order nor grouping nor repetition changes a byte. And no report is a crash."""

import copy
import json
import time

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from growth_cases import grows_in_proportion
from ingest_cases import NAMES, canonical, fixture, grype, match, read
from stella_git.canon.clock import parse_rfc3339
from stella_git.canon.reader import parse_json
from stella_git.documents import ingest
from stella_git.documents.findings import from_json
from stella_git.documents.ingest.merge import SEVERITY_ORDER
from stella_git.documents.models import RawFinding, Unknown
from stella_git.errors import InputError
from stella_git.verdict.findings import RawFinding as Row
from stella_git.verdict.findings import grouped
from stella_git.verdict.lattice import Resolution
from stella_git.verdict.matching import Products

OPEN = Resolution(
    state="unknown", effective="affected", declared="unknown", affected=0, not_affected=0, claims=()
)
NOW = parse_rfc3339("2026-11-20T00:00:00Z")
IDS = ("CVE-2026-0001", "CVE-2026-0002", "GHSA-2222-3333-4444", "DSA-1", "not an id")
PURLS = ("pkg:npm/a@1", "pkg:npm/b@1", "a component")
maybe = lambda values: st.none() | st.sampled_from(values)  # noqa: E731 - a strategy, named where it is used

findings = st.builds(
    RawFinding,
    id=st.sampled_from(IDS),
    aliases=st.lists(st.sampled_from(IDS[:4]), max_size=2).map(tuple),
    purl=st.sampled_from(PURLS),
    severity=st.sampled_from(SEVERITY_ORDER),
    cvss_deci=maybe((0, 50, 98)),
    epss_ppm=maybe((0, 10, 500_000)),
    epss_date=maybe(("2026-01-01", "2026-01-02")),
    kev=maybe((True, False)),
    fixable=st.booleans(),
    fixed_version=maybe(("1.1", "1.10", "2")),
    first_seen=maybe(("2026-01-01T00:00:00Z", "2026-01-01T00:30:00+01:00", "2026-01-02T00:00:00Z")),
    reachability=maybe(("reachable", "unknown", "unreachable")),
    sources=st.lists(st.sampled_from(("grype", "trivy")), max_size=2).map(tuple),
)
unknowns = st.builds(
    Unknown,
    id=st.sampled_from(IDS),
    reason=st.sampled_from(("Identity", "FeedGap")),
    purl=maybe(PURLS[:2]),
    pointer=st.sampled_from(("", "/unknowns/0")),
)
sources = st.builds(
    ingest.Source,
    name=st.sampled_from(("grype", "trivy")),
    format=st.just("grype"),
    digest=st.integers(0, 3).map(lambda number: f"sha256:{number:064x}"),
    version=st.sampled_from(("", "1")),
    database_date=st.sampled_from(("", "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z")),
)
reports = st.builds(
    ingest.Report,
    sources=st.lists(sources, min_size=1, max_size=2).map(tuple),
    findings=st.lists(findings, max_size=5).map(tuple),
    unknowns=st.lists(unknowns, max_size=2).map(tuple),
)


@given(reports, reports)
def test_merging_is_commutative(left, right):
    assert canonical(left, right) == canonical(right, left)


@given(reports, reports, reports)
def test_merging_is_associative(one, two, three):
    assert canonical(ingest.merge([one, two]), three) == canonical(one, ingest.merge([two, three]))


@given(reports, reports)
def test_merging_is_idempotent(one, two):
    merged = ingest.merge([one, two])
    assert ingest.merge([merged]) == merged
    assert canonical(one, two, two, merged) == canonical(one, two)


@given(reports, st.randoms(use_true_random=False))
def test_the_order_inside_a_report_does_not_matter(report, random):
    shuffled = list(report.findings)
    random.shuffle(shuffled)
    other = ingest.Report(
        sources=report.sources[::-1], findings=tuple(shuffled), unknowns=report.unknowns[::-1]
    )
    assert canonical(other) == canonical(report)


@given(reports)
def test_a_document_is_read_as_what_was_written(report):
    merged = ingest.merge([report])
    written = parse_json(canonical(merged))
    found, left = from_json(written)
    assert (
        ingest.merge(
            [ingest.Report(sources=merged.sources, findings=found, unknowns=(*left, *merged.unknowns))]
        ).findings
        == merged.findings
    )
    data = canonical(merged)
    assert canonical(ingest.read(data, path="x")) == canonical(
        ingest.Report(sources=merged.sources, findings=found, unknowns=left)
    )


def verdict_rows(rows):
    return [
        Row(
            id=row.id,
            aliases=row.aliases,
            purl=row.purl,
            severity=row.severity,
            cvss_deci=row.cvss_deci,
            epss_ppm=row.epss_ppm,
            epss_date=row.epss_date,
            kev=row.kev,
            fixable=row.fixable,
            fixed_version=row.fixed_version,
            first_seen=None if row.first_seen is None else parse_rfc3339(row.first_seen),
            reachability=row.reachability or "unknown",
        )
        for row in rows
    ]


def decided(rows):
    return [group.merge(NOW, OPEN) for group in grouped(verdict_rows(rows), Products())]


@given(reports, reports)
def test_a_verdict_on_the_merged_document_is_that_on_the_reports(one, two):
    rows = (*one.findings, *two.findings)
    # What is no id joins nothing here; there it is a name like any other.
    assume(all(row.id != "not an id" or not row.aliases for row in rows))
    assert decided(ingest.merge([one, two]).findings) == decided(rows)


# --- hostile reports ----------------------------------------------------------------------------------------

ODD = (
    None,
    True,
    0,
    -1,
    1e300,
    "",
    "x",
    "\x00",
    "pkg:",
    "CVE-1",
    [],
    {},
    [[]],
    [None],
    {"id": []},
    "9" * 400,
)
PARSED = {name: json.loads(fixture(name)) for name in NAMES}


def places(value, found=()):
    """Return the path of every value in a document."""
    yield found
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in items:
        yield from places(each, (*found, key))


PLACES = {name: [place for place in places(value) if place] for name, value in PARSED.items()}


def put(value, place, odd):
    value = copy.deepcopy(value)
    inside = value
    for key in place[:-1]:
        inside = inside[key]
    inside[place[-1]] = odd
    return value


def survives(value):
    """Return whether a report is read; being refused with an error of ours is the only other outcome."""
    try:
        report = read(value)
    except InputError:
        return False
    data = canonical(report)
    assert canonical(ingest.read(data, path="again")) == data
    return True


@pytest.mark.parametrize("name", NAMES)
def test_a_wrong_type_anywhere_is_no_crash(name):
    for number, place in enumerate(PLACES[name]):
        for odd in ODD[number % 4 :: 4]:
            survives(put(PARSED[name], place, odd))


@given(st.sampled_from(NAMES), st.data())
def test_several_wrong_types_are_no_crash(name, data):
    value = PARSED[name]
    for _ in range(data.draw(st.integers(1, 6))):
        here = [place for place in places(value) if place]
        if here:
            value = put(value, data.draw(st.sampled_from(here)), data.draw(st.sampled_from(ODD)))
    survives(value)


def test_fifty_thousand_matches_cost_what_they_weigh():
    def report(count):
        matches = (
            match(f"CVE-2026-{10_000 + number}", related=[{"id": f"DSA-{number}"}]) for number in range(count)
        )
        return json.dumps(grype(*matches)).encode()

    def work(data):
        return canonical(ingest.read(data, path="x"))

    assert work(report(100)).count(b'"fp":') == 100
    grows_in_proportion(work, report, 1_000)


@pytest.mark.parametrize(
    "report",
    [
        grype(match("X-1", related=[{"id": f"CVE-2026-{10_000 + number}"} for number in range(20_000)])),
        grype(
            *(
                match(f"X-{number}", related=[{"id": f"X-{number + 1}"}], purl="pkg:npm/a@1")
                for number in range(20_000)
            )
        ),
        {
            "version": "2.1.0",
            "runs": [
                {
                    "tool": {
                        "driver": {
                            "rules": [
                                {
                                    "id": "CVE-2026-0001",
                                    "deprecatedIds": [
                                        f"CVE-2026-{10_000 + number}" for number in range(10_000)
                                    ],
                                    "properties": {"tags": ["x"] * 10_000},
                                }
                            ]
                        }
                    },
                    "results": [{"ruleId": "CVE-2026-0001", "properties": {"purl": "pkg:npm/a@1"}}] * 10_000,
                }
            ],
        },
        {
            "results": [
                {
                    "packages": [
                        {
                            "package": {"name": "a", "version": "1", "ecosystem": "npm"},
                            "groups": [{"ids": [f"X-{number}" for number in range(20_000)]}],
                            "vulnerabilities": [{"id": f"X-{number}"} for number in range(20_000)],
                        }
                    ]
                }
            ]
        },
    ],
    ids=["cves of one match", "a chain of aliases", "one rule", "one group"],
)
def test_what_repeats_does_not_multiply(report):
    start = time.process_time()
    assert survives(report)
    assert time.process_time() - start < 30


def test_aliases_that_would_be_a_document_of_another_size_are_refused():
    related = [{"id": f"X-{number}"} for number in range(2_000)]
    matches = [match("X-0", related=related)]
    matches += [match("X-0", purl=f"pkg:npm/a{number}@1") for number in range(2_000)]
    with pytest.raises(InputError) as caught:
        canonical(read(grype(*matches)))
    assert caught.value.code == "scan-invalid"
