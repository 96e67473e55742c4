"""Strict YAML: JSON values only, every ambiguity refused, every node placed; both parsers alike."""

import pytest
import yaml

from stella_git.canon.reader import parse_yaml
from stella_git.canon.yamlreader import read_yaml
from stella_git.errors import InputError

both_parsers = pytest.mark.parametrize("pure", [False, True], ids=["libyaml", "pure"])


def read(data, pure):
    return read_yaml(data, path="b.yaml", limit=1 << 20, depth=64, pure=pure)


BAD = [
    (b"", "yaml-empty", "", 1, 1),
    (b"# only a comment\n", "yaml-empty", "", 1, 1),
    (b"---\n...\n", "yaml-ambiguous-scalar", "", None, None),
    (b"a: *x", "yaml-alias", "/a", 1, 4),
    (b"a: [&x b]", "yaml-anchor", "/a/0", 1, 5),
    (b"a: &x {b: c}", "yaml-anchor", "/a", 1, 4),
    (b"&x a: b", "yaml-anchor", "", 1, 1),
    (b"a: !!str 1", "yaml-tag", "/a", 1, 4),
    (b"a: !own {}", "yaml-tag", "/a", 1, 4),
    (b"a: ! b", "yaml-tag", "/a", 1, 4),
    (b"a: 1\n<<: {b: 2}", "yaml-merge-key", "", 2, 1),
    (b"a: 1\nb: 2\na: 3", "yaml-duplicate-key", "/a", 3, 1),
    (b"x:\n  - {a: 1, 'a': 2}", "yaml-duplicate-key", "/x/0/a", 2, 12),
    (b"1: a", "yaml-key-not-string", "", 1, 1),
    (b"x: {true: a}", "yaml-key-not-string", "/x", 1, 5),
    (b"on: a", "yaml-key-not-string", "", 1, 1),
    (b"1.5: a", "yaml-key-not-string", "", 1, 1),
    (b": a", "yaml-syntax", "", None, None),
    (b"?\n: a", "yaml-key-not-string", "", None, None),
    (b"[a]: b", "yaml-key-not-string", "", 1, 1),
    (b"? {a: b}\n: c", "yaml-key-not-string", "", 1, 3),
    (b"%YAML 1.2\n---\na", "yaml-directive", "", 1, 1),
    (b"# c\n\n%TAG ! tag:x,2000:\n---\na", "yaml-directive", "", 3, 1),
    (b"%FOO bar\n---\na", "yaml-directive", "", 1, 1),
    (b"a\n---\nb", "yaml-multiple-documents", "", 2, 1),
    (b"a: 1\n...\n---\nb", "yaml-multiple-documents", "", 3, 1),
    (b"a: [", "yaml-syntax", "", None, None),
    (b"a: b: c", "yaml-syntax", "", None, None),
    (b"a: 'b", "yaml-syntax", "", None, None),
    (b"- a\n- |#\n  b", "yaml-syntax", None, None, None),
    (b"a: [b, c?d]", None, None, None, None),
    (b"a: {c?d: b}", None, None, None, None),
    (b"a: @b", "yaml-syntax", "", None, None),
    (b'"\\UFFFFFFFF"', "yaml-syntax", "", None, None),
    (b"a:\n\t- b", "yaml-tab", "", 2, 1),
    (b"a: 'b\tc'", "yaml-tab", "", 1, 6),
    (b"a: b\x85c", "yaml-encoding", "", 1, 5),
    ("a: b\u2028c".encode(), "yaml-character", "", 1, 5),
    ("a: b\ufeffc".encode(), "yaml-character", "", 1, 5),
    (b"a: b\rc: d", "yaml-character", "", 1, 5),
    (b"a: '\x00'", "yaml-character", "", 1, 5),
    (b"a: '\x7f'", "yaml-character", "", 1, 5),
    (b"\xef\xbb\xbfa: b", "yaml-encoding", "", 1, 1),
    (b"a: b\nc: '\xff'", "yaml-encoding", "", 2, 5),
    ("a: b".encode("utf-16"), "yaml-encoding", "", 1, 1),
    (b"- 9007199254740992", "yaml-integer-range", "/0", 1, 3),
    (b"- -123456789012345678901234567890", "yaml-integer-range", "/0", 1, 3),
    (b"- 1e20", "yaml-integer-range", "/0", 1, 3),
    (b"- 1e400", "yaml-not-finite", "/0", 1, 3),
    (b"- -1e400", "yaml-not-finite", "/0", 1, 3),
    (b"[" * 65 + b"]" * 65, "yaml-too-deep", "/0" * 64, 1, 65),
    (b"{a: " * 65 + b"b" + b"}" * 65, "yaml-too-deep", "/a" * 64, 1, 4 * 64 + 1),
    (b"- " * 65 + b"a", "yaml-too-deep", "/0" * 64, 1, 129),
]


