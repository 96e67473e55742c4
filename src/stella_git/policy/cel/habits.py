"""What people write who know another language: Rego, Python, SQL, shell; and what it is here."""

import re
from typing import Final

_SIGNS: Final = {
    "=": "write ==",
    ":": "write ==, or name the value with cel.bind",
    "and": "write &&",
    "or": "write ||",
    "not": "write !, as in !f.fixable",
    "&": "write &&",
    "|": "write ||",
    ";": "write &&",
}
_FUNCTIONS: Final = {
    "all": "write xs.all(x, ...)",
    "any": "write xs.exists(x, ...)",
    "contains": "write text.contains(part), or item in list",
    "count": "write size(x), after xs.filter(x, ...) if only some count",
    "endswith": "write text.endsWith(end)",
    "every": "write xs.all(x, ...)",
    "exists": "write xs.exists(x, ...)",
    "filter": "write xs.filter(x, ...)",
    "len": "write size(x)",
    "length": "write size(x)",
    "lower": "write text.lowerAscii()",
    "map": "write xs.map(x, ...)",
    "max": "write math.greatest(xs)",
    "min": "write math.least(xs)",
    "now": "write context.asOf: a rule has no clock",
    "some": "write xs.exists(x, ...)",
    "sprintf": "write '%s'.format([x])",
    "startswith": "write text.startsWith(begin)",
    "to_number": "write int(text)",
    "today": "write context.asOf: a rule has no clock",
    "upper": "write text.upperAscii()",
}
_WORD: Final = re.compile(r"[a-z]+|[^\w\s]")
_NOT: Final = re.compile(r"\bnot\s+\Z")


def of_syntax(source: str, offset: int) -> str | None:
    """Return what to write instead of the word or sign at an offset; None if nobody would write it."""
    if _NOT.search(source[max(0, offset - 40) : offset]):
        return _SIGNS["not"]
    found = _WORD.match(source, offset)
    return _SIGNS.get(found[0]) if found else None


def of_function(name: str) -> str | None:
    """Return what to write instead of a function that there is in other languages; None if there is none."""
    return _FUNCTIONS.get(name)
