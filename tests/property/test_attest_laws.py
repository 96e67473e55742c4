"""Laws of envelopes, statements and provenance."""

import base64
import binascii
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attest_cases import change, envelope, places, sample, statement
from stella_git.attest import base64text
from stella_git.attest.envelope import Envelope, Signature, pae
from stella_git.attest.slsa import Provenance
from stella_git.attest.statement import ResourceDescriptor, Statement
from stella_git.errors import InputError

TEXTS = st.text(max_size=8)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)


def _unknown(*known):
    return st.dictionaries(TEXTS.filter(lambda name: name not in known), JSON, max_size=2)


SIGNATURES = st.builds(
    Signature, sig=st.binary(min_size=1, max_size=9), keyid=TEXTS, extra=_unknown("sig", "keyid")
)
ENVELOPES = st.builds(
    Envelope,
    payload_type=st.text(min_size=1, max_size=12),
    payload=st.binary(max_size=30),
    signatures=st.lists(SIGNATURES, min_size=1, max_size=4, unique_by=lambda one: (one.keyid, one.sig)).map(
        tuple
    ),
    extra=_unknown("payload", "payloadType", "signatures"),
)
DIGESTS = st.dictionaries(
    st.sampled_from(["sha256", "blake3", "custom"]), st.sampled_from(["0" * 64, "a1" * 32]), min_size=1
)
DESCRIPTORS = st.builds(
    ResourceDescriptor,
    name=st.none() | TEXTS,
    digest=DIGESTS,
    uri=st.none() | TEXTS,
    content=st.none() | st.binary(max_size=5),
    download_location=st.none() | TEXTS,
    media_type=st.none() | TEXTS,
    annotations=st.none() | st.dictionaries(TEXTS, JSON, max_size=2),
    extra=_unknown("name", "digest", "uri", "content", "downloadLocation", "mediaType", "annotations"),
)
STATEMENTS = st.builds(
    Statement,
    subject=st.lists(DESCRIPTORS, min_size=1, max_size=3).map(tuple),
    predicate_type=st.text(min_size=1, max_size=9),
    predicate=st.dictionaries(TEXTS, JSON, max_size=3),
    extra=_unknown("_type", "subject", "predicateType", "predicate"),
)


@given(ENVELOPES)
def test_an_envelope_that_is_written_is_read_again(made):
    assert Envelope.from_bytes(made.to_bytes(), canonical=True) == made


@given(ENVELOPES, st.integers(0, 4), st.booleans())
def test_the_digest_does_not_depend_on_spelling(made, indent, url_safe):
    value = made.to_json()
    if url_safe:
        value["payload"] = value["payload"].translate(str.maketrans("+/", "-_"))
    text = json.dumps(dict(reversed(value.items())), indent=indent or None, ensure_ascii=indent % 2 == 0)
    found = Envelope.from_bytes(text.encode("utf-8"))
    assert found == made
    assert found.digest() == made.digest()


@given(ENVELOPES, SIGNATURES)
def test_adding_a_signature_changes_nothing_that_is_there(made, more):
    found = made.with_signature(more)
    assert found.signatures[: len(made.signatures)] == made.signatures
    assert found.pae() == made.pae()
    assert found.extra == made.extra
    assert found.with_signature(more) is found
    assert Envelope.from_bytes(found.to_bytes()) == found


@given(TEXTS, st.binary(max_size=40))
def test_the_encoding_can_be_taken_apart_in_one_way(kind, payload):
    head, _, rest = pae(kind, payload).partition(b" ")
    size, _, rest = rest.partition(b" ")
    found, rest = rest[: int(size)], rest[int(size) + 1 :]
    size, _, rest = rest.partition(b" ")
    assert (head, found, rest, int(size)) == (b"DSSEv1", kind.encode(), payload, len(payload))


@given(st.binary(max_size=40))
def test_base64_is_read_as_it_is_written(data):
    standard, url_safe = base64.b64encode(data).decode(), base64.urlsafe_b64encode(data).decode()
    assert base64text.encode(data) == standard
    assert base64text.decode(standard, (), code="x") == base64text.decode(url_safe, (), code="x") == data


def _oracle(text):
    """Return the bytes of canonical base64 by another way, or None."""
    for read, write in (
        (base64.standard_b64decode, base64.standard_b64encode),
        (base64.urlsafe_b64decode, base64.urlsafe_b64encode),
    ):
        try:
            data = read(text)
        except (ValueError, binascii.Error):
            continue
        if write(data).decode() == text:
            return data
    return None


@settings(max_examples=500)
@given(st.text(alphabet="AQgw_-+/=\n é", max_size=9))
def test_base64_is_read_in_one_spelling_only(text):
    try:
        found = base64text.decode(text, (), code="x")
    except InputError:
        found = None
    assert found == _oracle(text)


@given(STATEMENTS)
def test_a_statement_that_is_written_is_read_again(made):
    assert Statement.from_bytes(made.to_bytes()) == made


@given(st.permutations(range(5)), st.integers(0, 4))
def test_the_root_is_of_a_set(order, changed):
    rows = [{"name": str(n), "digest": {"sha256": f"{n}" * 64}} for n in range(5)]
    value = sample("orchestrator")["predicate"]

    def provenance(dependencies):
        value["buildDefinition"]["resolvedDependencies"] = dependencies
        return Provenance.from_json(value)

    first, second = provenance(rows), provenance([rows[n] for n in order])
    assert first.dependencies_root() == second.dependencies_root()
    assert first.canonical_digest() == second.canonical_digest()
    other = [dict(row) for row in rows]
    other[changed]["name"] = "other"
    assert provenance(other).dependencies_root() != first.dependencies_root()
    assert provenance(other).canonical_digest() != first.canonical_digest()
    assert provenance(rows[1:]).dependencies_root() != first.dependencies_root()


@pytest.mark.parametrize(
    ("read", "value"),
    [
        (Envelope.from_json, envelope()),
        (Statement.from_json, statement()),
        (Provenance.from_json, sample("orchestrator")["predicate"]),
    ],
)
@given(data=st.data())
def test_only_our_errors_come_out(read, value, data):
    """Whatever stands in the place of any member, at any depth."""
    path = data.draw(st.sampled_from([place for place in places(value) if place]))
    changed = change(value, path, data.draw(JSON))
    try:
        found = read(changed)
    except InputError as error:
        said = (error.code, error.remedy, error.where.pointer)
    else:
        said = (read(found.to_json()) == found,)
    assert all(said)
