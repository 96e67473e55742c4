"""The one layout of policy files."""
# ruff: noqa: E501 - what goes in and what comes out stand side by side

import re

import pytest

from fmt_cases import laid_out, value_of
from house_cases import ROOT
from stella_git.canon import jcs
from stella_git.canon.reader import parse_yaml
from stella_git.errors import ConfigError, DefectError
from stella_git.policy.fmt import KINDS, formatted, kind_in, layout
from stella_git.policy.fmt.scalars import one_line

HEAD = "apiVersion: stella.ops/v1\nkind: Policy\n"
LONG = "x" * 60
OURS = sorted(
    path
    for folder in ("policies", "examples", "tests")
    for path in (ROOT / folder).rglob("*.y*ml")
    if path.is_file() and b"stella.ops/v1" in path.read_bytes()
)


def told(text):
    """Return a document in the one layout, without a schema; a second run has nothing to do."""
    after = laid_out(text.encode())
    assert laid_out(after) == after
    return after.decode()


def policy(text):
    after = formatted((HEAD + text).encode(), path="p.yaml")
    assert formatted(after, path="p.yaml") == after
    return after.decode().removeprefix(HEAD)


# What comes in, what goes out.
CASES = {
    "two spaces, items indented": ("a:\n    b:\n    - 1\n    -   c: 2\n        d: 3\n", "a:\n  b:\n    - 1\n    - c: 2\n      d: 3\n"),
    "items of items": ("- - a\n  - b\n-\n  - c\n", "- - a\n  - b\n- - c\n"),
    "no white space at the end, one line feed, LF": ("a: 1   \r\nb: 2  \r\n\r\n\r\n", "a: 1\nb: 2\n"),
    "markers of a document are left out": ("---\na: 1\n...\n", "a: 1\n"),
    "values come beside their key": ("a:\n  b\nc:\n  'd'\n? e\n: f\n", "a: b\nc: d\ne: f\n"),
    "one blank line at most, none at the front": ("\n\na: 1\n\n\n\nb:\n\n  c: 1\n\n  d: 2\n", "a: 1\n\nb:\n  c: 1\n\n  d: 2\n"),
    "short brackets stay": ("a: [ 1,2 ]\nb: { c: 1 }\nd: [e: f]\n", "a: [1, 2]\nb: {c: 1}\nd: [{e: f}]\n"),
    "blocks stay blocks": ("a:\n  - 1\n", "a:\n  - 1\n"),
    "nothing is written as brackets": ("a: []\nb: {}\n", "a: []\nb: {}\n"),
    "long brackets become blocks": (f"a: [{LONG}, {LONG}]\n", f"a:\n  - {LONG}\n  - {LONG}\n"),
    "brackets around lines become blocks": ('a: ["b\\nc"]\n', "a:\n  - |-\n    b\n    c\n"),
    "a long item becomes a block": (f"- {{a: {LONG}, b: [{LONG}]}}\n", f"- a: {LONG}\n  b: [{LONG}]\n"),
    "the document itself is a block": ("{a: 1, b: [2]}\n", "a: 1\nb: [2]\n"),
    "quotes go": ("a: 'b c'\n\"d\": \"e\"\n", "a: b c\nd: e\n"),
    "quotes stay where they are needed": ("a: \"1\"\nb: \"yes\"\nc: \"!x\"\n\"1\": ''\n", "a: '1'\nb: 'yes'\nc: '!x'\n'1': ''\n"),
    "numbers stay as they are": ("a: 1.50\nb: 1e3\nc: -0\nd: true\n", "a: 1.50\nb: 1e3\nc: -0\nd: true\n"),
    "several lines become a block": ('a: "b\\nc\\n"\nd: "e\\nf"\n', "a: |\n  b\n  c\nd: |-\n  e\n  f\n"),
    "a block keeps its text": ("a: |-\n      b\n        c \n\n      d\n", "a: |-\n  b\n    c \n\n  d\n"),
    "a block that begins with a space says how far it is indented": ("a: |3-\n     b\n   c\n", "a: |2-\n    b\n  c\n"),
    "a folded block keeps its lines": ("a: >-\n     b\n     c\n\n     d\n", "a: >-\n  b\n  c\n\n  d\n"),
    "white space below a folded block goes": ("a: >-\n  b\n \nc: 1\n", "a: >-\n  b\n\nc: 1\n"),
    "lines that end with white space stay in quotes": ('a: "b \\nc"\n', 'a: "b \\nc"\n'),
    "white space at the end of a block is written in quotes": ("a: >-\n  b\n   \n", 'a: "b\\n "\n'),
    "a folded block that begins with a space": ("a:\n  - >2-\n      b\n    c\n", "a:\n  - >2-\n      b\n    c\n"),
    "lines at the end that a block keeps are written in quotes": ("a: |+\n  b\n\n\nc: 1\n", 'a: "b\\n\\n\\n"\n\nc: 1\n'),
    "a block of nothing is written in quotes": ("a: |-\nb: |+\n\n", "a: ''\nb: \"\\n\"\n"),
    "long prose is folded": (f"a: {LONG} {LONG}\n", f"a: >-\n  {LONG}\n  {LONG}\n"),
    "long words are not": (f"a: {LONG}{LONG}\nb: '{LONG}  {LONG}'\n", f"a: {LONG}{LONG}\nb: {LONG}  {LONG}\n"),
    "a scalar over several lines is one": ("a: b\n  c\n", "a: b c\n"),
    "a very long key": (f"? {'k' * 1001}\n: - 1\n? {'l' * 1001}\n:\n  m\n", f"? {'k' * 1001}\n:\n  - 1\n? {'l' * 1001}\n: m\n"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_layout(name):
    before, after = CASES[name]
    assert told(before) == after


COMMENTS = {
    "before what they precede": ("# a\na: 1\n   # b\nb: 2\n", "# a\na: 1\n# b\nb: 2\n"),
    "at the end of their line": ("a: 1 #x\nb:    # y\n  - c # z\n", "a: 1  #x\nb:  # y\n  - c  # z\n"),
    "in front of what is inside": ("a:\n # b\n  b: 1\n", "a:\n  # b\n  b: 1\n"),
    "before an item": ("a:\n# b\n- b: 1\n# c\n- c: 1\n", "a:\n  # b\n  - b: 1\n  # c\n  - c: 1\n"),
    "between dash and item": ("- # a\n  b: 1\n-\n  # c\n  d\n", "# a\n- b: 1\n# c\n- d\n"),
    "between key and value": ("a: # b\n  # c\n  d # e\n", "# b\n# c\na: d  # e\n"),
    "of two on one line the last one stays": ("a: # b\n  c # d\n", "# b\na: c  # d\n"),
    "behind the last entry": ("a:\n  - b\n  # c\n# d\ne: 1\n  # f\n", "a:\n  - b\n  # c\n# d\ne: 1\n# f\n"),
    "of the innermost collection that is indented as far": (
        "a:\n  b:\n    c: 1\n    # c\n  # b\n    # still b\n# d\nd: 1\n",
        "a:\n  b:\n    c: 1\n    # c\n  # b\n  # still b\n# d\nd: 1\n",
    ),
    "indented more than what follows, but not inside": ("a:\n    b: 1\n  # c\nd: 1\n", "a:\n  b: 1\n# c\nd: 1\n"),
    "beside a block": ("a: |-   # b\n  c\n  # d\n# e\n", "a: |-  # b\n  c\n  # d\n# e\n"),
    "behind a block": ("a:\n  b: |\n    c\n  # d\n", "a:\n  b: |\n    c\n  # d\n"),
    "beside a long text": (f"a: {LONG} {LONG}  # b\n", f"a: >-  # b\n  {LONG}\n  {LONG}\n"),
    "beside brackets": ("a: [b] # c\nd: {} # e\n", "a: [b]  # c\nd: {}  # e\n"),
    "beside long brackets": (f"a: [{LONG}, {LONG}] # c\n", f"a:  # c\n  - {LONG}\n  - {LONG}\n"),
    "beside a long item": (f"- [{LONG}, {LONG}] # c\n", f"# c\n- - {LONG}\n  - {LONG}\n"),
    "in brackets": ("a: [ # b\n c, # d\n # e\n f\n # g\n] # h\n", "a:  # b\n  - c  # d\n  # e\n  - f\n  # g\n  # h\n"),
    "deep in brackets": ("a: {b: [c, # d\n e]} # f\n", "a:\n  b:\n    - c  # d\n    - e\n  # f\n"),
    "in empty brackets": ("a: [ # b\n # c\n] # d\n", "# b\n# c\na: []  # d\n"),
    "in brackets of the document": ("# a\n{ # b\n  # c\n  d: 1 # e\n  # f\n} # g\n# h\n", "# a\n# b\n# c\nd: 1  # e\n# f\n# g\n# h\n"),
    "in empty brackets of the document": ("[# a\n # b\n] # c\n# d\n", "# a\n# b\n# c\n# d\n[]\n"),
    "beside markers of the document": ("--- # a\nb: 1\n... # c\n", "# a\nb: 1\n# c\n"),
    "beside a key on its own": ("? a # b\n: c\n? d\n# e\n: f\n", "a: c  # b\n# e\nd: f\n"),
    "with blank lines": ("# a\n\n\n# b\n\nc: 1\n\n# d\n\ne:\n\n  # f\n\n  g: 1\n\n  # h\n\n", "# a\n\n# b\n\nc: 1\n\n# d\n\ne:\n  # f\n\n  g: 1\n\n  # h\n"),
    "that look like content": ("a: 'b # c' # d\n'#': \"#\"\n", "a: 'b # c'  # d\n'#': '#'\n"),
    "right behind what they are about": ("a: 'b'#c\nd: [e,#f\n g]\n", "a: b  #c\nd:\n  - e  #f\n  - g\n"),
}  # fmt: skip


@pytest.mark.parametrize("name", COMMENTS)
def test_comments_stand(name):
    before, after = COMMENTS[name]
    assert told(before) == after


def test_members_are_in_the_order_of_the_schema_and_take_their_comments_along():
    before = """\
# of the file
spec:
  # of the rules
  rules:
    - assert: 'true'   # of the assertion
      # of the id
      id: a
      zz: 1

      violation: {message: m}
      aa: 1
  mode: deny
metadata: {title: T, owner: 'team:x', id: x, revision: 1}
kind: Policy
apiVersion: stella.ops/v1
"""
    after = """\
# of the file
apiVersion: stella.ops/v1
kind: Policy
metadata: {id: x, revision: 1, title: T, owner: team:x}
spec:
  mode: deny
  # of the rules
  rules:
    # of the id
    - id: a
      assert: 'true'  # of the assertion

      violation: {message: m}
      zz: 1
      aa: 1
"""
    assert formatted(before.encode(), path="p").decode() == after
    assert formatted(after.encode(), path="p").decode() == after


def test_names_of_its_author_keep_their_order():
    assert policy("spec:\n  let: {b: x, a: z}\n  params:\n    z: {default: 1, type: int}\n") == (
        "spec:\n  params:\n    z: {type: int, default: 1}\n  let: {b: x, a: z}\n"
    )


def test_the_line_for_editors_stays_first():
    line = "# yaml-language-server: $schema=https://stella.ops/schemas/policy.v1.schema.json\n"
    assert (
        formatted((line + "kind: Policy\napiVersion: stella.ops/v1\n").encode(), path="p").decode()
        == line + HEAD
    )


def test_a_long_expression_keeps_its_line_and_prose_is_folded():
    expression = f"size(a) == 1 && b == '{LONG}' && c == '{LONG}'"
    told_ = policy(
        f'spec:\n  rules:\n    - forEach: {{in: "{expression}"}}\n      assert: "{expression}"\n'
        f"      violation: {{message: '{LONG} {LONG}', params: {{a: \"{expression}\"}}}}\n"
    )
    assert told_ == (
        f"spec:\n  rules:\n    - forEach:\n        in: |-\n          {expression}\n"
        f"      assert: |-\n        {expression}\n"
        f"      violation:\n        params:\n          a: |-\n            {expression}\n"
        f"        message: >-\n          {LONG}\n          {LONG}\n"
    )


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("a", "a"),
        ("it's", "it's"),
        ("!it's", '"!it\'s"'),
        ('!it\'s "it"', "'!it''s \"it\"'"),
        ("!it's \\", "'!it''s \\'"),
        ('!"', "'!\"'"),
        ("a\n'\"\\\t", '"a\\n\'\\"\\\\\\t"'),
        ("\x00\x85\u2028\ufeff\r", '"\\x00\\x85\\u2028\\ufeff\\r"'),
        (" a", "' a'"),
        ("a:", "'a:'"),
        ("a #b", "'a #b'"),
        ("...", "'...'"),
        ("https://x", "https://x"),
        ("\U0001f600", "\U0001f600"),
    ],
)
def test_a_string_is_written_with_the_fewest_quotes(text, written):
    for flow in (False, True):
        assert one_line(text, flow=flow) == written
        assert parse_yaml(f"[{written}]".encode()).value == [text]


