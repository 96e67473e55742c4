"""Statements, envelopes and bundles: whether a verifier can read them, and what is inside.

The readers of ``attest`` are what verification uses, so what they refuse is refused here, in their words.
What is inside (an SBOM, VEX, a verdict) is validated as if it stood alone, at the place where it stands.
Signatures are not looked at: that takes keys, and is not a matter of shape.

Source: DSSE v1.0; in-toto Attestation Framework v1.1; Sigstore bundle v0.3.
"""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, TypeVar

from stella_git.canon.record import replace
from stella_git.documents.problems import Complaint
from stella_git.documents.rules import rule
from stella_git.errors import InputError, RefusedError, StellaError

if TYPE_CHECKING:
    from stella_git.attest.envelope import Envelope
    from stella_git.canon.reader import Json
    from stella_git.documents.context import Subject

    Inside = Callable[[Subject], Iterator[Complaint]]

T = TypeVar("T")

# Greatest size of a payload, in bytes.
LIMIT = 64 << 20

# What a predicate of a type is, as a document: kinds of ``detect``.
_DOCUMENTS = {"cyclonedx": "cyclonedx", "findings": "findings", "openvex": "openvex", "spdx": "spdx"}


def _envelope(subject: "Subject", inside: "Inside") -> Iterator[Complaint]:
    """A001 to A007: an envelope, and the statement in it."""
    from stella_git.attest.envelope import Envelope

    found, complaint = _read("A001", lambda: Envelope.from_json(subject.value))
    if found is None:
        yield from complaint
    else:
        yield from _payload(found, subject, inside, "/payload")


def _bundle(subject: "Subject", inside: "Inside") -> Iterator[Complaint]:
    """A008 and A002 to A007: a bundle, and the statement in its envelope."""
    from stella_git.attest.bundle import Bundle
    from stella_git.attest.envelope import Envelope

    found, complaint = _read("A008", lambda: Bundle.from_json(subject.value))
    if found is None:
        yield from complaint
    elif isinstance(found.content, Envelope):
        yield from _payload(found.content, subject, inside, "/dsseEnvelope/payload")


def _statement(subject: "Subject", inside: "Inside") -> Iterator[Complaint]:
    """A003 to A007: a statement, and its predicate."""
    from stella_git.attest.statement import Statement

    found, complaint = _read("A003", lambda: Statement.from_json(subject.value))
    if found is None:
        yield from complaint
        return
    _, complaint = _read("A004", found.require_strong)
    yield from complaint
    yield from _predicate(found.predicate_type, dict(found.predicate), subject, inside)


def _record(subject: "Subject", _inside: "Inside") -> Iterator[Complaint]:
    """A006 and A007: a verdict or a budget check that stands alone in a file."""
    yield from _ours(subject.format.kind, subject.value, "")


def _read(name: str, reader: Callable[[], T]) -> tuple[T | None, tuple[Complaint, ...]]:
    """Return what a reader of ``attest`` returns, or None and what it refuses."""
    try:
        return reader(), ()
    except (InputError, RefusedError) as error:
        return None, (_complaint(name, error),)


def _complaint(name: str, error: StellaError, within: str = "") -> Complaint:
    remedy = (error.remedy or rule(name).remedy).strip().removesuffix(".")
    return Complaint(
        rule=name,
        pointer=within + (error.where.pointer or ""),
        message=error.message,
        remedy=f"{remedy[:1].upper()}{remedy[1:]}.",
    )


