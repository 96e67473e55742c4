import json
from collections.abc import Hashable

import pytest

from budget_cases import POINTS, VECTORS, budget, document
from stella_git.budget import Budget, problems
from stella_git.budget.patterns import matches
from stella_git.errors import ConfigError


def refused(**spec) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        budget(**spec)
    return caught.value


def test_the_example_is_read():
    read = Budget.from_bytes((VECTORS / "budget.yaml").read_bytes(), path="budget.yaml")
    assert (read.id, read.revision, read.owner, read.title) == ("prod-default", 4, "team:appsec", None)
    assert list(read.limits) == sorted(read.limits)
    assert read.limits["unknowns.byReason.Identity"] == 3
    assert read.grace_days == {"high": 7, "medium": 30, "low": 90}
    assert read.points is not None
    assert read.points.epss == ((100_000, 10), (500_000, 20))


@pytest.mark.parametrize(
    ("spec", "code", "pointer"),
    [
        ({"limits": {}}, "object-empty", "/spec/limits"),
        ({"limits": {"findings": {}}}, "budget-no-limit", "/spec/limits"),
        ({"limits": {"kev": None}}, "value-type", "/spec/limits/kev"),
        ({"limits": {"kev": 1.0}}, "value-type", "/spec/limits/kev"),
        ({"limits": {"kev": True}}, "value-type", "/spec/limits/kev"),
        ({"limits": {"kev": -1}}, "value-range", "/spec/limits/kev"),
        ({"limits": {"riskPoints": 1}}, "budget-points-missing", "/spec/limits/riskPoints"),
        ({"environments": []}, "array-too-short", "/spec/environments"),
        ({"environments": ["a", "a"]}, "array-duplicate", "/spec/environments/1"),
        ({"environments": ["PROD"]}, "value-pattern", "/spec/environments/0"),
        ({"environments": ["prod\n"]}, "value-pattern", "/spec/environments/0"),
        ({"environments": "prod"}, "value-type", "/spec/environments"),
        ({"action": "blok"}, "value-enum", "/spec/action"),
        ({"action": 1}, "value-type", "/spec/action"),
        ({"action": None}, "member-missing", "/spec"),
        ({"count": {"includeWaived": 0}}, "value-type", "/spec/count/includeWaived"),
        (
            {"thresholds": {"yellowPermille": 900, "redPermille": 800}},
            "budget-thresholds",
            "/spec/thresholds/yellowPermille",
        ),
        (
            {"thresholds": {"yellowPermille": 0, "redPermille": 800}},
            "value-range",
            "/spec/thresholds/yellowPermille",
        ),
        ({"points": POINTS | {"a/b~c": 1}}, "member-unknown", "/spec/points/a~1b~0c"),
        ({"limit": {}}, "member-unknown", "/spec/limit"),
    ],
)
def test_refusals_say_what_and_where(spec, code, pointer):
    error = refused(**spec)
    assert (error.code, error.where.pointer) == (code, pointer)


def test_the_nearest_known_word_is_offered():
    assert refused(limit={}).remedy == "did you mean 'limits'?"
    assert refused(action="blok").remedy == "did you mean 'block'?"
    assert "known members" in refused(zzzzzz={}).remedy
    assert "write one of" in refused(action="zzzz").remedy


@pytest.mark.parametrize(
    ("least", "most", "spec"),
    [
        (1, 1000, lambda n: {"thresholds": {"yellowPermille": n, "redPermille": n}}),
        (0, 1_000_000, lambda n: {"points": POINTS | {"epss": [{"atLeastPpm": n, "add": 0}]}}),
        (
            0,
            10_000,
            lambda n: {"points": POINTS | {"reachability": dict.fromkeys(POINTS["reachability"], n)}},
        ),
        (0, 2**53 - 1, lambda n: {"limits": {"kev": n}}),
    ],
)
def test_integers_may_reach_their_bounds(least, most, spec):
    assert budget(**spec(least))
    assert budget(**spec(most))
    for outside in (least - 1, most + 1):
        assert refused(**spec(outside)).code == "value-range"


def test_vex_states_stand_once():
    assert refused(count={"vexStates": ["affected", "affected"]}).code == "array-duplicate"


def test_equal_thresholds_are_allowed():
    assert budget(thresholds={"yellowPermille": 800, "redPermille": 800}).red_permille == 800


