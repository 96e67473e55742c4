"""Sets of artifacts: resource descriptors whose order means nothing and of which none stands there twice.

Source: in-toto Attestation Framework v1.1, resource_descriptor.md; SLSA v1.0 provenance.
"""

from collections.abc import Iterable

from stella_git.attest.members import Members, Object, Path, refuse
from stella_git.attest.statement import ResourceDescriptor
from stella_git.canon import jcs
from stella_git.canon.reader import Json

Artifacts = tuple[ResourceDescriptor, ...]


def in_order(descriptors: Iterable[ResourceDescriptor]) -> Artifacts:
    """Return descriptors sorted by their canonical bytes: the order in which we write a set.

    Raises:
        InputError: ``provenance-duplicate``, one stands there twice.
    """
    found = sorted((jcs.dumps(one.to_json()), index, one) for index, one in enumerate(descriptors))
    refuse_duplicates([row[0] for row in found], ())
    return tuple(row[2] for row in found)


def read(members: Members, name: str) -> Artifacts | None:
    """Return the artifacts in an array, in its order, or None for an absent member.

    Raises:
        InputError: ``provenance-duplicate``, one stands there twice; the member is no array; and the codes
            of `ResourceDescriptor.from_json`.
    """
    found = members.array_or_none(name, ResourceDescriptor.from_json)
    if found is not None:
        refuse_duplicates([jcs.dumps(one.to_json()) for one in found], (*members.path, name))
    return found


def refuse_duplicates(texts: list[bytes], path: Path) -> None:
    """Do nothing if no two of the canonical texts are the same.

    Raises:
        InputError: ``provenance-duplicate``.
    """
    if len(set(texts)) < len(texts):
        raise refuse(
            "the same artifact stands here twice",
            path,
            code="provenance-duplicate",
            remedy="keep one of them",
        )


def rows(descriptors: Artifacts | None) -> list[Json] | None:
    """Return the array of a set in its own order, or None for an absent one."""
    return None if descriptors is None else [one.to_json() for one in descriptors]


def canonical(name: str, descriptors: Artifacts | None) -> Object:
    """Return the member ``name`` with the array of a set in sorted order, or no member for an absent one."""
    if descriptors is None:
        return {}
    return {name: [*sorted((one.to_json() for one in descriptors), key=jcs.dumps)]}
