"""An envelope against a keyring: is this said by somebody who may say it?

The steps, in the order of the report:

1. *envelope*: the payload type is exactly in-toto's; another one would be another protocol.
2. *signatures*: each that names a key of the keyring verifies; at least one does.
3. *statement*: the verified bytes, and no others, are parsed.
4. *type*: the predicate type is the one that was asked for.
5. *keys*: of those who signed, who is active and inside its dates.
6. *role*: of those, who has the predicate type as a role.
7. *threshold*: whether enough distinct keys are left.

A bare envelope proves no time: its keys have to be valid now, and a revoked one counts for nothing. Trusted
times come with a bundle: see `evidence`.

Source: DSSE v1.0 protocol.md; in-toto Attestation Framework, validation.md.
"""

from typing import NamedTuple

from stella_git.attest import predicates
from stella_git.attest.envelope import PAYLOAD_TYPE, Envelope
from stella_git.attest.statement import Statement
from stella_git.canon.clock import Instant
from stella_git.errors import InputError
from stella_git.trust.counting import Claimant, count
from stella_git.trust.keyring import Keyring
from stella_git.trust.report import FAILED, Check, Report, failed, passed
from stella_git.trust.signatures import Tally, listed, tally
from stella_git.trust.validity import TrustedTime, standing


class Verification(NamedTuple):
    """The outcome for one envelope or bundle.

    Args:
        report: every check.
        statement: what was signed, from the verified bytes; None unless the report is ok.
        times: trusted times at which it was signed at the latest.
    """

    report: Report
    statement: Statement | None
    times: tuple[TrustedTime, ...] = ()

    @property
    def signers(self) -> tuple[str, ...]:
        """Return who signed and counted, as ``key:NAME``, sorted."""
        return self.report.signers


def canonical_type(predicate_type: str) -> str:
    """Return the URI that a keyring's roles use for a predicate type; an unknown type is its own."""
    name = predicates.resolve(predicate_type)
    return predicate_type if name is None else predicates.TYPES[name]


def verify_envelope(
    envelope: Envelope,
    *,
    keyring: Keyring,
    now: Instant,
    predicate_type: str | None = None,
    threshold: int = 1,
    times: tuple[TrustedTime, ...] = (),
    low_s: bool = True,
) -> Verification:
    """Return a report on an envelope, and its statement if all of it holds.

    Args:
        envelope: what was read; its payload bytes are what the signatures are checked over.
        keyring: one that `anchor.establish` believes.
        now: the instant at which keys must be valid, where no trusted time says when it was signed.
        predicate_type: what the statement must be, in any accepted spelling; None to take any type that the
            signers have as a role.
        threshold: ask for at least so many distinct keys, if the keyring asks for fewer.
        times: verified trusted times of the signatures.
        low_s: refuse ECDSA signatures with the greater s, as in a bare envelope, which is of our making.
    """
    if envelope.payload_type != PAYLOAD_TYPE:
        return Verification(Report((_wrong_payload_type(envelope.payload_type),)), None)
    checks = [passed("envelope", PAYLOAD_TYPE)]
    found = tally(envelope.pae(), envelope.signatures, keyring, low_s=low_s)
    checks.append(_check_signatures(found))
    if checks[-1].status == FAILED:
        return Verification(Report(tuple(checks)), None)
    check, statement = read_statement(envelope.payload)
    checks.append(check)
    if statement is None:
        return Verification(Report(tuple(checks)), None)
    role = canonical_type(statement.predicate_type)
    checks.append(check_type(role, predicate_type))
    needed = max(threshold, keyring.threshold(role))
    claimants = [
        Claimant(f"key:{entry.name}", standing(entry, now=now, times=times), role in entry.roles)
        for entry in found.good
    ]
    counted, rest = count(claimants, role, needed)
    report = Report((*checks, *rest), counted)
    return Verification(report, statement if report.ok else None)


def _wrong_payload_type(payload_type: str) -> Check:
    return failed(
        "envelope",
        f"the payload type is {ascii(payload_type)[:80]}, not {PAYLOAD_TYPE}",
        code="WRONG_TYPE",
        remedy="give an envelope that holds an in-toto statement",
    )


def _check_signatures(found: Tally) -> Check:
    if found.bad:
        return failed(
            "signatures",
            f"signatures that do not verify: {listed(found.bad)}",
            code="BAD_SIGNATURE",
            remedy="it was changed after signing: get the original, or issue it again",
        )
    if not found.good:
        unknown = ", ".join(ascii(keyid)[1:17] or "(no key id)" for keyid in found.unknown[:4])
        return failed(
            "signatures",
            f"no signature of a key in the keyring (others: {unknown or 'none'})",
            code="UNKNOWN_KEY",
            remedy="have the signer's key added to the keyring, or issue it with a key that is in it",
        )
    ignored = f"; {len(found.unknown)} of unknown keys ignored" if found.unknown else ""
    return passed("signatures", listed(entry.name for entry in found.good) + ignored)


def read_statement(payload: bytes) -> tuple[Check, Statement | None]:
    """Return the check ``statement`` and the statement in payload bytes whose signature was verified."""
    try:
        statement = Statement.from_bytes(payload)
        statement.require_strong()
    except InputError as error:
        check = failed(
            "statement",
            f"the signed payload is not a statement that we read: {error} ({error.code})",
            code="UNREADABLE",
            remedy=error.remedy or "issue it again",
        )
        return check, None
    return passed("statement", statement.type_uri), statement


def check_type(role: str, wanted: str | None) -> Check:
    """Return the check ``type``: a canonical predicate type URI is the one that is asked for, if one is."""
    if wanted is not None and canonical_type(wanted) != role:
        return failed(
            "type",
            f"the statement is a {ascii(role)[:120]}, not a {canonical_type(wanted)}",
            code="WRONG_TYPE",
            remedy="look for an attestation of the type that is asked for",
        )
    return passed("type", ascii(role)[1:-1][:120])
