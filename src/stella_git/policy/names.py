"""What every policy may read, and of which types: ``context``, ``evidence``, ``params``."""

from typing import Final

from stella_git.policy.cel import types

RESERVED: Final = ("context", "evidence", "params")
"""Names that every policy has."""

CONTEXT: Final = types.an_object(
    {
        "asOf": types.TIMESTAMP,
        "environment": types.STRING,
        "ref": types.STRING,
        "stage": types.STRING,
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
PARAMS: Final = {
    "bool": types.BOOL,
    "int": types.INT,
    "string": types.STRING,
    "strings": types.list_of(types.STRING),
}
SOURCES: Final = types.list_of(_SOURCE)
