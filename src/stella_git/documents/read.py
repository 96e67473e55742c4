"""Looking into parsed JSON without believing its shape."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stella_git.canon.reader import Json


def text(value: "Json", name: str) -> str | None:
    """Return the string member ``name`` of an object, or None if there is none."""
    found = value.get(name) if isinstance(value, dict) else None
    return found if isinstance(found, str) else None


def integer(value: "Json", name: str) -> int | None:
    """Return the integer member ``name`` of an object (1.0 counts as 1), or None if there is none."""
    found = value.get(name) if isinstance(value, dict) else None
    if isinstance(found, float) and found.is_integer():
        return int(found)
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def flag(value: "Json", name: str) -> bool | None:
    """Return the boolean member ``name`` of an object, or None if there is none."""
    found = value.get(name) if isinstance(value, dict) else None
    return found if isinstance(found, bool) else None


def inner(value: "Json", name: str) -> "dict[str, Json]":
    """Return the object member ``name`` of an object, or an empty one."""
    found = value.get(name) if isinstance(value, dict) else None
    return found if isinstance(found, dict) else {}


def array(value: "Json", name: str) -> "list[Json]":
    """Return the array member ``name`` of an object, or an empty one."""
    found = value.get(name) if isinstance(value, dict) else None
    return found if isinstance(found, list) else []


def purl_or_none(purl: str | None) -> str | None:
    """Return the canonical form of a purl, or None if it is absent or invalid."""
    if purl is None or not purl.startswith("pkg:"):
        return None
    from stella_git.canon.ids import canonical_purl
    from stella_git.errors import InputError

    try:
        return canonical_purl(purl)
    except InputError:
        return None


def vulnerability_ids(name: str | None, others: Iterable[str | None]) -> tuple[str | None, tuple[str, ...]]:
    """Return the canonical id of a vulnerability and its sorted aliases; what is no id is left out."""
    from stella_git.canon.ids import canonical_vulnerability
    from stella_git.errors import InputError

    def canonical(given: str | None) -> str | None:
        try:
            return canonical_vulnerability(given) if given else None
        except InputError:
            return None

    own = canonical(name)
    found = {canonical(other) for other in others}
    return own, tuple(sorted(alias for alias in found if alias is not None and alias != own))
