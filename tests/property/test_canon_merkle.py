"""Laws of the Merkle tree."""

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stella_git.canon import merkle

DIGESTS = [merkle.leaf_hash(bytes([number])) for number in range(70)]


def recursive_root(digests):
    """The definition of RFC 9162 section 2.1.1, word for word."""
    if not digests:
        return hashlib.sha256(b"").digest()
    if len(digests) == 1:
        return digests[0]
    split = 1
    while split * 2 < len(digests):
        split *= 2
    return merkle.node_hash(recursive_root(digests[:split]), recursive_root(digests[split:]))


@pytest.mark.parametrize("size", range(70))
def test_the_root_is_the_defined_one(size):
    assert merkle.root_of_digests(DIGESTS[:size]) == recursive_root(DIGESTS[:size])


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 9, 31, 33, 64, 70])
def test_every_leaf_is_proved_at_its_place_only(size):
    root = merkle.root_of_digests(DIGESTS[:size])
    for index in range(size):
        proof = merkle.inclusion_proof(DIGESTS[:size], index)
        assert len(proof) <= (size - 1).bit_length()
        for claimed in range(-1, size + 2):
            holds = merkle.verify_inclusion(DIGESTS[index], claimed, size, proof, root)
            assert holds == (claimed == index)


@pytest.mark.parametrize("size2", [1, 2, 3, 7, 8, 9, 31, 33])
def test_every_earlier_tree_is_consistent(size2):
    root2 = merkle.root_of_digests(DIGESTS[:size2])
    for size1 in range(1, size2 + 1):
        root1 = merkle.root_of_digests(DIGESTS[:size1])
        proof = merkle.consistency_proof(DIGESTS[:size2], size1)
        assert merkle.verify_consistency(size1, size2, proof, root1, root2)
        for claimed in range(size2 + 1):
            other = merkle.root_of_digests(DIGESTS[1 : claimed + 1])
            assert not merkle.verify_consistency(claimed, size2, proof, other, root2)


SIZES = st.integers(1, 70)


def corrupted(draw, proof):
    """Return a proof that differs: a bit flipped, one left out, one added, or two exchanged."""
    kind = draw(st.sampled_from(["flip", "drop", "add", "swap"]))
    proof = list(proof)
    if kind == "add" or not proof:
        proof.insert(draw(st.integers(0, len(proof))), draw(st.sampled_from(DIGESTS)))
    elif kind == "flip":
        at, bit = draw(st.integers(0, len(proof) - 1)), draw(st.integers(0, 255))
        number = int.from_bytes(proof[at], "big") ^ (1 << bit)
        proof[at] = number.to_bytes(32, "big")
    elif kind == "drop":
        del proof[draw(st.integers(0, len(proof) - 1))]
    else:
        proof.reverse()
    return proof


@settings(deadline=None, max_examples=200)
@given(st.data(), SIZES)
def test_a_corrupted_inclusion_proof_fails(data, size):
    index = data.draw(st.integers(0, size - 1))
    proof = merkle.inclusion_proof(DIGESTS[:size], index)
    bad = corrupted(data.draw, proof)
    holds = merkle.verify_inclusion(DIGESTS[index], index, size, bad, merkle.root_of_digests(DIGESTS[:size]))
    assert holds == (bad == proof)


@settings(deadline=None, max_examples=200)
@given(st.data(), SIZES)
def test_a_corrupted_consistency_proof_fails(data, size2):
    size1 = data.draw(st.integers(1, size2))
    proof = merkle.consistency_proof(DIGESTS[:size2], size1)
    bad = corrupted(data.draw, proof)
    root1, root2 = merkle.root_of_digests(DIGESTS[:size1]), merkle.root_of_digests(DIGESTS[:size2])
    assert merkle.verify_consistency(size1, size2, bad, root1, root2) == (bad == proof)
