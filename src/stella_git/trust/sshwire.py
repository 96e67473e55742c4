"""Keys and signatures as SSH writes them: lengths, strings and numbers.

What is read here comes from key files and from agents, and is believed by nobody: every length is held
against what is there, numbers have one encoding, nothing may follow. A public key becomes DER
SubjectPublicKeyInfo, and `keys.PublicKey` is the judge of it.

Source: RFC 4251 section 5 (data types), RFC 4253 section 6.6 (RSA), RFC 5656 section 3.1 (ECDSA), RFC 8332
section 3 (rsa-sha2-256), RFC 8709 sections 4 and 6 (Ed25519); openssh-portable, PROTOCOL.u2f (FIDO).
"""

import base64
import binascii
import hashlib

from stella_git.errors import InputError
from stella_git.trust import algorithms
from stella_git.trust.algorithms import ED25519, P256, P384, RSA_PKCS1
from stella_git.trust.keys import PublicKey

# Type of a key -> name of the algorithm.
_CURVES = {"nistp256": P256, "nistp384": P384}
_TYPES = {"ssh-ed25519": ED25519, "ssh-rsa": RSA_PKCS1} | {
    f"ecdsa-sha2-{curve}": name for curve, name in _CURVES.items()
}
# Algorithm of a key -> what its signatures are called.
SIGNATURES = {name: kind for kind, name in _TYPES.items()} | {RSA_PKCS1: "rsa-sha2-256"}
_LIMIT = 64 << 10


class Malformed(ValueError):  # noqa: N818 - never leaves this floor: callers say what it means for them
    """Bytes that are not what SSH would write."""


class Reader:
    """Takes values off the front of some bytes.

    Args:
        data: the bytes.
    """

    __slots__ = ("_at", "_data")

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def take(self, count: int) -> bytes:
        """Return the next ``count`` bytes.

        Raises:
            Malformed: there are fewer.
        """
        end = self._at + count
        if end > len(self._data):
            raise Malformed("ends too early")
        found = self._data[self._at : end]
        self._at = end
        return found

    def number(self) -> int:
        """Return the next uint32.

        Raises:
            Malformed: there are fewer than four bytes.
        """
        return int.from_bytes(self.take(4))

    def string(self) -> bytes:
        """Return the next string: a uint32 and as many bytes.

        Raises:
            Malformed: there are fewer.
        """
        return self.take(self.number())

    def name(self) -> str:
        """Return the next string, as a name; what is not ASCII is replaced, and so matches no name."""
        return self.string().decode("ascii", "replace")

    def mpint(self) -> int:
        """Return the next number above zero of any length, in the one encoding that it has.

        Raises:
            Malformed: zero, negative, or with needless zeros before it.
        """
        raw = self.string()
        found = int.from_bytes(raw, signed=True)
        if found <= 0 or len(raw) != found.bit_length() // 8 + 1:
            raise Malformed("holds a number that is not above zero, or not in its shortest form")
        return found

    def end(self) -> None:
        """Refuse bytes that are left.

        Raises:
            Malformed: there are some.
        """
        if self._at != len(self._data):
            raise Malformed("has bytes after its end")


def public_key(blob: bytes, algorithm: str | None = None) -> PublicKey:
    """Return the public key in an SSH key blob.

    Args:
        blob: what stands in base64 in a ``.pub`` file, and what agents list.
        algorithm: what an RSA key is used for; see `PublicKey.from_spki`.

    Raises:
        InputError: malformed, a type or curve that we do not take, a key of a FIDO token, a weak key.
    """
    try:
        reader = Reader(blob)
        kind = reader.name()
        if kind not in _TYPES:
            raise _not_taken(kind)
        spki = _spki(kind, reader)
        reader.end()
    except Malformed as error:
        raise _format(f"is not an SSH public key: it {error}") from None
    return PublicKey.from_spki(spki, algorithm)


def _spki(kind: str, reader: Reader) -> bytes:
    name = _TYPES[kind]
    if name == RSA_PKCS1:
        from stella_git.trust.algorithms import rsa

        exponent = reader.mpint()
        return rsa.encode(reader.mpint(), exponent)
    if name != ED25519 and _CURVES.get(reader.name()) != name:
        raise Malformed("names two curves")
    point = reader.string()
    if name == ED25519:
        return _fixed(name, point)
    if point[:1] != b"\x04":
        raise Malformed("holds a point that is not in the uncompressed form")
    return _fixed(name, point[1:])


def _fixed(name: str, body: bytes) -> bytes:
    spki = algorithms.encode(name, body)
    if spki is None:
        raise Malformed("holds a key of the wrong length")
    return spki


def public_key_line(data: bytes) -> bytes:
    """Return the SSH key blob in a ``.pub`` file.

    Args:
        data: one line: type, base64, and a comment that may be missing.

    Raises:
        InputError: not such a line, or the type beside the blob is not that of the blob.
    """
    words = data.strip().split(None, 2) if len(data) <= _LIMIT else []
    if len(words) < 2 or b"\n" in data.strip():  # noqa: PLR2004 - type and base64
        raise _format("is not one line of an OpenSSH public key")
    try:
        blob = binascii.a2b_base64(words[1], strict_mode=True)
        kind = Reader(blob).string()
    except (binascii.Error, Malformed):
        raise _format("is not an OpenSSH public key: what stands after its type is not a key") from None
    if kind != words[0]:
        raise _format("is an OpenSSH public key of another type than it says")
    return blob


def fingerprint(blob: bytes) -> str:
    """Return the fingerprint of an SSH key blob, as ``ssh-add -l`` shows it: ``SHA256:`` and base64."""
    return "SHA256:" + base64.b64encode(hashlib.sha256(blob).digest()).rstrip(b"=").decode()


def signature(data: bytes, key: PublicKey) -> bytes:
    """Return a signature of SSH in our form: DER with s <= n/2 for ECDSA, raw bytes for the others.

    Args:
        data: string name, string signature.
        key: whose it is said to be; it is not verified here.

    Raises:
        Malformed: not a signature of the kind that such a key makes.
    """
    reader = Reader(data)
    kind, body = reader.name(), reader.string()
    reader.end()
    if kind != SIGNATURES.get(key.algorithm):
        raise Malformed("is a signature of another algorithm")
    if key.algorithm == RSA_PKCS1:
        # RFC 8332 section 3: as long as the modulus; some agents leave out zeros before it.
        from stella_git.trust.algorithms import rsa

        return body.rjust((rsa.decode(key.spki)[0].bit_length() + 7) // 8, b"\0")
    if key.algorithm not in _CURVES.values():
        return body
    from stella_git.trust.algorithms import ecdsa

    numbers = Reader(body)
    r, s = numbers.mpint(), numbers.mpint()
    numbers.end()
    return ecdsa.encode_low_s(key.algorithm, r, s)


def _not_taken(kind: str) -> InputError:
    if kind.startswith("sk-"):
        return InputError(
            "is a key of a FIDO token: it signs a digest of the data together with a counter and flags, "
            "and so never the bytes that an envelope's signature has to be over",
            code="ssh-key-fido",
            remedy="use a key without `sk-`, or a token through PKCS #11 with hsm:",
        )
    taken = ", ".join(sorted(_TYPES))
    return InputError(
        f"is an SSH key of a type that we do not take: {kind[:60]!r}",
        code="key-algorithm",
        remedy=f"use one of: {taken}",
    )


def _format(message: str) -> InputError:
    return InputError(message, code="key-format", remedy="give the .pub file that ssh-keygen wrote")
