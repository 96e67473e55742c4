"""Checkers for the ``format`` keyword, and patterns as JSON Schema means them.

A schema's ``format`` is an assertion here: without it the official verdicts come out wrong. The checkers are
our own, because those that come with validators need further packages and do not agree with each other.
"""

import re
from functools import cache
from typing import TYPE_CHECKING

from stella_git.documents.patterns import linear

if TYPE_CHECKING:
    from collections.abc import Callable

_DATE = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])-([0-2][0-9]|3[01])")
_TIME = re.compile(
    r"([01][0-9]|2[0-3]):([0-5][0-9]):([0-5][0-9]|60)(?:\.[0-9]+)?"
    r"(?:[Zz]|([+-])([01][0-9]|2[0-3]):([0-5][0-9]))"
)
_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_LEAP_SECOND = 60
_MINUTES_PER_DAY = 24 * 60

_UNRESERVED = r"A-Za-z0-9\-._~"
_SUB = r"!$&'()*+,;="
_SCHEME = r"[A-Za-z][A-Za-z0-9+.\-]*"


def is_date(text: str) -> bool:
    """Return whether ``text`` is a full-date.

    Source: RFC 3339 section 5.6.
    """
    found = _DATE.fullmatch(text)
    return found is not None and _day_exists(int(found[1]), int(found[2]), int(found[3]))


def is_date_time(text: str) -> bool:
    """Return whether ``text`` is a date-time; second 60 only where UTC can have it.

    Source: RFC 3339 sections 5.6 and 5.7.
    """
    if text[10:11] not in {"T", "t"} or not is_date(text[:10]):
        return False
    found = _TIME.fullmatch(text[11:])
    if found is None:
        return False
    if int(found[3]) < _LEAP_SECOND:
        return True
    minutes = int(found[1]) * 60 + int(found[2])
    if found[4]:
        offset = int(found[5]) * 60 + int(found[6])
        minutes += -offset if found[4] == "+" else offset
    return minutes % _MINUTES_PER_DAY == _MINUTES_PER_DAY - 1


def _day_exists(year: int, month: int, day: int) -> bool:
    leap = month == 2 and year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)  # noqa: PLR2004 - the calendar
    return 1 <= day <= _DAYS[month - 1] + leap


@cache
def _identifier(*, relative: bool) -> re.Pattern[str]:
    """Return the grammar of RFC 3986, in a shape that matches in linear time."""
    octet = "%[0-9A-Fa-f]{2}"
    chars = f"{_UNRESERVED}{_SUB}"
    path = f"(?:[{chars}:@/]++|{octet})*+"
    first = f"(?:[{chars}@]++|{octet})++"
    authority = (
        f"(?:(?:[{chars}:]++|{octet})*@)?"
        rf"(?:\[(?P<literal>[{chars}:]+)\]|(?:[{chars}]++|{octet})*)(?::[0-9]*)?"
    )
    hier = rf"(?://{authority}(?:/{path})?|(?!//){path})"
    rootless = f"(?:/(?!/){path}|{first}(?:/{path})?)?"
    start = f"{_SCHEME}:{hier}"
    if relative:
        start = rf"(?:{start}|//{authority.replace('literal', 'literal2')}(?:/{path})?|{rootless})"
    tail = rf"(?:\?(?:[{chars}:@/?]++|{octet})*+)?(?:#(?:[{chars}:@/?]++|{octet})*+)?"
    return re.compile(start + tail)


def _is_identifier(text: str, *, relative: bool) -> bool:
    return _matches(text, text, relative=relative)


def _is_international(text: str, *, relative: bool) -> bool:
    """Return whether ``text`` is an IRI: a URI, once what RFC 3987 adds to *unreserved* is written as ``~``.

    A pattern with those characters in it would take longer to compile than most documents to validate.
    """
    if text.isascii():
        return _matches(text, text, relative=relative)
    head, mark, fragment = text.partition("#")
    path, question, query = head.partition("?")
    plain = _plain(path) + question + _plain(query, private=True) + mark + _plain(fragment)
    return _matches(plain, text, relative=relative)


_WEB = frozenset({"git+https", "http", "https"})
_SIMPLE = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/")


def _matches(plain: str, text: str, *, relative: bool) -> bool:
    scheme, mark, rest = plain.partition("://")
    if mark and scheme in _WEB and _SIMPLE.issuperset(rest):
        return True  # a host and a path without anything that has a meaning: most links, without the grammar
    found = _identifier(relative=relative).fullmatch(plain)
    if found is None:
        return False
    literals = [
        text[slice(*found.span(name))] for name, part in found.groupdict().items() if part is not None
    ]
    return all(_is_ip_literal(literal) for literal in literals)


def _plain(part: str, *, private: bool = False) -> str:
    """Return ``part`` with every character that is unreserved in an IRI only as ``~``; lengths stay."""
    if part.isascii():
        return part
    return "".join(
        "~" if _is_ucs(ord(char)) or (private and _is_private(ord(char))) else char for char in part
    )


def _is_ucs(point: int) -> bool:
    """Return whether a code point is *ucschar* (RFC 3987 section 2.2)."""
    if point <= _PLANE:
        return any(low <= point <= high for low, high in _UCS)
    return point & _PLANE < _NONCHARACTERS and point <= _LAST_UCS and not _TAGS <= point < _TAGS + 0x1000


def _is_private(point: int) -> bool:
    """Return whether a code point is *iprivate* (RFC 3987 section 2.2)."""
    return any(low <= point <= high for low, high in _PRIVATE)


