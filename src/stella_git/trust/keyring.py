"""The keyring: who may sign what, and until when.

``stella.keyring.json`` is the canonical JSON of the payload and nothing else, so that it can be read as it
is; ``stella.keyring.sigs.json`` holds DSSE signatures over exactly those bytes. A parsed keyring is *read*,
not *believed*: `anchor.establish` decides that.

Source: DSSE v1.0 (signatures), RFC 8785 (payload bytes), RFC 5280 section 4.1 (SPKI).
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from stella_git.attest.envelope import Signature, pae
from stella_git.canon import jcs
from stella_git.canon.clock import Instant
from stella_git.canon.digest import Digest, sha256
from stella_git.canon.reader import Json
from stella_git.canon.record import field, record, replace
from stella_git.errors import ConfigError, Where
from stella_git.trust.keys import PublicKey

if TYPE_CHECKING:
    from stella_git.trust.signing import Signer
    from stella_git.trust.validity import TrustedTime

KEYRING_PAYLOAD_TYPE = "application/vnd.stella.keyring+json"
KEYRING_PATH = "stella.keyring.json"
SIGNATURES_PATH = "stella.keyring.sigs.json"
SIGNATURE_LIMIT = 64

ROLES = ("log", "policy", "trust", "waiver")
ACTIVE = "active"
DISABLED = "disabled"
REVOKED = "revoked"
STATUSES = (ACTIVE, DISABLED, REVOKED)


@record(frozen=True, slots=True, kw_only=True)
class KeyEntry:
    """One key with what it may do.

    Args:
        name: ``[a-z0-9][a-z0-9._-]{0,63}``; reports say ``key:NAME``.
        key: the public key.
        owner: who answers for it, free text.
        roles: predicate type URIs it may sign, or ``log``, ``policy``, ``trust``, ``waiver``.
        not_before: first instant at which it counts.
        not_after: last instant at which it counts.
        status: ``active``, ``disabled`` (no longer used, nothing bad known) or ``revoked``.
        revoked_at: when; exactly if revoked.
        reason: why it is disabled or revoked.
    """

    name: str
    key: PublicKey
    owner: str
    roles: tuple[str, ...]
    not_before: Instant
    not_after: Instant
    status: str = ACTIVE
    revoked_at: Instant | None = None
    reason: str | None = None

    def valid_at(self, now: Instant) -> bool:
        """Return whether ``now`` is inside the validity window, both ends included."""
        return self.not_before <= now <= self.not_after

    def usable(self, role: str, now: Instant) -> bool:
        """Return whether its signature counts for ``role`` at ``now``."""
        return self.status == ACTIVE and role in self.roles and self.valid_at(now)

    def counts_at(self, role: str, *, now: Instant, times: "tuple[TrustedTime, ...]" = ()) -> bool:
        """Return whether a signature of it counts for ``role``: `validity.standing` says nothing against.

        Args:
            role: predicate type URI, or ``log``, ``policy``, ``trust``, ``waiver``.
            now: the present.
            times: verified trusted times of the signature.
        """
        from stella_git.trust.validity import standing

        return role in self.roles and standing(self, now=now, times=times) is None

    def to_json(self) -> dict[str, Json]:
        """Return the members of the payload's entry."""
        from base64 import b64encode

        members: dict[str, Json] = {
            "spki": b64encode(self.key.spki).decode("ascii"),
            "algorithm": self.key.algorithm,
            "owner": self.owner,
            "roles": list(self.roles),
            "notBefore": str(self.not_before),
            "notAfter": str(self.not_after),
            "status": self.status,
        }
        if self.revoked_at is not None:
            members["revokedAt"] = str(self.revoked_at)
        if self.reason is not None:
            members["reason"] = self.reason
        return members


