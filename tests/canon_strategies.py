"""Hypothesis strategies for JSON values, documents and purls, shared by the tests of the canon floor."""

from hypothesis import strategies as st

INTEGERS = st.integers(-(2**53) + 1, 2**53 - 1)
ALL_FLOATS = st.floats(allow_nan=False, allow_infinity=False)
# The reader refuses doubles that canonical JSON would write as integers beyond 2^53.
FLOATS = ALL_FLOATS.filter(lambda value: not 2**53 <= abs(value) < 1e21)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
# Keys on both sides of the place where code points and UTF-16 code units sort differently.
KEYS = TEXTS | st.text(st.sampled_from("az\u00e9\ud7ff\ue000\ufb01\uffff\U00010000\U0001f600"), max_size=3)
SCALARS = st.none() | st.booleans() | INTEGERS | FLOATS | TEXTS


def _containers(children):
    return st.lists(children, max_size=5) | st.dictionaries(KEYS, children, max_size=5)


VALUES = st.recursive(SCALARS, _containers, max_leaves=30)

# Tokens whose joins are now and then a document, and mostly nearly one.
_TOKENS = [
    *"{}[],:",
    *(
        "0",
        "-0",
        "1",
        "-",
        "01",
        "1.5",
        "1.",
        ".5",
        "1e5",
        "1e400",
        "-1E+999",
        "9007199254740991",
        "9007199254740992",
    ),
    *("true", "false", "null", "NaN", "Infinity", "-Infinity", "nul", "True", "x"),
    *(
        '""',
        '"a"',
        '"b"',
        '"\\u0061"',
        '"\\ud800"',
        '"\\ud83d\\ude00"',
        '"\\\\ud800"',
        '"[{"',
        '"\\""',
        '"\\x"',
    ),
    *(
        '"',
        "\\",
        "\\u",
        "\\ud800",
        "'",
        " ",
        "\n",
        "\t",
        "\r",
        "\x00",
        "\x0b",
        "\ufeff",
        "\u00e9",
        "\u2028",
        "//",
    ),
]
TOKEN_SOUP = st.lists(st.sampled_from(_TOKENS), max_size=14).map(lambda tokens: "".join(tokens).encode())


@st.composite
def mutated(draw, documents):
    """Return a document in which a few bytes were cut out, doubled, or replaced."""
    data = bytearray(draw(documents))
    for _ in range(draw(st.integers(0, 3))):
        start = draw(st.integers(0, len(data)))
        stop = min(len(data), start + draw(st.integers(0, 4)))
        piece = draw(st.sampled_from([b"", bytes(data[start:stop]) * 2]) | st.binary(max_size=2) | TOKEN_SOUP)
        data[start:stop] = piece
    return bytes(data)
