"""Laws of the YAML reader: both of PyYAML's parsers give one answer, and JSON is read as JSON."""

import json
import re

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from canon_strategies import VALUES
from stella_git.canon.reader import pointer
from stella_git.canon.yamlreader import read_yaml
from stella_git.errors import InputError

PIECES = [
    *(
        "a",
        "b: ",
        "- ",
        "\n",
        "\n  ",
        "  ",
        "[",
        "]",
        "{",
        "}",
        ", ",
        ": ",
        "? ",
        "'",
        '"',
        "\\",
        "|",
        ">",
        ">-",
    ),
    *(
        "#",
        " #",
        "&x ",
        "*x",
        "!t ",
        "%",
        "---\n",
        "...\n",
        "true",
        "null",
        "1",
        "-1.5",
        "017",
        "~",
        "yes",
        "<<: ",
    ),
    *("\\x41", "\\ud800", "\\U00110000", "é", "\U0001f600", ":", "-", "\r\n", "\t", "@", "`", "=", "''"),
]


def outcome(data: bytes, *, pure: bool):
    try:
        document = read_yaml(data, path=None, limit=1 << 20, depth=8, pure=pure)
    except InputError as error:
        return error.code
    return document.value, document.positions


@settings(deadline=None, max_examples=600)
@given(st.lists(st.sampled_from(PIECES), max_size=14).map(lambda pieces: "".join(pieces).encode()))
def test_both_parsers_give_one_answer(data):
    quick, pure = outcome(data, pure=False), outcome(data, pure=True)
    if isinstance(quick, str) or isinstance(pure, str):  # which defect is named first may differ
        assert isinstance(quick, str) == isinstance(pure, str)
    else:
        assert quick == pure


FORBIDDEN = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")


@settings(deadline=None, max_examples=200)
@given(VALUES, st.sampled_from([None, 1]))
def test_json_is_read_as_json(value, indent):
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    assume(not FORBIDDEN.search(text))
    document = read_yaml(text.encode(), path=None, limit=1 << 20, depth=64)
    assert document.value == value
    assert json.dumps(document.value) == json.dumps(value)
    assert pointer([]) in document.positions
