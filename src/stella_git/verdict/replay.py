"""Recomputing a verdict, and saying where two differ.

The algorithm that made a verdict is named in it. Old algorithms stay in the table below for ever: a release
that changes an output byte adds an entry and changes none.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from stella_git.canon import jcs
from stella_git.canon.reader import Json
from stella_git.config.shape import child
from stella_git.errors import RefusedError, Where
from stella_git.verdict.decide import Decision, DecisionInputs, decide
from stella_git.verdict.model import verdict_id

Decide = Callable[[DecisionInputs], Decision]

SEMANTICS: dict[str, Decide] = {"verdict/1": decide}


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """The outcome of a replay.

    Attributes:
        identical: the recomputed verdict has the same canonical bytes.
        difference: JSON Pointer of the first difference in canonical order, or None.
        recomputed: canonical bytes of the recomputed verdict.
        verdict_id: its id.
        decision: the whole decision, for explanations.
    """

    __hash__ = None  # type: ignore[assignment] # it holds mappings, so it has no hash

    identical: bool
    difference: str | None
    recomputed: bytes
    verdict_id: str
    decision: Decision


def decider(verdict: Mapping[str, Json]) -> Decide:
    """Return the algorithm that a verdict names.

    Raises:
        RefusedError: ``SEMANTICS_UNKNOWN``: this release does not have it.
    """
    name = verdict.get("semantics")
    known = SEMANTICS.get(name) if isinstance(name, str) else None
    if known is None:
        later = isinstance(name, str) and name.startswith("verdict/")
        raise RefusedError(
            f"this release cannot replay {name!r}; it knows {', '.join(SEMANTICS)}",
            code="SEMANTICS_UNKNOWN",
            where=Where(pointer="/semantics"),
            remedy="install the release that made it, or a later one"
            if later
            else "check that this is a verdict",
        )
    return known


def replay(expected: Mapping[str, Json], inputs: DecisionInputs) -> Replay:
    """Return how the verdict that the inputs come to compares with an expected one.

    Args:
        expected: digested subtree of the verdict in question, as it was read.
        inputs: what was loaded by the digests it names.

    Raises:
        RefusedError: ``SEMANTICS_UNKNOWN``: this release does not have the algorithm.
        ConfigError: a budget, policy file or trust table cannot be used.
        InputError: the inputs do not come to a verdict, or ``expected`` has no canonical form.
    """
    decision = decider(expected)(inputs)
    recomputed = decision.verdict.to_json()
    data = jcs.dumps(recomputed)
    difference = compare(dict(expected), recomputed)
    return Replay(
        identical=jcs.dumps(dict(expected)) == data,
        difference=difference,
        recomputed=data,
        verdict_id=verdict_id(recomputed),
        decision=decision,
    )


def compare(expected: Json, recomputed: Json) -> str | None:
    """Return the JSON Pointer of the first difference in canonical member order, or None if there is none.

    A member or item that only one of the two has is a difference at its own pointer. Numbers and booleans
    are told apart: ``true`` is not 1, and 1.0 is not 1.

    Source: RFC 6901; member order of RFC 8785 section 3.2.3.
    """
    return next(_differences(expected, recomputed, ""), None)


def _differences(left: Json, right: Json, pointer: str) -> Iterator[str]:
    if isinstance(left, dict) and isinstance(right, dict):
        for name in sorted({*left, *right}, key=jcs.sort_key):
            place = child(pointer, name)
            if name in left and name in right:
                yield from _differences(left[name], right[name], place)
            else:
                yield place
    elif isinstance(left, list) and isinstance(right, list):
        for index, (one, other) in enumerate(zip(left, right, strict=False)):
            yield from _differences(one, other, child(pointer, index))
        if len(left) != len(right):
            yield child(pointer, min(len(left), len(right)))
    elif type(left) is not type(right) or left != right:
        yield pointer
