"""What a case expected, held against what came."""

from typing import TYPE_CHECKING

from stella_git.canon.record import record

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stella_git.policy.results import RuleResult, Violation
    from stella_git.policy.testing.cases import Case, ExpectedRule, ExpectedViolation

_FINE = frozenset({"pass", "not_applicable"})
_SHOWN = 200
_MOST = 10
# Vague expectations times violations; beyond, whoever writes so many of them is told that none is met.
_MOST_PAIRS = 1_000_000


@record(frozen=True, slots=True, kw_only=True)
class Mismatch:
    """One thing that came out otherwise.

    Args:
        rule: id of the rule; "" for the decision.
        expected: in words.
        came: in words.
        pointer: JSON Pointer of the expectation in the file of the case.
        result: what the rule said; None for the decision and for a rule that was not asked.
    """

    rule: str
    expected: str
    came: str
    pointer: str
    result: "RuleResult | None" = None


def compare(case: "Case", results: "Sequence[RuleResult]", decision: str) -> tuple[Mismatch, ...]:
    """Return what came out otherwise than a case expects, in the order of the rules, the decision last.

    Args:
        case: the case.
        results: of the rules of its policy.
        decision: what follows of them.
    """
    found = [mismatch for result in results for mismatch in _of_rule(case, result)]
    asked = {result.rule.id for result in results}
    found += [
        Mismatch(
            rule=name,
            expected=f"status {each.status}",
            came="no result: the policy is off",
            pointer=each.pointer,
        )
        for name, each in case.rules.items()
        if name not in asked
    ]
    if case.decision is not None and case.decision != decision:
        found.append(
            Mismatch(
                rule="",
                expected=f"decision {case.decision}",
                came=f"decision {decision}",
                pointer=f"{case.pointer}/expect/decision",
            )
        )
    return tuple(found)


def agrees(case: "Case", results: "Sequence[RuleResult]", decision: str) -> bool:
    """Return whether everything came out as a case expects."""
    return not compare(case, results, decision)


def _of_rule(case: "Case", result: "RuleResult") -> "Iterator[Mismatch]":
    expected = case.rules.get(result.rule.id)
    if expected is None:
        if result.status not in _FINE:
            yield _mismatch(case.pointer, result, "status pass or not_applicable", _status(result))
        return
    if expected.status != result.status:
        yield _mismatch(expected.pointer, result, f"status {expected.status}", _status(result))
    elif expected.error is not None and expected.error != (
        code := result.fault.code if result.fault else "none"
    ):
        yield _mismatch(f"{expected.pointer}/error", result, f"error {expected.error}", f"error {code}")
    if expected.violations is not None:
        yield from _of_violations(expected, result, expected.violations)


def _status(result: "RuleResult") -> str:
    if result.fault is not None:
        return f"status error, {result.fault.code}: {result.fault.message}"
    return f"status {result.status}" + (f": {result.reason}" if result.reason else "")


def _of_violations(
    rule: "ExpectedRule", result: "RuleResult", expected: "tuple[ExpectedViolation, ...]"
) -> "Iterator[Mismatch]":
    missing, surplus = _unmatched(expected, result.violations)
    pointer = f"{rule.pointer}/violations"
    for each in missing[:_MOST]:
        yield _mismatch(each.pointer, result, f"a violation with {_wanted(each)}", "no such violation")
    if len(missing) > _MOST:
        yield _mismatch(pointer, result, f"{len(missing) - _MOST} more violations", "none of them")
    for violation in surplus[:_MOST]:
        yield _mismatch(pointer, result, "no other violation", f"a violation with {said(violation)}")
    if len(surplus) > _MOST:
        yield _mismatch(pointer, result, "no other violation", f"{len(surplus) - _MOST} more violations")


def _unmatched(
    expected: "tuple[ExpectedViolation, ...]", came: "tuple[Violation, ...]"
) -> "tuple[list[ExpectedViolation], list[Violation]]":
    """Return expectations that nothing meets, and violations that meet none.

    An expectation may leave things open, so that several violations meet it: they are matched so that as many
    as possible find a partner (augmenting paths), not in the order of the file. One that names a key that is
    there once has no choice, and is settled at once: thousands of those are linear work.
    """
    partners = _forced(expected, came)
    done = set(partners.values())
    left = [number for number in range(len(expected)) if number not in done]
    if len(left) * len(came) <= _MOST_PAIRS:
        for number in left:
            _settle(number, expected, came, partners, set())
    taken = set(partners.values())
    return (
        [each for number, each in enumerate(expected) if number not in taken],
        [each for number, each in enumerate(came) if number not in partners],
    )


def _forced(expected: "tuple[ExpectedViolation, ...]", came: "tuple[Violation, ...]") -> dict[int, int]:
    """Return the partners of expectations that can have only one, by the number of the violation."""
    keys: dict[object, list[int]] = {}
    for number, violation in enumerate(came):
        keys.setdefault((type(violation.key), violation.key), []).append(number)
    found: dict[int, int] = {}
    for number, each in enumerate(expected):
        candidates = keys.get((type(each.key), each.key), []) if each.key is not None else []
        if len(candidates) == 1 and candidates[0] not in found and _meets(each, came[candidates[0]]):
            found[candidates[0]] = number
    return found


def _settle(
    first: int,
    expected: "tuple[ExpectedViolation, ...]",
    came: "tuple[Violation, ...]",
    partners: dict[int, int],
    tried: set[int],
) -> None:
    """Find a partner for an expectation, moving others to other partners where that helps."""
    before: dict[int, tuple[int, int | None]] = {}
    queue: list[tuple[int, int | None]] = [(first, None)]
    while queue:
        number, through = queue.pop()
        for candidate, violation in enumerate(came):
            if candidate in tried or not _meets(expected[number], violation):
                continue
            tried.add(candidate)
            before[candidate] = (number, through)
            if candidate not in partners:
                _assign(candidate, before, partners)
                return
            queue.append((partners[candidate], candidate))


def _assign(last: int | None, before: "dict[int, tuple[int, int | None]]", partners: dict[int, int]) -> None:
    while last is not None:
        partners[last], last = before[last]


def _meets(expected: "ExpectedViolation", violation: "Violation") -> bool:
    if expected.key is not None and not _same(expected.key, violation.key):
        return False
    if expected.message is not None and expected.message != violation.message:
        return False
    if expected.fp is not None and expected.fp != violation.fp:
        return False
    return all(
        name in violation.params and _same(value, violation.params[name])
        for name, value in (expected.params or {}).items()
    )


def _same(one: object, other: object) -> bool:
    """Return whether two values are equal and of one type: ``true`` is not 1."""
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    return type(one) is type(other) and one == other


def _wanted(expected: "ExpectedViolation") -> str:
    parts = {"key": expected.key, "params": expected.params, "message": expected.message, "fp": expected.fp}
    return ", ".join(f"{name} {_short(value)}" for name, value in parts.items() if value is not None)


def said(violation: "Violation") -> str:
    """Return a violation on one line, as failures of cases show it."""
    return f"key {_short(violation.key)}, params {_short(violation.params)}, fp {violation.fp}"


def _short(value: object) -> str:
    from stella_git.policy.cel.notation import written

    return written(value, limit=_SHOWN)


def _mismatch(pointer: str, result: "RuleResult", expected: str, came: str) -> Mismatch:
    return Mismatch(rule=result.rule.id, expected=expected, came=came, pointer=pointer, result=result)
