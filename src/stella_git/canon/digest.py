"""Digests: one spelling, compared in constant time.

Every identity in the program is the SHA-256 of canonical JSON or of raw bytes; BLAKE3-256 serves proof
hashes. A digest with upper-case letters or of another length is an error, never normalised: two spellings
of one digest would be two names for one thing.

Source: FIPS 180-4; BLAKE3; in-toto Attestation Framework, DigestSet v1.1.
"""

import hashlib
from collections.abc import Iterator, Mapping
from hmac import compare_digest

from stella_git.canon.jcs import dumps
from stella_git.canon.values import Json
from stella_git.errors import InputError, Where

ALGORITHMS = ("sha256", "blake3")
DIGITS = 64

_LOWER_HEX = frozenset("0123456789abcdef")
_NAME = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")
_GIT = (40, 64)
_REMEDY = "write the digest in lower-case hexadecimal, whole"

# Names of in-toto's DigestSet and how many hexadecimal digits each may have; () means any even number.
_LENGTHS: dict[str, tuple[int, ...]] = {
    "blake2b": (128,),
    "blake2s": (64,),
    "blake3": (64,),
    "dirHash": (64,),
    "gitBlob": _GIT,
    "gitCommit": _GIT,
    "gitTag": _GIT,
    "gitTree": _GIT,
    "goModuleH1": (64,),
    "gost": (64,),
    "md5": (32,),
    "ripemd160": (40,),
    "sha1": (40,),
    "sha224": (56,),
    "sha256": (64,),
    "sha384": (96,),
    "sha3_224": (56,),
    "sha3_256": (64,),
    "sha3_384": (96,),
    "sha3_512": (128,),
    "sha512": (128,),
    "sha512_224": (56,),
    "sha512_256": (64,),
    "shake128": (),
    "shake256": (),
    "sm3": (64,),
}
_STRONG = _LENGTHS.keys() - {"md5", "ripemd160", "sha1", "blake3"}  # blake3 is not one of in-toto's names


class Digest:
    """The digest of some bytes: ``sha256:<64 lower hex>`` or ``blake3:<64 lower hex>``.

    Immutable and hashable. ``==`` is for dictionaries and sorted output; where a digest decides about
    trust, use `matches`.

    Args:
        algorithm: ``sha256`` or ``blake3``.
        hex: 64 lower-case hexadecimal digits.

    Raises:
        InputError: ``digest-malformed``.
    """

    __slots__ = ("algorithm", "hex")
    algorithm: str
    hex: str

    def __init__(self, algorithm: str, hex: str) -> None:  # noqa: A002 - the field's word, as in bytes.hex
        if algorithm not in ALGORITHMS or len(hex) != DIGITS or not _LOWER_HEX.issuperset(hex):
            raise InputError(
                f"{ascii(algorithm + ':' + hex)[:100]} is not a digest",
                code="digest-malformed",
                remedy=_REMEDY,
            )
        object.__setattr__(self, "algorithm", algorithm)
        object.__setattr__(self, "hex", hex)

    @classmethod
    def parse(cls, text: str) -> "Digest":
        """Return the digest that a string like ``sha256:...`` names.

        Raises:
            InputError: ``digest-malformed``.
        """
        algorithm, _, digits = text.partition(":")
        return cls(algorithm, digits)

    @property
    def raw(self) -> bytes:
        """Return the 32 raw bytes."""
        return bytes.fromhex(self.hex)

    def matches(self, other: "Digest") -> bool:
        """Return whether both are the same digest, in constant time."""
        return self.algorithm == other.algorithm and compare_digest(self.hex, other.hex)

    def __str__(self) -> str:
        return f"{self.algorithm}:{self.hex}"

    def __repr__(self) -> str:
        return f"Digest({self.algorithm!r}, {self.hex!r})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Digest):
            return NotImplemented
        return self.algorithm == other.algorithm and self.hex == other.hex

    def __lt__(self, other: "Digest") -> bool:
        return str(self) < str(other)

    def __hash__(self) -> int:
        return hash((self.algorithm, self.hex))

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a Digest cannot change: {name}")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"a Digest cannot change: {name}")

    def __reduce__(self) -> tuple[type["Digest"], tuple[str, str]]:
        return Digest, (self.algorithm, self.hex)


def sha256(data: bytes) -> Digest:
    """Return the SHA-256 digest of raw bytes."""
    return Digest("sha256", hashlib.sha256(data).hexdigest())


def blake3(data: bytes) -> Digest:
    """Return the BLAKE3-256 digest of raw bytes."""
    import blake3 as implementation

    return Digest("blake3", implementation.blake3(data).hexdigest())


def of_json(value: Json) -> Digest:
    """Return the SHA-256 digest of the canonical bytes of a JSON value.

    Raises:
        InputError: the value has no canonical form, see `stella_git.canon.jcs.dumps`.
    """
    return sha256(dumps(value))


class DigestSet(Mapping[str, str]):
    """Digests of one artifact by in-toto's names, in lower-case hexadecimal; immutable, sorted by name.

    A name that in-toto does not define is kept, as readers have to ignore what they do not know; its value
    has to be lower-case hexadecimal all the same.

    Args:
        digests: name to hexadecimal digits; may be a JSON value of any kind.
        where: the place to name in errors.

    Raises:
        InputError: ``digest-malformed``, or ``digest-set-empty``.

    Source: in-toto Attestation Framework, DigestSet v1.1.
    """

    __slots__ = ("_digests",)

    def __init__(self, digests: "Mapping[str, str] | Json", *, where: Where | None = None) -> None:
        if not isinstance(digests, Mapping) or not digests:
            raise InputError(
                "a digest set holds at least one digest",
                code="digest-set-empty",
                where=where,
                remedy='give at least "sha256"',
            )
        for name, digits in digests.items():
            _check_member(name, digits, where)
        self._digests = {name: str(digests[name]) for name in sorted(digests)}

    @property
    def is_weak(self) -> bool:
        """Return whether no digest in it is one that in-toto defines and that resists collisions."""
        return not any(name in _STRONG for name in self._digests)

    def agrees(self, other: "DigestSet") -> bool:
        """Return whether they share a digest that is not weak, and differ in none they share."""
        shared = [name for name in self._digests if name in other]
        same = [compare_digest(self._digests[name], other[name]) for name in shared]
        return all(same) and any(name in _STRONG for name in shared)

    def to_json(self) -> dict[str, Json]:
        """Return it as a JSON object."""
        return dict(self._digests)

    def __getitem__(self, name: str) -> str:
        return self._digests[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._digests)

    def __len__(self) -> int:
        return len(self._digests)

    def __hash__(self) -> int:
        return hash(tuple(self._digests.items()))

    def __repr__(self) -> str:
        return f"DigestSet({self._digests!r})"


def _check_member(name: object, digits: object, where: Where | None) -> None:
    if isinstance(name, str) and isinstance(digits, str) and name and _NAME.issuperset(name):
        lengths = _LENGTHS.get(name) or (len(digits) + len(digits) % 2,)
        if digits and len(digits) in lengths and _LOWER_HEX.issuperset(digits):
            return
    raise InputError(
        f"{ascii(name)[:40]}: {ascii(digits)[:140]} is not a digest",
        code="digest-malformed",
        where=where,
        remedy=_REMEDY,
    )
