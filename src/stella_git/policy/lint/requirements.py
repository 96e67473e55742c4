"""Evidence that policies require: whether there is such evidence, and whether it can ever be enough."""

import re
from typing import TYPE_CHECKING

from stella_git.canon.record import replace
from stella_git.policy.lint.found import Found, at, meant
from stella_git.policy.predicates import PREDICATES, Predicate, find, number, split

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stella_git.documents.severity import Severity
    from stella_git.policy.lint.world import World
    from stella_git.policy.model import Policy, Requirement, SignedBy
    from stella_git.policy.source import PolicyFile

# Source: schemas/stella/keyring.v1.schema.json, name.
_SIGNER = re.compile(r"(?:(?:key|identity):)?[a-z0-9][a-z0-9._-]{0,63}")


def check(world: "World") -> "Iterator[Found]":
    """Yield what is wrong with the requirements of every policy."""
    for policy in world.policies:
        yield from _twice(policy)
        for need in policy.requires:
            yield from _type(policy.file, need)
            yield from _never(policy.file, need)


def _twice(policy: "Policy") -> "Iterator[Found]":
    seen: dict[tuple[object, ...], Requirement] = {}
    for need in policy.requires:
        base, written = split(need.predicate_type)
        versions = frozenset(map(number, need.versions or ([written] if written else [])))
        what = (base, versions, need.signed_by, need.minimum, need.maximum, need.max_age_days)
        first = seen.setdefault(what, need)
        if first is not need:
            message = f"`{need.name}` is the same evidence as `{first.name}`"
            yield at(policy.file, f"{need.pointer}/as", "P110", message)


def _type(file: "PolicyFile", need: "Requirement") -> "Iterator[Found]":
    base, written = split(need.predicate_type)
    known = find(base)
    pointer = f"{need.pointer}/predicateType"
    if known is None:
        if need.schema is None:
            message = f"`{need.predicate_type}` is no predicate type that is known here"
            found = at(file, pointer, "P108", message, meant(base, PREDICATES))
            yield replace(found, severity=_severity(base))
        return
    if written and _unknown(known, written):
        yield _no_version(file, pointer, known, written)
    for index, version in enumerate(need.versions or ()):
        if _unknown(known, version):
            yield _no_version(file, f"{need.pointer}/versions/{index}", known, version)


def _severity(base: str) -> "Severity | None":
    """Return "error" for a type that can only be misspelt: near a known one, of ours, or no URI at all.

    Nothing in it would be checked, and the policy would find no evidence, which `onMissing` may excuse.
    """
    from difflib import get_close_matches  # loaded where something is wrong

    scheme, _, rest = base.partition("://")
    near = get_close_matches(base, PREDICATES, n=1, cutoff=0.9)
    return "error" if near or not rest or rest.startswith("stella.ops/") or not scheme else None


def _unknown(known: Predicate, version: str) -> bool:
    return number(version) not in map(number, known.versions)


def _no_version(file: "PolicyFile", pointer: str, known: Predicate, version: str) -> Found:
    there = ", ".join(known.versions)
    return at(file, pointer, "P109", f"`{known.uri}` has no version {version}", f"there are: {there}")


def _never(file: "PolicyFile", need: "Requirement") -> "Iterator[Found]":
    _, written = split(need.predicate_type)
    if need.minimum > need.maximum:
        message = f"there have to be {need.minimum} of it, and may be {need.maximum}"
        remedy = f"write max: {need.minimum}, or more"
        yield at(file, f"{need.pointer}/min", "P111", message, remedy)
    if written and need.versions and number(written) not in map(number, need.versions):
        message = f"the type is of version {written}, and only others are asked for"
        yield at(file, f"{need.pointer}/versions", "P111", message, "leave the version out of predicateType")
    if need.signed_by is not None:
        yield from _signers(file, need.signed_by, need.pointer)


def _signers(file: "PolicyFile", signed: "SignedBy", pointer: str) -> "Iterator[Found]":
    if signed.any_of is None:
        return
    for index, name in enumerate(signed.any_of):
        if _SIGNER.fullmatch(name) is None:
            message = f"no keyring can have a key or an identity that is called `{name}`"
            remedy = "write key:NAME or identity:NAME, with the name that the keyring has"
            yield at(file, f"{pointer}/signedBy/anyOf/{index}", "P111", message, remedy)
    # A name without a kind may be that of a key and of an identity.
    most = sum(1 if name.startswith(("key:", "identity:")) else 2 for name in signed.any_of)
    if signed.threshold > most:
        message = f"it takes {signed.threshold} signers, and {most} at the most are named"
        yield at(file, f"{pointer}/signedBy/threshold", "P111", message, "name more, or lower the threshold")
