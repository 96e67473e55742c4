import pytest

from stella_git.attest import base64text
from stella_git.errors import InputError

CASES = {
    "not a string": 7,
    "null": None,
    "a list": ["e30="],
    "a line break at the end": "e30=\n",
    "a line break inside": "e3\n0=",
    "carriage return": "e30=\r",
    "a space": "e30= ",
    "a space inside": "e3 0=",
    "a tab": "\te30=",
    "a vertical tab": "e30=\x0b",
    "missing padding": "e30",
    "half of the padding": "YQ=",
    "too much padding": "e30==",
    "padding of a whole group": "e30=====",
    "padding alone": "====",
    "padding inside": "YQ==e30=",
    "data after padding": "e30=YQ==",
    "unused bits set": "e31=",
    "unused bits set, two of padding": "YR==",
    "one character": "A",
    "one character too many": "e30=A",
    "a character of no alphabet": "e3!=",
    "a percent sign": "e30%3D",
    "a full stop": "e30.",
    "not ASCII": "é30=",
    "a fullwidth digit": "e３0=",
    "NUL": "e30=\0",
    "both alphabets": "-/-/",
    "both alphabets, far apart": "++++AAAA____",
}


@pytest.mark.parametrize("text", CASES.values(), ids=CASES.keys())
def test_only_one_text_for_every_byte_string(text):
    with pytest.raises(InputError) as caught:
        base64text.decode(text, ("payload",), code="envelope-base64")
    assert caught.value.code == "envelope-base64"
    assert caught.value.where.pointer == "/payload"


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("", b""),
        ("AA==", b"\0"),
        ("AAA=", b"\0\0"),
        ("AAAA", b"\0\0\0"),
        ("+/+/", b"\xfb\xff\xbf"),
        ("-_-_", b"\xfb\xff\xbf"),
        ("_w==", b"\xff"),
        ("/w==", b"\xff"),
    ],
)
def test_both_alphabets(text, data):
    assert base64text.decode(text, (), code="x") == data


def test_it_is_written_in_the_standard_alphabet_without_line_breaks():
    assert base64text.encode(b"\xff" * 300) == "/" * 400
    assert base64text.encode(b"\xfb\xef") == "++8="
