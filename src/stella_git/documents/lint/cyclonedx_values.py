"""Rules for values of CycloneDX that the schema takes as any text: C011 to C015, and C018.

Components, services and licences are nested in many places, so one walk finds the members by their names,
and looks at what they are in.

Source: CycloneDX 1.4 to 1.7, descriptions of the members.
"""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from stella_git.documents.plainlicences import COMMON, is_plain
from stella_git.documents.problems import Complaint
from stella_git.documents.read import text
from stella_git.documents.sift import Sifted, sifted
from stella_git.documents.visit import Found, visit
from stella_git.documents.wording import show

if TYPE_CHECKING:
    from stella_git.canon.reader import Json
    from stella_git.documents.context import Context, Subject
    from stella_git.documents.licences import Fault

# What a component is the value of, or an item of.
COMPONENTS = frozenset({"ancestors", "component", "components", "descendants", "variants"})


def values(subject: "Subject", _context: "Context") -> Iterator[Complaint]:
    """C011 to C015: names in foreign grammars, digests, licence expressions, members of the wrong type."""
    if _settled(sifted(subject)):
        return
    for found in visit(subject.value, frozenset(_CHECKS)):
        yield from _CHECKS[found.name](found)


def _settled(seen: Sifted) -> bool:
    """Return whether a quick look is enough to say that nothing is wrong."""
    return (
        all(map(_plain_hashes, seen.hashes))
        and all(map(_plain_license, seen.licences))
        and not any(
            next(check(Found(name, holder[name], holder, (None, role) if role else None)), None)
            for role, holder in seen.holders
            for name, check in _CHECKS.items()
            if name in holder and name not in _APART
        )
    )


# Members that the walk of ``sift`` collects by themselves.
_APART = frozenset({"hashes", "license"})
# Spelling of the schema -> hexadecimal digits.
_DIGITS = {
    "BLAKE3": 64, "MD5": 32, "SHA-1": 40, "SHA-256": 64, "SHA-384": 96, "SHA-512": 128, "SHA3-256": 64,
    "SHA3-384": 96, "SHA3-512": 128,
}  # fmt: skip


def _plain_hashes(listed: "Json") -> bool:
    """Return whether every item is a digest of the length of its algorithm."""
    if type(listed) is not list:
        return True
    for each in listed:
        if type(each) is not dict:
            return False
        algorithm, digits = each.get("alg"), each.get("content")
        if type(algorithm) is not str or type(digits) is not str or _DIGITS.get(algorithm) != len(digits):
            return False
    return True


def _plain_license(value: "Json") -> bool:
    name = text(value, "id")
    return name is None or name in COMMON or next(_named(name, lambda: ""), None) is None


def _cpe(found: "Found") -> Iterator[Complaint]:
    from stella_git.documents.cpe import defect

    if not isinstance(found.value, str) or found.held_in() not in COMPONENTS:
        return
    reason = defect(found.value)
    if reason is not None:
        yield Complaint(
            rule="C011",
            pointer=found.pointer(),
            message=f"{show(found.value)} is no CPE name: {reason}",
            remedy="Write a name such as `cpe:2.3:a:example:app:1.0:*:*:*:*:*:*:*`.",
        )


def _listed(found: "Found") -> Iterator[tuple[int, str]]:
    if isinstance(found.value, list) and found.held_in() in COMPONENTS:
        yield from ((at, each) for at, each in enumerate(found.value) if isinstance(each, str))


def _swhid(found: "Found") -> Iterator[Complaint]:
    from stella_git.documents.contentids import swhid_defect

    for index, name in _listed(found):
        reason = swhid_defect(name)
        if reason is not None:
            yield Complaint(
                rule="C012",
                pointer=found.pointer(index),
                message=f"{show(name)} is no SWHID: {reason}",
                remedy="Write an id such as `swh:1:rev:` and 40 digits of 0-9a-f.",
            )


def _omnibor(found: "Found") -> Iterator[Complaint]:
    from stella_git.documents.contentids import gitoid_defect

    for index, name in _listed(found):
        reason = gitoid_defect(name)
        if reason is not None:
            yield Complaint(
                rule="C012",
                pointer=found.pointer(index),
                message=f"{show(name)} is no gitoid: {reason}",
                remedy="Write an id such as `gitoid:blob:sha256:` and 64 digits of 0-9a-f.",
            )


