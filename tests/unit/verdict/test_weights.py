from pathlib import Path

import pytest

from stella_git.errors import ConfigError
from stella_git.verdict.weights import Weights

DEFAULT = Path(__file__).parents[3] / "policies" / "trust" / "default.yaml"


def trust(**spec):
    return {
        "apiVersion": "stella.ops/v1",
        "kind": "Trust",
        "metadata": {"id": "t", "revision": 1},
        "spec": spec,
    }


def test_the_reference_file_says_exactly_what_the_code_does():
    from stella_git.canon.reader import parse_yaml

    data = DEFAULT.read_bytes()
    read = Weights.from_bytes(data, path="default.yaml")
    assert read == Weights()
    # and it leaves nothing to the defaults
    assert parse_yaml(data).value["spec"] == Weights().to_json()


@pytest.mark.parametrize(
    ("name", "base"), [("vendor", 842), ("distro", 847), ("hub", 702), ("platform", 752), ("internal", 817)]
)
def test_base_of_the_default_classes(name, base):
    assert Weights().base(name) == base


@pytest.mark.parametrize(
    ("status", "justification", "strength"),
    [
        ("affected", None, 1000),
        ("affected", "inline_mitigations_already_exist", 1000),
        ("fixed", None, 1000),
        ("not_affected", "component_not_present", 1000),
        ("not_affected", "vulnerable_code_not_present", 1000),
        ("not_affected", "vulnerable_code_not_in_execute_path", 800),
        ("not_affected", "vulnerable_code_cannot_be_controlled_by_adversary", 700),
        ("not_affected", "inline_mitigations_already_exist", 600),
        ("not_affected", None, 400),
        ("not_affected", "because", 400),
        ("not_affected", "fixed", 400),  # a status is no justification
        ("not_affected", "code_not_reachable", 800),
        ("not_affected", "requires_environment", 700),
        ("not_affected", "protected_by_compiler", 600),
        ("under_investigation", None, 0),
    ],
)
def test_strength(status, justification, strength):
    assert Weights().strength_of(status, justification) == strength


@pytest.mark.parametrize(
    ("days", "permille"),
    [
        (0, 1000),
        (1, 998),
        (73, 900),
        (364, 501),
        (365, 500),
        (366, 499),
        (729, 250),
        (730, 250),
        (10_000, 250),
    ],
)
def test_freshness(days, permille):
    assert Weights().freshness(days) == permille


def test_freshness_with_other_points():
    assert Weights(points=((0, 800),), floor=0).freshness(5000) == 800
    assert Weights(points=((0, 1000), (10, 0)), floor=300).freshness(9) == 300
    assert Weights(points=((0, 1000), (10, 0)), floor=300).freshness(11) == 300
    level = Weights.from_json(
        trust(freshness={"points": [{"days": 0, "permille": 9}, {"days": 5, "permille": 9}]})
    )
    assert level.points == ((0, 9), (5, 9))


def test_what_is_absent_keeps_its_default():
    assert Weights.from_json(trust()) == Weights()


def test_what_is_named_is_changed_and_the_rest_stays():
    got = Weights.from_json(
        trust(
            classes={
                "vendor": {"provenance": 1, "coverage": 2, "replayability": 3},
                "lab": {"provenance": 900, "coverage": 900, "replayability": 900},
            },
            issuers={"key:lab": "lab"},
            strength={"none": 0},
            freshness={"floor": 100},
        )
    )
    assert got.classes["vendor"] == (1, 2, 3)
    assert got.classes["distro"] == Weights().classes["distro"]
    assert (got.class_of("key:lab"), got.class_of("repository"), got.class_of("key:x")) == (
        "lab",
        "internal",
        None,
    )
    assert got.strength_of("not_affected", None) == 0
    assert got.strength_of("affected", None) == 1000
    assert (got.floor, got.points) == (100, Weights().points)
    assert Weights.from_json(trust(freshness={"points": [{"days": 0, "permille": 900}]})).points == (
        (0, 900),
    )


@pytest.mark.parametrize(
    ("spec", "code", "pointer"),
    [
        ({"issuers": {"key:a/b": "nobody"}}, "trust-class-unknown", "/spec/issuers/key:a~1b"),
        ({"issuers": {"": "vendor"}}, "member-name", "/spec/issuers/"),
        (
            {"classes": {"Vendor": {"provenance": 1, "coverage": 1, "replayability": 1}}},
            "member-name",
            "/spec/classes/Vendor",
        ),
        ({"classes": {"x": {"provenance": 1, "coverage": 1}}}, "member-missing", "/spec/classes/x"),
        (
            {"classes": {"x": {"provenance": 1001, "coverage": 1, "replayability": 1}}},
            "value-range",
            "/spec/classes/x/provenance",
        ),
        ({"classes": []}, "value-type", "/spec/classes"),
        ({"strength": {"code_not_presnt": 1}}, "member-unknown", "/spec/strength/code_not_presnt"),
        ({"freshness": {"points": []}}, "array-too-short", "/spec/freshness/points"),
        (
            {"freshness": {"points": [{"days": 1, "permille": 1}]}},
            "trust-freshness",
            "/spec/freshness/points",
        ),
        (
            {"freshness": {"points": [{"days": 0, "permille": 1}, {"days": 0, "permille": 1}]}},
            "trust-freshness",
            "/spec/freshness/points",
        ),
        (
            {"freshness": {"points": [{"days": 0, "permille": 1}, {"days": 9, "permille": 2}]}},
            "trust-freshness",
            "/spec/freshness/points",
        ),
    ],
)
def test_refusals_say_what_and_where(spec, code, pointer):
    with pytest.raises(ConfigError) as caught:
        Weights.from_json(trust(**spec), path="trust.yaml")
    error = caught.value
    assert (error.code, error.where.pointer, error.where.path) == (code, pointer, "trust.yaml")


def test_a_misspelt_strength_gets_the_nearest_word():
    with pytest.raises(ConfigError) as caught:
        Weights.from_json(trust(strength={"code_not_presnt": 1}))
    assert caught.value.remedy == "did you mean 'code_not_present'?"
