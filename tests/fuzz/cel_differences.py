"""Where the C++ engine is known to differ from ours, each with the reason."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from stella_git.policy import cel
from stella_git.policy.cel.nodes import Bind, Call, Loop, Operator, OptMap
from stella_git.policy.cel.values import Duration, Timestamp

LOOSE = cel.Options(check=False)


class Case(NamedTuple):
    """An expression and what became of it: ``("value", tagged)`` or ``("error", message)``."""

    source: str
    ours: tuple[str, Any]
    theirs: tuple[str, Any]
    data: dict[str, Any]

    def seen(self) -> dict[cel.Node, Any]:
        """Return what every part was here."""
        return cel.compile(self.source, options=LOOSE).trace(self.data).seen

    def arguments(self, *names: str) -> Iterator[Any]:
        """Yield what functions of these names were called with: first and last, the receiver included."""
        seen = self.seen()
        for node in seen:
            if isinstance(node, Call) and node.name in names:
                for part in node.parts():
                    if part in seen:
                        yield from (seen[part].first, seen[part].last)

    def errors(self) -> Iterator[str]:
        """Yield our errors, those that were made up for included."""
        if self.ours[0] == "error":
            yield self.ours[1]
        for each in self.seen().values():
            yield from (str(one.message) for one in (each.first, each.last) if isinstance(one, cel.EvalError))


class Difference(NamedTuple):
    """A difference that is expected.

    Args:
        name: a short one.
        why: one sentence, and where the definition of the language says so.
        holds: whether a case is one.
    """

    name: str
    why: str
    holds: Callable[[Case], bool]


def refuses(*words: str) -> Callable[[Case], bool]:
    """Return whether there is an error here with one of these words in it."""
    return lambda case: any(word in error for error in case.errors() for word in words)


def in_binding(case: Case) -> bool:
    """Return whether an error arose here in the value of a name that ``cel.bind`` gives."""
    seen = case.seen()
    values = [value for node in seen if isinstance(node, Bind) for value in node.values if value in seen]
    return any(
        isinstance(one, cel.EvalError) for each in values for one in (seen[each].first, seen[each].last)
    )


def rounded(case: Case) -> bool:
    """Return whether a double was compared here with an integer that no double is."""
    seen = case.seen()
    for node in seen:
        if isinstance(node, Operator) or (isinstance(node, Call) and node.name in {"greatest", "least"}):
            values = [*_flat(each for part in node.parts() if part in seen for each in _both(seen[part]))]
            integers = [one for one in values if isinstance(one, int) and float(one) != one]
            if integers and any(isinstance(one, float) for one in values):
                return True
    return False


def _both(seen: Any) -> tuple[Any, Any]:
    return seen.first, seen.last


def in_order(case: Case) -> bool:
    """Return whether a map with several keys was gone through."""
    seen = case.seen()
    maps = [one for node in seen if isinstance(node, Loop) for one in _both(seen[node.over])]
    return any(isinstance(one, dict) and len(one) > 1 for one in maps)


def to_the_end(case: Case) -> bool:
    """Return whether a part of a text was asked for whose end is that of the text."""
    seen = case.seen()
    calls = (node.parts() for node in seen if isinstance(node, Call) and node.name == "substring")
    for parts in calls:
        if len(parts) == len(("text", "begin", "end")) and parts[0] in seen and parts[2] in seen:
            sizes = [len(one) for one in _both(seen[parts[0]]) if isinstance(one, str)]
            if any(end in sizes for end in _both(seen[parts[2]])):
                return True
    return False


def beside_a_loop(case: Case) -> bool:
    """Return whether what optMap or optFlatMap opens has a loop in it."""
    opened = [node.operand for node in case.seen() if isinstance(node, OptMap)]
    return any(isinstance(node, Loop | OptMap) for each in opened for node in each.walk())


def parts_of_nothing(case: Case) -> bool:
    """Return whether an empty text was split at nothing."""
    return list(case.arguments("split")).count("") >= len(("text", "separator"))


DIFFERENCES: tuple[Difference, ...] = (
    Difference(
        "signs in a row",
        "There, `!!x` and `--x` are x itself, whatever x is; here each sign is an operator, and has "
        "overloads.",
        lambda case: re.search(r"!\s*!|-\s*-", case.source) is not None and case.ours[0] == "error",
    ),
    Difference(
        "bindings that nobody needs",
        "There, the value of cel.bind is computed when its name is first read; the extension leaves open "
        "when. Here it is computed before: an error in it is one whether or not a branch is taken.",
        in_binding,
    ),
    Difference(
        "base64",
        "Here, as RFC 4648 sections 3.3 and 3.5 have it, white space and bits that mean nothing are refused.",
        refuses("is not base64"),
    ),
    Difference(
        "long durations",
        "Here a duration is 64 bits of nanoseconds, as in Go; there it has the range of protocol buffers.",
        refuses("292 years"),
    ),
    Difference(
        "zones",
        "An offset is a sign, two digits, a colon, two digits (language definition, Timestamps); "
        "there `1:00` is one.",
        refuses("is no zone"),
    ),
    Difference(
        "leap seconds",
        "There, the second 60 of any minute is taken; the clock of this project has no leap seconds, "
        "nor has Go.",
        refuses(":60Z' is not a time"),
    ),
    Difference(
        "substring to the end",
        "There, substring(a, b) is an error where b is the size; the extension says that the end may be it.",
        to_the_end,
    ),
    Difference(
        "parts of nothing",
        "There, ''.split('') has one part, which is empty; here it has none, as in Go.",
        parts_of_nothing,
    ),
    Difference(
        "variables that get mixed up",
        "There, the variable of optFlatMap may hold an element of a loop in its operand: a defect of theirs.",
        beside_a_loop,
    ),
    Difference(
        "lists in reverse",
        "There is no extension for lists there; reverse() is for strings alone.",
        lambda case: "(list).reverse()" in str(case.theirs[1]),
    ),
    Difference(
        "macros of mathematics",
        "There, math.greatest and math.least are macros that refuse literals before anything runs.",
        lambda case: (
            case.theirs[0] == "error"
            and re.search(r"math\.(greatest|least)\(\) ", case.theirs[1]) is not None
        ),
    ),
    Difference(
        "numbers of texts",
        "There, numbers may have white space around them, and doubles be hexadecimal; here only what "
        "the language writes.",
        refuses("the string is no number", "the string is no whole number"),
    ),
    Difference(
        "integers of booleans",
        "There, int(true) is 1; the language definition has no such conversion.",
        refuses("int is not for bool"),
    ),
    Difference(
        "booleans of texts",
        "There, only true and false in three spellings are booleans; the conformance cases have t, f, "
        "1 and 0 as well.",
        lambda case: "from 'string' to 'bool'" in str(case.theirs[1]),
    ),
    Difference(
        "parts of a nanosecond",
        "There, a duration has quarters of a nanosecond; the definition of the language has nanoseconds.",
        lambda case: "0.5ns" in case.source,
    ),
    Difference(
        "optFlatMap of what is no optional",
        "There, the body may give any value; here it is an optional, as the extension declares.",
        refuses("is no optional"),
    ),
    Difference(
        "null in place of another type",
        "There, the checker takes null where an optional or a time is wanted, and the evaluation fails.",
        lambda case: (
            case.ours[0] == "error" and re.search("refused.* is not for .*null", case.ours[1]) is not None
        ),
    ),
    Difference(
        "durations of integers",
        "There, duration(int) is declared, and has no value; here the checker refuses it.",
        refuses("duration is not for int"),
    ),
    Difference(
        "integers and doubles",
        "There, an integer is rounded before a double is compared with it; here both are compared exactly.",
        rounded,
    ),
    Difference(
        "order of maps",
        "There, maps have the order of a hash table; here that of their keys.",
        in_order,
    ),
    Difference(
        "keys of maps",
        "Here the checker refuses keys of a type that no key has; there such a map may stand where "
        "nobody looks.",
        refuses("is no key of a map"),
    ),
    Difference(
        "bytes as text",
        "There, %s writes bytes that are no UTF-8, and the string is none; here that is an error, as "
        "string(bytes) is.",
        refuses("format writes bytes as %s if they are UTF-8"),
    ),
    Difference(
        "constant keys that stand twice",
        "There, a map with a literal key twice is refused before it runs, even where an operand makes "
        "up for it.",
        lambda case: "ALREADY_EXISTS" in str(case.theirs[1]) and refuses("stands twice")(case),
    ),
    Difference(
        "texts of doubles",
        "There, doubles are written with an exponent from 1e6 on, and what is no number as nan.",
        lambda case: any(type(each) is float for each in _flat(case.arguments("string", "format"))),
    ),
    Difference(
        "texts of times",
        "There, fractions of a second have three, six or nine digits; here as many as they need, as in Go.",
        lambda case: any(
            type(each) in {Timestamp, Duration} for each in _flat(case.arguments("string", "format"))
        ),
    ),
)


def _flat(values: Iterable[Any]) -> Iterator[Any]:
    for value in values:
        if isinstance(value, list | tuple):
            yield from _flat(value)
        elif isinstance(value, dict):
            yield from _flat(value.values())
        else:
            yield value
