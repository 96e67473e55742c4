"""Where violations are: elements are found in the evidence, however many there are, and wherever."""

from growth_cases import grows_in_proportion
from policy_cases import EACH, OWN, asked, only
from stella_git.errors import Where
from stella_git.policy.elements import Elements
from stella_git.policy.evidence import Given


def located(value, path="facts.json"):
    return Given(predicate_type=OWN, value=value, locate=lambda pointer: Where(path, pointer=pointer))


def test_elements_are_found_in_any_order():
    deep = {"inner": [{"x": 1}]}
    value = {"rows": [[], {"a/b": {"~": deep}}, {"name": "last"}], "own": deep["inner"]}
    elements = Elements((located(value),))
    for element, pointer in (
        (deep, "/rows/1/a~1b/~0"),
        (value["rows"], "/rows"),
        (value["rows"][2], "/rows/2"),
        (deep["inner"][0], "/own/0"),
        (value, ""),
        (deep, "/rows/1/a~1b/~0"),
    ):
        assert elements.place(element, None).pointer == pointer


def test_what_is_at_two_places_is_at_the_one_that_is_less_deep():
    row = {"name": "x"}
    for value in ({"rows": {"all": [row]}, "first": row}, {"first": row, "rows": {"all": [row]}}):
        assert Elements((located(value),)).place(row, None).pointer == "/first"


def test_what_is_computed_is_nowhere_in_several_pieces_and_is_the_whole_of_one():
    one, two = located({"rows": [{}]}, "one"), located({"rows": [{}]}, "two")
    both = Elements((one, two))
    for _ in range(2):
        assert both.place({"rows": []}, None) is None
    assert both.place(two.value["rows"][0], None).path == "two"
    assert both.place(one.value["rows"][0], "/x").pointer == "/x"
    assert Elements((one,)).place({"rows": []}, None).pointer == ""
    assert Elements((one,)).place("text", "/rows").pointer == "/rows"


def rows(count):
    return located({"rows": [{"name": str(number), "good": False} for number in range(count)]})


def test_violations_and_their_places_grow_with_elements():
    outcome = only(asked(EACH, rows(3)))
    assert sorted(each.evidence.pointer for each in outcome.violations) == ["/rows/0", "/rows/1", "/rows/2"]
    grows_in_proportion(lambda given: asked(EACH, given), rows, 400)


def test_places_of_what_is_computed_grow_with_elements():
    spec = EACH.replace("in: facts.rows", "in: \"facts.rows.map(r, {'name': r.name, 'good': r.good})\"")
    assert only(asked(spec, rows(3))).violations[0].evidence.pointer == ""
    grows_in_proportion(lambda given: asked(spec, given), rows, 400)
