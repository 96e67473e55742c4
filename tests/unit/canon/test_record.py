"""A record does what a dataclass that is frozen, has slots and takes keywords does."""

import copy
import dataclasses
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stella_git.canon import record as ours

SHAPE = {"frozen": True, "slots": True, "kw_only": True}


def shapes(decorate, field):
    @decorate(**SHAPE)
    class Plain:
        """A class with everything."""

        name: str
        size: int = 7
        tags: dict = field(default_factory=dict, hash=False)
        note: str = field(default="-", compare=False, repr=False)
        doubled: int = field(init=False, repr=False, compare=False)

        def __post_init__(self):
            object.__setattr__(self, "doubled", self.size * 2)

        @property
        def shown(self):
            return f"{self.name}:{self.doubled}"

        @classmethod
        def make(cls, name):
            return cls(name=name)

    return Plain


OURS, THEIRS = shapes(ours.record, ours.field), shapes(dataclasses.dataclass, dataclasses.field)


@ours.record(frozen=True, slots=True, kw_only=True)
class Kept:
    first: int
    second: str = "x"


@ours.record(frozen=True, slots=True, kw_only=True)
class Unhashable:
    __hash__ = None
    first: int

    def __repr__(self):
        return "shown otherwise"


VALUES = st.fixed_dictionaries(
    {"name": st.text(max_size=3)},
    optional={
        "size": st.integers(),
        "note": st.text(max_size=2),
        "tags": st.dictionaries(st.text(), st.none()),
    },
)


@given(VALUES, VALUES)
def test_the_same_values_give_the_same_answers(one, other):
    mine, yours = [OURS(**one), OURS(**other)], [THEIRS(**one), THEIRS(**other)]
    assert [repr(item) for item in mine] == [repr(item) for item in yours]
    assert (mine[0] == mine[1]) == (yours[0] == yours[1])
    assert [hash(item) for item in mine] == [hash(item) for item in yours]
    assert [item.shown for item in mine] == [item.shown for item in yours]
    changed = ours.replace(mine[0], size=3)
    assert repr(changed) == repr(dataclasses.replace(yours[0], size=3))
    assert dataclasses.replace(mine[0], size=3) == changed


@pytest.mark.parametrize("call", [{}, {"name": "a", "doubled": 1}, {"name": "a", "other": 1}])
@pytest.mark.parametrize("kind", [OURS, THEIRS])
def test_what_is_missing_or_unknown_is_an_error(kind, call):
    with pytest.raises(TypeError):
        kind(**call)


@pytest.mark.parametrize("kind", [OURS, THEIRS])
def test_nothing_is_positional_and_nothing_changes(kind):
    with pytest.raises(TypeError):
        kind("a")
    made = kind.make("a")
    for change in (
        lambda: setattr(made, "name", "b"),
        lambda: setattr(made, "other", "b"),
        lambda: delattr(made, "name"),
    ):
        with pytest.raises((AttributeError, TypeError)):
            change()
    assert made.name == "a"
    assert not hasattr(made, "__dict__")
    assert made.tags is not kind.make("a").tags
    assert made != object()


def test_a_record_is_copied_and_pickled():
    made = Kept(first=1)
    assert copy.copy(made) == copy.deepcopy(made) == pickle.loads(pickle.dumps(made)) == made
    assert {made: 1}[Kept(first=1)] == 1


def test_its_own_hash_and_text_stay():
    with pytest.raises(TypeError, match="unhashable"):
        hash(Unhashable(first=1))
    assert repr(Unhashable(first=1)) == "shown otherwise"


@pytest.mark.parametrize("left_out", SHAPE)
def test_nothing_else_is_made(left_out):
    with pytest.raises(TypeError, match="frozen, has slots"):
        ours.record(**(SHAPE | {left_out: False}))
