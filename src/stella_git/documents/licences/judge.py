"""What is wrong with a licence expression, beyond its grammar: ids that no list has, old ones, spelling."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from stella_git.documents.licences.grammar import parse
from stella_git.documents.licences.listed import listed
from stella_git.documents.licences.model import (
    Compound,
    Exemption,
    Expression,
    Licence,
    Reference,
    With,
)
from stella_git.errors import InputError

if TYPE_CHECKING:
    from stella_git.documents.severity import Severity

# What the fields of SPDX documents may say instead of an expression.
SPECIAL = frozenset({"NONE", "NOASSERTION"})

# Deprecated id -> what the list says to write. The GNU licences follow a rule of their own.
_INSTEAD = {
    "BSD-2-Clause-FreeBSD": "BSD-2-Clause-Views",
    "BSD-2-Clause-NetBSD": "BSD-2-Clause",
    "GPL-2.0-with-GCC-exception": "GPL-2.0-or-later WITH GCC-exception-2.0",
    "GPL-2.0-with-autoconf-exception": "GPL-2.0-or-later WITH Autoconf-exception-2.0",
    "GPL-2.0-with-bison-exception": "GPL-2.0-or-later WITH Bison-exception-2.2",
    "GPL-2.0-with-classpath-exception": "GPL-2.0-only WITH Classpath-exception-2.0",
    "GPL-2.0-with-font-exception": "GPL-2.0-only WITH Font-exception-2.0",
    "GPL-3.0-with-GCC-exception": "GPL-3.0-or-later WITH GCC-exception-3.1",
    "GPL-3.0-with-autoconf-exception": "GPL-3.0-or-later WITH Autoconf-exception-3.0",
    "Nokia-Qt-exception-1.1": "Qt-LGPL-exception-1.1",
    "StandardML-NJ": "SMLNJ",
    "bzip2-1.0.5": "bzip2-1.0.6",
    "eCos-2.0": "GPL-2.0-or-later WITH eCos-exception-2.0",
    "wxWindows": "LGPL-2.0-or-later WITH WxWindows-exception-3.1",
}


class Fault(NamedTuple):
    """Something wrong in an expression: how bad, what, what to write; whether it is but the letter case."""

    severity: "Severity"
    message: str
    remedy: str
    spelling: bool = False


def problems(text: str) -> Iterator[Fault]:
    """Return what is wrong with a licence expression, in the order of the text.

    Errors: the grammar, and ids that are not on the list. Warnings: deprecated ids, and spelling of the wrong
    case. ``NONE`` and ``NOASSERTION`` (``SPECIAL``) are no expressions: a caller whose field takes them looks
    for them first.

    Args:
        text: the expression.
    """
    if text.strip() in SPECIAL:
        remedy = "Write a licence expression, or leave the licence out."
        yield Fault("error", f"{text.strip()} is no licence expression", remedy)
        return
    try:
        expression = parse(text)
    except InputError as error:
        meant = listed().licences.near(text)
        remedy = (error.remedy or "") if meant is None else f"write `{meant}`"
        yield Fault("error", error.message, f"{remedy[:1].upper()}{remedy[1:]}.")
        return
    yield from _faults(expression)
    yield from _operators(text)


def licence_fault(name: str) -> Fault:
    """Return the complaint about an id that is no licence of the list."""
    known = listed()
    message = f'"{name[:60]}" is not an id of the SPDX licence list {known.version}'
    if known.exceptions.find(name) is not None:
        return Fault("error", message + "; it is an exception", "Write it after a licence and WITH.")
    meant = known.licences.find(name) or known.licences.near(name)
    if meant is None:
        return Fault("error", message, "Use an id of the list, or a LicenseRef- of your own.")
    if name.endswith("+"):
        meant = known.licences.find(meant.replace("-only", "-or-later")) or meant
        meant += "" if meant.endswith("-or-later") else "+"
    return Fault("error", f"{message}; did you mean `{meant}`?", f"Write `{meant}`.")


def _faults(expression: Expression) -> Iterator[Fault]:
    if isinstance(expression, Compound):
        for each in expression.operands:
            yield from _faults(each)
    elif isinstance(expression, With):
        yield from _faults(expression.licence)
        yield from _addition_faults(expression.addition)
    elif isinstance(expression, Reference):
        yield from _reference_faults(expression)
    else:
        yield from _licence_faults(expression)


def _reference_faults(reference: Reference) -> Iterator[Fault]:
    if not reference.exact:
        message = "the prefix of a reference is written in another case"
        yield Fault("warning", message, f"Write `{reference}`.", spelling=True)


def _licence_faults(licence: Licence) -> Iterator[Fault]:
    ids = listed().licences
    # ``GPL-2.0+`` is an id of its own, of old; any other id may be followed by a plus.
    whole = ids.find(str(licence))
    found = whole or ids.find(licence.id)
    if found is None:
        yield licence_fault(str(licence))
        return
    yield from _spelling(str(licence) if whole else licence.id, found)
    if found in ids.deprecated:
        yield _old(found, "a licence", licence.later)


def _addition_faults(addition: Exemption | Reference) -> Iterator[Fault]:
    if isinstance(addition, Reference):
        yield from _reference_faults(addition)
        return
    known = listed()
    found = known.exceptions.find(addition.id)
    if found is None:
        message = f'"{addition.id[:60]}" is not an exception of the SPDX licence list {known.version}'
        meant = known.exceptions.near(addition.id)
        if known.licences.find(addition.id) is not None:
            yield Fault("error", message + "; it is a licence", "Join licences with AND or OR.")
        elif meant is None:
            yield Fault("error", message, "Use an exception of the list, or an AdditionRef- of your own.")
        else:
            yield Fault("error", f"{message}; did you mean `{meant}`?", f"Write `{meant}`.")
        return
    yield from _spelling(addition.id, found)
    if found in known.exceptions.deprecated:
        yield _old(found, "an exception", later=False)


def _spelling(written: str, found: str) -> Iterator[Fault]:
    if written != found:
        message = f"`{written}` is spelt `{found}` on the SPDX licence list"
        yield Fault("warning", message, f"Write `{found}`.", spelling=True)


def _old(found: str, kind: str, later: bool) -> Fault:  # noqa: FBT001 - private, and named at the call where it matters
    ids, message = listed().licences, f"`{found}` is {kind} id that the SPDX licence list has deprecated"
    base = found.removesuffix("+")
    instead = _INSTEAD.get(found) or ids.find(f"{base}-or-later" if later else f"{base}-only")
    if instead is None:
        return Fault("warning", message, "Use an id that is not deprecated.")
    return Fault("warning", message, f"Write `{instead}`.")


def _operators(text: str) -> Iterator[Fault]:
    words = set(text.replace("(", " ").replace(")", " ").split())
    for word in sorted({"and", "or", "with"} & words):
        message = f"`{word}` is an operator only since SPDX 3; before, it is written `{word.upper()}`"
        yield Fault("warning", message, f"Write `{word.upper()}`.", spelling=True)
