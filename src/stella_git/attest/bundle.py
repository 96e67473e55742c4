"""The Sigstore bundle: a signature with everything that is needed to verify it offline.

Reading verifies nothing. A bundle that was read is written again exactly as it was: the spelling of integers
and base64, nulls and unknown members included. One that was made here is written as version 0.3.

Source: protobuf-specs, sigstore_bundle.proto (versions 0.1 to 0.3); Sigstore client specification, "Bundle".
"""

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field

from stella_git.attest import bundlereading
from stella_git.attest.base64text import encode
from stella_git.attest.envelope import LIMIT, Envelope
from stella_git.attest.members import Object, Path
from stella_git.attest.message import MessageSignature as MessageSignature
from stella_git.attest.tlog import TlogEntry
from stella_git.canon import jcs
from stella_git.canon.digest import Digest, sha256
from stella_git.canon.reader import Json, parse_json
from stella_git.errors import DefectError, InputError, Where

MEDIA_TYPE = "application/vnd.dev.sigstore.bundle.v0.3+json"
VERSION = "0.3"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """A bundle.

    Args:
        media_type: as it was read.
        version: ``0.1``, ``0.2`` or ``0.3``: what the media type says.
        certificates: DER, the signing certificate first; empty with a public key.
        public_key_hint: which public key signed, "" if nothing says so; None with certificates.
        tlog_entries: in the order of the document.
        timestamps: DER TimeStampResp each.
        content: an envelope with exactly one signature, or the signature of an artifact.
    """

    __hash__ = None  # type: ignore[assignment] # it holds mappings, so it has no hash

    media_type: str = MEDIA_TYPE
    version: str = VERSION
    certificates: tuple[bytes, ...] = ()
    public_key_hint: str | None = None
    tlog_entries: tuple[TlogEntry, ...] = ()
    timestamps: tuple[bytes, ...] = ()
    content: Envelope | MessageSignature
    # Not an argument: `dataclasses.replace` has to forget the text of what it changes.
    document: Mapping[str, Json] | None = field(default=None, init=False, repr=False, compare=False)

    @property
    def signature(self) -> bytes:
        """The one signature, raw bytes."""
        if isinstance(self.content, Envelope):
            return self.content.signatures[0].sig
        return self.content.signature

    @classmethod
    def from_bytes(
        cls, data: bytes, limit: int = LIMIT, *, path: str | None = None, canonical: bool = False
    ) -> "Bundle":
        """Return the bundle in a JSON document.

        Args:
            data: UTF-8 bytes.
            limit: greatest size in bytes.
            path: what to call the document in errors.
            canonical: refuse bytes that are not canonical JSON, as in a line of a git note.

        Raises:
            InputError: ``json-*`` from the strict reader; ``bundle-*`` and, for the envelope inside,
                ``envelope-*``; ``bundle-not-canonical`` where that was asked for.
        """
        value = parse_json(data, path=path, limit=limit)
        try:
            bundle = cls.from_json(value)
        except InputError as error:
            error.where = error.where.within(path) if path else error.where
            raise
        if canonical and bundle.to_bytes() != data:
            raise InputError(
                "the bundle is not written in its canonical form",
                code="bundle-not-canonical",
                where=Where(path),
                remedy="write it again: stella canon",
            )
        return bundle

    @classmethod
    def from_json(cls, value: Json, path: Path = ()) -> "Bundle":
        """Return the bundle in parsed JSON.

        Raises:
            InputError: as `from_bytes`.
        """
        parts = bundlereading.read(value, path)
        bundle = cls(
            media_type=parts.media_type,
            version=parts.version,
            certificates=parts.certificates,
            public_key_hint=parts.public_key_hint,
            tlog_entries=parts.tlog_entries,
            timestamps=parts.timestamps,
            content=parts.content,
        )
        object.__setattr__(bundle, "document", value)
        return bundle

    def to_json(self) -> Object:
        """Return the document as it was read, or version 0.3 for a bundle that was made here.

        Raises:
            DefectError: ``bundle-unwritable``: no version, or not 0.3, can hold it.
        """
        if self.document is not None:
            return copy.deepcopy(dict(self.document))
        material: Object = self._signer()
        if self.tlog_entries:
            material["tlogEntries"] = [entry.to_json() for entry in self.tlog_entries]
        if self.timestamps:
            stamps: list[Json] = [{"signedTimestamp": encode(stamp)} for stamp in self.timestamps]
            material["timestampVerificationData"] = {"rfc3161Timestamps": stamps}
        name = "dsseEnvelope" if isinstance(self.content, Envelope) else "messageSignature"
        return {
            "mediaType": MEDIA_TYPE,
            "verificationMaterial": material,
            name: self.content.to_json(),
        }

    def to_bytes(self) -> bytes:
        """Return the canonical JSON bytes, without a final line feed.

        Raises:
            DefectError: ``bundle-unwritable``.
        """
        return jcs.dumps(self.to_json())

    def digest(self) -> Digest:
        """Return the SHA-256 digest of the canonical bytes.

        Raises:
            DefectError: ``bundle-unwritable``.
        """
        return sha256(self.to_bytes())

    def _signer(self) -> Object:
        if self.version == VERSION and self.public_key_hint is not None and not self.certificates:
            return {"publicKey": {"hint": self.public_key_hint} if self.public_key_hint else {}}
        if self.version == VERSION and self.public_key_hint is None and len(self.certificates) == 1:
            return {"certificate": {"rawBytes": encode(self.certificates[0])}}
        raise DefectError(
            "a bundle is written in version 0.3, with one certificate or the hint of a public key",
            code="bundle-unwritable",
        )
