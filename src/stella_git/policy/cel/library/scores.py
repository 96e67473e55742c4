"""Scores and other numbers of third parties, as integers.

Source: CVSS v2.0, v3.0, v3.1, v4.0.
"""

from typing import TYPE_CHECKING, Final

from stella_git.policy.cel.functions import Overload, Table
from stella_git.policy.cel.meter import EvalError, Meter
from stella_git.policy.cel.types import BOOL, DOUBLE, INT, STRING, UINT
from stella_git.policy.cel.values import INT_MAX, INT_MIN, Value

if TYPE_CHECKING:
    from stella_git.documents.cvss import Scores, Vector

_WORK: Final = 100
_LONGEST: Final = 64
_DIGITS: Final = 18
_PRECISION: Final = 400


def _vector(text: str, meter: Meter) -> "Vector":
    from stella_git.documents import cvss

    meter.spend(_WORK + len(text) // 16)
    vector = cvss.parse(text)
    if vector is None:
        raise EvalError(f"{text[:60]!a} is no CVSS vector of version 2.0, 3.0, 3.1 or 4.0")
    return vector


def _is_vector(text: str, meter: Meter) -> bool:
    from stella_git.documents import cvss

    meter.spend(_WORK + len(text) // 16)
    return cvss.parse(text) is not None


def _version(text: str, meter: Meter) -> str:
    return _vector(text, meter).version


def _scores(text: str, meter: Meter) -> "Scores":
    from stella_git.documents import cvss

    return cvss.scores(_vector(text, meter))


def _score(text: str, meter: Meter) -> int:
    """Return tenths: with all that the vector says."""
    scores = _scores(text, meter)
    return scores.base if scores.environmental is None else scores.environmental


def _base(text: str, meter: Meter) -> int:
    return _scores(text, meter).base


def _severity(text: str, meter: Meter) -> str:
    from stella_git.documents import cvss

    return cvss.severity(_score(text, meter), _version(text, meter))


def _metric(text: str, name: str, meter: Meter) -> str:
    value = _vector(text, meter).values.get(name)
    if value is None:
        raise EvalError(f"{name[:20]!a} is no metric of this version of CVSS")
    return value


def _decimal(value: Value, digits: int, meter: Meter) -> int:
    """Return ``value`` times 10 to the power of ``digits``: the nearest integer, the even one of two."""
    from decimal import ROUND_HALF_EVEN, Context, Decimal, InvalidOperation

    meter.spend(4)
    if not 0 <= digits <= _DIGITS:
        raise EvalError(f"decimal keeps 0 to {_DIGITS} digits, not {digits}")
    text = value if type(value) is str else repr(value) if type(value) is float else str(int(value))
    if len(text) > _LONGEST or not text.isascii() or "_" in text or text != text.strip():
        raise EvalError(f"{text[:40]!a} is not a decimal number")
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise EvalError(f"{text[:40]!a} is not a decimal number") from None
    if not number.is_finite() or number.adjusted() > _DIGITS:
        raise EvalError(f"{text[:40]!a} is too large, or no number")
    exact = Context(prec=_PRECISION)
    scaled = int(number.scaleb(digits, exact).to_integral_value(ROUND_HALF_EVEN, exact))
    if not INT_MIN <= scaled <= INT_MAX:
        raise EvalError(f"{text[:40]!a} with {digits} digits is out of the range of int")
    return scaled


FUNCTIONS: Final[Table] = {
    "cvss.isValid": (Overload(arguments=(STRING,), result=BOOL, function=_is_vector),),
    "cvss.version": (Overload(arguments=(STRING,), result=STRING, function=_version),),
    "cvss.score": (Overload(arguments=(STRING,), result=INT, function=_score),),
    "cvss.base": (Overload(arguments=(STRING,), result=INT, function=_base),),
    "cvss.severity": (Overload(arguments=(STRING,), result=STRING, function=_severity),),
    "cvss.metric": (Overload(arguments=(STRING, STRING), result=STRING, function=_metric),),
    "decimal": tuple(
        Overload(arguments=(each, INT), result=INT, function=_decimal) for each in (DOUBLE, STRING, INT, UINT)
    ),
}
