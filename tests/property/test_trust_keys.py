"""Public keys have one encoding each: what we take, the library would write the same."""

import random

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key
from hypothesis import given
from hypothesis import strategies as st

from fuzz.fuzz_trust import mutate
from stella_git.errors import InputError
from stella_git.trust.algorithms import rsa
from stella_git.trust.keys import PublicKey
from trust_cases import needs_mldsa, private

NAMES = ["ada", "p384-ada", "ed-ada", "rsa-ada"]
LEAST = 65537


def taken(data):
    try:
        return PublicKey.from_spki(data)
    except InputError:
        return None


def written(data):
    return load_der_public_key(data).public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


@pytest.mark.parametrize("name", [*NAMES, pytest.param("mldsa65-ada", marks=needs_mldsa)])
@given(seed=st.integers(0, 2**32))
def test_what_is_taken_is_what_the_library_writes(name, seed):
    data = mutate(private(name).public.spki, random.Random(seed))
    assert taken(private(name).public.spki)
    assert taken(data) is None or written(data) == data


@given(bits=st.integers(2048, 8192), low=st.integers(0, 2**2000), exponent=st.integers(LEAST // 2, 2**63))
def test_rsa_keys_are_written_as_the_library_writes_them_and_read_back(bits, low, exponent):
    modulus, exponent = 3 << (bits - 2) | low | 1, 2 * exponent + 1
    data = rsa.encode(modulus, exponent)
    assert rsa.decode(data) == (modulus, exponent)
    assert written(data) == data


@given(st.integers(0, 2**80), st.integers(0, 2**80))
def test_numbers_of_any_size_are_read_back(modulus, exponent):
    assert rsa.decode(rsa.encode(modulus, exponent)) == (modulus, exponent)
