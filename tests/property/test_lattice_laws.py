"""Laws of the VEX lattice, each named after what it forbids."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from stella_git.canon.clock import Instant
from stella_git.verdict.lattice import STATUSES, Claim, join, resolve, state_of
from stella_git.verdict.matching import AliasSets
from stella_git.verdict.weights import STRENGTH, Weights
from verdict_cases import AS_OF

DAY = 86_400
ISSUERS = {
    "v": "vendor",
    "d": "distro",
    "h": "hub",
    "p": "platform",
    "repository": "internal",
    "stranger": None,
}
JUSTIFICATIONS = [None, "because", *(name for name in STRENGTH if name not in {"affected", "fixed", "none"})]
WEIGHTS = Weights()

times = st.one_of(
    st.none(),
    st.integers(-900, 30).map(lambda days: Instant(AS_OF.seconds + days * DAY)),
    st.sampled_from([AS_OF, Instant(AS_OF.seconds, 1)]),
)


@st.composite
def claims(draw, issuers=tuple(ISSUERS), statuses=STATUSES):
    issuer = draw(st.sampled_from(issuers))
    return Claim(
        vulnerabilities=("CVE-1",),
        product=draw(st.sampled_from([None, "pkg:pypi/a@1"])),
        issuer=issuer,
        issuer_class=ISSUERS.get(issuer, "vendor"),
        status=draw(st.sampled_from(statuses)),
        justification=draw(st.sampled_from(JUSTIFICATIONS)),
        timestamp=draw(times),
        version=draw(st.integers(0, 2)),
        document="sha256:" + draw(st.sampled_from("abc")) * 64,
    )


sets = st.lists(claims(), max_size=8)
laws = settings(deadline=None)


def resolved(given_claims, as_of=AS_OF):
    return resolve(given_claims, WEIGHTS, as_of)


def rows(resolution):
    return sorted((row.claim.digest, row.claim.issuer, row.weight, row.outcome) for row in resolution.claims)


@laws
@given(sets, st.randoms(use_true_random=False))
def test_order_never_matters(some, dice):
    mixed = list(some)
    dice.shuffle(mixed)
    assert resolved(some) == resolved(mixed)


@laws
@given(sets, sets)
def test_join_is_commutative(left, right):
    one, other = state_of(left, "CVE-1"), state_of(right, "CVE-1")
    assert join(one, other) == join(other, one)


@laws
@given(sets, sets, sets)
def test_join_is_associative(first, second, third):
    a, b, c = (state_of(some, "CVE-1") for some in (first, second, third))
    assert join(join(a, b), c) == join(a, join(b, c))


@laws
@given(sets)
def test_join_is_idempotent(some):
    state = state_of(some, "CVE-1")
    assert join(state, state) == state
    assert join(state, {}) == state


@laws
@given(sets, sets)
def test_grouping_never_matters(left, right):
    assert state_of(left + right, "CVE-1") == join(state_of(left, "CVE-1"), state_of(right, "CVE-1"))


@laws
@given(sets)
def test_repeating_a_claim_changes_nothing(some):
    assert resolved(some) == resolved(some + some)


@laws
@given(sets, claims(issuers=("new",), statuses=("affected",)))
def test_a_new_affected_never_suppresses(some, new):
    before, after = resolved(some), resolved([*some, new])
    assert before.suppressed or not after.suppressed
    assert (after.affected, after.not_affected) >= (before.affected, before.not_affected)


@laws
@given(sets, claims(issuers=("new",), statuses=("not_affected", "fixed")))
def test_a_new_exclusion_never_unsuppresses(some, new):
    assert resolved([*some, new]).suppressed or not resolved(some).suppressed


@laws
@given(sets, claims(issuers=("new",), statuses=("under_investigation",)))
def test_a_new_investigation_changes_no_effect(some, new):
    before, after = resolved(some), resolved([*some, new])
    assert (before.effective, before.state) == (after.effective, after.state)


@laws
@given(sets, claims(), st.sampled_from(tuple(ISSUERS)))
def test_an_unverified_issuer_changes_nothing(some, new, name):
    stranger = replace(new, issuer=name, issuer_class=None)  # whatever name it gives itself
    before, after = resolved(some), resolved([*some, stranger])
    for member in ("state", "effective", "declared", "affected", "not_affected"):
        assert getattr(before, member) == getattr(after, member)
    assert any(row.outcome == "unverified" and row.claim == stranger for row in after.claims)


@laws
@given(sets, st.integers(0, 900))
def test_claims_after_the_instant_are_ignored(some, days):
    as_of = Instant(AS_OF.seconds - days * DAY)
    past = [claim for claim in some if claim.timestamp is None or claim.timestamp <= as_of]
    full, known = resolved(some, as_of), resolved(past, as_of)
    for member in ("state", "effective", "declared", "affected", "not_affected"):
        assert getattr(full, member) == getattr(known, member)


@laws
@given(sets)
def test_every_claim_stays_visible_with_a_reason(some):
    resolution = resolved(some)
    assert {row.claim for row in resolution.claims} == set(some)
    assert all(row.why and 0 <= row.weight <= 1000 for row in resolution.claims)
    deciding = sum(row.outcome == "decides" for row in resolution.claims)
    assert deciding == (resolution.effective in {"affected", "not_affected", "fixed"})


@laws
@given(sets)
def test_the_effect_follows_from_the_weights_alone(some):
    resolution = resolved(some)
    a, n = resolution.affected, resolution.not_affected
    if resolution.suppressed:
        assert n >= 500
        assert n - a >= 100
    elif resolution.effective == "affected":
        assert a - n >= 100
    else:
        assert a - n < 100
        assert n < 500 or n - a < 100
        assert (resolution.effective == "conflict") == (a > 0 and n > 0)


@laws
@given(st.integers(0, 3000), st.integers(0, 3000))
def test_an_older_claim_is_never_fresher(one, other):
    young, old = sorted((one, other))
    assert 250 <= WEIGHTS.freshness(old) <= WEIGHTS.freshness(young) <= 1000


names = st.sampled_from([f"CVE-2026-000{digit}" for digit in range(5)] + ["GHSA-a", "GHSA-b", "OSV-1"])
groups = st.lists(st.lists(names, min_size=1, max_size=3), max_size=8)


def partition(alias_sets):
    return {frozenset(alias_sets.members(name)) for name in ("CVE-2026-0000", "GHSA-a", "GHSA-b", "OSV-1")}


@laws
@given(groups, st.randoms(use_true_random=False))
def test_alias_sets_do_not_depend_on_order_or_spelling(some, dice):
    mixed = [list(group) for group in some]
    for group in mixed:
        dice.shuffle(group)
    dice.shuffle(mixed)
    mixed = [[name.lower() if name.startswith("CVE") else name for name in group] for group in mixed]
    one, other = AliasSets(some), AliasSets(mixed)
    for group in some:
        for name in group:
            assert one.members(name) == other.members(name)
            assert set(one.members(group[0])) == set(one.members(name))
    assert partition(one) == partition(other)


@laws
@given(groups)
def test_alias_sets_join_exactly_what_is_connected(some):
    sets_ = AliasSets(some)
    for name in {name for group in some for name in group}:
        reach = {sets_.members(name)[0]}
        while True:  # the transitive closure, computed the slow way
            wider = reach.union(*(set(group) for group in some if reach & set(group)))
            if wider == reach:
                break
            reach = wider
        assert set(sets_.members(name)) == reach
