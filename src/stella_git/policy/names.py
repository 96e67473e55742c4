"""What every policy may read, and of which types: ``context``, ``evidence``, ``params``."""

from typing import Final

from stella_git.config.model import STAGES
from stella_git.policy.cel import types
from stella_git.policy.model import Param

RESERVED: Final = ("context", "evidence", "params")
"""Names that every policy has."""

CONTEXT: Final = types.an_object(
    {
        "asOf": types.TIMESTAMP,
        "environment": types.STRING,
        "ref": types.STRING,
        "stage": types.Type(name="string", words=STAGES),
        "subject": types.STRING,
    }
)
_SIGNER: Final = types.an_object({"name": types.STRING, "roles": types.list_of(types.STRING)})
_SOURCE: Final = types.an_object(
    {
        "digest": types.STRING,
        "made": types.STRING,
        "path": types.STRING,
        "predicateType": types.STRING,
        "signers": types.list_of(_SIGNER),
        "subjects": types.list_of(types.DYN),
    }
)
_PARAMS: Final = {
    "bool": types.BOOL,
    "int": types.INT,
    "string": types.STRING,
    "strings": types.list_of(types.STRING),
}


def type_of_param(param: Param) -> types.Type:
    """Return the type of a parameter: of one with a list of allowed values, what it can be."""
    found = _PARAMS[param.kind]
    if param.allowed is None or param.kind not in {"string", "strings"}:
        return found
    word = types.Type(name="string", words=tuple(str(value) for value in param.allowed))
    return types.list_of(word) if param.kind == "strings" else word


SOURCES: Final = types.list_of(_SOURCE)
