"""Names, members, literals and operators as closures: a function of the frame for each node.

What policies do most, reading a member of a parsed document and comparing it with a literal, is spelt out.
"""

from typing import Final

from stella_git.policy.cel import access
from stella_git.policy.cel.loops import Closure, Frame
from stella_git.policy.cel.meter import EvalError
from stella_git.policy.cel.operators import (
    ARITHMETIC,
    ORDER,
    contained,
    negative,
    no_operator,
    opposite,
    ordered,
)
from stella_git.policy.cel.values import ABSENT, LONG, Optional, Value, a_kind, equal, key_of

MISSING: Final = object()
"""What the slot of a name holds that nothing is bound to."""


def constant(value: Value) -> Closure:
    """Return the closure of a literal."""
    return lambda frame: value  # noqa: ARG005 - every closure takes the frame


def failing(message: str) -> Closure:
    """Return the closure of what has no value whatever the input is."""

    def fail(frame: Frame) -> Value:  # noqa: ARG001 - every closure takes the frame
        raise EvalError(message)

    return fail


def variable(slot: int) -> Closure:
    """Return the closure of a variable of a macro."""
    return lambda frame: frame[slot]


def bound(name: str, slot: int) -> Closure:
    """Return the closure of a name that is bound from outside."""

    def read(frame: Frame) -> Value:
        value = frame[slot]
        if value is MISSING:
            raise EvalError(f"nothing is bound to {name}")
        return value

    return read


def first_bound(slots: list[int], otherwise: Closure) -> Closure:
    """Return the closure of a name that may be bound under several full names."""

    def read(frame: Frame) -> Value:
        for slot in slots:
            if frame[slot] is not MISSING:
                return frame[slot]
        return otherwise(frame)

    return read


def member(operand: Closure, name: str) -> Closure:
    """Return ``operand.name``."""
    select = access.select

    def read(frame: Frame) -> Value:
        of = operand(frame)
        try:
            return of[name]
        except (KeyError, TypeError):
            return select(of, name)

    return read


def member_of_variable(slot: int, name: str) -> Closure:
    """Return ``variable.name``, for a variable of a macro."""
    select = access.select

    def read(frame: Frame) -> Value:
        of = frame[slot]
        try:
            return of[name]
        except (KeyError, TypeError):
            return select(of, name)

    return read


def element(operand: Closure, index: Closure, *, optional: bool) -> Closure:
    """Return ``operand[index]``, or ``operand[?index]``; a long key is paid for, as it is compared."""
    find = access.index_optional if optional else access.index

    def read(frame: Frame) -> Value:
        of, at = operand(frame), index(frame)
        if type(at) is str and len(at) > LONG:
            frame[0].spend(len(at) // LONG)
        return find(of, at)

    return read


def test_of_variable(slot: int, name: str) -> Closure:
    """Return ``has(variable.name)``, for a variable of a macro."""
    has = access.has

    def test(frame: Frame) -> bool:
        of = frame[slot]
        return name in of if type(of) is dict else has(of, name)

    return test


def arithmetic(sign: str, left: Closure, right: Closure) -> Closure:
    """Return ``+``, ``-``, ``*``, ``/`` or ``%``."""
    table = ARITHMETIC[sign]

    def compute(frame: Frame) -> Value:
        a, b = left(frame), right(frame)
        found = table.get((type(a), type(b)))
        if found is None:
            raise no_operator(sign, a, b)
        return found(a, b, frame[0])

    return compute


def order(sign: str, left: Closure, right: Closure) -> Closure:
    """Return ``<``, ``<=``, ``>`` or ``>=``."""
    compare = ORDER[sign]

    def decide(frame: Frame) -> bool:
        a, b = left(frame), right(frame)
        return compare(a, b) if type(a) is int and type(b) is int else ordered(sign, a, b, frame[0])

    return decide


def equality(left: Closure, right: Closure, *, same: bool) -> Closure:
    """Return ``==``, or ``!=`` when not ``same``."""
    if same:
        return lambda frame: equal(left(frame), right(frame), frame[0])
    return lambda frame: not equal(left(frame), right(frame), frame[0])


def equals_text(left: Closure, text: str, *, same: bool) -> Closure:
    """Return ``left == 'text'``, or ``!=``: a string equals nothing but strings, here as in Python."""
    if same:
        return lambda frame: bool(left(frame) == text)
    return lambda frame: bool(left(frame) != text)


def membership(left: Closure, right: Closure) -> Closure:
    """Return ``left in right``."""
    return lambda frame: contained(left(frame), right(frame), frame[0])


def unary(sign: str, operand: Closure) -> Closure:
    """Return ``!`` or ``-``."""
    compute = opposite if sign == "!" else negative
    return lambda frame: compute(operand(frame), frame[0])


def a_list(items: tuple[Closure, ...], optional: tuple[bool, ...], *, cost: int) -> Closure:
    """Return ``[a, ?b]``, for so many units of fuel."""

    def build(frame: Frame) -> list[Value]:
        frame[0].spend(cost)
        if plain:
            return [item(frame) for item in items]
        made: list[Value] = []
        for item, may_lack in zip(items, optional, strict=True):
            value = item(frame)
            if may_lack:
                value = _opened(value)
            if value is not ABSENT:
                made.append(value)
        return made

    plain = not any(optional)
    return build


def _opened(value: Value) -> Value:
    if type(value) is not Optional:
        raise EvalError(f"after a question mark stands an optional, not {a_kind(value)}")
    return value.value


def a_map(keys: tuple[Closure, ...], values: tuple[Closure, ...], optional: tuple[bool, ...]) -> Closure:
    """Return ``{a: b, ?c: d}``, for a unit of fuel for each 32 bytes that it takes, or so."""
    cost = 8 + 2 * len(keys)

    def build(frame: Frame) -> dict[Value, Value]:
        frame[0].spend(cost)
        made: dict[Value, Value] = {}
        for of, to, may_lack in zip(keys, values, optional, strict=True):
            key = of(frame)
            if type(key) is float:
                raise EvalError("a double is no key of a map")
            place, value = key_of(key), to(frame)
            if may_lack:
                value = _opened(value)
                if value is ABSENT:
                    continue
            if place in made:
                raise EvalError(f"the key {access.shown(key)} stands twice in the map")
            made[place] = value
        return made

    return build


def either(first: Closure, second: Closure, *, value: bool) -> Closure:
    """Return ``first.or(second)``, or ``first.orValue(second)``; the second is computed when it is needed."""

    def choose(frame: Frame) -> Value:
        optional = first(frame)
        if type(optional) is not Optional:
            raise EvalError(f"{a_kind(optional)} is no optional")
        if optional.value is not ABSENT:
            return optional.value if value else optional
        other = second(frame)
        if not value and type(other) is not Optional:
            raise EvalError(f"{a_kind(other)} is no optional")
        return other

    return choose


def opt_map(operand: Closure, slot: int, body: Closure, *, flat: bool) -> Closure:
    """Return ``operand.optMap(x, body)``, or ``optFlatMap``, whose body gives an optional."""

    def apply(frame: Frame) -> Value:
        optional = operand(frame)
        if type(optional) is not Optional:
            raise EvalError(f"{a_kind(optional)} is no optional")
        if optional.value is ABSENT:
            return optional
        frame[slot] = optional.value
        made = body(frame)
        if not flat:
            return Optional(made)
        if type(made) is not Optional:
            raise EvalError(f"{a_kind(made)} is no optional")
        return made

    return apply
