"""Functions that the language cannot do without, and those of optionals.

Source: Common Expression Language, language definition, section List of Standard Definitions; the extension
for optional values.
"""

from typing import Final

from stella_git.policy.cel import conversions
from stella_git.policy.cel.functions import Overload, Table, joined
from stella_git.policy.cel.meter import EvalError, Meter
from stella_git.policy.cel.types import BOOL, BYTES, DYN, INT, LIST, MAP, OPTIONAL, STRING
from stella_git.policy.cel.values import ABSENT, NONE, Duration, Optional, Timestamp, Value


def _size(value: Value, meter: Meter) -> int:  # noqa: ARG001 - every function has a meter
    return len(value)


def _contains(text: str, part: str, meter: Meter) -> bool:
    meter.spend((len(text) + len(part)) // 16)
    return part in text


def _starts_with(text: str, part: str, meter: Meter) -> bool:
    meter.spend(len(part) // 16)
    return text.startswith(part)


def _ends_with(text: str, part: str, meter: Meter) -> bool:
    meter.spend(len(part) // 16)
    return text.endswith(part)


def _is_zero(value: Value) -> bool:
    if isinstance(value, Timestamp | Duration):
        return value.total == 0
    return value is None or (
        isinstance(value, bool | int | float | str | bytes | list | tuple | dict) and not value
    )


def _of_nonzero(value: Value, meter: Meter) -> Optional:  # noqa: ARG001
    return NONE if _is_zero(value) else Optional(value)


def held(optional: Optional, meter: Meter) -> Value:  # noqa: ARG001
    """Return what an optional holds.

    Raises:
        EvalError: it is empty.
    """
    if optional.value is ABSENT:
        raise EvalError("the optional is empty")
    return optional.value


def _unwrapped(optionals: Value, meter: Meter) -> list[Value]:
    meter.spend(len(optionals))
    if not all(isinstance(item, Optional) for item in optionals):
        raise EvalError("not every element of the list is an optional")
    return [item.value for item in optionals if item.value is not ABSENT]


def _or(first: Optional, second: Optional, meter: Meter) -> Optional:  # noqa: ARG001
    return second if first.value is ABSENT else first


def _or_value(first: Optional, second: Value, meter: Meter) -> Value:  # noqa: ARG001
    return second if first.value is ABSENT else first.value


_SIZES: Final = tuple(
    Overload(arguments=(of,), result=INT, function=_size) for of in (STRING, BYTES, LIST, MAP)
)
_UNWRAP: Final = (Overload(arguments=(LIST,), result=LIST, function=_unwrapped),)

_TABLE: Final[Table] = {
    "size": _SIZES,
    ".size": _SIZES,
    ".contains": (Overload(arguments=(STRING, STRING), result=BOOL, function=_contains),),
    ".startsWith": (Overload(arguments=(STRING, STRING), result=BOOL, function=_starts_with),),
    ".endsWith": (Overload(arguments=(STRING, STRING), result=BOOL, function=_ends_with),),
    "optional.none": (Overload(arguments=(), result=OPTIONAL, function=lambda meter: NONE),),  # noqa: ARG005
    "optional.of": (
        Overload(arguments=(DYN,), result=OPTIONAL, function=lambda value, meter: Optional(value)),  # noqa: ARG005
    ),
    "optional.ofNonZeroValue": (Overload(arguments=(DYN,), result=OPTIONAL, function=_of_nonzero),),
    "optional.unwrap": _UNWRAP,
    ".unwrapOpt": _UNWRAP,
    ".hasValue": (
        Overload(
            arguments=(OPTIONAL,),
            result=BOOL,
            function=lambda value, meter: value.value is not ABSENT,  # noqa: ARG005
        ),
    ),
    ".value": (Overload(arguments=(OPTIONAL,), result=DYN, function=held),),
    ".or": (Overload(arguments=(OPTIONAL, OPTIONAL), result=OPTIONAL, function=_or),),
    ".orValue": (Overload(arguments=(OPTIONAL, DYN), result=DYN, function=_or_value),),
}

TABLE: Final[Table] = joined(conversions.TABLE, _TABLE)
