"""What is said to those who write another language, and to those who misspell a macro."""

import pytest

from stella_git.errors import ConfigError
from stella_git.policy import cel
from stella_git.policy.cel.types import BOOL, STRING, an_object, list_of

NAMES = {"xs": list_of(an_object({"id": STRING, "kev": BOOL})), "x": STRING}

REMEDIES = {
    "x = 'a'": "write ==",
    "x == 'a' and x == 'b'": "write &&",
    "x == 'a' or x == 'b'": "write ||",
    "x == 'a' | x == 'b'": "write ||",
    "xs.exists(y, not y.kev)": "write !, as in !f.fixable",
    "count(xs) == 0": "write size(x), after xs.filter(x, ...) if only some count",
    "x.length() > 1": "write size(x)",
    "now() > 1": "write context.asOf: a rule has no clock",
    "all(xs, x.kev)": "write xs.all(x, ...)",
    "xs.all(x)": "write xs.all(x, ...)",
    "xs.fitler(y, y.kev).size() == 0": "write filter",
    "x.starts('a')": "write startsWith",
    "xs[0].severity == 'a'": "there are: id, kev",
    "zz == 'a'": "there are: x, xs",
    "x.zzzz()": None,
    "x == 'a' )": None,
    "x == 'a' xs": None,
}


@pytest.mark.parametrize("source", REMEDIES)
def test_the_remedy_is_in_the_words_of_the_language(source):
    with pytest.raises(ConfigError) as caught:
        cel.compile(source, names=NAMES)
    assert caught.value.remedy == REMEDIES[source]


def test_a_misspelt_macro_is_one_fault_and_what_it_goes_through_is_looked_at():
    assert [each.message for each in cel.problems("zz.fitler(y, y.kev)", names=NAMES)] == [
        "there is no function fitler",
        "there is no name zz",
    ]


def test_one_name_or_none_is_not_many():
    (one,) = cel.problems("a.zzzz", names={"a": an_object({"id": STRING})})
    (none,) = cel.problems("a.zzzz", names={"a": an_object({})})
    assert (one.remedy, none.remedy) == ("there is: id", None)