@both_parsers
@pytest.mark.parametrize(("data", "code", "where", "line", "column"), BAD)
def test_refuses_with_code_and_place(data, code, where, line, column, pure):
    with pytest.raises(InputError) as caught:
        read(data, pure)
    error = caught.value
    assert error.where.path == "b.yaml"
    if code is not None:  # libyaml reads it, and we refuse what PyYAML's own parser cannot read
        assert error.code == code
    if where is not None:
        assert error.where.pointer == where
    if line is not None:  # where syntax breaks is the parser's own idea
        assert (error.where.line, error.where.column) == (line, column)
    assert error.where.line >= 1
    assert error.remedy


AMBIGUOUS = [
    *("y", "Y", "n", "N", "yes", "Yes", "YES", "no", "No", "on", "On", "ON", "off", "Off", "OFF", "oFF"),
    *("True", "TRUE", "tRUE", "False", "FALSE", "Null", "NULL", "nULL", "~"),
    *("0777", "017", "0o17", "00", "01", "-01", "09", "0x1F", "0XfF", "0b101", "1_000", "+1", "-1_0", "+0"),
    *(".5", "-.5", "+.5", "1.", "1.e5", "1_0.5", "+1.5", "01.5", "01e5", ".inf", ".Inf", "-.INF", "+.inf"),
    *(".nan", ".NaN", "1:30", "190:20:30", "-1:30", "1:30.5", "12:30:45"),
]


@both_parsers
@pytest.mark.parametrize("text", [*AMBIGUOUS, ""])
def test_refuses_what_yaml_versions_read_differently(text, pure):
    with pytest.raises(InputError) as caught:
        read(f"k: {text}".encode(), pure)
    assert (caught.value.code, caught.value.where.pointer) == ("yaml-ambiguous-scalar", "/k")
    assert "quote" in caught.value.remedy
    assert not text or f"'{text}'" in caught.value.remedy
    with pytest.raises(InputError) as caught:
        read(f"? {text}\n: k".encode(), pure)
    assert caught.value.code == "yaml-key-not-string"
    assert not text or caught.value.remedy == f"quote the key: '{text}'"
    quoted = f'"{text}": "{text}"'.encode()
    assert read(quoted, pure).value == {text: text}


@both_parsers
@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("true", True),
        ("false", False),
        ("null", None),
        ("0", 0),
        ("-0", 0),
        ("-12", -12),
        ("9007199254740991", 2**53 - 1),
        ("1.5", 1.5),
        ("-1.5e-3", -0.0015),
        ("1e5", 1e5),
        ("1E+5", 1e5),
    ],
)
def test_words_and_numbers_of_json(text, value, pure):
    found = read(f"k: {text}".encode(), pure).value["k"]
    assert found == value
    assert type(found) is type(value)


STRINGS = [
    *(
        "abc",
        "1.2.3",
        "v1.0",
        "2026-01-31",
        "2026-01-31T10:00:00Z",
        "127.0.0.1",
        "1.2.3.4:80",
        "localhost:80",
    ),
    *("80:8080", "1:60", "a:b", "1e", "1e5x", "0x", "0xg", "0b2", "0o", "sha256:00", "=", ".", "..", "./a"),
    *(".infx", "nan", "inf", "Infinity", "yesterday", "none", "nil", "é", "山", "pkg:npm/a@1"),
]


@both_parsers
@pytest.mark.parametrize("text", STRINGS)
def test_everything_else_is_a_string(text, pure):
    assert read(f"k: {text}".encode(), pure).value == {"k": text}


@both_parsers
def test_styles_of_strings(pure):
    data = b"a: |\n  x\n  y\nb: >-\n  x\n  y\nc: \"x\\ty\\u00e9\\/\"\nd: 'it''s'\ne: x\n  y\nf: \"\"\n"
    assert read(data, pure).value == {
        "a": "x\ny\n",
        "b": "x y",
        "c": "x\tyé/",
        "d": "it's",
        "e": "x y",
        "f": "",
    }


