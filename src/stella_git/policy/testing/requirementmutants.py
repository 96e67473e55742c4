"""Mutants of what a policy asks for before any expression runs: requirements, and where it applies."""

from typing import TYPE_CHECKING, Any

from stella_git.canon.record import replace
from stella_git.policy.predicates import WAIVERS, split

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stella_git.policy.model import Policy, Requirement, SignedBy

    Row = dict[str, Any]

_MISSING = ("deny", "warn", "not_applicable")
_DIMENSIONS = ("stages", "environments", "refs", "subjects")


def of_requirements(policy: "Policy") -> "Iterator[Row]":
    """Yield the changes as the members of a mutant, but for its rule."""
    for need in policy.requires:
        for member, old, new, hint, changed in _changes(need):
            requires = tuple(changed if each is need else each for each in policy.requires)
            yield {
                "kind": f"requires-{member}",
                "pointer": f"{need.pointer}/{member}",
                "old": old,
                "new": new,
                "hint": hint,
                "policy": replace(policy, requires=requires),
            }
    for name in _DIMENSIONS:
        given = getattr(policy.match, name)
        if given is not None:
            yield {
                "kind": "match",
                "pointer": f"/spec/match/{name}",
                "old": f"{name}: {', '.join(given)}",
                "new": "",
                "hint": f"a case of other {name}, where a rule that would fail is not_applicable",
                "policy": replace(policy, match=replace(policy.match, **{name: None})),
            }


def _changes(need: "Requirement") -> "Iterator[tuple[str, str, str, str, Requirement]]":
    what = f"{need.name} that"
    if need.signed_by is not None:
        yield from _signed(need, need.signed_by)
    if need.max_age_days is not None:
        hint = f"a case with {what} is more than {need.max_age_days} days old"
        yield "maxAgeDays", f"maxAgeDays: {need.max_age_days}", "", hint, replace(need, max_age_days=None)
    if need.versions is not None:
        hint = f"a case with {what} has another version"
        yield "versions", f"versions: {', '.join(need.versions)}", "", hint, replace(need, versions=None)
    if need.minimum > 1:
        hint = f"a case with only {need.minimum - 1} of {need.name}"
        fewer = replace(need, minimum=need.minimum - 1)
        yield "min", f"min: {need.minimum}", f"min: {need.minimum - 1}", hint, fewer
    for other in () if _always_there(need) else _MISSING:
        if other != need.on_missing:
            hint = f"a case without {need.name}, that expects the status of every rule"
            changed = replace(need, on_missing=other)
            yield "onMissing", f"onMissing: {need.on_missing}", f"onMissing: {other}", hint, changed


def _always_there(need: "Requirement") -> bool:
    """Return whether a run offers the evidence itself: its own waivers, which nobody signed."""
    return split(need.predicate_type)[0] == WAIVERS and need.signed_by is None and need.minimum == 1


def _signed(need: "Requirement", signed: "SignedBy") -> "Iterator[tuple[str, str, str, str, Requirement]]":
    hint = f"a case with {need.name} that nobody signed"
    yield "signedBy", f"signedBy: {_who(signed)}", "", hint, replace(need, signed_by=None)
    if signed.any_of is not None:
        anybody = replace(need, signed_by=replace(signed, any_of=None))
        hint = f"a case with {need.name} that somebody else signed"
        yield "signedBy", f"anyOf: {', '.join(signed.any_of)}", "", hint, anybody
    if signed.role is not None:
        anybody = replace(need, signed_by=replace(signed, role=None))
        hint = f"a case with {need.name} that was signed without the role {signed.role}"
        yield "signedBy", f"role: {signed.role}", "", hint, anybody
    if signed.threshold > 1:
        fewer = replace(need, signed_by=replace(signed, threshold=signed.threshold - 1))
        hint = f"a case with {need.name} that {signed.threshold - 1} signed"
        yield "signedBy", f"threshold: {signed.threshold}", f"threshold: {signed.threshold - 1}", hint, fewer


def _who(signed: "SignedBy") -> str:
    parts = []
    if signed.any_of is not None:
        parts.append(f"anyOf {', '.join(signed.any_of)}")
    if signed.role is not None:
        parts.append(f"role {signed.role}")
    parts.append(f"threshold {signed.threshold}")
    return ", ".join(parts)