_UCS = ((0xA0, 0xD7FF), (0xF900, 0xFDCF), (0xFDF0, 0xFFEF))
_PRIVATE = ((0xE000, 0xF8FF), (0xF0000, 0xFFFFD), (0x100000, 0x10FFFD))
_PLANE, _NONCHARACTERS, _LAST_UCS, _TAGS = 0xFFFF, 0xFFFE, 0xEFFFD, 0xE0000


def _is_ip_literal(text: str) -> bool:
    """Return whether the text between ``[`` and ``]`` is an IPv6 or future address (RFC 3986 3.2.2)."""
    if re.fullmatch(rf"[vV][0-9A-Fa-f]+\.[{_UNRESERVED}{_SUB}:]+", text):
        return True
    import ipaddress

    try:
        ipaddress.IPv6Address(text)
    except ValueError:
        return False
    return "%" not in text


def is_uri(text: str) -> bool:
    """Return whether ``text`` is a URI (RFC 3986, with a scheme)."""
    return _is_identifier(text, relative=False)


def is_uri_reference(text: str) -> bool:
    """Return whether ``text`` is a URI or a relative reference (RFC 3986 section 4.1)."""
    return _is_identifier(text, relative=True)


def is_iri(text: str) -> bool:
    """Return whether ``text`` is an IRI (RFC 3987, with a scheme)."""
    return _is_international(text, relative=False)


def is_iri_reference(text: str) -> bool:
    """Return whether ``text`` is an IRI or a relative reference (RFC 3987 section 2.2)."""
    return _is_international(text, relative=True)


_ATEXT = r"A-Za-z0-9!#$%&'*+/=?^_`{|}~\-"
_QUOTED = r'"(?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\[\x20-\x7e])*"'
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9\-]{0,61}[A-Za-z0-9])?"
_ULABEL = r"[A-Za-z0-9\u0080-\U0010ffff](?:[A-Za-z0-9\-\u0080-\U0010ffff]{0,61}[A-Za-z0-9\u0080-\U0010ffff])?"
_LOCAL_LIMIT = 64


@cache
def _mailbox(*, international: bool) -> re.Pattern[str]:
    atext = _ATEXT + ("\u0080-\U0010ffff" if international else "")
    label = _ULABEL if international else _LABEL
    return re.compile(
        rf"(?P<local>[{atext}]++(?:\.[{atext}]++)*+|{_QUOTED})"
        rf"@(?:{label}(?:\.{label})*|\[[0-9A-Za-z:.]+\])"
    )


def is_email(text: str) -> bool:
    """Return whether ``text`` is a mailbox (RFC 5321 section 4.1.2)."""
    return _is_mailbox(text, international=False)


def is_idn_email(text: str) -> bool:
    """Return whether ``text`` is an internationalised mailbox (RFC 6531 section 3.3)."""
    return _is_mailbox(text, international=True)


def _is_mailbox(text: str, *, international: bool) -> bool:
    found = _mailbox(international=international).fullmatch(text)
    return found is not None and len(found["local"].encode()) <= _LOCAL_LIMIT


_UUID = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")


def is_uuid(text: str) -> bool:
    """Return whether ``text`` is a UUID of any version, in either case (RFC 9562 section 4)."""
    return _UUID.fullmatch(text) is not None


def is_regex(text: str) -> bool:
    """Return whether ``text`` is a pattern that we can compile."""
    try:
        ecma(text)
    except re.error:
        return False
    return True


FORMATS: "dict[str, Callable[[str], bool]]" = {
    "date": is_date,
    "date-time": is_date_time,
    "email": is_email,
    "idn-email": is_idn_email,
    "iri": is_iri,
    "iri-reference": is_iri_reference,
    "regex": is_regex,
    "uri": is_uri,
    "uri-reference": is_uri_reference,
    "uuid": is_uuid,
}

# What each format looks like, for messages.
EXAMPLES: dict[str, str] = {
    "date": "a date such as 2026-01-31",
    "date-time": "an RFC 3339 time such as 2026-01-31T09:30:00Z",
    "email": "an e-mail address such as security@example.com",
    "idn-email": "an e-mail address such as security@example.com",
    "iri": "an absolute IRI such as https://example.com/x",
    "iri-reference": "an IRI such as https://example.com/x, or a relative reference",
    "regex": "a regular expression",
    "uri": "an absolute URI such as https://example.com/x",
    "uri-reference": "a URI such as https://example.com/x, or a relative reference",
    "uuid": "a UUID such as 3e671687-395b-41f5-a30f-a58921a69b79",
}

_SPACE = r"\t\n\v\f\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
_CLASSES = {"d": "0-9", "w": "A-Za-z0-9_", "s": _SPACE}


@cache
def ecma(pattern: str) -> re.Pattern[str]:
    r"""Return a pattern of a schema, compiled with the meaning that ECMA-262 gives it.

    Python differs where it matters: ``$`` also matches before a final line feed, ``\d``, ``\w`` and ``\s``
    match other characters.

    Raises:
        re.error: if it cannot be compiled.
    """
    pattern = linear(pattern)
    out: list[str] = []
    inside = False
    position = 0
    while position < len(pattern):
        char = pattern[position]
        following = pattern[position + 1 : position + 2]
        position += 1
        if char == "\\":
            position += 1
            out.append(_escape(following, inside=inside))
            continue
        if char == "[" and not inside:
            inside = True
        elif char == "]":
            inside = False
        elif char == "[":
            char = "\\["  # a plain character in ECMA-262; Python warns of a possible set operation
        out.append("\\Z" if char == "$" and not inside else char)
    return re.compile("".join(out))


def _escape(letter: str, *, inside: bool) -> str:
    members = _CLASSES.get(letter.lower())
    if members is None:
        return "\\" + letter
    if letter.islower():
        return members if inside else f"[{members}]"
    return f"\\{letter}" if inside else f"[^{members}]"
