"""Signatures that somebody else makes for us: agents, programs, services, tokens.

None of them is believed. What comes back is put into our form and verified with the public key before
anybody sees it: a signer that lies, that signs with another key, or that signs a digest of a digest is an
error at once, not evidence that nobody can verify later.
"""

from typing import TYPE_CHECKING

from stella_git.attest.envelope import Signature
from stella_git.errors import ConfigError, EnvironmentFault, InputError, Where
from stella_git.trust import keyfile
from stella_git.trust.algorithms import P256, P384
from stella_git.trust.keys import PublicKey

if TYPE_CHECKING:
    from stella_git.trust.signers import Context

_OPTION = "?public-key="


def accept(key: PublicKey, pae: bytes, raw: bytes, where: Where) -> Signature:
    """Return a signature that was made elsewhere, in our form and verified.

    Args:
        key: whose it has to be.
        pae: the bytes that were to be signed.
        raw: DER for ECDSA, whichever of the two values s has; raw bytes for the others.
        where: what errors point at: the scheme of the signer.

    Raises:
        EnvironmentFault: it is not a signature by this key over these bytes.
    """
    signature = _low_s(key.algorithm, raw)
    if not key.verify(pae, signature, low_s=True):
        raise EnvironmentFault(
            f"what came back is not a signature by the key {key.keyid[:12]} over what was to be signed",
            code="signer-signature",
            where=where,
            remedy="name the public key that belongs to the private one; the private key has to sign the "
            "bytes themselves, with the digest of the key's algorithm, once",
        )
    return Signature(sig=signature, keyid=key.keyid)


def _low_s(algorithm: str, raw: bytes) -> bytes:
    if algorithm not in {P256, P384}:
        return raw
    from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

    from stella_git.trust.algorithms import ecdsa

    try:
        r, s = decode_dss_signature(raw)
    except ValueError:
        return raw
    return ecdsa.encode_low_s(algorithm, r, s)


def split_public_key(target: str) -> tuple[str, str | None]:
    """Return a target without the ``?public-key=PATH`` at its end, and that path."""
    before, mark, path = target.rpartition(_OPTION)
    return (before, path) if mark else (target, None)


def read_public_key(path: str, context: "Context") -> PublicKey:
    """Return the public key in a file: PEM, or a line of OpenSSH.

    Args:
        path: as the URI has it; a relative path starts at ``context.base``.
        context: where the base directory and the algorithm of an RSA key come from.

    Raises:
        ConfigError: missing, or not a public key that we take.
        EnvironmentFault: the file system refuses to read it.
    """
    from stella_git.trust.publicfile import read_public

    place = context.path(path)
    try:
        return read_public(keyfile.read(place, private=False), context.algorithm)
    except InputError as error:
        raise ConfigError(
            error.message, code=error.code, where=Where(str(place)), remedy=error.remedy
        ) from None
