"""What an expression may stand for, as Python values.

======== =====================================================================================
CEL      Python
======== =====================================================================================
int      ``int`` (64 bits, signed)
uint     `UInt` (64 bits)
double   ``float``
bool     ``bool``
string   ``str``
bytes    ``bytes``
null     ``None``
list     ``list`` or ``tuple``; nobody changes it
map      ``dict``; a key is ``str``, ``int``, `UInt`, or a `BoolKey`, so that ``true`` is not ``1``
======== =====================================================================================

and `Timestamp`, `Duration`, `TypeValue`, `Optional`. Parsed JSON is such a value as it is: nothing is copied.
"""

from typing import Any, Final, TypeAlias

from stella_git.policy.cel.meter import EvalError, Meter

INT_MIN: Final = -(2**63)
INT_MAX: Final = 2**63 - 1
UINT_MAX: Final = 2**64 - 1
LONG: Final = 1_024
"""Texts and bytes up to this length are compared for nothing."""
DEEPEST: Final = 128
"""How deep lists and maps may be nested where two values are compared or one is given out."""

Value: TypeAlias = Any
"""A value of the table above. The kinds are told apart when an expression runs, as the language has it."""


class UInt(int):
    """A uint: equal to the int of the same value, and of another type."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"{int(self)}u"


class BoolKey:
    """A boolean as the key of a map; there are two of them."""

    __slots__ = ("value",)

    def __init__(self, value: bool) -> None:  # noqa: FBT001 - it is what the class wraps
        self.value = value

    def __repr__(self) -> str:
        return "true" if self.value else "false"


FALSE_KEY: Final = BoolKey(False)
TRUE_KEY: Final = BoolKey(True)


class _Struct:
    """Values of one or two members that are compared by them and can be keys of dictionaries."""

    __slots__: tuple[str, ...] = ()

    def _members(self) -> tuple[object, ...]:
        return tuple(getattr(self, name) for name in type(self).__slots__)

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other._members() == self._members()

    def __hash__(self) -> int:
        return hash((type(self).__name__, self._members()))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(map(repr, self._members()))})"


class Timestamp(_Struct):
    """An instant: seconds since the epoch (UTC, no leap seconds), and 0 to 999,999,999 nanoseconds more."""

    __slots__ = ("seconds", "nanos")  # noqa: RUF023 - the order in which they are compared

    def __init__(self, seconds: int, nanos: int = 0) -> None:
        self.seconds = seconds
        self.nanos = nanos

    @property
    def total(self) -> int:
        """Return the nanoseconds since the epoch."""
        return self.seconds * 1_000_000_000 + self.nanos


class Duration(_Struct):
    """A span of time: nanoseconds, signed."""

    __slots__ = ("nanos",)

    def __init__(self, nanos: int) -> None:
        self.nanos = nanos

    @property
    def total(self) -> int:
        """Return the nanoseconds."""
        return self.nanos


class TypeValue(_Struct):
    """A type as a value: what ``type(x)`` gives, and what ``int`` or ``string`` stand for."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name


class _Absent:
    __slots__ = ()

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT: Final = _Absent()
"""What an empty optional holds."""


class Optional:
    """A value that may be absent; ``NONE`` is the empty one."""

    __slots__ = ("value",)

    def __init__(self, value: Value) -> None:
        self.value = value

    def __repr__(self) -> str:
        return "Optional(ABSENT)" if self.value is ABSENT else f"Optional({self.value!r})"


NONE: Final = Optional(ABSENT)

KINDS: Final[dict[type, str]] = {
    bool: "bool",
    int: "int",
    UInt: "uint",
    float: "double",
    str: "string",
    bytes: "bytes",
    type(None): "null_type",
    list: "list",
    tuple: "list",
    dict: "map",
    Timestamp: "google.protobuf.Timestamp",
    Duration: "google.protobuf.Duration",
    TypeValue: "type",
    Optional: "optional_type",
}
"""The name of the type of a value, by its Python class."""

_NUMBERS: Final = frozenset({int, UInt, float})


def kind(value: Value) -> str:
    """Return the name of the type of a value, as ``type(value)`` prints it."""
    return KINDS.get(type(value), "dyn")


def a_kind(value: Value) -> str:
    """Return the name of the type of a value with its article, for messages."""
    return article(kind(value))


def article(name: str) -> str:
    """Return the name of a type with its article."""
    return f"{'an' if name[:1] in 'aeio' else 'a'} {name}"


def key_of(value: Value) -> Value:
    """Return ``value`` as a key for a look-up in a map; a double finds the integer that it equals.

    Raises:
        EvalError: a value of this type is never a key.
    """
    of = type(value)
    if of is str or of is int or of is UInt or of is float:
        return value
    if of is bool:
        return TRUE_KEY if value else FALSE_KEY
    raise EvalError(f"{a_kind(value)} is no key of a map")


def looked_for(value: Value, meter: Meter) -> Value:
    """Return ``value`` as a key for a look-up, like `key_of`; long texts are paid for, as they are compared.

    Raises:
        EvalError: a value of this type is never a key; or out of fuel.
    """
    if type(value) is str and len(value) > LONG:
        meter.spend(len(value) // LONG)
    return key_of(value)


def value_of(key: Value) -> Value:
    """Return the value that a key of a dictionary stands for: the opposite of `key_of`."""
    return key.value if type(key) is BoolKey else key


def keys_in_order(of: dict[Value, Value]) -> list[Value]:
    """Return the keys of a map as they iterate: booleans, then numbers, then strings by code point.

    The keys are those of the dictionary; `value_of` makes values of them.
    """
    try:
        return sorted(of)
    except TypeError:
        return sorted(of, key=_rank)


def _rank(key: Value) -> tuple[int, Value]:
    if type(key) is BoolKey:
        return 0, key.value
    return (2, key) if type(key) is str else (1, key)


def equal(a: Value, b: Value, meter: Meter, depth: int = 0) -> bool:
    """Return whether two values are equal: numbers by value, across their types; others within their type.

    Raises:
        EvalError: nested deeper than `DEEPEST`, or out of fuel (one for each element compared).
    """
    of, other = type(a), type(b)
    if of is other and (of is str or of is int or of is bool):
        if of is str and len(a) > LONG:
            meter.spend(len(a) // LONG)
        return bool(a == b)
    if of in _NUMBERS:
        return other in _NUMBERS and bool(a == b)
    if of is list or of is tuple:
        return (other is list or other is tuple) and _equal_lists(a, b, meter, depth + 1)
    if of is not other:
        return False
    if of is dict:
        return _equal_maps(a, b, meter, depth + 1)
    if of is bytes:
        meter.spend(len(a) // LONG)
    if of is Optional:
        if a.value is ABSENT or b.value is ABSENT:
            return a.value is b.value
        return equal(a.value, b.value, meter, depth + 1)
    return bool(a == b)


def _equal_lists(a: Value, b: Value, meter: Meter, depth: int) -> bool:
    if len(a) != len(b):
        return False
    _not_too_deep(depth)
    for one, other in zip(a, b, strict=True):
        meter.spend(1)
        if not equal(one, other, meter, depth):
            return False
    return True


def _equal_maps(a: Value, b: Value, meter: Meter, depth: int) -> bool:
    if len(a) != len(b):
        return False
    _not_too_deep(depth)
    for key in keys_in_order(a):
        meter.spend(1)
        if key not in b or not equal(a[key], b[key], meter, depth):
            return False
    return True


def _not_too_deep(depth: int) -> None:
    if depth > DEEPEST:
        raise EvalError(f"lists and maps are nested deeper than {DEEPEST}")
