"""What signs and what verifies, as protocols; `signers` opens the things that sign."""

from typing import Protocol

from stella_git.attest.envelope import Signature
from stella_git.trust.keys import PublicKey


class Signer(Protocol):
    """Something that signs."""

    @property
    def uri(self) -> str:
        """Return the URI it was opened with; never secret."""
        ...

    @property
    def public_key(self) -> PublicKey:
        """Return the key that verifies its signatures."""
        ...

    def sign(self, pae: bytes) -> Signature:
        """Return the signature over a DSSE pre-authentication encoding, with our key id."""
        ...


class BundleSigner(Protocol):
    """Something that signs as an identity, with a key that lives no longer than that: it makes bundles."""

    @property
    def uri(self) -> str:
        """Return the URI it was opened with; never secret."""
        ...

    def sign_statement(self, statement: bytes) -> bytes:
        """Return the JSON of a bundle whose payload is exactly this in-toto statement."""
        ...


class Verifier(Protocol):
    """Something that verifies; `PublicKey` is one."""

    @property
    def keyid(self) -> str:
        """Return the lower-case hex SHA-256 of the DER SPKI."""
        ...

    def verify(self, data: bytes, signature: bytes, *, low_s: bool) -> bool:
        """Return whether the signature over ``data`` is good."""
        ...
