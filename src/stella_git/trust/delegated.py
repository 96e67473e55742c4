"""Signatures that somebody else makes for us: agents, programs, services, tokens.

None of them is believed. What comes back is put into our form and verified with the public key before
anybody sees it: a signer that lies, that signs with another key, or that signs a digest of a digest is an
error at once, not evidence that nobody can verify later.
"""

from stella_git.attest.envelope import Signature
from stella_git.errors import EnvironmentFault, Where
from stella_git.trust.algorithms import P256, P384
from stella_git.trust.keys import PublicKey


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