# What the schema takes, for any algorithm.
_DIGEST = re.compile("(?:[0-9a-fA-F]{32}|[0-9a-fA-F]{40}|[0-9a-fA-F]{64}|[0-9a-fA-F]{96}|[0-9a-fA-F]{128})")
# Gives a digest of any length; nearly always of one.
_EXTENDABLE, _USUAL = "BLAKE3", 64
_LONGER = f"BLAKE3 gives {_USUAL} hexadecimal digits where nothing else is asked for, not {{}}"


def _hashes(found: "Found") -> Iterator[Complaint]:
    from stella_git.documents.hashlengths import hash_fault

    for index, each in enumerate(found.value if isinstance(found.value, list) else ()):
        algorithm, digits = text(each, "alg"), text(each, "content")
        if algorithm is None or digits is None or _DIGEST.fullmatch(digits) is None:
            continue
        usual = algorithm == _EXTENDABLE and len(digits) != _USUAL
        reason = _LONGER.format(len(digits)) if usual else hash_fault(algorithm, digits)
        if reason is not None:
            yield Complaint(
                rule="C013",
                pointer=found.pointer(index, "content"),
                message=reason,
                remedy="Write the whole digest, or the algorithm that it is of.",
                severity="warning" if usual else None,
            )


@lru_cache(maxsize=1024)
def _judged(expression: str) -> "tuple[Fault, ...]":
    """Return what is wrong with an expression; most documents repeat a few of them thousands of times."""
    from itertools import islice

    from stella_git.documents.licences import problems

    return tuple(islice(problems(expression), _FAULTS))


# Of one expression: nobody reads more.
_FAULTS = 20


def _expression(found: "Found") -> Iterator[Complaint]:
    if not isinstance(found.value, str) or is_plain(found.value):
        return
    if found.held_in() in {"expressionDetails", "licenses"}:
        from stella_git.documents.mends import licence_mend

        for fault in _judged(found.value):
            yield Complaint(
                rule="C014",
                pointer=found.pointer(),
                message=fault.message,
                remedy=fault.remedy,
                severity=fault.severity,
                mend=licence_mend(found.value) if fault.spelling else None,
            )


def _license(found: "Found") -> Iterator[Complaint]:
    """An id that the schema takes, although the list has it for an exception, or for old documents only."""
    name = text(found.value, "id")
    if name is not None and found.held_in() == "licenses":
        yield from _named(name, lambda: found.pointer("id"))


def _named(name: str, pointer: "Callable[[], str]") -> Iterator[Complaint]:
    if name in COMMON:
        return
    from stella_git.documents.licences import licence_fault, listed

    known = listed()
    if known.exceptions.find(name) is not None:
        fault = licence_fault(name)
        yield Complaint(
            rule="C014",
            pointer=pointer(),
            message=fault.message,
            remedy="Write licence and exception as an `expression`, joined by WITH.",
            severity="warning",
        )
    elif name in known.licences.deprecated:
        for fault in _judged(name):
            yield Complaint(
                rule="C014",
                pointer=pointer(),
                message=fault.message,
                remedy=fault.remedy,
                severity=fault.severity,
            )


# Member -> the type of component that it is for.
_FOR = {"data": "data", "modelCard": "machine-learning-model", "cryptoProperties": "cryptographic-asset"}
# Of these the specification does not say in so many words that other types must not have them.
_UNSAID = frozenset({"cryptoProperties"})


def _typed(found: "Found") -> Iterator[Complaint]:
    kind = text(found.holder, "type")
    wanted = _FOR[found.name]
    if kind is None or kind == wanted or found.held_in() not in COMPONENTS:
        return
    yield Complaint(
        rule="C015",
        pointer=found.pointer(),
        message=f"`{found.name}` is for components of type `{wanted}`; this one is of type {show(kind)}",
        remedy=f"Remove `{found.name}`, or write `{wanted}` as the type.",
        severity="warning" if found.name in _UNSAID else None,
    )


_CHECKS: "dict[str, Callable[[Found], Iterator[Complaint]]]" = {
    "cpe": _cpe,
    "cryptoProperties": _typed,
    "data": _typed,
    "expression": _expression,
    "hashes": _hashes,
    "license": _license,
    "licenseIdentifier": _expression,
    "modelCard": _typed,
    "omniborId": _omnibor,
    "swhid": _swhid,
}


CHECKS = (values,)
