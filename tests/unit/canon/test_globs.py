import pytest

from stella_git.canon.globs import glob_matches, may_hold


@pytest.mark.parametrize(
    ("glob", "inside", "outside"),
    [
        ("a/*.json", ["a"], ["b", "a/b", "aa"]),
        ("a/b/c", ["a", "a/b"], ["a/b/c", "a/c", "b"]),
        ("*/x", ["a", "b"], ["a/b"]),
        ("a/**", ["a", "a/b", "a/b/c"], ["b", "b/a"]),
        ("**/x", ["a", "a/b"], []),
        ("a/**/x", ["a", "a/b", "a/b/c"], ["b"]),
        ("x", [], ["x", "a"]),
        ("?/x", ["a"], ["ab"]),
    ],
)
def test_a_walk_goes_only_where_a_glob_can_match(glob, inside, outside):
    assert [folder for folder in inside + outside if may_hold(folder, [glob])] == inside
    assert not may_hold("a", [])


@pytest.mark.parametrize(
    ("path", "glob", "expected"),
    [
        ("a.json", "*.json", True),
        ("d/a.json", "*.json", False),
        (".hidden", "*", True),
        ("A", "a", False),
        ("[a]", "[a]", True),
        ("a", "[a]", False),
        ("d/e/a.json", "**/*.json", True),
        ("a.json", "**/*.json", True),
        ("d", "d/**", False),
        ("d/e/f", "d/**", True),
        ("axxb/c", "a**b/c", True),
        ("a/b", "a**b", False),
        ("two\nlines", "t*s", True),
    ],
)
def test_globs(path, glob, expected):
    assert glob_matches(path, [glob]) is expected
    assert glob_matches(path, ["nothing", glob]) is expected


def test_many_stars_take_no_more_time_than_the_product_of_the_lengths():
    assert not glob_matches("a" * 2000, ["*a" * 200 + "b"])
    assert not glob_matches("a/" * 500 + "a", ["**/a/" * 100 + "b"])
