import pytest

from stella_git.canon import merkle
from stella_git.errors import DefectError

# The tree of RFC 9162's tests: eight leaves, and its roots at each size.
LEAVES = [
    b"",
    b"\x00",
    b"\x10",
    b"\x20\x21",
    b"\x30\x31",
    b"\x40\x41\x42\x43",
    bytes.fromhex("5051525354555657"),
    bytes.fromhex("606162636465666768696a6b6c6d6e6f"),
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
DIGESTS = [merkle.leaf_hash(leaf) for leaf in LEAVES]


@pytest.mark.parametrize("size", range(9))
def test_known_roots(size):
    assert merkle.root(LEAVES[:size]).hex() == ROOTS[size]
    assert merkle.root_of_digests(DIGESTS[:size]).hex() == ROOTS[size]


def test_leaf_and_node_cannot_pass_for_each_other():
    left, right = DIGESTS[:2]
    assert merkle.root([left + right]) != merkle.node_hash(left, right)
    assert merkle.leaf_hash(b"\x01" + left + right) != merkle.node_hash(left, right)


@pytest.mark.parametrize("index", [-1, 3])
def test_no_proof_without_a_leaf(index):
    with pytest.raises(DefectError) as caught:
        merkle.inclusion_proof(DIGESTS[:3], index)
    assert caught.value.code == "merkle-index"


@pytest.mark.parametrize("size1", [-1, 0, 4])
def test_no_proof_from_an_empty_or_larger_tree(size1):
    with pytest.raises(DefectError) as caught:
        merkle.consistency_proof(DIGESTS[:3], size1)
    assert caught.value.code == "merkle-index"


def test_known_proofs():
    assert merkle.inclusion_proof(DIGESTS[:7], 6) == [merkle.root(LEAVES[4:6]), merkle.root(LEAVES[:4])]
    assert merkle.inclusion_proof(DIGESTS[:1], 0) == []
    assert merkle.consistency_proof(DIGESTS[:8], 8) == []
    assert merkle.consistency_proof(DIGESTS[:8], 4) == [merkle.root(LEAVES[4:8])]
    assert merkle.consistency_proof(DIGESTS[:7], 3) == [
        DIGESTS[2],
        DIGESTS[3],
        merkle.root(LEAVES[:2]),
        merkle.root(LEAVES[4:7]),
    ]


def test_the_examples_of_the_rfc():
    # RFC 9162 section 2.1.5, over a tree of seven leaves d0..d6.
    node, leaves = merkle.node_hash, DIGESTS[:7]
    a, b, c, d, e, f, j = *leaves[:6], leaves[6]
    g, h, i = node(a, b), node(c, d), node(e, f)
    k, m = node(g, h), node(i, j)
    assert merkle.root(LEAVES[:7]) == node(k, m)
    assert merkle.inclusion_proof(leaves, 0) == [b, h, m]
    assert merkle.inclusion_proof(leaves, 3) == [c, g, m]
    assert merkle.inclusion_proof(leaves, 4) == [f, j, k]
    assert merkle.inclusion_proof(leaves, 6) == [i, k]
    assert merkle.consistency_proof(leaves, 3) == [c, d, g, m]
    assert merkle.consistency_proof(leaves, 4) == [m]
    assert merkle.consistency_proof(leaves, 6) == [i, j, k]


def test_wrong_sizes_of_digests():
    proof = merkle.inclusion_proof(DIGESTS[:3], 0)
    root = merkle.root(LEAVES[:3])
    assert merkle.verify_inclusion(DIGESTS[0], 0, 3, proof, root)
    assert not merkle.verify_inclusion(DIGESTS[0][:-1], 0, 3, proof, root)
    assert not merkle.verify_inclusion(DIGESTS[0], 0, 3, [proof[0], proof[1] + b"\0"], root)
    assert not merkle.verify_inclusion(DIGESTS[0], 0, 3, proof, root + b"\0")
    assert not merkle.verify_consistency(3, 3, [root], root, root)
    assert not merkle.verify_consistency(2, 3, [b""], merkle.root(LEAVES[:2]), root)
    assert not merkle.verify_consistency(3, 4, [], root, root)
    assert not merkle.verify_consistency(2, 4, [], root, root)


def test_a_consistency_proof_that_goes_on():
    proof = merkle.consistency_proof(DIGESTS[:7], 3)
    roots = merkle.root(LEAVES[:3]), merkle.root(LEAVES[:7])
    assert merkle.verify_consistency(3, 7, proof, *roots)
    assert not merkle.verify_consistency(3, 7, [*proof, DIGESTS[0]], *roots)
    assert not merkle.verify_consistency(3, 7, proof[:-1], *roots)
