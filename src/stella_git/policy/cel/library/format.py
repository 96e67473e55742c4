"""``format``: values put into a text where verbs stand.

Source: CEL extension "strings", "Format".
"""

import math
import re
from collections.abc import Callable, Sequence
from typing import Final

from stella_git.policy.cel.library.times import duration_text, timestamp_text
from stella_git.policy.cel.meter import EvalError, Meter
from stella_git.policy.cel.values import Duration, Timestamp, TypeValue, UInt, Value, kind, value_of

_VERB: Final = re.compile(r"%(?:\.([0-9]{1,3}))?(.?)", re.DOTALL)
_PRECISION: Final = 6
_MOST_PRECISE: Final = 100
_DEEPEST: Final = 32
_BLOCK: Final = 16
_WORK: Final = 3


def formatted(text: str, values: Sequence[Value], meter: Meter) -> str:
    """Return the text with each verb replaced by a value: ``%s %d %f %e %b %o %x %X``; ``%%`` is a ``%``.

    Args:
        text: with verbs; ``%.2f`` and ``%.2e`` say how many digits follow the point, else six.
        values: one for each verb, in order.
        meter: gives a few units for each value that is written, and one for 16 characters.

    Raises:
        EvalError: an unknown verb, a value of a type that its verb does not write, or a number of values that
            is not the number of verbs.
    """
    meter.spend(len(text) // _BLOCK)
    pieces: list[str] = []
    end = taken = 0
    for found in _VERB.finditer(text):
        pieces.append(text[end : found.start()])
        end = found.end()
        if found[0] == "%%":
            pieces.append("%")
            continue
        if taken >= len(values):
            raise EvalError(f"format has more verbs than its {len(values)} values")
        pieces.append(_written(found, values[taken], meter))
        meter.spend(1 if found[2] == "s" else 1 + len(pieces[-1]) // _BLOCK)
        taken += 1
    if taken != len(values):
        raise EvalError(f"format has {len(values)} values, and verbs for {taken} of them")
    return "".join([*pieces, text[end:]])


def _written(found: re.Match[str], value: Value, meter: Meter) -> str:
    verb, digits = found[2], found[1]
    if verb == "s" and digits is None:
        return _text(value, meter, 0)
    if verb in {"e", "f"}:
        precision = _PRECISION if digits is None else int(digits)
        if precision > _MOST_PRECISE:
            raise EvalError(f"format writes up to {_MOST_PRECISE} digits after the point")
        return _special(value) or f"{_number(verb, value):.{precision}{verb}}"
    writer = _WRITERS.get(verb) if digits is None else None
    if writer is None:
        raise EvalError(f"format does not know {found[0][:8]!a}")
    answer = writer(value)
    if answer is None:
        raise EvalError(f"format does not write a {kind(value)} as %{verb}")
    return answer


def _special(value: Value) -> str | None:
    """Return the name of a double that has no digits."""
    if type(value) is not float or math.isfinite(value):
        return None
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


def _number(verb: str, value: Value) -> float:
    if type(value) not in {int, UInt, float}:
        raise EvalError(f"format does not write a {kind(value)} as %{verb}")
    return float(value)


def _whole(value: Value) -> int | None:
    return int(value) if type(value) in {int, UInt} else None


def _decimal(value: Value) -> str | None:
    whole = _whole(value)
    return _special(value) if whole is None else str(whole)


def _binary(value: Value) -> str | None:
    whole = int(value) if type(value) is bool else _whole(value)
    return None if whole is None else f"{whole:b}"


def _octal(value: Value) -> str | None:
    whole = _whole(value)
    return None if whole is None else f"{whole:o}"


def _hexadecimal(value: Value) -> str | None:
    if type(value) is str:
        return value.encode("utf-8", "surrogatepass").hex()
    if type(value) is bytes:
        return value.hex()
    whole = _whole(value)
    return None if whole is None else f"{whole:x}"


def _upper_hexadecimal(value: Value) -> str | None:
    text = _hexadecimal(value)
    return None if text is None else text.upper()


_WRITERS: Final[dict[str, Callable[[Value], str | None]]] = {
    "d": _decimal,
    "b": _binary,
    "o": _octal,
    "x": _hexadecimal,
    "X": _upper_hexadecimal,
}


def _text(value: Value, meter: Meter, depth: int) -> str:
    meter.spend(_WORK + len(value) // _BLOCK if type(value) in {str, bytes} else _WORK)
    if depth > _DEEPEST:
        raise EvalError(f"format writes lists and maps that are nested up to {_DEEPEST} deep")
    if type(value) in {list, tuple}:
        return f"[{', '.join(_text(each, meter, depth + 1) for each in value)}]"
    if type(value) is dict:
        pairs = sorted(
            (_text(value_of(key), meter, depth + 1), _text(each, meter, depth + 1))
            for key, each in value.items()
        )
        return f"{{{', '.join(f'{key}: {each}' for key, each in pairs)}}}"
    writer = _TEXTS.get(type(value))
    if writer is None:
        raise EvalError(f"format does not write a {kind(value)} as %s")
    return writer(value)


def _double_text(value: float) -> str:
    """Return the fewest digits that mean the same double, without an exponent."""
    from decimal import Decimal

    return _special(value) or f"{Decimal(repr(value)).normalize():f}"


def _bytes_text(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        raise EvalError("format writes bytes as %s if they are UTF-8, and these are not") from None


_TEXTS: Final[dict[type, Callable[[Value], str]]] = {
    str: lambda value: value,
    bool: lambda value: "true" if value else "false",
    int: str,
    UInt: lambda value: str(int(value)),
    float: _double_text,
    bytes: _bytes_text,
    type(None): lambda _value: "null",
    Timestamp: timestamp_text,
    Duration: duration_text,
    TypeValue: lambda value: value.name,
}
