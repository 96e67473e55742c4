"""YAML as its author wrote it: extent and style of every node."""

import pytest

from stella_git.canon.reader import parse_yaml_tree
from stella_git.canon.yamlnodes import is_plain_string
from stella_git.errors import InputError


def described(tree, node):
    """Return style and text of nodes, as they stand in the document."""
    if node.members is None:
        return node.style + tree.text[node.start : node.end].rstrip()
    return [
        described(tree, value) if key is None else (tree.text[key.start : key.end], described(tree, value))
        for key, value in node.members
    ]


def test_every_node_knows_where_it_stands_and_how_it_is_written():
    tree = parse_yaml_tree(b"a: 'x'\r\n\"b\":\r\n  - {c: 1, d: [e]}\r\n  - |-\r\n    t\r\n")
    assert tree.text == "a: 'x'\n\"b\":\n  - {c: 1, d: [e]}\n  - |-\n    t\n"
    assert tree.value == {"a": "x", "b": [{"c": 1, "d": ["e"]}, "t"]}
    assert described(tree, tree.root) == [
        ("a", "''x'"),
        ('"b"', [[("c", "1"), ("d", ["e"])], "||-\n    t"]),
    ]
    items = tree.root.members[1][1]
    assert (tree.root.mapping, items.mapping, items.flow, items.column) == (True, False, False, 2)
    pair = items.members[0][1]
    assert (pair.mapping, pair.flow, pair.column) == (True, True, 4)
    assert tree.text[pair.start : pair.end] == "{c: 1, d: [e]}"


def test_a_scalar_knows_whether_it_is_a_string():
    tree = parse_yaml_tree(b"[a, 1, '1', true, null, -1.5e3, 2026-01-01]")
    assert [node.string for _, node in tree.root.members] == [True, False, True, False, False, False, True]
    assert tree.root.string is False
    assert parse_yaml_tree(b"7").root.string is False


def test_a_pair_between_brackets_is_a_mapping_without_brackets():
    tree = parse_yaml_tree(b"[a: b]")
    pair = tree.root.members[0][1]
    assert (pair.mapping, pair.flow, tree.text[pair.start : pair.end]) == (True, True, "a: b")


@pytest.mark.parametrize(
    ("data", "code"), [(b"a: &x 1", "yaml-anchor"), (b"[", "yaml-syntax"), (b"", "yaml-empty")]
)
def test_what_the_reader_refuses_has_no_nodes(data, code):
    with pytest.raises(InputError) as caught:
        parse_yaml_tree(data, path="x.yaml")
    assert (caught.value.code, caught.value.where.path) == (code, "x.yaml")
    with pytest.raises(InputError):
        parse_yaml_tree(b"[[1]]", depth=1)
    with pytest.raises(InputError):
        parse_yaml_tree(b"[[1]]", limit=2)


@pytest.mark.parametrize("text", ["", "<<", "=", "yes", "null", "0x1", "1", "1:30", "~", ".5", "-0"])
def test_what_some_parser_takes_for_something_else_is_no_plain_string(text):
    assert not is_plain_string(text)


@pytest.mark.parametrize("text", ["a", "3.0.1", "2026-01-01", "2026-01-01T00:00:00Z", "<<<", "yess"])
def test_what_nobody_takes_for_something_else_is(text):
    assert is_plain_string(text)
