"""The DSSE envelope: payload bytes, what they are, and signatures over both.

The payload is kept as the exact bytes that were signed and is never written again from its meaning. Unknown
members are ignored on reading and kept on writing, in the envelope and in each signature.

Source: DSSE v1.0, envelope.md and protocol.md.
"""

from collections.abc import Mapping

from stella_git.attest import base64text
from stella_git.attest.members import Members, Object, Path, refuse
from stella_git.canon import jcs
from stella_git.canon.digest import Digest, sha256
from stella_git.canon.reader import Json, parse_json
from stella_git.canon.record import field, record, replace
from stella_git.errors import DefectError, InputError, Where

PAYLOAD_TYPE = "application/vnd.in-toto+json"
LIMIT = 16 << 20
MAX_SIGNATURES = 64


def pae(payload_type: str, payload: bytes) -> bytes:
    """Return the pre-authentication encoding: the bytes that are signed.

    Args:
        payload_type: its length counts UTF-8 bytes, not characters.
        payload: the exact payload bytes.

    Source: DSSE v1.0 protocol.md, "PAE".
    """
    kind = payload_type.encode("utf-8")
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


@record(frozen=True, slots=True, kw_only=True)
class Signature:
    """One signature.

    Args:
        sig: raw signature bytes; their form is the algorithm's business.
        keyid: a hint which key to try, "" for none; it never decides anything.
        extra: members that we do not know, as they were read.
    """

    __hash__ = None  # type: ignore[assignment] # it holds mappings, so it has no hash

    sig: bytes
    keyid: str = ""
    extra: Mapping[str, Json] = field(default_factory=dict)

    @classmethod
    def from_json(cls, value: Json, path: Path = ()) -> "Signature":
        """Return the signature in one item of ``signatures``.

        Raises:
            InputError: ``envelope-signature`` or ``envelope-base64``.
        """
        members = Members(value, path, code="envelope-signature")
        sig = base64text.decode(members.raw("sig"), (*path, "sig"), code="envelope-base64")
        if not sig:
            raise refuse("sig is empty", (*path, "sig"), code="envelope-signature", remedy="sign the payload")
        keyid: Json = ""
        if members.has("keyid") and members.peek("keyid") != "":  # a written "" stays in `extra`, as it was
            keyid = members.text("keyid")
        return cls(sig=sig, keyid=str(keyid), extra=members.rest())

    def to_json(self) -> Object:
        """Return ``{sig, keyid?, ...}`` with standard base64."""
        members: Object = {**self.extra, "sig": base64text.encode(self.sig)}
        return members | {"keyid": self.keyid} if self.keyid else members


