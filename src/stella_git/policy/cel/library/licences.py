"""Licence expressions: whether they can be met by licences that are allowed.

Source: SPDX 2.3 Annex D; SPDX 3.0.1 annex "SPDX license expressions".
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from stella_git.errors import InputError
from stella_git.policy.cel.functions import Overload, Table
from stella_git.policy.cel.meter import EvalError, Meter
from stella_git.policy.cel.types import BOOL, STRING, list_of
from stella_git.policy.cel.values import Value, kind

if TYPE_CHECKING:
    from stella_git.documents.licences import Expression

_SHORT: Final = 500
_GNU: Final = re.compile(r"(?:[AL]?GPL|GFDL)-[0-9]+\.[0-9]+")


def _expression(text: str, meter: Meter) -> "Expression":
    """Return an expression with its ids spelt as the list does."""
    meter.spend(4 + len(text))
    try:
        return _remembered(text) if len(text) <= _SHORT else _read(text)
    except InputError as error:
        raise EvalError(f"{text[:60]!a} is no licence expression: {error.message}") from None


def _read(text: str) -> "Expression":
    from stella_git.documents.licences import parse, spelt

    return spelt(parse(text))


_remembered: Final = lru_cache(maxsize=1024)(_read)  # a document has the same few expressions again and again


def _satisfies(text: str, allowed: Sequence[Value], meter: Meter) -> bool:
    from stella_git.documents.licences import Compound

    expression = _expression(text, meter)
    known: set[str] = set()
    for each in allowed:
        if type(each) is not str:
            raise EvalError(f"spdx.satisfies takes licences that are strings, not {kind(each)}")
        one = _expression(each, meter)
        if isinstance(one, Compound):
            raise EvalError(f"{each[:60]!a} is more than one licence: write each of them for itself")
        known.add(_name(one))
    return _met(expression, known)


def _met(expression: "Expression", allowed: set[str]) -> bool:
    from stella_git.documents.licences import Compound

    if isinstance(expression, Compound):
        some = all if expression.operator == "AND" else any
        return some(_met(each, allowed) for each in expression.operands)
    return any(name in allowed for name in _choices(expression))


def _choices(expression: "Expression") -> Iterator[str]:
    """Return names of what may be chosen: the licence, and for "or later" that version as well."""
    from stella_git.documents.licences import Licence, With

    name = _name(expression)
    yield name
    if isinstance(expression, With):
        yield from (f"{each} WITH {expression.addition}" for each in _choices(expression.licence))
    elif name.endswith("-or-later"):
        yield f"{name.removesuffix('-or-later')}-only"
    elif isinstance(expression, Licence) and expression.later:
        yield expression.id


def _name(expression: "Expression") -> str:
    """Return a licence as text; of GNU by the ids that say "only" or "or later"."""
    from stella_git.documents.licences import Licence, With

    if isinstance(expression, With):
        return f"{_name(expression.licence)} WITH {expression.addition}"
    if isinstance(expression, Licence) and _GNU.fullmatch(expression.id):
        return f"{expression.id}-{'or-later' if expression.later else 'only'}"
    return str(expression)


def _canonical(text: str, meter: Meter) -> str:
    from stella_git.documents.licences import canonical

    _expression(text, meter)
    return canonical(text)


def _is_valid(text: str, meter: Meter) -> bool:
    from stella_git.documents.licences import parse

    meter.spend(4 + len(text))
    try:
        parse(text)
    except InputError:
        return False
    return True


def _licences(text: str, meter: Meter) -> list[str]:
    """Return every licence that is named, with its exception, sorted, each once."""
    return sorted(set(_leaves(_expression(text, meter))))


def _leaves(expression: "Expression") -> Iterator[str]:
    from stella_git.documents.licences import Compound

    if isinstance(expression, Compound):
        for each in expression.operands:
            yield from _leaves(each)
    else:
        yield str(expression)


FUNCTIONS: Final[Table] = {
    "spdx.satisfies": (Overload(arguments=(STRING, list_of(STRING)), result=BOOL, function=_satisfies),),
    "spdx.canonical": (Overload(arguments=(STRING,), result=STRING, function=_canonical),),
    "spdx.isValid": (Overload(arguments=(STRING,), result=BOOL, function=_is_valid),),
    "spdx.licenses": (Overload(arguments=(STRING,), result=list_of(STRING), function=_licences),),
}
