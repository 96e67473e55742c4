"""Versions of packages, compared as their ecosystem compares them.

Only what is known exactly is compared: of a type that is not listed, or of a text that is no version of its
type, nothing is said.

Source: Semantic Versioning 2.0.0, section 11; PEP 440, "Version specifiers"; Debian Policy 5.6.12; the RPM
manual, "Version comparison".
"""

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

# No real version is longer, and a number of thousands of digits is work for nothing.
_LONGEST = 200


def compare(kind: str, left: str, right: str) -> int | None:
    """Return -1, 0 or 1 as ``left`` is older than, the same as, or newer than ``right``; None if unknown.

    Args:
        kind: type of a purl, lower case, such as ``npm``.
        left: version, as in a purl, decoded.
        right: the same.
    """
    if left == right:
        return 0
    first, second = _order(kind, left), _order(kind, right)
    if first is None or second is None:
        return None
    return int(first > second) - int(first < second)


@lru_cache(maxsize=1024)
def _order(kind: str, text: str) -> "tuple[Any, ...] | None":
    order = _ORDERS.get(kind)
    return order(text) if order is not None and len(text) <= _LONGEST else None


_SEMVER = re.compile(
    r"v?(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)"
    r"(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+[0-9A-Za-z.-]+)?",
    re.ASCII,
)


def _semver(text: str) -> "tuple[Any, ...] | None":
    found = _SEMVER.fullmatch(text)
    if found is None:
        return None
    # Step 3 of section 11: a pre-release comes before its release. Step 4: numbers before words, fewer first.
    parts = tuple(
        (0, int(part), "") if part.isdigit() else (1, 0, part) for part in (found[4] or "").split(".") if part
    )
    return (int(found[1]), int(found[2]), int(found[3]), not parts, parts)


_PEP440 = re.compile(
    r"v?(?:([0-9]+)!)?([0-9]+(?:\.[0-9]+)*)"
    r"(?:[-_.]?(alpha|a|beta|b|preview|pre|c|rc)[-_.]?([0-9]*))?"
    r"(?:-([0-9]+)|[-_.]?(post|rev|r)[-_.]?([0-9]*))?"
    r"(?:[-_.]?(dev)[-_.]?([0-9]*))?"
    r"(?:\+([a-z0-9]+(?:[-_.][a-z0-9]+)*))?",
    re.ASCII,
)
_PHASES = {"a": 0, "alpha": 0, "b": 1, "beta": 1, "c": 2, "pre": 2, "preview": 2, "rc": 2}
_BEFORE, _AFTER = -1, 1 << 62


def _pep440(text: str) -> "tuple[Any, ...] | None":
    found = _PEP440.fullmatch(text.strip().lower())
    if found is None:
        return None
    epoch, release, phase, phase_number, bare_post, post, post_number, dev, dev_number, local = found.groups()
    numbers = [int(part) for part in release.split(".")]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    if phase:
        before = (_PHASES[phase], int(phase_number or 0))
    else:
        # 1.0.dev1 is older than every pre-release of 1.0, which is older than 1.0.
        before = (_BEFORE if dev and not (post or bare_post) else _AFTER, 0)
    after = int(bare_post or post_number or 0) if post or bare_post else _BEFORE
    developed = int(dev_number or 0) if dev else _AFTER
    return (int(epoch or 0), tuple(numbers), before, after, developed, _local(local))


def _local(text: str | None) -> "tuple[Any, ...]":
    """Return the order of a local label: none first, words before numbers."""
    if text is None:
        return ()
    parts = re.split(r"[-_.]", text)
    return tuple((1, int(part), "") if part.isdigit() else (0, 0, part) for part in parts)


_DEBIAN = re.compile(r"(?:([0-9]+):)?([0-9][A-Za-z0-9.+~:-]*?)(?:-([A-Za-z0-9.+~]+))?", re.ASCII)


def _debian(text: str) -> "tuple[Any, ...] | None":
    found = _DEBIAN.fullmatch(text)
    if found is None:
        return None
    return (int(found[1] or 0), _dpkg(found[2]), _dpkg(found[3] or "0"))


def _dpkg(text: str) -> "tuple[Any, ...]":
    """Return the order of a Debian version: words and numbers in turn.

    In a word ~ comes before its end, and letters before signs: its end is 0, so ~ is -1.
    """
    order: list[Any] = []
    for word, number in re.findall(r"([^0-9]*)([0-9]*)", text):
        if word or number:
            order += [(*(_rank(character) for character in word), 0), int(number or 0)]
    return (*order, (0,))


def _rank(character: str) -> int:
    if character == "~":
        return -1
    return ord(character) if character.isalpha() else ord(character) + 256


_RPM = re.compile(r"(?:([0-9]+):)?([A-Za-z0-9._+~^]+)(?:-([A-Za-z0-9._+~^]+))?", re.ASCII)


def _rpm(text: str) -> "tuple[Any, ...] | None":
    found = _RPM.fullmatch(text)
    if found is None:
        return None
    return (int(found[1] or 0), _segments(found[2]), _segments(found[3] or ""))


def _segments(text: str) -> "tuple[Any, ...]":
    """Return the order of an RPM version: ``~`` before the end, ``^`` after it, words before numbers."""
    order: list[Any] = []
    for part in re.findall(r"[0-9]+|[A-Za-z]+|~|\^", text):
        if part == "~":
            order.append((-1, 0, ""))
        elif part == "^":
            order.append((1, 0, ""))
        elif part.isdigit():
            order.append((3, int(part), ""))
        else:
            order.append((2, 0, part))
    return (*order, (0, 0, ""))


_ORDERS: "dict[str, Callable[[str], tuple[Any, ...] | None]]" = {
    "cargo": _semver,
    "deb": _debian,
    "golang": _semver,
    "hex": _semver,
    "npm": _semver,
    "pypi": _pep440,
    "rpm": _rpm,
}
