"""The signature of an artifact in a Sigstore bundle. Source: protobuf-specs, sigstore_common.proto."""

from dataclasses import dataclass

from stella_git.attest import base64text, protojson
from stella_git.attest.members import Members, Object, Path, refuse
from stella_git.canon.reader import Json

SIZES = {"SHA2_256": 32, "SHA2_384": 48, "SHA2_512": 64, "SHA3_256": 32, "SHA3_384": 48}


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageSignature:
    """A signature over the bytes of an artifact.

    Args:
        signature: raw bytes.
        digest_algorithm: such as ``SHA2_256``; None if the bundle does not say a digest.
        digest: raw bytes; only a hint: nobody signed it.
    """

    signature: bytes
    digest_algorithm: str | None = None
    digest: bytes | None = None

    @classmethod
    def from_json(cls, value: Json, path: Path = ()) -> "MessageSignature":
        """Return the signature in parsed JSON, in which no member is null.

        Raises:
            InputError: ``bundle-member``, ``bundle-base64``, ``bundle-digest``.
        """
        members = Members(value, path, code="bundle-member")
        signature = protojson.filled(members, "signature", code="bundle-base64")
        if not members.has("messageDigest"):
            return cls(signature=signature)
        stated = members.inner("messageDigest")
        algorithm = stated.text("algorithm")
        digest = protojson.filled(stated, "digest", code="bundle-base64")
        if SIZES.get(algorithm, len(digest)) != len(digest):
            raise refuse(
                f"{len(digest)} bytes are no digest of {algorithm}",
                (*stated.path, "digest"),
                code="bundle-digest",
                remedy="get the original bundle",
            )
        return cls(signature=signature, digest_algorithm=algorithm, digest=digest)

    def to_json(self) -> Object:
        """Return ``{signature, messageDigest?}``."""
        members: Object = {"signature": base64text.encode(self.signature)}
        if self.digest_algorithm is not None and self.digest is not None:
            members["messageDigest"] = {
                "algorithm": self.digest_algorithm,
                "digest": base64text.encode(self.digest),
            }
        return members
