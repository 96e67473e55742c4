"""Macros that go through lists and maps, as closures.

What a loop may cost is taken before it begins: a unit for each element, and one more for every 32 nodes of
the body. What it did not look at, because the answer was there, is given back; but not the unit that pays for
putting the keys of a map, or pairs, into a list.
"""

from collections.abc import Callable, Iterator
from operator import length_hint
from typing import Any, Final

from stella_git.policy.cel.access import elements, pairs
from stella_git.policy.cel.meter import EvalError, FuelError
from stella_git.policy.cel.values import Value, a_kind, key_of

Frame = list[Any]
"""The meter, then the values of all names."""
Closure = Callable[[Frame], Value]


def not_boolean(value: Value) -> EvalError:
    """Return the error of a condition that is not a boolean."""
    return EvalError(f"a condition is a bool, not {a_kind(value)}")


class Parts:
    """What a loop is made of.

    Args:
        over: gives the list or the map.
        slot: where in the frame an element goes; with two variables, a pair.
        double: whether there are two variables.
        cost: units for an element.
        test: of ``map`` and ``transform``.
        body: what is asked or made of an element.
    """

    __slots__ = ("body", "cost", "double", "over", "slot", "test")

    def __init__(
        self, over: Closure, slot: int, *, double: bool, cost: int, test: Closure | None, body: Closure
    ) -> None:
        self.over = over
        self.slot = slot
        self.double = double
        self.cost = cost
        self.test = test
        self.body = body

    @property
    def items(self) -> Callable[[Value], Value]:
        """Return the function that gives the elements or the pairs of a list or a map."""
        return pairs if self.double else elements


def _seeking(parts: Parts, decisive: bool) -> Closure:  # noqa: FBT001 - the answer that ends the search
    """Return ``exists`` or ``all``: an element that decides makes up for errors of others."""
    over, items, slot, cost, body = parts.over, parts.items, parts.slot, parts.cost, parts.body
    otherwise, single = not decisive, not parts.double

    def seek(frame: Frame) -> Value:
        found = over(frame)
        unused = cost
        if not (single and type(found) is list):
            found = items(found)
            unused = cost - 1
        meter = frame[0]
        meter.spend(len(found) * cost)
        error: EvalError | None = None
        rest = iter(found)
        for item in rest:
            frame[slot] = item
            try:
                answer = body(frame)
            except FuelError:
                raise
            except EvalError as failed:
                error = error or failed.with_traceback(None)
                continue
            if answer is decisive:
                meter.left += length_hint(rest) * unused
                return decisive
            if answer is not otherwise:
                error = error or not_boolean(answer)
        if error is not None:
            raise error
        return otherwise

    return seek


def _all(parts: Parts) -> Closure:
    return _seeking(parts, False)


def _exists(parts: Parts) -> Closure:
    return _seeking(parts, True)


def _exists_one(parts: Parts) -> Closure:
    over, items, slot, cost, body = parts.over, parts.items, parts.slot, parts.cost, parts.body

    def count(frame: Frame) -> bool:
        found = items(over(frame))
        frame[0].spend(len(found) * cost)
        hits = 0
        for item in found:
            frame[slot] = item
            answer = body(frame)
            if answer is True:
                hits += 1
            elif answer is not False:
                raise not_boolean(answer)
        return hits == 1

    return count


def _filter(parts: Parts) -> Closure:
    over, items, slot, cost, body = parts.over, parts.items, parts.slot, parts.cost, parts.body

    def keep(frame: Frame) -> list[Value]:
        found = items(over(frame))
        frame[0].spend(len(found) * cost)
        kept = []
        for item in found:
            frame[slot] = item
            answer = body(frame)
            if answer is True:
                kept.append(item)
            elif answer is not False:
                raise not_boolean(answer)
        return kept

    return keep


def _wanted(parts: Parts) -> Callable[[Frame], Iterator[Value]]:
    """Return the elements for which the test holds, put into the frame one after another."""
    over, items, slot, cost, test = parts.over, parts.items, parts.slot, parts.cost, parts.test

    def each(frame: Frame) -> Iterator[Value]:
        found = items(over(frame))
        frame[0].spend(len(found) * cost)
        for item in found:
            frame[slot] = item
            if test is not None:
                answer = test(frame)
                if answer is False:
                    continue
                if answer is not True:
                    raise not_boolean(answer)
            yield item

    return each


def _map(parts: Parts) -> Closure:
    each, body = _wanted(parts), parts.body
    return lambda frame: [body(frame) for _ in each(frame)]


def _transform_map(parts: Parts) -> Closure:
    each, body = _wanted(parts), parts.body

    def transform(frame: Frame) -> dict[Value, Value]:
        return {key_of(pair[0]): body(frame) for pair in each(frame)}

    return transform


def _transform_entries(parts: Parts) -> Closure:
    each, body = _wanted(parts), parts.body

    def transform(frame: Frame) -> dict[Value, Value]:
        made: dict[Value, Value] = {}
        for _ in each(frame):
            entry = body(frame)
            if type(entry) is not dict:
                raise EvalError(f"an entry is a map, not {a_kind(entry)}")
            frame[0].spend(len(entry))
            if not made.keys().isdisjoint(entry):
                raise EvalError("two entries have the same key")
            made.update(entry)
        return made

    return transform


LOOPS: Final[dict[str, Callable[[Parts], Closure]]] = {
    "all": _all,
    "exists": _exists,
    "exists_one": _exists_one,
    "filter": _filter,
    "map": _map,
    "transformMap": _transform_map,
    "transformMapEntry": _transform_entries,
}


def unpacked(pair: int, first: int, second: int, then: Closure) -> Closure:
    """Return ``then``, run after the pair at the slot ``pair`` was put into two slots."""

    def run(frame: Frame) -> Value:
        frame[first], frame[second] = frame[pair]
        return then(frame)

    return run
