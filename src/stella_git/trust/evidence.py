"""Evidence against a keyring: who of those whom it names said this, and may they?

A bare envelope is verified by the keys of the keyring. A bundle is verified against the trusted roots that
the keyring lists; then its certificate has to belong to an identity of the keyring, or its key to a key of
it, and the trusted times that it proves say when the signature was made.
"""

from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Sequence
from typing import TYPE_CHECKING

from stella_git.attest.envelope import PAYLOAD_TYPE, Envelope
from stella_git.canon.clock import Instant
from stella_git.canon.record import replace
from stella_git.trust.counting import Claimant, count
from stella_git.trust.report import FAILED, Check, Report, failed, passed, skipped
from stella_git.trust.verify import (
    Verification,
    canonical_type,
    check_type,
    read_statement,
    verify_envelope,
)

if TYPE_CHECKING:
    from stella_git.attest.bundle import Bundle
    from stella_git.trust.bundles import BundleVerification
    from stella_git.trust.keyring import KeyEntry, Keyring
    from stella_git.trust.keys import PublicKey
    from stella_git.trust.roots import KnownRoot
    from stella_git.trust.validity import TrustedTime

_NO_ROOT = "list the digest of the trusted root in the keyring: stella keys add --trusted-root FILE"


def verify_evidence(
    evidence: "Envelope | Bundle",
    *,
    keyring: "Keyring",
    roots: Sequence["KnownRoot"],
    now: Instant,
    predicate_type: str | None = None,
    threshold: int = 1,
    signed_at: Instant | None = None,
) -> Verification:
    """Return a report on an envelope or a bundle, and its statement if all of it holds.

    Args:
        evidence: as it was read.
        keyring: one that `anchor.establish` believes.
        roots: trusted roots at hand; only those that the keyring lists by digest are used.
        now: the present.
        predicate_type: what the statement has to be; None to take any type that the signers have as a role.
        threshold: ask for at least so many distinct signers, if the keyring asks for fewer.
        signed_at: when keys have to be valid where no trusted time says when it was signed; None for now.
    """
    valid_at = signed_at or now
    if isinstance(evidence, Envelope):
        return verify_envelope(
            evidence, keyring=keyring, now=valid_at, predicate_type=predicate_type, threshold=threshold
        )
    listed = {str(digest) for digest in keyring.trusted_roots}
    trusted = [known for known in roots if str(known.root.digest) in listed]
    content = evidence.content
    if not isinstance(content, Envelope):
        return _refused("the bundle is a signature over an artifact, not a statement", "WRONG_TYPE")
    if evidence.certificates:
        return _verify_identity(evidence, keyring, trusted, now, predicate_type, threshold)
    entry = _entry(evidence, keyring)
    if entry is None:
        return _refused("the bundle is signed with a key that is not in the keyring", "UNKNOWN_KEY")
    named = replace(content, signatures=(replace(content.signatures[0], keyid=entry.key.keyid),))
    proof = _prove(evidence, entry, trusted, now)
    checks: tuple[Check, ...] = ()
    times: tuple[TrustedTime, ...] = ()
    if isinstance(proof, Check):
        checks = (proof,)
    elif proof.report.ok:
        checks, times = proof.report.checks, proof.times
    else:
        return Verification(proof.report, None)
    outcome = verify_envelope(
        named,
        keyring=keyring,
        now=valid_at,
        predicate_type=predicate_type,
        threshold=threshold,
        times=times,
        low_s=False,  # the tools that make bundles take whichever s comes
    )
    report = Report((*checks, *outcome.report.checks), outcome.signers)
    return Verification(report, outcome.statement, times)


