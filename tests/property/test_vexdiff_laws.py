"""Laws of comparing VEX documents."""

from hypothesis import given
from hypothesis import strategies as st

from stella_git.documents.models import Product, RawClaim
from stella_git.documents.vexdiff import diff

_IDS = [f"CVE-2026-000{number}" for number in range(4)] + ["GHSA-2222-3333-4444", "GHSA-2222-3333-5555"]
_PRODUCTS = [
    Product(purl="pkg:npm/a@1"),
    Product(purl="pkg:npm/b@1"),
    Product(ids=("https://example.com/a",)),
    Product(),
]
_TIMES = [None, "2026-01-01T00:00:00Z", "2026-01-01T01:00:00+01:00", "2026-01-02T00:00:00Z", "no time"]

claims = st.lists(
    st.builds(
        RawClaim,
        vulnerability=st.sampled_from(_IDS),
        aliases=st.sets(st.sampled_from(_IDS), max_size=2).map(lambda found: tuple(sorted(found))),
        product=st.sampled_from(_PRODUCTS),
        subcomponents=st.sampled_from([(), (_PRODUCTS[1],)]),
        status=st.sampled_from(["affected", "fixed", "not_affected", "under_investigation"]),
        justification=st.sampled_from([None, "component_not_present"]),
        timestamp=st.sampled_from(_TIMES),
    ),
    max_size=6,
).map(tuple)


@given(claims)
def test_nothing_differs_from_itself(one):
    assert diff(one, one).equal


@given(claims, claims)
def test_the_other_way_round_is_the_mirror_image(one, other):
    there, back = diff(one, other), diff(other, one)
    assert there.added == back.removed
    assert there.removed == back.added
    assert there.same == back.same
    mirrored = {(change.after, change.before, change.fields) for change in back.changed}
    assert {(change.before, change.after, change.fields) for change in there.changed} == mirrored


@given(claims, claims)
def test_every_claim_in_force_is_told_once(one, other):
    found = diff(one, other)
    for claims_of, only, side in ((one, found.removed, "before"), (other, found.added, "after")):
        keys = {(claim.vulnerability, claim.product, claim.subcomponents) for claim in claims_of}
        assert len(only) + len(found.changed) + found.same == len(keys), side


@given(claims, st.randoms(use_true_random=False))
def test_order_counts_only_among_statements_of_one_time(one, random):
    told = {(claim.vulnerability, claim.product, claim.subcomponents): claim for claim in one}
    distinct = list(told.values())
    shuffled = list(distinct)
    random.shuffle(shuffled)
    assert diff(distinct, shuffled).equal
