"""Strings: places are counted in code points, from 0.

Source: CEL extension "strings", version 4.
"""

from collections.abc import Sequence
from typing import Final

from stella_git.policy.cel.functions import Overload, Table
from stella_git.policy.cel.library.format import formatted
from stella_git.policy.cel.meter import EvalError, Meter
from stella_git.policy.cel.types import DYN, INT, STRING, list_of
from stella_git.policy.cel.values import kind

_BLOCK: Final = 16
_TRANSLATED: Final = 4
# White space as Unicode has it (White_Space), which does not change with the version of Python.
_SPACE: Final = (
    "\t\n\v\f\r \x85\xa0\u1680" + "".join(map(chr, range(0x2000, 0x200B))) + "\u2028\u2029\u202f\u205f\u3000"
)
_LOWER: Final = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}
_UPPER: Final = {code: code - 32 for code in range(ord("a"), ord("z") + 1)}
_QUOTED: Final = str.maketrans(
    {
        "\a": "\\a",
        "\b": "\\b",
        "\f": "\\f",
        "\n": "\\n",
        "\r": "\\r",
        "\t": "\\t",
        "\v": "\\v",
        "\\": "\\\\",
        '"': '\\"',
    }
)


def _within(at: int, text: str) -> int:
    """Return a place of a text, its end included."""
    if not 0 <= at <= len(text):
        raise EvalError(f"place {at} is not in a text of {len(text)} characters")
    return at


def _char_at(text: str, at: int, _meter: Meter) -> str:
    _within(at, text)
    return text[at : at + 1]


def _index_of(text: str, part: str, meter: Meter) -> int:
    return _index_from(text, part, 0, meter)


def _index_from(text: str, part: str, at: int, meter: Meter) -> int:
    meter.spend((len(text) + len(part)) // _BLOCK)
    return text.find(part, _within(at, text))


def _last_index_of(text: str, part: str, meter: Meter) -> int:
    return _last_index_from(text, part, len(text), meter)


def _last_index_from(text: str, part: str, at: int, meter: Meter) -> int:
    # Looking backwards is not linear in Python: the product of the lengths is the limit.
    meter.spend((len(text) + len(part)) // _BLOCK + len(text) * len(part) // 1024)
    return text.rfind(part, 0, _within(at, text) + len(part))


def _lower_ascii(text: str, meter: Meter) -> str:
    meter.spend(len(text) // _TRANSLATED)
    return text.translate(_LOWER)


def _upper_ascii(text: str, meter: Meter) -> str:
    meter.spend(len(text) // _TRANSLATED)
    return text.translate(_UPPER)


def _replace(text: str, old: str, new: str, meter: Meter) -> str:
    return _replace_some(text, old, new, -1, meter)


def _replace_some(text: str, old: str, new: str, most: int, meter: Meter) -> str:
    meter.spend((len(text) + len(old)) // _BLOCK)
    times = text.count(old)
    if most >= 0:
        times = min(times, most)
    meter.spend(times + times * len(new) // _BLOCK)
    return text.replace(old, new, times)


def _split(text: str, separator: str, meter: Meter) -> list[str]:
    return _split_some(text, separator, -1, meter)


def _split_some(text: str, separator: str, most: int, meter: Meter) -> list[str]:
    """Return the parts; when there would be more than ``most``, the last keeps its separators."""
    meter.spend((len(text) + len(separator)) // _BLOCK)
    if most == 0:
        return []
    parts = text.count(separator) + 1 if separator else len(text)
    meter.spend(parts if most < 0 else min(parts, most))
    if separator:
        return text.split(separator, most - 1 if most > 0 else -1)
    if most < 0 or most >= len(text):
        return list(text)
    return [*text[: most - 1], text[most - 1 :]]


def _substring(text: str, begin: int, meter: Meter) -> str:
    return _substring_to(text, begin, len(text), meter)


def _substring_to(text: str, begin: int, end: int, meter: Meter) -> str:
    _within(begin, text)
    _within(end, text)
    if end < begin:
        raise EvalError(f"the part from {begin} to {end} ends before it begins")
    meter.spend((end - begin) // _BLOCK)
    return text[begin:end]


def _trim(text: str, meter: Meter) -> str:
    meter.spend(len(text) // _BLOCK)
    return text.strip(_SPACE)


def _reverse(text: str, meter: Meter) -> str:
    meter.spend(len(text) // _BLOCK)
    return text[::-1]


def _join(parts: Sequence[str], meter: Meter) -> str:
    return _join_with(parts, "", meter)


def _join_with(parts: Sequence[str], separator: str, meter: Meter) -> str:
    meter.spend(len(parts))
    for part in parts:
        if type(part) is not str:
            raise EvalError(f"join takes strings, not {kind(part)}")
    meter.spend((sum(map(len, parts)) + len(separator) * len(parts)) // _BLOCK)
    return separator.join(parts)


def _quote(text: str, meter: Meter) -> str:
    meter.spend(len(text) // _TRANSLATED)
    return f'"{text.translate(_QUOTED)}"'


FUNCTIONS: Final[Table] = {
    ".charAt": (Overload(arguments=(STRING, INT), result=STRING, function=_char_at),),
    ".format": (Overload(arguments=(STRING, list_of(DYN)), result=STRING, function=formatted),),
    ".indexOf": (
        Overload(arguments=(STRING, STRING), result=INT, function=_index_of),
        Overload(arguments=(STRING, STRING, INT), result=INT, function=_index_from),
    ),
    ".join": (
        Overload(arguments=(list_of(STRING),), result=STRING, function=_join),
        Overload(arguments=(list_of(STRING), STRING), result=STRING, function=_join_with),
    ),
    ".lastIndexOf": (
        Overload(arguments=(STRING, STRING), result=INT, function=_last_index_of),
        Overload(arguments=(STRING, STRING, INT), result=INT, function=_last_index_from),
    ),
    ".lowerAscii": (Overload(arguments=(STRING,), result=STRING, function=_lower_ascii),),
    ".replace": (
        Overload(arguments=(STRING, STRING, STRING), result=STRING, function=_replace),
        Overload(arguments=(STRING, STRING, STRING, INT), result=STRING, function=_replace_some),
    ),
    ".reverse": (Overload(arguments=(STRING,), result=STRING, function=_reverse),),
    ".split": (
        Overload(arguments=(STRING, STRING), result=list_of(STRING), function=_split),
        Overload(arguments=(STRING, STRING, INT), result=list_of(STRING), function=_split_some),
    ),
    ".substring": (
        Overload(arguments=(STRING, INT), result=STRING, function=_substring),
        Overload(arguments=(STRING, INT, INT), result=STRING, function=_substring_to),
    ),
    ".trim": (Overload(arguments=(STRING,), result=STRING, function=_trim),),
    ".upperAscii": (Overload(arguments=(STRING,), result=STRING, function=_upper_ascii),),
    "strings.quote": (Overload(arguments=(STRING,), result=STRING, function=_quote),),
}
