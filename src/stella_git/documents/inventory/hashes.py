"""Names of hash algorithms: every format has its own spelling, an inventory has one."""

# Canonical name -> spellings of CycloneDX 1.4 to 1.7, SPDX 2.3 and others, without regard to case.
_SPELLINGS: dict[str, tuple[str, ...]] = {
    "adler32": (),
    "blake2b256": ("BLAKE2b-256",),
    "blake2b384": ("BLAKE2b-384",),
    "blake2b512": ("BLAKE2b-512",),
    "blake3": (),
    "md2": (),
    "md4": (),
    "md5": (),
    "md6": (),
    "sha1": ("SHA-1",),
    "sha224": ("SHA-224",),
    "sha256": ("SHA-256",),
    "sha384": ("SHA-384",),
    "sha3_224": ("SHA3-224",),
    "sha3_256": ("SHA3-256",),
    "sha3_384": ("SHA3-384",),
    "sha3_512": ("SHA3-512",),
    "sha512": ("SHA-512",),
    "streebog256": ("Streebog-256",),
    "streebog512": ("Streebog-512",),
}
_NAMES = {spelling.casefold(): name for name, others in _SPELLINGS.items() for spelling in (name, *others)}

# What CycloneDX 1.4 to 1.7, SPDX 2.3 and SPDX 3.0.1 can all say.
COMMON = frozenset(
    {
        "blake2b256", "blake2b384", "blake2b512", "blake3", "md5", "sha1", "sha256", "sha384",
        "sha3_256", "sha3_384", "sha3_512", "sha512",
    }
)  # fmt: skip


def algorithm(name: str) -> str:
    """Return the canonical name of an algorithm; an unknown name in lower case.

    Source: SPDX 3.0.1, HashAlgorithm; SPDX 2.3 section 7.10; CycloneDX 1.7, ``hash-alg``.
    """
    folded = name.casefold()
    return _NAMES.get(folded, folded)
