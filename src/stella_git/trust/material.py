"""What has to have made a signature: a key that was named, or the key of a certificate.

Source: Sigstore client specification, "Verification" (verification material).
"""

from typing import TYPE_CHECKING, NamedTuple

from stella_git.trust import x509
from stella_git.trust.algorithms import RSA_PSS
from stella_git.trust.nativekeys import NativeKey, from_spki, load
from stella_git.trust.report import Check, failed, passed

if TYPE_CHECKING:
    from stella_git.attest.bundle import Bundle
    from stella_git.trust.keys import PublicKey

_PSS = "PKIX_RSA_PSS_2048_SHA256"  # of any size: the name of the scheme


class Identity(NamedTuple):
    """Whom a certificate has to name, compared character for character.

    Args:
        subject: subject alternative name: URI, e-mail address or user name.
        issuer: URL of the OIDC issuer.
    """

    subject: str
    issuer: str

    def matches(self, issuer: str, subject: str) -> bool:
        """Return whether a certificate with this issuer and subject is the one."""
        return bool(self.issuer) and (self.issuer, self.subject) == (issuer, subject)


class Key(NamedTuple):
    """The key that has to have signed, and what to call it.

    `native` is None for a key of a type that no certificate has; `named` is the key that was expected, whose
    algorithm may be one of several that its bytes allow.
    """

    native: NativeKey | None
    spki: bytes
    shown: str
    named: "PublicKey | None" = None

    def verify(self, data: bytes, signature: bytes) -> bool:
        """Return whether a signature over these bytes is this key's."""
        if self.named is not None:
            return self.named.verify(data, signature, low_s=False)
        return self.native is not None and self.native.verify(data, signature)

    @property
    def needs_data(self) -> bool:
        """Return whether the key signs whole messages, so that a digest is not enough."""
        return self.native is None or self.native.digest_algorithm is None

    def verify_digest(self, digests: dict[str, bytes], signature: bytes) -> bool:
        """Return whether a signature over bytes with these digests is this key's."""
        if self.native is None:
            return False
        digest = digests.get(self.native.digest_algorithm or "")
        return digest is not None and self.native.verify_digest(digest, signature)


def read_material(
    bundle: "Bundle", expected: "Identity | PublicKey | None"
) -> tuple[Check, x509.Leaf | None, Key | None]:
    """Return the check ``material``, the certificate if there is one, and the key that has to have signed.

    Args:
        bundle: as it was read.
        expected: whom the caller expects; None for any certificate.
    """
    if expected is None or isinstance(expected, Identity):
        if not bundle.certificates:
            return _wrong("an identity is expected, and the bundle is signed with a plain key"), None, None
        leaf = x509.read_leaf(bundle.certificates[0])
        if isinstance(leaf, x509.Refusal):
            return failed("material", leaf.detail, code=leaf.code, remedy=leaf.remedy), None, None
        key = Key(leaf.key, leaf.spki, f"{leaf.subject} ({leaf.issuer})")
        return passed("material", "a certificate"), leaf, key
    if bundle.certificates:
        return _wrong("a key is expected, and the bundle brings a certificate"), None, None
    key = Key(_native(expected), expected.spki, f"key {expected.keyid}", expected)
    return passed("material", f"a key, {expected.keyid[:16]}"), None, key


def _native(key: "PublicKey") -> NativeKey | None:
    # The bytes of an RSA key do not say how it signs; whoever expects the key does.
    return load(key.spki, _PSS) if key.algorithm == RSA_PSS else from_spki(key.spki)


def _wrong(detail: str) -> Check:
    return failed(
        "material",
        detail,
        code="WRONG_MATERIAL",
        remedy="say --certificate-identity and --certificate-oidc-issuer for a certificate, --key for a key",
    )