@both_parsers
def test_line_ends_of_windows(pure):
    assert read(b"a: 1\r\nb:\r\n  - c\r\n", pure).value == {"a": 1, "b": ["c"]}


@both_parsers
def test_an_explicit_start_and_end_are_no_second_document(pure):
    assert read(b"# c\n---\na: 1\n...\n# d\n", pure).value == {"a": 1}


DOCUMENT = """\
# comment
apiVersion: v1
spec:
  rules:
    - {name: "é", on-fail: deny}
    - name: b
      "a/b":
        - 1
  empty: []
  map: {}
""".encode()


@both_parsers
def test_every_node_has_its_place(pure):
    document = read(DOCUMENT, pure)
    assert document.value["spec"]["rules"][1] == {"name": "b", "a/b": [1]}
    assert document.positions == {
        "": (2, 1),
        "/apiVersion": (2, 13),
        "/spec": (4, 3),
        "/spec/rules": (5, 5),
        "/spec/rules/0": (5, 7),
        "/spec/rules/0/name": (5, 14),
        "/spec/rules/0/on-fail": (5, 28),
        "/spec/rules/1": (6, 7),
        "/spec/rules/1/name": (6, 13),
        "/spec/rules/1/a~1b": (8, 9),
        "/spec/rules/1/a~1b/0": (8, 11),
        "/spec/empty": (9, 10),
        "/spec/map": (10, 8),
    }


def test_where_falls_back_to_the_parent():
    document = parse_yaml(DOCUMENT, path="b.yaml")
    assert str(document.where("/spec/map")) == "b.yaml:10:8 /spec/map"
    assert str(document.where("/spec/map/a/b")) == "b.yaml:10:8 /spec/map/a/b"
    assert str(document.where("/x")) == "b.yaml:2:1 /x"
    assert str(document.where("x")) == "b.yaml:2:1 x"


@pytest.mark.parametrize("data", [b'"\\ud800"', b'{"\\udc00": 1}', b'"\\ud83d\\ude00"'])
def test_surrogates_are_refused_by_both_parsers(data):
    with pytest.raises(InputError) as caught:
        read(data, True)
    assert caught.value.code == "yaml-lone-surrogate"
    with pytest.raises(InputError):
        read(data, False)


def test_limits():
    data = "a: é".encode()
    assert parse_yaml(data, limit=5).value == {"a": "é"}
    with pytest.raises(InputError) as caught:
        parse_yaml(data, limit=4)
    assert caught.value.code == "yaml-too-large"
    with pytest.raises(InputError) as caught:
        parse_yaml(b"[[1]]", depth=1)
    assert caught.value.code == "yaml-too-deep"
    assert parse_yaml(b"[[1]]", depth=2).value == [[1]]


def test_works_without_libyaml(monkeypatch):
    monkeypatch.setattr(yaml, "__with_libyaml__", False)
    monkeypatch.delattr(yaml, "CSafeLoader", raising=False)
    assert parse_yaml(b"a: [b]").value == {"a": ["b"]}


def test_errors_of_the_parser_without_a_place(monkeypatch):
    def failing(*_args, **_kwargs):
        raise yaml.MarkedYAMLError(context="while testing")

    monkeypatch.setattr(yaml, "parse", failing)
    with pytest.raises(InputError) as caught:
        parse_yaml(b"a")
    assert (caught.value.code, caught.value.where.line) == ("yaml-syntax", 1)
    assert "while testing" in caught.value.message


def test_a_key_that_is_good_in_a_block_is_not_in_brackets_for_that():
    assert parse_yaml(b"a?: 1\nb:\n  a?: 2\n").value == {"a?": 1, "b": {"a?": 2}}
    with pytest.raises(InputError) as caught:
        parse_yaml(b"a?: 1\nb: {a?: 2}\n")
    assert caught.value.code == "yaml-ambiguous-scalar"
    assert (caught.value.where.line, caught.value.where.column) == (2, 5)


@pytest.mark.parametrize("key", ["yes", "1", "<<", "~"])
def test_a_key_that_is_good_in_quotes_is_not_without_for_that(key):
    assert parse_yaml(f'a: {{"{key}": 1}}\n"{key}": 2\n'.encode()).value == {"a": {key: 1}, key: 2}
    with pytest.raises(InputError) as caught:
        parse_yaml(f'"{key}": 1\nb:\n  {key}: 2\n'.encode())
    assert caught.value.where.line == 3
