"""Identifiers made of content: SWHID, and gitoid (OmniBOR).

Source: ISO/IEC 18670:2025 (SWHID 1.2) sections on core identifiers and qualifiers; the IANA registration of
the URI scheme ``gitoid``.
"""

import re

from stella_git.documents.hashlengths import hash_fault

_SWHID = re.compile(r"swh:1:(?:snp|rel|rev|dir|cnt):[0-9a-f]{40}")
_QUALIFIER = re.compile(r"(origin|visit|anchor|path|lines|bytes)=(.+)", re.DOTALL)
_RANGE = re.compile(r"[0-9]+(?:-[0-9]+)?")
_GITOID = re.compile(r"gitoid:(?:blob|tree|commit|tag):(sha1|sha256):([0-9a-f]+)")
_OBJECTS = {"visit": ("snp",), "anchor": ("snp", "rel", "rev", "dir")}


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
    return hash_fault(match[1], match[2])
