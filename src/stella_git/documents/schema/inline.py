"""Validate by a schema that is not ours: one that a repository brings, in draft 2020-12.

It can refer to its own parts (``#/...``) and to nothing else, so no schema makes this process open a file or
a connection. Patterns and nesting cost what they cost: such a schema comes from whoever makes the rules.

Source: JSON Schema draft 2020-12, Core and Validation.
"""

import re
from typing import TYPE_CHECKING, Any

from stella_git.documents.schema.engine import KEYWORDS
from stella_git.errors import ConfigError, Where

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jsonschema.exceptions import ValidationError

    from stella_git.canon.reader import Json

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_REMEDY = "write JSON Schema of draft 2020-12 whose references begin with '#'"


def violation(schema: "Mapping[str, Json]", value: "Json", *, path: str | None = None) -> str | None:
    """Return the first thing about a value that a schema refuses, with its JSON Pointer, or None.

    Args:
        schema: draft 2020-12.
        value: parsed JSON.
        path: where the schema is from, for messages.

    Raises:
        ConfigError: ``schema-unusable``: it is not a schema, of another draft, or refers to something else.
    """
    validator = _validator(schema, path)
    try:
        error: ValidationError | None = next(validator.iter_errors(value), None)
    except (re.error, RecursionError, LookupError, TypeError, ValueError) as reason:
        raise _unusable(f"cannot be applied ({type(reason).__name__})", path) from reason
    if error is None:
        return None
    place = "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in error.absolute_path)
    rule = "/".join(map(str, error.absolute_schema_path))
    return f"{ascii(place or '/')[1:-1][:200]}: does not satisfy {ascii(rule)[1:-1][:200]}"


def _validator(schema: "Mapping[str, Json]", path: str | None) -> Any:
    from jsonschema import validators
    from jsonschema.exceptions import SchemaError

    if schema.get("$schema", DIALECT) != DIALECT:
        raise _unusable("is of another draft than 2020-12", path)
    base: Any = validators.Draft202012Validator
    try:
        base.check_schema(schema)
    except SchemaError as error:
        place = "/".join(map(str, error.absolute_path))
        raise _unusable(f"is not a JSON Schema, at {ascii(place)[:100]}", path) from error

    def own(validator: Any, ref: str, instance: "Json", _schema: object) -> Any:
        yield from validator.descend(instance, _part(schema, ref, path))

    extend: Any = validators.extend  # its annotations are incomplete
    made = extend(base, {**KEYWORDS, "$ref": own, "$dynamicRef": own})
    # the keywords above look up nothing else: without its own id nothing is resolved against it
    return made({name: part for name, part in schema.items() if name not in {"$schema", "$id"}})


def _part(schema: "Mapping[str, Json]", ref: str, path: str | None) -> "Json":
    if not (ref == "#" or ref.startswith("#/")):
        raise _unusable(f"refers to {ascii(ref)[:100]}", path)
    found: Json = dict(schema)
    for token in ref.split("/")[1:]:
        name = token.replace("~1", "/").replace("~0", "~")
        if not isinstance(found, dict) or name not in found:
            raise _unusable(f"refers to {ascii(ref)[:100]}, where nothing is", path)
        found = found[name]
    return found


def _unusable(what: str, path: str | None) -> ConfigError:
    return ConfigError(f"the schema {what}", code="schema-unusable", where=Where(path), remedy=_REMEDY)
