import pytest

from sigstore_world import World
from stella_git.attest.checkpoint import parse_checkpoint
from stella_git.attest.trustedroot import TrustedRoot
from stella_git.canon import jcs, merkle
from stella_git.trust.checkpoints import check_growth

WORLD = World()
LOGS = TrustedRoot.from_bytes(jcs.dumps(WORLD.trusted_root())).logs
OLD, NEW = WORLD.rekor1, WORLD.rekor2
LEAVES = [merkle.leaf_hash(leaf) for leaf in NEW.others(12)]
OTHERS = [merkle.leaf_hash(leaf) for leaf in NEW.others(12, 100)]


def head(size, leaves=LEAVES, log=NEW, **bent):
    root = merkle.root_of_digests(leaves[:size])
    return parse_checkpoint(log.checkpoint(**({"size": size, "root": root} | bent)))


def codes(older, newer, proof=(), log=LOGS[1]):
    return tuple(check.code or check.status for check in check_growth(older, newer, proof, log))


GROWN = ("passed",) * 3


@pytest.mark.parametrize(("log", "row"), [(OLD, LOGS[0]), (NEW, LOGS[1])])
@pytest.mark.parametrize(("size", "grown"), [(1, 2), (4, 7), (5, 12), (8, 12), (12, 12)])
def test_a_log_that_only_grew_is_believed(log, row, size, grown):
    proof = merkle.consistency_proof(LEAVES[:grown], size)
    assert codes(head(size, log=log), head(grown, log=log), proof, row) == GROWN


def test_every_log_grows_out_of_nothing():
    assert codes(head(0), head(0)) == GROWN
    assert codes(head(0), head(5)) == GROWN
    assert codes(head(0), head(5), [bytes(32)])[2] == "LOG_FORK"
    assert codes(head(0, root=bytes(32)), head(5))[2] == "LOG_FORK"
    assert codes(head(0), head(0, root=bytes(32)))[2] == "LOG_FORK"


def test_a_log_that_forgot_is_found():
    proof = merkle.consistency_proof(LEAVES, 5)
    assert codes(head(12), head(5), proof) == ("passed", "passed", "LOG_ROLLBACK")
    assert codes(head(5), head(0))[2] == "LOG_ROLLBACK"


@pytest.mark.parametrize("size", [1, 4, 5, 12])
def test_a_log_with_two_histories_is_found(size):
    proof = merkle.consistency_proof(OTHERS, size)
    assert codes(head(size), head(12, OTHERS), proof)[2] == "LOG_FORK"


def test_a_proof_that_is_not_the_right_one_shows_nothing():
    proof = merkle.consistency_proof(LEAVES, 5)
    for bent in ([], proof[:-1], [*proof, bytes(32)], proof[::-1], [proof[0][:-1], *proof[1:]]):
        assert codes(head(5), head(12), bent)[2] == "LOG_FORK"


def test_heads_that_the_log_did_not_sign_are_not_compared():
    proof = merkle.consistency_proof(LEAVES, 5)
    assert codes(head(5, key=World("other").rekor2.key), head(12), proof) == (
        "CHECKPOINT_SIGNATURE",
        "passed",
    )
    assert codes(head(5), head(12, note_name="other"), proof) == ("passed", "CHECKPOINT_UNSIGNED")
    assert codes(head(5), head(12, origin="other"), proof) == ("passed", "CHECKPOINT_ORIGIN")


def test_two_trees_of_one_log_are_not_compared():
    other = head(12, log=OLD, origin=f"{OLD.host} - 7")
    found = codes(head(5, log=OLD), other, merkle.consistency_proof(LEAVES, 5), LOGS[0])
    assert found == ("passed", "passed", "CHECKPOINT_ORIGIN")