@record(frozen=True, slots=True, kw_only=True)
class Envelope:
    """A DSSE envelope.

    Args:
        payload_type: media type of the payload; compared exactly, never by case or prefix.
        payload: the exact bytes that were, or are to be, signed.
        signatures: in the order of the document; empty only before the first one is made.
        extra: members that we do not know, as they were read.
    """

    __hash__ = None  # type: ignore[assignment] # it holds mappings, so it has no hash

    payload_type: str
    payload: bytes
    signatures: tuple[Signature, ...]
    extra: Mapping[str, Json] = field(default_factory=dict)

    @classmethod
    def from_bytes(
        cls, data: bytes, limit: int = LIMIT, *, path: str | None = None, canonical: bool = False
    ) -> "Envelope":
        """Return the envelope in a JSON document.

        Args:
            data: UTF-8 bytes.
            limit: greatest size in bytes.
            path: what to call the document in errors.
            canonical: refuse bytes that are not exactly what `to_bytes` gives, as in a line of a git note.

        Raises:
            InputError: ``json-*`` from the strict reader; ``envelope-payload-type``, ``envelope-base64``,
                ``envelope-signatures``, ``envelope-signature``, ``envelope-member``;
                ``envelope-not-canonical`` where that was asked for.
        """
        value = parse_json(data, path=path, limit=limit)
        try:
            envelope = cls.from_json(value)
        except InputError as error:
            error.where = error.where.within(path) if path else error.where
            raise
        if canonical and envelope.to_bytes() != data:
            raise InputError(
                "the envelope is not written in its canonical form",
                code="envelope-not-canonical",
                where=Where(path),
                remedy="write it again: stella canon",
            )
        return envelope

    @classmethod
    def from_json(cls, value: Json, path: Path = ()) -> "Envelope":
        """Return the envelope in parsed JSON.

        Raises:
            InputError: as `from_bytes`.
        """
        members = Members(value, path, code="envelope-member")
        payload_type = members.raw("payloadType")
        if not isinstance(payload_type, str) or not payload_type:
            raise refuse(
                "payloadType must be a string that is not empty",
                (*path, "payloadType"),
                code="envelope-payload-type",
                remedy=f"sign it as {PAYLOAD_TYPE}",
            )
        payload = base64text.decode(members.raw("payload"), (*path, "payload"), code="envelope-base64")
        signatures = _signatures(members.raw("signatures"), (*path, "signatures"))
        return cls(payload_type=payload_type, payload=payload, signatures=signatures, extra=members.rest())

    def to_json(self) -> Object:
        """Return ``{payload, payloadType, signatures, ...}`` with standard base64.

        Raises:
            DefectError: ``envelope-unsigned``; what nobody signed is no envelope yet.
        """
        if not self.signatures:
            raise DefectError("an envelope without a signature was to be written", code="envelope-unsigned")
        return {
            **self.extra,
            "payload": base64text.encode(self.payload),
            "payloadType": self.payload_type,
            "signatures": [signature.to_json() for signature in self.signatures],
        }

    def to_bytes(self) -> bytes:
        """Return the canonical JSON bytes, without a final line feed.

        Raises:
            DefectError: ``envelope-unsigned``.
        """
        return jcs.dumps(self.to_json())

    def digest(self) -> Digest:
        """Return the SHA-256 digest of the canonical bytes: the name of this envelope everywhere.

        Raises:
            DefectError: ``envelope-unsigned``.
        """
        return sha256(self.to_bytes())

    def pae(self) -> bytes:
        """Return the bytes that a signature of this envelope covers."""
        return pae(self.payload_type, self.payload)

    def with_signature(self, signature: Signature) -> "Envelope":
        """Return the envelope with one more signature at the end; one that it has is not added twice.

        Raises:
            InputError: ``envelope-signatures``, there are too many.
        """
        if any((one.keyid, one.sig) == (signature.keyid, signature.sig) for one in self.signatures):
            return self
        _check_count(len(self.signatures) + 1, ("signatures",))
        return replace(self, signatures=(*self.signatures, signature))

    def require_type(self, payload_type: str = PAYLOAD_TYPE) -> None:
        """Do nothing if the payload is of a type; types are compared byte for byte.

        Raises:
            InputError: ``envelope-payload-type``.
        """
        if self.payload_type != payload_type:
            raise refuse(
                f"payloadType is {ascii(self.payload_type)[:80]}, not {payload_type}",
                ("payloadType",),
                code="envelope-payload-type",
                remedy=f"give an envelope around {payload_type}",
            )


def _signatures(value: Json, path: Path) -> tuple[Signature, ...]:
    if not isinstance(value, list):
        raise refuse(
            "signatures must be an array", path, code="envelope-signatures", remedy="sign the payload"
        )
    _check_count(len(value), path)
    found = tuple(Signature.from_json(item, (*path, index)) for index, item in enumerate(value))
    seen: set[tuple[str, bytes]] = set()
    for index, one in enumerate(found):
        if (one.keyid, one.sig) in seen:
            raise refuse(
                "the same signature stands here twice",
                (*path, index),
                code="envelope-signature-duplicate",
                remedy="keep one of them",
            )
        seen.add((one.keyid, one.sig))
    return found


def _check_count(count: int, path: Path) -> None:
    if not 1 <= count <= MAX_SIGNATURES:
        raise refuse(
            f"an envelope has 1 to {MAX_SIGNATURES} signatures, this one {count}",
            path,
            code="envelope-signatures",
            remedy="sign the payload" if count == 0 else "keep the signatures that count",
        )