@record(frozen=True, slots=True, kw_only=True)
class IdentityEntry:
    """One keyless signer: an OIDC issuer and a subject, or an anchored pattern for subjects.

    Args:
        name: as that of a key; reports say ``identity:NAME``.
        issuer: https URL, compared character by character.
        roles: predicate type URIs it may sign, or ``log``, ``policy``, ``waiver``.
        subject: the whole subject of the certificate.
        subject_pattern: `identities` says what it may hold; exactly one of the two is there.
    """

    name: str
    issuer: str
    roles: tuple[str, ...]
    subject: str | None = None
    subject_pattern: str | None = None

    def matches(self, issuer: str, subject: str) -> bool:
        """Return whether a certificate's issuer and whole subject are those of this signer.

        Args:
            issuer: of the OIDC token, as the certificate has it.
            subject: a subject alternative name of the certificate.
        """
        from stella_git.trust import identities

        if issuer != self.issuer:
            return False
        if self.subject_pattern is None:
            return subject == self.subject
        return identities.matches(self.subject_pattern, subject)

    def to_json(self) -> dict[str, Json]:
        """Return the members of the payload's entry."""
        members: dict[str, Json] = {"issuer": self.issuer, "roles": list(self.roles)}
        if self.subject is not None:
            members["subject"] = self.subject
        if self.subject_pattern is not None:
            members["subjectPattern"] = self.subject_pattern
        return members


