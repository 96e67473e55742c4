"""Types as they are declared and deduced: of names, arguments and results."""

from collections.abc import Mapping
from typing import Final

from stella_git.canon.record import record


@record(frozen=True, slots=True, kw_only=True)
class Type:
    """A type; ``list``, ``map`` and ``optional_type`` have parameters.

    Args:
        name: as ``type(x)`` prints it, ``dyn`` for what is known only when it runs.
        parameters: element of a list; key and value of a map; what an optional holds.
        members: of a map whose members are declared: the type of each; None when any name may come.
        closed: of a map with members: no other member may be asked for.
        words: of a string: what it can be, if that is listed.
    """

    name: str
    parameters: "tuple[Type, ...]" = ()
    members: "Mapping[str, Type] | None" = None
    closed: bool = False
    words: tuple[str, ...] | None = None

    @property
    def named(self) -> str:
        """Return it with its article, for messages."""
        text = str(self)
        return f"{'an' if text[0] in 'aeio' else 'a'} {text}"

    def __str__(self) -> str:
        """Return it as the language writes types."""
        short = _SHORT.get(self.name, self.name)
        return f"{short}({', '.join(map(str, self.parameters))})" if self.parameters else short


_SHORT: Final = {
    "google.protobuf.Timestamp": "timestamp",
    "google.protobuf.Duration": "duration",
    "null_type": "null",
    "optional_type": "optional",
}

DYN: Final = Type(name="dyn")
BOOL: Final = Type(name="bool")
INT: Final = Type(name="int")
UINT: Final = Type(name="uint")
DOUBLE: Final = Type(name="double")
STRING: Final = Type(name="string")
BYTES: Final = Type(name="bytes")
NULL: Final = Type(name="null_type")
TIMESTAMP: Final = Type(name="google.protobuf.Timestamp")
DURATION: Final = Type(name="google.protobuf.Duration")
TYPE: Final = Type(name="type")
LIST: Final = Type(name="list", parameters=(DYN,))
MAP: Final = Type(name="map", parameters=(DYN, DYN))
OPTIONAL: Final = Type(name="optional_type", parameters=(DYN,))


DEEPEST: Final = 32
"""How many types may be within one another; what is deeper is ``dyn``."""


def _bounded(held: Type) -> Type:
    """Return ``held``, or ``dyn`` when it is as deep as types may be: they are compared recursively."""
    inner = held
    for _ in range(DEEPEST - 1):
        if not inner.parameters:
            return held
        inner = inner.parameters[-1]
    return DYN


def list_of(element: Type) -> Type:
    """Return the type of lists of ``element``."""
    return Type(name="list", parameters=(_bounded(element),))


def map_of(key: Type, value: Type) -> Type:
    """Return the type of maps from ``key`` to ``value``."""
    return Type(name="map", parameters=(key, _bounded(value)))


def optional_of(held: Type) -> Type:
    """Return the type of optionals that hold ``held``."""
    return Type(name="optional_type", parameters=(_bounded(held),))


def an_object(members: Mapping[str, Type], *, closed: bool = True) -> Type:
    """Return the type of maps with these members; when ``closed``, with no others."""
    return Type(name="map", parameters=(STRING, DYN), members=members, closed=closed)
