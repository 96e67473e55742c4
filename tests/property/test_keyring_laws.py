"""Laws of keyrings that follow each other: who has to sign, and that everybody arrives at the same one."""

from hypothesis import given
from hypothesis import strategies as st

from stella_git.canon.clock import DAY
from stella_git.errors import StellaError
from stella_git.trust import rotation, succession
from stella_git.trust.anchor import Pin, establish
from stella_git.trust.keyring import ACTIVE, DISABLED, REVOKED, Keyring
from trust_cases import NOW, VERDICT, entry, payload, signed

NAMES = ("ada", "ben", "cyd", "dan")
STATUS = {ACTIVE: {}, DISABLED: {"status": DISABLED}, REVOKED: {"status": REVOKED, "revoked_at": NOW}}


@st.composite
def rings(draw, version):
    """Draw the payload of a keyring, and the names of its usable trust keys."""
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=4, unique=True))
    rows = [(name, draw(st.sampled_from(sorted(STATUS))), draw(st.booleans())) for name in names]
    rows[0] = (rows[0][0], rows[0][1], True)
    entries = [
        entry(name, *(("trust",) if trust else (VERDICT,)), **STATUS[status]) for name, status, trust in rows
    ]
    holders = [name for name, _, trust in rows if trust]
    needed = draw(st.integers(1, len(holders)))
    usable = {name for name, status, trust in rows if trust and status == ACTIVE}
    return payload(*entries, thresholds={"trust": needed}, version=version), usable, needed


@given(rings(version=1), rings(version=2), st.sets(st.sampled_from((*NAMES, "eve"))))
def test_a_keyring_follows_exactly_if_both_thresholds_signed_it(before, after, signers):
    old, old_usable, old_needed = before
    new, new_usable, new_needed = after
    signatures = signed(new, *sorted(signers))

    enough = len(signers & old_usable) >= old_needed and len(signers & new_usable) >= new_needed
    report, anchor = establish(new, signatures, pin=Pin.of(old), now=NOW)
    assert report.ok is enough
    assert (anchor is not None) is enough
    standing = succession.standing(Keyring.from_bytes(new, signatures), Keyring.from_bytes(old), NOW)
    assert standing.complete is enough
    assert (succession.catch_up(Pin.of(old), [(new, signatures)], NOW).payload == new) is enough


STEPS = st.lists(
    st.tuples(st.sampled_from(["add", "rotate", "revoke", "renew"]), st.integers(0, 9)), max_size=6
)


@given(STEPS, st.randoms(use_true_random=False))
def test_whoever_was_away_arrives_where_everybody_is(steps, random):
    ring = Keyring.from_bytes(payload(entry("ada"), entry("ben"), thresholds={"trust": 1}))
    first, links = ring.payload, []
    for number, (kind, which) in enumerate(steps):
        names = [one.name for one in ring.keys if one.status == ACTIVE]
        new = f"k{number}"
        try:
            if kind == "add":
                parts = {"keys": rotation.with_entry(ring, entry(new))}
            elif kind == "rotate":
                old = names[which % len(names)]
                keys = rotation.rotated(ring, old, entry(new), now=NOW, overlap=DAY)
                parts = {"keys": keys}
            elif kind == "revoke":
                parts = {"keys": rotation.revoked(ring, names[which % len(names)], at=NOW, reason="lost")}
            else:
                parts = {"expires": ring.expires.plus(DAY)}
            data = rotation.next_version(ring, **parts)
        except StellaError:
            continue
        candidate = Keyring.from_bytes(data)
        if not any(one.usable("trust", NOW) for one in candidate.keys):
            continue
        signatures = signed(data, *(one.name for one in {*ring.keys, *candidate.keys}))
        report, _ = establish(data, signatures, pin=Pin.of(ring.payload), now=NOW)
        assert report.ok
        links.append((data, signatures))
        ring = candidate
    random.shuffle(links)

    assert succession.catch_up(Pin.of(first), links, NOW).payload == ring.payload


@given(STEPS)
def test_rotating_never_raises_the_number_of_trust_keys(steps):
    ring = Keyring.from_bytes(payload(entry("ada"), entry("ben")))
    for number, (_, which) in enumerate(steps):
        names = [one.name for one in ring.keys if one.usable("trust", NOW)]
        keys = rotation.rotated(
            ring, names[which % len(names)], entry(f"k{number}"), now=NOW, overlap=which * DAY
        )
        ring = Keyring.from_bytes(rotation.next_version(ring, keys=keys))
        assert sum(one.usable("trust", NOW) for one in ring.keys) == 2