@pytest.mark.parametrize(
    ("member", "value", "message"),
    [
        ("kind", [], "expected a string, got an array"),
        ("spec", [], "expected an object, got an array"),
        ("metadata", "x", "expected an object, got a string"),
        ("metadata", {"id": 1, "owner": "team:x", "revision": 1}, "expected a string, got an integer"),
    ],
)
def test_values_of_another_type_are_refused(member, value, message):
    with pytest.raises(ConfigError) as caught:
        Budget.from_json(document() | {member: value})
    assert caught.value.message.startswith(message)
    assert caught.value.where.pointer == f"/{member}" + ("/id" if isinstance(value, dict) else "")


def test_what_holds_mappings_does_not_claim_to_be_hashable():
    assert not isinstance(budget(points=POINTS), Hashable)
    assert not isinstance(budget(points=POINTS).points, Hashable)


def test_a_place_has_line_and_column_in_yaml_and_json():
    text = (VECTORS / "budget.yaml").read_text().replace("riskPoints: 200", "riskPoint: 200")
    with pytest.raises(ConfigError) as caught:
        Budget.from_bytes(text.encode(), path="b.yaml")
    where = caught.value.where
    line = text.splitlines().index("    riskPoint: 200") + 1
    assert (where.path, where.line, where.pointer) == ("b.yaml", line, "/spec/limits/riskPoint")
    assert str(caught.value).startswith(f"b.yaml:{line}:")
    data = json.dumps(document(action="blok"), indent=1).encode()
    with pytest.raises(ConfigError) as caught:
        Budget.from_bytes(data, path="b.json")
    assert b"blok" in data.splitlines()[caught.value.where.line - 1]


def test_every_problem_is_reported_in_the_order_of_the_file():
    text = (VECTORS / "budget.yaml").read_text()
    text = (
        text.replace("revision: 4", "revision: 0")
        .replace("kev: 0", "kev: -1")
        .replace("action: block", "action: x")
    )
    found = problems(text.encode(), path="b.yaml")
    assert [defect.pointer for _, defect in found] == [
        "/metadata/revision",
        "/spec/limits/kev",
        "/spec/action",
    ]
    lines = [where.line for where, _ in found]
    assert lines == sorted(lines)
    with pytest.raises(ConfigError, match=r"\(and 2 more\)"):
        Budget.from_bytes(text.encode(), path="b.yaml")


def test_yaml_is_one_way_to_say_bytes():
    data = (VECTORS / "budget.yaml").read_bytes()
    assert Budget.from_yaml(data, path="x") == Budget.from_bytes(data, path="x")


def test_a_good_file_has_no_problems():
    assert problems((VECTORS / "budget.yaml").read_bytes()) == ()


@pytest.mark.parametrize("path", ["b.yaml", "b.json", None])
def test_what_is_no_document_is_a_configuration_error(path):
    with pytest.raises(ConfigError) as caught:
        Budget.from_bytes(b"{a: [", path=path)
    assert caught.value.code == "config-unreadable"
    assert caught.value.where.path == path


def test_missing_members_are_all_named():
    with pytest.raises(ConfigError) as caught:
        Budget.from_json({})
    assert caught.value.message == "the member 'apiVersion' is missing (and 3 more)"


@pytest.mark.parametrize(
    ("pattern", "name", "expected"),
    [
        ("pkg:oci/**", "pkg:oci/team/api", True),
        ("pkg:oci/*", "pkg:oci/team/api", False),
        ("pkg:oci/*", "pkg:oci/api", True),
        ("**", "", True),
        ("*", "", True),
        ("", "", True),
        ("", "a", False),
        ("a*c", "abbc", True),
        ("a*c", "abbd", False),
        ("a.c", "abc", False),
        ("**/api", "x/y/api", True),
        ("a", "ab", False),
        ("ab", "a", False),
        ("*a*a*a*a*a*a*a*a*a*b", "a" * 300, False),  # backtracking would not end
    ],
)
def test_subject_patterns(pattern, name, expected):
    assert matches(pattern, name) is expected


def test_what_a_budget_covers():
    plain, picky = budget(), budget(subjects=["pkg:oci/**", "repo"])
    assert plain.covers("prod")
    assert plain.covers("prod", ("anything",))
    assert not plain.covers("dev", ("anything",))
    assert picky.covers("prod", ("other", "repo"))
    assert not picky.covers("prod", ("other",))
    assert not picky.covers("prod")
