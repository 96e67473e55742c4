"""The writer against the published vectors of RFC 8785."""

import hashlib
import math
import struct
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest

from stella_git.canon import jcs
from stella_git.canon.reader import parse_json

VECTORS = Path(__file__).parents[1] / "vectors" / "jcs"
NAMES = ("arrays", "french", "structures", "unicode", "values", "weird")

# Number of lines and SHA-256 of the first lines of es6testfile100m.txt.
PUBLISHED = {
    1_000: "be18b62b6f69cdab33a7e0dae0d9cfa869fda80ddc712221570f9f40a5878687",
    10_000: "b9f7a8e75ef22a835685a52ccba7f7d6bdc99e34b010992cbc5864cd12be6892",
    100_000: "22776e6d4b49fa294a0d0f349268e5c28808fe7e0cb2bcbe28f63894e494d4c7",
    1_000_000: "49415fee2c56c77864931bd3624faad425c3c577d6d74e89a83bc725506dad16",
}


def numbers() -> Iterator[int]:
    """Yield the bits of the doubles of the test file: fixed ones, a series, then a chain of SHA-256."""
    yield from (int(word, 16) for word in (VECTORS / "es6-static.txt").read_text().split())
    yield from range(0x0010000000000000, 0x0010000000000000 + 2000)
    block = bytes(32)
    while True:
        block = hashlib.sha256(block).digest()
        for bits in struct.unpack("<4Q", block):
            exponent, rest = bits >> 52 & 0x7FF, bits & ~(1 << 63)
            if exponent != 0x7FF and rest:
                yield bits


@pytest.mark.parametrize("name", NAMES)
def test_rfc_files(name):
    value = parse_json((VECTORS / "input" / f"{name}.json").read_bytes())
    expected = (VECTORS / "output" / f"{name}.json").read_bytes()
    assert bytes.fromhex((VECTORS / "outhex" / f"{name}.txt").read_text()) == expected
    assert jcs.dumps(value) == expected
    assert jcs.dumps(parse_json(expected)) == expected


@pytest.mark.parametrize("count", [1_000, 10_000, 100_000, pytest.param(1_000_000, marks=pytest.mark.slow)])
def test_published_numbers(count):
    digest = hashlib.sha256()
    stream = numbers()
    for _ in range(count // 1000):
        bits = list(islice(stream, 1000))
        values = struct.unpack("<1000d", struct.pack("<1000Q", *bits))
        lines = [f"{word:x},{jcs.format_number(value)}\n" for word, value in zip(bits, values, strict=True)]
        digest.update("".join(lines).encode())
    assert digest.hexdigest() == PUBLISHED[count]


# RFC 8785, appendix B.
APPENDIX_B = {
    "0000000000000000": "0",
    "8000000000000000": "0",
    "0000000000000001": "5e-324",
    "8000000000000001": "-5e-324",
    "7fefffffffffffff": "1.7976931348623157e+308",
    "ffefffffffffffff": "-1.7976931348623157e+308",
    "4340000000000000": "9007199254740992",
    "c340000000000000": "-9007199254740992",
    "4430000000000000": "295147905179352830000",
    "44b52d02c7e14af5": "9.999999999999997e+22",
    "44b52d02c7e14af6": "1e+23",
    "44b52d02c7e14af7": "1.0000000000000001e+23",
    "444b1ae4d6e2ef4e": "999999999999999700000",
    "444b1ae4d6e2ef4f": "999999999999999900000",
    "444b1ae4d6e2ef50": "1e+21",
    "3eb0c6f7a0b5ed8c": "9.999999999999997e-7",
    "3eb0c6f7a0b5ed8d": "0.000001",
    "41b3de4355555553": "333333333.3333332",
    "41b3de4355555554": "333333333.33333325",
    "41b3de4355555555": "333333333.3333333",
    "41b3de4355555556": "333333333.3333334",
    "41b3de4355555557": "333333333.33333343",
    "becbf647612f3696": "-0.0000033333333333333333",
    "43143ff3c1cb0959": "1424953923781206.2",
}


@pytest.mark.parametrize(("bits", "text"), APPENDIX_B.items())
def test_rfc_appendix_b(bits, text):
    (value,) = struct.unpack(">d", bytes.fromhex(bits))
    assert jcs.dumps([value]) == f"[{text}]".encode()
    assert math.isclose(float(text), value, rel_tol=0, abs_tol=0)
