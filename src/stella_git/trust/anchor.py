"""Why a keyring is believed.

::

    candidate ── signed by a threshold of its own trust keys, usable now? ── no ──> BAD_SIGNATURE, THRESHOLD
        │ yes
        ├─ a pin exists ── same bytes? ─────────────────── yes ──> goes on
        │                  lower version ──────────────────────> ROLLBACK
        │                  same version, other bytes ──────────> SPLIT_VIEW
        │                  signed by a threshold of the *pinned* keyring's trust keys?
        │                                                  no ──> UNTRUSTED_KEYRING
        ├─ root keys are given ── one of them signed it, or it descends from a pin that one of them
        │                         had vouched for?         no ──> UNTRUSTED_KEYRING
        ├─ expired? ────────────────────────────────────── yes ─> EXPIRED
        └─ Anchor: pinned-root, pinned-seen or first-use

The pin is what this clone accepted before; storing it, and moving it after a success, is the caller's part.
A pin made on first use is no proof for a root key that is given later: it may hold the very keyring that the
root key is meant to keep out.

Source: The Update Framework specification, section 5.3 (a new root is signed by the old one's threshold).
"""

from base64 import b64decode, b64encode
from collections.abc import Collection

from stella_git.canon import jcs
from stella_git.canon.clock import Instant
from stella_git.canon.digest import Digest
from stella_git.canon.reader import Json, parse_json
from stella_git.canon.record import record
from stella_git.errors import ConfigError, InputError
from stella_git.trust.keyring import KEYRING_PATH, Keyring
from stella_git.trust.keys import fingerprint
from stella_git.trust.report import PASSED, Check, Report, failed, passed, skipped
from stella_git.trust.signatures import Tally, listed, tally

PINNED_ROOT = "pinned-root"
PINNED_SEEN = "pinned-seen"
FIRST_USE = "first-use"
TRUST_ROLE = "trust"

_DETAILS = {
    PINNED_ROOT: "signed by a pinned root key",
    PINNED_SEEN: "the keyring that was accepted here before, or one that it authorises",
    FIRST_USE: "trust on first use: no root key is pinned, and no keyring was accepted here before",
}
_ASK = "ask the people who hold the trust keys"


@record(frozen=True, slots=True, kw_only=True)
class Pin:
    """What this clone accepted before.

    Args:
        payload: bytes of the keyring.
        rooted_by: fingerprints of the pinned root keys that vouched for it, or for one it descends from.
    """

    payload: bytes
    rooted_by: tuple[str, ...] = ()

    @classmethod
    def of(cls, payload: bytes) -> "Pin":
        """Return the pin of a keyring that no root key vouched for."""
        return cls(payload=payload)

    def keyring(self) -> Keyring:
        """Return the pinned keyring.

        Raises:
            ConfigError: the payload is not a keyring.
        """
        return Keyring.from_bytes(self.payload, path="the pinned keyring")

    def to_bytes(self) -> bytes:
        """Return the pin as canonical JSON, to be stored in this clone."""
        roots: list[Json] = list(self.rooted_by)
        return jcs.dumps({"payload": b64encode(self.payload).decode("ascii"), "rootedBy": roots})

    @classmethod
    def from_bytes(cls, data: bytes) -> "Pin":
        """Return the pin in stored bytes.

        Raises:
            ConfigError: not what `to_bytes` writes.
        """
        try:
            value = parse_json(data)
            if isinstance(value, dict) and isinstance(roots := value.get("rootedBy"), list):
                pin = cls(
                    payload=b64decode(str(value.get("payload"))),
                    rooted_by=tuple(fingerprint(str(root)) for root in roots),
                )
                if pin.to_bytes() == data:
                    return pin
        except (InputError, ValueError, ConfigError):
            pass
        raise ConfigError(
            "the pin of this clone cannot be read",
            code="pin-malformed",
            remedy="delete refs/local/stella/seen, and give --root-key at the next verification",
        )


@record(frozen=True, slots=True, kw_only=True)
class Anchor:
    """A keyring that is believed, and why.

    Args:
        keyring: the keyring.
        mode: ``pinned-root``, ``pinned-seen`` or ``first-use``.
        detail: the same as a sentence, for reports.
        pin: what to store now.
    """

    keyring: Keyring
    mode: str
    detail: str
    pin: Pin

    @property
    def digest(self) -> Digest:
        """Return the SHA-256 digest of the keyring's payload."""
        return self.keyring.digest


