"""Laws of lint: it never fails, it misses nothing that would refuse the files, and order is no matter."""

import random

from hypothesis import given
from hypothesis import strategies as st

from house_cases import ROOT
from stella_git.canon.clock import parse_rfc3339
from stella_git.errors import ConfigError
from stella_git.policy import load
from stella_git.policy.lint import lint
from stella_git.policy.ruleset import assemble

NOW = parse_rfc3339("2026-06-01T00:00:00Z")
POLICIES = sorted((ROOT / "policies/packs").rglob("*.yaml"))
FIXTURES = sorted((ROOT / "tests/golden/policies/rules").glob("*/*/"))
WHOLE = [
    where for where in FIXTURES if where.name.startswith("passes") and (where / "policy-set.yaml").exists()
]
APPLIED = {"Policy", "PolicySet", "Waiver"}


def folder(where):
    return [(path.relative_to(where).as_posix(), path.read_bytes()) for path in sorted(where.rglob("*.yaml"))]


def lint_in(where, files):
    found = lint(files, other=lambda path: (where / path).read_bytes() if (where / path).is_file() else None)
    return [problem for one in found for problem in one.problems]


def refused(files, schemas=()):
    """Return why policy files cannot be asked, or None."""
    try:
        applied = [
            (path, data) for path, data in files if load.kind_of(load.plain(data, path=path)) in APPLIED
        ]
        rules = assemble([*applied, *schemas])
        for name in rules.policies:
            rules.compiled(name)
        rules.bound("prod")
    except ConfigError as error:
        return error
    return None


def test_whatever_refuses_a_folder_is_an_error_of_lint():
    assert FIXTURES
    for where in FIXTURES:
        if (where / "load-test.schema.json").exists() and where.name == "fires-no-json":
            continue  # what is no JSON is bad evidence to those who read it
        schemas = [(path.name, path.read_bytes()) for path in where.glob("*.schema.json")]
        error = refused(folder(where), schemas)
        errors = [problem for problem in lint_in(where, folder(where)) if problem.severity == "error"]
        assert error is None or errors, (where, error)


def mutated(draw, data):
    """Return a text with one line or one word changed."""
    lines = data.split("\n")
    at = draw(st.integers(0, len(lines) - 1))
    kind = draw(st.sampled_from(["delete", "repeat", "cut", "words", "letter"]))
    words = lines[at].split(" ")
    if kind == "delete":
        del lines[at]
    elif kind == "repeat":
        lines.insert(at, lines[at])
    elif kind == "cut":
        lines[at] = lines[at][: draw(st.integers(0, len(lines[at])))]
    elif kind == "words":
        other = draw(st.sampled_from(data.split()))
        words[draw(st.integers(0, len(words) - 1))] = other
        lines[at] = " ".join(words)
    elif lines[at]:
        place = draw(st.integers(0, len(lines[at]) - 1))
        lines[at] = lines[at][:place] + draw(st.sampled_from("aZ0 .:{}[]()'\"!&|-")) + lines[at][place + 1 :]
    return "\n".join(lines).encode()


@st.composite
def broken(draw):
    """Return a reference policy that was changed."""
    return mutated(draw, draw(st.sampled_from(POLICIES)).read_text(encoding="utf-8"))


@st.composite
def broken_folders(draw):
    """Return the files of a policy set of which one was changed, or is not there."""
    files = dict(folder(draw(st.sampled_from(WHOLE))))
    name = draw(st.sampled_from(sorted(files)))
    if draw(st.integers(0, 9)):
        files[name] = mutated(draw, files[name].decode())
    else:
        del files[name]
    return sorted(files.items())


@given(broken())
def test_what_lint_has_nothing_against_can_be_asked(data):
    files = [("policy.yaml", data)]
    (one,) = lint(files, now=NOW)
    for problem in one.problems:
        assert problem.line >= 1
        assert problem.column >= 1
        assert problem.message
        assert problem.remedy
    if one.ok:
        assert refused(files) is None


@given(broken_folders())
def test_what_lint_has_nothing_against_can_be_put_together(files):
    found = lint(files)
    if all(one.ok for one in found):
        assert refused(files) is None


@given(st.binary(max_size=300))
def test_any_bytes_have_problems_and_no_more(data):
    (one,) = lint([("policy.yaml", data)], now=NOW)
    assert not one.ok


@given(st.sampled_from(FIXTURES), st.randoms(use_true_random=False))
def test_the_order_of_files_is_no_matter(where, chance: random.Random):
    files = folder(where)
    before = lint_in(where, files)
    chance.shuffle(files)
    assert lint_in(where, files) == before
