"""Laws of waivers: they lift what they name while they hold, and nothing ever else."""

from hypothesis import given, settings
from hypothesis import strategies as st

from stella_git.policy.results import DECISIONS
from waiver_cases import FINDINGS, START, days_after, ran, row, statuses, vfp, waiver_file

AT = "2026-06-01T00:00:00Z"
# holds, is over, is to come, is too long
SPANS = (
    (START, days_after(START, 61)),
    (START, AT),
    (days_after(AT, 1), days_after(AT, 9)),
    (START, days_after(START, 99)),
)


@st.composite
def matches(draw):
    number = draw(st.integers(1, 4))
    rule = draw(st.sampled_from(("each", "other")))
    kind = draw(st.sampled_from(("fp", "vfp", "purl")))
    if kind == "purl":
        purl = draw(st.sampled_from((f"pkg:npm/lib{number}", "pkg:npm/*", "pkg:npm/lib?@1.2.*")))
        return {"vuln": f"CVE-2026-{number:04d}", "purl": purl}
    return {"fingerprint": vfp(number, rule) if kind == "vfp" else f"fp:{number:016x}"}


@st.composite
def waivers(draw, spans=SPANS):
    count = draw(st.integers(0, 5))
    files = []
    for index in range(count):
        start, end = draw(st.sampled_from(spans))
        files.append(
            waiver_file(
                f"w{index}",
                match=draw(matches()),
                rule=draw(st.sampled_from((None, "each", "other"))),
                effect=draw(st.sampled_from(("waive", "downgrade"))),
                effectiveFrom=start,
                expires=end,
            )
        )
    return files


ROWS = st.lists(
    st.builds(row, st.integers(1, 4), good=st.booleans(), fine=st.booleans()),
    max_size=4,
    unique_by=lambda each: each["fp"],
)
MODES = st.sampled_from(("deny", "warn", "audit"))
APPROVERS = st.sampled_from(((), ("key:ben",), ("user:ada",)))


def spec(mode):
    return FINDINGS.replace("mode: deny", f"mode: {mode}")


def shape(outcome):
    """Return everything of a run but notes and notices."""
    return (
        outcome.decision,
        outcome.waivers,
        [(result.name, result.status) for result in outcome.results],
        [(v.fp, v.status, v.waiver) for result in outcome.results for v in result.violations],
    )


@settings(deadline=None)
@given(ROWS, waivers(), MODES, APPROVERS, st.randoms(use_true_random=False))
def test_the_order_of_waivers_never_matters(rows, files, mode, approvers, random):
    mixed = random.sample(files, len(files))
    one = ran(*rows, waivers=files, approvers=approvers, spec=spec(mode))
    other = ran(*rows, waivers=mixed, approvers=approvers, spec=spec(mode))
    assert shape(one) == shape(other)
    assert one.notices == other.notices


@settings(deadline=None)
@given(ROWS, waivers(), MODES, APPROVERS, st.integers(0, 4))
def test_removing_a_waiver_never_improves_a_decision(rows, files, mode, approvers, which):
    """Orphans are new here, so none is an error yet."""
    fewer = [file for index, file in enumerate(files) if index != which]
    before = ran(*rows, waivers=files, approvers=approvers, spec=spec(mode))
    after = ran(*rows, waivers=fewer, approvers=approvers, spec=spec(mode))
    assert DECISIONS.index(after.decision) >= DECISIONS.index(before.decision)


@settings(deadline=None)
@given(ROWS, waivers(spans=SPANS[1:]), MODES)
def test_one_that_does_not_hold_is_none_but_for_notes(rows, files, mode):
    assert shape(ran(*rows, waivers=files, spec=spec(mode))) == shape(ran(*rows, spec=spec(mode)))


@settings(deadline=None)
@given(ROWS, waivers(), MODES)
def test_without_approvals_nothing_is_lifted(rows, files, mode):
    for approvers in ((), ("user:ada",)):
        with_waivers = ran(*rows, waivers=files, approvers=approvers, spec=spec(mode))
        assert shape(with_waivers) == shape(ran(*rows, spec=spec(mode)))


@settings(deadline=None)
@given(ROWS, waivers(), MODES)
def test_nothing_makes_anything_else_of_an_error(rows, files, mode):
    broken = spec(mode).replace("assert: row.good\n", "assert: row.nothing\n")
    outcome = ran(*rows, waivers=files, spec=broken)
    plain = ran(*rows, spec=broken)
    assert outcome.decision == plain.decision
    errors = [result.rule.id for result in plain.results if result.status == "error"]
    assert [result.rule.id for result in outcome.results if result.status == "error"] == errors


@settings(deadline=None)
@given(ROWS, waivers(), MODES)
def test_what_is_lifted_was_there_and_is_listed(rows, files, mode):
    plain = ran(*rows, spec=spec(mode))
    outcome = ran(*rows, waivers=files, spec=spec(mode))
    assert statuses(outcome).keys() == statuses(plain).keys()
    lifted = {(v.waiver, v.fp) for result in outcome.results for v in result.violations if v.waiver}
    assert {(each["id"], fp) for each in outcome.waivers for fp in each["applied"]} == lifted
    changed = {key for key, status in statuses(outcome).items() if statuses(plain)[key] != status}
    named = {(result.rule.id, v.key) for result in outcome.results for v in result.violations if v.waiver}
    assert changed <= named
