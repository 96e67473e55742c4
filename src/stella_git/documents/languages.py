"""Language tags, and whether their subtags are registered.

Source: RFC 5646, sections 2.1 and 2.2; IANA Language Subtag Registry (``schemas/csaf``).
"""

from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

_LIMIT = 200
_EXTLANG, _SCRIPT, _COUNTRY, _AREA = 3, 4, 2, 3


@cache
def _registry() -> Any:
    from stella_git import resources
    from stella_git.canon.reader import parse_json

    name = "csaf/language-subtags.json"
    return parse_json(resources.schema(name), path=name)


def unknown_subtag(tag: str) -> str | None:
    """Return the first subtag that is not registered in its place; None for a language that exists.

    Private use and extensions are not looked into: nobody registers them here.

    Args:
        tag: such as ``de-AT``, in any case.
    """
    if len(tag) > _LIMIT:
        return tag[:_LIMIT]
    known, plain = _registry(), tag.lower()
    if plain in known["grandfathered"]:
        return None
    parts = plain.split("-")
    if parts[0] == "x":
        return None
    if not _registered("language", parts[0]):
        return parts[0]
    rest = parts[1:]
    # In this order, each at most once but variants (and extended languages, of which three are possible).
    kinds: list[tuple[str, Callable[[str], bool]]] = [
        ("extlang", lambda part: len(part) == _EXTLANG and part.isalpha()),
        ("script", lambda part: len(part) == _SCRIPT and part.isalpha()),
        ("region", _is_region),
        ("variant", lambda part: len(part) > 1),
    ]
    for kind, fits in kinds:
        while rest and fits(rest[0]):
            if not _registered(kind, rest[0]):
                return rest[0]
            rest = rest[1:]
            if kind in {"script", "region"}:
                break
    return None if not rest or len(rest[0]) == 1 else rest[0]


def _is_region(part: str) -> bool:
    return (len(part) == _COUNTRY and part.isalpha()) or (len(part) == _AREA and part.isdigit())


def _registered(kind: str, part: str) -> bool:
    known = _registry()
    if part in known[kind]:
        return True
    ranges = known["ranges"].get(kind, [])
    return any(len(part) == len(low) and low <= part <= high for low, high in ranges)
