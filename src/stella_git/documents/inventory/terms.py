"""Licences as a set of terms, each of which holds.

CycloneDX lists licences without saying how they are joined, and before 1.6 not whether they are declared or
concluded; SPDX joins them with AND. All that both can say is: these hold. So what AND joins is taken apart,
and a licence that a document defines itself goes by the name that it has there, not by its number.

Source: SPDX 2.3 section 10 and Annex D; CycloneDX 1.7, ``licenses``.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache


def terms(written: Iterable[str], names: Mapping[str, str]) -> tuple[str, ...]:
    """Return the sorted terms of the licences of a part.

    Args:
        written: expressions, ids or names.
        names: LicenseRef -> name, for those of the document that have one.
    """
    found: set[str] = set()
    for text in written:
        for term in _conjuncts(text.strip()):
            found.update(_conjuncts(names[term].strip()) if term in names else (term,))
    return tuple(sorted(found))


@lru_cache(maxsize=4096)
def _conjuncts(text: str) -> tuple[str, ...]:
    """Return what AND joins, in canonical form; a text that is no expression is a name, and stays whole."""
    from stella_git.documents.licences import Compound, canonical, parse
    from stella_git.errors import InputError

    if not text or text == "NOASSERTION":
        return ()
    try:
        found = parse(canonical(text))
    except InputError:
        return (text,)
    if isinstance(found, Compound) and found.operator == "AND":
        return tuple(str(each) for each in found.operands)
    return (str(found),)
