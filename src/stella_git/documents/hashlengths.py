"""How long the values of hash algorithms are."""

import re

from stella_git.documents.inventory.hashes import algorithm

# Canonical name -> hexadecimal digits. MD6 has no length of its own, BLAKE3 one that is usual.
_DIGITS = {
    "adler32": 8,
    "blake2b256": 64,
    "blake2b384": 96,
    "blake2b512": 128,
    "md2": 32,
    "md4": 32,
    "md5": 32,
    "sha1": 40,
    "sha224": 56,
    "sha256": 64,
    "sha384": 96,
    "sha3_224": 56,
    "sha3_256": 64,
    "sha3_384": 96,
    "sha3_512": 128,
    "sha512": 128,
    "streebog256": 64,
    "streebog512": 128,
}
_HEX = re.compile("[0-9a-fA-F]*")


def hash_fault(name: str, value: str) -> str | None:
    """Return what is wrong with the value of a hash, or None.

    Args:
        name: the algorithm, in the spelling of any format.
        value: its value, which has to be hexadecimal.
    """
    digits = _DIGITS.get(algorithm(name))
    if digits is None:
        return None
    if _HEX.fullmatch(value) is None:
        return f"{name} is written in {digits} hexadecimal digits, and this has other characters"
    if len(value) != digits:
        return f"{name} has {digits} hexadecimal digits, not {len(value)}"
    return None
