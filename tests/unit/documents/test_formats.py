import json
import re

import pytest

from stella_git import resources
from stella_git.documents.formats import EXAMPLES, FORMATS, ecma
from stella_git.documents.schema.registry import FILES

GOOD = {
    "date": ["2026-01-31", "2024-02-29", "2000-02-29", "0001-01-01"],
    "date-time": [
        "2026-01-31T09:30:00Z",
        "2026-01-31t09:30:00.123456789z",
        "2026-01-31T09:30:00+23:59",
        "2016-12-31T23:59:60Z",
        "2017-01-01T00:59:60+01:00",
        "2016-12-31T15:59:60-08:00",
    ],
    "email": ["a@b", "first.last@example.com", '"a b"@example.com', "a@[127.0.0.1]", "a" * 64 + "@b"],
    "idn-email": ["grüße@exämple.com", "a@例え.jp"],
    "iri": ["https://exämple.com/ü?q=ü#ü", "urn:x:ü", "http://a/?\ue000\U000f0000", "http://a/\U00010000#é"],
    "iri-reference": ["", "ü", "../a/b", "?q", "#f", "//host/p", "a/b:c"],
    "regex": ["^a$", "[a-z]+"],
    "uri": [
        "http://[::1]:80/x?y#z",
        "pkg:npm/%40a/b@1",
        "urn:uuid:x",
        "mailto:a@b",
        "x:",
        "http://[v1.a]/",
        "http://a:@b:/",
    ],
    "uri-reference": ["", "a", "/a", "//a", "a/b:c", "?a", "#a"],
    "uuid": [
        "3e671687-395b-41f5-a30f-a58921a69b79",
        "3E671687-395B-F1F5-030F-A58921A69B79",
        "0" * 8 + "-0000" * 3 + "-" + "0" * 12,
    ],
}
BAD = {
    "date": [
        "2026-02-29",
        "1900-02-29",
        "2026-13-01",
        "2026-00-01",
        "2026-01-00",
        "2026-04-31",
        "26-01-01",
        "x",
    ],
    "date-time": [
        "2026-01-31",
        "2026-01-31 09:30:00Z",
        "2026-01-31T09:30:00",
        "2026-01-31T24:00:00Z",
        "2026-01-31T09:60:00Z",
        "2026-01-31T09:30:61Z",
        "2026-01-31T09:30:60Z",
        "2026-01-31T09:30:00.Z",
        "2026-01-31T09:30:00+24:00",
        "2026-01-31T09:30:00Z\n",
        "2026-02-30T09:30:00Z",
        "２026-01-31T09:30:00Z",
    ],
    "email": ["", "a", "@b", "a@", "a@b@c", "a b@c", "ü@b", "a@-b", "a@b-", "a..b@c", "a" * 65 + "@b"],
    "idn-email": ["", "a", "@b", "a@", "a b@c", "ü" * 33 + "@b"],
    "iri": [
        "a",
        "//a",
        "http://a b",
        "1a:b",
        "http://a/%zz",
        "http://a/{b}",
        "http://a/\ue000",
        "http://a/?\ue000#\ue000",
        "http://[::é]/",
        "http://[v1.é]/",
        "é:b",
        "http://a/\x80",
        "http://a/\uffff",
        "http://a/\U0001fffe",
        "http://a/\U000e0041",
        "http://a/?\ud800",
    ],
    "iri-reference": ["a b", "%", "http://[zz]/", "a\\b", "#a#b", ":a", "1a:b", "<a>", "\ud800"],
    "regex": ["(", "[a"],
    "uri": ["", "a", "http://ü", "http://a/ü", "http://a b", "http://[::1%25en]/", "http://[", "x:#a#b"],
    "uri-reference": ["ü", "a b", "a|b", ":a", "%1"],
    "uuid": [
        "3e671687395b41f5a30fa58921a69b79",
        "urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79",
        "3e671687-395b-41f5-a30f-a58921a69b7g",
        "{3e671687-395b-41f5-a30f-a58921a69b79}",
        "",
    ],
}


@pytest.mark.parametrize(("name", "text"), [(name, text) for name in GOOD for text in GOOD[name]])
def test_format_accepts(name, text):
    assert FORMATS[name](text)


@pytest.mark.parametrize(("name", "text"), [(name, text) for name in BAD for text in BAD[name]])
def test_format_refuses(name, text):
    assert not FORMATS[name](text)


def test_every_format_is_tested_and_described():
    assert set(GOOD) == set(BAD) == set(FORMATS) == set(EXAMPLES)


def _used(value):
    if isinstance(value, dict):
        if isinstance(value.get("format"), str):
            yield value["format"]
        for each in value.values():
            yield from _used(each)
    elif isinstance(value, list):
        for each in value:
            yield from _used(each)


@pytest.mark.parametrize("name", sorted(FILES.values()))
def test_every_format_of_a_shipped_schema_has_a_checker(name):
    assert set(_used(json.loads(resources.schema(name)))) <= set(FORMATS)


@pytest.mark.parametrize(
    ("pattern", "good", "bad"),
    [
        ("^a$", ["a"], ["a\n", "b"]),
        (r"^\d$", ["1"], ["١"]),
        (r"^\D$", ["١", "a"], ["1"]),
        (r"^\w$", ["a", "_"], ["é"]),
        (r"^[\w.]$", [".", "a"], ["é"]),
        (r"^\s$", ["\u00a0", "\ufeff", " "], ["\x1c"]),
        (r"^[^\s]$", ["a"], ["\u00a0"]),
        (r"^\$[$]$", ["$$"], ["$"]),
        ("^[[a]$", ["[", "a"], ["b"]),
        ("b", ["abc"], ["a"]),
    ],
)
def test_patterns_mean_what_ecma_262_says(pattern, good, bad):
    assert all(ecma(pattern).search(text) for text in good)
    assert not any(ecma(pattern).search(text) for text in bad)


def test_a_pattern_that_cannot_be_compiled_is_an_error():
    with pytest.raises(re.error):
        ecma("(")
