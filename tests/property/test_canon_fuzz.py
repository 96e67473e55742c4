"""The fuzz targets of the canon floor, under Hypothesis."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from canon_strategies import TOKEN_SOUP, VALUES, mutated
from fuzz.fuzz_canon import TARGETS

SEEDS = [
    b"pkg:npm/%40angular/animation@12.3.1?a=b&c=%20#d/e",
    b"2026-01-31T12:34:56.789+02:00",
    b"sha256:" + b"0" * 64,
    b"CVE-2021-44228",
    b"ghsa-jfh8-c2jp-5v3q",
    b"a: [b, {c: 'd'}]\ne:\n  - |\n    f\n  - \"\\x41\"\n",
]
DOCUMENTS = VALUES.map(lambda value: json.dumps(value).encode()) | st.sampled_from(SEEDS)


@pytest.mark.parametrize("name", TARGETS)
def test_target(name):
    @settings(deadline=None, max_examples=150)
    @given(st.binary(max_size=64) | TOKEN_SOUP | mutated(DOCUMENTS))
    def run(data):
        TARGETS[name](data)

    run()
