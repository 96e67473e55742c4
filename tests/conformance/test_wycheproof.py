"""Every case of Wycheproof for the algorithms we verify, under the rules of foreign and of own signatures."""

import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from stella_git.trust.algorithms import P256_ORDER
from stella_git.trust.keys import PublicKey

VECTORS = Path(__file__).parent.parent / "vectors" / "wycheproof"


def cases(name):
    document = json.loads((VECTORS / f"{name}.json").read_bytes())
    found = [
        (bytes.fromhex(group["publicKeyDer"]), case)
        for group in document["testGroups"]
        for case in group["tests"]
    ]
    assert len(found) == document["numberOfTests"]
    return found


@pytest.mark.parametrize(
    ("name", "total", "valid"), [("ecdsa_secp256r1_sha256_test", 484, 174), ("ed25519_test", 151, 88)]
)
def test_each_case_is_accepted_or_refused_as_it_says(name, total, valid):
    wrong = []
    accepted = 0
    for spki, case in cases(name):
        key = PublicKey.from_spki(spki)
        good = key.verify(bytes.fromhex(case["msg"]), bytes.fromhex(case["sig"]), low_s=False)
        accepted += good
        # These suites have no case marked "acceptable"; one would show up here.
        if case["result"] not in {"valid", "invalid"} or good != (case["result"] == "valid"):
            wrong.append((case["tcId"], case["comment"], case["result"]))
    assert wrong == []
    assert (len(cases(name)), accepted) == (total, valid)


def test_own_signatures_have_low_s_and_nothing_else_is_refused():
    high = low = 0
    for spki, case in cases("ecdsa_secp256r1_sha256_test"):
        if case["result"] != "valid":
            continue
        key, data = PublicKey.from_spki(spki), bytes.fromhex(case["msg"])
        r, s = decode_dss_signature(bytes.fromhex(case["sig"]))
        is_low = s <= P256_ORDER // 2
        assert key.verify(data, bytes.fromhex(case["sig"]), low_s=True) == is_low, case["tcId"]
        assert key.verify(data, encode_dss_signature(r, min(s, P256_ORDER - s)), low_s=True)
        high += not is_low
        low += is_low
    assert high
    assert low


def test_r_and_s_side_by_side_are_not_a_signature():
    """The same numbers without DER are another encoding of the signature; it is refused as it stands."""
    checked = 0
    for spki, case in cases("ecdsa_secp256r1_sha256_p1363_test"):
        key, data, raw = PublicKey.from_spki(spki), bytes.fromhex(case["msg"]), bytes.fromhex(case["sig"])
        assert not key.verify(data, raw, low_s=False), case["tcId"]
        if len(raw) != 64:
            continue
        r, s = int.from_bytes(raw[:32]), int.from_bytes(raw[32:])
        good = key.verify(data, encode_dss_signature(r, s), low_s=False)
        assert good == (case["result"] == "valid"), case["tcId"]
        checked += 1
    assert checked > 200