def test_between_brackets_more_needs_quotes():
    for text in ("a, b", "[a]", "a]", "a?", "{a}"):
        assert one_line(f"x{text}", flow=True) == f"'x{text}'"
        assert one_line(f"x{text}", flow=False) == f"x{text}"


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_files_of_this_repository_stay_what_they_are(path):
    data = path.read_bytes()
    if value_of(data) is None or kind_in(value_of(data))[1] not in KINDS:
        with pytest.raises(ConfigError):
            formatted(data, path="p")
        return
    after = formatted(data, path="p")
    comments = re.compile(rb"(?m)(?:^|(?<= ))#.*?(?= *\r?$)")
    assert sorted(comments.findall(after)) == sorted(comments.findall(data))
    assert formatted(after, path="p") == after
    assert jcs.dumps(parse_yaml(after).value) == jcs.dumps(parse_yaml(data).value)
    assert [line for line in after.split(b"\n") if line.endswith(b" ")] == []


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_has_its_order(kind):
    data = f"spec: {{}}\nmetadata: {{id: a}}\nkind: {kind}\napiVersion: stella.ops/v1\n".encode()
    after = f"apiVersion: stella.ops/v1\nkind: {kind}\nmetadata: {{id: a}}\nspec: {{}}\n".encode()
    assert formatted(data, path="p") == after


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("a: [1", "policy-unreadable", None),
        ("a: 1\nb: *x\n", "policy-unreadable", 2),
        ("a: 1\na: 2\n", "policy-unreadable", 2),
        ("a: 1\n", "policy-fmt-kind", 1),
        ("[]", "policy-fmt-kind", 1),
        ("kind: 1\napiVersion: stella.ops/v1\n", "policy-fmt-kind", 1),
        ("kind: Policy\napiVersion: 1\n", "policy-fmt-kind", 1),
        ("kind: PolicyLock\napiVersion: stella.ops/v1\n", "policy-fmt-kind", 1),
    ],
)
def test_what_cannot_be_laid_out_is_refused_with_its_place(text, code, line):
    with pytest.raises(ConfigError) as caught:
        formatted(text.encode(), path="p.yaml")
    assert (caught.value.code, caught.value.where.path) == (code, "p.yaml")
    assert line is None or caught.value.where.line == line
    assert caught.value.remedy