@record(frozen=True, slots=True, kw_only=True)
class Keyring:
    """A keyring that was read; `payload` is the truth, the rest is what it says.

    Args:
        payload: the signed bytes, as they were read.
        version: 1 or more; only rises.
        expires: last instant at which it is to be believed.
        keys: sorted by name.
        identities: sorted by name.
        thresholds: role to the number of distinct signers it needs; 1 where absent.
        trusted_roots: digests of trusted-root files.
        signatures: over the DSSE pre-authentication encoding of `payload`; not verified by reading.
    """

    payload: bytes
    version: int
    expires: Instant
    keys: tuple[KeyEntry, ...]
    identities: tuple[IdentityEntry, ...] = ()
    thresholds: Mapping[str, int] = field(default_factory=dict, hash=False)
    trusted_roots: tuple[Digest, ...] = ()
    signatures: tuple[Signature, ...] = ()
    _by_keyid: Mapping[str, KeyEntry] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index the keys once: every verification looks them up."""
        object.__setattr__(self, "_by_keyid", {entry.key.keyid: entry for entry in self.keys})

    @classmethod
    def from_bytes(
        cls, payload: bytes, signatures: bytes | None = None, *, path: str = KEYRING_PATH
    ) -> "Keyring":
        """Return the keyring in the bytes of a payload and of its signatures file.

        Args:
            payload: exactly the canonical JSON, no newline after it; at most 1 MiB.
            signatures: bytes of the signatures file; None if there is none.
            path: what to call the payload in messages.

        Raises:
            ConfigError: not canonical JSON, a member missing, unknown or of the wrong kind, one key under two
                names, a threshold that no number of signers can reach, dates that contradict each other.
        """
        from stella_git.trust import keyring_reader

        keyring = keyring_reader.read_payload(payload, path)
        if signatures is None:
            return keyring
        return replace(keyring, signatures=keyring_reader.read_signatures(signatures, path))

    @property
    def digest(self) -> Digest:
        """Return the SHA-256 digest of the payload bytes."""
        return sha256(self.payload)

    def pae(self) -> bytes:
        """Return the bytes that keyring signatures are made over."""
        return pae(KEYRING_PAYLOAD_TYPE, self.payload)

    def by_keyid(self, keyid: str) -> KeyEntry | None:
        """Return the entry whose key has this id (64 lower-case hex digits), or None."""
        return self._by_keyid.get(keyid)

    def by_name(self, name: str) -> KeyEntry | None:
        """Return the entry of this name, or None."""
        return next((entry for entry in self.keys if entry.name == name), None)

    def identity_of(self, issuer: str, subject: str, role: str | None = None) -> IdentityEntry | None:
        """Return the one identity that a certificate stands for, or None.

        One certificate is one signer, whatever the number of entries that match it: an exact subject goes
        before a pattern, and among equals the first name decides. So nobody counts twice toward a threshold.

        Args:
            issuer: of the OIDC token.
            subject: the subject alternative name.
            role: look among entries with this role only; None for any.
        """
        found = [entry for entry in self.identities if role is None or role in entry.roles]
        found = [entry for entry in found if entry.matches(issuer, subject)]
        return min(found, key=lambda entry: (entry.subject is None, entry.name), default=None)

    def with_role(self, role: str) -> tuple[KeyEntry, ...]:
        """Return the entries that name ``role``, whatever their status."""
        return tuple(entry for entry in self.keys if role in entry.roles)

    def threshold(self, role: str) -> int:
        """Return how many distinct signers ``role`` needs."""
        return self.thresholds.get(role, 1)


def new_keyring(
    entries: Iterable[KeyEntry],
    *,
    expires: Instant,
    version: int = 1,
    thresholds: Mapping[str, int] | None = None,
    identities: Iterable[IdentityEntry] = (),
    trusted_roots: Iterable[Digest] = (),
) -> bytes:
    """Return the payload of a keyring, ready to be written and signed.

    Raises:
        ConfigError: the keyring would not be read again: see `Keyring.from_bytes`.
    """
    entries, identities = tuple(entries), tuple(identities)
    _unique_names(entries, "keys")
    _unique_names(identities, "identities")
    members: dict[str, Json] = {
        "version": version,
        "expires": str(expires),
        "keys": {entry.name: entry.to_json() for entry in entries},
    }
    if identities:
        members["identities"] = {entry.name: entry.to_json() for entry in identities}
    if thresholds:
        members["thresholds"] = dict(thresholds)
    if roots := sorted(str(root) for root in trusted_roots):
        members["trustedRoots"] = list(roots)
    payload = jcs.dumps(members)
    Keyring.from_bytes(payload)
    return payload


def with_key(keyring: Keyring, entry: KeyEntry, *, expires: Instant | None = None) -> bytes:
    """Return the payload of the next version, with one key added, or changed if its name is there already.

    Raises:
        ConfigError: the keyring would not be read again: see `Keyring.from_bytes`.
    """
    others = tuple(other for other in keyring.keys if other.name != entry.name)
    return new_keyring(
        (*others, entry),
        expires=expires or keyring.expires,
        version=keyring.version + 1,
        thresholds=keyring.thresholds,
        identities=keyring.identities,
        trusted_roots=keyring.trusted_roots,
    )


def sign_keyring(payload: bytes, signers: Sequence["Signer"], *, existing: Iterable[Signature] = ()) -> bytes:
    """Return the bytes of the signatures file for a payload.

    Args:
        payload: the bytes of the keyring; read first, so that no unreadable keyring is ever signed.
        signers: each adds one signature.
        existing: signatures to keep; one of a signer's own key is replaced.

    Raises:
        ConfigError: the payload is not a keyring.
    """
    data = Keyring.from_bytes(payload).pae()
    found = {signature.keyid: signature.sig for signature in existing}
    found |= {signer.public_key.keyid: signer.sign(data).sig for signer in signers}
    return signatures_to_bytes(Signature(sig=sig, keyid=keyid) for keyid, sig in found.items())


def signatures_to_bytes(signatures: Iterable[Signature]) -> bytes:
    """Return the canonical bytes of a signatures file, sorted by key id."""
    from base64 import b64encode

    rows: list[Json] = [
        {"keyid": signature.keyid, "sig": b64encode(signature.sig).decode("ascii")}
        for signature in sorted(signatures, key=lambda signature: (signature.keyid, signature.sig))
    ]
    return jcs.dumps({"payloadType": KEYRING_PAYLOAD_TYPE, "signatures": rows})


def _unique_names(entries: Sequence[KeyEntry] | Sequence[IdentityEntry], where: str) -> None:
    if len({entry.name for entry in entries}) != len(entries):
        raise ConfigError(
            "uses one name twice",
            code="keyring-name-twice",
            where=Where(KEYRING_PATH, pointer=f"/{where}"),
            remedy="give each a name of its own",
        )
