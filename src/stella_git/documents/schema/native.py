"""The quick "yes" in native code: jsonschema-rs, where the extra ``fast`` is installed.

It says "yes" to large documents ten times sooner than our own closures; what it does not accept goes the
usual way, and is explained there. Loading it costs more than a small document does, so it is asked about
large ones only. What decides whether a document is evidence never asks it: a verdict may not depend on
what is installed.

Tests hold it to the same verdicts as the other engines.
"""

from functools import cache
from typing import TYPE_CHECKING

from stella_git.documents.formats import is_uri_reference
from stella_git.documents.schema.registry import FILES

if TYPE_CHECKING:
    from collections.abc import Callable

    from stella_git.canon.reader import Json
    from stella_git.documents.schema.registry import Schema

# In bytes: below it, loading and compiling cost more than they save.
WORTH = 2 << 20

# Keywords of our own that no other engine knows.
_DERIVED = "/derived/"


def accepts(identifier: str, value: "Json") -> bool:
    """Return whether a schema accepts a parsed document; False also where nobody can say.

    Args:
        identifier: a key of ``registry.FILES``.
        value: the parsed document.
    """
    judge = _judge(identifier)
    return judge is not None and judge(value)


@cache
def _judge(identifier: str) -> "Callable[[Json], bool] | None":
    if _DERIVED in FILES[identifier]:
        return None
    try:
        import jsonschema_rs
    except ImportError:
        return None
    schema = _read(identifier)
    # A format that later drafts brought in; ours asserts it wherever it is written.
    formats = {"uri-reference": is_uri_reference} if "draft-04" in str(schema.get("$schema")) else None
    judge = jsonschema_rs.validator_for(schema, validate_formats=True, retriever=_read, formats=formats)
    accept: Callable[[Json], bool] = judge.is_valid
    return accept


def _read(identifier: str) -> "Schema":
    """Return a schema as it is; what is not in the table does not exist, so nothing goes online."""
    from stella_git import resources
    from stella_git.canon.reader import parse_json

    name = FILES[identifier.rstrip("#")]
    schema = parse_json(resources.schema(name), path=name)
    assert isinstance(schema, dict)  # as every schema that is shipped
    return schema