def verify_by_key(envelope: Envelope, key: "PublicKey", *, predicate_type: str | None = None) -> Verification:
    """Return a report on a bare envelope that one key has to have signed, whatever key ids it names.

    Whoever asks with a key vouches for it: no dates and no roles are looked at.
    """
    # Either s: envelopes of other tools have either, and nothing is stored under the digest of this one.
    good = any(key.verify(envelope.pae(), one.sig, low_s=False) for one in envelope.signatures)
    if envelope.payload_type != PAYLOAD_TYPE:
        return _refused(f"the payload type is not {PAYLOAD_TYPE}", "WRONG_TYPE")
    if not good:
        check = failed(
            "signatures",
            "no signature is of that key over these bytes",
            code="BAD_SIGNATURE",
            remedy="get the original, or expect the key that signed it",
        )
        return Verification(Report((check,)), None)
    read, statement = read_statement(envelope.payload)
    checks = [passed("signatures", f"key {key.keyid}"), read]
    if statement is not None:
        checks.append(check_type(canonical_type(statement.predicate_type), predicate_type))
    report = Report(tuple(checks), (f"key {key.keyid}",))
    return Verification(report, statement if report.ok else None)


def _entry(bundle: "Bundle", keyring: "Keyring") -> "KeyEntry | None":
    """Return the key that a bundle's hint names; a hint decides nothing, it only says which key to try."""
    try:
        keyid = b64decode(bundle.public_key_hint or "", validate=True).hex()
    except (Base64Error, ValueError):
        keyid = ""
    return keyring.by_keyid(keyid)


def _prove(
    bundle: "Bundle", entry: "KeyEntry", trusted: Sequence["KnownRoot"], now: Instant
) -> "BundleVerification | Check":
    if not bundle.timestamps and not bundle.tlog_entries:
        return skipped("time", "the bundle has neither timestamp nor log entry")
    if not trusted:
        return skipped(
            "time", "timestamps and log entries are not looked at: the keyring lists no trusted root"
        )
    return _best(bundle, trusted, now, entry)


def _best(
    bundle: "Bundle", trusted: Sequence["KnownRoot"], now: Instant, entry: "KeyEntry | None"
) -> "BundleVerification":
    """Return the outcome under the first root that shows the bundle to be good, or under the last."""
    from stella_git.trust.bundles import verify_bundle

    expected = None if entry is None else entry.key
    first, *others = trusted
    outcome = verify_bundle(bundle, root=first.root, now=now, expected=expected, logged=entry is None)
    used = first
    for known in others:
        if outcome.report.ok:
            break
        outcome = verify_bundle(bundle, root=known.root, now=now, expected=expected, logged=entry is None)
        used = known
    return outcome._replace(report=outcome.report.plus([passed("root", used.describe(now))]))


def _verify_identity(
    bundle: "Bundle",
    keyring: "Keyring",
    trusted: Sequence["KnownRoot"],
    now: Instant,
    predicate_type: str | None,
    threshold: int,
) -> Verification:
    if not trusted:
        return _refused("the keyring lists no trusted root that is at hand", "NO_TRUSTED_ROOT", _NO_ROOT)
    outcome = _best(bundle, trusted, now, None)
    statement, leaf = outcome.statement, outcome.leaf
    if statement is None or leaf is None:
        return Verification(outcome.report, None)
    checks = list(outcome.report.checks)
    role = canonical_type(statement.predicate_type)
    checks.append(check_type(role, predicate_type))
    who = (leaf.issuer, leaf.subject)
    entry = keyring.identity_of(*who, role) or keyring.identity_of(*who)
    if entry is None:
        checks.append(
            failed(
                "keys",
                f"the keyring has no identity for {outcome.signer}",
                code="UNKNOWN_IDENTITY",
                remedy="have it added to the keyring: stella keys add --identity",
            )
        )
        return Verification(Report(tuple(checks)), None)
    claimant = Claimant(f"identity:{entry.name}", None, role in entry.roles)
    counted, rest = count([claimant], role, max(threshold, keyring.threshold(role)))
    report = Report((*checks, *rest), counted)
    ok = all(check.status != FAILED for check in report.checks)
    return Verification(report, statement if ok else None, outcome.times)


def _refused(
    detail: str, code: str, remedy: str = "get evidence that somebody in the keyring signed"
) -> Verification:
    return Verification(Report((failed("material", detail, code=code, remedy=remedy),)), None)