@pytest.mark.parametrize("wrong", ["apiVersion: stella.ops/v1\n", "a: [\n"])
def test_nothing_is_given_back_that_says_something_else(monkeypatch, wrong):
    monkeypatch.setattr(layout, "write", lambda document, text: wrong)
    with pytest.raises(DefectError) as caught:
        formatted(HEAD.encode(), path="p")
    assert caught.value.code == "policy-fmt-diverged"


def test_hostile_documents_take_a_moment():
    deep = "[" * 63 + "]" * 63
    assert told(f"a: {deep}\n") == f"a: {deep}\n" if len(deep) < 90 else told(f"a: {deep}\n")
    wide = HEAD + "spec:\n" + "".join(f"  k{index}: [a, b] # c\n\n" for index in range(5000))
    assert formatted(wide.encode(), path="p").count(b"  # c\n") == 5000
    comments = HEAD + "# c\n" * 20_000 + "spec: 1\n"
    assert formatted(comments.encode(), path="p").count(b"# c\n") == 20_000


@pytest.mark.parametrize("name", [*CASES, *COMMENTS])
def test_the_layout_is_the_same_without_libyaml(monkeypatch, name):
    before, after = (CASES | COMMENTS)[name]
    monkeypatch.setattr("yaml.__with_libyaml__", False)
    assert told(before) == after
