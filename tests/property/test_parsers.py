"""Every parser of untrusted bytes in `attest` and `trust` refuses with our errors, whatever the bytes."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fuzz import fuzz_attest, fuzz_bundle, fuzz_trust
from fuzz.harness import run

# name -> (target, a good input, how to change it)
TARGETS = {
    f"{module.__name__}:{name}": (*row, module.mutate)
    for module in (fuzz_attest, fuzz_bundle, fuzz_trust)
    for name, row in module.TARGETS.items()
}


@pytest.mark.parametrize("name", sorted(TARGETS))
def test_the_input_that_mutations_start_from_is_taken(name):
    target, start, _ = TARGETS[name]
    assert run(target, start)


@given(st.sampled_from(sorted(TARGETS)), st.integers(0, 2**32))
def test_a_mutated_input_is_taken_or_refused(name, seed):
    target, start, mutate = TARGETS[name]
    run(target, mutate(start, random.Random(seed)))


@given(st.sampled_from(sorted(TARGETS)), st.binary(max_size=200))
def test_arbitrary_bytes_are_taken_or_refused(name, data):
    run(TARGETS[name][0], data)
