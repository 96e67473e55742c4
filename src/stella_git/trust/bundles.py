"""A Sigstore bundle against a trusted root: who signed these bytes, and when?

Everything is in the bundle and in the trusted root; nothing is asked of anybody. The steps, in the order of
the report, as the Sigstore client specification has them ("Verification"):

1. *material*: the bundle holds what was asked for: a certificate for an identity, or a signature of a key.
2. *artifact*: the bytes, or their digest, are the ones that the bundle is about.
3. *timestamps*, then *log*, *entry*, *promise*, *checkpoint*, *inclusion* for every entry of a log.
4. *time*: at least one trusted time, where a certificate has to have been valid at it.
5. *certificate*: profile, and a path to the trusted root at every trusted time. 6. *sct*.
7. *identity*: issuer and subject are exactly the expected ones.
8. *signature*, over exactly these bytes. 9. *statement*: parsed from the verified bytes, about the artifact.

All checks that can be made are made: a report names every reason. The statement leaves only if all hold.

Source: Sigstore client specification, "Verification"; Sigstore bundle v0.3; in-toto Statement v1.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from stella_git.attest.envelope import Envelope
from stella_git.attest.statement import Statement
from stella_git.canon.clock import Instant
from stella_git.trust import paths, tlog, x509
from stella_git.trust.material import Identity as Identity
from stella_git.trust.material import Key, read_material
from stella_git.trust.report import FAILED, PASSED, Check, Report, failed, passed, skipped
from stella_git.trust.sct import check_sct
from stella_git.trust.subjects import Artifact as Artifact
from stella_git.trust.subjects import check_artifact, read_statement
from stella_git.trust.subjects import is_subject as is_subject
from stella_git.trust.timestamp import check_timestamps
from stella_git.trust.validity import TrustedTime

if TYPE_CHECKING:
    from stella_git.attest.bundle import Bundle
    from stella_git.attest.trustedroot import TrustedRoot
    from stella_git.trust.keys import PublicKey

_AGAIN = "get the original bundle and the original artifact"


class BundleVerification(NamedTuple):
    """The outcome for one bundle.

    Args:
        report: every check.
        times: trusted times at which the signature existed; empty unless the report is ok.
        statement: what was signed, from the verified bytes; None unless the report is ok, and for artifacts.
        signer: who signed, for reports: ``SUBJECT (ISSUER)`` or ``key KEYID``; "" unless the report is ok.
        leaf: the signing certificate, its path verified; None unless the report is ok, and for keys.
    """

    report: Report
    times: tuple[TrustedTime, ...] = ()
    statement: Statement | None = None
    signer: str = ""
    leaf: x509.Leaf | None = None


def verify_bundle(
    bundle: "Bundle",
    *,
    root: "TrustedRoot",
    now: Instant,
    expected: "Identity | PublicKey | None",
    artifact: Artifact | None = None,
    logged: bool = True,
) -> BundleVerification:
    """Return a report on a bundle, and what it says if all of it holds.

    Args:
        bundle: as it was read.
        root: whom to trust: authorities, logs, timestamp authorities.
        now: the present: no trusted time may lie after it.
        expected: who has to have signed it. None: any certificate of the root; then the caller has to look at
            `BundleVerification.leaf`, because "somebody" is not an answer.
        artifact: what the bundle has to be about; None only for a statement whose subjects the caller checks.
        logged: whether an entry of a transparency log is needed. One that is there always has to hold.
    """
    material, leaf, key = read_material(bundle, expected)
    checks = [material]
    if key is None:
        return BundleVerification(Report(tuple(checks)))
    signed = _signed(bundle, leaf, key, artifact)
    checks.append(check_artifact(bundle.content, artifact))
    stamped, stamps = check_timestamps(bundle.timestamps, bundle.signature, root.timestamp_authorities)
    entries, promises = _check_log(bundle, signed, root, stamps, now, needed=logged)
    times = (*stamps, *promises)
    checks += (stamped, *entries)
    spoiled = any(check.status == FAILED for check in (stamped, *entries))
    checks.append(_check_time(times, now, needed=leaf is not None, spoiled=spoiled))
    if leaf is not None:
        checks += _check_certificate(leaf, bundle.certificates[1:], root, times, now)
        checks.append(_check_identity(leaf, expected))
    checks.append(_check_signature(bundle, key, artifact))
    check, statement = read_statement(bundle.content, artifact, verified=checks[-1].status == PASSED)
    checks.append(check)
    report = Report(tuple(checks))
    if not report.ok:
        return BundleVerification(report)
    return BundleVerification(report, times, statement, key.shown, leaf)


# 2. What was signed, as a log has to hold it.


def _signed(bundle: "Bundle", leaf: x509.Leaf | None, key: Key, artifact: Artifact | None) -> tlog.Signed:
    content = bundle.content
    certificate = None if leaf is None else leaf.der
    if isinstance(content, Envelope):
        digests = Artifact.of(content.pae()).digests
        return tlog.Signed(
            bundle.signature, key.spki, certificate, digests, content.payload, content.payload_type
        )
    digests = {} if artifact is None else artifact.digests
    return tlog.Signed(bundle.signature, key.spki, certificate, digests)


# 3 and 4. Logs and times.


def _check_log(
    bundle: "Bundle",
    signed: tlog.Signed,
    root: "TrustedRoot",
    stamps: tuple[TrustedTime, ...],
    now: Instant,
    *,
    needed: bool,
) -> tuple[list[Check], list[TrustedTime]]:
    checks: list[Check] = []
    promises: list[TrustedTime] = []
    for entry in bundle.tlog_entries:
        found, time = tlog.check_entry(entry, signed, root, times=stamps, now=now)
        checks += found
        promises += [] if time is None else [time]
    if not bundle.tlog_entries and needed:
        checks.append(
            failed(
                "log",
                "the bundle has no entry of a transparency log",
                code="LOG_MISSING",
                remedy="sign it again, and let it be logged",
            )
        )
    elif not bundle.tlog_entries:
        checks.append(skipped("log", "there is no entry, and none is asked for"))
    return checks, promises


def _check_time(times: Sequence[TrustedTime], now: Instant, *, needed: bool, spoiled: bool) -> Check:
    late = [time for time in times if time.instant > now]
    if late:
        return failed(
            "time",
            f"{late[0].source} says {late[0].instant}, which has not come yet",
            code="TIME_IN_FUTURE",
            remedy="set the clock of this machine, or do not trust that source",
        )
    if not times and spoiled:  # the reason stands already among the failures
        return skipped("time", "what should say when it was signed is not good")
    if not times and needed:
        return failed(
            "time",
            "nothing that is trusted says when it was signed",
            code="NO_TRUSTED_TIME",
            remedy="have it stamped (RFC 3161) or logged with a promise when it is signed",
        )
    if not times:
        return skipped("time", "nothing that is trusted says when it was signed")
    return passed("time", ", ".join(str(time.instant) for time in times))


# 5 to 7. The certificate.


def _check_certificate(
    leaf: x509.Leaf,
    given: Sequence[bytes],
    root: "TrustedRoot",
    times: Sequence[TrustedTime],
    now: Instant,
) -> list[Check]:
    if not times:
        return [
            skipped("certificate", "without a trusted time nobody knows whether it was valid"),
            skipped("sct", "the path of the certificate is not verified"),
        ]
    path: tuple[object, ...] = ()
    for at in sorted({time.instant for time in times}):
        found = paths.find_path(leaf, given, root.authorities, at)
        if isinstance(found, x509.Refusal):
            return [
                failed("certificate", found.detail, code=found.code, remedy=found.remedy),
                skipped("sct", "the path of the certificate is not verified"),
            ]
        path = found
    return [
        passed("certificate", f"valid from {leaf.not_before} to {leaf.not_after}"),
        check_sct(path, root.ct_logs, now),
    ]


def _check_identity(leaf: x509.Leaf, expected: object) -> Check:
    shown = f"{ascii(leaf.subject)[1:-1][:200]} ({ascii(leaf.issuer)[1:-1][:100]})"
    if not isinstance(expected, Identity):
        return skipped("identity", f"{shown}: left to the caller")
    if not expected.matches(leaf.issuer, leaf.subject):
        wrong = "issuer" if expected.subject == leaf.subject else "identity"
        return failed(
            "identity",
            f"it was signed by {shown}",
            code="WRONG_ISSUER" if wrong == "issuer" else "WRONG_IDENTITY",
            remedy=f"expect that {wrong} only if you know that it may sign this",
        )
    return passed("identity", shown)


# 8 and 9. The signature, and what was signed.


def _check_signature(bundle: "Bundle", key: Key, artifact: Artifact | None) -> Check:
    content = bundle.content
    if isinstance(content, Envelope):
        good = key.verify(content.pae(), bundle.signature)
    elif artifact is None:  # the check of the artifact has failed already
        return skipped("signature", "there is no artifact to hold it against")
    elif artifact.data is not None:
        good = key.verify(artifact.data, content.signature)
    elif key.needs_data:
        return failed(
            "signature",
            "this key signs whole messages, and only the digest of the artifact is given",
            code="ARTIFACT_NEEDED",
            remedy="name the file itself; one larger than 64 MiB is only read as a digest",
        )
    else:
        good = key.verify_digest(artifact.digests, content.signature)
    if not good:
        return failed(
            "signature",
            "it is not a signature of that key over these bytes",
            code="BAD_SIGNATURE",
            remedy=_AGAIN,
        )
    return passed("signature", key.shown)
