"""Laws of the score: saying more never lowers it, and order says nothing."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from stella_git.documents.elements import builtin, ids, judge
from stella_git.documents.inventory.model import Inventory, Link, Part

PROFILES = [builtin(name) for name in ids()]
VALUES = st.sampled_from(
    ["", "MIT", "NOASSERTION", "x", "a@b.example", "https://x.example", "2026-01-31T09:30:00Z", "y 1.2"]
)
TEXTS = st.lists(VALUES, max_size=2).map(tuple)
MAYBE = st.none() | VALUES
HASHES = st.lists(st.sampled_from([("sha1", "0"), ("sha512", "0"), ("md5", "0")]), max_size=2).map(tuple)
NAMES = ["archive", "executable", "structured", "effectiveLicence"]
PROPERTIES = st.lists(
    st.tuples(
        st.sampled_from([f"bsi:component:{name}" for name in NAMES]),
        st.sampled_from(["archive", "no archive", "executable", "structured", "MIT"]),
    ),
    max_size=3,
).map(tuple)
FORMATS = [("cyclonedx", "1.4"), ("cyclonedx", "1.6"), ("spdx", "2.3"), ("spdx", "3.0.1")]
KINDS = st.sampled_from(["library", "application", "file", "service", "cryptographic-asset", ""])
FIELDS = {
    "version": VALUES, "purl": MAYBE, "cpes": TEXTS, "hashes": HASHES, "declared": TEXTS, "concluded": TEXTS,
    "supplier": MAYBE, "producers": TEXTS, "contacts": TEXTS, "copyright": MAYBE, "filename": MAYBE,
    "download": MAYBE, "source_url": MAYBE, "properties": PROPERTIES, "name": VALUES,
}  # fmt: skip
OF_DOCUMENT = {
    "authors": TEXTS, "author_contacts": TEXTS, "tools": TEXTS, "timestamp": MAYBE, "identifier": MAYBE,
    "lifecycles": TEXTS,
}  # fmt: skip


@st.composite
def inventories(draw):
    count = draw(st.integers(0, 4))
    parts = tuple(
        Part(
            ref=f"r{n}",
            pointer=f"/p/{n}",
            kind=draw(KINDS),
            root=n == 0,
            **{k: draw(v) for k, v in FIELDS.items()},
        )
        for n in range(count)
    )
    refs = st.sampled_from([f"r{n}" for n in range(max(count, 1))])
    kinds = st.sampled_from(["depends-on", "contains"])
    links = draw(st.lists(st.builds(Link, source=refs, kind=kinds, target=refs), max_size=3))
    kind, version = draw(
        st.sampled_from([("cyclonedx", "1.4"), ("cyclonedx", "1.6"), ("spdx", "2.3"), ("spdx", "3.0.1")])
    )
    said = {name: draw(value) for name, value in OF_DOCUMENT.items()}
    return Inventory(kind=kind, version=version, parts=parts, links=tuple(links), **said)


def more(old, new):
    """Return a field that says at least what it said: a tuple grows, an empty value is filled."""
    if isinstance(old, tuple):
        return (*old, *new)
    return old or new


@st.composite
def growing(draw):
    """Return an inventory, and one that says more about the same components."""
    less = draw(inventories())
    parts = tuple(
        replace(part, **{name: more(getattr(part, name), draw(value)) for name, value in FIELDS.items()})
        for part in less.parts
    )
    said = {name: more(getattr(less, name), draw(value)) for name, value in OF_DOCUMENT.items()}
    links = less.links
    if less.parts:
        refs = st.sampled_from([part.ref for part in less.parts])
        complete = st.sampled_from([None, True, False])
        link = st.builds(Link, source=refs, kind=st.just("depends-on"), target=refs, complete=complete)
        links += tuple(draw(st.lists(link, max_size=2)))
    return less, replace(less, parts=parts, links=links, **said)


@given(growing())
def test_saying_more_never_lowers_a_score(pair):
    less, greater = pair
    for profile in PROFILES:
        before, after = judge(less, profile), judge(greater, profile)
        assert after.score >= before.score
        assert after.baseline >= before.baseline
        for old, new in zip(before.outcomes, after.outcomes, strict=True):
            assert old.total == new.total
            assert set(new.missing) <= set(old.missing)


@given(inventories())
def test_the_order_of_components_says_nothing(inventory):
    turned = replace(inventory, parts=inventory.parts[::-1], links=inventory.links[::-1])
    for profile in PROFILES:
        assert judge(inventory, profile).score == judge(turned, profile).score


@given(inventories())
def test_a_full_score_is_that_nothing_is_missing(inventory):
    for profile in PROFILES:
        judgement = judge(inventory, profile)
        assert 0 <= judgement.score <= 1000
        assert (judgement.score == 1000) == (not any(outcome.missing for outcome in judgement.outcomes))
