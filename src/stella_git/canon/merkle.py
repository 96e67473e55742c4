"""The Merkle tree of transparency logs over SHA-256, its proofs and their verification.

A leaf is any bytes; a leaf's digest is prefixed 0x00 and a node's 0x01, so that neither can pass for the
other. Functions that take *leaves* want the data itself; those that take *digests* want 32-byte digests of
leaves, so that a log need not keep its data at hand. Positions are 0-based.

Source: RFC 6962 section 2.1; RFC 9162 section 2.1.
"""

import hashlib
from collections.abc import Iterable, Sequence
from hmac import compare_digest

from stella_git.errors import DefectError

DIGEST_SIZE = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(leaf: bytes) -> bytes:
    """Return the 32-byte digest of a leaf.

    Source: RFC 9162 section 2.1.1.
    """
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the 32-byte digest of an inner node over the 32-byte digests of its children.

    Source: RFC 9162 section 2.1.1.
    """
    return hashlib.sha256(b"\x01" + left + right).digest()


def root(leaves: Iterable[bytes]) -> bytes:
    """Return the 32-byte root over leaves; over none, the SHA-256 of nothing.

    Source: RFC 9162 section 2.1.1.
    """
    return root_of_digests([leaf_hash(leaf) for leaf in leaves])


def root_of_digests(digests: Sequence[bytes]) -> bytes:
    """Return the 32-byte root over 32-byte digests of leaves."""
    if not digests:
        return EMPTY_ROOT
    row = list(digests)
    while len(row) > 1:
        row = _next_row(row)
    return row[0]


def inclusion_proof(digests: Sequence[bytes], index: int) -> list[bytes]:
    """Return the digests, from the leaf upwards, that lead from one leaf to the root.

    Args:
        digests: 32-byte digests of all leaves of the tree.
        index: 0-based position of the leaf.

    Raises:
        DefectError: ``merkle-index``, there is no such leaf.

    Source: RFC 9162 section 2.1.3.1.
    """
    if not 0 <= index < len(digests):
        raise DefectError(f"no leaf {index} in a tree of {len(digests)}", code="merkle-index")
    proof = []
    row = list(digests)
    while len(row) > 1:
        sibling = index ^ 1
        if sibling < len(row):
            proof.append(row[sibling])
        row = _next_row(row)
        index >>= 1
    return proof


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Return whether a proof leads from a leaf to the root of a tree.

    Args:
        leaf: 32-byte digest of the leaf.
        index: 0-based position of the leaf.
        size: number of leaves of the tree.
        proof: 32-byte digests from the leaf upwards.
        root: 32-byte root.

    Source: RFC 9162 section 2.1.3.2.
    """
    if not 0 <= index < size or any(len(digest) != DIGEST_SIZE for digest in (leaf, root, *proof)):
        return False
    node, last = leaf, size - 1
    for digest in proof:
        if last == 0:
            return False
        if index & 1 or index == last:
            node = node_hash(digest, node)
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            node = node_hash(node, digest)
        index, last = index >> 1, last >> 1
    return last == 0 and compare_digest(node, root)


def consistency_proof(digests: Sequence[bytes], size1: int) -> list[bytes]:
    """Return the digests that show that a tree grew out of its first leaves.

    Args:
        digests: 32-byte digests of all leaves of the later tree.
        size1: number of leaves of the earlier tree, at least 1.

    Raises:
        DefectError: ``merkle-index``, the earlier tree is empty or larger.

    Source: RFC 9162 section 2.1.4.1.
    """
    if not 1 <= size1 <= len(digests):
        raise DefectError(f"no tree of {size1} within a tree of {len(digests)}", code="merkle-index")
    proof: list[bytes] = []
    low, high, whole = 0, len(digests), True
    while size1 != high - low:
        split = 1 << (high - low - 1).bit_length() - 1
        if size1 <= split:
            proof.append(root_of_digests(digests[low + split : high]))
            high = low + split
        else:
            proof.append(root_of_digests(digests[low : low + split]))
            low, size1, whole = low + split, size1 - split, False
    if not whole:
        proof.append(root_of_digests(digests[low:high]))
    return proof[::-1]


def verify_consistency(size1: int, size2: int, proof: Sequence[bytes], root1: bytes, root2: bytes) -> bool:
    """Return whether a proof shows that the tree of root2 grew out of the tree of root1.

    An empty earlier tree is refused: every tree is consistent with it, so such a proof says nothing.

    Args:
        size1: number of leaves of the earlier tree, at least 1.
        size2: number of leaves of the later tree.
        proof: 32-byte digests.
        root1: 32-byte root of the earlier tree.
        root2: 32-byte root of the later tree.

    Source: RFC 9162 section 2.1.4.2.
    """
    if not 1 <= size1 <= size2 or any(len(digest) != DIGEST_SIZE for digest in proof):
        return False
    if size1 == size2:
        return not proof and compare_digest(root1, root2)
    # Step 2: the earlier tree is a whole subtree when its size is a power of two.
    path = [root1, *proof] if size1 & (size1 - 1) == 0 else list(proof)
    if not path:
        return False
    first, last = size1 - 1, size2 - 1
    while first & 1:
        first, last = first >> 1, last >> 1
    before = after = path[0]
    for digest in path[1:]:
        if last == 0:
            return False
        if first & 1 or first == last:
            before, after = node_hash(digest, before), node_hash(digest, after)
            while not first & 1 and first:
                first, last = first >> 1, last >> 1
        else:
            after = node_hash(after, digest)
        first, last = first >> 1, last >> 1
    return last == 0 and compare_digest(before, root1) and compare_digest(after, root2)


def _next_row(row: list[bytes]) -> list[bytes]:
    above = [node_hash(left, right) for left, right in zip(row[::2], row[1::2], strict=False)]
    if len(row) & 1:
        above.append(row[-1])
    return above