def _payload(found: "Envelope", subject: "Subject", inside: "Inside", pointer: str) -> Iterator[Complaint]:
    """Validate the statement in an envelope; what it says stands at the payload, where its bytes are."""
    from stella_git.attest.envelope import PAYLOAD_TYPE
    from stella_git.canon.reader import parse_json
    from stella_git.documents.detect import detect
    from stella_git.documents.problems import clip
    from stella_git.documents.wording import show

    if found.payload_type != PAYLOAD_TYPE:
        message = f"the payload is of the type {show(found.payload_type)}, which is not looked into"
        yield Complaint(rule="A005", pointer=pointer, message=message, remedy=rule("A005").remedy)
        return
    value, refused = _read("A002", lambda: parse_json(found.payload, limit=LIMIT))
    for complaint in refused:
        yield replace(complaint, pointer=pointer, message=f"in the payload: {complaint.message}")
    if refused:
        return
    form = detect(value)
    if form is None or form.kind != "in-toto":
        message = f"the payload is {show(value)}, not an in-toto statement"
        yield Complaint(rule="A002", pointer=pointer, message=message, remedy=rule("A002").remedy)
        return
    for complaint in inside(replace(subject, value=value, format=form)):
        place = clip(complaint.pointer, 100) or "its top"
        yield replace(complaint, pointer=pointer, message=f"in the payload, at {place}: {complaint.message}")


def _predicate(
    uri: str, value: "dict[str, Json]", subject: "Subject", inside: "Inside"
) -> Iterator[Complaint]:
    from stella_git.attest.predicates import resolve
    from stella_git.documents.wording import show

    name = resolve(uri)
    if name is None:
        message = f"{show(uri)} is a predicate type that is not known here"
        yield Complaint(rule="A005", pointer="/predicateType", message=message, remedy=rule("A005").remedy)
    elif name in _DOCUMENTS:
        yield from _document(name, value, subject, inside)
    else:
        yield from _ours(name, value, "/predicate")


def _document(
    name: str, value: "dict[str, Json]", subject: "Subject", inside: "Inside"
) -> Iterator[Complaint]:
    from stella_git.documents.detect import SUPPORTED, TITLES, detect

    form = detect(value)
    if form is None or form.kind != _DOCUMENTS[name]:
        seen = "nothing that is known" if form is None else form.title
        message = f"the predicate type says {TITLES[_DOCUMENTS[name]]}, the predicate is {seen}"
        yield Complaint(rule="A006", pointer="/predicate", message=message, remedy=rule("A006").remedy)
    elif not form.supported:
        known = ", ".join(SUPPORTED[form.kind])
        message = f"the predicate is {form.title}; the versions that are validated are {known}"
        yield Complaint(rule="D002", pointer="/predicate", message=message, remedy=rule("D002").remedy)
    else:
        for complaint in inside(replace(subject, value=value, format=form)):
            yield replace(complaint, pointer="/predicate" + complaint.pointer)


def _ours(name: str, value: "Json", within: str) -> Iterator[Complaint]:
    """Validate a predicate that ``attest`` has a reader for; of other types nothing is known."""
    readers = {
        "budget-check": _read_budget_check,
        "slsa-provenance": _read_provenance,
        "verdict": _read_verdict,
    }
    if name not in readers:
        return
    if not isinstance(value, dict):
        return  # said by the schema
    try:
        readers[name](value)
    except RefusedError as error:
        yield _complaint("A007", error, within)
    except InputError as error:
        yield _complaint("A006", error, within)


def _read_verdict(value: "dict[str, Json]") -> None:
    from stella_git.attest.predicates import VerdictPredicate

    VerdictPredicate.from_json(value).require_id()


def _read_budget_check(value: "dict[str, Json]") -> None:
    from stella_git.attest.predicates import BudgetCheckPredicate

    BudgetCheckPredicate.from_json(value).require_id()


def _read_provenance(value: "dict[str, Json]") -> None:
    from stella_git.attest.slsa import Provenance

    Provenance.from_json(value)


_CHECKS = {
    "budget-check": _record,
    "dsse": _envelope,
    "in-toto": _statement,
    "sigstore-bundle": _bundle,
    "verdict": _record,
}


def complaints(subject: "Subject", inside: "Inside") -> Iterator[Complaint]:
    """Return what is wrong with an attestation beyond its schema.

    Args:
        subject: a document of a kind in ``detect.ATTESTATIONS``.
        inside: says what is wrong with a document that stands inside this one.
    """
    return _CHECKS[subject.format.kind](subject, inside)
