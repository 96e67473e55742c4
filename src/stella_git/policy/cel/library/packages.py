"""Packages: their purls, and their versions as their ecosystems compare them.

Source: ECMA-427 (Package-URL); Semantic Versioning 2.0.0.
"""

import re
from collections.abc import Sequence
from typing import Final

from stella_git.canon.purl import Purl, is_plain, parse_purl
from stella_git.errors import InputError
from stella_git.policy.cel.functions import Overload, Table
from stella_git.policy.cel.library.patterns import matches_glob
from stella_git.policy.cel.library.vers import contains
from stella_git.policy.cel.meter import EvalError, Meter
from stella_git.policy.cel.types import BOOL, INT, STRING, an_object, list_of, map_of
from stella_git.policy.cel.values import INT_MAX, Value, kind

_SEMVER: Final = re.compile(
    r"(0|[1-9][0-9]{0,18})\.(0|[1-9][0-9]{0,18})\.(0|[1-9][0-9]{0,18})"
    r"(?:-((?:0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)(?:\.(?:0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*))*))?"
    r"(?:\+([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?"
)
_LONGEST: Final = 200


def _purl(text: str, meter: Meter) -> Purl:
    meter.spend(len(text))
    try:
        return parse_purl(text)
    except InputError as error:
        raise EvalError(error.message) from None


def _parse(text: str, meter: Meter) -> Value:
    purl = _purl(text, meter)
    parts: dict[str, Value] = {"type": purl.type, "name": purl.name, "qualifiers": dict(purl.qualifiers)}
    for name in ("namespace", "version", "subpath"):
        value = getattr(purl, name)
        if value is not None:
            parts[name] = value
    return parts


def _canonical(text: str, meter: Meter) -> str:
    return str(_purl(text, meter))


def _is_purl(text: str, meter: Meter) -> bool:
    meter.spend(len(text))
    try:
        parse_purl(text)
    except InputError:
        return False
    return True


def _match(text: str, pattern: str, meter: Meter) -> bool:
    """Return whether a purl is one that a glob means; qualifiers and subpath do not count.

    A glob without a version, ``pkg:npm/%40angular/*``, means every version.
    """
    bare, version = bare_name(text, meter)
    if not pattern.startswith("pkg:"):
        raise EvalError(f"{pattern[:60]!a} is no pattern of purls: it has to begin with pkg:")
    names, wanted = split(pattern)
    if not matches_glob(bare, names, meter):
        return False
    return wanted is None or (version is not None and matches_glob(version, wanted, meter))


def bare_name(text: str, meter: Meter) -> tuple[str, str | None]:
    """Return a purl up to its name in canonical spelling, and its version, decoded.

    Raises:
        EvalError: the text is no purl.
        FuelError: the fuel does not last.
    """
    if "%" not in text and is_plain(text):  # no need to parse what is canonical
        meter.spend(len(text))
        bare, _, version = text.partition("?")[0].partition("@")
        return bare, version or None
    purl = _purl(text, meter)
    return str(Purl(type=purl.type, namespace=purl.namespace, name=purl.name)), purl.version


def _match_any(text: str, patterns: Sequence[Value], meter: Meter) -> bool:
    found = False
    for pattern in patterns:
        if type(pattern) is not str:
            raise EvalError(f"purl.match takes patterns that are strings, not {kind(pattern)}")
        found = found or _match(text, pattern, meter)
    return found


def split(pattern: str) -> tuple[str, str | None]:
    """Return the glob for a purl up to its name, and the one for its version, if the pattern has one."""
    names, at, version = pattern.replace("/@", "/%40").rpartition("@")
    return (names, version) if at else (version, None)


def _semver_match(text: str, meter: Meter) -> re.Match[str] | None:
    """Return the parts of a semantic version whose numbers are ints of the language; else None."""
    meter.spend(len(text) // 4)
    found = _SEMVER.fullmatch(text) if len(text) <= _LONGEST else None
    return found if found and all(int(found[part]) <= INT_MAX for part in (1, 2, 3)) else None


def _semver(text: str, meter: Meter) -> re.Match[str]:
    found = _semver_match(text, meter)
    if found is None:
        raise EvalError(f"{text[:60]!a} is no semantic version: write it like 1.2.3 or 1.2.3-rc.1")
    return found


def _semver_parse(text: str, meter: Meter) -> Value:
    found = _semver(text, meter)
    parts: dict[str, Value] = {"major": int(found[1]), "minor": int(found[2]), "patch": int(found[3])}
    more = {"prerelease": found[4], "build": found[5]}
    return parts | {name: part for name, part in more.items() if part is not None}


def _is_semver(text: str, meter: Meter) -> bool:
    return _semver_match(text, meter) is not None


def _semver_compare(left: str, right: str, meter: Meter) -> int:
    _semver(left, meter)
    _semver(right, meter)
    # What follows a + does not count (section 10), and left out here, equal texts are equal versions.
    return _compare("npm", left.partition("+")[0], right.partition("+")[0], meter)


def _compare(of: str, left: str, right: str, meter: Meter) -> int:
    from stella_git.documents.versions import compare

    meter.spend(len(left) + len(right))
    found = compare(of, left, right)
    if found is None:
        raise EvalError(f"{left[:40]!a} and {right[:40]!a} cannot be compared as versions of {of[:40]!a}")
    return found


_PURL: Final = an_object(
    {
        "type": STRING,
        "namespace": STRING,
        "name": STRING,
        "version": STRING,
        "qualifiers": map_of(STRING, STRING),
        "subpath": STRING,
    }
)
_PARTS: Final = an_object(
    {"major": INT, "minor": INT, "patch": INT, "prerelease": STRING, "build": STRING},
)

FUNCTIONS: Final[Table] = {
    "purl.parse": (Overload(arguments=(STRING,), result=_PURL, function=_parse),),
    "purl.canonical": (Overload(arguments=(STRING,), result=STRING, function=_canonical),),
    "purl.isValid": (Overload(arguments=(STRING,), result=BOOL, function=_is_purl),),
    "purl.match": (
        Overload(arguments=(STRING, STRING), result=BOOL, function=_match),
        Overload(
            arguments=(STRING, list_of(STRING)),
            result=BOOL,
            function=_match_any,
        ),
    ),
    "semver.parse": (Overload(arguments=(STRING,), result=_PARTS, function=_semver_parse),),
    "semver.isValid": (Overload(arguments=(STRING,), result=BOOL, function=_is_semver),),
    "semver.compare": (Overload(arguments=(STRING, STRING), result=INT, function=_semver_compare),),
    "versions.compare": (Overload(arguments=(STRING, STRING, STRING), result=INT, function=_compare),),
    "vers.contains": (Overload(arguments=(STRING, STRING), result=BOOL, function=contains),),
}
