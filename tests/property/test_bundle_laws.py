"""Laws of bundles, checkpoints and conversion; every parser of them refuses with our errors."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attest_cases import change, dumps, places
from bundle_cases import b64, body, bundle, trusted_root
from stella_git.attest.bundle import Bundle, MessageSignature
from stella_git.attest.checkpoint import format_body, parse_checkpoint
from stella_git.attest.convert import to_bundle, to_envelope
from stella_git.attest.envelope import Envelope, Signature
from stella_git.attest.rekor import parse_body
from stella_git.attest.tlog import InclusionProof, TlogEntry
from stella_git.attest.trustedroot import TrustedRoot
from stella_git.errors import InputError

SOME = st.binary(min_size=1, max_size=9)
HASHES = st.binary(min_size=32, max_size=32)
INT64 = st.integers(0, 2**63 - 1)
TEXTS = st.text(max_size=8)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)
PROOFS = st.builds(
    InclusionProof,
    log_index=INT64,
    root_hash=HASHES,
    tree_size=INT64,
    hashes=st.lists(HASHES, max_size=3).map(tuple),
    checkpoint=st.text(min_size=1, max_size=9),
)
ENTRIES = st.builds(
    TlogEntry,
    log_index=INT64,
    log_id=HASHES,
    kind=st.text(min_size=1, max_size=5),
    version=st.text(min_size=1, max_size=5),
    integrated_time=st.none() | INT64,
    inclusion_promise=st.none() | SOME,
    inclusion_proof=PROOFS,
    body=SOME,
)
ENVELOPES = st.builds(
    Envelope,
    payload_type=st.text(min_size=1, max_size=9),
    payload=st.binary(max_size=20),
    signatures=st.builds(Signature, sig=SOME, keyid=TEXTS).map(lambda one: (one,)),
)
MESSAGES = st.builds(MessageSignature, signature=SOME) | st.builds(
    MessageSignature, signature=SOME, digest_algorithm=st.just("SHA2_256"), digest=HASHES
)
SIGNERS = TEXTS.map(lambda hint: {"public_key_hint": hint}) | SOME.map(lambda der: {"certificates": (der,)})
BUNDLES = st.builds(
    lambda signer, entries, stamps, content: Bundle(
        **signer, tlog_entries=tuple(entries), timestamps=tuple(stamps), content=content
    ),
    SIGNERS,
    st.lists(ENTRIES, max_size=3, unique_by=lambda one: (one.log_id, one.body)),
    st.lists(SOME, max_size=3, unique=True),
    ENVELOPES | MESSAGES,
)
LINES = st.text(st.characters(min_codepoint=32, exclude_categories=["Cs"]), min_size=1, max_size=12)


@given(BUNDLES)
def test_a_bundle_that_is_written_is_read_again(made):
    found = Bundle.from_bytes(made.to_bytes(), canonical=True)
    assert found == made
    assert found.to_json() == made.to_json()
    assert found.digest() == made.digest()


@given(ENVELOPES, HASHES)
def test_converting_there_and_back_touches_no_signed_byte(made, digest):
    there = Bundle.from_bytes(to_bundle(made, hint=b64(digest)).to_bytes())
    keyid = made.signatures[0].keyid
    assert there.signature == made.signatures[0].sig
    assert there.content.pae() == made.pae()
    assert not there.content.signatures[0].keyid
    back = to_envelope(there, keyid)
    assert back.pae() == made.pae()
    assert back.signatures[0].keyid == (keyid or digest.hex())
    assert back.signatures[0].sig == made.signatures[0].sig


@given(LINES, INT64, HASHES, st.lists(LINES, max_size=3).map(tuple), st.lists(SOME, min_size=1, max_size=3))
def test_a_checkpoint_that_is_written_is_read_again(origin, size, root, extensions, signatures):
    signed = format_body(origin, size, root, extensions)
    lines = "".join(f"\u2014 log {b64(b'hint' + one)}\n" for one in signatures)
    found = parse_checkpoint(signed + b"\n" + lines.encode())
    assert (found.origin, found.size, found.root, found.extensions) == (origin, size, root, extensions)
    assert found.signed == signed
    assert [one.signature for one in found.signatures] == signatures


def _body(kind, version):
    return lambda value: parse_body(dumps(value), kind, version)


def _read_bundle(value):
    found = Bundle.from_json(value)
    assert found.to_json() == value
    assert Bundle.from_json(found.to_json()) == found


READERS = {
    "bundle": (_read_bundle, bundle()),
    "old bundle": (_read_bundle, bundle("intoto-with-custom-trust-root")),
    "dsse bundle": (_read_bundle, bundle("rekor2-dsse-happy-path")),
    "dsse body": (_body("dsse", "0.0.1"), json.loads(body("happy-path-intoto-in-dsse-v3"))),
    "hashedrekord body": (_body("hashedrekord", "0.0.1"), json.loads(body("happy-path-v0.3"))),
    "hashedrekord 2 body": (_body("hashedrekord", "0.0.2"), json.loads(body("rekor2-happy-path"))),
    "intoto body": (_body("intoto", "0.0.2"), json.loads(body("intoto-with-custom-trust-root"))),
    "trusted root": (lambda value: TrustedRoot.from_bytes(dumps(value)), trusted_root()),
}
ODD = (None, True, 0, -1, 2**53 - 1, "", "x", "AA==", [], {}, [None], [[]], {"x": None})


@pytest.mark.parametrize(("read", "value"), READERS.values(), ids=READERS.keys())
def test_only_our_errors_come_out_whatever_stands_in_the_place_of_any_member(read, value):
    for path in (place for place in places(value) if place):
        for odd in ODD:
            try:
                read(change(value, path, odd))
            except InputError as error:
                said = (error.code, error.remedy)
            else:
                said = (True,)
            assert all(said)


@pytest.mark.parametrize(("read", "value"), READERS.values(), ids=READERS.keys())
@given(data=st.data())
def test_only_our_errors_come_out_of_arbitrary_json(read, value, data):
    path = data.draw(st.sampled_from([place for place in places(value) if place]))
    try:
        read(change(value, path, data.draw(JSON)))
    except InputError as error:
        said = (error.code, error.remedy)
    else:
        said = (True,)
    assert all(said)
