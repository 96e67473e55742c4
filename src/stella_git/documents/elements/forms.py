"""Forms that a value can have, by name. A form is a function from a text to whether it has it."""

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stella_git.documents.licences import Exemption, Expression

# What stands where nothing is known: it is there, and says so.
_UNKNOWN = frozenset({"n/a", "noassertion", "none", "not available", "unknown"})
_TEXT_LIMIT = 2000


def known(value: str | None) -> bool:
    """Return whether a value says something: dashes, question marks and what nobody sees say nothing."""
    return value is not None and any(map(str.isalnum, value)) and not says_unknown(value)


def says_unknown(value: str | None) -> bool:
    """Return whether a value says that nothing is known: ``NOASSERTION``, ``NONE``, ``unknown``, ``n/a``."""
    return value is not None and value.strip().casefold() in _UNKNOWN


def _contact(text: str) -> bool:
    return _email(text) or _url(text)


def _email(text: str) -> bool:
    name, at, host = text.removeprefix("mailto:").partition("@")
    return bool(name and at) and "@" not in host and _host(host)


def _url(text: str) -> bool:
    scheme, mark, rest = text.partition("://")
    return bool(mark) and scheme.lower() in {"http", "https"} and bool(rest) and not _spaced(text)


def _host(text: str) -> bool:
    return not _spaced(text) and "." in text and all(text.split("."))


def _spaced(text: str) -> bool:
    return any(char.isspace() for char in text)


def _uri(text: str) -> bool:
    scheme, colon, rest = text.partition(":")
    plain = scheme.replace("+", "").replace("-", "").replace(".", "")
    return bool(colon and rest) and plain.isalnum() and plain.isascii() and not _spaced(text)


@lru_cache(maxsize=4096)
def _licence(text: str) -> bool:
    """An expression of listed ids and of references; which id may be meant instead is not looked for."""
    from stella_git.documents.licences import parse
    from stella_git.errors import InputError

    try:
        return _is_listed(parse(text))
    except InputError:
        return False


def _is_listed(expression: "Expression | Exemption") -> bool:
    from stella_git.documents.licences import Compound, Exemption, Reference, With, listed

    if isinstance(expression, Compound):
        return all(map(_is_listed, expression.operands))
    if isinstance(expression, With):
        return _is_listed(expression.licence) and _is_listed(expression.addition)
    if isinstance(expression, Reference):
        return True
    if isinstance(expression, Exemption):
        return listed().exceptions.find(expression.id) is not None
    ids = listed().licences
    return ids.find(str(expression)) is not None or ids.find(expression.id) is not None


def _timestamp(text: str) -> bool:
    from stella_git.canon.clock import parse_rfc3339
    from stella_git.errors import InputError

    try:
        parse_rfc3339(text)
    except InputError:
        return False
    return True


def _versioned(text: str) -> bool:
    """A tool and its version: ``syft 1.2``, ``syft-1.2``, ``syft@v1.2``."""
    last = text.replace("-", " ").replace("@", " ").split()[-1:]
    return last != text.split() and any(char.isdigit() for part in last for char in part)


FORMS: dict[str, Callable[[str], bool]] = {
    "contact": _contact,
    "licence": _licence,
    "timestamp": _timestamp,
    "uri": _uri,
    "versioned": _versioned,
}
WORDS: dict[str, str] = {
    "contact": "an e-mail address or a web address",
    "licence": "an SPDX licence expression",
    "timestamp": "a time as RFC 3339 writes it",
    "uri": "a URI",
    "versioned": "a name with a version",
}


def has_form(name: str, value: str) -> bool:
    """Return whether a value has a form; one that is longer than 2,000 characters has none."""
    return len(value) <= _TEXT_LIMIT and FORMS[name](value.strip())
