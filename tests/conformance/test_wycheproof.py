"""Every case of Wycheproof for the algorithms we verify, under the rules of foreign and of own signatures."""

import gzip
import hashlib
import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from stella_git.errors import InputError
from stella_git.trust.algorithms import P256_ORDER
from stella_git.trust.keys import PublicKey
from trust_cases import needs_mldsa

VECTORS = Path(__file__).parent.parent / "vectors" / "wycheproof"
P384_ORDER = (
    0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973
)
PKCS1, PSS = "rsa-pkcs1v15-sha256", "rsa-pss-sha256"

# file -> (algorithm that whoever trusts the key names, number of cases, of which we accept)
SUITES = {
    "ecdsa_secp256r1_sha256_test": (None, 484, 174),
    "ecdsa_secp384r1_sha384_test": (None, 504, 194),
    "ed25519_test": (None, 151, 88),
    "mldsa_44_verify_test": (None, 180, 75),
    "mldsa_65_verify_test": (None, 210, 77),
    "mldsa_87_verify_test": (None, 241, 69),
    "rsa_pss_2048_sha256_mgf1_32_test": (PSS, 108, 63),
    "rsa_pss_3072_sha256_mgf1_32_test": (PSS, 108, 63),
    "rsa_pss_4096_sha256_mgf1_32_test": (PSS, 108, 63),
    "rsa_signature_2048_sha256_test": (None, 259, 7),
    "rsa_signature_3072_sha256_test": (None, 259, 7),
    "rsa_signature_4096_sha256_test": (PKCS1, 258, 7),
    "rsa_signature_8192_sha256_test": (PKCS1, 258, 7),
}
# Cases that the suite leaves open, or calls good under rules that are not ours; all of them we refuse.
REFUSED = {
    # RFC 8017 section 9.2, note 2: the parameters of the digest's identifier should be NULL; we demand it.
    ("rsa_signature_2048_sha256_test", 8),
    ("rsa_signature_3072_sha256_test", 8),
    ("rsa_signature_4096_sha256_test", 8),
    ("rsa_signature_8192_sha256_test", 8),
    # Keys with the exponent 3, which is below the least that FIPS 186-5 section 5.1 allows: `key-weak`.
    ("rsa_signature_2048_sha256_test", 258),
    ("rsa_signature_2048_sha256_test", 259),
    ("rsa_signature_3072_sha256_test", 259),
}


def groups(name):
    packed = VECTORS / f"{name}.json.gz"
    data = (
        gzip.decompress(packed.read_bytes()) if packed.exists() else (VECTORS / f"{name}.json").read_bytes()
    )
    document = json.loads(data)
    found = [(bytes.fromhex(group["publicKeyDer"]), group["tests"]) for group in document["testGroups"]]
    assert sum(len(tests) for _, tests in found) == document["numberOfTests"]
    return found


def cases(name):
    return [(spki, case) for spki, tests in groups(name) for case in tests]


def verifies(key, case, *, low_s=False):
    return key.verify(bytes.fromhex(case["msg"]), bytes.fromhex(case["sig"]), low_s=low_s)


def expected(name, case):
    # Our signatures have the empty context; a signature with another one is of other data.
    return case["result"] == "valid" and not case.get("ctx") and (name, case["tcId"]) not in REFUSED


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=needs_mldsa if "mldsa" in name else ()) for name in sorted(SUITES)]
)
def test_each_case_is_accepted_or_refused_as_it_says(name):
    algorithm, total, valid = SUITES[name]
    wrong, accepted, count = [], 0, 0
    for spki, tests in groups(name):
        try:
            key = PublicKey.from_spki(spki, algorithm)
        except InputError as error:
            key, refusal = None, error.code
        for case in tests:
            good = key is not None and verifies(key, case)
            accepted += good
            count += 1
            open_case = case["result"] not in {"valid", "invalid"} and (name, case["tcId"]) not in REFUSED
            if good != expected(name, case) or open_case:
                wrong.append((case["tcId"], case["comment"], case["result"], key or refusal))
    assert wrong == []
    assert (count, accepted) == (total, valid)


@pytest.mark.parametrize(
    ("name", "order"),
    [("ecdsa_secp256r1_sha256_test", P256_ORDER), ("ecdsa_secp384r1_sha384_test", P384_ORDER)],
)
def test_own_signatures_have_low_s_and_nothing_else_is_refused(name, order):
    high = low = 0
    for spki, case in cases(name):
        if case["result"] != "valid":
            continue
        key, data = PublicKey.from_spki(spki), bytes.fromhex(case["msg"])
        r, s = decode_dss_signature(bytes.fromhex(case["sig"]))
        is_low = s <= order // 2
        assert verifies(key, case, low_s=True) == is_low, case["tcId"]
        assert key.verify(data, encode_dss_signature(r, min(s, order - s)), low_s=True)
        high += not is_low
        low += is_low
    assert high
    assert low


@pytest.mark.parametrize(
    ("name", "size"),
    [("ecdsa_secp256r1_sha256_p1363_test", 32), ("ecdsa_secp384r1_sha384_p1363_test", 48)],
)
def test_r_and_s_side_by_side_are_not_a_signature(name, size):
    """The same numbers without DER are another encoding of the signature; it is refused as it stands."""
    checked = 0
    for spki, case in cases(name):
        key, data, raw = PublicKey.from_spki(spki), bytes.fromhex(case["msg"]), bytes.fromhex(case["sig"])
        assert not key.verify(data, raw, low_s=False), case["tcId"]
        if len(raw) != 2 * size:
            continue
        r, s = int.from_bytes(raw[:size]), int.from_bytes(raw[size:])
        good = key.verify(data, encode_dss_signature(r, s), low_s=False)
        assert good == (case["result"] == "valid"), case["tcId"]
        checked += 1
    assert checked > 200


@pytest.mark.parametrize(
    ("name", "algorithm", "right"),
    [
        ("rsa_pss_2048_sha256_mgf1_0_test", PSS, [69]),  # "s_len changed to 32"
        ("rsa_pss_2048_sha256_mgf1_0_test", PKCS1, [103]),  # "PKCS #1 v1.5 signature with SHA-256"
        ("rsa_pss_2048_sha256_mgf1_32_test", PKCS1, [108]),  # "PKCS #1 v1.5 signature with SHA-256"
        ("rsa_signature_4096_sha256_test", PSS, [258]),  # "RSASSA-PSS signature"
    ],
)
def test_a_signature_of_another_rsa_scheme_is_refused(name, algorithm, right):
    """A suite of one scheme holds signatures of others, as cases that are wrong there."""
    found = cases(name)
    assert len(found) > 100
    good = [case["tcId"] for spki, case in found if verifies(PublicKey.from_spki(spki, algorithm), case)]
    assert good == right


def test_the_packed_suites_are_those_of_the_source():
    sources = (VECTORS.parent / "SOURCES.md").read_text()
    packed = sorted(VECTORS.glob("*.gz"))
    assert len(packed) == 13
    for path in packed:
        digest = hashlib.sha256(gzip.decompress(path.read_bytes())).hexdigest()
        assert f"| `{path.name}` | `{digest}` |" in sources
