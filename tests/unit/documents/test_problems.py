import pytest

from stella_git.documents.problems import Complaint, clip, pointer_to


@pytest.mark.parametrize(
    ("text", "limit", "clipped"), [("abc", 3, "abc"), ("abcd", 3, "ab…"), ("", 3, ""), ("x" * 500, 1, "…")]
)
def test_clip_keeps_the_limit(text, limit, clipped):
    assert clip(text, limit) == clipped


@pytest.mark.parametrize(
    ("tokens", "pointer"),
    [
        ((), ""),
        (("a",), "/a"),
        (("a", 0, "b"), "/a/0/b"),
        (("a/b", "m~n", "~1"), "/a~1b/m~0n/~01"),
        (("",), "/"),
    ],
)
def test_pointers_are_escaped(tokens, pointer):
    assert pointer_to("", *tokens) == pointer


def test_a_message_has_at_most_300_characters():
    problem = Complaint(rule="C001", pointer="/a", message="m" * 301, remedy="r" * 301).at("x.json", 2, 3)
    assert (len(problem.message), len(problem.remedy)) == (300, 300)
    assert problem.to_json() == {
        "rule": "C001",
        "severity": "error",
        "line": 2,
        "column": 3,
        "pointer": "/a",
        "message": problem.message,
        "remedy": problem.remedy,
        "fixable": False,
    }
