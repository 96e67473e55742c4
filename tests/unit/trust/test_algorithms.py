"""RSA and ML-DSA keys, and the table that finds the module of an algorithm."""

import builtins
import json
import subprocess
import sys
from dataclasses import replace
from math import gcd
from pathlib import Path

import pytest
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric import rsa as native_rsa

from stella_git.errors import ConfigError, EnvironmentFault, InputError
from stella_git.trust import algorithms
from stella_git.trust.algorithms import mldsa, rsa
from stella_git.trust.keyring import Keyring
from stella_git.trust.keys import PrivateKey, PublicKey
from trust_cases import SMALL, entry, keyring, needs_mldsa, payload, prime, private, rsa_native

SCHEMAS = Path(__file__).parents[3] / "schemas" / "stella"
DATA = b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
PKCS1, PSS = "rsa-pkcs1v15-sha256", "rsa-pss-sha256"
ADA = private("rsa-ada").public
N = rsa_native("rsa-ada").public_key().public_numbers().n


def tlv(tag, body):
    size = len(body)
    head = [size] if size < 128 else [0x81, size] if size < 256 else [0x82, *divmod(size, 256)]
    return bytes([tag, *head]) + body


def integer(number, size=None):
    return tlv(2, number.to_bytes(size or number.bit_length() // 8 + 1, signed=number < 0))


def spki(key, identifier="300d06092a864886f70d0101010500", unused=b"\0"):
    return tlv(0x30, bytes.fromhex(identifier) + tlv(3, unused + key))


def rsa_key(n=N, e=65537, **options):
    return spki(tlv(0x30, integer(n) + integer(e)), **options)


def odd(bits):
    """Return an odd number of so many bits, without small factors and not a product of weak primes."""
    return prime(f"{bits} p", bits // 2) * prime(f"{bits} q", bits - bits // 2)


def test_the_names_are_in_the_table_in_one_order():
    assert algorithms.NAMES == (
        "ecdsa-p256",
        "ecdsa-p384",
        "ed25519",
        PKCS1,
        PSS,
        "ml-dsa-44",
        "ml-dsa-65",
        "ml-dsa-87",
    )
    assert set(algorithms.NAMES) > {"ml-dsa-44", "ml-dsa-65", "ml-dsa-87"} == algorithms.EXPERIMENTAL
    assert all(isinstance(algorithms.algorithm(name), algorithms.Algorithm) for name in algorithms.NAMES)


def test_the_schema_of_the_keyring_knows_the_same_names():
    schema = json.loads((SCHEMAS / "keyring.v1.schema.json").read_bytes())
    (found,) = [
        value["enum"]
        for definition in (schema, *schema.get("$defs", {}).values())
        for name, value in definition.get("properties", {}).items()
        if name == "algorithm"
    ]
    assert sorted(found) == sorted(algorithms.NAMES)


def test_a_name_of_no_algorithm_is_refused_with_those_that_are():
    with pytest.raises(ConfigError) as caught:
        algorithms.algorithm("rsa")
    assert caught.value.code == "key-algorithm"
    assert PSS in caught.value.remedy


def test_a_key_that_is_recognised_loads_its_module_alone():
    code = f"""
import sys
from stella_git.trust.algorithms import recognise
recognise(bytes.fromhex({private("ed-ada").public.spki.hex()!r}))
print(sorted(n.rpartition(".")[2] for n in sys.modules if n.startswith("stella_git.trust.algorithms.")))
print(any(n.startswith("cryptography") for n in sys.modules))
"""
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.splitlines() == ["['ed25519', 'refusal']", "False"]


# What the keyring says of an RSA key


def test_an_rsa_key_is_pkcs1_unless_somebody_says_pss():
    assert PublicKey.from_spki(ADA.spki).algorithm == PKCS1
    pss = PublicKey.from_spki(ADA.spki, PSS)
    assert (pss.algorithm, pss.keyid) == (PSS, ADA.keyid)
    assert pss == private("pss-ada").public != ADA
    assert PublicKey.from_pem(ADA.to_pem(), PSS) == pss


@pytest.mark.parametrize(("name", "asked"), [("ada", "ecdsa-p384"), ("rsa-ada", "ed25519"), ("ada", PSS)])
def test_nobody_can_make_a_key_one_of_another_algorithm(name, asked):
    with pytest.raises(InputError) as caught:
        PublicKey.from_spki(private(name).public.spki, asked)
    assert caught.value.code == "key-algorithm"
    assert asked in caught.value.message
    assert private(name).public.algorithm in caught.value.remedy


@pytest.mark.parametrize(
    "name", ["rsa-ada", "pss-ada", "p384-ada", pytest.param("mldsa65-ada", marks=needs_mldsa)]
)
def test_a_keyring_names_the_algorithm_of_a_key(name):
    ring = keyring(entry("ada", key=name))
    assert ring.keys[0].key == private(name).public


@pytest.mark.parametrize(
    ("data", "offered"),
    [
        (payload(entry("ada", key="rsa-ada")).replace(PKCS1.encode(), b"ecdsa-p256"), PKCS1),
        (payload(entry("ada")).replace(b"ecdsa-p256", PSS.encode()), "ecdsa-p256"),
    ],
)
def test_a_keyring_cannot_make_a_key_one_of_another_algorithm(data, offered):
    with pytest.raises(ConfigError) as caught:
        Keyring.from_bytes(data)
    assert caught.value.code == "keyring-algorithm"
    assert offered in caught.value.remedy


def test_one_rsa_key_cannot_stand_in_a_keyring_for_both_schemes():
    with pytest.raises(ConfigError) as caught:
        payload(entry("ada", key="rsa-ada"), entry("ben", key="pss-ada"))
    assert caught.value.code == "keyring-duplicate-key"


# RSA keys


def test_an_rsa_key_is_written_as_everybody_writes_it():
    assert rsa.encode(N, 65537) == ADA.spki == rsa_key()
    assert rsa.decode(ADA.spki) == (N, 65537)


def test_small_numbers_are_written_in_der():
    assert rsa.encode(0x80, 0x7F) == spki(bytes.fromhex("3007020200800201" + "7f"))


@pytest.mark.parametrize("e", [65537, 65539, 2**64 - 1])
def test_odd_exponents_from_65537_up_to_64_bits_are_taken(e):
    assert PublicKey.from_spki(rsa_key(e=e)).algorithm == PKCS1


@pytest.mark.parametrize("bits", [2048, 2049, 8192])
def test_moduli_of_2048_to_8192_bits_are_taken(bits):
    least = next(n for n in range(2 ** (bits - 1) + 1, 2**bits, 2) if gcd(n, SMALL) == 1)
    most = next(n for n in range(2**bits - 1, 0, -2) if gcd(n, SMALL) == 1)
    for n in (least, most):
        assert n.bit_length() == bits
        assert PublicKey.from_spki(rsa_key(n)).algorithm == PKCS1


def roca(bits):
    """Return a modulus as the library of CVE-2017-15361 made them: k * M + 65537**a, for two factors."""
    product = 1
    for candidate in range(2, 702):
        if all(candidate % d for d in range(2, candidate)):
            product *= candidate
    factors = [pow(65537, power, product) + product * (3 << (bits // 2 - 973)) for power in (5, 11)]
    return factors[0] * factors[1]


ROCA = roca(2048)
WEAK = {
    "2047 bits": (rsa_key(odd(2048) >> 1 | 1), "key-weak", "2047 bits"),
    "1024 bits": (rsa_key(odd(1024)), "key-weak", "1024 bits"),
    "512 bits": (rsa_key(odd(512)), "key-weak", "512 bits"),
    "16 bits": (rsa_key(0xC001), "key-weak", "16 bits"),
    "zero": (rsa_key(0), "key-weak", "0 bits"),
    "8193 bits": (rsa_key(1 << 8192 | 1), "key-too-large", "8193 bits"),
    "exponent 0": (rsa_key(e=0), "key-weak", "exponent"),
    "exponent 1": (rsa_key(e=1), "key-weak", "exponent"),
    "exponent 3": (rsa_key(e=3), "key-weak", "exponent"),
    "exponent 65535": (rsa_key(e=65535), "key-weak", "exponent"),
    "exponent 65538": (rsa_key(e=65538), "key-weak", "exponent"),
    "exponent of 65 bits": (rsa_key(e=2**64 + 1), "key-weak", "exponent"),
    "even modulus": (rsa_key(N - 1), "key-weak", "small factor"),
    "modulus divisible by 3": (rsa_key(prime("three", 2047) * 3), "key-weak", "small factor"),
    "modulus divisible by 751": (rsa_key(prime("751", 2040) * 751), "key-weak", "small factor"),
    "ROCA": (rsa_key(ROCA), "key-weak", "CVE-2017-15361"),
    "cut short": (ADA.spki[:-1], "key-encoding", "canonical"),
    "cut in its head": (ADA.spki[:24], "key-encoding", "cut short"),
    "identifier and nothing else": (tlv(0x30, rsa.RSA_IDENTIFIER), "key-encoding", "cut short"),
    "trailing byte": (ADA.spki + b"\0", "key-encoding", "canonical"),
    "modulus negative": (
        spki(tlv(0x30, tlv(2, N.to_bytes(256)) + integer(65537))),
        "key-encoding",
        "canonical",
    ),
    "modulus padded": (
        spki(tlv(0x30, integer(N, size=258) + integer(65537))),
        "key-encoding",
        "canonical",
    ),
    "exponent padded": (
        spki(tlv(0x30, integer(N) + integer(65537, size=4))),
        "key-encoding",
        "canonical",
    ),
    "a third number": (
        spki(tlv(0x30, integer(N) + integer(65537) + integer(1))),
        "key-encoding",
        "canonical",
    ),
    "unused bits": (rsa_key(unused=b"\1"), "key-encoding", "canonical"),
    "long form of a length": (
        ADA.spki.replace(b"\x02\x03\x01\x00\x01", b"\x02\x81\x03\x01\x00\x01"),
        "key-encoding",
        "canonical",
    ),
    "without parameters": (
        rsa_key(identifier="300b06092a864886f70d010101"),
        "key-encoding",
        "",
    ),
    "id-RSASSA-PSS": (rsa_key(identifier="300b06092a864886f70d01010a"), "key-encoding", ""),
}


@pytest.mark.parametrize("name", sorted(WEAK))
@pytest.mark.parametrize("algorithm", [None, PSS])
def test_weak_and_odd_rsa_keys_are_refused(name, algorithm):
    data, code, said = WEAK[name]
    with pytest.raises(InputError) as caught:
        PublicKey.from_spki(data, algorithm)
    assert caught.value.code == code
    assert said in caught.value.message
    assert caught.value.remedy


def test_the_roca_modulus_has_no_small_factor_and_its_neighbour_is_no_such_modulus():
    assert 2048 <= ROCA.bit_length() <= 2050
    assert rsa._is_roca(ROCA)
    assert not rsa._is_roca(ROCA + 2)
    assert not rsa._is_roca(N)


def test_a_weak_private_key_cannot_be_opened():
    pem = rsa_native("rsa-small", 1024).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    with pytest.raises(ConfigError) as caught:
        PrivateKey.from_pem(pem)
    assert caught.value.code == "key-weak"


def test_a_new_rsa_key_is_as_strong_as_p256():
    numbers = PrivateKey.generate(PSS)._native.public_key().public_numbers()
    assert (numbers.n.bit_length(), numbers.e) == (3072, 65537)


# RSA signatures


def test_the_schemes_do_not_verify_each_others_signatures():
    one, other = private("rsa-ada"), private("pss-ada")
    assert not one.public.verify(DATA, other.sign(DATA), low_s=False)
    assert not other.public.verify(DATA, one.sign(DATA), low_s=False)


def scheme(salt=32, digest=hashes.SHA256, mask=hashes.SHA256):
    return padding.PSS(padding.MGF1(mask()), salt), digest()


@pytest.mark.parametrize(
    ("how", "good"),
    [
        (scheme(), True),
        (scheme(salt=0), False),
        (scheme(salt=31), False),
        (scheme(salt=33), False),
        (scheme(salt=222), False),
        (scheme(mask=hashes.SHA1), False),
        (scheme(mask=hashes.SHA512), False),
        (scheme(digest=hashes.SHA512), False),
        (scheme(digest=hashes.SHA384), False),
    ],
)
def test_pss_is_sha_256_twice_and_32_bytes_of_salt(how, good):
    signature = rsa_native("rsa-ada").sign(DATA, *how)
    assert private("pss-ada").public.verify(DATA, signature, low_s=False) is good


@pytest.mark.parametrize("digest", [hashes.SHA1, hashes.SHA384, hashes.SHA512])
def test_pkcs1_is_sha_256(digest):
    signature = rsa_native("rsa-ada").sign(DATA, padding.PKCS1v15(), digest())
    assert not ADA.verify(DATA, signature, low_s=False)


class Accepting:
    """A library that believes every signature."""

    def verify(self, *arguments):
        pass


@pytest.mark.parametrize(
    ("signature", "good"),
    [
        ((N - 1).to_bytes(256), True),
        (b"\0" * 256, True),
        (N.to_bytes(256), False),
        (b"\xff" * 256, False),
        (b"\0" * 255, False),
        (b"\0" * 257, False),
        (b"", False),
    ],
)
def test_length_and_range_of_a_signature_are_not_left_to_the_library(monkeypatch, signature, good):
    monkeypatch.setattr(native_rsa.RSAPublicNumbers, "public_key", lambda self: Accepting())
    assert rsa.PKCS1.verifier(ADA.spki)(DATA, signature, True) is good


# ML-DSA

MLDSA65 = bytes.fromhex("308207b2300b0609608648016503040312038207a100") + bytes(1952)


@needs_mldsa
def test_an_ml_dsa_signature_with_a_context_is_refused():
    key = private("mldsa44-ada")
    assert key.public.verify(DATA, key._native.sign(DATA, b""), low_s=False)
    assert not key.public.verify(DATA, key._native.sign(DATA, b"context"), low_s=False)


def test_levels_do_not_mix():
    data = MLDSA65
    assert PublicKey.from_spki(data).algorithm == "ml-dsa-65"
    with pytest.raises(InputError):
        PublicKey.from_spki(data, "ml-dsa-87")


USES = {
    "verify": lambda: mldsa.ML_DSA_65.verifier(MLDSA65),
    "generate": mldsa.ML_DSA_65.generate,
}


@pytest.mark.parametrize("use", sorted(USES))
def test_a_library_without_ml_dsa_is_a_fault_of_the_environment(monkeypatch, use):
    real = builtins.__import__

    def without(name, *arguments, **options):
        if "mldsa" in name or "mldsa" in (arguments[2] if len(arguments) > 2 and arguments[2] else ()):
            raise ImportError(name)
        return real(name, *arguments, **options)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(EnvironmentFault) as caught:
        USES[use]()
    assert caught.value.code == "algorithm-missing"
    assert "ML-DSA-65" in caught.value.message


@pytest.mark.parametrize("use", sorted(USES))
def test_an_openssl_without_ml_dsa_is_a_fault_of_the_environment(monkeypatch, use):
    class Unsupported:
        @classmethod
        def from_public_bytes(cls, data):
            raise UnsupportedAlgorithm("ML-DSA")

        @classmethod
        def generate(cls):
            raise UnsupportedAlgorithm("ML-DSA")

    monkeypatch.setattr(mldsa, "_native", lambda level, kind: Unsupported)
    with pytest.raises(EnvironmentFault) as caught:
        USES[use]()
    assert caught.value.code == "algorithm-missing"


def test_a_keyring_with_an_ml_dsa_key_is_read_where_it_cannot_be_used(monkeypatch):
    data = payload(replace(entry("ada"), key=PublicKey.from_spki(MLDSA65)))
    monkeypatch.setattr(mldsa, "_native", None)
    assert Keyring.from_bytes(data).keys[0].key.algorithm == "ml-dsa-65"


def test_p384_with_another_digest_is_refused():
    native = private("p384-ada")._native
    signature = native.sign(DATA, ec.ECDSA(hashes.SHA256()))
    assert not private("p384-ada").public.verify(DATA, signature, low_s=False)
