"""Packs of others: which names their files may have, and their digests written into a policy set."""

import unicodedata
from typing import TYPE_CHECKING, Any, cast

from stella_git.canon.reader import parse_yaml_tree
from stella_git.errors import ConfigError, RefusedError, Where
from stella_git.policy import load

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from stella_git.canon.yamlnodes import YamlNode
    from stella_git.policy.source import PolicyFile

NO_DIGEST = "sha256:" + "0" * 64
"""What stands for a digest that nobody knows yet; no content has it."""
# What Windows takes for a device, whatever follows the first dot; what no name may have there.
_DEVICES = frozenset({"con", "prn", "aux", "nul"}) | {
    f"{name}{n}" for name in ("com", "lpt") for n in "123456789"
}
_FORBIDDEN = frozenset('\\:*?"<>|')
_LENGTH = 255


def require_safe(paths: "Iterable[str]", *, place: str) -> None:
    """Refuse files of a pack that could be written elsewhere, or over each other, on some file system.

    Args:
        paths: relative to the pack, with ``/``.
        place: what the pack is called in messages.

    Raises:
        RefusedError: ``policy-pack-entry``.
    """
    seen: dict[str, str] = {}
    for path in sorted(paths):
        parts = path.split("/")
        wrong = next((said for part in parts if (said := _wrong(part))), None)
        if wrong:
            raise unsafe(path, wrong, place)
        for length in range(1, len(parts) + 1):
            whole = "/".join(parts[:length])
            other = seen.setdefault(_folded(whole), whole)
            if other != whole:
                raise unsafe(path, f"and {other[:80]!a} are one on some file systems", place)


def _folded(path: str) -> str:
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", path).casefold())


def _wrong(part: str) -> str | None:
    """Return what is wrong with a name, if anything."""
    if part in {"", ".", ".."} or len(part.encode("utf-8", "surrogatepass")) > _LENGTH:
        return "is no path of a file"
    if not part.isprintable() or not _FORBIDDEN.isdisjoint(part):
        return "has a character that no portable name has"
    if part.startswith(".") or part[-1] in " .":
        return "has a name that begins with a dot, or ends in a dot or a space"
    folded = _folded(part)
    if folded.partition(".")[0] in _DEVICES or folded.startswith(("git~", ".git")):
        return "has a name that means something else on some systems"
    return None


def unsafe(path: str, what: str, place: str) -> RefusedError:
    """Return the error for an entry of a pack that is not taken.

    Args:
        path: of the entry, relative to the pack; shown escaped.
        what: is wrong with it.
        place: what the pack is called.
    """
    return RefusedError(
        f"{path[:80]!a} {what}",
        code="policy-pack-entry",
        where=Where(place),
        remedy="ask whoever makes the pack to rename or remove it, or name a folder without it",
    )


def without_digests(file: "PolicyFile") -> tuple[int, ...]:
    """Return the places in the list of those packs that come from elsewhere and have no digest yet."""
    document = cast("dict[str, Any]", file.value) if isinstance(file.value, dict) else {}
    spec = document.get("spec")
    packs = spec.get("packs") if isinstance(spec, dict) else None
    rows = packs if isinstance(packs, list) else []
    return tuple(
        index
        for index, row in enumerate(rows)
        if isinstance(row, dict) and "from" in row and "digest" not in row
    )


def with_digests(file: "PolicyFile", digests: "Mapping[int, str]") -> bytes:
    """Return the bytes of a policy set with digests of packs; comments and layout stay as they are.

    Args:
        file: a policy set whose ``spec.packs`` is a list of maps.
        digests: place in that list to digest; one that is there is replaced.

    Raises:
        ConfigError: ``policy-set-layout``: it is written so that a digest cannot be put into it.
    """
    tree = parse_yaml_tree(file.data, path=file.path, limit=load.LIMIT)
    rows = _member(_member(tree.root, "spec"), "packs").members or []
    edits = [_edit(rows[index][1], digest) for index, digest in digests.items()]
    text = tree.text
    for start, end, new in sorted(edits, reverse=True):
        text = text[:start] + new + text[end:]
    crlf = b"\r\n" in file.data
    data = (text.replace("\n", "\r\n") if crlf else text).encode()
    _require_said(file, data, digests)
    return data


def _member(node: "YamlNode", name: str) -> "YamlNode":
    return next(value for key, value in node.members or () if key is not None and key.text == name)


def _edit(row: "YamlNode", digest: str) -> tuple[int, int, str]:
    """Return where text is replaced in the node of a pack, and by what."""
    members = row.members or []
    for key, value in members:
        if key is not None and key.text == "digest":
            quote = value.style if value.style in {"'", '"'} else ""
            return value.start, value.end, f"{quote}{digest}{quote}"
    first = next((key for key, _ in members if key is not None and key.text == "from"), None) or members[0][0]
    assert first is not None
    if row.flow:
        quote = '"' if first.style == '"' else ""
        return first.start, first.start, f"{quote}digest{quote}: {quote}{digest}{quote}, "
    return first.start, first.start, f"digest: {digest}\n{' ' * first.column}"


def _require_said(file: "PolicyFile", data: bytes, digests: "Mapping[int, str]") -> None:
    """Make sure that the policy set says what it said, and these digests."""
    from copy import deepcopy

    wanted = cast("Any", deepcopy(file.value))
    for index, digest in digests.items():
        wanted["spec"]["packs"][index]["digest"] = digest
    try:
        if load.plain(data, path=file.path).value == wanted:
            return
    except ConfigError:
        pass
    raise ConfigError(
        "a digest cannot be written into this policy set as it is laid out",
        code="policy-set-layout",
        where=file.where("/spec/packs"),
        remedy="lay it out first (stella policy fmt), or write what 'stella policy lock' prints yourself",
    )
