"""Identifiers made of content: SWHID and gitoid (OmniBOR), and how long a digest is.

Source: ISO/IEC 18670:2025 (SWHID 1.2) sections on core identifiers and qualifiers; the IANA registration of
the URI scheme ``gitoid``.
"""

import re

# Hexadecimal digits of a digest, by the name of its algorithm in capitals without separators.
DIGITS: dict[str, int] = {
    "MD5": 32,
    "SHA1": 40,
    "SHA256": 64,
    "SHA384": 96,
    "SHA512": 128,
    "SHA3256": 64,
    "SHA3384": 96,
    "SHA3512": 128,
    "BLAKE2B256": 64,
    "BLAKE2B384": 96,
    "BLAKE2B512": 128,
    "STREEBOG256": 64,
    "STREEBOG512": 128,
}
# Algorithms that give a digest of any length, and the one that is meant where nothing is said.
EXTENDABLE: dict[str, int] = {"BLAKE3": 64}

_SWHID = re.compile(r"swh:1:(?:snp|rel|rev|dir|cnt):[0-9a-f]{40}")
_QUALIFIER = re.compile(r"(origin|visit|anchor|path|lines|bytes)=(.+)", re.DOTALL)
_RANGE = re.compile(r"[0-9]+(?:-[0-9]+)?")
_GITOID = re.compile(r"gitoid:(?:blob|tree|commit|tag):(sha1|sha256):([0-9a-f]+)")
_OBJECTS = {"visit": ("snp",), "anchor": ("snp", "rel", "rev", "dir")}


def key(algorithm: str) -> str:
    """Return the name of a hash algorithm as ``DIGITS`` has it: capitals, no separators."""
    return "".join(each for each in algorithm.upper() if each.isalnum())


def swhid_defect(text: str) -> str | None:
    """Return what keeps a text from being a SWHID, or None if it is one."""
    core, *qualifiers = text.split(";")
    if _SWHID.fullmatch(core) is None:
        if not core.startswith("swh:1:"):
            return "it does not begin with `swh:1:`"
        return "after `swh:1:` follow snp, rel, rev, dir or cnt, a colon, and 40 digits of 0-9a-f"
    seen: set[str] = set()
    for each in qualifiers:
        match = _QUALIFIER.fullmatch(each)
        if match is None:
            return f"`{each[:30]}` is no qualifier: origin, visit, anchor, path, lines or bytes, and a value"
        name, value = match.groups()
        if name in seen:
            return f"the qualifier {name} is there twice"
        seen.add(name)
        if not _qualifies(name, value):
            return f"the qualifier {name} cannot be `{value[:30]}`"
    return None


def _qualifies(name: str, value: str) -> bool:
    if name in _OBJECTS:
        return _SWHID.fullmatch(value) is not None and value[6:9] in _OBJECTS[name]
    if name in {"lines", "bytes"}:
        return _RANGE.fullmatch(value) is not None
    return True


def gitoid_defect(text: str) -> str | None:
    """Return what keeps a text from being a gitoid, or None if it is one."""
    match = _GITOID.fullmatch(text)
    if match is None:
        if not text.startswith("gitoid:"):
            return "it does not begin with `gitoid:`"
        return "after `gitoid:` follow blob, tree, commit or tag, sha1 or sha256, and digits of 0-9a-f"
    wanted = DIGITS[key(match[1])]
    if len(match[2]) != wanted:
        return f"{match[1]} has {wanted} digits, not {len(match[2])}"
    return None


def digest_defect(algorithm: str, digits: str) -> str | None:
    """Return what is wrong with the length of a digest, or None if nothing is, or the algorithm is unknown.

    Args:
        algorithm: such as ``SHA-256``, in any spelling.
        digits: hexadecimal.
    """
    wanted = DIGITS.get(key(algorithm)) or EXTENDABLE.get(key(algorithm))
    if wanted is None or len(digits) == wanted:
        return None
    return f"a digest of {algorithm} has {wanted} hexadecimal digits, not {len(digits)}"
