"""From schema violations to sentences: what is wrong, where, and what to write instead.

The engine says which keyword failed on which value. Here that becomes one complaint or several, with a stable
rule id ``K-<keyword>``. Of the alternatives of ``anyOf`` and ``oneOf`` only the one that the author most
probably meant is explained.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from stella_git.documents.formats import EXAMPLES, ecma
from stella_git.documents.mends import mend_of
from stella_git.documents.problems import Complaint, clip, pointer_to
from stella_git.documents.schema import phrases
from stella_git.documents.wording import SHOWN, listing, nearest, show

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError


_LICENCE_LIST = 100
_FEW = 8
"""Members that are listed where none of them is near."""


def explain(errors: "Iterable[ValidationError]", title: str) -> Iterator[Complaint]:
    """Return the complaints of schema violations.

    Args:
        errors: what ``engine.schema_errors`` gave.
        title: name and version of the format, for messages.
    """
    for error in errors:
        pointer = pointer_to("", *error.absolute_path)
        keyword = error.validator if isinstance(error.validator, str) else "false"
        rule, describe = f"K-{keyword}", _WORDS.get(keyword, _anything)
        if keyword == "enum" and _is_licence(error):
            rule, describe = "L001", _licence
        mend = mend_of(keyword, _value(error), _instance(error))
        for place, message, remedy in describe(error, pointer, title):
            yield Complaint(rule=rule, pointer=place, message=message, remedy=remedy, mend=mend)
        if keyword in {"anyOf", "oneOf"} and error.context and _own_words(error) is None:
            yield from explain(_closest_branch(error), title)


Words = Iterator[tuple[str, str, str]]


def _missing(error: "ValidationError") -> list[str]:
    return [name for name in _value(error) if name not in _instance(error)]


def _value(error: "ValidationError") -> Any:
    return error.validator_value


def _instance(error: "ValidationError") -> Any:
    return error.instance


def _schema(error: "ValidationError") -> dict[str, Any]:
    return error.schema if isinstance(error.schema, dict) else {}


def _required(error: "ValidationError", pointer: str, _title: str) -> Words:
    unknown = [name for name in _instance(error) if name not in _schema(error).get("properties", {})]
    for name in _missing(error):
        meant = nearest(name, unknown)
        if meant is None:
            yield pointer, f"the required member `{name}` is missing", f"Add `{name}`."
        else:
            message = f"the required member `{name}` is missing; `{clip(meant, SHOWN)}` looks like it"
            yield pointer, message, f"Rename `{clip(meant, SHOWN)}` to `{name}`."


def _additional(error: "ValidationError", pointer: str, title: str) -> Words:
    known = _schema(error).get("properties", {})
    if error.validator == "unevaluatedProperties":
        known = _members(_schema(error))
    patterns = [ecma(pattern) for pattern in _schema(error).get("patternProperties", {})]
    for name in _instance(error):
        if name in known or any(pattern.search(name) for pattern in patterns):
            continue
        meant = nearest(name, (each for each in known if each not in _instance(error)))
        message = f"`{clip(name, SHOWN)}` is not a member that {title} allows here"
        if meant is None:
            few = f"one of {listing(sorted(known))}" if 0 < len(known) <= _FEW else None
            remedy = f"Remove it, or write {few or 'it in the place that the format has for it'}."
        else:
            message += f"; did you mean `{meant}`?"
            remedy = f"Rename it to `{meant}`."
        yield pointer_to(pointer, name), message, remedy


def _members(schema: object) -> dict[str, Any]:
    """Return the members of a schema and of its alternatives: what fails in one of those is said there."""
    if not isinstance(schema, dict):
        return {}
    found = dict(schema.get("properties", {}))
    for name in ("allOf", "anyOf", "oneOf"):
        for branch in schema.get(name, ()):
            found |= _members(branch)
    return found


def _type(error: "ValidationError", pointer: str, _title: str) -> Words:
    types = _value(error)
    wanted = " or ".join(phrases.TYPES[name] for name in ([types] if isinstance(types, str) else types))
    remedy = f"Write {wanted} here."
    if types == "array" and isinstance(_instance(error), str):
        remedy = f"Write a list: [{clip(_instance(error), SHOWN)}]."
    yield pointer, f"this must be {wanted}, not {show(_instance(error))}", remedy


def _enum(error: "ValidationError", pointer: str, _title: str) -> Words:
    members, found = _value(error), _instance(error)
    texts = [item for item in members if isinstance(item, str)]
    meant = nearest(found, texts) if isinstance(found, str) else None
    message = f"{show(found)} is not an allowed value"
    if meant is not None:
        yield pointer, f"{message}; did you mean `{meant}`?", f"Write `{meant}`."
    else:
        yield pointer, f"{message}; allowed: {listing(members)}", "Write one of the allowed values."


def _is_licence(error: "ValidationError") -> bool:
    """Return whether what is not in a list is a text, and the list that of the SPDX licences."""
    return isinstance(_instance(error), str) and len(_value(error)) > _LICENCE_LIST and "MIT" in _value(error)


def _licence(error: "ValidationError", pointer: str, _title: str) -> Words:
    from stella_git.documents.licences import licence_fault

    fault = licence_fault(_instance(error))
    known = "did you mean" in fault.message
    remedy = "Use an id of that list, or write the licence as `name` or `expression`."
    yield pointer, fault.message, fault.remedy if known else remedy


def _const(error: "ValidationError", pointer: str, _title: str) -> Words:
    wanted = show(_value(error))
    yield pointer, f"this must be {wanted}, not {show(_instance(error))}", f"Write {wanted}."


def _pattern(error: "ValidationError", pointer: str, _title: str) -> Words:
    pattern = str(_value(error))
    words = phrases.pattern(pattern)
    if words is None:
        message = f"{show(_instance(error))} does not match the pattern `{pattern}`"
        yield pointer, message, "Write a value that matches the pattern."
    else:
        yield pointer, f"{show(_instance(error))} is not {words}", f"Write {words}."


def _format(error: "ValidationError", pointer: str, _title: str) -> Words:
    words = EXAMPLES.get(str(_value(error)), f"of the format {_value(error)}")
    remedy = phrases.rewritten(str(_value(error)), str(_instance(error))) or f"Write {words}."
    yield pointer, f"{show(_instance(error))} is not {words}", remedy


def _unique(error: "ValidationError", pointer: str, _title: str) -> Words:
    from stella_git.documents.schema.equality import identity

    first: dict[object, int] = {}
    for index, item in enumerate(_instance(error)):
        earlier = first.setdefault(identity(item), index)
        if earlier != index:
            yield (
                pointer_to(pointer, index),
                f"item {index} repeats item {earlier}; each item must be different (counted from 0)",
                "Remove the repeated item.",
            )


def _bound(words: str, remedy: str) -> "Callable[[ValidationError, str, str], Words]":
    def describe(error: "ValidationError", pointer: str, _title: str) -> Words:
        bound = _value(error)
        yield pointer, f"{show(_instance(error))} {words.format(bound)}", remedy.format(bound)

    return describe


def _choice(error: "ValidationError", pointer: str, _title: str) -> Words:
    words = _own_words(error)
    if words is not None:
        yield pointer, *words
    elif not isinstance(error.instance, dict) and "type" in _schema(error):
        return  # of the wrong type, which is said already; then every choice between members is true
    elif not error.context:
        message = "this matches more than one of the alternatives; exactly one is allowed"
        yield pointer, message, "Remove members until only one alternative is left."


def _own_words(error: "ValidationError") -> tuple[str, str] | None:
    """Return message and remedy where the choice itself says more than the errors of one alternative."""
    names = _alternatives(error)
    if names is not None and isinstance(error.instance, dict):
        present = [name for name in names if name in _instance(error)]
        if present:
            return f"{listing(present)} exclude each other", "Keep exactly one of them."
        return f"one of {listing(names)} is required", f"Add one of {listing(names)}."
    found = error.instance
    if (
        list(error.absolute_path)[-1:] == ["licenses"]
        and isinstance(found, list)
        and len(found) > 1
        and any(isinstance(item, dict) and "expression" in item for item in found)
    ):
        return (
            "an `expression` stands alone: it cannot be one of several licences",
            "Combine them in one expression, or write each as a `license`.",
        )
    return None


def _alternatives(error: "ValidationError") -> list[str] | None:
    """Return the member names if every alternative only asks for a member, else None."""
    branches = _value(error)
    if all(isinstance(branch, dict) and list(branch) == ["required"] for branch in branches):
        return [name for branch in branches for name in branch["required"]]
    return None


def _closest_branch(error: "ValidationError") -> "list[ValidationError]":
    """Return the errors of the alternative that the value comes closest to."""
    branches: dict[object, list[ValidationError]] = {}
    for each in error.context or ():
        branches.setdefault(each.relative_schema_path[0], []).append(each)
    return min(branches.values(), key=_branch_distance)


def _branch_distance(errors: "list[ValidationError]") -> tuple[int, int]:
    """Return how far a value is from an alternative: errors deep inside it are nearer than those on top."""
    return -min(len(each.relative_path) for each in errors), sum(_distance(each) for each in errors)


def _distance(error: "ValidationError") -> int:
    """Return how far a value is from what an alternative wanted: a wrong kind of thing is farthest."""
    depth = len(error.relative_path)
    if error.validator in {"anyOf", "oneOf"} and error.context:
        return 1 + sum(_distance(each) for each in _closest_branch(error))
    if error.validator == "type":
        return 1000 >> min(3 * depth, 9)
    if error.validator in {"const", "enum"}:
        return 40 if depth <= 1 else 2
    if error.validator in {"additionalProperties", "required"}:
        unknown = error.validator == "required" or len(list(_additional(error, "", "")))
        return 10 * int(unknown) if depth == 0 else 2
    return 1


def _additional_items(error: "ValidationError", pointer: str, title: str) -> Words:
    given = _schema(error).get("prefixItems", _schema(error).get("items"))
    allowed = len(given) if isinstance(given, list) else 0
    for index in range(allowed, len(_instance(error))):
        message = f"item {index} is one too many (counted from 0); {title} allows {allowed} here"
        yield pointer_to(pointer, index), message, "Remove it."


def _anything(error: "ValidationError", pointer: str, title: str) -> Words:
    keyword = error.validator or "false"
    message = f"{show(_instance(error))} does not satisfy `{keyword}` of {title}"
    yield pointer, message, "Compare it with the specification of the format."


def _forbidden(error: "ValidationError", pointer: str, title: str) -> Words:
    names = _value(error).get("required") if isinstance(_value(error), dict) else None
    if names:
        message = f"{listing(names)} must not be written here"
        yield pointer, message, f"Remove {listing(names)}."
    else:
        yield from _anything(error, pointer, title)


_WORDS: "dict[str, Callable[[ValidationError, str, str], Words]]" = {
    "additionalItems": _additional_items,
    "additionalProperties": _additional,
    "anyOf": _choice,
    "const": _const,
    "dependentRequired": phrases.needed,
    "enum": _enum,
    "exclusiveMaximum": _bound("must be less than {}", "Write a number less than {}."),
    "exclusiveMinimum": _bound("must be more than {}", "Write a number more than {}."),
    "format": _format,
    "maxItems": _bound("is too long: at most {} allowed", "Keep at most {}."),
    "maxProperties": _bound("has too many members: at most {} allowed", "Keep at most {}."),
    "maxLength": _bound("is too long: at most {} characters", "Shorten it to {} characters."),
    "maximum": _bound("is more than the maximum {}", "Write at most {}."),
    "minItems": _bound("is too short: at least {} required", "Add items until there are {}."),
    "minProperties": _bound("has too few members: at least {} required", "Add members until there are {}."),
    "multipleOf": _bound("is not a multiple of {}", "Write a multiple of {}."),
    "minLength": _bound("is too short: at least {} characters", "Write at least {}."),
    "minimum": _bound("is less than the minimum {}", "Write at least {}."),
    "not": _forbidden,
    "oneOf": _choice,
    "pattern": _pattern,
    "required": _required,
    "type": _type,
    "unevaluatedProperties": _additional,
    "uniqueItems": _unique,
}
