"""Laws of verification: what no order, no repetition, no stranger and no flipped bit can change."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from stella_git.attest.envelope import Envelope, Signature
from stella_git.errors import StellaError
from stella_git.trust.anchor import establish
from stella_git.trust.keys import PublicKey
from trust_cases import (
    NOW,
    VERDICT,
    entry,
    envelope,
    keyring,
    payload,
    private,
    signed,
    verify,
    with_signatures,
)

NAMES = ("ada", "ben", "ed-cyd")
STRANGERS = ("eve", "ed-eve")
FULL = envelope(*NAMES)
BY_NAME = dict(zip(NAMES, FULL.signatures, strict=True))
RINGS = {
    number: keyring(*(entry(name) for name in NAMES), thresholds={VERDICT: number}) for number in (1, 2, 3)
}
UNKNOWN = {name: envelope(name).signatures[0] for name in STRANGERS}
LINE = FULL.to_bytes()

signers = st.lists(st.sampled_from(NAMES), max_size=6)
rings = st.sampled_from(sorted(RINGS))


def envelope_of(names, strangers=()):
    return with_signatures(FULL, *(BY_NAME[name] for name in names), *(UNKNOWN[name] for name in strangers))


@given(signers, rings)
def test_what_counts_is_the_number_of_distinct_keys(names, needed):
    """Neither repeating a signature nor reordering signatures changes anything."""
    outcome = verify(envelope_of(names), RINGS[needed])
    assert outcome.report.ok == (len(set(names)) >= needed)
    assert outcome.report == verify(envelope_of(sorted(set(names))), RINGS[needed]).report


@given(signers, rings, st.lists(st.sampled_from(STRANGERS)), st.binary(min_size=1), st.text(max_size=70))
def test_signatures_of_strangers_never_change_the_result(names, needed, strangers, sig, keyid):
    plain = verify(envelope_of(names), RINGS[needed])
    noisy = with_signatures(
        envelope_of(names, strangers),
        *envelope_of(names, strangers).signatures,
        *([Signature(sig=sig, keyid=keyid)] if keyid not in {one.keyid for one in FULL.signatures} else []),
    )
    outcome = verify(noisy, RINGS[needed])
    assert outcome.report.ok == plain.report.ok
    assert outcome.report.code == plain.report.code
    assert outcome.signers == plain.signers


@given(signers, st.sampled_from(NAMES), rings)
def test_one_more_key_never_does_harm(names, more, needed):
    if verify(envelope_of(names), RINGS[needed]).report.ok:
        assert verify(envelope_of([*names, more]), RINGS[needed]).report.ok


@given(st.sampled_from(NAMES), st.data())
def test_no_bit_of_payload_signature_or_key_id_can_be_flipped(name, data):
    good = envelope_of([name])
    place = data.draw(st.sampled_from(["payload", "payload_type", "sig", "keyid"]))
    signature = good.signatures[0]
    raw = {
        "payload": good.payload,
        "payload_type": good.payload_type.encode(),
        "sig": signature.sig,
        "keyid": signature.keyid.encode(),
    }[place]
    bit = data.draw(st.integers(0, len(raw) * 8 - 1))
    flipped = bytearray(raw)
    flipped[bit // 8] ^= 1 << bit % 8
    changed = {
        "payload": lambda: replace(good, payload=bytes(flipped)),
        "payload_type": lambda: replace(good, payload_type=flipped.decode("latin-1")),
        "sig": lambda: with_signatures(good, replace(signature, sig=bytes(flipped))),
        "keyid": lambda: with_signatures(good, replace(signature, keyid=flipped.decode("latin-1"))),
    }[place]()
    assert verify(good, RINGS[1]).report.ok
    outcome = verify(changed, RINGS[1])
    assert not outcome.report.ok
    assert outcome.statement is None
    assert outcome.report.code in {"BAD_SIGNATURE", "UNKNOWN_KEY", "WRONG_TYPE"}


@given(st.integers(0, len(LINE) * 8 - 1))
def test_a_flipped_bit_in_a_line_never_adds_a_signer(bit):
    """All three are needed, so any change that matters must show."""
    flipped = bytearray(LINE)
    flipped[bit // 8] ^= 1 << bit % 8
    try:
        outcome = verify(Envelope.from_bytes(bytes(flipped)), RINGS[3])
    except StellaError:
        return
    if outcome.report.ok:  # what is left is a renamed member that readers ignore, or the base64 alphabet
        assert outcome.statement == verify(FULL, RINGS[3]).statement


@given(st.lists(st.sampled_from(NAMES), unique=True), rings, st.permutations(NAMES))
def test_a_keyring_is_believed_by_count_of_its_keys_whatever_the_order(names, needed, order):
    data = payload(*(entry(name) for name in order), thresholds={"trust": needed})
    report, anchor = establish(data, signed(data, *names) if names else None, now=NOW)
    assert report.ok == (len(names) >= needed)
    assert (anchor is not None) == report.ok


@given(st.integers(0, 91 * 8 - 1))
def test_no_other_encoding_of_a_key_gives_the_same_key(bit):
    """Whatever bytes are read as a key are the one encoding of it."""
    flipped = bytearray(private("ada").public.spki)
    flipped[bit // 8] ^= 1 << bit % 8
    try:
        key = PublicKey.from_spki(bytes(flipped))
    except StellaError:
        return
    assert key.keyid != private("ada").public.keyid


@given(st.binary(max_size=100))
def test_arbitrary_bytes_are_no_signature(data):
    for name in NAMES:
        assert not private(name).public.verify(b"data", data, low_s=True)


@given(st.sampled_from(NAMES), st.binary())
def test_each_signature_verifies_has_low_s_and_is_repeatable(name, data):
    key = private(name)
    signature = key.sign(data)
    assert key.public.verify(data, signature, low_s=True)
    assert key.sign(data) == signature