def establish(
    payload: bytes,
    signatures: bytes | None,
    *,
    root_keys: Collection[str] = (),
    pin: Pin | None = None,
    now: Instant,
    path: str = KEYRING_PATH,
) -> tuple[Report, Anchor | None]:
    """Return a report on a keyring, and the anchor if all of it holds.

    Args:
        payload: bytes of the keyring file.
        signatures: bytes of its signatures file; None if there is none.
        root_keys: fingerprints; see `keys.fingerprint` for the spellings.
        pin: what this clone accepted before; None on first use.
        now: the present.
        path: what to call the keyring in messages.

    Raises:
        ConfigError: the keyring, its signatures, the pin or a fingerprint cannot be read.
    """
    roots = frozenset(fingerprint(text) for text in root_keys)
    candidate = Keyring.from_bytes(payload, signatures, path=path)
    found = tally(candidate.pae(), candidate.signatures, candidate)
    history = _check_history(candidate, pin, now)
    vouching = {entry.key.keyid for entry in found.good if entry.usable(TRUST_ROLE, now)} & roots
    inherited = set(pin.rooted_by) if pin is not None and history.status == PASSED else set()
    report = Report(
        (
            _check_signatures(candidate, found, now),
            history,
            _check_root(roots, vouching | (inherited & roots)),
            _check_expiry(candidate, now),
        )
    )
    if not report.ok:
        return report, None
    mode = PINNED_ROOT if vouching else PINNED_SEEN if pin is not None else FIRST_USE
    return report, Anchor(
        keyring=candidate,
        mode=mode,
        detail=_DETAILS[mode],
        pin=Pin(payload=payload, rooted_by=tuple(sorted(vouching | inherited))),
    )


def follows(candidate: Keyring, pin: Pin, now: Instant) -> bool:
    """Return whether a keyring is of a higher version than the pinned one, and both authorise it.

    Its expiry and root keys are not looked at: `establish` does that for the keyring in force.
    """
    found = tally(candidate.pae(), candidate.signatures, candidate)
    return (
        candidate.version > pin.keyring().version
        and _check_signatures(candidate, found, now).status == PASSED
        and _check_history(candidate, pin, now).status == PASSED
    )


def _check_signatures(candidate: Keyring, found: Tally, now: Instant) -> Check:
    """Does the keyring have the signatures that it asks for itself?"""
    name = "keyring-signatures"
    if found.bad:
        return failed(
            name,
            f"signatures that do not verify: {listed(found.bad)}",
            code="BAD_SIGNATURE",
            remedy="restore keyring and signatures from the trusted revision, or sign the keyring again",
        )
    counted = [entry.name for entry in found.good if entry.usable(TRUST_ROLE, now)]
    needed = candidate.threshold(TRUST_ROLE)
    if len(counted) < needed:
        return failed(
            name,
            f"{needed} signatures of usable keys with the role trust are needed, {len(counted)} are there "
            f"({listed(counted)})",
            code="THRESHOLD",
            remedy="have holders of trust keys sign it: stella keys sign",
        )
    return passed(name, f"{listed(counted)}: {needed} needed")


def _check_history(candidate: Keyring, pin: Pin | None, now: Instant) -> Check:
    """May this keyring follow the one that was accepted before?"""
    name = "keyring-pin"
    if pin is None:
        return skipped(name, "no keyring was accepted here before")
    if pin.payload == candidate.payload:
        return passed(name, f"version {candidate.version}, as accepted here before")
    before = pin.keyring()
    if candidate.version < before.version:
        return failed(
            name,
            f"version {candidate.version} comes before version {before.version}, which was accepted here",
            code="ROLLBACK",
            remedy="fetch the newest keyring; if somebody really took versions back, " + _ASK,
        )
    if candidate.version == before.version:
        return failed(
            name,
            f"version {candidate.version} was accepted here with other content "
            f"(sha256 {before.digest.hex[:12]}, now {candidate.digest.hex[:12]})",
            code="SPLIT_VIEW",
            remedy="compare with other clones which one they hold, and " + _ASK,
        )
    good = tally(candidate.pae(), candidate.signatures, before).good
    counted = [entry.name for entry in good if entry.usable(TRUST_ROLE, now)]
    needed = before.threshold(TRUST_ROLE)
    if len(counted) < needed:
        return failed(
            name,
            f"version {candidate.version} needs {needed} signatures of the trust keys of version "
            f"{before.version}, {len(counted)} are there ({listed(counted)})",
            code="UNTRUSTED_KEYRING",
            remedy="have holders of the earlier trust keys sign it; if those are lost, compare the "
            "fingerprint of a new one by another way, delete refs/local/stella/seen, and give --root-key",
        )
    return passed(
        name, f"version {candidate.version}, signed by {listed(counted)} of version {before.version}"
    )


def _check_root(roots: frozenset[str], vouching: Collection[str]) -> Check:
    """Does a pinned root key vouch for it?"""
    name = "keyring-root"
    if not roots:
        return skipped(name, "no root key is pinned")
    if not vouching:
        return failed(
            name,
            "no pinned root key vouches for it (a usable key with the role trust, by a signature of "
            "its own or over an earlier keyring accepted here)",
            code="UNTRUSTED_KEYRING",
            remedy="compare the fingerprint with the people who hold the trust keys, and correct "
            "--root-key or trust.root_keys",
        )
    return passed(name, f"vouched for by {min(vouching)}")


def _check_expiry(candidate: Keyring, now: Instant) -> Check:
    name = "keyring-expiry"
    if now > candidate.expires:
        return failed(
            name,
            f"expired at {candidate.expires}",
            code="EXPIRED",
            remedy="fetch the newest keyring, or have holders of trust keys issue one: stella keys renew",
        )
    return passed(name, f"until {candidate.expires}")
